/**
 * The greatest outcome of pledges as they stand, and those if one party did otherwise, by the fastest way that is exact.
 * Invariant: every start lies above its outcome, and every descent only lowers to what is proven to lie above it.
 */
import {
  type Change,
  type NumberedPledge,
  type Pledges,
  UNCHANGED,
  withShortRates,
} from './conditional-pledges.ts';
import { Descent } from './greatest-outcome.ts';
import { fitsLanes, LaneDescent, type LaneJob } from './lane-descent.ts';
import { Looking } from './looking.ts';
import { type NearStarts, nearStarts } from './near-starts.ts';
import { NumberDescent } from './number-descent.ts';
import { type NumberRules, numberRules } from './number-rules.ts';
import { sweepOrder } from './sweep-order.ts';

/** So many rules for each pledge are applied one by one before a shortcut is looked for. */
const PLAIN_ROUNDS = 300;
/** So many before the first start by equations: by then it shows who stays at the cap. */
const FIRST_ROUNDS = 40;
/** A lane that needs more sweeps gets another start, then four times as many, and is left to the shortcuts beyond. */
const LANE_SWEEPS = 400;
const MOST_SWEEPS = 6_400;
const LESSONS = 30;
const LESSON_SWEEPS = 3;

/** So many changes start by the equations before these are given up where none of them was helped. */
const TRIALS = 8;
/** A start helps that takes away at least this part of what all would start with. */
const HELP = 1 / 100;

/** Where a pledge starts whatever the equations say. */
const FAR = { nothing: 0, outcome: 1, cap: 2 } as const;

interface Waiting {
  readonly change: Change;
  readonly position: number;
  /** How far down it has come in lanes. */
  readonly amounts: Float64Array | null;
}

export class Outcomes {
  private readonly pledges: Pledges;
  private readonly rules: NumberRules | null;
  private readonly plain: NumberDescent | null;
  /** Where plain numbers do not hold the rules: outcomes above, for which they do. */
  private readonly above: Outcomes | null;
  private readonly caps: readonly bigint[];
  private readonly party: Int32Array;
  private readonly outcome: readonly bigint[];
  private readonly outcomeNumbers: Float64Array;
  /** The starts last asked for, and for whom. */
  private near: { readonly members: readonly number[]; readonly starts: NearStarts | null } | null = null;
  private readonly looking: Looking;
  private readonly order: Int32Array;

  constructor(pledges: Pledges) {
    this.pledges = pledges;
    this.looking = new Looking(pledges);
    this.order = sweepOrder(pledges);
    this.rules = numberRules(pledges);
    const short = this.rules === null ? withShortRates(pledges) : pledges;
    this.above = this.rules === null && numberRules(short) !== null ? new Outcomes(short) : null;
    this.plain = this.rules && new NumberDescent(this.rules, pledges.pledges);
    this.caps = pledges.pledges.map(({ cap }) => cap);
    this.party = Int32Array.from(pledges.pledges, ({ party }) => party);
    this.outcome = this.descend(this.nearOutcome(), UNCHANGED);
    this.outcomeNumbers = Float64Array.from(this.outcome, Number);
  }

  /** Amounts above the outcome: the caps, or, where the way from there is long, near its end. */
  private nearOutcome(): bigint[] {
    const { caps } = this;
    if (this.above !== null) return [...this.above.greatest()];
    if (this.rules === null || this.plain === null) return [...caps];
    const numbers = Float64Array.from(this.rules.cap);
    const isDone = this.plain.lower(numbers, UNCHANGED, FIRST_ROUNDS * caps.length);
    const near = isDone ? null : this.nearStarts(this.rules, numbers)?.startFor(UNCHANGED);
    return Array.from(numbers, (amount, index) => BigInt(Math.min(amount, near?.[index] ?? amount)));
  }

  /** Minor units per pledge. */
  greatest(): readonly bigint[] {
    return this.outcome;
  }

  /** True for a party whose pledges all come to their caps. */
  paysInFull(party: number): boolean {
    return this.pledges.pledges.every(
      ({ cap, party: own }, index) => own !== party || this.outcome[index] === cap,
    );
  }

  /** What all parties but the changed one would pay together, in minor units, for each change of one kind. */
  othersIf(changes: readonly Change[]): bigint[] {
    const others = changes.map(() => 0n);
    let waiting = changes.map((change, position): Waiting => ({ change, position, amounts: null }));
    if (this.rules !== null && fitsLanes(this.rules)) waiting = this.runLanes(this.rules, waiting, others);
    for (const { change, position, amounts } of waiting) {
      let start = amounts === null ? this.farStart(change) : Array.from(amounts, BigInt);
      if (this.above !== null) start = leastOf(start, this.above.outcomeIf(change));
      others[position] = this.othersIn(this.descend(start, change), change);
    }
    return others;
  }

  /** What every pledge comes to with a change, in minor units, where plain numbers hold the rules. */
  private outcomeIf(change: Change): bigint[] {
    const { rules } = this;
    if (rules === null) return [...this.caps];
    const far = this.farNumbers(change, rules);
    const near = this.nearStarts(rules, this.outcomeNumbers);
    const start = near === null ? far : this.startFor(change, near, far);
    return this.descend(Array.from(start, BigInt), change);
  }

  /**
   * Takes changes side by side to their outcomes. Those that take long start again, from wherever they are, by the
   * equations of one of them: who pays its cap there may not be who pays it now.
   * @returns those that take longer still
   */
  private runLanes(rules: NumberRules, changes: Waiting[], others: bigint[]): Waiting[] {
    const lanes = new LaneDescent(rules, this.order, changes.length);
    let near = this.nearStarts(rules, this.outcomeNumbers);
    let waiting = changes;
    for (let sweeps = LANE_SWEEPS; sweeps <= MOST_SWEEPS && waiting.length > 0; sweeps *= 4) {
      const left: Waiting[] = [];
      const starts = near;
      let [asked, helped] = [0, 0];
      const startOf = (change: Change, amounts: Float64Array | null): Float64Array => {
        const far = amounts ?? this.farNumbers(change, rules);
        if (starts === null || (asked >= TRIALS && helped === 0)) return far;
        const start = this.startFor(change, starts, far);
        asked += 1;
        if (sumOf(start) < sumOf(far) * (1 - HELP)) helped += 1;
        return start;
      };
      const jobs = waiting.map(({ change, position, amounts }): LaneJob => ({
        change,
        start: () => startOf(change, amounts),
        ended(sum, reached) {
          if (sum === null) left.push({ change, position, amounts: reached.slice() });
          else others[position] = BigInt(sum);
        },
      }));
      lanes.run(jobs, sweeps);
      const [first] = left;
      if (first) near = this.learn(rules, lanes, first);
      waiting = left;
    }
    return waiting;
  }

  /** Starts by the equations of a change's own outcome, found by following who falls below its cap on the way there. */
  private learn(rules: NumberRules, lanes: LaneDescent, { change, amounts }: Waiting): NearStarts | null {
    let reached = amounts ?? this.outcomeNumbers;
    let near = this.nearStarts(rules, reached);
    let [below, before] = [this.belowCaps(reached), -1];
    for (let lesson = 0; lesson < LESSONS && near !== null && below > before; lesson += 1) {
      const [starts, from] = [near, reached];
      const job: LaneJob = {
        change,
        start: () => this.startFor(change, starts, from),
        ended(_, come) {
          reached = come.slice();
        },
      };
      lanes.run([job], LESSON_SWEEPS);
      near = this.nearStarts(rules, reached);
      [below, before] = [this.belowCaps(reached), below];
    }
    return near;
  }

  private belowCaps(amounts: Float64Array): number {
    return this.pledges.pledges.filter(({ cap }, index) => BigInt(amounts[index] ?? 0) < cap).length;
  }

  /** Starts by the equations of those whom a reference has below their caps. */
  private nearStarts(rules: NumberRules, reference: Float64Array): NearStarts | null {
    const members = [...this.order].filter((index) => (reference[index] ?? 0) < (rules.cap[index] ?? 0));
    const known = this.near?.members;
    if (known?.length !== members.length || known.some((each, at) => each !== members[at]))
      this.near = { members, starts: nearStarts(rules, members) };
    return this.near?.starts ?? null;
  }

  private othersIn(amounts: readonly bigint[], { unconditional, absent }: Change): bigint {
    const party = unconditional ?? absent;
    return this.pledges.pledges.reduce(
      (sum, { party: own }, index) => (own === party ? sum : sum + (amounts[index] ?? 0n)),
      0n,
    );
  }

  /** Above the outcome of a change, and near it where that can be proven; `far` itself where that is no lower. */
  private startFor(change: Change, starts: NearStarts, far: Float64Array): Float64Array {
    const near = starts.startFor(change);
    if (near === null) return far;
    let isLower = false;
    for (let index = 0; index < near.length; index += 1) {
      const most = far[index] ?? 0;
      if ((near[index] ?? 0) < most) isLower = true;
      else near[index] = most;
    }
    return isLower ? near : far;
  }

  /** Amounts above the outcome of a change. */
  private farStart(change: Change): bigint[] {
    const amounts = [[], this.outcome, this.caps];
    return Array.from(this.farKinds(change), (kind, index) => amounts[kind]?.[index] ?? 0n);
  }

  private farNumbers(change: Change, { cap }: NumberRules): Float64Array {
    const kinds = this.farKinds(change);
    const start = this.outcomeNumbers.slice();
    for (let index = 0; index < start.length; index += 1) {
      if (kinds[index] === FAR.cap) start[index] = cap[index] ?? 0;
      else if (kinds[index] === FAR.nothing) start[index] = 0;
    }
    return start;
  }

  /** Without a party nobody pays more than with it; with more of it, nobody whom it reaches pays more than its cap. */
  private farKinds({ absent, unconditional }: Change): Uint8Array {
    const { party } = this;
    const kinds = new Uint8Array(party.length).fill(FAR.outcome);
    const isReached = unconditional === undefined ? null : this.looking.reachedFrom(unconditional);
    for (let index = 0; index < kinds.length; index += 1) {
      const own = party[index] ?? 0;
      if (own === absent) kinds[index] = FAR.nothing;
      else if (isReached?.[own] === 1) kinds[index] = FAR.cap;
    }
    return kinds;
  }

  /** Lowers amounts in whole steps until nothing changes: plain numbers and shortcuts take turns. */
  private descend(start: bigint[], change: Change): bigint[] {
    let amounts = start;
    const { parties, pledges } = this.pledges;
    for (let rounds = PLAIN_ROUNDS * pledges.length; ; rounds *= 2) {
      if (this.plain !== null) {
        const numbers = Float64Array.from(amounts, Number);
        const isDone = this.plain.lower(numbers, change, rounds);
        amounts = [...numbers].map((amount) => BigInt(amount));
        if (isDone) return amounts;
      }
      const descent = new Descent(parties.length, pledges, change, amounts);
      const isDone = descent.run(this.plain !== null);
      amounts = descent.amounts.map((amount, index) => inSteps(pledges[index], amount));
      if (isDone) return amounts;
    }
  }
}

function sumOf(amounts: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < amounts.length; index += 1) sum += amounts[index] ?? 0;
  return sum;
}

function leastOf(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  return a.map((amount, index) => {
    const other = b[index] ?? amount;
    return amount < other ? amount : other;
  });
}

/** An amount that lies above an outcome, rounded down to what the pledge can come to. */
function inSteps(pledge: NumberedPledge | undefined, amount: bigint): bigint {
  if (!pledge?.rule || amount >= pledge.cap) return amount;
  return amount - (amount % pledge.rule.step);
}
