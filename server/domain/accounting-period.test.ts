/** The rule book of periods: which one may be closed or reopened, and what a closed one takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertMovable,
  assertOpen,
  boundaryAt,
  isPeriod,
  nextToClose,
  PeriodIsClosed,
  PeriodNotOver,
  PeriodOutOfOrder,
  type BoundaryMove,
  type Books,
} from './accounting-period.ts';
import { bookedOn } from './roll-up.ts';
import { periodAfter, periodOf, type CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;

const books = (change: Partial<Books> = {}): Books => ({
  ...{ firstPeriod: '2026-01', closedThrough: null, today: day('2026-03-15') },
  ...change,
});

const days = fc
  .integer({ min: 0, max: 1_000 })
  .map((offset) => day(new Date(Date.UTC(2025, 0, 1 + offset)).toISOString().slice(0, 10)));

describe('a period is closed', () => {
  it('after the one before it, beginning with the first that has an entry', () => {
    expect(nextToClose(books())).toBe('2026-01');
    expect(nextToClose(books({ closedThrough: '2026-01' }))).toBe('2026-02');
    expect(nextToClose(books({ firstPeriod: '2025-12', closedThrough: '2025-12' }))).toBe('2026-01');
    expect(() => assertMovable('close', '2026-02', books())).toThrow(PeriodOutOfOrder);
    expect(() => assertMovable('close', '2026-01', books({ closedThrough: '2026-01' }))).toThrow(
      PeriodOutOfOrder,
    );
    expect(() => assertMovable('close', '2026-02', books({ closedThrough: '2026-01' }))).not.toThrow();
  });

  it('when its last day has passed in the region', () => {
    const march = books({ closedThrough: '2026-02', today: day('2026-03-31') });
    expect(() => assertMovable('close', '2026-03', march)).toThrow(PeriodNotOver);
    expect(() => assertMovable('close', '2026-03', { ...march, today: day('2026-04-01') })).not.toThrow();
  });
});

describe('a period is reopened', () => {
  it('only while it is the one closed last', () => {
    const closed = books({ closedThrough: '2026-02' });
    expect(() => assertMovable('reopen', '2026-02', closed)).not.toThrow();
    expect(() => assertMovable('reopen', '2026-01', closed)).toThrow(PeriodOutOfOrder);
    expect(() => assertMovable('reopen', '2026-01', books())).toThrow(PeriodOutOfOrder);
  });
});

describe('a closed period', () => {
  it('refuses a day that a person chose, on its last day as on its first, and no later one', () => {
    expect(() => assertOpen(day('2026-01-01'), '2026-01')).toThrow(PeriodIsClosed);
    expect(() => assertOpen(day('2026-01-31'), '2026-01')).toThrow(PeriodIsClosed);
    expect(() => assertOpen(day('2026-02-01'), '2026-01')).not.toThrow();
    expect(() => assertOpen(day('1999-01-01'), null)).not.toThrow();
  });

  it('refuses exactly the days that are not booked as they are', () => {
    fc.assert(
      fc.property(days, fc.option(days), (chosen, closing) => {
        const closedThrough = closing === null ? null : periodOf(closing);
        const refused = (() => {
          try {
            assertOpen(chosen, closedThrough);
            return false;
          } catch {
            return true;
          }
        })();
        expect(refused).toBe(bookedOn(chosen, closedThrough) !== chosen);
      }),
    );
  });

  it('is a real month', () => {
    expect(['2026-01', '2026-12'].every(isPeriod)).toBe(true);
    expect(['2026-13', '2026-00', '2026-1', '26-01', '2026-01-01', ''].some(isPeriod)).toBe(false);
  });
});

describe('the boundary of an entry', () => {
  const moves: readonly BoundaryMove[] = [
    { sealed: 3, closedThrough: '2026-01' },
    { sealed: 5, closedThrough: '2026-02' },
    { sealed: 5, closedThrough: '2026-01' },
  ];

  it('is that of the last move before it was sealed', () => {
    expect([0, 2, 3, 4, 5, 9].map((sequence) => boundaryAt(sequence, moves))).toEqual([
      ...[null, null, '2026-01', '2026-01', '2026-01', '2026-01'],
    ]);
  });

  it('never lets an entry into a period that was closed when it was sealed', () => {
    fc.assert(
      fc.property(days, fc.array(fc.nat(20)), fc.nat(20), (effectiveOn, closings, sequence) => {
        let period = '2025-01';
        const ordered = closings
          .sort((a, b) => a - b)
          .map((sealed) => ({ sealed, closedThrough: (period = periodAfter(period)) }));
        const boundary = boundaryAt(sequence, ordered);
        const booked = bookedOn(effectiveOn, boundary);
        for (const { sealed, closedThrough } of ordered)
          if (sealed <= sequence) expect(periodOf(booked) > closedThrough).toBe(true);
      }),
    );
  });
});
