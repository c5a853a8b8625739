/**
 * Sharing a pool by one common factor under caps. Every item grows with the factor in proportion to its
 * weight until a cap it falls under is reached; the rest goes on growing. Invariant: no cap is exceeded,
 * and the whole amounts sum to the exact total rounded down.
 */
import { type Rational, add, compare, floor, multiply, rational, subtract, ZERO } from '../rational.ts';
import { UnitQueue } from './unit-queue.ts';

/** A cap over one or several items; an item may fall under several. */
export interface Cap<Name extends string> {
  readonly name: Name;
  readonly limit: bigint;
  readonly items: readonly number[];
}

export interface PoolShares<Name extends string> {
  /** Whole minor units per item. */
  readonly amounts: readonly bigint[];
  readonly boundBy: readonly (Name | null)[];
}

/**
 * @param weights per item, not negative
 * @param pool minor units to share
 * @param ceiling the largest factor allowed, or `null` for none
 */
export function sharePool<Name extends string>(
  weights: readonly bigint[],
  pool: bigint,
  ceiling: Rational | null,
  caps: readonly Cap<Name>[],
): PoolShares<Name> {
  const growth = grow(weights, pool, ceiling, caps);
  return { amounts: roundUnderCaps(weights, growth.factors, caps), boundBy: growth.boundBy };
}

interface Constraint<Name extends string> {
  readonly cap: Cap<Name>;
  readonly order: number;
  settled: Rational;
  growing: bigint;
  factor: Rational;
  /** The factor as a double: decides all comparisons but the close ones. */
  roughly: number;
}

/** Beyond this many bits a factor is cut (after 256 binary places), or chains of caps would grow without bound. */
const MOST_BITS = 512;

function tightFactor<Name extends string>(constraint: Constraint<Name>): Rational {
  const exact = multiply(
    subtract(rational(constraint.cap.limit), constraint.settled),
    rational(1n, constraint.growing),
  );
  if (exact.denominator >> BigInt(MOST_BITS) === 0n) return exact;
  return rational((exact.numerator << 256n) / exact.denominator, 1n << 256n);
}

function roughly(value: Rational): number {
  const [numerator, denominator] = [Number(value.numerator), Number(value.denominator)];
  if (Number.isFinite(numerator) && Number.isFinite(denominator)) return numerator / denominator;
  return Number((value.numerator << 64n) / value.denominator) / 2 ** 64;
}

function reachedEarlier<Name extends string>(a: Constraint<Name>, b: Constraint<Name>): boolean {
  if (Math.abs(a.roughly - b.roughly) > 1e-12 * Math.max(a.roughly, b.roughly)) return a.roughly < b.roughly;
  const order = compare(a.factor, b.factor);
  return order === 0 ? a.order < b.order : order < 0;
}

function grow<Name extends string>(
  weights: readonly bigint[],
  pool: bigint,
  ceiling: Rational | null,
  caps: readonly Cap<Name>[],
): { factors: Rational[]; boundBy: (Name | null)[] } {
  const boundBy = weights.map((): Name | null => null);
  const factors = weights.map(() => ZERO);
  const open = new Uint8Array(weights.length).fill(1);
  const whole = { settled: ZERO, growing: weights.reduce((sum, weight) => sum + weight, 0n) };
  const constraints = caps.map((cap, order) => constraintOf(cap, order, weights));
  const over = capsOver(constraints, weights.length);
  const queue = new UnitQueue<Constraint<Name>>(reachedEarlier);
  for (const constraint of constraints) if (constraint.growing > 0n) queue.add(constraint);
  const lastFactor = (): Rational => {
    if (whole.growing === 0n) return ZERO;
    const byPool = multiply(subtract(rational(pool), whole.settled), rational(1n, whole.growing));
    return ceiling !== null && compare(ceiling, byPool) < 0 ? ceiling : byPool;
  };
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    if (next.growing === 0n) continue;
    const factor = tightFactor(next);
    if (compare(factor, next.factor) !== 0) {
      next.factor = factor;
      next.roughly = roughly(factor);
      queue.add(next);
      continue;
    }
    if (compare(factor, lastFactor()) > 0) break;
    settle(next, { weights, open, factors, boundBy, over, whole });
  }
  const last = lastFactor();
  for (let item = 0; item < weights.length; item += 1) if (open[item] === 1) factors[item] = last;
  return { factors, boundBy };
}

function constraintOf<Name extends string>(
  cap: Cap<Name>,
  order: number,
  weights: readonly bigint[],
): Constraint<Name> {
  const growing = cap.items.reduce((sum, item) => sum + (weights[item] ?? 0n), 0n);
  const factor = growing === 0n ? ZERO : rational(cap.limit, growing);
  return { cap, order, settled: ZERO, growing, factor, roughly: roughly(factor) };
}

function capsOver<Name extends string>(
  constraints: readonly Constraint<Name>[],
  count: number,
): Constraint<Name>[][] {
  const over = Array.from({ length: count }, (): Constraint<Name>[] => []);
  for (const constraint of constraints) for (const item of constraint.cap.items) over[item]?.push(constraint);
  return over;
}

function settle<Name extends string>(
  constraint: Constraint<Name>,
  state: {
    weights: readonly bigint[];
    open: Uint8Array;
    factors: Rational[];
    boundBy: (Name | null)[];
    over: readonly Constraint<Name>[][];
    whole: { settled: Rational; growing: bigint };
  },
): void {
  const { factor } = constraint;
  const moved = new Map<Constraint<Name>, bigint>();
  let total = 0n;
  for (const item of constraint.cap.items) {
    if (state.open[item] !== 1) continue;
    state.open[item] = 0;
    state.factors[item] = factor;
    state.boundBy[item] = constraint.cap.name;
    const weight = state.weights[item] ?? 0n;
    total += weight;
    for (const each of state.over[item] ?? []) moved.set(each, (moved.get(each) ?? 0n) + weight);
  }
  for (const [each, weight] of moved) {
    each.settled = add(each.settled, multiply(factor, rational(weight)));
    each.growing -= weight;
  }
  state.whole.settled = add(state.whole.settled, multiply(factor, rational(total)));
  state.whole.growing -= total;
}

/** Largest remainder, ties to the first item, no cap exceeded. */
function roundUnderCaps<Name extends string>(
  weights: readonly bigint[],
  factors: readonly Rational[],
  caps: readonly Cap<Name>[],
): bigint[] {
  const amounts = new Array<bigint>(weights.length).fill(0n);
  const parts: { item: number; remainder: bigint; denominator: bigint; roughly: number }[] = [];
  const sums = new Map<bigint, bigint>();
  for (const [item, weight] of weights.entries()) {
    const { numerator, denominator } = factors[item] ?? ZERO;
    const product = numerator * weight;
    const amount = product / denominator;
    const remainder = product - amount * denominator;
    amounts[item] = amount;
    if (remainder === 0n) continue;
    sums.set(denominator, (sums.get(denominator) ?? 0n) + remainder);
    parts.push({ item, remainder, denominator, roughly: roughly({ numerator: remainder, denominator }) });
  }
  let left = wholeOf(sums);
  parts.sort((a, b) => {
    if (Math.abs(a.roughly - b.roughly) > 1e-9) return b.roughly - a.roughly;
    const difference = b.remainder * a.denominator - a.remainder * b.denominator;
    return difference === 0n ? a.item - b.item : difference < 0n ? -1 : 1;
  });
  // A cap over one item is whole, so it never stands in the way of that item's last part of a unit.
  const room = new Rooms(
    caps.filter((cap) => cap.items.length > 1),
    amounts,
  );
  const spare: number[] = [];
  for (const { item } of parts) {
    if (left === 0n) break;
    if (room.take(item)) {
      amounts[item] = (amounts[item] ?? 0n) + 1n;
      left -= 1n;
    } else spare.push(item);
  }
  while (left > 0n && room.reroute(spare, parts, amounts)) left -= 1n;
  return amounts;
}

function wholeOf(sums: ReadonlyMap<bigint, bigint>): bigint {
  let total = ZERO;
  for (const [denominator, remainder] of sums) total = add(total, rational(remainder, denominator));
  return floor(total);
}

/** How many more units each cap allows. */
class Rooms<Name extends string> {
  private readonly left: bigint[];
  private readonly over = new Map<number, number[]>();
  private readonly raised = new Set<number>();

  constructor(caps: readonly Cap<Name>[], amounts: readonly bigint[]) {
    this.left = caps.map((cap, index) => {
      let rest = cap.limit;
      for (const item of cap.items) {
        rest -= amounts[item] ?? 0n;
        const list = this.over.get(item);
        if (list) list.push(index);
        else this.over.set(item, [index]);
      }
      return rest;
    });
  }

  /** Takes a unit for the item when every cap over it has room. */
  take(item: number): boolean {
    const caps = this.over.get(item) ?? [];
    if (!caps.every((cap) => (this.left[cap] ?? 0n) > 0n)) return false;
    this.move(item, 1n);
    return true;
  }

  /**
   * Finds room for one more unit where caps cross: an item is raised, one that stands in its way is
   * lowered again, and so on until a raised item is in nobody's way. False when there is no such chain.
   */
  reroute(spare: readonly number[], parts: readonly { item: number }[], amounts: bigint[]): boolean {
    const cameFrom = new Map<number, { lowered: number; before: number } | null>();
    const queue = spare.filter((item) => !this.raised.has(item) && this.blocked(item).length === 1);
    for (const item of queue) cameFrom.set(item, null);
    for (let at = 0; at < queue.length; at += 1) {
      const item = queue[at] ?? 0;
      const [full] = this.blocked(item, cameFrom.get(item)?.lowered);
      if (full === undefined) return this.apply(item, cameFrom, amounts);
      for (const { item: lowered } of parts) {
        if (!this.raised.has(lowered) || !(this.over.get(lowered) ?? []).includes(full)) continue;
        const freed = (this.over.get(lowered) ?? []).find((cap) => cap !== full);
        for (const { item: next } of parts) {
          if (cameFrom.has(next) || this.raised.has(next)) continue;
          if (freed === undefined || !(this.over.get(next) ?? []).includes(freed)) continue;
          if (this.blocked(next, lowered).length > 1) continue;
          cameFrom.set(next, { lowered, before: item });
          queue.push(next);
        }
      }
    }
    return false;
  }

  private blocked(item: number, lowered?: number): number[] {
    const freed = lowered === undefined ? [] : (this.over.get(lowered) ?? []);
    return (this.over.get(item) ?? []).filter((cap) => (this.left[cap] ?? 0n) <= 0n && !freed.includes(cap));
  }

  private apply(
    last: number,
    cameFrom: ReadonlyMap<number, { lowered: number; before: number } | null>,
    amounts: bigint[],
  ): boolean {
    for (let item: number | undefined = last; item !== undefined;) {
      const step: { lowered: number; before: number } | null | undefined = cameFrom.get(item);
      this.move(item, 1n);
      amounts[item] = (amounts[item] ?? 0n) + 1n;
      if (step) {
        this.move(step.lowered, -1n);
        amounts[step.lowered] = (amounts[step.lowered] ?? 0n) - 1n;
      }
      item = step?.before;
    }
    return true;
  }

  private move(item: number, units: bigint): void {
    for (const cap of this.over.get(item) ?? []) this.left[cap] = (this.left[cap] ?? 0n) - units;
    if (units > 0n) this.raised.add(item);
    else this.raised.delete(item);
  }
}
