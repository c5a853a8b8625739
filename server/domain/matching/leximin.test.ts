import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, anyProblem, anyRegion } from '../../../test/support/allocation-problems.ts';
import { highs, leximinByPrograms } from '../../../test/support/leximin-oracle.ts';
import { gatherMarket } from './eligibility.ts';
import { buildFundingNetwork } from './funding-network.ts';
import { leximinAmounts } from './leximin.ts';

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
          const market = gatherMarket(problem);
          const network = buildFundingNetwork(market, (index) => market.projects[index]!.needMinor > 0n);
          const exact = leximinAmounts(market, network, problem.policy.level);
          const expected = leximinByPrograms(solver, problem);
          const total = problem.projects.reduce((sum, { needMinor }) => sum + Number(needMinor), 0);
          for (const [index, slot] of network.slots.entries()) {
            const share = Number(exact[index]!.numerator) / Number(exact[index]!.denominator);
            for (const member of slot.members) {
              const need = Number(market.projects[member]!.needMinor);
              const position = problem.projects.findIndex(({ id }) => id === market.projects[member]!.id);
              const gap = share * (need / Number(slot.needMinor)) - expected[position]!;
              expect(Math.abs(gap)).toBeLessThan(1e-3 + 1e-6 * total);
            }
          }
        }),
        { numRuns },
      );
    },
    Math.max(600_000, RUNS * 100),
  );
});
