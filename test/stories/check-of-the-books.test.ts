/** The nightly check of the books as those hear of it who answer for them: kept, logged, shown until a later one is clean. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWholeLedgerJob } from '../../jobs/check-whole-ledger.ts';
import { sendLedgerAlarmJob } from '../../jobs/send-ledger-alarm.ts';
import { NotPermitted, SignInRequired } from '../../server/domain/errors.ts';
import { inTransaction } from '../../server/db/database.ts';
import { people } from '../../server/db/models/person.ts';
import type { Mail } from '../../server/gateways/mailer.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { countBreaches, listLedgerChecks } from '../../server/services/check-ledger.ts';
import { readCloseFacts } from '../../server/services/periods/close-facts.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';
import { giftDraft } from '../support/ledger-rig.ts';

const PAGE = { first: 10, after: null };

let foundation: Foundation;
let finance: ReturnType<Foundation['as']>;
let auditor: ReturnType<Foundation['as']>;
const logged: string[] = [];
const queued: { readonly checkId: string; readonly personId: string }[] = [];
const mails: Mail[] = [];

/** Who has an account, in which roles, and the language that they have used. */
const ACCOUNTS = [
  ['li', ['finance-officer'], 'zh', null],
  ['wu', ['auditor'], 'en', null],
  ['qian', ['finance-officer', 'approver'], null, null],
  ['gone', ['auditor'], 'en', new Date('2026-01-01T00:00:00Z')],
  ['zhou', ['programme-officer'], 'zh', null],
] as const;

/** What the worker has: a queue that is written to, and a mail server. */
const worker = () =>
  ({
    ...finance,
    queue: {
      enqueue: (name: string, payload: (typeof queued)[number]) => {
        expect(name).toBe('send-ledger-alarm');
        queued.push(payload);
        return Promise.resolve();
      },
    },
    mailer: { send: (mail: Mail) => Promise.resolve(void mails.push(mail)) },
  }) as never;

async function night(): Promise<void> {
  foundation.clock.advance(24 * 3_600_000);
  logged.length = 0;
  const log = {
    info: (_about: object, text: string) => void logged.push(`info: ${text}`),
    error: (_about: object, text: string) => void logged.push(`error: ${text}`),
  };
  queued.length = 0;
  await checkWholeLedgerJob.perform(worker(), {}, log);
}

/** Changes what is stored, as no use case can. */
const tamper = (debitMinor: bigint) =>
  foundation.database.connection
    .collection('journalEntries')
    .updateOne({ _id: 'donation-settled:g' as never }, { $set: { 'postings.0.debitMinor': debitMinor } });

beforeAll(async () => {
  foundation = await openFoundation();
  finance = foundation.as('Li Zhen', ['finance-officer']);
  auditor = foundation.as('Wu Qing', ['auditor']);
  const { database, clock } = foundation;
  const drafts = [giftDraft('g', { effectiveOn: '2026-03-01', giftMinor: 100n })];
  await inTransaction(database, (session) => postEntries(database, session, drafts, clock.now()));
  await sealBatch(database);
  for (const [name, roles, locale, closedAt] of ACCOUNTS)
    await people(database).create([
      {
        ...{ _id: name, name, email: `${name}@fund.example`, emailVerified: true, roles, locale, closedAt },
        ...{ memberships: [], createdBy: null, createdAt: clock.now(), updatedAt: clock.now() },
        requestDigest: 'none',
      },
    ]);
  // The entry has no donation behind it, which the check would say rightly: this story has none to record.
  await database.connection.collection('donations').insertOne({
    ...{ _id: 'g' as never, status: 'settled', giftMinor: 100n, feeCoverMinor: 0n },
  });
});
afterAll(() => foundation.close());

describe('the nightly check of the books', () => {
  it('is kept with when, how much and what it found', async () => {
    expect((await listLedgerChecks(finance, PAGE)).items).toEqual([]);
    await night();
    const [check] = (await listLedgerChecks(auditor, PAGE)).items;
    expect(check).toMatchObject({ entries: 1, breachCount: 0, startedAt: foundation.clock.now() });
    expect(check?.results.map(({ invariant }) => invariant)).toContain('roll-ups equal a full replay');
    expect(logged).toEqual(['info: The ledger is sound.']);
    expect(queued).toEqual([]);
    expect(await listWaiting(finance)).toEqual([]);
  });

  it('that fails is logged as an error and waits for finance officers and auditors until a later one is clean', async () => {
    await tamper(101n);
    await night();
    const [check, earlier] = (await listLedgerChecks(finance, PAGE)).items;
    expect(check?.breachCount).toBeGreaterThan(0);
    expect(check?.results.flatMap(({ breaches }) => breaches)[0]).toContain('donation-settled:g');
    expect(earlier?.breachCount).toBe(0);
    const newest = await listLedgerChecks(finance, { first: 1, after: null });
    expect(await listLedgerChecks(finance, { first: 1, after: newest.next })).toEqual({
      items: [earlier],
      next: null,
    });
    expect(logged).toEqual(['error: The ledger breaches its invariants.']);
    for (const person of [finance, auditor])
      expect(await listWaiting(person)).toMatchObject([
        { kind: 'ledger-check', id: check?._id, step: 'look-into', since: check?.finishedAt },
      ]);
    for (const role of ['programme-officer', 'approver', 'council', 'administrator'] as const)
      expect(await listWaiting(foundation.as('Other', [role]))).toEqual([]);
    await tamper(100n);
    await night();
    expect(await listWaiting(finance)).toEqual([]);
  });

  it('that fails is mailed once to everybody who answers for the books, in the language that they read', async () => {
    await tamper(101n);
    await night();
    const [check] = (await listLedgerChecks(finance, PAGE)).items;
    expect(queued).toEqual(['li', 'qian', 'wu'].map((personId) => ({ checkId: check?._id, personId })));
    const log = { info: () => undefined, error: () => undefined };
    // Whatever is queued twice, or runs again after a crash, is the same mail to the server.
    for (const payload of [...queued, ...queued]) await sendLedgerAlarmJob.perform(worker(), payload, log);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(3);
    const [li, qian, wu] = mails;
    expect([li?.to, qian?.to, wu?.to]).toEqual(['li', 'qian', 'wu'].map((name) => `${name}@fund.example`));
    const count = check?.breachCount ?? 0;
    expect(li?.subject).toBe(`账簿检查发现 ${count} 处差异（2026-03-06）`);
    expect(li?.text).toContain('在查明原因之前，请勿结账，也不要发布公示。');
    expect(li?.text).not.toContain('The full check');
    expect(wu?.subject).toBe(`The check of the books found ${count} differences, 2026-03-06`);
    expect(wu?.text).toContain('https://give.example.org/app/ledger/checks');
    // Nobody knows which language this one reads.
    expect(qian?.text).toMatch(/请勿结账[^]*close no period/);
    const first = check?.results.find(({ breaches }) => breaches.length > 0)?.breaches[0] ?? 'nothing';
    for (const { text } of mails) expect(text).toContain(first);
    // An account that was closed meanwhile gets none, and a check that is asked for while closing a period writes to nobody.
    await people(foundation.database).updateOne({ _id: 'wu' }, { $set: { closedAt: new Date() } });
    await sendLedgerAlarmJob.perform(worker(), { checkId: check?._id ?? '', personId: 'wu' }, log);
    queued.length = 0;
    expect(await countBreaches(finance)).toBe(count);
    expect([mails.length, queued.length]).toEqual([6, 0]);
    const asked = async () => (await readCloseFacts(finance, '2026-02', null)).nightlyCheck;
    expect(await asked()).toEqual({ breaches: count, isRecent: true });
    await tamper(100n);
    await night();
    expect(queued).toEqual([]);
    expect(await asked()).toEqual({ breaches: 0, isRecent: true });
    foundation.clock.advance(49 * 3_600_000);
    expect(await asked()).toEqual({ breaches: 0, isRecent: false });
  });

  it('is read by the staff alone', async () => {
    await expect(listLedgerChecks(foundation.anyone, PAGE)).rejects.toThrow(SignInRequired);
    await expect(listLedgerChecks(foundation.as('Ma', ['administrator']), PAGE)).rejects.toThrow(
      NotPermitted,
    );
    await expect(listLedgerChecks(finance, { first: 1, after: 'none' })).rejects.toMatchObject({
      code: 'UNKNOWN_PAGE',
    });
  });
});
