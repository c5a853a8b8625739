import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultsOfPlan,
  monthsAfter,
  overdueMinorOf,
  planInstalments,
  statesOfInstalments,
} from './instalments.ts';
import type { CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;

describe('a plan of instalments', () => {
  it('has equal parts with the remainder on the last', () => {
    const parts = planInstalments(100n, { count: 3, firstDueOn: day('2026-01-31'), everyMonths: 1 });
    expect(parts).toEqual([
      { dueOn: '2026-01-31', amountMinor: 33n },
      { dueOn: '2026-02-28', amountMinor: 33n },
      { dueOn: '2026-03-31', amountMinor: 34n },
    ]);
  });

  it('sums to the amount to the fen, and leaves parts of nothing out', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.integer({ min: 1, max: 120 }), (amount, count) => {
        const parts = planInstalments(amount, { count, firstDueOn: day('2026-01-15'), everyMonths: 3 });
        expect(parts.reduce((sum, part) => sum + part.amountMinor, 0n)).toBe(amount);
        expect(parts.every((part) => part.amountMinor > 0n)).toBe(true);
      }),
    );
  });

  it('keeps to the calendar over the end of a year and in a leap year', () => {
    expect(monthsAfter(day('2027-11-30'), 3)).toBe('2028-02-29');
    expect(monthsAfter(day('2026-12-15'), 1)).toBe('2027-01-15');
  });

  it('is refused with no part, too far apart or due before the pledge', () => {
    const plan = { count: 0, firstDueOn: day('2025-12-31'), everyMonths: 13 };
    expect(faultsOfPlan(plan, day('2026-01-01')).map(({ path }) => path)).toEqual([
      'instalmentPlan.count',
      'instalmentPlan.everyMonths',
      'instalmentPlan.firstDueOn',
    ]);
  });
});

describe('receipts', () => {
  const parts = planInstalments(90n, { count: 3, firstDueOn: day('2026-01-10'), everyMonths: 1 });

  it('pay the earliest instalment first; what was due before today and has not come is overdue', () => {
    const states = statesOfInstalments(parts, 40n, day('2026-02-11'));
    expect(states.map(({ paidMinor, isOverdue }) => [paidMinor, isOverdue])).toEqual([
      [30n, false],
      [10n, true],
      [0n, false],
    ]);
    expect(overdueMinorOf(states)).toBe(20n);
  });

  it('are not late on the day itself', () => {
    expect(overdueMinorOf(statesOfInstalments(parts, 0n, day('2026-01-10')))).toBe(0n);
    expect(overdueMinorOf(statesOfInstalments(parts, 0n, day('2026-01-11')))).toBe(30n);
  });
});
