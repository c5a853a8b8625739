/**
 * Calendar dates and instants. A date (`…On`) is a day in the region's time zone; an instant (`…At`) is a `Date`.
 * Nothing here reads the clock.
 */
declare const calendarDate: unique symbol;

/** `YYYY-MM-DD` in the region's time zone. Compares as text. */
export type CalendarDate = string & { readonly [calendarDate]: true };

/** The day of an instant in a time zone, for example `Asia/Shanghai`. */
export function dayOf(instant: Date, timeZone: string): CalendarDate {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(instant) as CalendarDate;
}

/** True for a real day of the calendar written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
