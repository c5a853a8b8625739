/**
 * The descent to the outcomes of many changes at once, in plain numbers: a lane for each change, and for each party a
 * row of what it pays in every lane, so that one rule is applied to all lanes in one short loop. Invariant: every number
 * is a whole one below 2⁵⁰, so each step is exact, and no lane is ever below the greatest outcome of its change.
 *
 * Rules are applied in turn; whether they are due is asked only where few are. A lane in which nothing falls any more is checked for
 * provisos on how many join, gives its answer, and takes the next change.
 */
import type { Change } from './conditional-pledges.ts';
import type { NumberRules } from './number-rules.ts';

/** So many lanes: the rows of a thousand parties just fit into the processor's second cache. */
const LANES = 32;

/**
 * A rule comes to (offset + ½ + weight × others) ÷ divisor steps, rounded down: the half keeps the true quotient at least
 * half of a divisor's part from every whole number. Below this four roundings cannot carry it that far.
 */
const MOST_VALUE = 2 ** 49;

export const fitsLanes = (rules: NumberRules): boolean => rules.mostValue < MOST_VALUE;

const TERMS = 4;

export interface LaneJob {
  readonly change: Change;
  /** Amounts above the outcome of the change, each a multiple of its pledge's step, or its cap. */
  start(): Float64Array;
  /**
   * @param others what all parties but the changed one pay in the outcome; `null` where it was not reached
   * @param amounts per pledge, where it has come to
   */
  ended(others: number | null, amounts: () => Float64Array): void;
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
  /** By pledge: steps for nothing (and the half above) and for each unit of the others, their least sum, the step. */
  private readonly terms: Float64Array;
  private readonly order: Int32Array;
  private readonly counting: Int32Array;
  private readonly jobs: (LaneJob | null)[];
  private readonly sweeps: Int32Array;
  /** The lanes in which a party pays its caps whatever happens. */
  private readonly heldLanes: number[][];
  private readonly sums: Float64Array;
  /** Counts the rules applied: when a change was last taken, anybody or a party last paid less, a rule was applied. */
  private clock = 0;
  private lastFall = 0;
  private lastTaken = 0;
  /** How many pledges the last sweep lowered in some lane. */
  private lowered = 0;
  private readonly fellAt: Float64Array;
  private readonly appliedAt: Float64Array;

  /** @param order the pledges with a rule, in the order of a sweep */
  constructor(rules: NumberRules, order: Int32Array, jobs: number) {
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
    this.terms = new Float64Array(rules.count * TERMS);
    for (let index = 0; index < rules.count; index += 1) {
      const flat = rules.flat[index] ?? -1;
      const step = rules.step[index] ?? 1;
      const perDivisor = rules.perDivisor[index] ?? 1;
      const value = [
        flat >= 0 ? flat / step + 0.5 : ((rules.offset[index] ?? 0) + 0.5) * perDivisor,
        flat >= 0 ? 0 : (rules.weight[index] ?? 0) * perDivisor,
        rules.othersAtLeast[index] ?? 0,
        step,
      ];
      this.terms.set(value, index * TERMS);
    }
    this.order = order;
    this.counting = order.filter((index) => (rules.atLeastParties[index] ?? 0) > 0);
    this.jobs = Array.from({ length: lanes }, () => null);
    this.sweeps = new Int32Array(lanes);
    this.heldLanes = Array.from({ length: rules.partyCount }, () => []);
    this.sums = new Float64Array(lanes);
    this.fellAt = new Float64Array(rules.partyCount);
    this.appliedAt = new Float64Array(rules.count).fill(-1);
  }

  /** Takes every job to its end, or ends it after so many sweeps. */
  run(jobs: readonly LaneJob[], mostSweeps: number): void {
    const waiting = jobs.toReversed();
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
        if (isAtRest ? this.dropUnjoined(lane) : sweeps < mostSweeps) continue;
        job.ended(isAtRest ? this.othersIn(lane, job.change) : null, () => this.amountsIn(lane));
        if (!this.next(lane, waiting)) running -= 1;
      }
    }
  }

  private next(lane: number, waiting: LaneJob[]): boolean {
    const last = this.jobs[lane]?.change.unconditional;
    if (last !== undefined) {
      const lanes = this.heldLanes[last] ?? [];
      lanes.splice(lanes.indexOf(lane), 1);
    }
    const job = waiting.pop() ?? null;
    this.jobs[lane] = job;
    if (job === null) return false;
    this.sweeps[lane] = 0;
    const held = job.change.unconditional;
    if (held !== undefined) this.heldLanes[held]?.push(lane);
    const { rows, rules, ownRow, partyRow } = this;
    for (let party = 0; party < rules.partyCount; party += 1) rows[party * this.lanes + lane] = 0;
    let sum = 0;
    const start = job.start();
    for (let index = 0; index < start.length; index += 1) {
      const amount = start[index] ?? 0;
      const own = (ownRow[index] ?? 0) + lane;
      const total = (partyRow[index] ?? 0) + lane;
      sum += amount;
      rows[own] = amount;
      if (own !== total) rows[total] = (rows[total] ?? 0) + amount;
    }
    rows[this.everything + lane] = sum;
    this.fellAt.fill(this.clock);
    this.lastTaken = this.clock;
    this.lastFall = this.clock;
    this.dropUnjoined(lane);
    return true;
  }

  /** Applies every rule once in all lanes; where few fell before, not those that would find nothing new. */
  private sweep(): void {
    const { rules, fellAt, appliedAt, order } = this;
    const isCalm = this.lowered * 2 < order.length;
    this.lowered = 0;
    for (let at = 0; at < order.length; at += 1) {
      const index = order[at] ?? 0;
      if (isCalm && !this.isDue(index)) continue;
      appliedAt[index] = this.clock;
      this.clock += 1;
      if (!this.lower(index)) continue;
      this.lowered += 1;
      fellAt[rules.party[index] ?? 0] = this.clock;
      this.lastFall = this.clock;
    }
  }

  /** Whether anybody whom a rule looks at pays less than when it was last applied. */
  private isDue(index: number): boolean {
    const { rules, fellAt } = this;
    const appliedAt = this.appliedAt[index] ?? 0;
    if (rules.looksAtAll[index] === 1) return this.lastFall > appliedAt;
    const end = rules.amongFrom[index + 1] ?? 0;
    let at = rules.amongFrom[index] ?? 0;
    if (at === end) return this.lastTaken > appliedAt;
    while (at < end && (fellAt[rules.among[at] ?? 0] ?? 0) <= appliedAt) at += 1;
    return at < end;
  }

  /** Applies a rule in all lanes; answers whether its pledge pays less in any. */
  private lower(index: number): boolean {
    const { rules, rows, lanes, before } = this;
    const own = this.ownRow[index] ?? 0;
    const total = this.partyRow[index] ?? 0;
    const held = this.heldLanes[rules.party[index] ?? 0] ?? [];
    if (own !== total) rows.copyWithin(before, own, own + lanes);
    // Where a party pays its caps whatever happens, no rule is below what its pledge seems to pay.
    for (const lane of held) rows[own + lane] = -1;
    const isLower =
      rules.looksAtAll[index] === 1
        ? lowerByAll(rows, lanes, this.terms, index * TERMS, this.everything, own, total)
        : this.lowerByNamed(index, own);
    for (const lane of held) rows[own + lane] = rules.cap[index] ?? 0;
    if (isLower && own !== total)
      for (let lane = 0; lane < lanes; lane += 1) {
        const by = (rows[before + lane] ?? 0) - (rows[own + lane] ?? 0);
        rows[total + lane] = (rows[total + lane] ?? 0) - by;
      }
    return isLower;
  }

  private lowerByNamed(index: number, own: number): boolean {
    const { rows, lanes, everything, gathered, namedRows } = this;
    let at = this.namedFrom[index] ?? 0;
    const last = (this.namedFrom[index + 1] ?? 0) - 3;
    let third = namedRows[last + 2] ?? 0;
    if (at < last) {
      rows.copyWithin(gathered, third, third + lanes);
      for (; at < last; at += 3)
        addRows(rows, lanes, gathered, namedRows[at] ?? 0, namedRows[at + 1] ?? 0, namedRows[at + 2] ?? 0);
      third = gathered;
    }
    const first = namedRows[last] ?? 0;
    const second = namedRows[last + 1] ?? 0;
    return lowerByNamed(rows, lanes, this.terms, index * TERMS, everything, own, first, second, third);
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
      this.clock += 1;
      this.lastFall = this.clock;
      this.fellAt[rules.party[index] ?? 0] = this.clock;
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

/**
 * Applies a rule in all lanes; answers whether its pledge pays less in any. By how much it pays less is found without a
 * branch, since in half of the lanes it does.
 * @param own where the row of what the pledge pays begins; then the rows of the others that it names
 */
function lowerByNamed(
  rows: Float64Array,
  lanes: number,
  terms: Float64Array,
  at: number,
  everything: number,
  own: number,
  first: number,
  second: number,
  third: number,
): boolean {
  const steps = terms[at] ?? 0;
  const stepsPerUnit = terms[at + 1] ?? 0;
  const least = terms[at + 2] ?? 0;
  const step = terms[at + 3] ?? 0;
  let lowered = 0;
  for (let lane = 0; lane < lanes; lane += 1) {
    const others = (rows[first + lane] ?? 0) + (rows[second + lane] ?? 0) + (rows[third + lane] ?? 0);
    const kept = others >= least ? Math.floor(steps + stepsPerUnit * others) * step : 0;
    const now = rows[own + lane] ?? 0;
    const by = (now - kept + Math.abs(now - kept)) * 0.5;
    rows[own + lane] = now - by;
    rows[everything + lane] = (rows[everything + lane] ?? 0) - by;
    lowered += by;
  }
  return lowered > 0;
}

/**
 * The same for a rule that looks at all but its own party, of which `total` is the row. Written out once more, since these
 * two loops are most of the time that settling takes.
 */
function lowerByAll(
  rows: Float64Array,
  lanes: number,
  terms: Float64Array,
  at: number,
  everything: number,
  own: number,
  total: number,
): boolean {
  const steps = terms[at] ?? 0;
  const stepsPerUnit = terms[at + 1] ?? 0;
  const least = terms[at + 2] ?? 0;
  const step = terms[at + 3] ?? 0;
  let lowered = 0;
  for (let lane = 0; lane < lanes; lane += 1) {
    const all = rows[everything + lane] ?? 0;
    const others = all - (rows[total + lane] ?? 0);
    const kept = others >= least ? Math.floor(steps + stepsPerUnit * others) * step : 0;
    const now = rows[own + lane] ?? 0;
    const by = (now - kept + Math.abs(now - kept)) * 0.5;
    rows[own + lane] = now - by;
    rows[everything + lane] = all - by;
    lowered += by;
  }
  return lowered > 0;
}
