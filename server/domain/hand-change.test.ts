/** Changing an allocation by hand: what is allowed, what is refused, and that the difference stays visible. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyProblem, RUNS } from '../../test/support/allocation-problems.ts';
import { mayPay } from './allocation-lab.ts';
import { changedLines, faultsOfHandChanges, grantsAfter, projectsAfter } from './hand-change.ts';
import { allocate, type AllocateProblem } from './matching/allocate.ts';

const fund = (
  id: string,
  availableMinor: string,
  change: Partial<AllocateProblem['funds'][number]> = {},
) => ({
  ...{ id, availableMinor, sectors: null, localities: null, projects: null, capPerProjectMinor: null },
  ...change,
});
const project = (id: string, sector: string, needMinor: string, minimumMinor = '0') => ({
  ...{ id, sector, locality: 'js', needMinor, minimumMinor, score: '80' },
});

/** Sixty for anything, at most fifty to one project; thirty for health alone. */
const problem: AllocateProblem = {
  version: 1,
  currency: 'CNY',
  funds: [fund('free', '60', { capPerProjectMinor: '50' }), fund('health', '30', { sectors: ['health'] })],
  projects: [project('clinic', 'health', '60'), project('school', 'education', '60', '20')],
  policy: { rule: 'leximin', level: 'project', weights: { localities: {}, sectors: {} } },
};
const result = allocate(problem);
const change = (fundId: string, projectId: string, amountMinor: bigint) => ({
  fund: fundId,
  project: projectId,
  amountMinor,
});
const faults = (...changes: ReturnType<typeof change>[]) =>
  faultsOfHandChanges(problem, result, changes, 'why').map(({ path, reason }) => `${path}: ${reason}`);

describe('a change by hand', () => {
  it('starts from what was computed', () => {
    expect(result.grants).toEqual([
      { fund: 'free', project: 'clinic', amountMinor: '15' },
      { fund: 'free', project: 'school', amountMinor: '45' },
      { fund: 'health', project: 'clinic', amountMinor: '30' },
    ]);
  });

  it('moves money between lines of one fund, and says by how much each line differs', () => {
    const changes = [change('free', 'clinic', 20n), change('free', 'school', 40n)];
    expect(faults(...changes)).toEqual([]);
    const lines = changedLines(result, changes);
    expect(lines).toEqual([
      { fund: 'free', project: 'clinic', computedMinor: 15n, amountMinor: 20n },
      { fund: 'free', project: 'school', computedMinor: 45n, amountMinor: 40n },
    ]);
    const override = { reason: 'why', lines };
    expect(projectsAfter(problem, result, override)).toMatchObject([
      { id: 'clinic', fundedMinor: '50', level: '5/6' },
      { id: 'school', fundedMinor: '40', level: '2/3' },
    ]);
    expect(grantsAfter(result.grants, null)).toEqual(result.grants);
  });

  it('breaches no restriction, cap, need, minimum or balance', () => {
    expect(faults(change('health', 'school', 5n))).toEqual(['changes[0]: restriction-breached']);
    expect(faults(change('free', 'school', 51n))).toEqual(['changes[0].amountMinor: cap-breached']);
    expect(faults(change('free', 'school', 46n))).toEqual(['changes[0].amountMinor: fund-overdrawn']);
    expect(faults(change('free', 'clinic', 31n), change('free', 'school', 25n))).toEqual([
      'changes[0].amountMinor: need-exceeded',
    ]);
    expect(faults(change('free', 'school', 19n))).toEqual(['changes[0].amountMinor: minimum-missed']);
    expect(faults(change('free', 'school', 0n))).toEqual([]);
  });

  it('names what is wrong with a line itself, and asks for a reason', () => {
    expect(faults(change('x', 'school', 1n), change('free', 'y', 1n))).toEqual([
      'changes[0].fund: fund-not-in-snapshot',
      'changes[1].project: unknown-project',
    ]);
    expect(faults(change('free', 'school', -1n))).toEqual(['changes[0].amountMinor: negative']);
    expect(faults(change('free', 'school', 45n))).toEqual(['changes[0].amountMinor: nothing-changed']);
    const twice = change('free', 'school', 40n);
    expect(faults(twice, twice)).toEqual(['changes[1]: repeated-code']);
    expect(faultsOfHandChanges(problem, result, [twice], ' ').map(({ path }) => path)).toEqual(['reason']);
    expect(faultsOfHandChanges(problem, result, [], '')).toEqual([]);
  });

  it(
    'whatever is let through is as lawful as what is computed',
    () => {
      const anyChange = fc.record({
        fund: fc.nat({ max: 5 }).map((index) => `f${index}`),
        project: fc.nat({ max: 6 }).map((index) => `p${index}`),
        amountMinor: fc.bigInt({ min: -2n, max: 60n }),
      });
      let passed = 0;
      fc.assert(
        fc.property(
          anyProblem(),
          fc.array(anyChange, { maxLength: 2 }),
          fc.nat(),
          (given, random, lowered) => {
            const computed = allocate(given);
            const grant = computed.grants[lowered % Math.max(1, computed.grants.length)];
            // Taking from a line is lawful by itself, unless it misses a minimum; what is random is mostly not.
            const less =
              grant === undefined
                ? []
                : [{ ...grant, amountMinor: BigInt(lowered) % BigInt(grant.amountMinor) }];
            const changes = [...less, ...random];
            if (faultsOfHandChanges(given, computed, changes, 'why').length > 0) return;
            passed += 1;
            const lines = changedLines(computed, changes);
            const grants = grantsAfter(computed.grants, { reason: 'why', lines });
            const sum = (side: 'fund' | 'project', id: string) =>
              grants.reduce((all, grant) => (grant[side] === id ? all + BigInt(grant.amountMinor) : all), 0n);
            for (const one of given.funds) {
              expect(sum('fund', one.id) <= BigInt(one.availableMinor)).toBe(true);
            }
            for (const one of given.projects) {
              const funded = sum('project', one.id);
              expect(funded <= BigInt(one.needMinor)).toBe(true);
              expect(funded === 0n || funded >= BigInt(one.minimumMinor)).toBe(true);
            }
            for (const one of grants) {
              const payer = given.funds.find(({ id }) => id === one.fund)!;
              const receiver = given.projects.find(({ id }) => id === one.project)!;
              expect(mayPay(payer, receiver)).toBe(true);
              expect(BigInt(one.amountMinor) > 0n).toBe(true);
              expect(
                BigInt(one.amountMinor) <= BigInt(payer.capPerProjectMinor ?? payer.availableMinor),
              ).toBe(true);
            }
          },
        ),
        { numRuns: RUNS },
      );
      expect(passed).toBeGreaterThan(0);
    },
    Math.max(600_000, RUNS * 100),
  );
});
