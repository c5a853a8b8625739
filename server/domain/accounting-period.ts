/**
 * Accounting periods (会计期间): the months of the books, in the region's time zone. They are closed in their order and
 * reopened in the reverse order, so that one boundary says all: every period up to it is closed, every later one open.
 * A closed period takes no entry; a fact of it that becomes known later is booked on the first open day and keeps its
 * effective date.
 */
import type { CloseStatements } from './close-checklist.ts';
import { DomainError, InvalidInput } from './errors.ts';
import type { Control } from './four-eyes.ts';
import { periodAfter, periodOf, type CalendarDate } from './time.ts';

export const PERIOD_ACTIONS = ['close', 'reopen'] as const;

export type PeriodAction = (typeof PERIOD_ACTIONS)[number];

export const PERIOD_DECISION_STATUSES = ['proposed', 'executed', 'withdrawn'] as const;

export type PeriodDecisionStatus = (typeof PERIOD_DECISION_STATUSES)[number];

/** proposed → executed once approved, which moves the boundary; proposed → withdrawn. */
export const PERIOD_DECISION_TRANSITIONS: Readonly<
  Record<PeriodDecisionStatus, readonly PeriodDecisionStatus[]>
> = {
  proposed: ['executed', 'withdrawn'],
  executed: [],
  withdrawn: [],
};

/** The decision to close a period (结账) or to open it again (反结账). */
export interface PeriodDecision {
  readonly _id: string;
  /** `YYYY-MM` */
  readonly period: string;
  readonly action: PeriodAction;
  readonly reason: string;
  /** The statements that a closing rests on; null for a reopening. */
  readonly statements: CloseStatements | null;
  readonly status: PeriodDecisionStatus;
  readonly control: Control;
  readonly executedAt: Date | null;
}

/** What its approvers sign. */
export const termsOfPeriodDecision = ({
  period,
  action,
  reason,
  statements,
}: Pick<PeriodDecision, 'period' | 'action' | 'reason' | 'statements'>) => ({
  ...{ period, action, reason, statements },
});

/** Under which policy a decision is approved. */
export const kindOfPeriodDecision = ({ action }: Pick<PeriodDecision, 'action'>) =>
  action === 'close' ? ('period-close' as const) : ('period-reopen' as const);

/** Where the books stand. */
export interface Books {
  /** The first period that has an entry; the current one while there is none. */
  readonly firstPeriod: string;
  /** The last closed period, or null while none is. */
  readonly closedThrough: string | null;
  readonly today: CalendarDate;
}

/** `next` is over and the one to close now, `open` is over and later, `current` is not over. */
export type PeriodStatus = 'closed' | 'next' | 'open' | 'current';

export function statusOfPeriod(period: string, books: Books): PeriodStatus {
  if (isClosed(period, books.closedThrough)) return 'closed';
  if (period >= periodOf(books.today)) return 'current';
  return period === nextToClose(books) ? 'next' : 'open';
}

/** @throws InvalidInput for what is no month written `YYYY-MM` */
export function assertPeriod(text: string): void {
  if (isPeriod(text)) return;
  throw new InvalidInput([
    { path: 'period', reason: 'not-a-period', message: 'Write the period as YYYY-MM.' },
  ]);
}

/** True for a real month written `YYYY-MM`. */
export const isPeriod = (text: string): boolean => /^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text);

export const isClosed = (period: string, closedThrough: string | null): boolean =>
  closedThrough !== null && period <= closedThrough;

/** The period that is closed next. */
export const nextToClose = ({ firstPeriod, closedThrough }: Books): string =>
  closedThrough === null || firstPeriod > closedThrough ? firstPeriod : periodAfter(closedThrough);

export class PeriodNotOver extends DomainError {
  readonly code = 'PERIOD_NOT_OVER';

  constructor(period: string) {
    super(`The period ${period} is not over yet. Close it when its last day has passed.`, { period });
  }
}

/** Periods are closed in their order, and reopened in the reverse order. */
export class PeriodOutOfOrder extends DomainError {
  readonly code = 'PERIOD_OUT_OF_ORDER';

  constructor(period: string, expected: string) {
    super(
      `The period ${period} does not come next: ${expected} does. Periods are closed in their order and reopened in the reverse order.`,
      { period, expected },
    );
  }
}

/** An entry that a person dated into a period that is closed. */
export class PeriodIsClosed extends DomainError {
  readonly code = 'PERIOD_IS_CLOSED';

  constructor(effectiveOn: CalendarDate, closedThrough: string) {
    super(
      `${effectiveOn} lies in a closed period: the books are closed through ${closedThrough}. Date the entry into an open period, or have the period reopened by the Council.`,
      { effectiveOn, closedThrough },
    );
  }
}

/**
 * May the books be closed or reopened like that?
 * @throws PeriodOutOfOrder, PeriodNotOver
 */
export function assertMovable(action: PeriodAction, period: string, books: Books): void {
  if (action === 'reopen') {
    const { closedThrough } = books;
    if (period !== closedThrough) throw new PeriodOutOfOrder(period, closedThrough ?? '—');
    return;
  }
  const next = nextToClose(books);
  if (period !== next) throw new PeriodOutOfOrder(period, next);
  if (period >= periodOf(books.today)) throw new PeriodNotOver(period);
}

/**
 * Refuses a day that a person chose for an entry, where its period is closed. Facts that come by themselves (payments,
 * bank receipts, settlements) are never asked: they are booked on the first open day.
 * @throws PeriodIsClosed
 */
export function assertOpen(effectiveOn: CalendarDate, closedThrough: string | null): void {
  if (closedThrough !== null && isClosed(periodOf(effectiveOn), closedThrough))
    throw new PeriodIsClosed(effectiveOn, closedThrough);
}

/** One move of the boundary: from the entry number `sealed` on, everything is booked by it. */
export interface BoundaryMove {
  readonly sealed: number;
  readonly closedThrough: string | null;
}

/**
 * The boundary by which an entry of the sealed order was booked.
 * @param moves in the order in which they happened
 */
export function boundaryAt(sequence: number, moves: readonly BoundaryMove[]): string | null {
  return moves.findLast(({ sealed }) => sealed <= sequence)?.closedThrough ?? null;
}
