/**
 * `settle`: mutually conditional pledges. Invariant: the amounts are the greatest that honour every
 * condition; an unmet condition is never shown as money.
 */
import { type NumberedPledge, type Pledges, numberPledges } from './conditional-pledges.ts';
import { Outcomes } from './greatest-outcome.ts';
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
  const everything = sum(totals);
  return {
    version: 1,
    pledges: numbered.pledges.map((pledge, index) => ({
      id: pledge.id,
      amountMinor: (outcome[index] ?? 0n).toString(),
      boundBy: boundBy(pledge, outcome[index] ?? 0n, totals),
    })),
    pivotal: numbered.parties.map((party, index) => {
      const others = everything - (totals[index] ?? 0n);
      return {
        party,
        othersWouldAddMinor: (othersIfPaidInFull(outcomes, outcome, index) - others).toString(),
        othersWouldLoseMinor: (others - othersIfAbsent(outcomes, outcome, index)).toString(),
      };
    }),
  };
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

function othersOf(numbered: Pledges, amounts: readonly bigint[], party: number): bigint {
  return sum(numbered.pledges.map((pledge, index) => (pledge.party === party ? 0n : (amounts[index] ?? 0n))));
}

function othersIfPaidInFull(outcomes: Outcomes, outcome: readonly bigint[], party: number): bigint {
  const { pledges } = outcomes;
  const inFull = pledges.pledges.every(
    ({ cap, party: own }, index) => own !== party || outcome[index] === cap,
  );
  // A party that pays its caps already would change nothing by promising them without conditions.
  return othersOf(pledges, inFull ? outcome : outcomes.greatest({ unconditional: party }), party);
}

function othersIfAbsent(outcomes: Outcomes, outcome: readonly bigint[], party: number): bigint {
  // Without the party nobody pays more than with it, so its outcome is a bound to start from.
  return othersOf(outcomes.pledges, outcomes.greatest({ absent: party }, outcome), party);
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
