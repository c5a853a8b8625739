/** Where a gift went: examples in the words of donors, and what holds for any history of a fund. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceGift, type FundStep } from './gift-trace.ts';

type Happening =
  | { readonly gift: string; readonly amountMinor: bigint }
  | { readonly to: string; readonly amountMinor: bigint }
  | { readonly paidFor: string; readonly amountMinor: bigint };

/** A fund's history as steps and gifts; the place in the list is the place in the sealed order. */
function historyOf(happenings: readonly Happening[]) {
  const gifts = new Map<string, { leftMinor: bigint; sequence: number }>();
  const steps: FundStep[] = [];
  let contributedMinor = 0n;
  for (const [sequence, happening] of happenings.entries()) {
    const { amountMinor } = happening;
    if ('gift' in happening) {
      gifts.set(happening.gift, { leftMinor: amountMinor, sequence });
      contributedMinor += amountMinor;
    } else if ('to' in happening) {
      steps.push({ kind: 'allocated', projectId: happening.to, amountMinor, sequence, contributedMinor });
    } else {
      const { paidFor: projectId } = happening;
      steps.push({ kind: 'disbursed', projectId, amountMinor, sequence, contributedMinor });
    }
  }
  const traceOf = (name: string) => traceGift(gifts.get(name) ?? { leftMinor: 0n, sequence: null }, steps);
  return { gifts, steps, traceOf };
}

describe('a gift', () => {
  it('has its share of an allocation, and of what is paid of it', () => {
    const { traceOf } = historyOf([
      { gift: 'mine', amountMinor: 100n },
      { gift: 'other', amountMinor: 300n },
      { to: 'clinic', amountMinor: 200n },
      { paidFor: 'clinic', amountMinor: 80n },
    ]);
    expect(traceOf('mine')).toEqual({
      projects: [{ projectId: 'clinic', allocatedMinor: 50n, disbursedMinor: 20n }],
      waitingMinor: 50n,
    });
  });

  it('that comes later has no part in what was allocated and paid before', () => {
    const { traceOf } = historyOf([
      { gift: 'early', amountMinor: 100n },
      { to: 'clinic', amountMinor: 100n },
      { gift: 'late', amountMinor: 100n },
      { paidFor: 'clinic', amountMinor: 40n },
    ]);
    expect(traceOf('late')).toEqual({ projects: [], waitingMinor: 100n });
    expect(traceOf('early')).toEqual({
      projects: [{ projectId: 'clinic', allocatedMinor: 100n, disbursedMinor: 40n }],
      waitingMinor: 0n,
    });
  });

  it('waits again when what a project did not need comes back', () => {
    const { traceOf } = historyOf([
      { gift: 'mine', amountMinor: 100n },
      { to: 'clinic', amountMinor: 100n },
      { paidFor: 'clinic', amountMinor: 60n },
      { to: 'clinic', amountMinor: -40n },
      { gift: 'late', amountMinor: 40n },
      { to: 'bus', amountMinor: 40n },
    ]);
    expect(traceOf('mine')).toEqual({
      projects: [
        { projectId: 'bus', allocatedMinor: 20n, disbursedMinor: 0n },
        { projectId: 'clinic', allocatedMinor: 60n, disbursedMinor: 60n },
      ],
      waitingMinor: 20n,
    });
  });

  it('is not paid out any more when the bank sent the payment back', () => {
    const { traceOf } = historyOf([
      { gift: 'mine', amountMinor: 100n },
      { to: 'clinic', amountMinor: 100n },
      { paidFor: 'clinic', amountMinor: 60n },
      { paidFor: 'clinic', amountMinor: -60n },
    ]);
    expect(traceOf('mine').projects).toEqual([
      { projectId: 'clinic', allocatedMinor: 100n, disbursedMinor: 0n },
    ]);
  });

  it('that is not sealed yet, or went back to its giver, has gone nowhere', () => {
    const { steps } = historyOf([
      { gift: 'other', amountMinor: 100n },
      { to: 'clinic', amountMinor: 50n },
    ]);
    expect(traceGift({ leftMinor: 70n, sequence: null }, steps)).toEqual({ projects: [], waitingMinor: 70n });
    expect(traceGift({ leftMinor: 0n, sequence: 0 }, steps)).toEqual({ projects: [], waitingMinor: 0n });
  });
});

/** Histories that a fund can have: it allocates what it has, pays what it allocated, and takes back what is not paid. */
const anyHistory = fc
  .array(
    fc.record({
      what: fc.constantFrom('gift', 'gift', 'to', 'paidFor', 'back'),
      project: fc.constantFrom('bus', 'clinic', 'nurses'),
      part: fc.bigInt({ min: 1n, max: 1_000n }),
      amountMinor: fc.bigInt({ min: 1n, max: 1_000_000n }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((wishes) => {
    let free = 0n;
    const ahead = new Map<string, bigint>();
    return wishes.flatMap(({ what, project, part, amountMinor }, index): Happening[] => {
      if (what === 'gift') {
        free += amountMinor;
        return [{ gift: `gift ${index}`, amountMinor }];
      }
      const whole = what === 'to' ? free : (ahead.get(project) ?? 0n);
      const moved = (whole * part) / 1_000n;
      if (moved === 0n) return [];
      if (what !== 'paidFor') free += what === 'to' ? -moved : moved;
      ahead.set(project, (ahead.get(project) ?? 0n) + (what === 'to' ? moved : -moved));
      if (what === 'paidFor') return [{ paidFor: project, amountMinor: moved }];
      return [{ to: project, amountMinor: what === 'to' ? moved : -moved }];
    });
  });

describe('of any fund', () => {
  it('all gifts together are what the fund allocated and paid, but for what rounding leaves', () => {
    fc.assert(
      fc.property(anyHistory, (happenings) => {
        const { gifts, steps, traceOf } = historyOf(happenings);
        const traces = [...gifts.keys()].map(traceOf);
        for (const kind of ['allocated', 'disbursed'] as const) {
          const whole = steps
            .filter((step) => step.kind === kind)
            .reduce((sum, step) => sum + step.amountMinor, 0n);
          const traced = traces
            .flatMap(({ projects }) => projects)
            .reduce((sum, got) => sum + (kind === 'allocated' ? got.allocatedMinor : got.disbursedMinor), 0n);
          expect(traced).toBeLessThanOrEqual(whole);
          // Less than a minor unit a gift and project.
          expect(whole - traced).toBeLessThanOrEqual(BigInt(gifts.size * 3));
        }
      }),
    );
  });

  it('a gift is never more than it was, and is paid only where it was allocated', () => {
    fc.assert(
      fc.property(anyHistory, (happenings) => {
        const { gifts, traceOf } = historyOf(happenings);
        for (const [name, { leftMinor }] of gifts) {
          const { projects, waitingMinor } = traceOf(name);
          const allocated = projects.reduce((sum, got) => sum + got.allocatedMinor, 0n);
          expect(allocated + waitingMinor).toBe(leftMinor);
          expect(waitingMinor).toBeGreaterThanOrEqual(0n);
          for (const got of projects) expect(got.disbursedMinor).toBeLessThanOrEqual(got.allocatedMinor);
        }
      }),
    );
  });

  it('what a gift has done stays as it is when others give later', () => {
    fc.assert(
      fc.property(anyHistory, fc.bigInt({ min: 1n, max: 1_000_000n }), (happenings, amountMinor) => {
        const before = historyOf(happenings);
        const after = historyOf([...happenings, { gift: 'newcomer', amountMinor }]);
        for (const name of before.gifts.keys()) expect(after.traceOf(name)).toEqual(before.traceOf(name));
        expect(after.traceOf('newcomer')).toEqual({ projects: [], waitingMinor: amountMinor });
      }),
    );
  });
});
