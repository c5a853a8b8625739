/** Conversions between types, as `$convert` and its short forms make them. */
import { Decimal128, Double, ObjectId } from 'bson';
import { asDouble, isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { isTruthy } from '../query/match.ts';
import { typeNameOf } from '../query/type-names.ts';
import { type OwnOperator, isNil } from './operands.ts';

/** As text, like `$toString`. */
export function toText(value: unknown): string {
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

export function convert(spec: Doc): unknown {
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

export function conversion(to: string): OwnOperator {
  return { arity: [1, 1], apply: ([value]) => (isNil(value) ? null : conversions[to]?.(value)) };
}
