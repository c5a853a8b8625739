import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, anyProblem } from '../../../test/support/allocation-problems.ts';
import { highs, leximinByPrograms } from '../../../test/support/leximin-oracle.ts';
import { gatherMarket } from './eligibility.ts';
import { buildFundingNetwork } from './funding-network.ts';
import { leximinAmounts } from './leximin.ts';

describe('the exact optimum of leximin', () => {
  it('is the one that linear programs find level after level, at both levels', async () => {
    const solver = await highs();
    fc.assert(
      fc.property(anyProblem({ rules: ['leximin'] }), (problem) => {
        const market = gatherMarket(problem);
        const network = buildFundingNetwork(market, (index) => market.projects[index]!.needMinor > 0n);
        const exact = leximinAmounts(market, network, problem.policy.level);
        const expected = leximinByPrograms(solver, problem);
        for (const [index, slot] of network.slots.entries()) {
          const share = Number(exact[index]!.numerator) / Number(exact[index]!.denominator);
          for (const member of slot.members) {
            const need = Number(market.projects[member]!.needMinor);
            const position = problem.projects.findIndex(({ id }) => id === market.projects[member]!.id);
            expect(share * (need / Number(slot.needMinor))).toBeCloseTo(expected[position]!, 3);
          }
        }
      }),
      { numRuns: Math.max(100, RUNS / 3) },
    );
  }, 600_000);
});
