/**
 * The rules of pledges and what everybody pays in many lanes, in one piece of memory that the kernel works on.
 * Invariant: the row of a party is the sum of its pledges' rows, and the row of everything that of all pledges.
 *
 * First come rows, one double a lane: of nobody (all 0), of each party, of each pledge whose party has several, of
 * everything, and of who is held. Then the rules in the order of a sweep, and the lists of what they look at beyond three
 * rows.
 */
import { type LaneMemory, laneMemory, NUMBERS, RULE_BYTES, WORDS } from './lane-kernel.ts';
import type { NumberRules } from './number-rules.ts';

/** So many lanes: the rows of a thousand parties just fit into the processor's second cache. */
const LANES = 32;
/** The kernel takes so many at once. */
const LANES_AT_ONCE = 4;

const NOBODY = 0;
const NAMED_AT_ONCE = 3;
/** No party has this number. */
const NOT_HELD = -1;

export class LaneTable {
  readonly lanes: number;
  /** Where the row of a pledge begins among the doubles, and that of its party: the same where it is the only one. */
  private readonly ownRow: Int32Array;
  private readonly partyRow: Int32Array;
  private readonly memory: LaneMemory;
  private readonly everything: number;
  private readonly held: number;
  private readonly rulesAt: number;

  /** @param order the pledges with a rule, in the order of a sweep */
  constructor(rules: NumberRules, order: Int32Array, jobs: number) {
    const lanes = Math.min(LANES, Math.ceil(jobs / LANES_AT_ONCE) * LANES_AT_ONCE);
    this.lanes = lanes;
    const pledgesOf = new Int32Array(rules.partyCount);
    for (const party of rules.party) pledgesOf[party] = (pledgesOf[party] ?? 0) + 1;
    let end = (1 + rules.partyCount) * lanes;
    this.partyRow = rules.party.map((party) => (1 + party) * lanes);
    this.ownRow = this.partyRow.map((row, index) => {
      if (pledgesOf[rules.party[index] ?? 0] === 1) return row;
      end += lanes;
      return end - lanes;
    });
    this.everything = end;
    this.held = end + lanes;
    this.rulesAt = (end + 2 * lanes) * Float64Array.BYTES_PER_ELEMENT;
    const moreAt = this.rulesAt + order.length * RULE_BYTES;
    const named = Array.from(order, (index) => this.rowsNamed(rules, index));
    const more = named.reduce((sum, { length }) => sum + Math.max(0, length - NAMED_AT_ONCE), 0);
    this.memory = laneMemory(moreAt + more * Int32Array.BYTES_PER_ELEMENT);
    this.memory.doubles.fill(NOT_HELD, this.held, this.held + lanes);
    let moreFrom = moreAt;
    for (const [place, index] of order.entries())
      moreFrom = this.writeRule(rules, place, index, named[place] ?? [], moreFrom);
  }

  private rowsNamed(rules: NumberRules, index: number): number[] {
    if (rules.looksAtAll[index] === 1) return [inBytes(this.everything)];
    const among = rules.among.subarray(rules.amongFrom[index], rules.amongFrom[index + 1]);
    return Array.from(among, (party) => inBytes((1 + party) * this.lanes));
  }

  /** @returns where the list of rows beyond three goes on */
  private writeRule(
    rules: NumberRules,
    place: number,
    index: number,
    named: readonly number[],
    moreFrom: number,
  ): number {
    const [first = NOBODY, second = NOBODY, third = NOBODY, ...more] = named;
    const moreEnd = moreFrom + more.length * Int32Array.BYTES_PER_ELEMENT;
    const [own, total] = [inBytes(this.ownRow[index] ?? 0), inBytes(this.partyRow[index] ?? 0)];
    const less = rules.looksAtAll[index] === 1 ? total : NOBODY;
    const at = this.rulesAt + place * RULE_BYTES;
    const { words, doubles } = this.memory;
    words[at / 4 + WORDS.own] = own;
    words[at / 4 + WORDS.total] = total;
    words[at / 4 + WORDS.first] = first;
    words[at / 4 + WORDS.second] = second;
    words[at / 4 + WORDS.third] = third;
    words[at / 4 + WORDS.moreFrom] = moreFrom;
    words[at / 4 + WORDS.moreEnd] = moreEnd;
    words[at / 4 + WORDS.less] = less;
    words.set(more, moreFrom / 4);
    const flat = rules.flat[index] ?? -1;
    const step = rules.step[index] ?? 1;
    const perDivisor = rules.perDivisor[index] ?? 1;
    const isFlat = flat >= 0;
    doubles[at / 8 + NUMBERS.party] = rules.party[index] ?? 0;
    doubles[at / 8 + NUMBERS.steps] = isFlat
      ? flat / step + 0.5
      : ((rules.offset[index] ?? 0) + 0.5) * perDivisor;
    doubles[at / 8 + NUMBERS.stepsPerUnit] = isFlat ? 0 : (rules.weight[index] ?? 0) * perDivisor;
    doubles[at / 8 + NUMBERS.least] = rules.othersAtLeast[index] ?? 0;
    doubles[at / 8 + NUMBERS.step] = step;
    return moreEnd;
  }

  /** Applies the rules at some places of the order in all lanes; answers how many of their pledges fell in any. */
  apply(from: number, to: number): number {
    if (from === to) return 0;
    const [first, end] = [this.rulesAt + from * RULE_BYTES, this.rulesAt + to * RULE_BYTES];
    return this.memory.applyInTurn(
      first,
      end,
      inBytes(this.lanes),
      inBytes(this.everything),
      inBytes(this.held),
    );
  }

  /** Whether the pledge of the rule at a place fell in any lane when it was last applied. */
  hasFallen(place: number): boolean {
    return this.memory.words[(this.rulesAt + place * RULE_BYTES) / 4 + WORDS.fell] === 1;
  }

  /** What all pay together. */
  everythingIn(lane: number): number {
    return this.memory.doubles[this.everything + lane] ?? 0;
  }

  /** Writes what each pledge and each party pays into a lane, and who pays its caps there whatever happens. */
  write(lane: number, amounts: Float64Array, totals: Float64Array, held = NOT_HELD): void {
    const { ownRow, lanes } = this;
    const { doubles } = this.memory;
    let everything = 0;
    for (let index = 0; index < amounts.length; index += 1) {
      doubles[(ownRow[index] ?? 0) + lane] = amounts[index] ?? 0;
      everything += amounts[index] ?? 0;
    }
    for (let party = 0; party < totals.length; party += 1)
      doubles[(1 + party) * lanes + lane] = totals[party] ?? 0;
    doubles[this.everything + lane] = everything;
    doubles[this.held + lane] = held;
  }

  /** Reads what each pledge and each party pays in a lane. */
  read(lane: number, amounts: Float64Array, totals: Float64Array): void {
    const { ownRow, lanes } = this;
    const { doubles } = this.memory;
    for (let index = 0; index < amounts.length; index += 1)
      amounts[index] = doubles[(ownRow[index] ?? 0) + lane] ?? 0;
    for (let party = 0; party < totals.length; party += 1)
      totals[party] = doubles[(1 + party) * lanes + lane] ?? 0;
  }
}

/** Where a double stands in the memory. */
const inBytes = (double: number): number => double * Float64Array.BYTES_PER_ELEMENT;
