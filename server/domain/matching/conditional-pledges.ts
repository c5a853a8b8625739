/**
 * Pledges as rules over parties, numbered and in order of id. Invariant: every rule is non-decreasing in
 * what the others pay, so a greatest outcome exists and is unique (A. Tarski, 1955).
 */
import { compareCodePoints } from '../code-point-order.ts';
import { parseRational, ZERO } from '../rational.ts';
import type { SettleProblem } from './settle-format.ts';

export interface Rule {
  /** Pays step × floor((base × rateDenominator + rateNumerator × others) ÷ (step × rateDenominator)). */
  readonly base: bigint;
  readonly rateNumerator: bigint;
  readonly rateDenominator: bigint;
  readonly step: bigint;
  /** The other parties that count, in order, or `null` for all. */
  readonly among: readonly number[] | null;
  readonly atLeastParties: number;
  readonly joinsFrom: bigint;
  readonly othersAtLeast: bigint;
}

export interface NumberedPledge {
  readonly id: string;
  readonly party: number;
  readonly cap: bigint;
  readonly rule: Rule | null;
}

export interface Pledges {
  readonly parties: readonly string[];
  readonly pledges: readonly NumberedPledge[];
}

/** What an outcome is asked for if things were different. */
export interface Change {
  /** Pays its caps whatever happens. */
  readonly unconditional?: number;
  /** Pays nothing. */
  readonly absent?: number;
}

export function numberPledges(problem: SettleProblem): Pledges {
  const parties = [...new Set(problem.pledges.map(({ party }) => party))].sort(compareCodePoints);
  const partyOf = new Map(parties.map((party, index) => [party, index]));
  const pledges = problem.pledges
    .toSorted((a, b) => compareCodePoints(a.id, b.id))
    .map((pledge) => {
      const party = partyOf.get(pledge.party) ?? 0;
      return {
        id: pledge.id,
        party,
        cap: BigInt(pledge.capMinor),
        rule: pledge.terms && ruleOf(pledge.terms, party, partyOf),
      };
    });
  return { parties, pledges };
}

function ruleOf(
  terms: NonNullable<SettleProblem['pledges'][number]['terms']>,
  own: number,
  partyOf: ReadonlyMap<string, number>,
): Rule {
  const rate = parseRational(terms.ratePerOther) ?? ZERO;
  const among = terms.among && [...new Set(terms.among.map((party) => partyOf.get(party) ?? own))];
  return {
    base: BigInt(terms.baseMinor),
    rateNumerator: rate.numerator,
    rateDenominator: rate.denominator,
    step: BigInt(terms.stepMinor),
    // A party is never one of its own others, even where its own list names it.
    among: among && among.filter((party) => party !== own).sort((a, b) => a - b),
    atLeastParties: terms.atLeastParties,
    joinsFrom: BigInt(terms.joinsFromMinor),
    othersAtLeast: BigInt(terms.othersAtLeastMinor),
  };
}
