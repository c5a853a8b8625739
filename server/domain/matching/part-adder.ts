/**
 * Adds up the gifts of one part after another: by donor, cut to what counts of them, then by donor and project.
 * Invariant: all gifts of a donor are in one part.
 */
import { compareCodePoints } from '../code-point-order.ts';
import { GIFT, GIFT_WORDS, GiftRows } from './gift-parts.ts';
import type { GiftSums } from './gift-sums.ts';
import type { MatchProblem } from './match-format.ts';
import { mixed } from './name-codes.ts';

const FEW = 16;

export class PartAdder {
  /** The gifts of the part that is next. */
  readonly rows: GiftRows;
  private readonly donations: MatchProblem['donations'];
  private readonly gifts: GiftSums;
  /** What counts of a donor's gifts at most. */
  private readonly perDonor: number;
  /** Donors of the part by name: number + 1, so that 0 is a free place. */
  private readonly table: Int32Array;
  /** Per donor: the code of its name, its first gift, what it gave in all, where its gifts begin in `byDonor`. */
  private readonly codes: Float64Array;
  private readonly firstGift: Int32Array;
  private readonly given: Float64Array;
  private readonly starts: Int32Array;
  /** Per gift its donor, and the gifts donor by donor. */
  private readonly donorOf: Int32Array;
  private readonly byDonor: Int32Array;
  /** Per pair of donor and project what counts; the pairs of a donor are side by side. */
  private readonly pairProject: Int32Array;
  private readonly pairTotal: Float64Array;
  /** Per project the pair that it was last in. */
  private readonly lastPair: Int32Array;

  /** @param most gifts in a part */
  constructor(problem: MatchProblem, gifts: GiftSums, projects: number, most: number) {
    const { perDonorMinor } = problem.caps;
    this.donations = problem.donations;
    this.gifts = gifts;
    this.perDonor = perDonorMinor === null ? Infinity : Number(perDonorMinor);
    this.rows = new GiftRows(most);
    this.table = new Int32Array(tableSize(most));
    this.codes = new Float64Array(most);
    this.firstGift = new Int32Array(most);
    this.given = new Float64Array(most);
    this.starts = new Int32Array(most + 1);
    this.donorOf = new Int32Array(most);
    this.byDonor = new Int32Array(most);
    this.pairProject = new Int32Array(most);
    this.pairTotal = new Float64Array(most);
    this.lastPair = new Int32Array(projects);
  }

  /** Adds up the first gifts among the rows. */
  add(count: number): void {
    const donors = this.numberDonors(count);
    this.groupByDonor(count, donors);
    if (this.perDonor < Infinity) this.cutByDonor(donors);
    const pairs = this.pairUp(donors);
    for (let pair = 0; pair < pairs; pair += 1)
      this.gifts.add(this.pairProject[pair] ?? 0, this.pairTotal[pair] ?? 0);
  }

  /** @returns how many donors there are */
  private numberDonors(count: number): number {
    const { table, codes, firstGift, given, starts, donorOf } = this;
    const { doubles } = this.rows;
    const mask = tableSize(count) - 1;
    table.fill(0, 0, mask + 1);
    starts.fill(0, 0, count + 1);
    let donors = 0;
    for (let gift = 0; gift < count; gift += 1) {
      const code = doubles[gift * GIFT.doubles + GIFT.donor] ?? 0;
      let at = mixed(code) & mask;
      let donor = (table[at] ?? 0) - 1;
      while (donor >= 0 && !(codes[donor] === code && (code >= 0 || this.isBy(donor, gift)))) {
        at = (at + 1) & mask;
        donor = (table[at] ?? 0) - 1;
      }
      if (donor < 0) {
        donor = donors;
        donors += 1;
        table[at] = donors;
        codes[donor] = code;
        firstGift[donor] = gift;
        given[donor] = 0;
      }
      donorOf[gift] = donor;
      given[donor] = (given[donor] ?? 0) + (doubles[gift * GIFT.doubles + GIFT.amount] ?? 0);
      starts[donor + 1] = (starts[donor + 1] ?? 0) + 1;
    }
    return donors;
  }

  /** Whether a donor whose name has the same code gave the gift. */
  private isBy(donor: number, gift: number): boolean {
    return this.donationOf(this.firstGift[donor] ?? 0)?.donor === this.donationOf(gift)?.donor;
  }

  private donationOf(gift: number): MatchProblem['donations'][number] | undefined {
    return this.donations[this.rows.words[gift * GIFT_WORDS.words + GIFT_WORDS.place] ?? 0];
  }

  private groupByDonor(count: number, donors: number): void {
    const { starts, donorOf, byDonor } = this;
    for (let donor = 0; donor < donors; donor += 1)
      starts[donor + 1] = (starts[donor + 1] ?? 0) + (starts[donor] ?? 0);
    // From the last gift on, so that each start ends up where the donor's first gift is.
    for (let gift = count - 1; gift >= 0; gift -= 1) {
      const end = (donorOf[gift] ?? 0) + 1;
      starts[end] = (starts[end] ?? 0) - 1;
      byDonor[starts[end] ?? 0] = gift;
    }
    starts.copyWithin(0, 1, donors + 1);
    starts[donors] = count;
  }

  /** Cuts the gifts of donors that gave more than their cap, in order of donation id. */
  private cutByDonor(donors: number): void {
    const { given, starts, byDonor, perDonor } = this;
    const { doubles, words } = this.rows;
    for (let donor = 0; donor < donors; donor += 1) {
      if ((given[donor] ?? 0) <= perDonor) continue;
      const [from, end] = [starts[donor] ?? 0, starts[donor + 1] ?? 0];
      this.sortById(from, end);
      let left = perDonor;
      for (let at = from; at < end; at += 1) {
        const gift = byDonor[at] ?? 0;
        const amount = doubles[gift * GIFT.doubles + GIFT.amount] ?? 0;
        const counts = Math.min(amount, left);
        if (counts < amount)
          this.gifts.cut(words[gift * GIFT_WORDS.words + GIFT_WORDS.project] ?? 0, 'perDonor');
        doubles[gift * GIFT.doubles + GIFT.amount] = counts;
        left -= counts;
      }
    }
  }

  /** Sorts the gifts of a donor. Most donors gave a few times: for so few the ready-made sort takes longer to begin. */
  private sortById(from: number, end: number): void {
    const { byDonor } = this;
    if (end - from > FEW) {
      byDonor.subarray(from, end).sort((a, b) => this.compareIds(a, b));
      return;
    }
    for (let next = from + 1; next < end; next += 1) {
      const gift = byDonor[next] ?? 0;
      let at = next;
      for (; at > from && this.compareIds(byDonor[at - 1] ?? 0, gift) > 0; at -= 1)
        byDonor[at] = byDonor[at - 1] ?? 0;
      byDonor[at] = gift;
    }
  }

  private compareIds(a: number, b: number): number {
    const { doubles } = this.rows;
    const first = doubles[a * GIFT.doubles + GIFT.id] ?? 0;
    const second = doubles[b * GIFT.doubles + GIFT.id] ?? 0;
    if (first >= 0 && second >= 0) return first - second;
    return compareCodePoints(this.donationOf(a)?.id ?? '', this.donationOf(b)?.id ?? '');
  }

  /** Adds up by donor and project; answers how many pairs there are. */
  private pairUp(donors: number): number {
    const { starts, byDonor, pairProject, pairTotal, lastPair } = this;
    const { doubles, words } = this.rows;
    let pairs = 0;
    for (let donor = 0; donor < donors; donor += 1) {
      const first = pairs;
      const end = starts[donor + 1] ?? 0;
      for (let at = starts[donor] ?? 0; at < end; at += 1) {
        const gift = byDonor[at] ?? 0;
        const project = words[gift * GIFT_WORDS.words + GIFT_WORDS.project] ?? 0;
        let pair = lastPair[project] ?? 0;
        if (!(pair >= first && pair < pairs && pairProject[pair] === project)) {
          pair = pairs;
          pairs += 1;
          lastPair[project] = pair;
          pairProject[pair] = project;
          pairTotal[pair] = 0;
        }
        pairTotal[pair] = (pairTotal[pair] ?? 0) + (doubles[gift * GIFT.doubles + GIFT.amount] ?? 0);
      }
    }
    return pairs;
  }
}

/** A power of two, so large that at least half of the places stay free. */
function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2 * entries, 2)));
}
