/**
 * Gifts added up in plain numbers, a million in one pass: each is looked at once, and goes straight to the part of its
 * donor; then the parts are added up one by one. Invariant: the sums are those of `gift-totals.ts`, or none are given.
 */
import { GiftParts } from './gift-parts.ts';
import type { GiftSums } from './gift-sums.ts';
import type { MatchProblem } from './match-format.ts';
import { codeOf } from './name-codes.ts';
import { exclusionsOf } from './numbered-gifts.ts';
import { PartAdder } from './part-adder.ts';

/** Numbers of so many digits are exact in plain numbers. */
const PLAIN_DIGITS = 15;
/** All gifts together have to stay below this, and so do all sums of theirs. */
const MOST = 2 ** 52;
/** So many gifts are fetched ahead: their names lie scattered in memory, and a short loop waits for many at once. */
const BLOCK = 256;

/** Adds the gifts to their projects; false when plain numbers do not hold them, and `gifts` are then void. */
export function addPlainly(problem: MatchProblem, projectIds: readonly string[], gifts: GiftSums): boolean {
  const { donations } = problem;
  const reader = new GiftReader(problem, projectIds, gifts);
  let total = 0;
  for (let from = 0; from < donations.length; from += BLOCK) {
    const end = Math.min(from + BLOCK, donations.length);
    if (!reader.fitPlainly(from, end)) return false;
    total += reader.read(from, end);
  }
  const { parts } = reader;
  if (total >= MOST) return false;
  let most = 0;
  for (let part = 0; part < parts.count; part += 1) most = Math.max(most, parts.sizeOf(part));
  const adder = new PartAdder(problem, gifts, projectIds.length, most);
  for (let part = 0; part < parts.count; part += 1) {
    parts.copy(part, adder.rows);
    adder.add(parts.sizeOf(part));
  }
  return true;
}

class GiftReader {
  readonly parts: GiftParts;
  private readonly donations: MatchProblem['donations'];
  private readonly gifts: GiftSums;
  private readonly projectOf: ReadonlyMap<string, number>;
  private readonly exclusions: ReturnType<typeof exclusionsOf>;
  private readonly perDonation: number;
  /** Whether a cap per donor is used up in order of id. */
  private readonly isOrdered: boolean;

  constructor(problem: MatchProblem, projectIds: readonly string[], gifts: GiftSums) {
    const { donations, caps } = problem;
    this.donations = donations;
    this.parts = new GiftParts(donations.length);
    this.gifts = gifts;
    this.projectOf = new Map(projectIds.map((id, index) => [id, index]));
    this.exclusions = exclusionsOf(problem);
    this.isOrdered = caps.perDonorMinor !== null;
    // A cap too large for a plain number is above every plain amount.
    this.perDonation = caps.perDonationMinor === null ? Infinity : Number(caps.perDonationMinor);
  }

  /** Whether the amounts from `from` up to `end` are short enough; reads the head of every text that is needed next. */
  fitPlainly(from: number, end: number): boolean {
    const { donations } = this;
    let longest = 0;
    let names = 0;
    for (let place = from; place < end; place += 1) {
      const gift = donations[place];
      if (gift === undefined) continue;
      names += gift.donor.length;
      if (gift.amountMinor.length > longest) longest = gift.amountMinor.length;
    }
    return longest <= PLAIN_DIGITS && names > 0;
  }

  /** @returns what of these gifts counts, as far as the cap per donation goes */
  read(from: number, end: number): number {
    const { donations, parts, gifts, projectOf, exclusions, perDonation, isOrdered } = this;
    let total = 0;
    for (let place = from; place < end; place += 1) {
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
      parts.add(codeOf(gift.donor), isOrdered ? codeOf(gift.id) : 0, amount, project, place);
    }
    return total;
  }
}
