import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AWARD_TRANSITIONS,
  isPaidOut,
  MILESTONE_TRANSITIONS,
  milestonesOfAward,
  moveMilestone,
  type Milestone,
} from './award.ts';
import { WrongState } from './errors.ts';
import { minor } from './money.ts';
import type { MilestonePlan } from './project.ts';
import type { CalendarDate } from './time.ts';

const planOf = (shares: readonly number[]): MilestonePlan[] =>
  shares.map((shareBasisPoints, index) => ({
    id: `m${index + 1}`,
    title: { zh: '节点', en: 'Milestone' },
    dueOn: '2026-09-01' as CalendarDate,
    shareBasisPoints,
  }));

describe('The tranches of an award', () => {
  it('follow the shares of the plan, with odd fen to the largest remainder', () => {
    const milestones = milestonesOfAward(minor(100n), planOf([3_333, 3_333, 3_334]));
    expect(milestones.map((milestone) => milestone.trancheMinor)).toEqual([33n, 33n, 34n]);
  });

  it('always sum to the award, and none is a fen or more off its share', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), shares, (amount, parts) => {
        const whole = BigInt(parts.reduce((sum, part) => sum + part, 0));
        const milestones = milestonesOfAward(minor(amount), planOf(parts));
        const tranches = milestones.map((milestone) => milestone.trancheMinor as bigint);
        expect(tranches.reduce((sum, tranche) => sum + tranche, 0n)).toBe(amount);
        tranches.forEach((tranche, index) => {
          const off = tranche * whole - amount * BigInt(parts[index]!);
          expect(off < whole && off > -whole).toBe(true);
        });
      }),
    );
  });
});

describe('A milestone', () => {
  const milestones = milestonesOfAward(minor(100n), planOf([5_000, 5_000]));
  const through = (...steps: readonly Milestone['status'][]) =>
    steps.reduce<readonly Milestone[]>((all, step) => moveMilestone(all, 'm1', step), milestones);

  it('is reported, accepted, paid; the others stay where they are', () => {
    expect(through('reported', 'accepted', 'in-payment', 'paid').map(({ status }) => status)).toEqual([
      'paid',
      'planned',
    ]);
  });

  it('may be reported again until it is accepted', () => {
    expect(through('reported', 'reported')[0]?.status).toBe('reported');
    expect(() => through('reported', 'accepted', 'reported')).toThrow(WrongState);
  });

  it('gets its tranche back when a payment is cancelled', () => {
    expect(through('reported', 'accepted', 'in-payment', 'accepted')[0]?.status).toBe('accepted');
  });

  it('cannot be accepted before it is reported, nor paid before it is accepted', () => {
    expect(() => through('accepted')).toThrow(WrongState);
    expect(() => through('reported', 'in-payment')).toThrow(WrongState);
  });

  it('is named with the states from which the step is possible', () => {
    expect(() => through('accepted')).toThrow('"reported" or "in-payment" or "paid"');
  });
});

describe('An award', () => {
  it('is paid out with its last tranche, not before', () => {
    const [first, second] = milestonesOfAward(minor(100n), planOf([5_000, 5_000]));
    const paid = { ...first!, status: 'paid' as const };
    expect(isPaidOut([paid, second!])).toBe(false);
    expect(isPaidOut([paid, { ...second!, status: 'paid' }])).toBe(true);
  });

  it.each([
    ['prepared', AWARD_TRANSITIONS],
    ['planned', MILESTONE_TRANSITIONS],
  ] as const)('reaches every state from %s', (start, table: Readonly<Record<string, readonly string[]>>) => {
    const reached = new Set<string>([start]);
    for (const status of reached) for (const next of table[status] ?? []) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(table).sort());
  });
});
