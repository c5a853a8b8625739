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

/** The same day so many years before; the end of February stays its end. */
function yearsBefore(day: CalendarDate, years: number): CalendarDate {
  const first = `${String(Number(day.slice(0, 4)) - years).padStart(4, '0')}-${day.slice(5, 7)}`;
  const last = lastDayOf(first);
  const same = `${first}-${day.slice(8)}` as CalendarDate;
  return isLast(day) || same > last ? last : same;
}

/**
 * The same days of the year before (上年同期), as accountants compare income and expense, which follow the seasons; of as
 * many years before as it takes that the two do not overlap. A range that ends with a month is compared with one that does.
 */
export function rangeBefore({ from, through }: DayRange): DayRange {
  let years = 1;
  while (yearsBefore(through, years) >= from) years += 1;
  return { from: yearsBefore(from, years), through: yearsBefore(through, years) };
}

/** The last day of the year before: what the standard calls the beginning of the year (年初数). */
export const endOfYearBefore = (day: CalendarDate): CalendarDate =>
  dayBefore(`${day.slice(0, 4)}-01-01` as CalendarDate);
