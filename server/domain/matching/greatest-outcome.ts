/**
 * The greatest outcome that honours every condition: start at the caps and lower what cannot be kept
 * until nothing changes. Invariant: the amounts are never below the greatest outcome, so the first point
 * at which nothing changes is that outcome.
 *
 * Long descents are cut short by two exact tests of a repeated drop D (what each pledge lost in the last
 * stretch): as a pattern (`repeatsOf`), or as a direction (`strideOf`). Both only ever lower the amounts
 * to a bound that is proven to be above every outcome.
 */
import type { Change, NumberedPledge, Rule } from './conditional-pledges.ts';
import { rateBounds } from './rate-bound.ts';

/** One lowering of a pledge: what its rule came to, exactly, and what it was lowered to. */
interface Drop {
  readonly pledge: number;
  /** The rule's value times its denominator (step × rateDenominator is left aside). */
  readonly value: bigint;
  readonly after: bigint;
}

/** After how many drops the first shortcut is tried, in multiples of the number of pledges. */
const FIRST_STRETCH = 2;
const LONGEST_STRETCH = 64;

/** One descent in whole numbers of any size. */
export class Descent {
  readonly amounts: bigint[];
  private readonly totals: bigint[];
  private everything = 0n;
  private readonly pledges: readonly NumberedPledge[];
  private readonly change: Change;
  private readonly watchers: { readonly all: readonly number[]; readonly of: readonly (readonly number[])[] };
  private drops: Drop[] = [];

  constructor(
    partyCount: number,
    pledges: readonly NumberedPledge[],
    change: Change,
    start: readonly bigint[],
  ) {
    this.pledges = pledges;
    this.change = change;
    this.totals = new Array<bigint>(partyCount).fill(0n);
    this.amounts = pledges.map((pledge, index) => {
      const amount = start[index] ?? 0n;
      this.totals[pledge.party] = (this.totals[pledge.party] ?? 0n) + amount;
      this.everything += amount;
      return amount;
    });
    const watchers = { all: [] as number[], of: this.totals.map((): number[] => []) };
    for (const [index, { rule }] of pledges.entries()) {
      if (rule === null) continue;
      if (rule.among === null) watchers.all.push(index);
      for (const party of rule.among ?? []) watchers.of[party]?.push(index);
    }
    this.watchers = watchers;
  }

  /**
   * Lowers the amounts until nothing changes, or, where somebody else lowers them faster, until a shortcut was tried.
   * @returns whether nothing changes any more
   */
  run(untilShortcut: boolean): boolean {
    let stretch = FIRST_STRETCH;
    let before = this.amounts.slice();
    let due = this.pledges.map((_, index) => index);
    while (due.length > 0) {
      const lowered = this.sweep(due);
      due = this.watching(lowered);
      if (this.drops.length < stretch * this.pledges.length) continue;
      const moved = this.shortcut(before);
      if (untilShortcut) return false;
      if (moved) due = this.pledges.map((_, index) => index);
      stretch = moved ? FIRST_STRETCH : Math.min(stretch * 2, LONGEST_STRETCH);
      before = this.amounts.slice();
      this.drops = [];
    }
    return true;
  }

  /** Applies the rules that are due, all to the same amounts, and answers which parties pay less. */
  private sweep(due: readonly number[]): Set<number> {
    const lowered: { index: number; by: bigint }[] = [];
    for (const index of due) {
      const { rule = null, party = 0 } = this.pledges[index] ?? {};
      const amount = this.amounts[index] ?? 0n;
      if (rule === null || amount === 0n || party === this.change.unconditional) continue;
      const others = this.othersOf(rule, party);
      const value = rule.base * rule.rateDenominator + rule.rateNumerator * others;
      const kept = this.holds(rule, party, others) ? rounded(rule, value) : 0n;
      if (kept >= amount) continue;
      this.drops.push({ pledge: index, value, after: kept });
      lowered.push({ index, by: amount - kept });
    }
    const parties = new Set<number>();
    for (const { index, by } of lowered) {
      this.lower(index, by);
      parties.add(this.pledges[index]?.party ?? 0);
    }
    return parties;
  }

  /** The pledges whose rule looks at any of the parties. */
  private watching(parties: ReadonlySet<number>): number[] {
    if (parties.size === 0) return [];
    const due = new Set(this.watchers.all);
    for (const party of parties) for (const index of this.watchers.of[party] ?? []) due.add(index);
    return [...due].sort((a, b) => a - b);
  }

  private lower(index: number, by: bigint): void {
    const party = this.pledges[index]?.party ?? 0;
    this.amounts[index] = (this.amounts[index] ?? 0n) - by;
    this.totals[party] = (this.totals[party] ?? 0n) - by;
    this.everything -= by;
  }

  private othersOf(rule: Rule, party: number): bigint {
    if (rule.among === null) return this.everything - (this.totals[party] ?? 0n);
    let sum = 0n;
    for (const other of rule.among) sum += this.totals[other] ?? 0n;
    return sum;
  }

  private holds(rule: Rule, party: number, others: bigint): boolean {
    if (others < rule.othersAtLeast) return false;
    let missing = rule.atLeastParties;
    if (missing === 0) return true;
    const count = rule.among?.length ?? this.totals.length;
    for (let position = 0; position < count; position += 1) {
      const other = rule.among?.[position] ?? position;
      if (other === party || (this.totals[other] ?? 0n) < rule.joinsFrom) continue;
      missing -= 1;
      if (missing === 0) return true;
    }
    return false;
  }

  /** Tries to repeat the last stretch's drop many times at once; true when that lowered anything. */
  private shortcut(before: readonly bigint[]): boolean {
    if (this.lowerToRates()) return true;
    const drop = this.amounts.map((amount, index) => (before[index] ?? 0n) - amount);
    const follow = this.followOf(drop);
    const repeats = repeatsOf(this.pledges, this.drops, drop, follow);
    const stride = this.strideOf(drop, follow);
    let moved = false;
    for (const [index, each] of drop.entries()) {
      if (each === 0n) continue;
      const amount = this.amounts[index] ?? 0n;
      const byRepeats = repeats * each;
      const byStride = (stride.numerator * each) / stride.denominator;
      const most = byRepeats > byStride ? byRepeats : byStride;
      const by = most > amount ? amount : most;
      if (by > 0n) {
        this.lower(index, by);
        moved = true;
      }
    }
    return moved;
  }

  /** Lowers what its rate holds below its cap to what the rates alone allow; true when that lowered much. */
  private lowerToRates(): boolean {
    const members = this.pledges.flatMap(({ cap, party, rule }, index) => {
      const amount = this.amounts[index] ?? 0n;
      return rule !== null && amount > 0n && amount < cap && party !== this.change.unconditional
        ? [index]
        : [];
    });
    const bounds = members.length === 0 ? null : rateBounds(this.pledges, members, this.amounts, this.totals);
    let moved = false;
    for (const [position, bound] of (bounds ?? []).entries()) {
      const index = members[position] ?? 0;
      const by = (this.amounts[index] ?? 0n) - bound;
      if (by <= 0n) continue;
      this.lower(index, by);
      moved = true;
    }
    return moved;
  }

  /** Per pledge, what its rule loses when the others lose the drop: times the rate's denominator. */
  private followOf(drop: readonly bigint[]): bigint[] {
    const byParty = this.totals.map(() => 0n);
    let all = 0n;
    for (const [index, each] of drop.entries()) {
      const party = this.pledges[index]?.party ?? 0;
      byParty[party] = (byParty[party] ?? 0n) + each;
      all += each;
    }
    return this.pledges.map(({ rule, party }) => {
      if (rule === null || party === this.change.unconditional) return 0n;
      const others =
        rule.among === null
          ? all - (byParty[party] ?? 0n)
          : rule.among.reduce((sum, other) => sum + (byParty[other] ?? 0n), 0n);
      return rule.rateNumerator * others;
    });
  }

  /**
   * The largest c for which x − c·D is still proven to be above every outcome. Let u = x − c·D. When
   * every lowered pledge has rule(u) ≤ u without rounding, and the rules' answer to D is strictly below D,
   * an outcome y ≤ u + θ·D has y ≤ rule(u) + θ·(answer to D) ≤ u + θ·q·D with q < 1, hence y ≤ u.
   */
  private strideOf(
    drop: readonly bigint[],
    follow: readonly bigint[],
  ): { numerator: bigint; denominator: bigint } {
    let best = { numerator: -1n, denominator: 1n };
    for (const [index, each] of drop.entries()) {
      const rule = this.pledges[index]?.rule;
      if (each === 0n || !rule) continue;
      const gain = each * rule.rateDenominator - (follow[index] ?? 0n);
      if (gain <= 0n) return { numerator: 0n, denominator: 1n };
      const others = this.othersOf(rule, this.pledges[index]?.party ?? 0);
      const value = rule.base * rule.rateDenominator + rule.rateNumerator * others;
      const slack = (this.amounts[index] ?? 0n) * rule.rateDenominator - value;
      if (slack <= 0n) return { numerator: 0n, denominator: 1n };
      if (best.numerator < 0n || slack * best.denominator < best.numerator * gain) {
        best = { numerator: slack, denominator: gain };
      }
    }
    return best.numerator < 0n ? { numerator: 0n, denominator: 1n } : best;
  }
}

/** A rule's value, given times the rate's denominator, rounded down to its step. */
function rounded(rule: Rule, value: bigint): bigint {
  return (value / (rule.rateDenominator * rule.step)) * rule.step;
}

/**
 * How often the whole stretch can be repeated: in repetition k each rule has lost k times its answer to
 * D, and still has to come out at or below what it was lowered to, less k × D. By induction over the
 * stretch, every outcome stays below all of it.
 */
function repeatsOf(
  pledges: readonly NumberedPledge[],
  drops: readonly Drop[],
  drop: readonly bigint[],
  follow: readonly bigint[],
): bigint {
  let repeats: bigint | null = null;
  for (const { pledge, value, after } of drops) {
    const rule = pledges[pledge]?.rule;
    const each = drop[pledge] ?? 0n;
    if (!rule || each % rule.step !== 0n || after % rule.step !== 0n) return 0n;
    const gain = each * rule.rateDenominator - (follow[pledge] ?? 0n);
    if (gain <= 0n) continue;
    // value − k·follow < after + step − k·D, all times the rate's denominator.
    const room = (after + rule.step) * rule.rateDenominator - value;
    if (room <= 0n) return 0n;
    const most: bigint = (room - 1n) / gain;
    if (repeats === null || most < repeats) repeats = most;
  }
  return repeats ?? 0n;
}
