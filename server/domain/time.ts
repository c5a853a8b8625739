/**
 * Calendar dates and instants. A date (`…On`) is a day in the region's time zone; an instant (`…At`) is a `Date`.
 * Nothing here reads the clock.
 */
declare const calendarDate: unique symbol;

/** `YYYY-MM-DD` in the region's time zone. Compares as text. */
export type CalendarDate = string & { readonly [calendarDate]: true };

/** Making one costs a hundred times what using it does, and there are as many as time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  formats.set(timeZone, format);
  return format;
}

/** The day of an instant in a time zone, for example `Asia/Shanghai`. */
export const dayOf = (instant: Date, timeZone: string): CalendarDate =>
  formatOf(timeZone).format(instant) as CalendarDate;

/** True for a real day of the calendar written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The accounting period (会计期间) of a day: its month, `YYYY-MM`. Compares as text. */
export const periodOf = (day: CalendarDate): string => day.slice(0, 7);

/** The month after `YYYY-MM`. */
export function periodAfter(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number);
  return month === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
}

/** The first day of a month. */
export const firstDayOf = (period: string): CalendarDate => `${period}-01` as CalendarDate;
