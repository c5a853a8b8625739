/**
 * The age of receivables (应收认捐账龄): what of a pledge has not come, by how long its instalments have been due. What
 * came pays the earliest instalment first, so what is open are the latest ones.
 */
import type { Instalment } from './instalments.ts';
import type { CalendarDate } from './time.ts';

export const AGES = ['not-due', 'days-1-30', 'days-31-90', 'days-91-365', 'over-a-year'] as const;

export type Age = (typeof AGES)[number];

export type ByAge = Readonly<Record<Age, bigint>>;

const DAY_MS = 86_400_000;

const daysBetween = (from: CalendarDate, to: CalendarDate): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** Due on the day itself is not late; the first day after it is day 1. */
export function ageOf(dueOn: CalendarDate, asOf: CalendarDate): Age {
  const days = daysBetween(dueOn, asOf);
  if (days <= 0) return 'not-due';
  if (days <= 30) return 'days-1-30';
  if (days <= 90) return 'days-31-90';
  return days <= 365 ? 'days-91-365' : 'over-a-year';
}

export const noAges = (): Record<Age, bigint> => ({
  'not-due': 0n,
  'days-1-30': 0n,
  'days-31-90': 0n,
  'days-91-365': 0n,
  'over-a-year': 0n,
});

/**
 * What is outstanding, by age.
 * @param outstandingMinor the balance of the receivable, zero or above; what exceeds the instalments, or was agreed
 * without a day, is not due
 * Ties: the ages sum to what is outstanding.
 */
export function agesOf(
  outstandingMinor: bigint,
  instalments: readonly Instalment[],
  asOf: CalendarDate,
): ByAge {
  const ages = noAges();
  let left = outstandingMinor;
  const latestFirst = instalments.toSorted((a, b) => (a.dueOn < b.dueOn ? 1 : a.dueOn > b.dueOn ? -1 : 0));
  for (const { dueOn, amountMinor } of latestFirst) {
    const open = left < amountMinor ? left : amountMinor;
    ages[ageOf(dueOn, asOf)] += open;
    left -= open;
  }
  ages['not-due'] += left;
  return ages;
}

export function sumOfAges(list: readonly ByAge[]): ByAge {
  const sum = noAges();
  for (const ages of list) for (const age of AGES) sum[age] += ages[age];
  return sum;
}
