/**
 * Adds up gifts whose donors and projects are numbered: by donor, cut to what counts of them, then by donor and project.
 * Large problems are added part by part, each with all gifts of its donors, so that what belongs together fits a
 * processor's cache. Invariant: in plain numbers, which are exact while all gifts come to less than `MOST_PLAINLY`.
 */
import type { GiftSums } from './gift-sums.ts';
import type { MatchProblem } from './match-format.ts';

/** All gifts together have to stay below this, and so do all sums of theirs. */
export const MOST_PLAINLY = 2 ** 52;
/** The amount of a gift that does not count. */
export const NOT_COUNTED = -1;

/** Gifts side by side, as many as a part has at most. */
export interface GiftColumns {
  readonly donor: Int32Array;
  readonly project: Int32Array;
  /** What their order is known by. */
  readonly mark: Int32Array;
  readonly amount: Float64Array;
}

const FEW = 16;

export class PartAdder {
  private readonly columns: GiftColumns;
  private readonly gifts: GiftSums;
  private readonly compareIds: (mark: number, other: number) => number;
  /** What counts of a gift and of a donor's gifts at most; a cap too large for a plain number is above all plain ones. */
  private readonly perDonation: number;
  private readonly perDonor: number;
  /** Per donor: what it gave in all, and where its gifts begin in `byDonor`. */
  private readonly given: Float64Array;
  private readonly starts: Int32Array;
  private readonly byDonor: Int32Array;
  /** Per pair of donor and project what counts; the pairs of a donor are side by side. */
  private readonly pairProject: Int32Array;
  private readonly pairTotal: Float64Array;
  /** Per project the pair that it was last in. */
  private readonly lastPair: Int32Array;

  /**
   * @param gifts where it is added
   * @param columns the gifts of the part that is next
   * @param compareIds orders gifts by their ids, given their marks
   */
  constructor(
    { caps, projects }: MatchProblem,
    gifts: GiftSums,
    columns: GiftColumns,
    compareIds: (mark: number, other: number) => number,
  ) {
    const most = columns.amount.length;
    this.columns = columns;
    this.gifts = gifts;
    this.compareIds = compareIds;
    this.perDonation = caps.perDonationMinor === null ? Infinity : Number(caps.perDonationMinor);
    this.perDonor = caps.perDonorMinor === null ? Infinity : Number(caps.perDonorMinor);
    this.given = new Float64Array(most);
    this.starts = new Int32Array(most + 1);
    this.byDonor = new Int32Array(most);
    this.pairProject = new Int32Array(most);
    this.pairTotal = new Float64Array(most);
    this.lastPair = new Int32Array(projects.length);
  }

  /**
   * Adds up the first gifts of the columns.
   * @param donors how many donors there are among them
   * @returns what of them counts, as far as the cap per donation goes
   */
  add(count: number, donors: number): number {
    const total = this.countByDonor(count, donors);
    this.groupByDonor(count, donors);
    if (this.perDonor < Infinity) this.cutByDonor(donors);
    const pairs = this.pairUp(donors);
    for (let pair = 0; pair < pairs; pair += 1)
      this.gifts.add(this.pairProject[pair] ?? 0, this.pairTotal[pair] ?? 0);
    return total;
  }

  private countByDonor(count: number, donors: number): number {
    const { given, starts, perDonation, gifts } = this;
    const { donor, project, amount } = this.columns;
    given.fill(0, 0, donors);
    starts.fill(0, 0, donors + 1);
    let total = 0;
    for (let gift = 0; gift < count; gift += 1) {
      let counts = amount[gift] ?? 0;
      if (counts === NOT_COUNTED) continue;
      if (counts > perDonation) {
        counts = perDonation;
        amount[gift] = counts;
        gifts.cut(project[gift] ?? 0, 'perDonation');
      }
      const by = donor[gift] ?? 0;
      given[by] = (given[by] ?? 0) + counts;
      starts[by + 1] = (starts[by + 1] ?? 0) + 1;
      total += counts;
    }
    return total;
  }

  private groupByDonor(count: number, donors: number): void {
    const { starts, byDonor } = this;
    const { donor, amount } = this.columns;
    for (let by = 0; by < donors; by += 1) starts[by + 1] = (starts[by + 1] ?? 0) + (starts[by] ?? 0);
    const end = starts[donors] ?? 0;
    // From the last gift on, so that each start ends up where the donor's first gift is.
    for (let gift = count - 1; gift >= 0; gift -= 1) {
      if (amount[gift] === NOT_COUNTED) continue;
      const after = (donor[gift] ?? 0) + 1;
      starts[after] = (starts[after] ?? 0) - 1;
      byDonor[starts[after] ?? 0] = gift;
    }
    starts.copyWithin(0, 1, donors + 1);
    starts[donors] = end;
  }

  /** Cuts the gifts of donors that gave more than their cap, in order of donation id. */
  private cutByDonor(donors: number): void {
    const { given, starts, byDonor, perDonor } = this;
    const { project, amount } = this.columns;
    for (let donor = 0; donor < donors; donor += 1) {
      if ((given[donor] ?? 0) <= perDonor) continue;
      const [from, end] = [starts[donor] ?? 0, starts[donor + 1] ?? 0];
      this.sortById(from, end);
      let left = perDonor;
      for (let at = from; at < end; at += 1) {
        const gift = byDonor[at] ?? 0;
        const given = amount[gift] ?? 0;
        const counts = Math.min(given, left);
        if (counts < given) this.gifts.cut(project[gift] ?? 0, 'perDonor');
        amount[gift] = counts;
        left -= counts;
      }
    }
  }

  /** Sorts the gifts of a donor. Most donors gave a few times: for so few the ready-made sort takes longer to begin. */
  private sortById(from: number, end: number): void {
    const { byDonor, compareIds } = this;
    const { mark } = this.columns;
    const compare = (gift: number, other: number): number => compareIds(mark[gift] ?? 0, mark[other] ?? 0);
    if (end - from > FEW) {
      byDonor.subarray(from, end).sort(compare);
      return;
    }
    for (let next = from + 1; next < end; next += 1) {
      const gift = byDonor[next] ?? 0;
      let at = next;
      for (; at > from && compare(byDonor[at - 1] ?? 0, gift) > 0; at -= 1)
        byDonor[at] = byDonor[at - 1] ?? 0;
      byDonor[at] = gift;
    }
  }

  /** Adds up by donor and project; answers how many pairs there are. */
  private pairUp(donors: number): number {
    const { starts, byDonor, pairProject, pairTotal, lastPair } = this;
    const { project, amount } = this.columns;
    let pairs = 0;
    for (let donor = 0; donor < donors; donor += 1) {
      const first = pairs;
      const end = starts[donor + 1] ?? 0;
      for (let at = starts[donor] ?? 0; at < end; at += 1) {
        const gift = byDonor[at] ?? 0;
        const to = project[gift] ?? 0;
        let pair = lastPair[to] ?? 0;
        if (!(pair >= first && pair < pairs && pairProject[pair] === to)) {
          pair = pairs;
          pairs += 1;
          lastPair[to] = pair;
          pairProject[pair] = to;
          pairTotal[pair] = 0;
        }
        pairTotal[pair] = (pairTotal[pair] ?? 0) + (amount[gift] ?? 0);
      }
    }
    return pairs;
  }
}
