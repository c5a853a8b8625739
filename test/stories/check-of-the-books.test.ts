/** The nightly check of the books as those hear of it who answer for them: kept, logged, shown until a later one is clean. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWholeLedgerJob } from '../../jobs/check-whole-ledger.ts';
import { NotPermitted, SignInRequired } from '../../server/domain/errors.ts';
import { inTransaction } from '../../server/db/database.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { listLedgerChecks } from '../../server/services/check-ledger.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';
import { giftDraft } from '../support/ledger-rig.ts';

const PAGE = { first: 10, after: null };

let foundation: Foundation;
let finance: ReturnType<Foundation['as']>;
let auditor: ReturnType<Foundation['as']>;
const logged: string[] = [];

async function night(): Promise<void> {
  foundation.clock.advance(24 * 3_600_000);
  logged.length = 0;
  const log = {
    info: (_about: object, text: string) => void logged.push(`info: ${text}`),
    error: (_about: object, text: string) => void logged.push(`error: ${text}`),
  };
  await checkWholeLedgerJob.perform(finance as never, {}, log);
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
  // The entry has no donation behind it, which the check would say rightly: this story has none to record.
  await database.connection.collection('donations').insertOne({
    ...{ _id: 'g' as never, status: 'settled', giftMinor: 100n, feeCoverMinor: 0n },
  });
});
afterAll(() => foundation.close());

describe('the nightly check of the books', () => {
  it('is kept with when, how much and what it found', async () => {
    expect(await listLedgerChecks(finance, PAGE)).toEqual([]);
    await night();
    const [check] = await listLedgerChecks(auditor, PAGE);
    expect(check).toMatchObject({ entries: 1, breachCount: 0, startedAt: foundation.clock.now() });
    expect(check?.results.map(({ invariant }) => invariant)).toContain('roll-ups equal a full replay');
    expect(logged).toEqual(['info: The ledger is sound.']);
    expect(await listWaiting(finance)).toEqual([]);
  });

  it('that fails is logged as an error and waits for finance officers and auditors until a later one is clean', async () => {
    await tamper(101n);
    await night();
    const [check, earlier] = await listLedgerChecks(finance, PAGE);
    expect(check?.breachCount).toBeGreaterThan(0);
    expect(check?.results.flatMap(({ breaches }) => breaches)[0]).toContain('donation-settled:g');
    expect(earlier?.breachCount).toBe(0);
    expect(await listLedgerChecks(finance, { first: 1, after: check?._id ?? '' })).toEqual([earlier]);
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

  it('is read by the staff alone', async () => {
    await expect(listLedgerChecks(foundation.anyone, PAGE)).rejects.toThrow(SignInRequired);
    await expect(listLedgerChecks(foundation.as('Ma', ['administrator']), PAGE)).rejects.toThrow(
      NotPermitted,
    );
    await expect(listLedgerChecks(finance, { first: 1, after: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
