/**
 * The rate of a locality from its capacity: the mean locality has 1, a poorer one more, a richer one
 * less. Invariant: a locality of lower capacity never gets a lower rate.
 */
import {
  type Rational,
  add,
  compare,
  divide,
  formatDecimal,
  formatRational,
  multiply,
  ONE,
  rational,
  subtract,
  ZERO,
} from '../rational.ts';

export interface CapacityRule {
  readonly k: Rational;
  readonly floor: Rational;
  readonly ceiling: Rational;
}

export interface CapacityWeight {
  readonly locality: string;
  /** The exact rate, as a rational such as "3/2". */
  readonly rate: string;
  /** The rate with four decimals, for display. */
  readonly shown: string;
}

/** A locality's capacity is the mean of its last figures, at most this many. */
const LATEST_YEARS = 3;

/**
 * clamp(1 + k × (1 − (capacity ÷ mean capacity)²), floor, ceiling), per locality and in the order given.
 * @param figures per locality the published figures of one measure, the latest year first; at least one,
 *   above zero
 * @throws RangeError when a locality has no figure, a mean is not above zero, or the floor is above the ceiling
 */
export function capacityWeights(
  figures: readonly { readonly locality: string; readonly latestFirst: readonly Rational[] }[],
  { k, floor, ceiling }: CapacityRule,
): CapacityWeight[] {
  if (compare(floor, ceiling) > 0) throw new RangeError('The floor of the rate lies above its ceiling.');
  const capacities = figures.map(({ locality, latestFirst }) => {
    if (latestFirst.length === 0)
      throw new RangeError(`The locality ${locality} has no figure of its capacity.`);
    return meanOf(latestFirst.slice(0, LATEST_YEARS));
  });
  if (capacities.length === 0) return [];
  const mean = meanOf(capacities);
  if (compare(mean, ZERO) <= 0) throw new RangeError('The mean capacity must be above zero.');
  return figures.map(({ locality }, index) => {
    const ratio = divide(capacities[index] ?? ZERO, mean);
    const raw = add(ONE, multiply(k, subtract(ONE, multiply(ratio, ratio))));
    const rate = compare(raw, floor) < 0 ? floor : compare(raw, ceiling) > 0 ? ceiling : raw;
    return { locality, rate: formatRational(rate), shown: formatDecimal(rate, 4) };
  });
}

function meanOf(values: readonly Rational[]): Rational {
  return divide(values.reduce(add, ZERO), rational(BigInt(values.length)));
}
