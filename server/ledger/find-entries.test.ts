/** The journal explorer's reading on a real database: what a filter finds, page by page, before and after the seal. */
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day, giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { reversalOf } from '../domain/journal.ts';
import { findReversal, indexFor, isMeant, readEntries, type EntryFilter } from './find-entries.ts';
import { findEntry } from './read-ledger.ts';
import { journalEntries } from './models/journal-entry.ts';
import { sealStates } from './models/seal-state.ts';

let ledger: LedgerRig;

const found = async (filter: EntryFilter, limit = 100) =>
  (await readEntries(ledger.database, filter, { limit })).entries.map(({ cause }) => cause);

/** Every page one after another, of two entries each. */
async function paged(filter: EntryFilter): Promise<string[]> {
  const causes: string[] = [];
  for (let before: Awaited<ReturnType<typeof findEntry>> = null; ;) {
    const page = await readEntries(ledger.database, filter, {
      limit: 2,
      ...(before === null ? {} : { before }),
    });
    causes.push(...page.entries.map(({ cause }) => cause));
    if (!page.hasMore) return causes;
    before = page.entries.at(-1) ?? null;
  }
}

beforeAll(async () => {
  ledger = await openLedger();
  await ledger.post(
    giftDraft('a', { effectiveOn: '2026-01-10', giftMinor: 500n }),
    giftDraft('b', { effectiveOn: '2026-02-10', giftMinor: 1_000n, fundId: 'gifts-x' }),
    giftDraft('c', { effectiveOn: '2026-02-10', giftMinor: 1_500n }),
    transfer('d', 'fund:gifts-x', 'fund:project-p', 700n, {
      ...{ fund: 'gifts-x', project: 'p', sector: 'health', locality: '330421', round: 'r' },
      ...{ nature: 'allocation', effectiveOn: '2026-02-20', kind: 'allocation' },
    }),
  );
  await ledger.seal(2);
  const gift = await findEntry(ledger.database, 'donation-settled:a');
  await ledger.post(
    reversalOf(gift!, day('2026-03-01'), 'booked twice'),
    giftDraft('e', { effectiveOn: '2026-01-20', giftMinor: 2_000n }),
  );
});
afterAll(() => ledger.stop());

describe('the explorer', () => {
  it('shows what waits for its seal first, then the newest booking day', async () => {
    expect(await found({})).toEqual(['donation-settled:a', 'e', 'd', 'c', 'b', 'a']);
  });

  it('finds by what an entry is', async () => {
    expect(await found({ kind: 'allocation' })).toEqual(['d']);
    expect(await found({ cause: 'a' })).toEqual(['donation-settled:a', 'a']);
    expect(await found({ from: day('2026-02-01'), through: day('2026-02-28') })).toEqual(['d', 'c', 'b']);
  });

  it('finds by what one posting says', async () => {
    expect(await found({ account: 'fund:gifts-x' })).toEqual(['d', 'b']);
    expect(await found({ fund: 'gifts-x', nature: 'contribution' })).toEqual(['b']);
    expect(await found({ sector: 'health', locality: '330421', round: 'r', project: 'p' })).toEqual(['d']);
    expect(await found({ account: 'stripe-clearing', nature: 'contribution' })).toEqual([]);
    expect(await found({ leastMinor: 1_000n, mostMinor: 1_500n })).toEqual(['c', 'b']);
    expect(await found({ account: "fund:x' || true" })).toEqual([]);
  });

  it('tells which of the postings are meant', async () => {
    const entry = await findEntry(ledger.database, 'donation-settled:b');
    const meant = entry!.postings.filter((posting) => isMeant({ nature: 'contribution' }, posting));
    expect(meant.map(({ account }) => account)).toEqual(['fund:gifts-x']);
  });

  it('gives every entry on exactly one page, whatever the filter', async () => {
    for (const filter of [{}, { account: 'stripe-clearing' }, { through: day('2026-02-28') }])
      expect(await paged(filter)).toEqual(await found(filter));
  });

  it('knows what undoes an entry', async () => {
    expect((await findReversal(ledger.database, 'donation-settled:a'))?.cause).toBe('donation-settled:a');
    expect(await findReversal(ledger.database, 'donation-settled:b')).toBeNull();
  });

  it('puts what is late for a closed period on the first open day, sealed or not', async () => {
    await sealStates(ledger.database).updateOne({ _id: 'ledger' }, { $set: { closedThrough: '2026-01' } });
    const inFebruary = { account: 'stripe-clearing', from: day('2026-02-01'), through: day('2026-02-09') };
    const inJanuary = { account: 'stripe-clearing', through: day('2026-01-31') };
    expect(await found(inFebruary)).toEqual(['e']);
    expect(await found(inJanuary)).toEqual(['a']);
    await ledger.seal();
    expect(await found(inFebruary)).toEqual(['e']);
    expect(await found(inJanuary)).toEqual(['a']);
    expect(await found({})).toEqual(['donation-settled:a', 'd', 'c', 'b', 'e', 'a']);
  });
});

describe('each way of finding', () => {
  const anyDay = { bookedOn: mongoose.trusted({ $gte: '' }) };
  const plan = async (conditions: object, filter: EntryFilter) =>
    mongoose.mongo.BSON.EJSON.stringify(
      await journalEntries(ledger.database)
        .find({ ...conditions })
        .sort({ bookedOn: -1, sequence: -1 })
        .limit(51)
        .hint(indexFor(filter) ?? { bookedOn: 1, sequence: 1 })
        .explain('queryPlanner'),
    );

  it('reads everything from the end of its index, and sorts nothing', async () => {
    const chosen = await plan(anyDay, {});
    expect(chosen).toContain('IXSCAN');
    expect(chosen).not.toContain('"SORT"');
  });

  it.each([
    ['an account', { 'postings.account': 'bank:main', ...anyDay }, { account: 'bank:main' }],
    ['a fund', { 'postings.fund': 'general', ...anyDay }, { fund: 'general' }],
    ['a project', { 'postings.project': 'p', ...anyDay }, { project: 'p' }],
    ['an award', { 'postings.award': 'w', ...anyDay }, { award: 'w' }],
  ])('of %s reads only what it is about', async (_what, conditions, filter) => {
    const chosen = await plan(conditions, filter);
    expect(chosen).toContain('IXSCAN');
    expect(chosen).not.toContain('COLLSCAN');
  });
});
