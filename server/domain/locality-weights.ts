/**
 * Locality weights of a round, from published figures of capacity: what is wrong with a policy is said before anything
 * is computed, and the rule itself stands in `matching/capacity-weights.ts`.
 */
import type { InputFault } from './errors.ts';
import { capacityWeights } from './matching/capacity-weights.ts';
import { positiveRationalText } from './matching/problem-format.ts';
import { compare, ONE, parseRational, ZERO, type Rational } from './rational.ts';
import type { Region } from './region.ts';
import type { LocalityWeight, UsedFigure, WeightPolicy } from './round-rules.ts';

/** A capacity is the mean of the last figures, at most this many. */
const LATEST_YEARS = 3;

/** The published figures of a measure for a locality that count, the latest year first. */
function figuresOf(region: Region, code: string, measure: WeightPolicy['measure']): UsedFigure[] {
  return (region.localities.find((locality) => locality.code === code)?.capacity ?? [])
    .filter((figure) => figure.measure === measure)
    .sort((a, b) => b.year - a.year)
    .slice(0, LATEST_YEARS)
    .map(({ year, amountYi }) => ({ locality: code, measure, year, amountYi }));
}

function ruleOf(policy: WeightPolicy, faults: InputFault[]) {
  const parameter = (name: 'k' | 'floor' | 'ceiling') => {
    const value = positiveRationalText.safeParse(policy[name]).success
      ? parseRational(policy[name])
      : undefined;
    if (value !== undefined) return value;
    faults.push({
      path: `weightPolicy.${name}`,
      reason: 'not-a-rational',
      message: `Write ${name} as a fraction or decimal above zero, such as "3/5" or "0.6".`,
    });
    return ONE;
  };
  const rule = { k: parameter('k'), floor: parameter('floor'), ceiling: parameter('ceiling') };
  if (compare(rule.floor, rule.ceiling) > 0) {
    faults.push({
      path: 'weightPolicy.floor',
      reason: 'above-ceiling',
      message: 'The floor lies above the ceiling.',
    });
  }
  return rule;
}

/** @returns the weights in the order of the codes with the figures they rest on, or the faults of the policy */
export function localityWeightsOf(
  region: Region,
  codes: readonly string[],
  policy: WeightPolicy,
): { weights: LocalityWeight[]; figures: UsedFigure[]; faults: InputFault[] } {
  const faults: InputFault[] = [];
  const rule = ruleOf(policy, faults);
  const used = codes.map((locality) => ({ locality, latest: figuresOf(region, locality, policy.measure) }));
  if (used.some(({ latest }) => latest.length === 0)) {
    faults.push({
      path: 'weightPolicy.measure',
      reason: 'no-figure',
      message: `Not every locality has a published figure of ${policy.measure}. Choose the other measure or add the figure.`,
    });
  }
  if (faults.length > 0) return { weights: [], figures: [], faults };
  const figures = used.map(({ locality, latest }) => ({
    locality,
    latestFirst: latest.map(({ amountYi }): Rational => parseRational(amountYi) ?? ZERO),
  }));
  const weights = capacityWeights(figures, rule).map(({ locality, rate }) => ({ locality, weight: rate }));
  // Weights are exact fractions, and an allocation reads so many digits of one and no more.
  if (weights.some(({ weight }) => !positiveRationalText.safeParse(weight).success)) {
    const message = 'The weights that follow from k have too many digits. Give k with fewer digits.';
    faults.push({ path: 'weightPolicy.k', reason: 'too-many-digits', message });
    return { weights: [], figures: [], faults };
  }
  return { weights, figures: used.flatMap(({ latest }) => latest), faults };
}
