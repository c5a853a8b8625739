/**
 * Chooses how to find documents: by `_id`, by an index whose first parts the filter or the sort names, or
 * by walking the collection. A plan never loses a match; the filter is applied to all it yields.
 */
import { BSONRegExp } from 'bson';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { Collection, Index } from '../storage/catalog.ts';
import { afterPrefix, inverted } from '../storage/ordered-key.ts';
import {
  acceptsNull,
  constraintsOf,
  contains,
  EVERYTHING,
  intersection,
  withoutEmptyArrays,
  type Constraint,
  type Constraints,
  type Interval,
} from './bounds.ts';
import type { SortPart } from './sort.ts';

const MOST_RANGES = 2000;

interface KeyRange {
  readonly start: string;
  readonly end: string;
}

interface IndexPlan {
  readonly kind: 'index';
  readonly index: Index;
  /** Whole keys, in order, apart from each other. */
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  readonly sorts: boolean;
}

interface CollectionPlan {
  readonly kind: 'collection';
  readonly reverse: boolean;
  readonly sorts: boolean;
}

interface EmptyPlan {
  readonly kind: 'nothing';
  readonly sorts: true;
}

export type Plan = IndexPlan | CollectionPlan | EmptyPlan;

interface Hint {
  readonly natural?: 1 | -1;
  readonly index?: Index;
}

function sameKey(a: Doc, b: Doc): boolean {
  const entriesA = Object.entries(a);
  const entriesB = Object.entries(b);
  return (
    entriesA.length === entriesB.length &&
    entriesA.every(
      ([name, value], at) => entriesB[at]?.[0] === name && Number(entriesB[at][1]) === Number(value),
    )
  );
}

export function parseHint(collection: Collection | undefined, hint: unknown): Hint | undefined {
  if (hint === undefined || hint === null || (isPlainObject(hint) && Object.keys(hint).length === 0))
    return undefined;
  if (isPlainObject(hint) && '$natural' in hint) return { natural: Number(hint['$natural']) < 0 ? -1 : 1 };
  if (typeof hint !== 'string' && !isPlainObject(hint)) {
    throw new CommandError('FailedToParse', 'Hint must be a string or an object');
  }
  if (collection === undefined) return undefined;
  const index = collection.indexes.find((one) =>
    typeof hint === 'string' ? one.name === hint : sameKey(one.spec['key'] as Doc, hint),
  );
  if (index === undefined) {
    throw new CommandError(
      'BadValue',
      'error processing query: planner returned error: bad hint: hint provided does not correspond to an existing index',
    );
  }
  return { index };
}

/** The ranges of one part: all conjuncts together, or the best one where an array may satisfy each by another element. */
function partIntervals(
  constraints: readonly Constraint[] | undefined,
  isArray: boolean,
): readonly Interval[] | undefined {
  if (constraints === undefined || constraints.length === 0) return undefined;
  if (isArray) {
    return (constraints.find(({ equality }) => equality) ?? constraints[0])?.intervals;
  }
  const [first, ...rest] = constraints;
  const all = rest.reduce<readonly Interval[]>(
    (common, one) => intersection(common, one.intervals),
    first?.intervals ?? [],
  );
  return withoutEmptyArrays(all);
}

function directed(interval: Interval, direction: 1 | -1): KeyRange {
  if (direction === 1) return interval;
  if (interval.point) {
    const key = inverted(interval.start);
    return { start: key, end: afterPrefix(key) };
  }
  return { start: afterPrefix(inverted(interval.end)), end: afterPrefix(inverted(interval.start)) };
}

interface Candidate {
  readonly plan: IndexPlan | EmptyPlan;
  readonly score: number;
}

class IndexMatcher {
  private prefixes: string[] = [''];
  /** Parts fixed to a single value, which do not matter for the order. */
  private readonly fixed = new Set<string>();
  private ranges: KeyRange[] | undefined;
  private score = 0;
  private usable = false;
  private empty = false;

  constructor(
    private readonly index: Index,
    private readonly constraints: Constraints,
  ) {
    this.matchParts();
  }

  private runsThroughArray(place: number): boolean {
    return ((this.index.arrays >> place) & 1) === 1;
  }

  private matchParts(): void {
    const arrays = new Set<string>();
    for (const [place, part] of this.index.parts.entries()) {
      const isArray = this.runsThroughArray(place);
      // Two paths into one array may be matched by different elements, which no single key holds together.
      const top = part.path[0] ?? '';
      if (isArray && arrays.has(top)) break;
      arrays.add(top);
      const intervals = partIntervals(this.constraints.get(part.name), isArray);
      if (intervals === undefined) break;
      if (intervals.length === 0) {
        this.empty = true;
        break;
      }
      this.usable = true;
      const points =
        intervals.every(({ point }) => point) && intervals.length * this.prefixes.length <= MOST_RANGES;
      if (!points) {
        this.addRanges(intervals, part.direction);
        this.score += 5;
        break;
      }
      this.score += 10;
      if (intervals.length === 1) this.fixed.add(part.name);
      const keys = intervals.map(({ start }) => (part.direction === 1 ? start : inverted(start)));
      if (part.direction === -1) keys.reverse();
      this.prefixes = this.prefixes.flatMap((prefix) => keys.map((key) => prefix + key));
    }
  }

  private addRanges(intervals: readonly Interval[], direction: 1 | -1): void {
    const ranges = intervals.map((interval) => directed(interval, direction));
    if (direction === -1) ranges.reverse();
    const used = ranges.length * this.prefixes.length > MOST_RANGES ? [directed(EVERYTHING, 1)] : ranges;
    this.ranges = this.prefixes.flatMap((prefix) =>
      used.map(({ start, end }) => ({ start: prefix + start, end: prefix + end })),
    );
  }

  /** 1 forwards, -1 backwards, 0: this index does not give the order. */
  private sortDirection(sort: readonly SortPart[]): 0 | 1 | -1 {
    if (this.index.shortened) return 0;
    // A document stands in the index once for each element, so that elements give no order. Where they are fixed to one,
    // the parts after them do.
    const byElements = this.index.parts.some(
      ({ name }, place) => this.runsThroughArray(place) && sort.some((one) => one.name === name),
    );
    if (byElements) return 0;
    const wanted = sort.filter(({ name }) => !this.fixed.has(name));
    if (wanted.length === 0) return 1;
    let parts = this.index.parts;
    while (parts[0] !== undefined && this.fixed.has(parts[0].name) && parts[0].name !== wanted[0]?.name) {
      parts = parts.slice(1);
    }
    parts = parts.filter(({ name }) => !this.fixed.has(name));
    let direction: 0 | 1 | -1 = 0;
    for (let at = 0; at < wanted.length; at++) {
      const part = parts[at];
      const one = wanted[at];
      if (part === undefined || one === undefined || part.name !== one.name) return 0;
      const way = part.direction === one.direction ? 1 : -1;
      if (direction !== 0 && direction !== way) return 0;
      direction = way;
    }
    return direction;
  }

  candidate(sort: readonly SortPart[], forced: boolean): Candidate | undefined {
    if (this.empty) return { plan: { kind: 'nothing', sorts: true }, score: 1000 };
    const direction = sort.length === 0 ? 1 : this.sortDirection(sort);
    if (!this.usable && !forced && (sort.length === 0 || direction === 0)) return undefined;
    const { prefix } = this.index;
    const ranges =
      this.ranges ??
      this.prefixes.map((key) => ({ start: key, end: key === '' ? '\xff' : afterPrefix(key) }));
    const whole = ranges
      .map(({ start, end }) => ({ start: prefix + start, end: prefix + end }))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const unique = this.index.unique && this.fixed.size === this.index.parts.length ? 100 : 0;
    return {
      plan: {
        kind: 'index',
        index: this.index,
        ranges: whole,
        reverse: direction === -1,
        sorts: direction !== 0,
      },
      score: this.score + unique + (sort.length > 0 && direction !== 0 ? 7 : 0) + (this.usable ? 1 : 0),
    };
  }
}

/** Whether every document the filter accepts is in the index. */
function covers(index: Index, constraints: Constraints): boolean {
  if (index.sparse) {
    const sure = index.parts.some(({ name }) => {
      const found = constraints.get(name);
      return found?.some(({ intervals }) => !acceptsNull(intervals)) === true;
    });
    if (!sure) return false;
  }
  const partial = index.spec['partialFilterExpression'];
  return !isPlainObject(partial) || implies(constraints, partial);
}

function implies(constraints: Constraints, partial: Doc): boolean {
  return Object.entries(partial).every(([name, condition]) => {
    if (name === '$and' && Array.isArray(condition)) {
      return (condition as unknown[]).every(
        (clause) => isPlainObject(clause) && implies(constraints, clause),
      );
    }
    if (name.startsWith('$')) return false;
    const known = constraints.get(name) ?? [];
    if (isPlainObject(condition) && Object.keys(condition).length === 1 && condition['$exists'] === true) {
      return known.some(({ intervals }) => !acceptsNull(intervals));
    }
    const needed = constraintsOf({ [name]: condition }).get(name) ?? [];
    const understood =
      isPlainObject(condition) && Object.keys(condition)[0]?.startsWith('$')
        ? Object.keys(condition).length
        : 1;
    return (
      needed.length === understood &&
      needed.every((need) => known.some(({ intervals }) => contains(need.intervals, intervals)))
    );
  });
}

export function choosePlan(
  collection: Collection,
  filter: Doc,
  sort: readonly SortPart[],
  hint: Hint | undefined,
): Plan {
  const natural = hint?.natural ?? (sort[0]?.name === '$natural' ? sort[0].direction : undefined);
  if (natural !== undefined) {
    const sorts = sort.length === 0 || sort[0]?.name === '$natural';
    return { kind: 'collection', reverse: natural === -1, sorts };
  }
  const constraints = constraintsOf(filter);
  if (hint?.index !== undefined) {
    const candidate = new IndexMatcher(hint.index, constraints).candidate(sort, true);
    if (candidate !== undefined) return candidate.plan;
  }
  let best: Candidate | undefined;
  for (const index of collection.indexes) {
    // Without a range of its first part an index serves only to sort.
    if (sort.length === 0 && !constraints.has(index.parts[0]?.name ?? '')) continue;
    if (!covers(index, constraints)) continue;
    const candidate = new IndexMatcher(index, constraints).candidate(sort, false);
    if (candidate !== undefined && (best === undefined || candidate.score > best.score)) best = candidate;
  }
  return best?.plan ?? { kind: 'collection', reverse: false, sorts: sort.length === 0 };
}

/** The `_id` a filter asks for when it asks for nothing else; undefined otherwise. */
export function onlyId(filter: Doc): unknown {
  const names = Object.keys(filter);
  if (names.length !== 1 || names[0] !== '_id') return undefined;
  const id = filter['_id'];
  if (typeof id !== 'object') return id;
  if (id === null || Array.isArray(id) || id instanceof BSONRegExp || id instanceof RawDocument)
    return undefined;
  if (isPlainObject(id)) return undefined;
  return id;
}
