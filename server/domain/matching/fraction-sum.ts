/**
 * A sum of many fractions of few denominators. Invariant: the sum is exact; it is put over a common
 * denominator only when it is asked for, and not reduced.
 */
import { greatestCommonDivisor, type Rational } from '../rational.ts';

export class FractionSum {
  private readonly numerators = new Map<bigint, bigint>();

  add(numerator: bigint, denominator: bigint): void {
    if (numerator !== 0n)
      this.numerators.set(denominator, (this.numerators.get(denominator) ?? 0n) + numerator);
  }

  total(): Rational {
    let [sum, common] = [0n, 1n];
    for (const [denominator, numerator] of this.numerators) {
      if (numerator === 0n) continue;
      const shared = greatestCommonDivisor(common, denominator);
      sum = sum * (denominator / shared) + numerator * (common / shared);
      common = (common / shared) * denominator;
    }
    return { numerator: sum, denominator: common };
  }
}
