/**
 * The descent of `greatestOutcome` in plain numbers, rule by rule as the amounts they look at change. Invariant: every
 * number is a whole one below 2⁵³, so each step is exact, and the amounts are never below the greatest outcome.
 */
import type { Change, NumberedPledge, Pledges } from './conditional-pledges.ts';

/** The rules as numbers, or `null` where some sum in them might not be exact in plain numbers. */
export function numberDescent({ parties, pledges }: Pledges): NumberDescent | null {
  const everything = pledges.reduce((sum, { cap }) => sum + cap, 0n);
  const fits = pledges.every(({ rule }) => {
    if (rule === null) return true;
    const value = rule.base * rule.rateDenominator + rule.rateNumerator * everything;
    const widest = [value, rule.step * rule.rateDenominator, rule.joinsFrom, rule.othersAtLeast];
    return widest.every((amount) => amount < BigInt(Number.MAX_SAFE_INTEGER));
  });
  return fits && everything < BigInt(Number.MAX_SAFE_INTEGER)
    ? new NumberDescent(parties.length, pledges)
    : null;
}

interface PlainRule {
  /** Base × the rate's denominator. */
  readonly base: number;
  readonly rateNumerator: number;
  readonly step: number;
  /** Step × the rate's denominator. */
  readonly divisor: number;
  readonly among: readonly number[] | null;
  readonly atLeastParties: number;
  readonly joinsFrom: number;
  readonly othersAtLeast: number;
}

export class NumberDescent {
  private readonly parties: Int32Array;
  private readonly rules: readonly (PlainRule | null)[];
  private readonly watchers: readonly Int32Array[];
  private readonly amounts: Float64Array;
  private readonly totals: Float64Array;
  private everything = 0;
  /** A ring of pledges whose rule is due, each in it once. */
  private readonly ring: Int32Array;
  private readonly isDue: Uint8Array;

  constructor(partyCount: number, pledges: readonly NumberedPledge[]) {
    this.parties = Int32Array.from(pledges, ({ party }) => party);
    this.rules = pledges.map(({ rule }) => rule && plainRule(rule));
    const watching = Array.from({ length: partyCount }, (): number[] => []);
    for (const [index, { rule, party }] of pledges.entries()) {
      for (const other of rule === null ? [] : (rule.among ?? watching.keys()))
        if (other !== party) watching[other]?.push(index);
    }
    this.watchers = watching.map((each) => Int32Array.from(each));
    this.amounts = new Float64Array(pledges.length);
    this.totals = new Float64Array(partyCount);
    this.ring = new Int32Array(pledges.length + 1);
    this.isDue = new Uint8Array(pledges.length);
  }

  /**
   * Lowers the amounts in place until nothing changes, or until so many rules were applied.
   * @returns whether nothing changes any more
   */
  lower(amounts: bigint[], change: Change, most: number): boolean {
    this.load(amounts);
    const { ring, isDue } = this;
    for (let index = 0; index < amounts.length; index += 1) ring[index] = index;
    isDue.fill(1);
    let [first, end] = [0, amounts.length];
    let applied = 0;
    for (; first !== end && applied < most; applied += 1) {
      const index = ring[first] ?? 0;
      first = first + 1 === ring.length ? 0 : first + 1;
      isDue[index] = 0;
      if (!this.apply(index, change)) continue;
      for (const watcher of this.watchers[this.parties[index] ?? 0] ?? []) {
        if (isDue[watcher] === 1) continue;
        isDue[watcher] = 1;
        ring[end] = watcher;
        end = end + 1 === ring.length ? 0 : end + 1;
      }
    }
    for (const [index, amount] of this.amounts.entries()) amounts[index] = BigInt(amount);
    return first === end;
  }

  private load(amounts: readonly bigint[]): void {
    this.totals.fill(0);
    this.everything = 0;
    for (const [index, exact] of amounts.entries()) {
      const amount = Number(exact);
      const party = this.parties[index] ?? 0;
      this.amounts[index] = amount;
      this.totals[party] = (this.totals[party] ?? 0) + amount;
      this.everything += amount;
    }
  }

  /** Applies one rule; true when it lowered its pledge. */
  private apply(index: number, change: Change): boolean {
    const rule = this.rules[index] ?? null;
    const party = this.parties[index] ?? 0;
    const amount = this.amounts[index] ?? 0;
    if (rule === null || amount === 0 || party === change.unconditional) return false;
    const others = this.othersOf(rule, party);
    let kept = 0;
    if (this.holds(rule, party, others)) {
      const value = rule.base + rule.rateNumerator * others;
      kept = ((value - (value % rule.divisor)) / rule.divisor) * rule.step;
    }
    if (kept >= amount) return false;
    const by = amount - kept;
    this.amounts[index] = kept;
    this.totals[party] = (this.totals[party] ?? 0) - by;
    this.everything -= by;
    return true;
  }

  private othersOf(rule: PlainRule, party: number): number {
    if (rule.among === null) return this.everything - (this.totals[party] ?? 0);
    let sum = 0;
    for (const other of rule.among) sum += this.totals[other] ?? 0;
    return sum;
  }

  private holds(rule: PlainRule, party: number, others: number): boolean {
    if (others < rule.othersAtLeast) return false;
    let missing = rule.atLeastParties;
    const count = rule.among?.length ?? this.totals.length;
    for (let position = 0; missing > 0 && position < count; position += 1) {
      const other = rule.among?.[position] ?? position;
      if (other !== party && (this.totals[other] ?? 0) >= rule.joinsFrom) missing -= 1;
    }
    return missing === 0;
  }
}

function plainRule(rule: NonNullable<NumberedPledge['rule']>): PlainRule {
  const { base, rateNumerator, rateDenominator, step, among, atLeastParties } = rule;
  return {
    base: Number(base * rateDenominator),
    rateNumerator: Number(rateNumerator),
    step: Number(step),
    divisor: Number(step * rateDenominator),
    among,
    atLeastParties,
    joinsFrom: Number(rule.joinsFrom),
    othersAtLeast: Number(rule.othersAtLeast),
  };
}
