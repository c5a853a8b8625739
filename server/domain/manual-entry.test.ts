/** The rule book of entries made by hand: what an accountant may write, and what is said beside which field. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertBalanced } from './journal.ts';
import { changeOfFund, netByFund, readHandEntry, type HandFacts, type HandLine } from './manual-entry.ts';
import type { CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;

const FACTS: HandFacts = {
  currency: 'CNY',
  today: day('2026-03-10'),
  closedThrough: null,
  funds: new Set(['general', 'water']),
  sectors: new Set(['health']),
  localities: new Set(['310118']),
  accounts: new Set(['bank:main']),
  firstOrdinaryPeriod: '2026-02',
  opened: new Set(),
};

const line = (account: string, change: Partial<HandLine> = {}): HandLine => ({
  ...{ account, debitMinor: '', creditMinor: '', nature: null, fund: 'general' },
  ...{ partyKind: null, sector: null, locality: null, ...change },
});

const RENT = [
  line('fund:general', { debitMinor: '120000', nature: 'management' }),
  line('bank:main', { creditMinor: '120000' }),
];

type Input = Parameters<typeof readHandEntry>[0];

const input = (change: Partial<Input> = {}): Input => ({
  ...{ kind: 'manual', effectiveOn: '2026-03-05', currency: 'CNY', narrative: 'Rent of March' },
  ...{ lines: RENT, documents: 1, ...change },
});

const faultsOf = (change: Partial<Input> = {}, facts: Partial<HandFacts> = {}) =>
  readHandEntry(input(change), { ...FACTS, ...facts }).faults.map(({ path, reason }) => `${path}: ${reason}`);

const withFirst = (change: Partial<HandLine>) => ({ lines: [{ ...RENT[0]!, ...change }, RENT[1]!] });

describe('an entry made by hand', () => {
  it('is right when it balances, names accounts of the chart and brings its document', () => {
    const { postings, faults } = readHandEntry(input(), FACTS);
    expect(faults).toEqual([]);
    expect(postings).toMatchObject([
      {
        account: 'fund:general',
        debitMinor: 120_000n,
        creditMinor: 0n,
        nature: 'management',
        fund: 'general',
      },
      { account: 'bank:main', debitMinor: 0n, creditMinor: 120_000n, fund: 'general' },
    ]);
  });

  it.each([
    ['unbalanced', withFirst({ debitMinor: '120001' }), ['lines: unbalanced']],
    ['of one line', { lines: [RENT[0]!] }, ['lines: line-count', 'lines: unbalanced']],
    ['without lines', { lines: [] }, ['lines: line-count']],
    ['zero', withFirst({ debitMinor: '0' }), ['lines[0].debitMinor: not-positive']],
    ['below zero', withFirst({ debitMinor: '-5' }), ['lines[0].debitMinor: not-positive']],
    ['of fractions', withFirst({ debitMinor: '12.5' }), ['lines[0].debitMinor: not-an-amount']],
    [
      'over 2^53',
      withFirst({ debitMinor: '9007199254740992' }),
      ['lines[0].debitMinor: amount-out-of-range'],
    ],
    ['on both sides', withFirst({ creditMinor: '1' }), ['lines[0].debitMinor: one-side']],
    ['on neither side', withFirst({ debitMinor: ' ' }), ['lines[0].debitMinor: one-side']],
    ['on an unknown account', withFirst({ account: 'cash' }), ['lines[0].account: unknown-account']],
    ['on an unknown fund', withFirst({ account: 'fund:moon' }), ['lines[0].account: unknown-account']],
    ['on an unknown bank', withFirst({ account: 'bank:x' }), ['lines[0].account: unknown-account']],
    ['on a pledge', withFirst({ account: 'receivable:p' }), ['lines[0].account: controlled-account']],
    ['on an award', withFirst({ account: 'award-payable:a' }), ['lines[0].account: controlled-account']],
    [
      'of another fund',
      withFirst({ fund: 'water' }),
      ['lines[0].fund: other-fund', 'lines[0].nature: restricted-fund'],
    ],
    ['without a nature', withFirst({ nature: null }), ['lines[0].nature: nature']],
    ['an allocation', withFirst({ nature: 'allocation' }), ['lines[0].nature: nature']],
    ['an opening', withFirst({ nature: 'opening' }), ['lines[0].nature: nature']],
    ['of an unknown sector', withFirst({ sector: 'x' }), ['lines[0].sector: unknown-sector']],
    ['of an unknown locality', withFirst({ locality: 'x' }), ['lines[0].locality: unknown-locality']],
    ['of an unknown party kind', withFirst({ partyKind: 'x' }), ['lines[0].partyKind: choose']],
    [
      'of a sector on an account that keeps none',
      {
        lines: [
          { ...RENT[0]!, sector: 'health' },
          line('refund-payable', { creditMinor: '120000', sector: 'health' }),
        ],
      },
      ['lines[1].sector: not-kept-here'],
    ],
    ['in another currency', { currency: 'EUR' }, ['currency: wrong-currency']],
    ['on no day', { effectiveOn: '2026-02-30' }, ['effectiveOn: not-a-date']],
    ['tomorrow', { effectiveOn: '2026-03-11' }, ['effectiveOn: in-future']],
    ['without words', { narrative: '  ' }, ['narrative: narrative-length']],
    ['without a document', { documents: 0 }, ['documents: document-missing']],
  ] as const)('%s is refused beside its field', (_what, change, expected) => {
    expect(faultsOf(change)).toEqual(expected);
  });

  it('dated into a closed period is refused, and the day after it is not', () => {
    const closed = { closedThrough: '2026-02' };
    expect(faultsOf({ effectiveOn: '2026-02-28' }, closed)).toEqual(['effectiveOn: closed-period']);
    expect(faultsOf({ effectiveOn: '2026-03-01' }, closed)).toEqual([]);
  });

  it('moves no money from one fund to another, though it balances in all', () => {
    const lines = [
      line('fund:water', { fund: 'water', debitMinor: '500', nature: 'contribution' }),
      line('fund:general', { creditMinor: '500', nature: 'contribution' }),
    ];
    expect(faultsOf({ lines })).toEqual(['lines: moves-between-funds']);
  });

  it('lets only the unrestricted fund bear costs', () => {
    const water = { fund: 'water' };
    const lines = [
      line('fund:water', { ...water, debitMinor: '500', nature: 'management' }),
      line('bank:main', { ...water, creditMinor: '500' }),
    ];
    expect(faultsOf({ lines })).toEqual(['lines[0].nature: restricted-fund']);
  });

  it('says everything that is wrong at once', () => {
    const all = { ...withFirst({ account: 'cash', debitMinor: 'x' }), currency: 'EUR', documents: 0 };
    expect(faultsOf(all)).toEqual([
      ...['currency: wrong-currency', 'documents: document-missing'],
      ...['lines[0].account: unknown-account', 'lines[0].debitMinor: not-an-amount'],
    ]);
  });
});

describe('an opening balance', () => {
  const OPENING = [
    line('bank:main', { debitMinor: '5000' }),
    line('fund:general', { creditMinor: '5000', nature: 'opening' }),
  ];
  const opening = (effectiveOn: string, facts: Partial<HandFacts> = {}) =>
    faultsOf({ kind: 'opening-balance', lines: OPENING, effectiveOn }, facts);

  it('is dated on the first day of the first period with other entries, or earlier', () => {
    expect(opening('2026-02-01')).toEqual([]);
    expect(opening('2025-12-31')).toEqual([]);
    expect(opening('2026-02-02')).toEqual(['effectiveOn: opening-too-late']);
    expect(opening('2026-03-09', { firstOrdinaryPeriod: null })).toEqual([]);
  });

  it('is recorded once for an account and fund, and before the first closing', () => {
    const opened = new Set(['bank:main|general']);
    expect(opening('2026-02-01', { opened })).toEqual(['lines[0].account: opened-already']);
    expect(opening('2026-02-01', { opened: new Set(['bank:main|water']) })).toEqual([]);
    expect(opening('2026-02-01', { closedThrough: '2026-01' })).toEqual(['kind: opening-after-closing']);
  });

  it('changes funds by no other nature', () => {
    const lines = [OPENING[0]!, { ...OPENING[1]!, nature: 'contribution' }];
    expect(faultsOf({ kind: 'opening-balance', lines, effectiveOn: '2026-02-01' })).toEqual([
      'lines[1].nature: nature',
    ]);
  });
});

/** Lines as anybody may type them: mostly sound, sometimes not. */
const typed = fc.record({
  account: fc.constantFrom(...['fund:general', 'fund:general', 'fund:water', 'bank:main', 'bank:main', 'x']),
  debitMinor: fc.constantFrom('', '1', '70', '70', '9007199254740991', '1e3'),
  creditMinor: fc.constantFrom('', '', '', '', '70'),
  nature: fc.constantFrom(null, null, 'contribution', 'management', 'contribution', 'allocation'),
  fund: fc.constantFrom('general', 'general', 'general', 'water', null),
  partyKind: fc.constantFrom(null, null, 'individual', 'x'),
  sector: fc.constantFrom(null, 'health'),
  locality: fc.constantFrom(null, '310118'),
});

describe('whatever is typed', () => {
  it('is either refused with a reason, or an entry that the ledger takes and that keeps every fund whole', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(typed, { minLength: 1, maxLength: 3 }), (lines) => {
        // A mirrored copy of each line makes sound entries likely.
        const mirrored = lines.map((one) => ({
          ...one,
          debitMinor: one.creditMinor,
          creditMinor: one.debitMinor,
        }));
        const { postings, faults } = readHandEntry(input({ lines: [...lines, ...mirrored] }), FACTS);
        if (faults.length > 0) return;
        taken += 1;
        expect(() =>
          assertBalanced({
            ...{ kind: 'manual', cause: 'c', effectiveOn: FACTS.today, currency: 'CNY', narrative: '' },
            postings,
          }),
        ).not.toThrow();
        expect([...netByFund(postings).values()].every((net) => net === 0n)).toBe(true);
        expect(postings).toHaveLength(2 * lines.length);
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('changes what a fund may spend by as much as its assets change', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 9 }),
        (amounts) => {
          const lines = amounts.flatMap((amount) => [
            line('bank:main', { debitMinor: String(amount) }),
            line('fund:general', { creditMinor: String(amount), nature: 'contribution' }),
          ]);
          const { postings } = readHandEntry(input({ lines }), FACTS);
          const change = changeOfFund(postings, 'general');
          expect(change.balanceMinor).toBe(change.cashMinor);
          expect(changeOfFund(postings, 'water')).toEqual({ balanceMinor: 0n, cashMinor: 0n });
        },
      ),
    );
  });
});
