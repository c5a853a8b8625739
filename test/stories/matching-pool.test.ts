/** A sponsor's pool from its opening to final matches, told with the ledger; and many who want its money at once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, type Database } from '../../server/db/database.ts';
import { donationMatches } from '../../server/db/models/donation-match.ts';
import { matchingPools, type StoredMatchingPool } from '../../server/db/models/matching-pool.ts';
import { people, type StoredPerson } from '../../server/db/models/person.ts';
import { projects } from '../../server/db/models/project.ts';
import { credit, debit, type EntryDraft } from '../../server/domain/journal.ts';
import { InvalidInput, NotPermitted } from '../../server/domain/errors.ts';
import { EntryOverdrawsFund } from '../../server/domain/manual-entry.ts';
import { minor } from '../../server/domain/money.ts';
import type { Payer } from '../../server/domain/receipt.ts';
import { donationSettled } from '../../server/domain/posting-rules.ts';
import { UNRESTRICTED, type Restriction } from '../../server/domain/restriction.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { approveHandEntry, postHandEntry } from '../../server/services/hand-entries/decide-hand-entry.ts';
import { addEntryDocument } from '../../server/services/hand-entries/entry-documents.ts';
import { prepareHandEntry } from '../../server/services/hand-entries/prepare-hand-entry.ts';
import { openGiftFund } from '../../server/services/funds.ts';
import { awaitMatch, openPools } from '../../server/services/matching-pools/await-match.ts';
import { isGiverRelated } from '../../server/services/matching-pools/related-giver.ts';
import { matchDonations, sharePoolOnce } from '../../server/services/matching-pools/match-donations.ts';
import { closePool, openPool, type OpenPoolInput } from '../../server/services/matching-pools/open-pool.ts';
import { readPoolPosition } from '../../server/services/matching-pools/pool-position.ts';
import { estimateMatches } from '../../server/services/matching-pools/read-pools.ts';
import { releaseMatch } from '../../server/services/matching-pools/release-match.ts';
import { registerParty } from '../../server/services/parties.ts';
import { declareRelation, endRelation } from '../../server/services/party-standing.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { loadRegion } from '../../server/services/region.ts';
import { amendRound, openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const SPONSOR = storyId(2);
const GRANTEE = storyId(3);
const POOL = storyId(5);
const PROJECT = storyId(31);
const DAY_MS = 24 * 60 * 60_000;
const day = (text: string) => text as CalendarDate;

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;

const NO_LIMITS = { perGiftMinor: null, perGiverMinor: null, perPurposeMinor: null };

const poolInput = (number: number, change: Partial<OpenPoolInput> = {}): OpenPoolInput => ({
  id: storyId(number),
  round: ROUND,
  sponsor: SPONSOR,
  name: { zh: '配捐池', en: 'Pool' },
  ratio: '1',
  caps: { perGiftMinor: null, perGiverMinor: minor(30_000n), perPurposeMinor: null },
  scope: UNRESTRICTED,
  opensOn: day('2026-01-01'),
  closesOn: day('2026-06-30'),
  leftover: 'allocate',
  ...change,
});

/** A gift that settles now, by its posting rule, as the giving service settles it. */
async function settledGift(
  number: number,
  yuan: number,
  email: string | null,
  restriction: Restriction = UNRESTRICTED,
  by: {
    readonly card?: string;
    readonly part?: number;
    readonly database?: Database;
    readonly payer?: Payer;
  } = {},
): Promise<void> {
  const { clock } = foundation;
  const { card = null, part = 0, database = foundation.database, payer = null } = by;
  const region = await loadRegion(database);
  const at = clock.now();
  await inTransaction(database, async (session) => {
    const fundId = await openGiftFund(database, session, { restriction, region, openedAt: at });
    const giftMinor = minor(BigInt(yuan) * 100n);
    const entry = donationSettled({
      ...{
        donationId: storyId(number),
        fundId,
        giftMinor,
        feeCoverMinor: minor(0n),
        partyKind: 'individual',
      },
      ...{ effectiveOn: day('2026-03-02'), currency: 'CNY', narrative: 'gift' },
    });
    // A gift of several parts is one entry.
    if (part === 0) await postEntries(database, session, [entry], at);
    const said = { displayName: null, message: null, dedication: null, payer };
    const donor = { name: null, email, emailKey: email, ...said };
    await awaitMatch(
      database,
      session,
      { _id: storyId(number), restriction, fundId, giftMinor, currency: 'CNY', donor, createdAt: at },
      { at, region, cardFingerprint: card, part, open: await openPools(database, session) },
    );
  });
}

async function fill(number: number, pool: string, amountMinor: bigint): Promise<void> {
  await recordPledge(programme, {
    ...{ id: storyId(number), party: SPONSOR, round: ROUND, pool, amountMinor: minor(amountMinor) },
    ...{ restriction: UNRESTRICTED, capPerProjectMinor: null, agreementReference: `P-${number}` },
    ...{ pledgedOn: day('2026-02-01'), instalments: [] },
  });
}

const receive = (number: number, pledge: number, amountMinor: bigint) =>
  recordPledgeReceipt(finance, {
    ...{ id: storyId(number), pledge: storyId(pledge), amountMinor: minor(amountMinor) },
    ...{ bankReference: `B-${number}`, receivedOn: day('2026-02-02') },
  });

/** An entry made by hand that takes an amount out of a fund, prepared and approved; what posts it. */
async function entryByHand(
  number: number,
  fund: string,
  amountMinor: string,
): Promise<() => Promise<unknown>> {
  const [id, document] = [storyId(number), storyId(number + 1_000)];
  const bytes = Buffer.from('%PDF-1.7 invoice');
  await addEntryDocument(finance, { id: document, entry: id, title: 'Invoice', bytes });
  const none = { partyKind: null, sector: null, locality: null };
  const { control } = await prepareHandEntry(finance, {
    ...{ id, kind: 'manual', effectiveOn: day('2026-03-02'), currency: 'CNY', narrative: 'A cost' },
    lines: [
      {
        ...{ ...none, account: `fund:${fund}`, debitMinor: amountMinor, creditMinor: '' },
        ...{ nature: 'contribution', fund },
      },
      { ...none, account: 'bank:main', debitMinor: '', creditMinor: amountMinor, nature: null, fund },
    ],
    documents: [document],
  });
  const seen = { id, digest: control.digest };
  await approveHandEntry(foundation.as('Chen Jing', ['approver']), seen);
  return () => postHandEntry(foundation.as('Shen Heng', ['council']), seen);
}

const matchOf = (number: number, pool = POOL) =>
  donationMatches(foundation.database)
    .findById(`${pool}:${storyId(number)}`)
    .lean();

const poolOf = async (id: string): Promise<StoredMatchingPool> => {
  const pool = await matchingPools(foundation.database).findById(id).lean<StoredMatchingPool>();
  if (pool === null) throw new Error(`no pool ${id}`);
  return pool;
};

/** Gifts of this story have entries and no record, so that one invariant is left to the stories of giving. */
async function breachesOfMoney(): Promise<string[]> {
  const results = await checkLedger(foundation.database);
  return results
    .filter(({ invariant }) => !invariant.includes('donation'))
    .flatMap(({ breaches }) => breaches);
}

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  await openRound(programme, {
    ...{ id: ROUND, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
    ...{ sectors: ['health'], localities: ['310118', '320509', '330421'] },
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(1_000_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1/2', ceiling: '3/2' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
    refundWindowDays: 10,
  });
  for (const [id, kind] of [
    [SPONSOR, 'enterprise'],
    [GRANTEE, 'social-organization'],
  ] as const) {
    const name = { zh: kind, en: kind };
    await registerParty(programme, { id, kind, name, locality: null, creditCode: null, bankAccount: null });
  }
  await people(foundation.database).create({
    ...{ _id: 'member', name: 'Member', email: 'member@grantee.example', emailVerified: true, roles: [] },
    memberships: [{ partyId: GRANTEE, role: 'owner' }],
    ...{ createdBy: null, createdAt: new Date(), updatedAt: new Date(), requestDigest: 'x' },
  });
  await projects(foundation.database).create({
    ...{ _id: PROJECT, round: ROUND, grantee: GRANTEE, sector: 'health', locality: '330421' },
    ...{ title: { zh: '项目', en: 'Project' }, summary: { zh: '项目', en: 'Project' } },
    ...{ serviceItem: null, localTerm: null, needMinor: minor(500_000n), minimumMinor: minor(0n) },
    ...{ openTo: 'everyone', milestones: [], currency: 'CNY', score: '80', fundId: `project-${PROJECT}` },
    ...{ status: 'eligible', acceptedAt: foundation.clock.now() },
  });
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

describe('a matching pool', () => {
  it('is opened by staff with terms that make sense, and filled by its own sponsor', async () => {
    await expect(openPool(finance, poolInput(5))).rejects.toThrow(NotPermitted);
    const wrong = openPool(programme, poolInput(5, { ratio: '0', closesOn: day('2027-01-01') }));
    await expect(wrong).rejects.toMatchObject({
      faults: [{ path: 'ratio' }, { path: 'closesOn', reason: 'outside-calendar' }],
    });
    await openPool(programme, poolInput(5));
    await openPool(programme, poolInput(5));
    await fill(11, POOL, 100_000n);
    const others = recordPledge(programme, {
      ...{ id: storyId(12), party: GRANTEE, round: ROUND, pool: POOL, amountMinor: minor(1n) },
      ...{ restriction: UNRESTRICTED, capPerProjectMinor: null, agreementReference: 'x' },
      ...{ pledgedOn: day('2026-02-01'), instalments: [] },
    });
    await expect(others).rejects.toThrow(InvalidInput);
    expect(await readPoolPosition(foundation.database, await poolOf(POOL))).toMatchObject({
      cashMinor: 0n,
      promisedMinor: 100_000n,
      availableMinor: 0n,
    });
  });

  it('promises nothing before its money has come, and an honest range afterwards', async () => {
    const gift = { giftMinor: 20_000n, restriction: UNRESTRICTED };
    expect(await estimateMatches(foundation.anyone, gift)).toMatchObject([
      { certainty: 'exhausted', mostMinor: 0n },
    ]);
    await receive(21, 11, 50_000n);
    expect(await estimateMatches(foundation.anyone, gift)).toMatchObject([
      { certainty: 'ample', leastMinor: 20_000n, mostMinor: 20_000n, refundWindowDays: 10, needsEmail: true },
    ]);
    const jiashan = { ...gift, restriction: { ...UNRESTRICTED, localities: ['330421'] } };
    const [poorer] = await estimateMatches(foundation.anyone, jiashan);
    expect(poorer?.mostMinor).toBe(29_998n);
    await expect(estimateMatches(foundation.anyone, { ...gift, giftMinor: 0n })).rejects.toThrow(
      InvalidInput,
    );
  });

  it('holds a match for settled gifts: one person is one person, related and unknown givers get none', async () => {
    await settledGift(41, 200, 'wang@example.org');
    await settledGift(42, 200, 'WANG+second@example.org');
    await settledGift(43, 100, 'member+x@grantee.example', { ...UNRESTRICTED, projects: [PROJECT] });
    await settledGift(44, 100, null);
    await settledGift(45, 100, 'lu@example.org');
    await Promise.all([1, 2, 3].map(() => matchDonations(programme)));
    expect(await matchOf(41)).toMatchObject({ status: 'held', amountMinor: 15_000n, boundBy: 'perGiver' });
    expect(await matchOf(42)).toMatchObject({ status: 'held', amountMinor: 15_000n, boundBy: 'perGiver' });
    expect(await matchOf(43)).toMatchObject({ status: 'excluded', because: 'related', amountMinor: 0n });
    expect(await matchOf(44)).toMatchObject({ status: 'excluded', because: 'unidentified' });
    // Who says so is related, from a mailbox that nobody knows and for no project by name.
    const says = { email: 'nobody-knows@example.org', payer: null, isRelated: true } as const;
    const isRelated = (giver: Parameters<typeof isGiverRelated>[2]) =>
      inTransaction(foundation.database, (session) =>
        isGiverRelated(foundation.database, session, giver, []),
      );
    expect(await isRelated(says)).toBe(true);
    expect(await isRelated({ email: says.email, payer: null })).toBe(false);
    expect(await matchOf(45)).toMatchObject({ status: 'held', amountMinor: 10_000n, boundBy: null });
    const stored = JSON.stringify(
      await donationMatches(foundation.database).find().lean(),
      (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
    expect(stored).not.toMatch(/wang|lu@|member/i);
  });

  it('is short for the next gifts, says so, and makes up for it when the sponsor sends more', async () => {
    await settledGift(46, 300, 'shen@example.org');
    await matchDonations(programme);
    expect(await matchOf(46)).toMatchObject({ amountMinor: 10_000n, boundBy: 'pool' });
    await receive(22, 11, 50_000n);
    await matchDonations(programme);
    expect(await matchOf(46)).toMatchObject({ amountMinor: 30_000n, boundBy: null });
    // Nobody else got more or less by it.
    expect(await matchOf(41)).toMatchObject({ amountMinor: 15_000n });
  });

  it('takes back what is not final when a gift is refunded, and posts the rest after the refund window', async () => {
    const released = await inTransaction(foundation.database, (session) =>
      releaseMatch(foundation.database, session, storyId(45)),
    );
    expect(released).toEqual({ releasedMinor: 10_000n, finalMinor: 0n });
    await matchDonations(programme);
    expect(await foundation.ledger()).not.toContain('donation-matched');
    foundation.clock.advance(10 * DAY_MS);
    await Promise.all([1, 2, 3].map(() => matchDonations(programme)));
    await matchDonations(programme);
    expect(await foundation.ledger()).toMatchSnapshot();
    expect(await readPoolPosition(foundation.database, await poolOf(POOL))).toMatchObject({
      cashMinor: 40_000n,
      heldMinor: 0n,
      finalMinor: 60_000n,
      availableMinor: 40_000n,
    });
    const late = await inTransaction(foundation.database, (session) =>
      releaseMatch(foundation.database, session, storyId(41)),
    );
    expect(late).toEqual({ releasedMinor: 0n, finalMinor: 15_000n });
    expect(await breachesOfMoney()).toEqual([]);
  });

  it('keeps for a gift the rules of its day, whatever changes later', async () => {
    await settledGift(47, 10, 'he@example.org', { ...UNRESTRICTED, localities: ['330421'] });
    const amended = {
      round: ROUND,
      effectiveOn: day('2026-03-20'),
      reason: 'weights are suspended',
      level: 'project',
      weightPolicy: { measure: 'gdp', k: '3/5', floor: '1', ceiling: '1' },
      capPerProjectMinor: null,
      eligibility: { granteeKinds: null, everyoneOnly: false, lowestScore: null },
      refundWindowDays: 3,
    } as const;
    await expect(amendRound(programme, { ...amended, effectiveOn: day('2026-03-01') })).rejects.toMatchObject(
      { faults: [{ path: 'effectiveOn', reason: 'not-later' }] },
    );
    const round = await amendRound(programme, amended);
    await amendRound(programme, amended);
    expect(round.rules.map(({ version, effectiveOn }) => [version, effectiveOn])).toEqual([
      [1, '2026-01-01'],
      [2, '2026-03-20'],
    ]);
    foundation.clock.advance(9 * DAY_MS);
    await settledGift(48, 10, 'he@example.org', { ...UNRESTRICTED, localities: ['330421'] });
    await matchDonations(programme);
    expect(await matchOf(47)).toMatchObject({ rulesVersion: 1, amountMinor: 1_499n, finalOn: '2026-03-22' });
    expect(await matchOf(48)).toMatchObject({ rulesVersion: 2, amountMinor: 1_000n, finalOn: '2026-03-24' });
  });

  it('is never overdrawn, whoever shares it at once', async () => {
    await openPool(programme, poolInput(6, { caps: NO_LIMITS }));
    await fill(13, storyId(6), 10_000n);
    await receive(23, 13, 10_000n);
    const pool = await poolOf(storyId(6));
    for (let number = 60; number < 72; number += 1) await settledGift(number, 40, null);
    await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        turn % 2 === 0
          ? sharePoolOnce(foundation.database, pool)
          : inTransaction(foundation.database, (session) =>
              releaseMatch(foundation.database, session, storyId(60 + turn)),
            ),
      ),
    );
    const position = await readPoolPosition(foundation.database, pool);
    expect(position.availableMinor >= 0n).toBe(true);
    await sharePoolOnce(foundation.database, pool);
    const after = await readPoolPosition(foundation.database, pool);
    expect(after.heldMinor).toBe(10_000n);
    expect(after.availableMinor).toBe(0n);
    foundation.clock.advance(20 * DAY_MS);
    await Promise.all(Array.from({ length: 4 }, () => matchDonations(programme)));
    expect(await readPoolPosition(foundation.database, pool)).toMatchObject({
      cashMinor: 0n,
      finalMinor: 10_000n,
      heldMinor: 0n,
    });
    expect(await breachesOfMoney()).toEqual([]);
  });

  it('gives one limit to one card, whatever mailboxes it pays for, and keeps nothing that names it', async () => {
    await openPool(programme, poolInput(7));
    await fill(14, storyId(7), 200_000n);
    await receive(24, 14, 200_000n);
    const pool = await poolOf(storyId(7));
    for (const [number, email, card] of [
      [81, 'yu@example.org', 'fingerprint-1'],
      [82, 'another@example.org', 'fingerprint-1'],
      [83, 'yu@example.org', 'fingerprint-2'],
      [84, 'xu@example.org', 'fingerprint-3'],
    ] as const)
      await settledGift(number, 200, email, UNRESTRICTED, { card });
    await sharePoolOnce(foundation.database, pool);
    const of = async (number: number) => {
      const match = await matchOf(number, pool._id);
      return [match?.amountMinor, match?.boundBy];
    };
    // The card's limit of ¥300 binds 81 and 82, the mailbox's 81 and 83; 84 is somebody else.
    expect(await Promise.all([81, 82, 83, 84].map(of))).toEqual([
      [15_000n, 'perGiver'],
      [15_000n, 'perGiver'],
      [15_000n, 'perGiver'],
      [20_000n, null],
    ]);
    await settledGift(85, 200, 'third@example.org', UNRESTRICTED, { card: 'fingerprint-1' });
    await sharePoolOnce(foundation.database, pool);
    expect(await of(85)).toEqual([0n, 'perGiver']);
    const stored = await donationMatches(foundation.database).find({ pool: pool._id }).lean();
    expect(stored.map(({ cardKey }) => cardKey).join()).not.toContain('fingerprint');
  });

  it('matches every part of a gift for several purposes', async () => {
    const health = { ...UNRESTRICTED, sectors: ['health'] };
    await settledGift(86, 10, 'parts@example.org');
    await settledGift(86, 5, 'parts@example.org', health, { part: 1 });
    await sharePoolOnce(foundation.database, await poolOf(storyId(7)));
    const parts = await donationMatches(foundation.database)
      .find({ pool: storyId(7), donation: storyId(86) })
      .sort({ _id: 1 })
      .lean();
    expect(parts.map(({ amountMinor }) => amountMinor)).toEqual([1_000n, 500n]);
  });

  it('is never overdrawn while two processes settle, share, refund, top up and post at once', async () => {
    const id = storyId(8);
    await openPool(programme, poolInput(8, { caps: NO_LIMITS }));
    await fill(15, id, 20_000n);
    await receive(25, 15, 5_000n);
    const pool = await poolOf(id);
    const other = await foundation.connectAgain();
    const connections = [foundation.database, other];
    const seen: bigint[] = [];
    let working = true;
    const look = async () => {
      while (working) {
        const position = await inTransaction(other, (session) => readPoolPosition(other, pool, session));
        seen.push(position.availableMinor, position.cashMinor);
      }
    };
    const gifts = Array.from({ length: 16 }, (_, index) => 200 + index);
    const settle = (database: Database, numbers: readonly number[]) =>
      numbers.reduce(
        (before, number) =>
          before.then(() => settledGift(number, 40, `g${number}@example.org`, UNRESTRICTED, { database })),
        Promise.resolve(),
      );
    const share = async (database: Database) => {
      for (let turn = 0; turn < 3; turn += 1) {
        await sharePoolOnce(database, pool);
        await matchDonations({ ...programme, database });
      }
    };
    const refund = async (database: Database, numbers: readonly number[]) => {
      for (const number of numbers)
        await inTransaction(database, (session) => releaseMatch(database, session, storyId(number)));
    };
    const topUp = async () => {
      for (const number of [26, 27, 28]) await receive(number, 15, 5_000n);
    };
    const looking = look();
    await Promise.all([
      ...connections.map((database, index) =>
        settle(
          database,
          gifts.filter((number) => number % 2 === index),
        ),
      ),
      ...connections.map(share),
      refund(other, gifts.slice(0, 4)),
      topUp(),
    ]);
    foundation.clock.advance(20 * DAY_MS);
    await Promise.all([...connections.map(share), refund(foundation.database, gifts.slice(4, 8))]);
    working = false;
    await looking;
    await share(other);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.filter((amount) => amount < 0n)).toEqual([]);
    const position = await readPoolPosition(foundation.database, pool);
    // Sixteen gifts of ¥40 want three times what the sponsor has sent; what was refunded in time is nobody's.
    expect(position.cashMinor + position.finalMinor).toBe(20_000n);
    expect([position.heldMinor, position.availableMinor >= 0n]).toEqual([0n, true]);
    expect(await breachesOfMoney()).toEqual([]);
    await other.connection.close();
  });

  it('and an entry by hand in the same moment: whichever comes second sees what the first has taken', async () => {
    const other = await foundation.connectAgain();
    for (let turn = 0; turn < 4; turn += 1) {
      const id = storyId(300 + turn);
      await openPool(programme, poolInput(300 + turn, { caps: NO_LIMITS }));
      await fill(310 + turn, id, 10_000n);
      await receive(320 + turn, 310 + turn, 10_000n);
      const pool = await poolOf(id);
      const post = await entryByHand(330 + turn, pool.fundId, '6000');
      await settledGift(340 + turn, 80, `both${turn}@example.org`);
      const [taken] = await Promise.allSettled([post(), sharePoolOnce(other, pool)]);
      await sharePoolOnce(other, pool);
      const { cashMinor, heldMinor, availableMinor } = await readPoolPosition(foundation.database, pool);
      expect(availableMinor >= 0n).toBe(true);
      // Eighty yuan are wanted of a hundred: with sixty gone there are forty, or nothing is taken.
      expect([taken.status, cashMinor, heldMinor]).toEqual(
        taken.status === 'fulfilled' ? ['fulfilled', 4_000n, 4_000n] : ['rejected', 10_000n, 8_000n],
      );
    }
    await other.connection.close();
  });

  it('posts no match that its fund cannot pay, whoever took the money, and does so once it is back', async () => {
    const id = storyId(9);
    await openPool(programme, poolInput(9, { caps: NO_LIMITS }));
    await fill(16, id, 20_000n);
    await receive(29, 16, 10_000n);
    const pool = await poolOf(id);
    await settledGift(240, 80, 'held@example.org');
    await sharePoolOnce(foundation.database, pool);
    const { database, clock } = foundation;
    // Eight thousand of ten are held for a gift, so that an entry by hand may take two and no more.
    const post = await entryByHand(251, pool.fundId, '2001');
    await expect(post()).rejects.toThrow(EntryOverdrawsFund);
    await inTransaction(database, async (session) => {
      const taken: EntryDraft = {
        ...({
          kind: 'manual',
          cause: storyId(250),
          effectiveOn: day('2026-03-02'),
          currency: 'CNY',
        } as const),
        ...{ narrative: 'As if somebody had gone around every rule' },
        postings: [
          debit(`fund:${pool.fundId}`, 5_000n, { nature: 'management', fund: pool.fundId }),
          credit('bank:main', 5_000n, { fund: pool.fundId }),
        ],
      };
      await postEntries(database, session, [taken], clock.now());
    });
    clock.advance(20 * DAY_MS);
    await matchDonations(programme);
    expect(await matchOf(240, id)).toMatchObject({ status: 'held', amountMinor: 8_000n });
    expect(await readPoolPosition(database, pool)).toMatchObject({ cashMinor: 5_000n, finalMinor: 0n });
    await receive(30, 16, 10_000n);
    await matchDonations(programme);
    expect(await readPoolPosition(database, pool)).toMatchObject({ cashMinor: 7_000n, finalMinor: 8_000n });
  });

  it('forgets who gave once it is closed and everything is final', async () => {
    await closePool(programme, { id: POOL });
    await matchDonations(programme);
    expect((await poolOf(POOL)).giverSalt).toBeNull();
  });

  it('matches nobody whom the register relates to the grantee, in person or through an organization', async () => {
    const id = storyId(400);
    await openPool(programme, poolInput(400, { caps: NO_LIMITS }));
    await fill(410, id, 100_000n);
    await receive(420, 410, 100_000n);
    const company = { id: storyId(401), kind: 'enterprise' as const, creditCode: '91350100M000100Y43' };
    const named = { name: { zh: '公司', en: 'Company' }, locality: null, bankAccount: null };
    await registerParty(programme, { ...company, ...named });
    const member = (id: string, memberships: StoredPerson['memberships']) =>
      people(foundation.database).create({
        ...{ _id: id, name: id, email: `${id}@example.org`, emailVerified: true, roles: [], memberships },
        ...{ createdBy: null, createdAt: new Date(), updatedAt: new Date(), requestDigest: 'x' },
      });
    await member('cousin', []);
    await member('clerk', [{ partyId: company.id, role: 'editor' }]);
    const toProject = { ...UNRESTRICTED, projects: [PROJECT] };
    const payer = (creditCode: string) => ({ kind: 'company' as const, title: '公司', creditCode });
    const byCompany = { payer: payer(company.creditCode) };
    await settledGift(430, 10, 'Cousin+gifts@example.org', toProject);
    await settledGift(431, 10, 'treasurer@company.example', toProject, byCompany);
    const [cousin, clerk] = [storyId(440), storyId(441)];
    for (const [relation, person, kind] of [
      [cousin, 'cousin', 'family'],
      [clerk, 'clerk', 'ownership'],
    ] as const)
      await declareRelation(programme, { id: relation, person, party: GRANTEE, kind, note: '' });
    await settledGift(432, 10, 'Cousin+gifts@example.org', toProject);
    await settledGift(433, 10, 'treasurer@company.example', toProject, byCompany);
    // Another project, another company, and after the relation has ended: nothing stands in the way.
    await settledGift(434, 10, 'cousin@example.org');
    await settledGift(435, 10, 'other@example.org', toProject, { payer: payer('91350100M000100Y44') });
    await endRelation(programme, cousin);
    await settledGift(436, 10, 'cousin@example.org', toProject);
    const became = await Promise.all([430, 431, 432, 433, 434, 435, 436].map((gift) => matchOf(gift, id)));
    expect(became.map((match) => match?.because ?? match?.status)).toEqual([
      ...['waiting', 'waiting', 'related', 'related', 'waiting', 'waiting', 'waiting'],
    ]);
    await closePool(programme, { id });
  });
});
