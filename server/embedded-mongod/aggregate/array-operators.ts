/** Operators on arrays, sets and documents. */
import { compareValues, equalValues } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { isPlainObject, setField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { typeNameOf } from '../query/type-names.ts';
import { MANY, type OwnOperator, isNil, listOf, numeric, text } from './operands.ts';

export function elementAt([list, at]: unknown[]): unknown {
  if (isNil(list) || isNil(at)) return null;
  const index = toNumber(numeric(at, '$arrayElemAt'));
  return listOf(list, '$arrayElemAt').at(index);
}

export function slice([list, a, b]: unknown[]): unknown {
  if (isNil(list) || a === null || b === null) return null;
  const items = listOf(list, '$slice');
  const first = toNumber(numeric(a, '$slice'));
  if (b === undefined) return first < 0 ? items.slice(first) : items.slice(0, first);
  const count = toNumber(numeric(b, '$slice'));
  if (count <= 0) throw new CommandError(28729, 'Third argument to $slice must be positive');
  const start = first < 0 ? Math.max(0, items.length + first) : first;
  return items.slice(start, start + count);
}

export function distinct(values: readonly unknown[]): unknown[] {
  const sorted = [...values].sort(compareValues);
  return sorted.filter((value, index) => index === 0 || !equalValues(value, sorted[index - 1]));
}

export function sets(name: string, apply: (lists: unknown[][]) => unknown): OwnOperator {
  return {
    arity: [1, MANY],
    apply: (operands) => (operands.some(isNil) ? null : apply(operands.map((one) => listOf(one, name)))),
  };
}

export function has(list: readonly unknown[], value: unknown): boolean {
  return list.some((one) => equalValues(one, value));
}

export function mergeObjects(operands: unknown[]): unknown {
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

export function objectToArray([value]: unknown[]): unknown {
  if (isNil(value)) return null;
  if (!isPlainObject(value))
    throw new CommandError(40390, `$objectToArray requires a document input, found: ${typeNameOf(value)}`);
  return Object.entries(value).map(([k, v]) => ({ k, v }));
}

export function arrayToObject([value]: unknown[]): unknown {
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

export function range([from, to, by]: unknown[]): unknown {
  const start = toNumber(numeric(from, '$range'));
  const end = toNumber(numeric(to, '$range'));
  const step = by === undefined ? 1 : toNumber(numeric(by, '$range'));
  if (step === 0) throw new CommandError(34449, '$range requires a non-zero step value');
  if ((end - start) / step > 1e7) throw new CommandError(146, '$range would use too much memory');
  const result: number[] = [];
  for (let value = start; step > 0 ? value < end : value > end; value += step) result.push(value);
  return result;
}
