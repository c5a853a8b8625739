/**
 * `settle`: mutually conditional pledges. Invariant: the amounts are the greatest that honour every
 * condition; an unmet condition is never shown as money.
 */
import {
  type NumberedPledge,
  type Pledges,
  ifAbsent,
  ifUnconditional,
  numberPledges,
} from './conditional-pledges.ts';
import { Outcomes } from './outcomes.ts';
import { type SettleProblem, type SettleResult, parseSettleProblem } from './settle-format.ts';

/**
 * Settles pledges: the greatest outcome, what bound each pledge, and what hangs on each party.
 * @throws ProblemFaults when the problem is not valid
 */
export function settle(problem: SettleProblem): SettleResult {
  const numbered = numberPledges(parseSettleProblem(problem));
  const outcomes = new Outcomes(numbered);
  const outcome = outcomes.greatest();
  const totals = partyTotals(numbered, outcome);
  return {
    version: 1,
    pledges: numbered.pledges.map((pledge, index) => ({
      id: pledge.id,
      amountMinor: (outcome[index] ?? 0n).toString(),
      boundBy: boundBy(pledge, outcome[index] ?? 0n, totals),
    })),
    pivotal: pivotal(numbered, outcomes, totals),
  };
}

function pivotal(
  { parties }: Pledges,
  outcomes: Outcomes,
  totals: readonly bigint[],
): SettleResult['pivotal'] {
  const everything = sum(totals);
  // A party that pays its caps already would change nothing by promising them without conditions.
  const adding = [...parties.keys()].filter((party) => !outcomes.paysInFull(party));
  const ifAdded = outcomes.othersIf(adding.map(ifUnconditional));
  const ifLeft = outcomes.othersIf([...parties.keys()].map(ifAbsent));
  const added = new Map(adding.map((party, position) => [party, ifAdded[position] ?? 0n]));
  return parties.map((name, party) => {
    const others = everything - (totals[party] ?? 0n);
    return {
      party: name,
      othersWouldAddMinor: ((added.get(party) ?? others) - others).toString(),
      othersWouldLoseMinor: (others - (ifLeft[party] ?? 0n)).toString(),
    };
  });
}

/** What each pledge comes to, in minor units by its id; what hangs on each party is not computed. */
export function settledAmounts(problem: SettleProblem): Map<string, bigint> {
  const numbered = numberPledges(parseSettleProblem(problem));
  const outcome = new Outcomes(numbered).greatest();
  return new Map(numbered.pledges.map(({ id }, index) => [id, outcome[index] ?? 0n]));
}

function partyTotals({ parties, pledges }: Pledges, amounts: readonly bigint[]): bigint[] {
  const totals = parties.map(() => 0n);
  for (const [index, { party }] of pledges.entries()) {
    totals[party] = (totals[party] ?? 0n) + (amounts[index] ?? 0n);
  }
  return totals;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}

/** What stood in the way of more: the cap, a proviso that failed, or the rate (with its base and step). */
function boundBy(
  { cap, party, rule }: NumberedPledge,
  amount: bigint,
  totals: readonly bigint[],
): 'cap' | 'proviso' | 'rate' {
  if (rule === null || amount === cap) return 'cap';
  const others = rule.among ?? totals.map((_, index) => index);
  let paid = 0n;
  let joined = 0;
  for (const other of others) {
    if (other === party) continue;
    paid += totals[other] ?? 0n;
    if ((totals[other] ?? 0n) >= rule.joinsFrom) joined += 1;
  }
  return joined < rule.atLeastParties || paid < rule.othersAtLeast ? 'proviso' : 'rate';
}

export { parseSettleProblem } from './settle-format.ts';
export type { SettleProblem, SettleResult } from './settle-format.ts';
