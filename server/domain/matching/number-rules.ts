/**
 * The rules of pledges in plain numbers, by column. Invariant: every product and sum that a rule can come to is a whole
 * number below 2⁵³, so that nothing is rounded but where the rule says so.
 */
import type { NumberedPledge, Pledges } from './conditional-pledges.ts';

/** The columns, or `null` where some sum might not be exact in plain numbers. */
export function numberRules(pledges: Pledges): NumberRules | null {
  return isExact(pledges) ? new NumberRules(pledges) : null;
}

function isExact({ parties, pledges }: Pledges): boolean {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const caps = parties.map(() => 0n);
  for (const { cap, party } of pledges) caps[party] = (caps[party] ?? 0n) + cap;
  const everything = caps.reduce((sum, cap) => sum + cap, 0n);
  return (
    everything < most &&
    pledges.every(({ cap, rule }) => {
      if (rule === null) return true;
      const others = rule.among?.reduce((sum, party) => sum + (caps[party] ?? 0n), 0n) ?? everything;
      const value = rule.base * rule.rateDenominator + rule.rateNumerator * others;
      const whole = (cap + rule.step) * rule.rateDenominator;
      return [value, whole, rule.joinsFrom, rule.othersAtLeast].every((amount) => amount < most);
    })
  );
}

export class NumberRules {
  readonly count: number;
  readonly partyCount: number;
  readonly party: Int32Array;
  readonly cap: Float64Array;
  /** The caps of each party together, and those of all. */
  private readonly capOf: Float64Array;
  private readonly everything: number;
  readonly hasRule: Uint8Array;
  readonly looksAtAll: Uint8Array;
  /** The parties that a rule names: from `amongFrom[index]` to the next. */
  readonly amongFrom: Int32Array;
  readonly among: Int32Array;
  readonly atLeastParties: Float64Array;
  readonly joinsFrom: Float64Array;
  readonly othersAtLeast: Float64Array;
  /** Base × the rate's denominator. */
  readonly base: Float64Array;
  readonly numerator: Float64Array;
  readonly denominator: Float64Array;
  readonly step: Float64Array;
  /**
   * What is kept up to date for each rule is offset + weight × what its others pay: its value times the denominator.
   * Where the rate is 0 that would say nothing about the others, so there it is what they pay, and `flat` the amount.
   */
  readonly offset: Float64Array;
  readonly weight: Float64Array;
  readonly scale: Float64Array;
  /** The amount of a rule whose rate is 0; −1 for all others. */
  readonly flat: Float64Array;
  /** Step × the rate's denominator, and one by it. */
  readonly divisor: Float64Array;
  readonly perDivisor: Float64Array;
  /** What is kept up to date when the others pay the least that a proviso asks of them. */
  readonly valueAtLeast: Float64Array;

  /** The most that any rule's value can come to. */
  readonly mostValue: number;

  constructor({ parties, pledges }: Pledges) {
    this.count = pledges.length;
    this.partyCount = parties.length;
    this.party = Int32Array.from(pledges, ({ party }) => party);
    this.cap = Float64Array.from(pledges, ({ cap }) => Number(cap));
    this.capOf = new Float64Array(parties.length);
    for (const [index, { party }] of pledges.entries())
      this.capOf[party] = (this.capOf[party] ?? 0) + (this.cap[index] ?? 0);
    this.everything = this.capOf.reduce((sum, cap) => sum + cap, 0);
    this.hasRule = Uint8Array.from(pledges, ({ rule }) => (rule === null ? 0 : 1));
    this.looksAtAll = Uint8Array.from(pledges, ({ rule }) => (rule !== null && rule.among === null ? 1 : 0));
    const named = pledges.map(({ rule }) => rule?.among ?? []);
    this.amongFrom = new Int32Array(pledges.length + 1);
    for (const [index, { length }] of named.entries())
      this.amongFrom[index + 1] = (this.amongFrom[index] ?? 0) + length;
    this.among = Int32Array.from(named.flat());
    const column = (of: (rule: NonNullable<NumberedPledge['rule']>) => bigint | number): Float64Array =>
      Float64Array.from(pledges, ({ rule }) => (rule === null ? 0 : Number(of(rule))));
    this.atLeastParties = column(({ atLeastParties }) => atLeastParties);
    this.joinsFrom = column(({ joinsFrom }) => joinsFrom);
    this.base = column(({ base, rateDenominator }) => base * rateDenominator);
    this.numerator = column(({ rateNumerator }) => rateNumerator);
    this.denominator = column(({ rateDenominator }) => rateDenominator);
    this.step = column(({ step }) => step);
    this.divisor = column(({ step, rateDenominator }) => step * rateDenominator);
    this.perDivisor = this.divisor.map((divisor) => 1 / divisor);
    this.flat = Float64Array.from(pledges, ({ rule }) =>
      rule !== null && rule.rateNumerator === 0n ? Number(rule.base - (rule.base % rule.step)) : -1,
    );
    const isFlat = (index: number): boolean => (this.flat[index] ?? -1) >= 0;
    this.offset = this.base.map((each, index) => (isFlat(index) ? 0 : each));
    this.weight = this.numerator.map((each, index) => (isFlat(index) ? 1 : each));
    this.scale = this.denominator.map((each, index) => (isFlat(index) ? 0 : each));
    this.mostValue = pledges.reduce((most, _, index) => Math.max(most, this.mostOf(index)), 0);
    this.othersAtLeast = column(({ othersAtLeast }) => othersAtLeast);
    this.valueAtLeast = this.othersAtLeast.map(
      (each, index) => (this.offset[index] ?? 0) + (this.weight[index] ?? 0) * each,
    );
  }

  private mostOf(index: number): number {
    let others = 0;
    if (this.looksAtAll[index] === 1) others = this.everything;
    else
      for (let at = this.amongFrom[index] ?? 0; at < (this.amongFrom[index + 1] ?? 0); at += 1)
        others += this.capOf[this.among[at] ?? 0] ?? 0;
    return (this.offset[index] ?? 0) + (this.weight[index] ?? 0) * others;
  }

  /** What a rule comes to, in whole steps, given what is kept of it; its provisos are not looked at. */
  rounded(index: number, value: number): number {
    const flat = this.flat[index] ?? -1;
    if (flat >= 0) return flat;
    const divisor = this.divisor[index] ?? 1;
    let quotient = Math.floor(value * (this.perDivisor[index] ?? 1));
    // The product is near the quotient, not exactly it: the remainder, a whole number, says what is missing.
    let rest = value - quotient * divisor;
    while (rest < 0) {
      quotient -= 1;
      rest += divisor;
    }
    while (rest >= divisor) {
      quotient += 1;
      rest -= divisor;
    }
    return quotient * (this.step[index] ?? 1);
  }

  /** An amount rounded down to whole steps of its pledge. */
  wholeSteps(index: number, amount: number): number {
    const step = this.step[index] ?? 1;
    return floorOf(amount, step) * step;
  }

  /** From what on an amount is kept: it is whole steps or the cap. */
  wanted(index: number, amount: number): number {
    const least = this.valueAtLeast[index] ?? 0;
    const flat = this.flat[index] ?? -1;
    if (flat >= 0) return amount <= flat ? least : Infinity;
    const step = this.step[index] ?? 1;
    return Math.max(-floorOf(-amount, step) * step * (this.denominator[index] ?? 1), least);
  }
}

/** The quotient of whole numbers below 2⁵³, rounded down without error. */
function floorOf(value: number, divisor: number): number {
  const quotient = Math.floor(value / divisor);
  // The double nearest to the true quotient can only be off where that lies just beside a whole number.
  if (quotient * divisor > value) return quotient - 1;
  return (quotient + 1) * divisor <= value ? quotient + 1 : quotient;
}
