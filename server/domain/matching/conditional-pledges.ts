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

/**
 * What an outcome is asked for if things were different. All changes are of one shape: thousands of them go through the
 * same loops.
 */
export interface Change {
  /** Pays its caps whatever happens. */
  readonly unconditional: number | undefined;
  /** Pays nothing. */
  readonly absent: number | undefined;
}

export const UNCHANGED: Change = { unconditional: undefined, absent: undefined };

export const ifUnconditional = (party: number): Change => ({ unconditional: party, absent: undefined });

export const ifAbsent = (party: number): Change => ({ unconditional: undefined, absent: party });

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

/**
 * The same pledges at rates that are no lower and have few digits, so that their sums are plain numbers: every outcome
 * of these lies above that of the pledges themselves, and near it. Rules that are short already stay as they are.
 */
export function withShortRates({ parties, pledges }: Pledges): Pledges {
  const caps = parties.map(() => 0n);
  for (const { cap, party } of pledges) caps[party] = (caps[party] ?? 0n) + cap;
  const everything = caps.reduce((sum, cap) => sum + cap, 0n);
  const shortened = pledges.map((pledge): NumberedPledge => {
    const { cap, rule } = pledge;
    if (rule === null) return pledge;
    const others = rule.among?.reduce((sum, party) => sum + (caps[party] ?? 0n), 0n) ?? everything;
    const value = rule.base + (rule.rateNumerator * others) / rule.rateDenominator + others / SHORTEST + 2n;
    const whole = cap + rule.step;
    const denominator = PLAIN / (value > whole ? value : whole);
    if (rule.rateDenominator <= denominator || denominator < SHORTEST) return pledge;
    const numerator = (rule.rateNumerator * denominator) / rule.rateDenominator + 1n;
    return { ...pledge, rule: { ...rule, rateNumerator: numerator, rateDenominator: denominator } };
  });
  return { parties, pledges: shortened };
}

/** Products below this are plain numbers. */
const PLAIN = 2n ** 53n - 1n;
/** Rates of fewer parts than this say too little. */
const SHORTEST = 1024n;
