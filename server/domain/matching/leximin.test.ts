import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { city, hasCity, problemOfArcs } from '../../../test/bench/matching/workloads.ts';
import { RUNS, anyProblem, anyRegion } from '../../../test/support/allocation-problems.ts';
import { leximinFault } from '../../../test/support/leximin-certificate.ts';
import { highs, leximinByPrograms } from '../../../test/support/leximin-oracle.ts';
import { optimumOf } from '../../../test/support/leximin-optimum.ts';
import { add, rational } from '../rational.ts';

describe('the exact optimum of leximin', () => {
  it.each([
    [
      'small problems, full of ties and zeros',
      anyProblem({ rules: ['leximin'] }),
      Math.max(80, Math.ceil(RUNS / 3)),
    ],
    [
      'regions with amounts as they are in life',
      anyRegion({ funds: 8, projects: 12 }),
      Math.max(8, Math.ceil(RUNS / 20)),
    ],
  ])(
    'is the one that linear programs find level after level: %s',
    async (_, problems, numRuns) => {
      const solver = await highs();
      fc.assert(
        fc.property(problems, (problem) => {
          const exact = optimumOf(problem);
          // The proof is exact; how far the programs are from it is then known to be their own tolerance.
          expect(leximinFault(problem, exact)).toBeNull();
          const expected = leximinByPrograms(solver, problem);
          const total = problem.projects.reduce((sum, { needMinor }) => sum + Number(needMinor), 0);
          for (const [index, { numerator, denominator }] of exact.entries()) {
            const gap = Number(numerator) / Number(denominator) - expected[index]!;
            expect(Math.abs(gap)).toBeLessThan(1e-3 + 1e-6 * total);
          }
        }),
        { numRuns },
      );
    },
    Math.max(600_000, RUNS * 100),
  );

  it.each([
    ['both kinds of level, restrictions, caps, weights and zeros', anyProblem({ rules: ['leximin'] }), RUNS],
    ['regions with amounts as they are in life', anyRegion({ funds: 12, projects: 25 }), RUNS / 4],
  ])(
    'is proven by a flow and by the network of what may still change: %s',
    (_, problems, numRuns) => {
      fc.assert(
        fc.property(problems, (problem) => {
          expect(leximinFault(problem, optimumOf(problem))).toBeNull();
        }),
        { numRuns: Math.ceil(numRuns) },
      );
    },
    3_600_000,
  );

  it('is not what the proof takes a worse answer for', () => {
    fc.assert(
      fc.property(anyRegion({ funds: 4, projects: 6 }), fc.nat(), (problem, pick) => {
        const exact = optimumOf(problem);
        const index = pick % exact.length;
        const { numerator } = exact[index]!;
        fc.pre(numerator > 0n);
        const less = exact.with(index, add(exact[index]!, rational(-1n, 1_000n)));
        const more = exact.with(index, add(exact[index]!, rational(1n, 1_000n)));
        expect([leximinFault(problem, less), leximinFault(problem, more)]).not.toContain(null);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('is proven for the problems of the benchmark, from which the programs differ by some units', () => {
    expect(leximinFault(problemOfArcs(16_000), optimumOf(problemOfArcs(16_000)))).toBeNull();
  }, 120_000);

  it.skipIf(!hasCity())(
    'is proven for a real city, at either level',
    () => {
      for (const level of ['project', 'cell-then-project'] as const) {
        const problem = { ...city(), policy: { ...city().policy, level } };
        expect(leximinFault(problem, optimumOf(problem))).toBeNull();
      }
    },
    120_000,
  );
});
