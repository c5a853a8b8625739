/** Finance staff and the auditor read the books: the chart, an account's entries, one entry with its seal and proof. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput, NotFound, NotPermitted, SignInRequired } from '../../server/domain/errors.ts';
import { minor } from '../../server/domain/money.ts';
import { pledgeBecameBinding, pledgeReceiptRecorded } from '../../server/domain/posting-rules.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { inTransaction } from '../../server/db/database.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { sha256 } from '../../server/ledger/sha-256.ts';
import { listAccounts, readChart } from '../../server/services/books/chart-of-accounts.ts';
import { exploreJournal, sealOfEntry, showEntry } from '../../server/services/books/explore-journal.ts';
import { proofOfEntry } from '../../server/services/ledger-bundle.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';
import { verifySignature } from '../support/ledger-bundles.ts';
import { day, giftDraft } from '../support/ledger-rig.ts';

let foundation: Foundation;
let auditor: ReturnType<Foundation['as']>;
const page = { first: 50, after: null };

const pledge = (amountMinor: bigint, effectiveOn: string) =>
  ({
    pledgeId: 'p',
    fundId: 'pledge-p',
    partyKind: 'government',
    amountMinor: minor(amountMinor),
    effectiveOn: day(effectiveOn),
    currency: 'CNY',
    narrative: 'Pledge of the county',
  }) as const;

beforeAll(async () => {
  foundation = await openFoundation();
  auditor = foundation.as('Wu Qing', ['auditor']);
  const drafts = [
    pledgeBecameBinding(pledge(60_000n, '2026-02-01')),
    pledgeReceiptRecorded({ ...pledge(45_000n, '2026-02-20'), receiptId: 'r' }),
    giftDraft('g', { effectiveOn: '2026-03-01' }),
  ];
  const { database, clock } = foundation;
  await inTransaction(database, (session) => postEntries(database, session, drafts, clock.now()));
});
afterAll(() => foundation.close());

describe('the chart of accounts', () => {
  const balances = async (asOf: string | null) =>
    (await readChart(auditor, asOf === null ? null : day(asOf))).flatMap(
      ({ description, accounts, debitMinor, creditMinor }) =>
        accounts === 0
          ? []
          : [`${description.account.code} ${description.name.en} ${debitMinor - creditMinor}`],
    );

  it('says what each kind holds, now and on any day', async () => {
    expect(await balances(null)).toEqual([
      '1002 Bank 45000',
      '1009 Payment clearing 10000',
      '1122 Pledges receivable 15000',
      '3101 Unrestricted funds -10000',
      '3102 Restricted funds -60000',
    ]);
    expect(await balances('2026-02-10')).toEqual([
      '1122 Pledges receivable 60000',
      '3102 Restricted funds -60000',
    ]);
  });

  it('opens the accounts of a kind', async () => {
    const accounts = await listAccounts(auditor, { kind: 'receivable', asOf: null }, page);
    expect(accounts).toEqual({
      items: [{ account: 'receivable:p', debitMinor: 60_000n, creditMinor: 45_000n }],
      next: null,
    });
    const all = await listAccounts(auditor, { kind: null, asOf: null }, { first: 100, after: null });
    const first = await listAccounts(auditor, { kind: null, asOf: null }, { first: 2, after: null });
    const rest = await listAccounts(auditor, { kind: null, asOf: null }, { first: 100, after: first.next });
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect([first.items.length, rest.next]).toEqual([2, null]);
  });
});

describe('an entry', () => {
  it('is found by what its postings say, and its postings sum to the balance that led to it', async () => {
    const { entries } = await exploreJournal(auditor, { account: 'receivable:p' }, page);
    const net = entries
      .flatMap(({ postings }) => postings.filter(({ account }) => account === 'receivable:p'))
      .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n);
    expect(net).toBe(15_000n);
  });

  it('shows its seal once it has one, with a proof that a stranger can check', async () => {
    const { database, clock } = foundation;
    const id = 'pledge-receipt:r';
    expect(await sealOfEntry(auditor, await showEntry(auditor, id))).toBeNull();
    await expect(proofOfEntry(auditor, id)).rejects.toThrow(NotFound);
    await sealBatch(database);
    await signCheckpoint(database, auditor.checkpointSigner, clock.now());
    const seal = await sealOfEntry(auditor, await showEntry(auditor, id));
    expect(seal).toMatchObject({ unaltered: true, checkpoint: { treeSize: 3 } });
    const check = new BundleCheck({ sha256, verifySignature });
    for await (const line of await proofOfEntry(auditor, id)) check.take(Buffer.from(line));
    expect(await check.finish()).toMatchObject({ holds: true, findings: [] });
  });

  it('tells when it is no longer what was sealed', async () => {
    const id = 'pledge-receipt:r';
    const entries = foundation.database.connection.collection('journalEntries');
    await entries.updateOne({ _id: id as never }, { $set: { narrative: 'Another story' } });
    expect(await sealOfEntry(auditor, await showEntry(auditor, id))).toMatchObject({ unaltered: false });
    await entries.updateOne({ _id: id as never }, { $set: { narrative: 'Pledge of the county' } });
  });
});

describe('the books', () => {
  it('are closed to visitors, grantees and administrators', async () => {
    const member = [{ partyId: 'p3', role: 'owner' }] as const;
    for (const [who, refusal] of [
      [foundation.anyone, SignInRequired],
      [foundation.as('Gu Lan', [], member), NotPermitted],
      [foundation.as('Admin', ['administrator']), NotPermitted],
    ] as const) {
      await expect(readChart(who, null)).rejects.toThrow(refusal);
      await expect(listAccounts(who, { kind: null, asOf: null }, page)).rejects.toThrow(refusal);
      await expect(exploreJournal(who, {}, page)).rejects.toThrow(refusal);
      await expect(showEntry(who, 'pledge-receipt:r')).rejects.toThrow(refusal);
      await expect(proofOfEntry(who, 'pledge-receipt:r')).rejects.toThrow(refusal);
    }
  });

  it('refuse a range that is none, and a page after nothing', async () => {
    const backwards = { from: day('2026-03-02'), through: day('2026-03-01') };
    await expect(exploreJournal(auditor, backwards, page)).rejects.toThrow(InvalidInput);
    await expect(exploreJournal(auditor, { leastMinor: 2n, mostMinor: 1n }, page)).rejects.toThrow(
      InvalidInput,
    );
    await expect(exploreJournal(auditor, {}, { first: 5, after: 'nothing:x' })).rejects.toThrow(NotFound);
    await expect(showEntry(auditor, 'nothing:x')).rejects.toThrow(NotFound);
  });
});
