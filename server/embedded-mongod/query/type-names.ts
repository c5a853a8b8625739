/** BSON types by number and by the names that `$type` knows. */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { CommandError } from '../errors.ts';
import { isNumeric, kindOf } from '../bson/numbers.ts';

const numberOfName: Record<string, number> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

/** The name `$type` gives a value; a value that is not there is `missing`. */
export function typeNameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (isNumeric(value)) return kindOf(value);
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp || value instanceof RegExp) return 'regex';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof DBRef) return 'dbPointer';
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  return 'object';
}

/** A test for the types that `$type` names; `number` stands for the four numeric ones. */
export function typeTest(spec: unknown): (value: unknown) => boolean {
  const names = new Set<string>();
  for (const one of Array.isArray(spec) ? (spec as unknown[]) : [spec]) {
    if (one === 'number') for (const name of ['int', 'long', 'double', 'decimal']) names.add(name);
    else names.add(nameOfSpec(one));
  }
  return (value) => names.has(typeNameOf(value));
}

function nameOfSpec(spec: unknown): string {
  if (typeof spec === 'string') {
    if (spec in numberOfName) return spec;
    throw new CommandError('BadValue', `Unknown type name alias: ${spec}`);
  }
  const number = spec instanceof Double ? spec.value : Number(spec);
  const found = Object.entries(numberOfName).find(([, value]) => value === number);
  if (found === undefined) throw new CommandError('BadValue', `Invalid numerical type code: ${String(spec)}`);
  return found[0];
}
