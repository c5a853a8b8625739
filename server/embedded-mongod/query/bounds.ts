/**
 * What a filter says about each path, as ranges of ordered keys. The ranges may hold more than the filter
 * accepts, never less: whatever is read by them is checked against the filter again.
 */
import { BSONRegExp, MaxKey, MinKey } from 'bson';
import { enumRank, rankOf } from '../bson/compare.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { afterPrefix, HIGHEST_KEY, LOWEST_KEY, rankBounds, valueKey } from '../storage/ordered-key.ts';
import { isOperatorDocument } from './match.ts';

/** Keys from `start` up to but not including `end`. */
export interface Interval {
  readonly start: string;
  readonly end: string;
  /** Exactly one value. */
  readonly point: boolean;
}

/** One conjunct's ranges for a path. */
export interface Constraint {
  readonly intervals: readonly Interval[];
  readonly equality: boolean;
}

export type Constraints = ReadonlyMap<string, readonly Constraint[]>;

const NULL_KEY = rankBounds(enumRank.null);
const UNDEFINED_KEY = rankBounds(enumRank.undefined);

export const EVERYTHING: Interval = { start: LOWEST_KEY, end: HIGHEST_KEY, point: false };

function pointOf(key: string): Interval {
  return { start: key, end: afterPrefix(key), point: true };
}

function pointsOf(value: unknown): Interval[] {
  if (value === null || value === undefined) {
    return [pointOf(NULL_KEY.low), { start: UNDEFINED_KEY.low, end: UNDEFINED_KEY.high, point: false }];
  }
  if (Array.isArray(value)) {
    const first: Interval[] =
      value.length === 0
        ? [{ start: UNDEFINED_KEY.low, end: UNDEFINED_KEY.high, point: false }]
        : [pointOf(valueKey((value as unknown[])[0]))];
    return [...first, pointOf(valueKey(value))];
  }
  return [pointOf(valueKey(value))];
}

function rangeOf(operator: string, value: unknown): Interval | undefined {
  if (value instanceof MinKey || value instanceof MaxKey || value === null || Array.isArray(value))
    return undefined;
  const { low, high } = rankBounds(rankOf(value));
  const key = valueKey(value);
  switch (operator) {
    case '$gt':
      return { start: afterPrefix(key), end: high, point: false };
    case '$gte':
      return { start: key, end: high, point: false };
    case '$lt':
      return { start: low, end: key, point: false };
    default:
      return { start: low, end: afterPrefix(key), point: false };
  }
}

/** The text every match of the expression starts with. */
function literalPrefix(pattern: string, options: string): string {
  if (options.includes('i') || options.includes('x') || options.includes('m') || !pattern.startsWith('^'))
    return '';
  if (pattern.includes('|')) return '';
  const found = /^\^((?:[A-Za-z0-9 _:@,;=!"#%&'<>~`/-]|\\[^A-Za-z0-9])*)/.exec(pattern)?.[1] ?? '';
  const next = pattern[found.length + 1];
  const whole = next !== undefined && '*?{'.includes(next) ? found.replace(/\\?.$/, '') : found;
  return whole.replace(/\\(.)/g, '$1');
}

function regexIntervals(pattern: string, options: string): Interval[] {
  const strings = rankBounds(enumRank.string);
  const regexes = rankBounds(enumRank.regex);
  const prefix = literalPrefix(pattern, options);
  const text = strings.low + valueKey(prefix).slice(1, -2);
  return [
    { start: text, end: afterPrefix(text), point: false },
    { start: regexes.low, end: regexes.high, point: false },
  ];
}

function constraintOf(operator: string, value: unknown, siblings: Doc): Constraint | undefined {
  switch (operator) {
    case '$eq':
      return rankOf(value) === enumRank.regex ? undefined : { intervals: pointsOf(value), equality: true };
    case '$in': {
      if (!Array.isArray(value)) return undefined;
      const intervals = (value as unknown[]).flatMap((one) =>
        one instanceof BSONRegExp ? regexIntervals(one.pattern, one.options) : pointsOf(one),
      );
      return { intervals: normalized(intervals), equality: true };
    }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte': {
      const range = rangeOf(operator, value);
      return range === undefined ? undefined : { intervals: [range], equality: false };
    }
    case '$regex': {
      const pattern = value instanceof BSONRegExp ? value.pattern : String(value);
      const options = siblings['$options'] ?? (value instanceof BSONRegExp ? value.options : '');
      return {
        intervals: regexIntervals(pattern, typeof options === 'string' ? options : ''),
        equality: false,
      };
    }
    default:
      return undefined;
  }
}

/** Sorted, without overlaps. */
function normalized(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (last === undefined || last.end <= interval.start) result.push(interval);
    else if (interval.end > last.end)
      result[result.length - 1] = { start: last.start, end: interval.end, point: false };
  }
  return result;
}

export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const left of a) {
    for (const right of b) {
      const start = left.start > right.start ? left.start : right.start;
      const end = left.end < right.end ? left.end : right.end;
      if (start < end) result.push({ start, end, point: left.point || right.point });
    }
  }
  return normalized(result);
}

/** Whether every key of `inner` lies in `outer`. */
export function contains(outer: readonly Interval[], inner: readonly Interval[]): boolean {
  return inner.every(({ start, end }) => outer.some((one) => one.start <= start && end <= one.end));
}

/**
 * The intervals without that of empty arrays, which nothing but an array is kept under: with it, being null would be two
 * ranges of an index, and the order of its next part would be lost.
 */
export function withoutEmptyArrays(intervals: readonly Interval[]): readonly Interval[] {
  const isOfArrays = ({ start, end }: Interval) => start === UNDEFINED_KEY.low && end === UNDEFINED_KEY.high;
  return intervals.some(isOfArrays) ? intervals.filter((one) => !isOfArrays(one)) : intervals;
}

export function acceptsNull(intervals: readonly Interval[]): boolean {
  return intervals.some(({ start, end }) => start <= NULL_KEY.low && NULL_KEY.low < end);
}

/** The constraints that hold for every document the filter accepts. */
export function constraintsOf(filter: Doc): Map<string, Constraint[]> {
  const found = new Map<string, Constraint[]>();
  collect(filter, '', found);
  return found;
}

function add(found: Map<string, Constraint[]>, path: string, constraint: Constraint | undefined): void {
  if (constraint === undefined) return;
  const list = found.get(path);
  if (list === undefined) found.set(path, [constraint]);
  else list.push(constraint);
}

function collect(filter: Doc, prefix: string, found: Map<string, Constraint[]>): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) {
      for (const clause of operand as unknown[]) if (isPlainObject(clause)) collect(clause, prefix, found);
      continue;
    }
    if (name.startsWith('$')) continue;
    const path = prefix + name;
    if (operand instanceof BSONRegExp) {
      add(found, path, { intervals: regexIntervals(operand.pattern, operand.options), equality: false });
    } else if (isOperatorDocument(operand)) {
      for (const [operator, value] of Object.entries(operand)) {
        if (operator === '$elemMatch' && isPlainObject(value)) collectElemMatch(path, value, found);
        else if (operator === '$all' && Array.isArray(value)) collectAll(path, value as unknown[], found);
        else add(found, path, constraintOf(operator, value, operand));
      }
    } else add(found, path, { intervals: pointsOf(operand), equality: true });
  }
}

function collectAll(path: string, values: readonly unknown[], found: Map<string, Constraint[]>): void {
  const [first] = values;
  if (isPlainObject(first) && '$elemMatch' in first) {
    if (isPlainObject(first['$elemMatch'])) collectElemMatch(path, first['$elemMatch'], found);
  } else if (values.length > 0 && !(first instanceof BSONRegExp)) {
    add(found, path, { intervals: pointsOf(first), equality: true });
  }
}

/** All operators inside apply to one element, so their ranges may be intersected even in a multikey index. */
function collectElemMatch(path: string, value: Doc, found: Map<string, Constraint[]>): void {
  if (!isOperatorDocument(value)) {
    collect(value, `${path}.`, found);
    return;
  }
  const inner = Object.entries(value).flatMap(
    ([operator, operand]) => constraintOf(operator, operand, value) ?? [],
  );
  const [first, ...rest] = inner;
  if (first === undefined) return;
  const intervals = rest.reduce((all, one) => intersection(all, one.intervals), [...first.intervals]);
  add(found, path, { intervals, equality: inner.some(({ equality }) => equality) });
}
