/** Where one billing period ends and the next begins, in UTC and always counted from the first day. */
import type Stripe from 'stripe';

const DAY_SECONDS = 24 * 3600;

/**
 * The first end of a period behind `afterSeconds`. A month ends on the anchor's day, or on the last day of a
 * shorter month without moving the anchor: 31 January, 28 February, 31 March.
 */
export function nextPeriodEnd(
  anchorSeconds: number,
  { interval, interval_count }: Pick<Stripe.Price.Recurring, 'interval' | 'interval_count'>,
  afterSeconds: number,
): number {
  for (let periods = 1; ; periods += 1) {
    const end = addIntervals(anchorSeconds, interval, periods * interval_count);
    if (end > afterSeconds) return end;
  }
}

function addIntervals(anchorSeconds: number, interval: string, count: number): number {
  switch (interval) {
    case 'day':
      return anchorSeconds + count * DAY_SECONDS;
    case 'week':
      return anchorSeconds + count * 7 * DAY_SECONDS;
    case 'month':
      return addMonths(anchorSeconds, count);
    case 'year':
      return addMonths(anchorSeconds, count * 12);
    default:
      throw new RangeError(`There is no interval ${interval}.`);
  }
}

function addMonths(anchorSeconds: number, months: number): number {
  const anchor = new Date(anchorSeconds * 1000);
  const [year, month] = [anchor.getUTCFullYear(), anchor.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const startOfDay = Date.UTC(year, month, Math.min(anchor.getUTCDate(), lastDay));
  return startOfDay / 1000 + (anchorSeconds % DAY_SECONDS);
}
