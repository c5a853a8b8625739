/**
 * The descent to the outcomes of many changes at once, in plain numbers: a lane for each change, and for each party a
 * row of what it pays in every lane, so that one rule is applied to all lanes in one short loop. Invariant: every number
 * is a whole one below 2⁵⁰, so each step is exact, and no lane is ever below the greatest outcome of its change.
 *
 * Rules are applied in turn, without asking whether they are due. A lane in which nothing falls any more is checked for
 * provisos on how many join, gives its answer, and takes the next change.
 */
import type { Change } from './conditional-pledges.ts';
import type { NumberRules } from './number-rules.ts';

/** So many lanes: the rows of a thousand parties just fit into the processor's second cache. */
const LANES = 32;
/** A lane that has not come to rest by then is handed back. */
const MOST_SWEEPS = 1_500;

/**
 * Below this a value plus a half, times one by its divisor, is rounded down to the exact quotient: it misses the true
 * one by less than the half is of the divisor.
 */
const MOST_VALUE = 2 ** 50;

export const fitsLanes = (rules: NumberRules): boolean => rules.mostValue < MOST_VALUE;

export interface LaneJob {
  readonly change: Change;
  /** Amounts above the outcome of the change, each a multiple of its pledge's step, or its cap. */
  start(): Float64Array;
  /** @param others what all parties but the changed one pay */
  settled(others: number): void;
  /** @param amounts above the outcome, which is some way below still */
  handedBack(amounts: Float64Array): void;
}

export class LaneDescent {
  private readonly rules: NumberRules;
  private readonly lanes: number;
  /** By party what it pays, then by pledge what it pays where its party has several, then the rows below. */
  private readonly rows: Float64Array;
  private readonly everything: number;
  /** The rows that a rule names, filled up to threes with a row of nothing. */
  private readonly namedFrom: Int32Array;
  private readonly namedRows: Int32Array;
  private readonly gathered: number;
  private readonly before: number;
  /** Where the row of a pledge begins, and that of its party: the same where it is the only one. */
  private readonly ownRow: Int32Array;
  private readonly partyRow: Int32Array;
  /** The pledges with a rule, along the way from a party to those who look at it. */
  private readonly order: Int32Array;
  private readonly counting: Int32Array;
  private readonly jobs: (LaneJob | null)[];
  private readonly sweeps: Int32Array;
  /** The lanes in which a party pays its caps whatever happens. */
  private readonly heldLanes: number[][];
  private readonly sums: Float64Array;

  constructor(rules: NumberRules, jobs: number) {
    this.rules = rules;
    const lanes = Math.min(LANES, jobs);
    this.lanes = lanes;
    const pledgesOf = new Int32Array(rules.partyCount);
    for (const party of rules.party) pledgesOf[party] = (pledgesOf[party] ?? 0) + 1;
    let end = rules.partyCount * lanes;
    this.partyRow = rules.party.map((party) => party * lanes);
    this.ownRow = this.partyRow.map((row, index) => {
      if (pledgesOf[rules.party[index] ?? 0] === 1) return row;
      end += lanes;
      return end - lanes;
    });
    this.everything = end;
    this.gathered = end + 2 * lanes;
    this.before = end + 3 * lanes;
    this.rows = new Float64Array(end + 4 * lanes);
    const nothing = end + lanes;
    const named: number[] = [];
    this.namedFrom = new Int32Array(rules.count + 1);
    for (let index = 0; index < rules.count; index += 1) {
      for (const party of rules.among.subarray(rules.amongFrom[index], rules.amongFrom[index + 1]))
        named.push(party * lanes);
      while (named.length % 3 > 0 || named.length === this.namedFrom[index]) named.push(nothing);
      this.namedFrom[index + 1] = named.length;
    }
    this.namedRows = Int32Array.from(named);
    this.order = orderOf(rules);
    this.counting = this.order.filter((index) => (rules.atLeastParties[index] ?? 0) > 0);
    this.jobs = Array.from({ length: lanes }, () => null);
    this.sweeps = new Int32Array(lanes);
    this.heldLanes = Array.from({ length: rules.partyCount }, () => []);
    this.sums = new Float64Array(lanes);
  }

  /** Takes every job to its end. */
  run(jobs: Iterable<LaneJob>): void {
    const waiting = jobs[Symbol.iterator]();
    let running = 0;
    for (let lane = 0; lane < this.lanes; lane += 1) if (this.next(lane, waiting)) running += 1;
    const { rows, everything, sums } = this;
    while (running > 0) {
      for (let lane = 0; lane < this.lanes; lane += 1) sums[lane] = rows[everything + lane] ?? 0;
      this.sweep();
      for (let lane = 0; lane < this.lanes; lane += 1) {
        const job = this.jobs[lane] ?? null;
        if (job === null) continue;
        const sweeps = (this.sweeps[lane] ?? 0) + 1;
        this.sweeps[lane] = sweeps;
        const isAtRest = rows[everything + lane] === sums[lane];
        if (isAtRest ? this.dropUnjoined(lane) : sweeps < MOST_SWEEPS) continue;
        if (isAtRest) job.settled(this.othersIn(lane, job.change));
        else job.handedBack(this.amountsIn(lane));
        if (!this.next(lane, waiting)) running -= 1;
      }
    }
  }

  private next(lane: number, waiting: Iterator<LaneJob>): boolean {
    const last = this.jobs[lane]?.change.unconditional;
    if (last !== undefined) {
      const lanes = this.heldLanes[last] ?? [];
      lanes.splice(lanes.indexOf(lane), 1);
    }
    const { done = false, value } = waiting.next();
    this.jobs[lane] = done ? null : value;
    if (done) return false;
    this.sweeps[lane] = 0;
    const held = value.change.unconditional;
    if (held !== undefined) this.heldLanes[held]?.push(lane);
    const { rows, rules, ownRow, partyRow } = this;
    for (let party = 0; party < rules.partyCount; party += 1) rows[party * this.lanes + lane] = 0;
    let sum = 0;
    for (const [index, amount] of value.start().entries()) {
      const own = (ownRow[index] ?? 0) + lane;
      const total = (partyRow[index] ?? 0) + lane;
      sum += amount;
      rows[own] = amount;
      if (own !== total) rows[total] = (rows[total] ?? 0) + amount;
    }
    rows[this.everything + lane] = sum;
    this.dropUnjoined(lane);
    return true;
  }

  /** Applies every rule once in all lanes. */
  private sweep(): void {
    const { rules, rows, lanes, ownRow, partyRow, everything, before } = this;
    for (const index of this.order) {
      const own = ownRow[index] ?? 0;
      const total = partyRow[index] ?? 0;
      const isOneOfSeveral = own !== total;
      if (isOneOfSeveral) rows.copyWithin(before, own, own + lanes);
      if (rules.looksAtAll[index] === 1) this.lowerByAll(index, own, total);
      else this.lowerByNamed(index, own);
      if (isOneOfSeveral)
        for (let lane = 0; lane < lanes; lane += 1) {
          const by = (rows[before + lane] ?? 0) - (rows[own + lane] ?? 0);
          rows[total + lane] = (rows[total + lane] ?? 0) - by;
        }
      for (const lane of this.heldLanes[rules.party[index] ?? 0] ?? []) {
        const by = (rules.cap[index] ?? 0) - (rows[own + lane] ?? 0);
        rows[own + lane] = rules.cap[index] ?? 0;
        rows[everything + lane] = (rows[everything + lane] ?? 0) + by;
        if (isOneOfSeveral) rows[total + lane] = (rows[total + lane] ?? 0) + by;
      }
    }
  }

  private lowerByNamed(index: number, own: number): void {
    const { rules, rows, lanes, everything, gathered, namedRows } = this;
    let at = this.namedFrom[index] ?? 0;
    const last = (this.namedFrom[index + 1] ?? 0) - 3;
    const first = namedRows[last] ?? 0;
    const second = namedRows[last + 1] ?? 0;
    let third = namedRows[last + 2] ?? 0;
    if (at < last) {
      rows.copyWithin(gathered, third, third + lanes);
      for (; at < last; at += 3)
        addRows(rows, lanes, gathered, namedRows[at] ?? 0, namedRows[at + 1] ?? 0, namedRows[at + 2] ?? 0);
      third = gathered;
    }
    const offset = rules.offset[index] ?? 0;
    const weight = rules.weight[index] ?? 0;
    const least = rules.valueAtLeast[index] ?? 0;
    const perDivisor = rules.perDivisorOrNone[index] ?? 0;
    const step = rules.step[index] ?? 1;
    const flat = Math.max(0, rules.flat[index] ?? 0);
    for (let lane = 0; lane < lanes; lane += 1) {
      const others = (rows[first + lane] ?? 0) + (rows[second + lane] ?? 0) + (rows[third + lane] ?? 0);
      const value = offset + weight * others;
      const kept = value >= least ? Math.floor((value + 0.5) * perDivisor) * step + flat : 0;
      const now = rows[own + lane] ?? 0;
      if (kept < now) {
        rows[own + lane] = kept;
        rows[everything + lane] = (rows[everything + lane] ?? 0) - (now - kept);
      }
    }
  }

  private lowerByAll(index: number, own: number, total: number): void {
    const { rules, rows, lanes, everything } = this;
    const offset = rules.offset[index] ?? 0;
    const weight = rules.weight[index] ?? 0;
    const least = rules.valueAtLeast[index] ?? 0;
    const perDivisor = rules.perDivisorOrNone[index] ?? 0;
    const step = rules.step[index] ?? 1;
    const flat = Math.max(0, rules.flat[index] ?? 0);
    for (let lane = 0; lane < lanes; lane += 1) {
      const all = rows[everything + lane] ?? 0;
      const value = offset + weight * (all - (rows[total + lane] ?? 0));
      const kept = value >= least ? Math.floor((value + 0.5) * perDivisor) * step + flat : 0;
      const now = rows[own + lane] ?? 0;
      if (kept < now) {
        rows[own + lane] = kept;
        rows[everything + lane] = all - (now - kept);
      }
    }
  }

  /** Lowers to nothing every pledge of a lane that too few others join; answers whether there were any. */
  private dropUnjoined(lane: number): boolean {
    const { rules, rows, ownRow, partyRow, everything } = this;
    const held = this.jobs[lane]?.change.unconditional;
    let hasDropped = false;
    for (const index of this.counting) {
      const own = (ownRow[index] ?? 0) + lane;
      const amount = rows[own] ?? 0;
      if (amount === 0 || rules.party[index] === held) continue;
      if (!this.lacksJoined(index, lane)) continue;
      const total = (partyRow[index] ?? 0) + lane;
      rows[own] = 0;
      if (own !== total) rows[total] = (rows[total] ?? 0) - amount;
      rows[everything + lane] = (rows[everything + lane] ?? 0) - amount;
      hasDropped = true;
    }
    return hasDropped;
  }

  private lacksJoined(index: number, lane: number): boolean {
    const { rules, rows, lanes } = this;
    const joinsFrom = rules.joinsFrom[index] ?? 0;
    const own = rules.party[index] ?? 0;
    let missing = rules.atLeastParties[index] ?? 0;
    if (rules.looksAtAll[index] === 1) {
      for (let party = 0; missing > 0 && party < rules.partyCount; party += 1)
        if (party !== own && (rows[party * lanes + lane] ?? 0) >= joinsFrom) missing -= 1;
      return missing > 0;
    }
    for (let at = rules.amongFrom[index] ?? 0; missing > 0 && at < (rules.amongFrom[index + 1] ?? 0); at += 1)
      if ((rows[(rules.among[at] ?? 0) * lanes + lane] ?? 0) >= joinsFrom) missing -= 1;
    return missing > 0;
  }

  private othersIn(lane: number, { unconditional, absent }: Change): number {
    const party = unconditional ?? absent ?? 0;
    return (this.rows[this.everything + lane] ?? 0) - (this.rows[party * this.lanes + lane] ?? 0);
  }

  private amountsIn(lane: number): Float64Array {
    return Float64Array.from(this.ownRow, (row) => this.rows[row + lane] ?? 0);
  }
}

function addRows(rows: Float64Array, lanes: number, to: number, a: number, b: number, c: number): void {
  for (let lane = 0; lane < lanes; lane += 1) {
    const sum = (rows[a + lane] ?? 0) + (rows[b + lane] ?? 0) + (rows[c + lane] ?? 0);
    rows[to + lane] = (rows[to + lane] ?? 0) + sum;
  }
}

/** Pledges with a rule, so that those who look at a party come after it as far as there is such an order. */
function orderOf(rules: NumberRules): Int32Array {
  const lookingAt = Array.from({ length: rules.partyCount }, (): number[] => []);
  const pledgesOf = Array.from({ length: rules.partyCount }, (): number[] => []);
  for (let index = 0; index < rules.count; index += 1) {
    const party = rules.party[index] ?? 0;
    if (rules.hasRule[index] === 1) pledgesOf[party]?.push(index);
    for (let at = rules.amongFrom[index] ?? 0; at < (rules.amongFrom[index + 1] ?? 0); at += 1)
      lookingAt[rules.among[at] ?? 0]?.push(party);
  }
  const order: number[] = [];
  const isSeen = new Uint8Array(rules.partyCount);
  for (let root = 0; root < rules.partyCount; root += 1) {
    if (isSeen[root] === 1) continue;
    isSeen[root] = 1;
    const path = [{ party: root, at: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = lookingAt[top.party]?.[top.at];
      top.at += 1;
      if (next === undefined) {
        order.push(...(pledgesOf[top.party] ?? []));
        path.pop();
      } else if (isSeen[next] === 0) {
        isSeen[next] = 1;
        path.push({ party: next, at: 0 });
      }
    }
  }
  return Int32Array.from(order.reverse());
}
