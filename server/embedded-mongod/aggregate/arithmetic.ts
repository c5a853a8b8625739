/** Arithmetic of expressions: exact for whole numbers, refused where it could not be. */
import { Decimal128 } from 'bson';
import {
  asDouble,
  asInteger,
  combine,
  compareNumbers,
  isNumeric,
  kindOf,
  toNumber,
  type Numeric,
} from '../bson/numbers.ts';
import { CommandError } from '../errors.ts';
import { typeNameOf } from '../query/type-names.ts';
import { type OwnOperator, isNil, numeric } from './operands.ts';

export function add(operands: unknown[]): unknown {
  let total: Numeric = 0;
  let date: Date | undefined;
  for (const operand of operands) {
    if (isNil(operand)) return null;
    if (operand instanceof Date) {
      if (date !== undefined) throw new CommandError(16612, 'only one date allowed in an $add expression');
      date = operand;
    } else {
      if (!isNumeric(operand)) {
        throw new CommandError(
          'TypeMismatch',
          `$add only supports numeric or date types, not ${typeNameOf(operand)}`,
        );
      }
      total = combine('add', total, operand, '$add');
    }
  }
  return date === undefined ? total : new Date(date.getTime() + Math.round(toNumber(total)));
}

export function subtract([a, b]: unknown[]): unknown {
  if (isNil(a) || isNil(b)) return null;
  if (a instanceof Date) {
    if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
    return new Date(a.getTime() - Math.round(toNumber(numeric(b, '$subtract'))));
  }
  return combine('subtract', numeric(a, '$subtract'), numeric(b, '$subtract'), '$subtract');
}

export function multiply(operands: unknown[]): unknown {
  let total: Numeric = 1;
  for (const operand of operands) {
    if (isNil(operand)) return null;
    total = combine('multiply', total, numeric(operand, '$multiply'), '$multiply');
  }
  return total;
}

function exactNumber(value: Numeric, name: string): number {
  if (value instanceof Decimal128) {
    throw new CommandError(
      'NotImplemented',
      `${name}: arithmetic on Decimal128 is not supported; use Int64.`,
    );
  }
  const result = toNumber(value);
  if (typeof value === 'bigint' && BigInt(result) !== value) {
    throw new CommandError('BadValue', `${name}: a 64-bit integer beyond 2^53 cannot be divided exactly.`);
  }
  return result;
}

export function divide([a, b]: unknown[]): unknown {
  if (isNil(a) || isNil(b)) return null;
  const divisor = exactNumber(numeric(b, '$divide'), '$divide');
  if (divisor === 0) throw new CommandError('BadValue', "can't $divide by zero");
  return asDouble(exactNumber(numeric(a, '$divide'), '$divide') / divisor);
}

export function mod([a, b]: unknown[]): unknown {
  if (isNil(a) || isNil(b)) return null;
  const left = numeric(a, '$mod');
  const right = numeric(b, '$mod');
  if (compareNumbers(right, 0) === 0) throw new CommandError(16610, "can't $mod by zero");
  if (
    kindOf(left) === 'double' ||
    kindOf(right) === 'double' ||
    left instanceof Decimal128 ||
    right instanceof Decimal128
  ) {
    return asDouble(exactNumber(left, '$mod') % exactNumber(right, '$mod'));
  }
  const wide = typeof left === 'bigint' || typeof right === 'bigint';
  return asInteger(toBig(left) % toBig(right), wide, '$mod');
}

function toBig(value: Numeric): bigint {
  return typeof value === 'bigint' ? value : BigInt(toNumber(value));
}

/** Rounds a double; whole numbers stay what they are. */
export function rounding(name: string, round: (value: number) => number): OwnOperator {
  return {
    arity: [1, 1],
    apply: ([value]) => {
      if (isNil(value)) return null;
      const number = numeric(value, name);
      return kindOf(number) === 'double' ? asDouble(round(toNumber(number))) : wholeOrRefused(number, name);
    },
  };
}

function wholeOrRefused(value: Numeric, name: string): Numeric {
  if (value instanceof Decimal128) {
    throw new CommandError(
      'NotImplemented',
      `${name}: arithmetic on Decimal128 is not supported; use Int64.`,
    );
  }
  return value;
}

/** Half to even, at a decimal place; by decimal digits, so that 2.675 is what it shows. */
function roundAt(value: number, place: number, halfEven: boolean): number {
  if (!Number.isFinite(value)) return value;
  const scaled = Number(`${value}e${place}`);
  if (!Number.isFinite(scaled)) return value;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  let whole: number;
  if (!halfEven) whole = Math.trunc(scaled);
  else if (rest === 0.5) whole = floor % 2 === 0 ? floor : floor + 1;
  else whole = Math.round(scaled);
  return Number(`${whole}e${-place}`);
}

export function roundOperator(name: string, halfEven: boolean): OwnOperator {
  return {
    arity: [1, 2],
    apply: ([value, place]) => {
      if (isNil(value) || place === null) return null;
      const number = numeric(value, name);
      const digits = place === undefined ? 0 : toNumber(numeric(place, name));
      if (kindOf(number) === 'double') return asDouble(roundAt(toNumber(number), digits, halfEven));
      const whole = wholeOrRefused(number, name);
      if (digits >= 0) return whole;
      const unit = 10n ** BigInt(-digits);
      const exact = toBig(whole);
      let quotient = exact / unit;
      const rest = exact % unit;
      const twice = (rest < 0n ? -rest : rest) * 2n;
      if (halfEven && (twice > unit || (twice === unit && quotient % 2n !== 0n)))
        quotient += exact < 0n ? -1n : 1n;
      return asInteger(quotient * unit, typeof whole === 'bigint', name);
    },
  };
}

export function abs(value: Numeric): Numeric {
  return compareNumbers(value, 0) < 0
    ? combine('multiply', value, -1, '$abs')
    : wholeOrRefused(value, '$abs');
}
