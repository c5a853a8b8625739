/** The engine's exact optimum of leximin, for tests that prove it. */
import type { AllocateProblem } from '../../server/domain/matching/allocate.ts';
import { gatherMarket } from '../../server/domain/matching/eligibility.ts';
import { buildFundingNetwork } from '../../server/domain/matching/funding-network.ts';
import { leximinAmounts } from '../../server/domain/matching/leximin.ts';
import { rational, type Rational, ZERO } from '../../server/domain/rational.ts';

/** The optimum per project, in the order of the problem: who shares a slot has a part by need. */
export function optimumOf(problem: AllocateProblem): Rational[] {
  const market = gatherMarket(problem);
  const network = buildFundingNetwork(market, (index) => market.projects[index]!.needMinor > 0n);
  const exact = leximinAmounts(market, network, problem.policy.level);
  const amounts = new Map<string, Rational>();
  for (const [index, slot] of network.slots.entries())
    for (const member of slot.members) {
      const { id, needMinor } = market.projects[member]!;
      const { numerator, denominator } = exact[index]!;
      amounts.set(id, rational(numerator * needMinor, denominator * slot.needMinor));
    }
  return problem.projects.map(({ id }) => amounts.get(id) ?? ZERO);
}
