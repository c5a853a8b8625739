/** The engine's own expression operators, on evaluated operands; `undefined` is a missing value. */
import { Decimal128, Double, ObjectId } from 'bson';
import { compareValues, equalValues } from '../bson/compare.ts';
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
import { isPlainObject, setField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { isTruthy } from '../query/match.ts';
import { typeNameOf } from '../query/type-names.ts';
import { Average, Sum } from './sums.ts';

export interface OwnOperator {
  readonly arity: readonly [number, number];
  readonly apply: (operands: unknown[]) => unknown;
  /** A single operand that is an array stands for its elements. */
  readonly spreads?: boolean;
  /** The form with named operands. */
  readonly named?: (operands: Doc) => unknown;
}

const MANY = Number.MAX_SAFE_INTEGER;

function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function numeric(value: unknown, name: string): Numeric {
  if (isNumeric(value)) return value;
  throw new CommandError('TypeMismatch', `${name} only supports numeric types, not ${typeNameOf(value)}`);
}

function add(operands: unknown[]): unknown {
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

function subtract([a, b]: unknown[]): unknown {
  if (isNil(a) || isNil(b)) return null;
  if (a instanceof Date) {
    if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
    return new Date(a.getTime() - Math.round(toNumber(numeric(b, '$subtract'))));
  }
  return combine('subtract', numeric(a, '$subtract'), numeric(b, '$subtract'), '$subtract');
}

function multiply(operands: unknown[]): unknown {
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

function divide([a, b]: unknown[]): unknown {
  if (isNil(a) || isNil(b)) return null;
  const divisor = exactNumber(numeric(b, '$divide'), '$divide');
  if (divisor === 0) throw new CommandError('BadValue', "can't $divide by zero");
  return asDouble(exactNumber(numeric(a, '$divide'), '$divide') / divisor);
}

function mod([a, b]: unknown[]): unknown {
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
function rounding(name: string, round: (value: number) => number): OwnOperator {
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

function roundOperator(name: string, halfEven: boolean): OwnOperator {
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

function comparison(accepts: (order: number) => boolean): OwnOperator {
  return { arity: [2, 2], apply: ([a, b]) => accepts(compareValues(a, b)) };
}

function listOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new CommandError('TypeMismatch', `${name} needs an array, not ${typeNameOf(value)}`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new CommandError(16702, `${name} only supports strings, not ${typeNameOf(value)}`);
}

function elementAt([list, at]: unknown[]): unknown {
  if (isNil(list) || isNil(at)) return null;
  const index = toNumber(numeric(at, '$arrayElemAt'));
  return listOf(list, '$arrayElemAt').at(index);
}

function slice([list, a, b]: unknown[]): unknown {
  if (isNil(list) || a === null || b === null) return null;
  const items = listOf(list, '$slice');
  const first = toNumber(numeric(a, '$slice'));
  if (b === undefined) return first < 0 ? items.slice(first) : items.slice(0, first);
  const count = toNumber(numeric(b, '$slice'));
  if (count <= 0) throw new CommandError(28729, 'Third argument to $slice must be positive');
  const start = first < 0 ? Math.max(0, items.length + first) : first;
  return items.slice(start, start + count);
}

function distinct(values: readonly unknown[]): unknown[] {
  const sorted = [...values].sort(compareValues);
  return sorted.filter((value, index) => index === 0 || !equalValues(value, sorted[index - 1]));
}

function sets(name: string, apply: (lists: unknown[][]) => unknown): OwnOperator {
  return {
    arity: [1, MANY],
    apply: (operands) => (operands.some(isNil) ? null : apply(operands.map((one) => listOf(one, name)))),
  };
}

function has(list: readonly unknown[], value: unknown): boolean {
  return list.some((one) => equalValues(one, value));
}

function mergeObjects(operands: unknown[]): unknown {
  const result: Doc = {};
  for (const operand of operands) {
    if (isNil(operand)) continue;
    if (!isPlainObject(operand))
      throw new CommandError(
        40400,
        `$mergeObjects requires object inputs, but input is of type ${typeNameOf(operand)}`,
      );
    for (const [name, value] of Object.entries(operand)) setField(result, name, value);
  }
  return result;
}

function objectToArray([value]: unknown[]): unknown {
  if (isNil(value)) return null;
  if (!isPlainObject(value))
    throw new CommandError(40390, `$objectToArray requires a document input, found: ${typeNameOf(value)}`);
  return Object.entries(value).map(([k, v]) => ({ k, v }));
}

function arrayToObject([value]: unknown[]): unknown {
  if (isNil(value)) return null;
  const result: Doc = {};
  for (const entry of listOf(value, '$arrayToObject')) {
    if (Array.isArray(entry))
      setField(result, text((entry as unknown[])[0], '$arrayToObject'), (entry as unknown[])[1]);
    else if (isPlainObject(entry)) setField(result, text(entry['k'], '$arrayToObject'), entry['v']);
    else throw new CommandError(40398, 'Unrecognised input type format for $arrayToObject');
  }
  return result;
}

function range([from, to, by]: unknown[]): unknown {
  const start = toNumber(numeric(from, '$range'));
  const end = toNumber(numeric(to, '$range'));
  const step = by === undefined ? 1 : toNumber(numeric(by, '$range'));
  if (step === 0) throw new CommandError(34449, '$range requires a non-zero step value');
  if ((end - start) / step > 1e7) throw new CommandError(146, '$range would use too much memory');
  const result: number[] = [];
  for (let value = start; step > 0 ? value < end : value > end; value += step) result.push(value);
  return result;
}

/** As text, like `$toString`. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Double) return String(value.value);
  if (value instanceof Decimal128) return value.toString();
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  throw new CommandError(
    241,
    `Unsupported conversion from ${typeNameOf(value)} to string in $convert with no onError value`,
  );
}

function failed(value: unknown, to: string): CommandError {
  return new CommandError(
    241,
    `Failed to parse or convert ${typeNameOf(value)} '${typeof value === 'string' ? value : ''}' to ${to} in $convert with no onError value`,
  );
}

function toWhole(value: unknown, bits: 32 | 64): unknown {
  const name = bits === 32 ? 'int' : 'long';
  let whole: bigint;
  if (typeof value === 'boolean') whole = value ? 1n : 0n;
  else if (typeof value === 'bigint') whole = value;
  else if (value instanceof Date && bits === 64) whole = BigInt(value.getTime());
  else if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) whole = BigInt(value);
  else if (value instanceof Decimal128 && /^-?\d+$/.test(value.toString())) whole = BigInt(value.toString());
  else if (isNumeric(value) && Number.isFinite(toNumber(value))) whole = BigInt(Math.trunc(toNumber(value)));
  else throw failed(value, name);
  if (BigInt.asIntN(bits, whole) !== whole) throw failed(value, name);
  return bits === 64 ? whole : Number(whole);
}

function toDoubleValue(value: unknown): unknown {
  if (typeof value === 'boolean') return asDouble(value ? 1 : 0);
  if (value instanceof Date) return asDouble(value.getTime());
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
    return asDouble(Number(value));
  if (isNumeric(value)) return asDouble(toNumber(value));
  throw failed(value, 'double');
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  const time = isNumeric(value)
    ? Math.trunc(toNumber(value))
    : typeof value === 'string'
      ? Date.parse(value)
      : NaN;
  if (Number.isNaN(time)) throw failed(value, 'date');
  return new Date(time);
}

function toObjectId(value: unknown): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value === 'string' && /^[0-9a-fA-F]{24}$/.test(value)) return new ObjectId(value);
  throw failed(value, 'objectId');
}

function toDecimal(value: unknown): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (isNumeric(value)) return Decimal128.fromString(String(value instanceof Double ? value.value : value));
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
  if (typeof value === 'string') {
    try {
      return Decimal128.fromString(value);
    } catch {
      throw failed(value, 'decimal');
    }
  }
  throw failed(value, 'decimal');
}

const conversions: Record<string, (value: unknown) => unknown> = {
  string: toText,
  int: (value) => toWhole(value, 32),
  long: (value) => toWhole(value, 64),
  double: toDoubleValue,
  decimal: toDecimal,
  bool: (value) => isTruthy(value),
  date: toDate,
  objectId: toObjectId,
};

const typeNumbers: Record<number, string> = {
  1: 'double',
  2: 'string',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  16: 'int',
  18: 'long',
  19: 'decimal',
};

function convert(spec: Doc): unknown {
  const { input, to } = spec;
  if (isNil(input)) return spec['onNull'] ?? null;
  if (isNil(to)) return null;
  const name = isNumeric(to) ? typeNumbers[toNumber(to)] : String(isPlainObject(to) ? to['type'] : to);
  const conversion = conversions[name ?? ''];
  if (conversion === undefined)
    throw new CommandError('BadValue', `Unknown type name in $convert: ${String(name)}`);
  try {
    return conversion(input);
  } catch (error) {
    if ('onError' in spec) return spec['onError'];
    throw error;
  }
}

function conversion(to: string): OwnOperator {
  return { arity: [1, 1], apply: ([value]) => (isNil(value) ? null : conversions[to]?.(value)) };
}

function extreme(sign: 1 | -1): OwnOperator {
  return {
    arity: [1, MANY],
    spreads: true,
    apply: (operands) => {
      let best: unknown = null;
      for (const value of operands) {
        if (!isNil(value) && (best === null || compareValues(value, best) * sign > 0)) best = value;
      }
      return best;
    },
  };
}

function abs(value: Numeric): Numeric {
  return compareNumbers(value, 0) < 0
    ? combine('multiply', value, -1, '$abs')
    : wholeOrRefused(value, '$abs');
}

export const operatorTable: Readonly<Record<string, OwnOperator>> = {
  $add: { arity: [0, MANY], apply: add },
  $subtract: { arity: [2, 2], apply: subtract },
  $multiply: { arity: [0, MANY], apply: multiply },
  $divide: { arity: [2, 2], apply: divide },
  $mod: { arity: [2, 2], apply: mod },
  $abs: { arity: [1, 1], apply: ([value]) => (isNil(value) ? null : abs(numeric(value, '$abs'))) },
  $ceil: rounding('$ceil', Math.ceil),
  $floor: rounding('$floor', Math.floor),
  $round: roundOperator('$round', true),
  $trunc: roundOperator('$trunc', false),
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: { arity: [2, 2], apply: ([a, b]) => Math.sign(compareValues(a, b)) },
  $not: { arity: [1, 1], apply: ([value]) => !isTruthy(value) },
  $max: extreme(1),
  $min: extreme(-1),
  $sum: { arity: [1, MANY], spreads: true, apply: (operands) => Sum.of(operands) },
  $avg: { arity: [1, MANY], spreads: true, apply: (operands) => Average.of(operands) },
  $in: { arity: [2, 2], apply: ([value, list]) => has(listOf(list, '$in'), value) },
  $size: { arity: [1, 1], apply: ([list]) => listOf(list, 'The argument to $size').length },
  $isArray: { arity: [1, 1], apply: ([value]) => Array.isArray(value) },
  $isNumber: { arity: [1, 1], apply: ([value]) => isNumeric(value) },
  $type: { arity: [1, 1], apply: ([value]) => typeNameOf(value) },
  $arrayElemAt: { arity: [2, 2], apply: elementAt },
  $first: { arity: [1, 1], apply: ([list]) => (isNil(list) ? null : listOf(list, '$first')[0]) },
  $last: { arity: [1, 1], apply: ([list]) => (isNil(list) ? null : listOf(list, '$last').at(-1)) },
  $slice: { arity: [2, 3], apply: slice },
  $concatArrays: {
    arity: [0, MANY],
    apply: (lists) => (lists.some(isNil) ? null : lists.flatMap((one) => listOf(one, '$concatArrays'))),
  },
  $reverseArray: {
    arity: [1, 1],
    apply: ([list]) => (isNil(list) ? null : [...listOf(list, '$reverseArray')].reverse()),
  },
  $indexOfArray: {
    arity: [2, 4],
    apply: ([list, value, start, end]) => {
      if (isNil(list)) return null;
      const from = isNumeric(start) ? toNumber(start) : 0;
      const to = isNumeric(end) ? toNumber(end) : Infinity;
      return listOf(list, '$indexOfArray').findIndex(
        (one, at) => at >= from && at < to && equalValues(one, value),
      );
    },
  },
  $range: { arity: [2, 3], apply: range },
  $setUnion: sets('$setUnion', (lists) => distinct(lists.flat())),
  $setIntersection: sets('$setIntersection', ([first = [], ...rest]) =>
    distinct(first.filter((value) => rest.every((list) => has(list, value)))),
  ),
  $setDifference: sets('$setDifference', ([a = [], b = []]) => distinct(a.filter((value) => !has(b, value)))),
  $setEquals: sets('$setEquals', ([first = [], ...rest]) =>
    rest.every((list) => equalValues(distinct(first), distinct(list))),
  ),
  $setIsSubset: sets('$setIsSubset', ([a = [], b = []]) => a.every((value) => has(b, value))),
  $allElementsTrue: { arity: [1, 1], apply: ([list]) => listOf(list, '$allElementsTrue').every(isTruthy) },
  $anyElementTrue: { arity: [1, 1], apply: ([list]) => listOf(list, '$anyElementTrue').some(isTruthy) },
  $mergeObjects: { arity: [0, MANY], spreads: true, apply: mergeObjects },
  $objectToArray: { arity: [1, 1], apply: objectToArray },
  $arrayToObject: { arity: [1, 1], apply: arrayToObject },
  $concat: {
    arity: [0, MANY],
    apply: (parts) => (parts.some(isNil) ? null : parts.map((one) => text(one, '$concat')).join('')),
  },
  $toUpper: { arity: [1, 1], apply: ([value]) => (isNil(value) ? '' : toText(value).toUpperCase()) },
  $toLower: { arity: [1, 1], apply: ([value]) => (isNil(value) ? '' : toText(value).toLowerCase()) },
  $strcasecmp: {
    arity: [2, 2],
    apply: ([a, b]) =>
      Math.sign(
        compareValues(isNil(a) ? '' : toText(a).toUpperCase(), isNil(b) ? '' : toText(b).toUpperCase()),
      ),
  },
  $toString: conversion('string'),
  $toInt: conversion('int'),
  $toLong: conversion('long'),
  $toDouble: conversion('double'),
  $toDecimal: conversion('decimal'),
  $toBool: conversion('bool'),
  $toDate: conversion('date'),
  $toObjectId: conversion('objectId'),
  $convert: {
    arity: [1, 1],
    apply: ([spec]) => (isPlainObject(spec) ? convert(spec) : null),
    named: convert,
  },
};
