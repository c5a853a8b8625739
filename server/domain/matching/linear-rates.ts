/**
 * The pledges that their rates hold below their caps as equations, with one more variable for the sum of them all where a
 * rule looks at all. Invariant: what is called exact is computed in whole numbers below 2⁵³.
 */
import type { NumberRules } from './number-rules.ts';
import type { Row } from './sparse-solver.ts';

const SLACK_SCALE = 2 ** 20;

/** Amounts that a method answers are lent: the next call overwrites them. */
export class LinearRates {
  readonly members: Int32Array;
  readonly size: number;
  /** The place among the members of each pledge; −1 for the others. */
  readonly placeOf: Int32Array;
  readonly placesOf: readonly (readonly number[])[];
  /** By place among the members: its party, its cap, what its rule comes to, and whether that looks at all. */
  readonly party: Int32Array;
  readonly cap: Float64Array;
  private readonly base: Float64Array;
  private readonly numerator: Float64Array;
  private readonly denominator: Float64Array;
  private readonly looksAtAll: Uint8Array;
  /** The parties that the rule at a place names: from `amongFrom[place]` to the next. */
  private readonly amongFrom: Int32Array;
  private readonly among: Int32Array;
  private readonly rules: NumberRules;
  private readonly hasSum: boolean;
  private readonly totals: Float64Array;
  private readonly others: Float64Array;
  private readonly asked: Float64Array;

  constructor(rules: NumberRules, members: readonly number[]) {
    this.rules = rules;
    this.members = Int32Array.from(members);
    this.placeOf = new Int32Array(rules.count).fill(-1);
    const placesOf = Array.from({ length: rules.partyCount }, (): number[] => []);
    for (const [place, index] of members.entries()) {
      this.placeOf[index] = place;
      placesOf[rules.party[index] ?? 0]?.push(place);
    }
    this.placesOf = placesOf;
    this.party = this.members.map((index) => rules.party[index] ?? 0);
    const column = (of: Float64Array): Float64Array => Float64Array.from(members, (index) => of[index] ?? 0);
    this.cap = column(rules.cap);
    this.base = column(rules.base);
    this.numerator = column(rules.numerator);
    this.denominator = column(rules.denominator);
    this.looksAtAll = Uint8Array.from(members, (index) => rules.looksAtAll[index] ?? 0);
    const named = members.map((index) =>
      rules.among.subarray(rules.amongFrom[index], rules.amongFrom[index + 1]),
    );
    this.amongFrom = new Int32Array(members.length + 1);
    for (const [place, { length }] of named.entries())
      this.amongFrom[place + 1] = (this.amongFrom[place] ?? 0) + length;
    this.among = Int32Array.from(named.flatMap((parties) => [...parties]));
    this.hasSum = this.looksAtAll.includes(1);
    this.size = members.length + (this.hasSum ? 1 : 0);
    this.totals = new Float64Array(rules.partyCount);
    this.others = new Float64Array(members.length);
    this.asked = new Float64Array(members.length);
  }

  rows(): Row[] {
    const { members, placesOf } = this;
    const sumOfAll = members.length;
    const rows = Array.from(members, (_, place): Row => {
      const row: Row = new Map([[place, 1]]);
      const subtract = (column: number, by: number): void => {
        row.set(column, (row.get(column) ?? 0) - by);
      };
      const rate = (this.numerator[place] ?? 0) / (this.denominator[place] ?? 1);
      if (this.looksAtAll[place] === 1) {
        subtract(sumOfAll, rate);
        for (const own of placesOf[this.party[place] ?? 0] ?? []) subtract(own, -rate);
      } else {
        for (let at = this.amongFrom[place] ?? 0; at < (this.amongFrom[place + 1] ?? 0); at += 1)
          for (const column of placesOf[this.among[at] ?? 0] ?? []) subtract(column, rate);
      }
      return row;
    });
    if (this.hasSum) {
      const sum: Row = new Map([[sumOfAll, 1]]);
      for (const place of members.keys()) sum.set(place, -1);
      rows.push(sum);
    }
    return rows;
  }

  /** What each rule comes to, about, when only those who are no members pay, their caps. */
  constants(absent?: number): Float64Array {
    const { rules, placeOf } = this;
    const fixed = new Float64Array(rules.count);
    for (let index = 0; index < rules.count; index += 1)
      if (placeOf[index] === -1 && rules.party[index] !== absent) fixed[index] = rules.cap[index] ?? 0;
    const others = this.othersOf(fixed);
    const constants = new Float64Array(this.size);
    for (let place = 0; place < this.others.length; place += 1)
      constants[place] = this.value(place, others?.[place] ?? 0);
    return constants;
  }

  /** What a rule comes to before it is rounded to steps, about. */
  private value(place: number, others: number): number {
    const { base, numerator, denominator } = this;
    return ((base[place] ?? 0) + (numerator[place] ?? 0) * others) / (denominator[place] ?? 1);
  }

  /** Adds up by party what all pledges pay; answers the sum of all. */
  private addUp(amounts: Float64Array): number {
    const { totals } = this;
    const { party } = this.rules;
    totals.fill(0);
    let everything = 0;
    for (let index = 0; index < amounts.length; index += 1) {
      const own = party[index] ?? 0;
      const amount = amounts[index] ?? 0;
      totals[own] = (totals[own] ?? 0) + amount;
      everything += amount;
    }
    return everything;
  }

  /** What those pay whom the rule at a place looks at. */
  private othersAt(place: number, everything: number): number {
    const { totals, among, amongFrom } = this;
    if (this.looksAtAll[place] === 1) return everything - (totals[this.party[place] ?? 0] ?? 0);
    const end = amongFrom[place + 1] ?? 0;
    let sum = 0;
    for (let at = amongFrom[place] ?? 0; at < end; at += 1) sum += totals[among[at] ?? 0] ?? 0;
    return sum;
  }

  /** What the others of each member pay, given what all pledges pay; `null` where a sum might not be exact. */
  private othersOf(amounts: Float64Array): Float64Array | null {
    const { others } = this;
    const everything = this.addUp(amounts);
    if (everything > Number.MAX_SAFE_INTEGER) return null;
    for (let place = 0; place < others.length; place += 1) others[place] = this.othersAt(place, everything);
    return others;
  }

  /** What each member's rule asks for, about, when all are lowered in turn to what theirs ask for; a party stays. */
  askedAfter(amounts: Float64Array, party: number): Float64Array {
    const { members, totals, asked } = this;
    let everything = this.addUp(amounts);
    for (let place = 0; place < members.length; place += 1) {
      const value = this.value(place, this.othersAt(place, everything));
      asked[place] = value;
      const own = this.party[place] ?? 0;
      const by = (amounts[members[place] ?? 0] ?? 0) - value;
      if (by <= 0 || own === party) continue;
      totals[own] = (totals[own] ?? 0) - by;
      everything -= by;
    }
    return asked;
  }

  /**
   * True when it is certain that the rules, without their rounding and caps, ask nobody for more than these amounts.
   * @param isFixed members that are not asked
   */
  isAbove(amounts: Float64Array, isFixed: (place: number) => boolean): boolean {
    const others = this.othersOf(amounts);
    if (others === null) return false;
    const { members, base, numerator, denominator } = this;
    for (let place = 0; place < members.length; place += 1) {
      const asked = (base[place] ?? 0) + (numerator[place] ?? 0) * (others[place] ?? 0);
      const has = (denominator[place] ?? 0) * (amounts[members[place] ?? 0] ?? 0);
      if (!(asked <= has && has <= Number.MAX_SAFE_INTEGER) && !isFixed(place)) return false;
    }
    return true;
  }

  /** True when it is certain that the rules answer a rise by `slack` with less. */
  isContracting(slack: Float64Array): boolean {
    const { rules, members } = this;
    const whole = new Float64Array(rules.count);
    for (const [place, index] of members.entries()) {
      const each = slack[place] ?? Number.NaN;
      if (!(each > 0)) return false;
      whole[index] = Math.ceil(each * SLACK_SCALE);
    }
    const others = this.othersOf(whole);
    return members.every((index, place) => {
      const answer = (this.numerator[place] ?? 0) * (others?.[place] ?? Infinity);
      const risen = (this.denominator[place] ?? 0) * (whole[index] ?? 0);
      return answer < risen && risen <= Number.MAX_SAFE_INTEGER;
    });
  }
}
