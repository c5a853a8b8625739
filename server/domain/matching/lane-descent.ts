/**
 * The descent to the outcomes of many changes at once, in plain numbers: a lane for each change, and for each party a
 * row of what it pays in every lane, so that one rule is applied to all lanes in one short loop. Invariant: every number
 * is a whole one below 2⁵⁰, so each step is exact, and no lane is ever below the greatest outcome of its change.
 *
 * Rules are applied in turn; whether they are due is asked only where few are. A lane in which nothing falls any more is
 * checked for provisos on how many join, gives its answer, and takes the next change.
 */
import type { Change } from './conditional-pledges.ts';
import { LaneTable } from './lane-table.ts';
import type { NumberRules } from './number-rules.ts';

/**
 * A rule comes to (offset + ½ + weight × others) ÷ divisor steps, rounded down: the half keeps the true quotient at least
 * half of a divisor's part from every whole number. Below this four roundings cannot carry it that far.
 */
const MOST_VALUE = 2 ** 49;

export const fitsLanes = (rules: NumberRules): boolean => rules.mostValue < MOST_VALUE;

export interface LaneJob {
  readonly change: Change;
  /** Amounts above the outcome of the change, each a multiple of its pledge's step, or its cap; they are copied. */
  start(): Float64Array;
  /**
   * @param others what all parties but the changed one pay in the outcome; `null` where it was not reached
   * @param amounts per pledge, where it has come to; they are lent
   */
  ended(others: number | null, amounts: Float64Array): void;
}

export class LaneDescent {
  private readonly rules: NumberRules;
  private readonly table: LaneTable;
  private readonly order: Int32Array;
  private readonly counting: Int32Array;
  private readonly jobs: (LaneJob | null)[];
  private readonly sweeps: Int32Array;
  private readonly sums: Float64Array;
  /** What each pledge and each party pays in the lane that is looked at. */
  private readonly amounts: Float64Array;
  private readonly totals: Float64Array;
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
    this.table = new LaneTable(rules, order, jobs);
    this.order = order;
    this.counting = order.filter((index) => (rules.atLeastParties[index] ?? 0) > 0);
    this.jobs = Array.from({ length: this.table.lanes }, () => null);
    this.sweeps = new Int32Array(this.table.lanes);
    this.sums = new Float64Array(this.table.lanes);
    this.amounts = new Float64Array(rules.count);
    this.totals = new Float64Array(rules.partyCount);
    this.fellAt = new Float64Array(rules.partyCount);
    this.appliedAt = new Float64Array(rules.count).fill(-1);
  }

  /** Takes every job to its end, or ends it after so many sweeps. */
  run(jobs: readonly LaneJob[], mostSweeps: number): void {
    const { table, sums } = this;
    const waiting = jobs.toReversed();
    let running = 0;
    for (let lane = 0; lane < table.lanes; lane += 1) if (this.next(lane, waiting)) running += 1;
    while (running > 0) {
      for (let lane = 0; lane < table.lanes; lane += 1) sums[lane] = table.everythingIn(lane);
      this.sweep();
      for (let lane = 0; lane < table.lanes; lane += 1) {
        const job = this.jobs[lane] ?? null;
        if (job === null) continue;
        const sweeps = (this.sweeps[lane] ?? 0) + 1;
        this.sweeps[lane] = sweeps;
        const isAtRest = table.everythingIn(lane) === sums[lane];
        if (!isAtRest && sweeps < mostSweeps) continue;
        table.read(lane, this.amounts, this.totals);
        if (isAtRest && this.dropUnjoined(job.change)) {
          this.write(lane, job.change);
          continue;
        }
        job.ended(isAtRest ? this.othersIn(lane, job.change) : null, this.amounts);
        if (!this.next(lane, waiting)) running -= 1;
      }
    }
  }

  private next(lane: number, waiting: LaneJob[]): boolean {
    const job = waiting.pop() ?? null;
    this.jobs[lane] = job;
    if (job === null) return false;
    this.sweeps[lane] = 0;
    this.load(job.start());
    this.dropUnjoined(job.change);
    this.write(lane, job.change);
    this.fellAt.fill(this.clock);
    this.lastTaken = this.clock;
    this.lastFall = this.clock;
    return true;
  }

  private load(start: Float64Array): void {
    const { amounts, totals } = this;
    const { party } = this.rules;
    amounts.set(start);
    totals.fill(0);
    for (let index = 0; index < amounts.length; index += 1) {
      const own = party[index] ?? 0;
      totals[own] = (totals[own] ?? 0) + (amounts[index] ?? 0);
    }
  }

  private write(lane: number, { unconditional }: Change): void {
    this.table.write(lane, this.amounts, this.totals, unconditional);
  }

  /** Applies every rule once in all lanes; where few fell before, not those that would find nothing new. */
  private sweep(): void {
    const { table, order } = this;
    if (this.lowered * 2 < order.length) {
      this.sweepDue();
      return;
    }
    this.lowered = table.apply(0, order.length);
    // Only where the next sweep asks what is due does anybody have to know who fell when.
    if (this.lowered * 2 < order.length)
      for (let place = 0; place < order.length; place += 1) this.noteApplied(place);
  }

  private sweepDue(): void {
    const { table, order } = this;
    this.lowered = 0;
    for (let place = 0; place < order.length; place += 1) {
      if (!this.isDue(order[place] ?? 0)) continue;
      this.lowered += table.apply(place, place + 1);
      this.noteApplied(place);
    }
  }

  private noteApplied(place: number): void {
    const index = this.order[place] ?? 0;
    this.appliedAt[index] = this.clock;
    this.clock += 1;
    if (this.table.hasFallen(place)) this.noteFall(this.rules.party[index] ?? 0);
  }

  private noteFall(party: number): void {
    this.fellAt[party] = this.clock;
    this.lastFall = this.clock;
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

  /** Lowers to nothing every pledge that too few others join; answers whether there were any. */
  private dropUnjoined({ unconditional }: Change): boolean {
    const { rules, amounts, totals } = this;
    let hasDropped = false;
    for (const index of this.counting) {
      const amount = amounts[index] ?? 0;
      const party = rules.party[index] ?? 0;
      if (amount === 0 || party === unconditional || !this.lacksJoined(index)) continue;
      amounts[index] = 0;
      totals[party] = (totals[party] ?? 0) - amount;
      this.clock += 1;
      this.noteFall(party);
      hasDropped = true;
    }
    return hasDropped;
  }

  private lacksJoined(index: number): boolean {
    const { rules, totals } = this;
    const joinsFrom = rules.joinsFrom[index] ?? 0;
    const own = rules.party[index] ?? 0;
    let missing = rules.atLeastParties[index] ?? 0;
    if (rules.looksAtAll[index] === 1) {
      for (let party = 0; missing > 0 && party < rules.partyCount; party += 1)
        if (party !== own && (totals[party] ?? 0) >= joinsFrom) missing -= 1;
      return missing > 0;
    }
    for (let at = rules.amongFrom[index] ?? 0; missing > 0 && at < (rules.amongFrom[index + 1] ?? 0); at += 1)
      if ((totals[rules.among[at] ?? 0] ?? 0) >= joinsFrom) missing -= 1;
    return missing > 0;
  }

  private othersIn(lane: number, { unconditional, absent }: Change): number {
    return this.table.everythingIn(lane) - (this.totals[unconditional ?? absent ?? 0] ?? 0);
  }
}
