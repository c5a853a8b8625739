/** The journal explorer's reading on a real database: what a filter finds, page by page, before and after the seal. */
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { day, giftDraft, openLedger, transfer, type LedgerRig } from '../../test/support/ledger-rig.ts';
import { reversalOf } from '../domain/journal.ts';
import {
  indexFor,
  isMeant,
  SearchTooWide,
  sealedConditions,
  waitingConditions,
  waitingIndexFor,
  type EntryFilter,
} from './entry-filter.ts';
import { countEntries, findReversal, readEntries, readTotal } from './find-entries.ts';
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

describe('what the found entries come to', () => {
  const total = (filter: EntryFilter, most = 100) => readTotal(ledger.database, filter, most);

  it('is the sum of the postings that the filter is about, sealed or not', async () => {
    await ledger.post(giftDraft('f', { effectiveOn: '2026-03-04', giftMinor: 7n, fundId: 'gifts-x' }));
    expect(await total({ account: 'fund:gifts-x' })).toEqual({
      ...{ entries: 3, debitMinor: 0n, creditMinor: 1_707n },
    });
    expect(await total({ fund: 'gifts-x', nature: 'contribution' })).toEqual({
      ...{ entries: 2, debitMinor: 0n, creditMinor: 1_007n },
    });
    expect(await total({ leastMinor: 1_000n, mostMinor: 1_500n })).toEqual({
      ...{ entries: 2, debitMinor: 2_500n, creditMinor: 2_500n },
    });
    expect(await total({ account: 'nowhere' })).toEqual({ entries: 0, debitMinor: 0n, creditMinor: 0n });
    await ledger.seal();
    expect(await total({ account: 'fund:gifts-x' })).toMatchObject({ entries: 3, creditMinor: 1_707n });
  });

  it('equals what the pages add up to, whatever the filter', async () => {
    const filters: EntryFilter[] = [
      {},
      { nature: 'contribution' },
      { kind: 'allocation' },
      { sector: 'health' },
    ];
    for (const filter of filters) {
      const { entries } = await readEntries(ledger.database, filter, { limit: 100 });
      const meant = entries.flatMap(({ postings }) => postings.filter((one) => isMeant(filter, one)));
      expect(await total(filter)).toEqual({
        entries: entries.length,
        debitMinor: meant.reduce((sum, { debitMinor }) => sum + debitMinor, 0n),
        creditMinor: meant.reduce((sum, { creditMinor }) => sum + creditMinor, 0n),
      });
      expect(await countEntries(ledger.database, filter, 100)).toBe(entries.length);
    }
  });

  it('is not added up where there is more than may be', async () => {
    expect(await total({}, 6)).toBeNull();
    expect(await total({}, 7)).toMatchObject({ entries: 7 });
    expect(await countEntries(ledger.database, {}, 3)).toBe(4);
  });
});

describe('each condition that the screen offers', () => {
  const RARE = { sector: 'water', locality: '310118', round: 'r2', project: 'p2', award: 'w2' } as const;
  const FOUND: readonly (readonly [string, EntryFilter, number])[] = [
    ['event', { kind: 'manual' }, 3],
    ['nature', { nature: 'programme' }, 3],
    ['first day', { from: day('2026-11-01') }, 3],
    ['last day', { through: day('2025-12-31') }, 0],
    ['account', { account: 'award-payable:w2' }, 3],
    ['fund', { fund: 'rare' }, 3],
    ['kind of party', { partyKind: 'government' }, 3],
    ['sector', { sector: RARE.sector }, 3],
    ['locality', { locality: RARE.locality }, 3],
    ['project', { project: RARE.project }, 3],
    ['award', { award: RARE.award }, 3],
    ['round', { round: RARE.round }, 3],
    ['cause', { cause: 'rare-1' }, 1],
  ];

  beforeAll(async () => {
    await ledger.post(...Array.from({ length: 200 }, (_, number) => giftDraft(`many-${number}`)));
    await ledger.post(
      ...[1, 2, 3].map((number) =>
        transfer(`rare-${number}`, 'fund:rare', 'award-payable:w2', 3n, {
          ...{ ...RARE, fund: 'rare', nature: 'programme', partyKind: 'government' },
          ...{ kind: 'manual', effectiveOn: `2026-11-0${number}` },
        }),
      ),
    );
    await ledger.seal();
  });

  const plan = async (filter: EntryFilter, range = {}) => {
    const chosen = await journalEntries(ledger.database)
      .find({ ...sealedConditions(filter), ...range })
      .sort({ bookedOn: -1, sequence: -1 })
      .limit(51)
      .hint(indexFor(filter))
      .explain('executionStats');
    const { executionStats } = chosen as unknown as { executionStats: { totalDocsExamined: number } };
    return { text: mongoose.mongo.BSON.EJSON.stringify(chosen), examined: executionStats.totalDocsExamined };
  };

  it.each(FOUND)('%s, alone: reads what it finds and nothing else', async (_name, filter, expected) => {
    expect(await found(filter)).toHaveLength(expected);
    const { text, examined } = await plan(filter);
    expect(text).toContain('IXSCAN');
    expect(text).not.toContain('COLLSCAN');
    expect(examined).toBeLessThanOrEqual(expected);
  });

  it.each(FOUND)('%s, alone: the page after begins in its index, too', async (_name, filter) => {
    const before = { bookedOn: mongoose.trusted({ $gte: filter.from ?? '', $lt: '2026-11-03' }) };
    const { text, examined } = await plan(filter, filter.through === undefined ? before : {});
    expect(text).not.toContain('COLLSCAN');
    expect(examined).toBeLessThanOrEqual(3);
  });

  const SORTED = FOUND.filter(
    ([, filter]) => !('project' in filter || 'award' in filter || 'cause' in filter),
  );

  it.each(SORTED)(
    '%s: gives its page in the order of the explorer, and sorts nothing',
    async (_name, filter) => {
      expect((await plan(filter)).text).not.toContain('"SORT"');
    },
  );

  it('amount: is found along the days, from the newest on', async () => {
    for (const filter of [{ leastMinor: 3n }, { mostMinor: 3n }]) {
      const { text } = await plan(filter);
      expect(text).toContain('sealed_by_day');
      expect(text).not.toContain('"SORT"');
    }
  });

  it('nothing: reads one page from the end of the days', async () => {
    const { text, examined } = await plan({});
    expect(text).not.toContain('"SORT"');
    expect(examined).toBeLessThanOrEqual(51);
  });
  it('waiting for the seal: a fund and a project are found among all that waits, the rest with it', async () => {
    const others = Array.from({ length: 9 }, (_, number) =>
      giftDraft(`other-${number}`, { effectiveOn: '2026-11-20', fundId: 'another' }),
    );
    const ofRare = { ...RARE, fund: 'rare', nature: 'programme', kind: 'manual' } as const;
    await ledger.post(
      ...others,
      transfer('waits', 'fund:rare', 'award-payable:w2', 3n, { ...ofRare, effectiveOn: '2026-11-20' }),
    );
    const examined = async (filter: EntryFilter) => {
      const chosen = await journalEntries(ledger.database)
        .find(waitingConditions(filter, null)!)
        .hint(waitingIndexFor(filter))
        .explain('executionStats');
      return (chosen as unknown as { executionStats: { totalDocsExamined: number } }).executionStats
        .totalDocsExamined;
    };
    for (const filter of [{ fund: 'rare' }, { account: 'fund:rare' }, { project: 'p2' }, { round: 'r2' }])
      expect(await found(filter, 1)).toEqual(['waits']);
    expect(await examined({ fund: 'rare' })).toBe(1);
    expect(await examined({ fund: 'rare', account: 'fund:rare' })).toBe(1);
    expect(await examined({ project: 'p2' })).toBe(4);
    expect(await examined({ account: 'fund:rare' })).toBe(10);
    await ledger.seal();
  });
});

it('says that a search is too wide instead of going on for ever', async () => {
  const slow = Object.assign(new Error('operation exceeded time limit'), { code: 50 });
  const find = vi.spyOn(journalEntries(ledger.database), 'find').mockImplementation(() => {
    throw slow;
  });
  await expect(readEntries(ledger.database, { leastMinor: 1n }, { limit: 1 })).rejects.toThrow(SearchTooWide);
  find.mockRestore();
});
