/**
 * Numbers of the four BSON kinds: compared by value, exactly; added and multiplied with MongoDB's
 * widening (Int32 to Int64 to Double). What cannot be exact is refused, never rounded in silence.
 */
import { Decimal128, Double } from 'bson';
import { CommandError } from '../errors.ts';

export type Numeric = number | bigint | Double | Decimal128;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Double ||
    value instanceof Decimal128
  );
}

type NumberKind = 'int' | 'long' | 'double' | 'decimal';

export function kindOf(value: Numeric): NumberKind {
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff && !Object.is(value, -0)
      ? 'int'
      : 'double';
  }
  return value instanceof Double ? 'double' : 'decimal';
}

/** A double result in the form that keeps its type when it is written. */
export function asDouble(value: number): number | Double {
  return kindOf(value) === 'int' ? new Double(value) : value;
}

/** A whole result: Int32 while it fits and `wide` is not asked for, else Int64; beyond that an error. */
export function asInteger(value: bigint, wide: boolean, what: string): number | bigint {
  if (value < INT64_MIN || value > INT64_MAX) {
    throw new CommandError('BadValue', `${what}: the result does not fit a 64-bit integer.`);
  }
  return wide || value < -0x80000000n || value > 0x7fffffffn ? value : Number(value);
}

/** The value as a JavaScript number, possibly rounded: for counts and offsets, never for amounts. */
export function toNumber(value: Numeric): number {
  if (value instanceof Double) return value.value;
  return value instanceof Decimal128 ? Number(value.toString()) : Number(value);
}

interface Fraction {
  /** value = coefficient * 10^exponent */
  coefficient: bigint;
  exponent: number;
}

function fractionOfDecimal(value: Decimal128): Fraction | number {
  const shown = value.toString();
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(shown);
  if (match === null) return shown === 'NaN' ? NaN : shown.startsWith('-') ? -Infinity : Infinity;
  const decimals = match[3] ?? '';
  const digits = BigInt(`${match[2] ?? '0'}${decimals}`);
  return {
    coefficient: match[1] === '-' ? -digits : digits,
    exponent: Number(match[4] ?? 0) - decimals.length,
  };
}

/** Every finite double is a whole number of 2^-n, hence of 10^-n after multiplying by 5^n. */
function fractionOfDouble(value: number): Fraction {
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent++;
  }
  return { coefficient: BigInt(scaled) * 5n ** BigInt(exponent), exponent: -exponent };
}

function compareFractions(a: Fraction, b: Fraction): number {
  const shift = a.exponent - b.exponent;
  const left = shift > 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient;
  const right = shift < 0 ? b.coefficient * 10n ** BigInt(-shift) : b.coefficient;
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareDecimal(a: Numeric, b: Numeric): number {
  const left = a instanceof Decimal128 ? fractionOfDecimal(a) : widened(a);
  const right = b instanceof Decimal128 ? fractionOfDecimal(b) : widened(b);
  if (typeof left === 'number' || typeof right === 'number') {
    return compareNumbers(typeof left === 'number' ? left : 0, typeof right === 'number' ? right : 0);
  }
  return compareFractions(left, right);
}

/** A fraction, or the number itself where it is not finite. */
function widened(value: number | bigint | Double): Fraction | number {
  const plain = value instanceof Double ? value.value : value;
  if (typeof plain === 'bigint') return { coefficient: plain, exponent: 0 };
  return Number.isFinite(plain) ? fractionOfDouble(plain) : plain;
}

/** Order by value; NaN is the smallest number and equals itself. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareDecimal(a, b);
  const left = a instanceof Double ? a.value : a;
  const right = b instanceof Double ? b.value : b;
  if (left < right) return -1;
  if (left > right) return 1;
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  return Number.isNaN(right) ? 1 : 0;
}

function exactDouble(value: number | bigint | Double, what: string): number {
  if (value instanceof Double) return value.value;
  const result = Number(value);
  if (typeof value === 'bigint' && BigInt(result) !== value) {
    throw new CommandError(
      'BadValue',
      `${what}: a 64-bit integer beyond 2^53 cannot be combined exactly with a double; use Int64 for both.`,
    );
  }
  return result;
}

function refuseDecimal(a: Numeric, b: Numeric, what: string): void {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    throw new CommandError(
      'NotImplemented',
      `${what}: arithmetic on Decimal128 is not supported; use Int64.`,
    );
  }
}

type Arithmetic = 'add' | 'subtract' | 'multiply';

const wholeArithmetic: Record<Arithmetic, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
};

const doubleArithmetic: Record<Arithmetic, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
};

/**
 * `a` and `b` combined by MongoDB's rules: Int32 widens to Int64 on overflow, Int64 stays Int64 and
 * overflow is an error, a double makes a double. `what` names the operator and field in errors.
 */
export function combine(how: Arithmetic, a: Numeric, b: Numeric, what: string): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && kindOf(a) === 'int' && kindOf(b) === 'int') {
    const small = doubleArithmetic[how](a, b);
    if (Number.isSafeInteger(small))
      return kindOf(small) === 'int' ? small : Object.is(small, -0) ? 0 : BigInt(small);
  }
  refuseDecimal(a, b, what);
  if (a instanceof Decimal128 || b instanceof Decimal128) return a;
  if (kindOf(a) === 'double' || kindOf(b) === 'double') {
    return asDouble(doubleArithmetic[how](exactDouble(a, what), exactDouble(b, what)));
  }
  const wide = typeof a === 'bigint' || typeof b === 'bigint';
  return asInteger(wholeArithmetic[how](toBig(a), toBig(b)), wide, what);
}

function toBig(value: number | bigint | Double): bigint {
  return typeof value === 'bigint' ? value : BigInt(value instanceof Double ? value.value : value);
}
