/**
 * The checklist of closing a period (结账检查表): what must be so before the month is closed, what each line says now, and
 * what only wants a look. A period is not closed while a line is open.
 */
import { isClosed, nextToClose, type Books } from './accounting-period.ts';
import { DomainError, type InputFault } from './errors.ts';
import { periodAfter, firstDayOf, type CalendarDate } from './time.ts';

/** What a statement of somebody else says that we hold at the end of the period, with why our books differ. */
export interface StatedBalance {
  readonly statedMinor: bigint;
  readonly explanation: string;
}

/** The statements that a closing rests on: of the bank and of the payment processor. */
export interface CloseStatements {
  readonly bank: StatedBalance;
  readonly clearing: StatedBalance;
}

interface ComparedBalance {
  /** By our books, at the end of the last day. */
  readonly ledgerMinor: bigint;
  /** Null before anybody entered the statement. */
  readonly stated: StatedBalance | null;
}

export interface CloseFacts {
  readonly period: string;
  readonly books: Books;
  /** Entries of the period or before that wait for their seal, and so are in no roll-up. */
  readonly waitingEntries: number;
  /** Breaches that the check of the ledger found. */
  readonly breaches: number;
  /** The newest replay of the whole ledger, which is made every night; null before the first. */
  readonly nightlyCheck: {
    readonly breaches: number;
    /** It is of the last two nights. */
    readonly isRecent: boolean;
  } | null;
  /** Lines of bank statements up to the end of the period of which nobody said what they are. */
  readonly openBankLines: number;
  readonly bank: ComparedBalance;
  readonly clearing: ComparedBalance;
  /** Lines of the processor that our entries do not say the same of, and what of the balance no line explains. */
  readonly clearingDifferences: { readonly count: number; readonly unexplainedMinor: bigint };
  /** Events of the processor in the period that are not applied yet. */
  readonly waitingPayments: number;
  /** Entries made by hand with a day in the period that wait for a decision. */
  readonly waitingHandEntries: number;
  /** Payments of the period that disagree with our record and were not booked. */
  readonly quarantinedPayments: number;
  /** Payments, write-offs, closings of awards and management costs that were proposed in the period or before and wait: they count on the day of execution. */
  readonly waitingDecisions: number;
}

export const CHECKLIST_LINES = [
  'period-over',
  'comes-next',
  'entries-sealed',
  'ledger-sound',
  'nightly-check',
  'bank-lines-told',
  'bank-agrees',
  'clearing-agrees',
  'clearing-explained',
  'payments-applied',
  'entries-decided',
  'payments-clean',
  'decisions-taken',
] as const;

export type ChecklistName = (typeof CHECKLIST_LINES)[number];

/** `open` keeps the period from being closed; `look` does not. */
export type ChecklistState = 'done' | 'open' | 'look';

export interface ChecklistLine {
  readonly name: ChecklistName;
  readonly state: ChecklistState;
  /** How many things it counts, where it counts. */
  readonly count: number | null;
  /** Our books less the statement, where it compares; null before the statement is entered. */
  readonly differenceMinor: bigint | null;
}

/** The last day of a period. */
export function lastDayOf(period: string): CalendarDate {
  const next = new Date(`${firstDayOf(periodAfter(period))}T00:00:00Z`);
  return new Date(next.getTime() - 86_400_000).toISOString().slice(0, 10) as CalendarDate;
}

const counted = (name: ChecklistName, count: number, otherwise: 'open' | 'look' = 'open'): ChecklistLine => ({
  ...{ name, count, differenceMinor: null },
  state: count === 0 ? 'done' : otherwise,
});

const held = (name: ChecklistName, holds: boolean): ChecklistLine => ({
  ...{ name, count: null, differenceMinor: null },
  state: holds ? 'done' : 'open',
});

function compared(name: ChecklistName, { ledgerMinor, stated }: ComparedBalance): ChecklistLine {
  const differenceMinor = stated === null ? null : ledgerMinor - stated.statedMinor;
  const explained = differenceMinor === 0n || (stated?.explanation ?? '').trim() !== '';
  const state = differenceMinor === null || !explained ? 'open' : 'done';
  return { name, count: null, differenceMinor, state };
}

/** A breach that the last night found keeps the month open; a night without a check wants a look. */
function nightly(check: CloseFacts['nightlyCheck']): ChecklistLine {
  const breaches = check?.breaches ?? 0;
  const state = breaches > 0 ? 'open' : check?.isRecent === true ? 'done' : 'look';
  return { name: 'nightly-check', count: check === null ? null : breaches, differenceMinor: null, state };
}

/** Where records differ, the statement decides whether the month is closed: its difference needs a reason. */
function explained({ count, unexplainedMinor }: CloseFacts['clearingDifferences']): ChecklistLine {
  const state = count === 0 && unexplainedMinor === 0n ? 'done' : 'look';
  const differenceMinor = unexplainedMinor === 0n ? null : unexplainedMinor;
  return { name: 'clearing-explained', count, differenceMinor, state };
}

/** Every line of the list, in its order. */
export function checklistOf(facts: CloseFacts): readonly ChecklistLine[] {
  const { period, books } = facts;
  return [
    held('period-over', lastDayOf(period) < books.today),
    held('comes-next', !isClosed(period, books.closedThrough) && nextToClose(books) === period),
    counted('entries-sealed', facts.waitingEntries),
    counted('ledger-sound', facts.breaches),
    nightly(facts.nightlyCheck),
    counted('bank-lines-told', facts.openBankLines),
    compared('bank-agrees', facts.bank),
    compared('clearing-agrees', facts.clearing),
    explained(facts.clearingDifferences),
    counted('payments-applied', facts.waitingPayments),
    counted('entries-decided', facts.waitingHandEntries),
    counted('payments-clean', facts.quarantinedPayments, 'look'),
    counted('decisions-taken', facts.waitingDecisions, 'look'),
  ];
}

/** Something must be done before the period is closed. */
export class ChecklistOpen extends DomainError {
  readonly code = 'CHECKLIST_OPEN';

  constructor(lines: readonly ChecklistName[]) {
    super(`The period cannot be closed yet. Open on its checklist: ${lines.join(', ')}.`, { lines });
  }
}

/** @throws ChecklistOpen naming every open line */
export function assertClosable(facts: CloseFacts): void {
  const open = checklistOf(facts).filter(({ state }) => state === 'open');
  if (open.length > 0) throw new ChecklistOpen(open.map(({ name }) => name));
}

/** A statement that differs from the books comes with its reason, beside the field. */
export function faultsOfStatements(
  statements: CloseStatements,
  ledger: { readonly bankMinor: bigint; readonly clearingMinor: bigint },
): InputFault[] {
  const pairs = [
    ['bank', statements.bank, ledger.bankMinor],
    ['clearing', statements.clearing, ledger.clearingMinor],
  ] as const;
  return pairs.flatMap(([name, { statedMinor, explanation }, ledgerMinor]) =>
    statedMinor === ledgerMinor || explanation.trim() !== ''
      ? []
      : [
          {
            path: `statements.${name}.explanation`,
            reason: 'difference-unexplained',
            message: 'The statement and the books differ: say why.',
          },
        ],
  );
}
