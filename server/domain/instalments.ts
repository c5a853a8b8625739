/** Instalments of a pledge: equal parts with the remainder on the last, what receipts have paid of each, what is late. */
import type { InputFault } from './errors.ts';
import { minor, type Minor } from './money.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export interface Instalment {
  readonly dueOn: CalendarDate;
  readonly amountMinor: Minor;
}

/** A schedule of equal parts for an amount that may not be known yet. */
export interface InstalmentPlan {
  readonly count: number;
  readonly firstDueOn: CalendarDate;
  readonly everyMonths: number;
}

const MOST_INSTALMENTS = 120;

export function faultsOfPlan(plan: InstalmentPlan, pledgedOn: CalendarDate): InputFault[] {
  const faults: InputFault[] = [];
  const wholeWithin = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!wholeWithin(plan.count, MOST_INSTALMENTS)) {
    faults.push({
      path: 'instalmentPlan.count',
      reason: 'out-of-range',
      message: `There are 1 to ${MOST_INSTALMENTS} instalments.`,
    });
  }
  if (!wholeWithin(plan.everyMonths, 12)) {
    faults.push({
      path: 'instalmentPlan.everyMonths',
      reason: 'out-of-range',
      message: 'Instalments are 1 to 12 months apart.',
    });
  }
  if (!isCalendarDate(plan.firstDueOn) || plan.firstDueOn < pledgedOn) {
    faults.push({
      path: 'instalmentPlan.firstDueOn',
      reason: 'not-a-date',
      message: 'An instalment is due on or after the day of the pledge.',
    });
  }
  return faults;
}

/** The same day so many months later, or the last day of a month that has no such day. */
export function monthsAfter(day: CalendarDate, months: number): CalendarDate {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10) as CalendarDate;
}

/** Equal parts rounded down, the remainder on the last; parts of nothing are left out. */
export function planInstalments(amountMinor: bigint, plan: InstalmentPlan): Instalment[] {
  const part = amountMinor / BigInt(plan.count);
  return Array.from({ length: plan.count }, (_, index) => ({
    dueOn: monthsAfter(plan.firstDueOn, index * plan.everyMonths),
    amountMinor: minor(index === plan.count - 1 ? amountMinor - part * BigInt(plan.count - 1) : part),
  })).filter((instalment) => instalment.amountMinor > 0n);
}

export interface InstalmentState extends Instalment {
  /** Receipts pay the earliest instalment first. */
  readonly paidMinor: Minor;
  readonly isOverdue: boolean;
}

export function statesOfInstalments(
  instalments: readonly Instalment[],
  receivedMinor: bigint,
  today: CalendarDate,
): InstalmentState[] {
  let left = receivedMinor;
  return instalments
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0))
    .map(({ dueOn, amountMinor }) => {
      const paid = left < amountMinor ? left : amountMinor;
      left -= paid;
      return { dueOn, amountMinor, paidMinor: minor(paid), isOverdue: dueOn < today && paid < amountMinor };
    });
}

/** What should have come by now and has not. */
export const overdueMinorOf = (states: readonly InstalmentState[]): Minor =>
  minor(
    states.reduce(
      (sum, { isOverdue, amountMinor, paidMinor }) => (isOverdue ? sum + amountMinor - paidMinor : sum),
      0n,
    ),
  );
