/**
 * Locality weights of a round, from published figures of capacity: a poorer locality weighs more.
 * Exact rationals throughout, so that the weights of a published round can be computed anew to the digit.
 */
import type { InputFault } from './errors.ts';
import * as exact from './rational.ts';
import type { Region } from './region.ts';
import type { LocalityWeight, WeightPolicy } from './round.ts';

/** Figures are averaged over at most this many latest years. */
const YEARS_AVERAGED = 3;

/** The mean of a locality's latest figures of one measure, or null where none is published. */
function capacityOf(region: Region, code: string, measure: WeightPolicy['measure']): exact.Rational | null {
  const figures = (region.localities.find((locality) => locality.code === code)?.capacity ?? [])
    .filter((figure) => figure.measure === measure)
    .sort((a, b) => b.year - a.year)
    .slice(0, YEARS_AVERAGED)
    .flatMap((figure) => exact.parseRational(figure.amountYi) ?? []);
  if (figures.length === 0) return null;
  const sum = figures.reduce((total, figure) => exact.add(total, figure), exact.ZERO);
  return exact.divide(sum, exact.rational(BigInt(figures.length)));
}

function clamp(value: exact.Rational, floor: exact.Rational, ceiling: exact.Rational): exact.Rational {
  if (exact.compare(value, floor) < 0) return floor;
  return exact.compare(value, ceiling) > 0 ? ceiling : value;
}

/**
 * weight = clamp(1 + k × (1 − (capacity ÷ mean capacity)²), floor, ceiling), over the localities of the round.
 * @returns the weights in the order of the codes, or the faults of the policy
 */
export function localityWeightsOf(
  region: Region,
  codes: readonly string[],
  policy: WeightPolicy,
): { weights: LocalityWeight[]; faults: InputFault[] } {
  const faults: InputFault[] = [];
  const parameter = (name: 'k' | 'floor' | 'ceiling') => {
    const value = exact.parseRational(policy[name]);
    if (value !== undefined && exact.compare(value, exact.ZERO) > 0) return value;
    faults.push({
      path: `weightPolicy.${name}`,
      reason: 'not-a-rational',
      message: `Write ${name} as a fraction or decimal above zero, such as "3/5" or "0.6".`,
    });
    return exact.ONE;
  };
  const k = parameter('k');
  const floor = parameter('floor');
  const ceiling = parameter('ceiling');
  if (exact.compare(floor, ceiling) > 0) {
    faults.push({
      path: 'weightPolicy.floor',
      reason: 'above-ceiling',
      message: 'The floor lies above the ceiling.',
    });
  }
  const capacities = codes.flatMap((code) => {
    const capacity = capacityOf(region, code, policy.measure);
    return capacity === null ? [] : [{ code, capacity }];
  });
  if (capacities.length < codes.length) {
    faults.push({
      path: 'weightPolicy.measure',
      reason: 'no-figure',
      message: `Not every locality has a published figure of ${policy.measure}. Choose the other measure or add the figure.`,
    });
  }
  if (faults.length > 0 || capacities.length === 0) return { weights: [], faults };
  const sum = capacities.reduce((total, { capacity }) => exact.add(total, capacity), exact.ZERO);
  const mean = exact.divide(sum, exact.rational(BigInt(capacities.length)));
  const weights = capacities.map(({ code, capacity }) => {
    const ratio = exact.divide(capacity, mean);
    const lift = exact.multiply(k, exact.subtract(exact.ONE, exact.multiply(ratio, ratio)));
    return {
      locality: code,
      weight: exact.formatRational(clamp(exact.add(exact.ONE, lift), floor, ceiling)),
    };
  });
  return { weights, faults };
}
