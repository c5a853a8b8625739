/** The rule book of closing: which lines keep a month open, and which only want a look. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertClosable,
  CHECKLIST_LINES,
  checklistOf,
  ChecklistOpen,
  faultsOfStatements,
  lastDayOf,
  type CloseFacts,
} from './close-checklist.ts';
import { firstDayOf, periodAfter, periodOf, type CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;
const agreed = (minor: bigint) => ({ ledgerMinor: minor, stated: { statedMinor: minor, explanation: '' } });

const READY: CloseFacts = {
  period: '2026-02',
  books: { firstPeriod: '2026-01', closedThrough: '2026-01', today: day('2026-03-01') },
  waitingEntries: 0,
  breaches: 0,
  nightlyCheck: { breaches: 0, isRecent: true },
  openBankLines: 0,
  bank: agreed(500n),
  clearing: agreed(70n),
  clearingDifferences: { count: 0, unexplainedMinor: 0n },
  waitingPayments: 0,
  waitingHandEntries: 0,
  quarantinedPayments: 0,
  waitingDecisions: 0,
};

const openOf = (change: Partial<CloseFacts>) =>
  checklistOf({ ...READY, ...change })
    .filter(({ state }) => state !== 'done')
    .map(({ name, state }) => `${name}: ${state}`);

describe('a month may be closed', () => {
  it('when every line is done', () => {
    expect(openOf({})).toEqual([]);
    expect(() => assertClosable(READY)).not.toThrow();
    expect(checklistOf(READY).map(({ name }) => name)).toEqual([...CHECKLIST_LINES]);
  });

  it.each([
    [
      'its last day has not passed',
      { books: { ...READY.books, today: day('2026-02-28') } },
      'period-over: open',
    ],
    ['an earlier one is open', { books: { ...READY.books, closedThrough: null } }, 'comes-next: open'],
    ['it is closed', { books: { ...READY.books, closedThrough: '2026-02' } }, 'comes-next: open'],
    ['entries wait for their seal', { waitingEntries: 1 }, 'entries-sealed: open'],
    ['the check finds a breach', { breaches: 1 }, 'ledger-sound: open'],
    [
      'the last night found a breach',
      { nightlyCheck: { breaches: 2, isRecent: true } },
      'nightly-check: open',
    ],
    ['a bank line is not told', { openBankLines: 1 }, 'bank-lines-told: open'],
    ['nobody entered the bank statement', { bank: { ...READY.bank, stated: null } }, 'bank-agrees: open'],
    ['the bank says less', { bank: { ...READY.bank, ledgerMinor: 501n } }, 'bank-agrees: open'],
    [
      'the processor says more',
      { clearing: { ...READY.clearing, ledgerMinor: 69n } },
      'clearing-agrees: open',
    ],
    ['a payment is not applied', { waitingPayments: 1 }, 'payments-applied: open'],
    ['an entry waits for a decision', { waitingHandEntries: 1 }, 'entries-decided: open'],
  ] as const)('not while %s', (_why, change, line) => {
    expect(openOf(change)).toEqual([line]);
    expect(() => assertClosable({ ...READY, ...change })).toThrow(ChecklistOpen);
  });

  it('though something only wants a look', () => {
    const change = {
      ...{ quarantinedPayments: 2, waitingDecisions: 3, nightlyCheck: null },
      clearingDifferences: { count: 1, unexplainedMinor: 0n },
    };
    expect(openOf(change)).toEqual([
      ...['nightly-check: look', 'clearing-explained: look', 'payments-clean: look', 'decisions-taken: look'],
    ]);
    expect(() => assertClosable({ ...READY, ...change })).not.toThrow();
  });

  it('though nobody checked the books in the last two nights, which is told', () => {
    expect(openOf({ nightlyCheck: { breaches: 0, isRecent: false } })).toEqual(['nightly-check: look']);
    expect(openOf({ nightlyCheck: { breaches: 1, isRecent: false } })).toEqual(['nightly-check: open']);
  });

  it('though a part of the clearing account is not explained, and says how much', () => {
    const clearingDifferences = { count: 0, unexplainedMinor: -5n };
    expect(openOf({ clearingDifferences })).toEqual(['clearing-explained: look']);
    const line = checklistOf({ ...READY, clearingDifferences }).find(
      ({ name }) => name === 'clearing-explained',
    );
    expect(line?.differenceMinor).toBe(-5n);
  });

  it('where a statement differs, with the reason, and the difference stays to be seen', () => {
    const bank = { ledgerMinor: 600n, stated: { statedMinor: 500n, explanation: 'A cheque in transit' } };
    expect(openOf({ bank })).toEqual([]);
    const line = checklistOf({ ...READY, bank }).find(({ name }) => name === 'bank-agrees');
    expect(line?.differenceMinor).toBe(100n);
  });
});

describe('a statement', () => {
  const stated = (bank: bigint, clearing: bigint, explanation = '') => ({
    bank: { statedMinor: bank, explanation },
    clearing: { statedMinor: clearing, explanation },
  });

  it('needs a reason beside each figure that differs, and none elsewhere', () => {
    const ledger = { bankMinor: 5n, clearingMinor: 7n };
    expect(faultsOfStatements(stated(5n, 7n), ledger)).toEqual([]);
    expect(faultsOfStatements(stated(4n, 8n), ledger).map(({ path }) => path)).toEqual([
      ...['statements.bank.explanation', 'statements.clearing.explanation'],
    ]);
    expect(faultsOfStatements(stated(4n, 8n, ' '), ledger)).toHaveLength(2);
    expect(faultsOfStatements(stated(4n, 8n, 'in transit'), ledger)).toEqual([]);
  });

  it('that was taken without a fault leaves its line done', () => {
    const amounts = fc.bigInt({ min: -5n, max: 5n });
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.constantFrom('', ' ', 'why'),
        (ledgerMinor, statedMinor, explanation) => {
          const statements = {
            bank: { statedMinor, explanation },
            clearing: { statedMinor, explanation },
          };
          const faults = faultsOfStatements(statements, {
            bankMinor: ledgerMinor,
            clearingMinor: ledgerMinor,
          });
          const line = { ledgerMinor, stated: { statedMinor, explanation } };
          expect(faults.length === 0).toBe(openOf({ bank: line, clearing: line }).length === 0);
        },
      ),
    );
  });
});

describe('the last day', () => {
  it('is the day before the next month, in any year', () => {
    expect(['2026-02', '2028-02', '2026-12'].map(lastDayOf)).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2026-12-31',
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_400 }), (months) => {
        const period = new Date(Date.UTC(1990, months, 1)).toISOString().slice(0, 7);
        const last = lastDayOf(period);
        expect(periodOf(last)).toBe(period);
        const next = new Date(Date.parse(`${last}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
        expect(next).toBe(firstDayOf(periodAfter(period)));
      }),
    );
  });
});
