/**
 * Amounts to start a descent from when one party is changed: near its outcome, and proven to lie above it. Invariant:
 * whatever the floating-point arithmetic answers, a start is only given after a proof in whole numbers.
 *
 * Without rounding and provisos, the pledges that their rates hold below their caps are the equations x = c + A·x. They
 * are eliminated once; a changed party, and those who then reach their caps, are fixed amounts, so that each new
 * solution is the old one and a few columns of (I − A)⁻¹. The proof: let w > 0 have A·w < w. A start u with
 * c + A·u ≤ u on all that is not fixed lies above every outcome y, because y ≤ u + θ·w gives
 * y ≤ c + A·(u + θ·w) ≤ u + θ·q·w with q < 1, again and again.
 */
import type { Change } from './conditional-pledges.ts';
import { LinearRates } from './linear-rates.ts';
import type { NumberRules } from './number-rules.ts';
import { SparseFactors } from './sparse-solver.ts';

/** Beyond this many pledges the columns would not fit into memory, and one descent for each party is as good. */
const MOST_MEMBERS = 1_500;
/** More pledges at their caps than this are left to the descent, which takes less time then than solving for them. */
const MOST_FIXED = 48;
const ROUNDS = 8;
/** How far a start lies above the floating-point solution, in multiples of what its rounding to whole units loses. */
const MARGIN = 3;

/** @param members pledges with a rule that are held below their caps, in the order of a sweep */
export function nearStarts(rules: NumberRules, members: readonly number[]): NearStarts | null {
  if (members.length === 0 || members.length > MOST_MEMBERS) return null;
  const system = new LinearRates(rules, members);
  const factors = SparseFactors.of(system.rows());
  if (factors === null) return null;
  const solved = factors.solve(system.constants());
  const ones = new Float64Array(system.size).fill(1, 0, members.length);
  const slack = factors.solve(ones);
  return system.isContracting(slack) ? new NearStarts(rules, system, factors, solved, slack) : null;
}

export class NearStarts {
  private readonly rules: NumberRules;
  private readonly system: LinearRates;
  private readonly factors: SparseFactors;
  private readonly solved: Float64Array;
  private readonly slack: Float64Array;
  private readonly columns = new Map<number, Float64Array>();
  /** Used again for every change: amounts by place and by pledge, and who is fixed now and next. */
  private readonly near: Float64Array;
  private readonly bounded: Float64Array;
  private readonly start: Float64Array;
  private fixed: Fixed;
  private nextFixed: Fixed;

  constructor(
    rules: NumberRules,
    system: LinearRates,
    factors: SparseFactors,
    solved: Float64Array,
    slack: Float64Array,
  ) {
    this.rules = rules;
    this.system = system;
    this.factors = factors;
    this.solved = solved;
    this.slack = slack;
    this.near = new Float64Array(system.members.length);
    this.bounded = new Float64Array(rules.count);
    this.start = new Float64Array(rules.count);
    this.fixed = new Fixed(system.members.length);
    this.nextFixed = new Fixed(system.members.length);
  }

  /**
   * Amounts in whole steps or at the caps, above the outcome of the change; `null` where none could be proven. They are
   * lent until the next call.
   */
  startFor(change: Change): Float64Array | null {
    const { system } = this;
    const { members } = system;
    this.fixed.clear();
    for (const place of system.placesOf[partyOf(change)] ?? [])
      this.fixed.add(place, change.absent === undefined ? (system.cap[place] ?? 0) : 0);
    const free = this.freeSolution(change);
    let near = this.withFixed(free, this.fixed);
    for (let round = 1; near !== null && round < ROUNDS; round += 1) {
      if (!this.fixAtCaps(near, change)) break;
      if (this.fixed.places.length > MOST_FIXED) return null;
      near = this.withFixed(free, this.fixed);
    }
    if (near === null) return null;
    const { fixed } = this;
    const start = this.capsWithout(change, this.start);
    for (let place = 0; place < members.length; place += 1) {
      const above = Math.ceil((near[place] ?? 0) + MARGIN * (this.slack[place] ?? 0));
      start[members[place] ?? 0] = fixed.has(place) ? fixed.at(place) : Math.max(0, above);
    }
    return system.isAbove(start, (place) => fixed.has(place)) ? this.inSteps(start, change) : null;
  }

  /**
   * Fixes anew those who come to their caps where nobody pays more than the solution or its cap.
   * @returns whether they are others than before
   */
  private fixAtCaps(near: Float64Array, change: Change): boolean {
    const { fixed, nextFixed } = this;
    const { members, cap } = this.system;
    let isWithinCaps = true;
    for (let place = 0; place < near.length; place += 1)
      if ((near[place] ?? 0) > (cap[place] ?? 0) && !fixed.has(place)) isWithinCaps = false;
    if (isWithinCaps) return false;
    const bounded = this.capsWithout(change, this.bounded);
    for (let place = 0; place < near.length; place += 1) {
      const value = fixed.has(place) ? fixed.at(place) : (near[place] ?? 0);
      bounded[members[place] ?? 0] = Math.min(value, cap[place] ?? 0);
    }
    const party = partyOf(change);
    const asked = this.system.askedAfter(bounded, party);
    nextFixed.clear();
    let isSame = true;
    for (let place = 0; place < near.length; place += 1) {
      if (this.system.party[place] === party) {
        if (fixed.has(place)) nextFixed.add(place, fixed.at(place));
        continue;
      }
      const isFixed = (asked[place] ?? 0) >= (cap[place] ?? 0);
      if (isFixed) nextFixed.add(place, cap[place] ?? 0);
      if (isFixed !== fixed.has(place)) isSame = false;
    }
    if (isSame) return false;
    [this.fixed, this.nextFixed] = [nextFixed, fixed];
    return true;
  }

  /** Fills in the caps, and nothing from a party that is absent. */
  private capsWithout({ absent }: Change, caps: Float64Array): Float64Array {
    caps.set(this.rules.cap);
    for (let index = 0; absent !== undefined && index < caps.length; index += 1)
      if (this.rules.party[index] === absent) caps[index] = 0;
    return caps;
  }

  /** The solution when nobody is fixed who was not before. */
  private freeSolution({ absent }: Change): Float64Array {
    const { rules, system } = this;
    for (let index = 0; absent !== undefined && index < rules.count; index += 1)
      if (rules.party[index] === absent && system.placeOf[index] === -1 && (rules.cap[index] ?? 0) > 0)
        return this.factors.solve(system.constants(absent));
    return this.solved;
  }

  private column(place: number): Float64Array {
    const known = this.columns.get(place);
    if (known !== undefined) return known;
    const unit = new Float64Array(this.system.size);
    unit[place] = 1;
    const column = this.factors.solve(unit);
    this.columns.set(place, column);
    return column;
  }

  /** The solution in which some variables have given amounts: what each takes is found from their columns. */
  private withFixed(free: Float64Array, fixed: Fixed): Float64Array | null {
    const { places } = fixed;
    const columns = places.map((place) => this.column(place));
    const size = places.length;
    const matrix = new Float64Array(size * size);
    const taken = new Float64Array(size);
    for (const [at, place] of places.entries()) taken[at] = fixed.at(place) - (free[place] ?? 0);
    for (const [at, column] of columns.entries())
      for (let row = 0; row < size; row += 1) matrix[row * size + at] = column[places[row] ?? 0] ?? 0;
    if (!solveInPlace(matrix, taken)) return null;
    const { near } = this;
    near.set(free.subarray(0, near.length));
    addColumns(near, columns, taken);
    return near;
  }

  private inSteps(start: Float64Array, { absent }: Change): Float64Array {
    const { rules } = this;
    for (let index = 0; index < rules.count; index += 1) {
      const cap = absent !== undefined && rules.party[index] === absent ? 0 : (rules.cap[index] ?? 0);
      const amount = start[index] ?? 0;
      start[index] = amount >= cap ? cap : rules.wholeSteps(index, amount);
    }
    return start;
  }
}

const partyOf = ({ unconditional, absent }: Change): number => unconditional ?? absent ?? -1;

/** Places among the members whose amounts are given. */
class Fixed {
  readonly places: number[] = [];
  private readonly amounts: Float64Array;

  constructor(count: number) {
    this.amounts = new Float64Array(count).fill(-1);
  }

  clear(): void {
    for (const place of this.places) this.amounts[place] = -1;
    this.places.length = 0;
  }

  add(place: number, amount: number): void {
    this.places.push(place);
    this.amounts[place] = amount;
  }

  has(place: number): boolean {
    return (this.amounts[place] ?? -1) >= 0;
  }

  at(place: number): number {
    return this.amounts[place] ?? 0;
  }
}

/** Adds each column so many times, four of them at once: the sums are read and written once for all four. */
function addColumns(sums: Float64Array, columns: readonly Float64Array[], times: Float64Array): void {
  for (let at = 0; at < columns.length; at += 4) {
    const first = columns[at] ?? sums;
    const [second = first, third = first, fourth = first] = columns.slice(at + 1, at + 4);
    const [a = 0, b = 0, c = 0, d = 0] = times.subarray(at, at + 4);
    addFour(sums, first, a, second, b, third, c, fourth, d);
  }
}

function addFour(
  sums: Float64Array,
  first: Float64Array,
  a: number,
  second: Float64Array,
  b: number,
  third: Float64Array,
  c: number,
  fourth: Float64Array,
  d: number,
): void {
  for (let place = 0; place < sums.length; place += 1) {
    const two = a * (first[place] ?? 0) + b * (second[place] ?? 0);
    const more = c * (third[place] ?? 0) + d * (fourth[place] ?? 0);
    sums[place] = (sums[place] ?? 0) + two + more;
  }
}

/** Solves a small dense system in place, with pivots on the diagonal; false where one is not above zero. */
function solveInPlace(matrix: Float64Array, values: Float64Array): boolean {
  const size = values.length;
  for (let step = 0; step < size; step += 1) {
    const own = step * size;
    const pivot = matrix[own + step] ?? 0;
    if (!(pivot > 0)) return false;
    for (let row = step + 1; row < size; row += 1) {
      const from = row * size;
      const factor = (matrix[from + step] ?? 0) / pivot;
      if (factor === 0) continue;
      for (let at = step + 1; at < size; at += 1)
        matrix[from + at] = (matrix[from + at] ?? 0) - factor * (matrix[own + at] ?? 0);
      values[row] = (values[row] ?? 0) - factor * (values[step] ?? 0);
    }
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    const from = row * size;
    let rest = values[row] ?? 0;
    for (let at = row + 1; at < size; at += 1) rest -= (matrix[from + at] ?? 0) * (values[at] ?? 0);
    values[row] = rest / (matrix[from + row] ?? 1);
  }
  return true;
}
