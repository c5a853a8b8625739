/**
 * Expression operators taken from mingo, given evaluated operands: text, dates, trigonometry and the
 * like. Their numbers become plain ones first; a 64-bit integer that would lose digits is refused.
 */
import { BSONRegExp, Decimal128, Double } from 'bson';
import { Aggregator } from 'mingo';
import * as expressionOperators from 'mingo/operators/expression';
import { asDouble } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { toRegExp } from '../query/regex.ts';

/** Operators whose result is a double whatever it is. */
const DOUBLES = new Set([
  '$exp',
  '$ln',
  '$log',
  '$log10',
  '$sqrt',
  '$sin',
  '$cos',
  '$tan',
  '$asin',
  '$acos',
  '$atan',
  '$atan2',
  '$sinh',
  '$cosh',
  '$tanh',
  '$asinh',
  '$acosh',
  '$atanh',
  '$degreesToRadians',
  '$radiansToDegrees',
  '$rand',
]);

/** Operators that run code or need what the engine does not have. */
const REFUSED = new Set([
  '$function',
  '$accumulator',
  '$where',
  '$meta',
  '$jsonSchema',
  '$toUUID',
  '$toArray',
  '$toObject',
  '$sigmoid',
  '$subtype',
  '$createObjectId',
  '$encStrStartsWith',
  '$encStrEndsWith',
  '$encStrContains',
  '$encStrNormalizedEq',
]);

export function plainForMingo(value: unknown, what: string): unknown {
  if (value instanceof Double) return value.value;
  if (typeof value === 'bigint') {
    if (BigInt(Number(value)) !== value || Math.abs(Number(value)) > Number.MAX_SAFE_INTEGER) {
      throw new CommandError('BadValue', `${what}: a 64-bit integer beyond 2^53 cannot be used exactly.`);
    }
    return Number(value);
  }
  if (value instanceof Decimal128) {
    throw new CommandError(
      'NotImplemented',
      `${what}: arithmetic on Decimal128 is not supported; use Int64.`,
    );
  }
  if (value instanceof BSONRegExp) return toRegExp(value);
  if (Array.isArray(value)) return value.map((one) => plainForMingo(one, what));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainForMingo(one, what)]));
  }
  return value;
}

function literal(value: unknown): unknown {
  return { $literal: value };
}

/** The operator as a function of its operands; `named`: they are the fields of a document. */
export function mingoOperator(name: string): (operand: unknown, named: boolean) => unknown {
  if (REFUSED.has(name)) throw notImplemented(`the expression operator ${name}`);
  if (!(name in expressionOperators)) {
    throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  }
  return (operand, named) => {
    const plain = plainForMingo(operand, name);
    let wrapped: unknown;
    if (named) {
      wrapped = Object.fromEntries(
        Object.entries(plain as Doc)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, literal(value)]),
      );
    } else wrapped = Array.isArray(plain) && Array.isArray(operand) ? plain.map(literal) : literal(plain);
    let rows: unknown[];
    try {
      rows = new Aggregator([{ $replaceWith: { v: { [name]: wrapped } } }]).run([{}]);
    } catch (error) {
      throw new CommandError('BadValue', `${name}: ${(error as Error).message}`);
    }
    const [row] = rows;
    const value = isPlainObject(row) ? row['v'] : undefined;
    return typeof value === 'number' && DOUBLES.has(name) ? asDouble(value) : value;
  };
}
