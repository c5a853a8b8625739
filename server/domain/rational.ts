/**
 * Exact rational numbers on `bigint`. Invariant: the denominator is positive and the fraction is in
 * lowest terms, so equal values have equal fields.
 */

export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const LARGEST_PLAIN = BigInt(Number.MAX_SAFE_INTEGER);

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y > LARGEST_PLAIN) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  if (y === 0n) return x;
  // From here on both are plain numbers after one step, and those are quicker.
  let small = Number(x % y);
  let large = Number(y);
  while (small !== 0) {
    const rest = large % small;
    large = small;
    small = rest;
  }
  return BigInt(large);
}

/** @throws RangeError when the denominator is zero. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError('A rational needs a denominator other than zero.');
  if (denominator === 1n) return { numerator, denominator };
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  if (divisor === 1n) return { numerator, denominator };
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws RangeError when `b` is zero. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compare(a: Rational, b: Rational): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The largest integer that is not above the value. */
export function floor(value: Rational): bigint {
  const quotient = value.numerator / value.denominator;
  return value.numerator < 0n && quotient * value.denominator !== value.numerator ? quotient - 1n : quotient;
}

/** The smallest integer that is not below the value. */
export function ceiling(value: Rational): bigint {
  return -floor({ numerator: -value.numerator, denominator: value.denominator });
}

const FRACTION = /^-?(?:0|[1-9]\d*)\/[1-9]\d*$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Reads `"3/8"` or `"0.375"`; anything else, exponents and signs of plus included, is `undefined`. */
export function parseRational(text: string): Rational | undefined {
  if (FRACTION.test(text)) {
    const slash = text.indexOf('/');
    return rational(BigInt(text.slice(0, slash)), BigInt(text.slice(slash + 1)));
  }
  if (!DECIMAL.test(text)) return undefined;
  const point = text.indexOf('.');
  if (point < 0) return rational(BigInt(text));
  const digits = text.length - point - 1;
  return rational(BigInt(text.slice(0, point) + text.slice(point + 1)), 10n ** BigInt(digits));
}

/** `"3/8"`, or `"2"` when the value is whole. */
export function formatRational(value: Rational): string {
  return value.denominator === 1n
    ? value.numerator.toString()
    : `${value.numerator.toString()}/${value.denominator.toString()}`;
}

/** The value with a fixed number of decimals, rounded half away from zero, for display. */
export function formatDecimal(value: Rational, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const negative = value.numerator < 0n;
  const magnitude = negative ? -value.numerator : value.numerator;
  const scaled = (2n * magnitude * scale + value.denominator) / (2n * value.denominator);
  const digits = scaled.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = negative && scaled !== 0n ? '-' : '';
  return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(digits.length - decimals)}`;
}
