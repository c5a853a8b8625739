import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPeriodEnd } from './billing-period.ts';

const seconds = (text: string): number => Date.parse(text) / 1000;
const monthly = { interval: 'month', interval_count: 1 } as const;

describe('the end of a billing period', () => {
  it.each([
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00Z', '2026-02-28T08:00:00Z'],
    ['2026-01-31T08:00:00Z', '2026-02-28T08:00:00Z', '2026-03-31T08:00:00Z'],
    ['2028-01-31T23:59:59Z', '2028-01-31T23:59:59Z', '2028-02-29T23:59:59Z'],
    ['2026-12-15T00:00:00Z', '2026-12-15T00:00:00Z', '2027-01-15T00:00:00Z'],
  ])('monthly from %s: after %s comes %s', (anchor, after, end) => {
    expect(nextPeriodEnd(seconds(anchor), monthly, seconds(after))).toBe(seconds(end));
  });

  it('counts days, weeks, quarters and years', () => {
    const anchor = seconds('2024-02-29T00:00:00Z');
    const end = (interval: 'day' | 'week' | 'month' | 'year', interval_count: number): string =>
      new Date(nextPeriodEnd(anchor, { interval, interval_count }, anchor) * 1000).toISOString().slice(0, 10);
    expect([end('day', 10), end('week', 2), end('month', 3), end('year', 1)]).toEqual([
      '2024-03-10',
      '2024-03-14',
      '2024-05-29',
      '2025-02-28',
    ]);
  });

  it('lies between 28 and 31 days ahead of the last, for ever', () => {
    const anchors = fc.integer({
      min: seconds('2000-01-01T00:00:00Z'),
      max: seconds('2060-01-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(anchors, fc.nat(40), (anchor, periods) => {
        let end = anchor;
        for (let i = 0; i < periods; i += 1) {
          const next = nextPeriodEnd(anchor, monthly, end);
          const days = (next - end) / 86_400;
          expect(days).toBeGreaterThanOrEqual(28);
          expect(days).toBeLessThanOrEqual(31);
          end = next;
        }
      }),
    );
  });
});
