/** Days from a first to a last one, both included, as statements are asked for. */
import { firstDayOf, periodAfter, periodOf, type CalendarDate } from './time.ts';

export interface DayRange {
  readonly from: CalendarDate;
  readonly through: CalendarDate;
}

const daysAfter = (day: CalendarDate, count: number): CalendarDate => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10) as CalendarDate;
};

export const dayBefore = (day: CalendarDate): CalendarDate => daysAfter(day, -1);

export const dayAfter = (day: CalendarDate): CalendarDate => daysAfter(day, 1);

const lastDayOf = (period: string): CalendarDate => dayBefore(firstDayOf(periodAfter(period)));

const periodBefore = (period: string): string => periodOf(dayBefore(firstDayOf(period)));

const isFirst = (day: CalendarDate): boolean => day.endsWith('-01');

const isLast = (day: CalendarDate): boolean => isFirst(dayAfter(day));

/** The whole months within the days, and the days at either end that make none. */
export function splitIntoMonths({ from, through }: DayRange): {
  readonly months: { readonly from: string; readonly through: string } | null;
  readonly days: readonly DayRange[];
} {
  const first = isFirst(from) ? periodOf(from) : periodAfter(periodOf(from));
  const last = isLast(through) ? periodOf(through) : periodBefore(periodOf(through));
  if (first > last) return { months: null, days: from > through ? [] : [{ from, through }] };
  return {
    months: { from: first, through: last },
    days: [
      ...(isFirst(from) ? [] : [{ from, through: lastDayOf(periodOf(from)) }]),
      ...(isLast(through) ? [] : [{ from: firstDayOf(periodOf(through)), through }]),
    ],
  };
}

/**
 * The time to compare with: for whole months so many months before, which for a year is the year before; else so many
 * days before.
 */
export function rangeBefore({ from, through }: DayRange): DayRange {
  const end = dayBefore(from);
  if (isFirst(from) && isLast(through)) {
    let period = periodOf(end);
    for (let left = periodOf(from); left < periodOf(through); left = periodAfter(left))
      period = periodBefore(period);
    return { from: firstDayOf(period), through: end };
  }
  const days = Math.round((Date.parse(through) - Date.parse(from)) / 86_400_000);
  return { from: daysAfter(end, -days), through: end };
}

/** The last day of the year before: what the standard calls the beginning of the year (年初数). */
export const endOfYearBefore = (day: CalendarDate): CalendarDate =>
  dayBefore(`${day.slice(0, 4)}-01-01` as CalendarDate);
