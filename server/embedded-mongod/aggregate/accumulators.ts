/** Accumulators of `$group`: what one group gathers, and what it makes of it. */
import { compareValues } from '../bson/compare.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, setField, type Doc } from '../bson/types.ts';
import { valueKey } from '../storage/ordered-key.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compareSortKeys, parseSort, sortKey, type SortPart } from '../query/sort.ts';
import type { ExpressionCompiler } from './expression.ts';
import { type Evaluate, type Scope } from './expression.ts';
import { percentilesOf, sharesOf } from './percentiles.ts';
import { Average, Sum } from './sums.ts';

export interface Accumulator {
  add(scope: Scope): void;
  result(): unknown;
}

type Simple = (what: string) => { add(value: unknown): void; result(): unknown };

class First {
  private value: unknown;
  private has = false;
  add(value: unknown): void {
    if (!this.has) this.value = value ?? null;
    this.has = true;
  }
  result(): unknown {
    return this.value;
  }
}

class Last {
  private value: unknown;
  add(value: unknown): void {
    this.value = value ?? null;
  }
  result(): unknown {
    return this.value;
  }
}

class Extreme {
  private value: unknown = null;
  constructor(private readonly sign: 1 | -1) {}
  add(value: unknown): void {
    if (value === null || value === undefined) return;
    if (this.value === null || compareValues(value, this.value) * this.sign > 0) this.value = value;
  }
  result(): unknown {
    return this.value;
  }
}

class Push {
  private readonly values: unknown[] = [];
  add(value: unknown): void {
    if (value !== undefined) this.values.push(value);
  }
  result(): unknown {
    return this.values;
  }
}

class AddToSet {
  private readonly values = new Map<string, unknown>();
  add(value: unknown): void {
    if (value === undefined) return;
    const key = valueKey(value);
    if (!this.values.has(key)) this.values.set(key, value);
  }
  result(): unknown {
    return [...this.values.values()];
  }
}

class Merge {
  private readonly value: Doc = {};
  add(value: unknown): void {
    if (value === null || value === undefined) return;
    if (!isPlainObject(value)) throw new CommandError(40400, '$mergeObjects requires object inputs');
    for (const [name, one] of Object.entries(value)) setField(this.value, name, one);
  }
  result(): unknown {
    return this.value;
  }
}

class Deviation {
  private count = 0;
  private mean = 0;
  private squares = 0;
  constructor(private readonly sample: boolean) {}
  add(value: unknown): void {
    if (!isNumeric(value)) return;
    const number = toNumber(value);
    this.count++;
    const delta = number - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (number - this.mean);
  }
  result(): unknown {
    const divisor = this.sample ? this.count - 1 : this.count;
    return divisor <= 0 ? null : Math.sqrt(this.squares / divisor);
  }
}

const simple: Record<string, Simple> = {
  $sum: (what) => new Sum(what),
  $avg: () => new Average(),
  $min: () => new Extreme(-1),
  $max: () => new Extreme(1),
  $first: () => new First(),
  $last: () => new Last(),
  $push: () => new Push(),
  $addToSet: () => new AddToSet(),
  $mergeObjects: () => new Merge(),
  $stdDevPop: () => new Deviation(false),
  $stdDevSamp: () => new Deviation(true),
};

/** Keeps the best `n` by an order. */
class Best implements Accumulator {
  private items: { key: unknown[]; value: unknown }[] = [];
  constructor(
    private readonly n: number,
    private readonly order: (a: unknown[], b: unknown[]) => number,
    private readonly read: (scope: Scope) => { key: unknown[]; value: unknown } | undefined,
    private readonly single: boolean,
  ) {}
  add(scope: Scope): void {
    const item = this.read(scope);
    if (item === undefined) return;
    this.items.push(item);
    if (this.items.length > this.n * 2 + 100) this.shrink();
  }
  private shrink(): void {
    this.items = this.items.sort((a, b) => this.order(a.key, b.key)).slice(0, this.n);
  }
  result(): unknown {
    this.shrink();
    return this.single ? (this.items[0]?.value ?? null) : this.items.map(({ value }) => value);
  }
}

class Ends implements Accumulator {
  private values: unknown[] = [];
  constructor(
    private readonly n: number,
    private readonly fromEnd: boolean,
    private readonly evaluate: Evaluate,
  ) {}
  add(scope: Scope): void {
    if (!this.fromEnd && this.values.length >= this.n) return;
    this.values.push(this.evaluate(scope) ?? null);
    if (this.values.length > this.n) this.values.shift();
  }
  result(): unknown {
    return this.values;
  }
}

function countOf(evaluate: Evaluate, name: string): number {
  const value = evaluate({ document: {}, variables: {} });
  const n = isNumeric(value) ? toNumber(value) : NaN;
  if (!Number.isInteger(n) || n < 1)
    throw new CommandError(5787902, `'n' of ${name} must be a positive integer`);
  return n;
}

function several(name: string, spec: Doc, compiler: ExpressionCompiler): () => Accumulator {
  const single = name === '$top' || name === '$bottom';
  const n = single ? 1 : countOf(compiler.compile(spec['n']), name);
  if (name === '$firstN' || name === '$lastN') {
    const evaluate = compiler.compile(spec['input']);
    return () => new Ends(n, name === '$lastN', evaluate);
  }
  if (name === '$minN' || name === '$maxN') {
    const evaluate = compiler.compile(spec['input']);
    const sign = name === '$minN' ? 1 : -1;
    const read = (scope: Scope): { key: unknown[]; value: unknown } | undefined => {
      const value = evaluate(scope);
      return value === null || value === undefined ? undefined : { key: [value], value };
    };
    return () => new Best(n, (a, b) => compareValues(a[0], b[0]) * sign, read, false);
  }
  const bottom = name.startsWith('$bottom');
  const parts: SortPart[] = parseSort(spec['sortBy']);
  for (const { path } of parts) compiler.fields.add(path[0] ?? '');
  const output = compiler.compile(spec['output']);
  const order = (a: unknown[], b: unknown[]): number => compareSortKeys(a, b, parts) * (bottom ? -1 : 1);
  const read = (scope: Scope): { key: unknown[]; value: unknown } => ({
    key: sortKey(scope.document, parts),
    value: output(scope) ?? null,
  });
  return () => new Best(n, order, read, single);
}

function gathered(name: string, spec: Doc, compiler: ExpressionCompiler): () => Accumulator {
  const evaluate = compiler.compile(spec['input']);
  const p = compiler.compile(spec['p'] ?? null)({ document: {}, variables: {} });
  const shares = sharesOf(name, { ...spec, p });
  return () => {
    const values: unknown[] = [];
    return {
      add: (scope) => {
        values.push(evaluate(scope));
      },
      result: () => percentilesOf(name, shares, values),
    };
  };
}

const SEVERAL = ['$top', '$topN', '$bottom', '$bottomN', '$firstN', '$lastN', '$minN', '$maxN'];

/** Makes accumulators for one output field. */
export function compileAccumulator(
  field: string,
  spec: unknown,
  compiler: ExpressionCompiler,
): () => Accumulator {
  const names = isPlainObject(spec) ? Object.keys(spec) : [];
  const [name] = names;
  if (!isPlainObject(spec) || name === undefined) {
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  }
  if (names.length > 1) throw new CommandError(40238, `The field '${field}' must specify one accumulator`);
  const operand = spec[name];
  if (name === '$count') return () => counting();
  if (SEVERAL.includes(name) && isPlainObject(operand)) return several(name, operand, compiler);
  if ((name === '$median' || name === '$percentile') && isPlainObject(operand))
    return gathered(name, operand, compiler);
  const make = simple[name];
  if (make === undefined) {
    if (name === '$accumulator') throw notImplemented(`the accumulator ${name}`);
    throw new CommandError(15952, `unknown group operator '${name}'`);
  }
  const evaluate = compiler.compile(operand);
  return () => {
    const inner = make(`${name} of '${field}'`);
    return { add: (scope) => inner.add(evaluate(scope)), result: () => inner.result() };
  };
}

function counting(): Accumulator {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    result: () => count,
  };
}
