/**
 * The descent to the greatest outcome in plain numbers: a rule is applied when what it looks at has fallen so far that
 * it matters. Invariant: every number is a whole one below 2⁵³, so each step is exact, and the amounts are never below
 * the greatest outcome.
 *
 * While most pledges fall, all rules are applied in turn, each once to what the others pay by then. After that a rule's
 * value is kept up to date times its rate's denominator, so that it stays whole; a pledge keeps its amount as long as that
 * value is at least `wanted`, so that those who look at a party that pays less only subtract and compare.
 */
import type { Change, NumberedPledge } from './conditional-pledges.ts';
import type { NumberRules } from './number-rules.ts';

/** All rules are swept over as long as a sweep lowers at least this part of the pledges. */
const SWEPT = 1 / 50;

export class NumberDescent {
  private readonly rules: NumberRules;
  /** The pledges whose rule names a party: from `watchersFrom[party]` to the next. */
  private readonly watchersFrom: Int32Array;
  private readonly watchers: Int32Array;
  /** Pledges whose rule looks at all others. */
  private readonly looksAtAll: Int32Array;
  /** Those of them that count how many of the others join, by the amount from which they do. */
  private readonly counting: Int32Array;
  private readonly countedFrom: Float64Array;
  private readonly joinsFromMost: number;
  private readonly amounts: Float64Array;
  private readonly totals: Float64Array;
  private everything = 0;
  /** What a rule comes to times its rate's denominator; not kept for a rule that looks at all. */
  private readonly values: Float64Array;
  /** How many of the others join; kept where a rule asks for any. */
  private readonly joined: Int32Array;
  /** The value from which a pledge keeps its amount. */
  private readonly wanted: Float64Array;
  /** Pledges that no rule will lower any more. */
  private readonly isFrozen: Uint8Array;
  /** A ring of pledges whose rule is due, each in it once; its length is a power of two. */
  private readonly ring: Int32Array;
  private readonly isDue: Uint8Array;
  private end = 0;
  private applied = 0;

  constructor(rules: NumberRules, pledges: readonly NumberedPledge[]) {
    this.rules = rules;
    const { count, partyCount } = rules;
    const watching = Array.from({ length: partyCount }, (): number[] => []);
    for (const [index, { rule }] of pledges.entries())
      for (const other of rule?.among ?? []) watching[other]?.push(index);
    this.watchersFrom = new Int32Array(partyCount + 1);
    for (const [party, each] of watching.entries())
      this.watchersFrom[party + 1] = (this.watchersFrom[party] ?? 0) + each.length;
    this.watchers = Int32Array.from(watching.flat());
    this.looksAtAll = Int32Array.from(
      [...pledges.keys()].filter((index) => pledges[index]?.rule?.among === null),
    );
    this.counting = this.looksAtAll
      .filter((index) => (rules.atLeastParties[index] ?? 0) > 0)
      .sort((a, b) => (rules.joinsFrom[a] ?? 0) - (rules.joinsFrom[b] ?? 0));
    this.countedFrom = Float64Array.from(this.counting, (index) => rules.joinsFrom[index] ?? 0);
    this.joinsFromMost = rules.joinsFrom.reduce((most, each) => Math.max(most, each), 0);
    this.amounts = new Float64Array(count);
    this.totals = new Float64Array(partyCount);
    this.values = new Float64Array(count);
    this.joined = new Int32Array(count);
    this.wanted = new Float64Array(count);
    this.isFrozen = new Uint8Array(count);
    this.ring = new Int32Array(2 ** Math.ceil(Math.log2(count + 2)));
    this.isDue = new Uint8Array(count);
  }

  /**
   * Lowers the amounts in place until nothing changes, or until so many rules were applied.
   * @param amounts each a multiple of its pledge's step, or its cap
   * @returns whether nothing changes any more
   */
  lower(amounts: Float64Array, change: Change, most: number): boolean {
    this.load(amounts, change);
    this.applied = 0;
    let lowered = this.rules.count;
    for (
      let isForward = true;
      lowered > this.rules.count * SWEPT && this.applied < most;
      isForward = !isForward
    )
      lowered = this.sweep(isForward);
    this.collectDue();
    const isDone = this.applied < most && this.applyDue(most);
    amounts.set(this.amounts);
    return isDone;
  }

  private load(amounts: Float64Array, change: Change): void {
    const { rules, totals, isFrozen } = this;
    this.amounts.set(amounts);
    totals.fill(0);
    this.everything = 0;
    for (let index = 0; index < rules.count; index += 1) {
      const amount = amounts[index] ?? 0;
      const party = rules.party[index] ?? 0;
      totals[party] = (totals[party] ?? 0) + amount;
      this.everything += amount;
      isFrozen[index] = rules.hasRule[index] === 0 || party === change.unconditional || amount === 0 ? 1 : 0;
    }
    for (let index = 0; index < rules.count; index += 1) {
      if (rules.hasRule[index] === 0) continue;
      this.wanted[index] = rules.wanted(index, amounts[index] ?? 0);
    }
    const sorted = totals.toSorted();
    for (const index of this.counting) {
      const joinsFrom = rules.joinsFrom[index] ?? 0;
      const own = (totals[rules.party[index] ?? 0] ?? 0) >= joinsFrom ? 1 : 0;
      this.joined[index] = sorted.length - firstFrom(sorted, joinsFrom) - own;
    }
  }

  private lookAtNamed(index: number): void {
    const { rules, totals } = this;
    const joinsFrom = rules.joinsFrom[index] ?? 0;
    let sum = 0;
    let joined = 0;
    for (let at = rules.amongFrom[index] ?? 0; at < (rules.amongFrom[index + 1] ?? 0); at += 1) {
      const total = totals[rules.among[at] ?? 0] ?? 0;
      sum += total;
      if (total >= joinsFrom) joined += 1;
    }
    this.values[index] = (rules.offset[index] ?? 0) + (rules.weight[index] ?? 0) * sum;
    this.joined[index] = joined;
  }

  /** Applies every rule once, in order or against it; answers how many lowered their pledges. */
  private sweep(isForward: boolean): number {
    const { rules, amounts, totals, isFrozen } = this;
    const { among, amongFrom, party, offset, weight, atLeastParties, joinsFrom, looksAtAll, count } = rules;
    const { wanted } = this;
    let lowered = 0;
    for (let at = 0; at < count; at += 1) {
      const index = isForward ? at : count - 1 - at;
      if (isFrozen[index] === 1) continue;
      const atLeast = atLeastParties[index] ?? 0;
      let sum = 0;
      let joined = 0;
      if (looksAtAll[index] === 1) {
        sum = this.everything - (totals[party[index] ?? 0] ?? 0);
        joined = this.joined[index] ?? 0;
      } else {
        const end = amongFrom[index + 1] ?? 0;
        const from = joinsFrom[index] ?? 0;
        for (let other = amongFrom[index] ?? 0; other < end; other += 1) {
          const total = totals[among[other] ?? 0] ?? 0;
          sum += total;
          if (total >= from) joined += 1;
        }
      }
      const value = (offset[index] ?? 0) + (weight[index] ?? 0) * sum;
      if (value >= (wanted[index] ?? 0) && joined >= atLeast) continue;
      const isKept = value >= (rules.valueAtLeast[index] ?? 0) && joined >= atLeast;
      const kept = isKept ? rules.rounded(index, value) : 0;
      const by = (amounts[index] ?? 0) - kept;
      if (by <= 0) continue;
      lowered += 1;
      this.keepLess(index, kept);
      const own = party[index] ?? 0;
      const before = totals[own] ?? 0;
      totals[own] = before - by;
      this.everything -= by;
      if (this.counting.length > 0 && before - by < this.joinsFromMost)
        this.countAll(own, before, before - by);
    }
    this.applied += count;
    return lowered;
  }

  private keepLess(index: number, kept: number): void {
    this.amounts[index] = kept;
    if (kept === 0) {
      this.isFrozen[index] = 1;
      this.wanted[index] = -1;
      return;
    }
    const exact = kept * (this.rules.scale[index] ?? 1);
    const least = this.rules.valueAtLeast[index] ?? 0;
    this.wanted[index] = exact > least ? exact : least;
  }

  /** Whose named others pay too little now. */
  private collectDue(): void {
    const { rules, wanted, isFrozen, joined } = this;
    this.end = 0;
    this.isDue.fill(0);
    for (let index = 0; index < rules.count; index += 1) {
      if (isFrozen[index] === 1 || rules.looksAtAll[index] === 1) continue;
      this.lookAtNamed(index);
      const lacks = (joined[index] ?? 0) < (rules.atLeastParties[index] ?? 0);
      if (lacks || (this.values[index] ?? 0) < (wanted[index] ?? 0)) {
        this.isDue[index] = 1;
        this.ring[this.end] = index;
        this.end += 1;
      }
    }
  }

  /** Applies what is due until nothing is, or until so many rules were applied. */
  private applyDue(most: number): boolean {
    const { ring, isDue, isFrozen, looksAtAll, wanted, joined, rules } = this;
    const mask = ring.length - 1;
    for (let first = 0; ;) {
      while (first !== this.end) {
        if (this.applied >= most) return false;
        const index = ring[first] ?? 0;
        first = (first + 1) & mask;
        isDue[index] = 0;
        if (isFrozen[index] === 0) this.apply(index, this.values[index] ?? 0);
      }
      let isLowered = false;
      for (let at = 0; at < looksAtAll.length; at += 1) {
        const index = looksAtAll[at] ?? 0;
        if (isFrozen[index] === 1) continue;
        const others = this.everything - (this.totals[rules.party[index] ?? 0] ?? 0);
        const value = (rules.offset[index] ?? 0) + (rules.weight[index] ?? 0) * others;
        if (value >= (wanted[index] ?? 0) && (joined[index] ?? 0) >= (rules.atLeastParties[index] ?? 0))
          continue;
        if (this.applied >= most) return false;
        this.apply(index, value);
        isLowered = true;
      }
      if (!isLowered && first === this.end) return true;
    }
  }

  private apply(index: number, value: number): void {
    const { rules } = this;
    this.applied += 1;
    const isKept =
      value >= (rules.valueAtLeast[index] ?? 0) &&
      (this.joined[index] ?? 0) >= (rules.atLeastParties[index] ?? 0);
    const kept = isKept ? rules.rounded(index, value) : 0;
    const by = (this.amounts[index] ?? 0) - kept;
    if (by <= 0) return;
    this.keepLess(index, kept);
    this.tell(rules.party[index] ?? 0, by);
  }

  /** A party pays less: the rules that look at it learn so. */
  private tell(party: number, by: number): void {
    const { values, watchers, wanted, isDue, ring } = this;
    const { weight } = this.rules;
    const before = this.totals[party] ?? 0;
    const after = before - by;
    this.totals[party] = after;
    this.everything -= by;
    if (after < this.joinsFromMost) this.count(party, before, after);
    const mask = ring.length - 1;
    let end = this.end;
    const last = this.watchersFrom[party + 1] ?? 0;
    for (let at = this.watchersFrom[party] ?? 0; at < last; at += 1) {
      const watcher = watchers[at] ?? 0;
      const value = (values[watcher] ?? 0) - by * (weight[watcher] ?? 0);
      values[watcher] = value;
      if (value < (wanted[watcher] ?? 0) && isDue[watcher] === 0) {
        isDue[watcher] = 1;
        ring[end] = watcher;
        end = (end + 1) & mask;
      }
    }
    this.end = end;
  }

  /** The same for the rules that count all others. */
  private countAll(party: number, before: number, after: number): void {
    const { counting, countedFrom, joined, rules } = this;
    for (let at = firstFrom(countedFrom, after + 1); at < counting.length; at += 1) {
      if ((countedFrom[at] ?? 0) > before) break;
      const index = counting[at] ?? 0;
      if (rules.party[index] !== party) joined[index] = (joined[index] ?? 0) - 1;
    }
  }

  /** A party pays less than some rules count as joining. */
  private count(party: number, before: number, after: number): void {
    const { joined, rules, isDue, ring } = this;
    this.countAll(party, before, after);
    for (let at = this.watchersFrom[party] ?? 0; at < (this.watchersFrom[party + 1] ?? 0); at += 1) {
      const watcher = this.watchers[at] ?? 0;
      const joinsFrom = rules.joinsFrom[watcher] ?? 0;
      if (after >= joinsFrom || before < joinsFrom) continue;
      const left = (joined[watcher] ?? 0) - 1;
      joined[watcher] = left;
      if (left < (rules.atLeastParties[watcher] ?? 0) && isDue[watcher] === 0) {
        isDue[watcher] = 1;
        ring[this.end] = watcher;
        this.end = (this.end + 1) & (ring.length - 1);
      }
    }
  }
}

/** The position of the first number in sorted order that is not below `least`. */
function firstFrom(sorted: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
