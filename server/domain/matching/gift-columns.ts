/**
 * Gifts added up in plain numbers, a million in one pass: the donations become columns, and these are
 * spread over parts by donor, so that what belongs together lies together and fits a processor's cache.
 * Invariant: the sums are those of `gift-totals.ts`, or none are given.
 */
import { compareCodePoints } from '../code-point-order.ts';
import type { GiftSums } from './gift-sums.ts';
import type { MatchProblem } from './match-format.ts';
import { codeOf, mixed } from './name-codes.ts';
import { exclusionsOf } from './numbered-gifts.ts';

/** Numbers of so many digits are exact in plain numbers. */
const PLAIN_DIGITS = 15;
/** All gifts together have to stay below this, and so do all sums of theirs. */
const MOST = 2 ** 52;

interface Columns {
  readonly count: number;
  /** Per gift: the code of its donor's name, what of it counts, its project, its place in the problem. */
  readonly codes: Float64Array;
  readonly amounts: Float64Array;
  readonly projects: Int32Array;
  readonly places: Int32Array;
}

function columnsOf(length: number): Columns {
  return {
    count: length,
    codes: new Float64Array(length),
    amounts: new Float64Array(length),
    projects: new Int32Array(length),
    places: new Int32Array(length),
  };
}

/** Adds the gifts to their projects; false when plain numbers do not hold them, and `gifts` are then void. */
export function addPlainly(problem: MatchProblem, projectIds: readonly string[], gifts: GiftSums): boolean {
  const columns = readColumns(problem, projectIds, gifts);
  if (columns === null) return false;
  const { spread, starts } = spreadByDonor(columns);
  const parts = new PartAdder(problem, spread, starts, gifts);
  for (let part = 0; part + 1 < starts.length; part += 1) parts.add(starts[part] ?? 0, starts[part + 1] ?? 0);
  return true;
}

function readColumns(problem: MatchProblem, projectIds: readonly string[], gifts: GiftSums): Columns | null {
  const { donations, caps } = problem;
  const { codes, amounts, projects, places } = columnsOf(donations.length);
  const projectOf = new Map(projectIds.map((id, index) => [id, index]));
  const exclusions = exclusionsOf(problem);
  // A cap too large for a plain number is above every plain amount.
  const perDonation = caps.perDonationMinor === null ? Infinity : Number(caps.perDonationMinor);
  let count = 0;
  let total = 0;
  let checked = 0;
  for (let place = 0; place < donations.length; place += 1) {
    if (place === checked) {
      checked = Math.min(place + BLOCK, donations.length);
      if (!fitPlainly(donations, place, checked)) return null;
    }
    const gift = donations[place];
    if (gift === undefined) continue;
    if (exclusions.size > 0 && exclusions.get(gift.donor)?.has(gift.project) === true) continue;
    const project = projectOf.get(gift.project) ?? 0;
    let amount = Number(gift.amountMinor);
    if (amount > perDonation) {
      amount = perDonation;
      gifts.cut(project, 'perDonation');
    }
    total += amount;
    codes[count] = codeOf(gift.donor);
    amounts[count] = amount;
    projects[count] = project;
    places[count] = place;
    count += 1;
  }
  return total < MOST ? { count, codes, amounts, projects, places } : null;
}

/** So many gifts are fetched ahead: their names lie scattered in memory, and a short loop waits for many at once. */
const BLOCK = 256;

/** Whether the amounts from `from` up to `to` are short enough; reads the head of every text that is needed next. */
function fitPlainly(donations: MatchProblem['donations'], from: number, to: number): boolean {
  let longest = 0;
  let names = 0;
  for (let place = from; place < to; place += 1) {
    const gift = donations[place];
    if (gift === undefined) continue;
    names += gift.donor.length;
    if (gift.amountMinor.length > longest) longest = gift.amountMinor.length;
  }
  return longest <= PLAIN_DIGITS && names > 0;
}

/** About so many gifts a part: its tables fit the second cache of a processor. */
const PART = 4096;
const MOST_PARTS_BITS = 10;

/** The gifts sorted into parts, all those of a donor in the same; part n starts at `starts[n]`. */
function spreadByDonor({ count, codes, amounts, projects, places }: Columns): {
  spread: Columns;
  starts: Int32Array;
} {
  const bits = Math.min(Math.max(Math.ceil(Math.log2(count / PART)), 0), MOST_PARTS_BITS);
  const partCount = 2 ** bits;
  const partOf = (code: number): number => (bits === 0 ? 0 : mixed(code) >>> (32 - bits));
  const starts = new Int32Array(partCount + 1);
  for (let gift = 0; gift < count; gift += 1) {
    const part = partOf(codes[gift] ?? 0);
    starts[part + 1] = (starts[part + 1] ?? 0) + 1;
  }
  for (let part = 0; part < partCount; part += 1)
    starts[part + 1] = (starts[part + 1] ?? 0) + (starts[part] ?? 0);
  const fill = starts.slice();
  const spread = columnsOf(count);
  for (let gift = 0; gift < count; gift += 1) {
    const code = codes[gift] ?? 0;
    const part = partOf(code);
    const at = fill[part] ?? 0;
    fill[part] = at + 1;
    spread.codes[at] = code;
    spread.amounts[at] = amounts[gift] ?? 0;
    spread.projects[at] = projects[gift] ?? 0;
    spread.places[at] = places[gift] ?? 0;
  }
  return { spread, starts };
}

/** Adds up part by part. Tables hold number + 1, so that 0 is a free place. */
class PartAdder {
  private readonly problem: MatchProblem;
  private readonly spread: Columns;
  private readonly gifts: GiftSums;
  private readonly perDonor: number;
  private readonly table: Int32Array;
  /** Per donor of the part: its code, its last gift, what it gave in all. */
  private readonly donorCodes: Float64Array;
  private readonly lastGift: Int32Array;
  private readonly given: Float64Array;
  /** Per gift of the part: its donor, the one that the donor gave before or -1, its id where the order counts. */
  private readonly donorOf: Int32Array;
  private readonly giftBefore: Int32Array;
  private readonly ids: string[];
  /** Per pair of donor and project. */
  private readonly pairDonor: Int32Array;
  private readonly pairProject: Int32Array;
  private readonly pairTotal: Float64Array;

  constructor(problem: MatchProblem, spread: Columns, starts: Int32Array, gifts: GiftSums) {
    this.problem = problem;
    this.spread = spread;
    this.gifts = gifts;
    const { perDonorMinor } = problem.caps;
    this.perDonor = perDonorMinor === null ? Infinity : Number(perDonorMinor);
    let most = 0;
    for (let part = 0; part + 1 < starts.length; part += 1)
      most = Math.max(most, (starts[part + 1] ?? 0) - (starts[part] ?? 0));
    this.table = new Int32Array(tableSize(most));
    this.donorCodes = new Float64Array(most);
    this.lastGift = new Int32Array(most);
    this.giftBefore = new Int32Array(most);
    this.ids = new Array<string>(most).fill('');
    this.given = new Float64Array(most);
    this.donorOf = new Int32Array(most);
    this.pairDonor = new Int32Array(most);
    this.pairProject = new Int32Array(most);
    this.pairTotal = new Float64Array(most);
  }

  add(from: number, to: number): void {
    const donorCount = this.numberDonors(from, to);
    if (this.perDonor < Infinity) this.cutByDonor(from, to, donorCount);
    const pairCount = this.addPairs(from, to);
    for (let pair = 0; pair < pairCount; pair += 1)
      this.gifts.add(this.pairProject[pair] ?? 0, this.pairTotal[pair] ?? 0);
  }

  private numberDonors(from: number, to: number): number {
    const { table, donorCodes, lastGift, giftBefore, given, donorOf } = this;
    const { codes, amounts } = this.spread;
    const mask = tableSize(to - from) - 1;
    table.fill(0, 0, mask + 1);
    let count = 0;
    for (let gift = from; gift < to; gift += 1) {
      const code = codes[gift] ?? 0;
      let at = mixed(code) & mask;
      let donor = (table[at] ?? 0) - 1;
      while (donor >= 0 && !(donorCodes[donor] === code && (code >= 0 || this.sameDonor(donor, gift)))) {
        at = (at + 1) & mask;
        donor = (table[at] ?? 0) - 1;
      }
      if (donor < 0) {
        donor = count;
        count += 1;
        table[at] = count;
        donorCodes[donor] = code;
        lastGift[donor] = -1;
        given[donor] = 0;
      }
      donorOf[gift - from] = donor;
      given[donor] = (given[donor] ?? 0) + (amounts[gift] ?? 0);
      giftBefore[gift - from] = lastGift[donor] ?? -1;
      lastGift[donor] = gift;
    }
    return count;
  }

  private sameDonor(donor: number, gift: number): boolean {
    return this.donationAt(this.lastGift[donor] ?? 0)?.donor === this.donationAt(gift)?.donor;
  }

  private donationAt(gift: number): MatchProblem['donations'][number] | undefined {
    return this.problem.donations[this.spread.places[gift] ?? 0];
  }

  /** Cuts the gifts of donors that gave more than their cap, in order of donation id. */
  private cutByDonor(from: number, to: number, donorCount: number): void {
    const { perDonor, given, donorOf, lastGift, giftBefore, ids } = this;
    const { amounts, projects } = this.spread;
    for (let gift = from; gift < to; gift += 1) {
      if ((given[donorOf[gift - from] ?? 0] ?? 0) > perDonor)
        ids[gift - from] = this.donationAt(gift)?.id ?? '';
    }
    const byId = (a: number, b: number): number =>
      compareCodePoints(ids[a - from] ?? '', ids[b - from] ?? '');
    for (let donor = 0; donor < donorCount; donor += 1) {
      if ((given[donor] ?? 0) <= perDonor) continue;
      const own: number[] = [];
      for (let gift = lastGift[donor] ?? -1; gift >= 0; gift = giftBefore[gift - from] ?? -1) own.push(gift);
      let left = perDonor;
      for (const gift of own.sort(byId)) {
        const amount = amounts[gift] ?? 0;
        const counts = Math.min(amount, left);
        if (counts < amount) this.gifts.cut(projects[gift] ?? 0, 'perDonor');
        amounts[gift] = counts;
        left -= counts;
      }
    }
  }

  private addPairs(from: number, to: number): number {
    const { table, donorOf, pairDonor, pairProject, pairTotal } = this;
    const { amounts, projects } = this.spread;
    const mask = tableSize(to - from) - 1;
    table.fill(0, 0, mask + 1);
    let count = 0;
    for (let gift = from; gift < to; gift += 1) {
      const donor = donorOf[gift - from] ?? 0;
      const project = projects[gift] ?? 0;
      let at = mixed(donor * SPACING + project) & mask;
      let pair = (table[at] ?? 0) - 1;
      while (pair >= 0 && !(pairDonor[pair] === donor && pairProject[pair] === project)) {
        at = (at + 1) & mask;
        pair = (table[at] ?? 0) - 1;
      }
      if (pair < 0) {
        pair = count;
        count += 1;
        table[at] = count;
        pairDonor[pair] = donor;
        pairProject[pair] = project;
        pairTotal[pair] = 0;
      }
      pairTotal[pair] = (pairTotal[pair] ?? 0) + (amounts[gift] ?? 0);
    }
    return count;
  }
}

/** Spreads pairs over their table; where there are more projects, some meet there. */
const SPACING = 2 ** 20;

/** A power of two, so large that at least half of the places stay free. */
function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2 * entries, 2)));
}
