/**
 * Exact answers at the speed of plain numbers. A flow problem in fractions is rounded outward to whole
 * numbers below 2⁵³, so what is impossible there is impossible indeed; what is possible there is then proven
 * for the fractions themselves. Invariant: an answer is proven, or it is not given.
 */
import type { Rational } from '../rational.ts';
import { FractionSum } from './fraction-sum.ts';
import { NumberFlow } from './number-flow.ts';

/** A flow problem on nodes numbered from 0; each arc has a lower and an upper bound. */
export interface BoundedArcs {
  readonly nodeCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Upper bounds as the nearest doubles; `Infinity` is without limit. */
  readonly upper: Float64Array;
  exactUpper(arc: number): bigint;
  /** The arcs whose lower bound may be above zero. */
  readonly metered: readonly number[];
}

/** What is asked of a problem: above zero, what a node has and may keep; below zero, what it must receive. */
export interface Asked {
  balance(node: number): Rational;
  lower(arc: number): Rational;
}

/** With fewer arcs than this an exact answer is as quick as a hint. */
export const HINT_FROM = 64;

/** All amounts of a problem together stay below 2⁵⁰ units of a hint. */
const TOTAL_BITS = 50;
/** A double is off by less than a unit; bounds are rounded and then moved outward by this. */
const OUTWARD = 2;
/** No rounded bound is further than this from the exact one. */
const BOUND_ERROR = 8;

export class HintedFlow {
  private readonly problem: BoundedArcs;
  private readonly flow: NumberFlow;
  private readonly lower: Float64Array;
  private readonly width: Float64Array;

  constructor(problem: BoundedArcs) {
    this.problem = problem;
    this.flow = new NumberFlow(problem.nodeCount, problem.from, problem.to);
    this.lower = new Float64Array(problem.from.length);
    this.width = new Float64Array(problem.from.length);
  }

  /** The nodes that a cut, proven to be violated, leaves short; `null` when none was found. */
  scarceSide(asked: Asked): Uint8Array | null {
    const { nodeCount, from, to, upper, metered } = this.problem;
    const balance = new Float64Array(nodeCount);
    let total = 1;
    for (let node = 0; node < nodeCount; node += 1) {
      balance[node] = approximate(asked.balance(node));
      total += Math.max(balance[node] ?? 0, 0);
    }
    for (const arc of metered) total += this.lower[arc] = approximate(asked.lower(arc));
    const unit = 2 ** (TOTAL_BITS - Math.ceil(Math.log2(total)));
    for (let node = 0; node < nodeCount; node += 1) {
      balance[node] = Math.ceil((balance[node] ?? 0) * unit) + OUTWARD;
    }
    for (let arc = 0; arc < from.length; arc += 1) {
      this.width[arc] = Math.ceil((upper[arc] ?? 0) * unit) + OUTWARD;
    }
    for (const arc of metered) {
      const least = Math.max(Math.floor((this.lower[arc] ?? 0) * unit) - OUTWARD, 0);
      this.lower[arc] = least;
      this.width[arc] = (this.width[arc] ?? 0) - least;
      const [tail, head] = [from[arc] ?? 0, to[arc] ?? 0];
      balance[tail] = (balance[tail] ?? 0) - least;
      balance[head] = (balance[head] ?? 0) + least;
    }
    const supply = balance.map((amount) => Math.max(amount, 0));
    const demand = balance.map((amount) => Math.max(-amount, 0));
    return this.flow.load(this.width, supply, demand).run() ? null : this.flow.scarceSide();
  }

  /**
   * True when the flow found last shows that the exact problem can be met. Arcs close to a bound are held
   * at it; the others have room enough for all that rounding may have cost, so within each of the groups
   * that they connect only the exact sum has to agree. False proves nothing.
   */
  proves(asked: Asked): boolean {
    const { nodeCount, from, to, metered } = this.problem;
    const error = this.errorBound();
    const outside = nodeCount;
    const groups = new Groups(nodeCount + 1);
    const held: number[] = [];
    for (let arc = 0; arc < from.length; arc += 1) {
      const flow = this.flow.flowOn(arc);
      if (flow > error && (this.width[arc] ?? 0) - flow > error) groups.join(from[arc] ?? 0, to[arc] ?? 0);
      else held.push(arc);
    }
    for (let node = 0; node < nodeCount; node += 1)
      if (this.flow.leftAt(node) > error) groups.join(node, outside);
    const sums = new Map<number, FractionSum>();
    const add = (node: number, numerator: bigint, denominator: bigint): void => {
      const group = groups.of(node);
      const sum = sums.get(group) ?? new FractionSum();
      sums.set(group, sum);
      sum.add(numerator, denominator);
    };
    const mayHaveLower = new Set(metered);
    for (const arc of held) {
      const [tail, head] = [from[arc] ?? 0, to[arc] ?? 0];
      if (groups.of(tail) === groups.of(head)) continue;
      const atUpper = this.flow.flowOn(arc) > error;
      if (!atUpper && !mayHaveLower.has(arc)) continue;
      const { numerator, denominator } = atUpper
        ? { numerator: this.problem.exactUpper(arc), denominator: 1n }
        : asked.lower(arc);
      add(tail, -numerator, denominator);
      add(head, numerator, denominator);
    }
    for (let node = 0; node < nodeCount; node += 1) {
      const { numerator, denominator } = asked.balance(node);
      add(node, numerator, denominator);
    }
    const free = groups.of(outside);
    return [...sums].every(([group, sum]) => group === free || sum.total().numerator === 0n);
  }

  /** What all roundings together may come to, and what is lost by holding arcs at the bounds they are close to. */
  private errorBound(): number {
    const { nodeCount, from } = this.problem;
    const rounding = BOUND_ERROR * (nodeCount + from.length);
    for (let error = rounding; ;) {
      let next = rounding;
      for (let arc = 0; arc < from.length; arc += 1) {
        const flow = this.flow.flowOn(arc);
        const room = (this.width[arc] ?? 0) - flow;
        if (flow <= error) next += flow;
        else if (room <= error) next += room;
      }
      for (let node = 0; node < nodeCount; node += 1) {
        const left = this.flow.leftAt(node);
        if (left <= error) next += left;
      }
      if (next <= error) return error;
      error = next;
    }
  }
}

/** Nodes joined into groups. */
class Groups {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = new Int32Array(count);
    for (let node = 0; node < count; node += 1) this.parent[node] = node;
  }

  of(node: number): number {
    let root = node;
    while (this.parent[root] !== root) root = this.parent[root] ?? 0;
    for (let at = node; at !== root;) {
      const next = this.parent[at] ?? 0;
      this.parent[at] = root;
      at = next;
    }
    return root;
  }

  join(a: number, b: number): void {
    this.parent[this.of(a)] = this.of(b);
  }
}

/** Beyond this many bits a whole number is no double. */
const DOUBLE_BITS = 1000n;

/** The nearest double or a neighbour of it, however long the fraction. */
function approximate({ numerator, denominator }: Rational): number {
  if (numerator === 0n) return 0;
  const value = Number(numerator) / Number(denominator);
  if (Number.isFinite(value) && denominator >> DOUBLE_BITS === 0n) return value;
  // Both are cut alike, to far more places than a double has.
  const cut = BigInt(denominator.toString(16).length * 4) - DOUBLE_BITS / 2n;
  return Number(numerator >> cut) / Number(denominator >> cut);
}
