/** Gifts of a problem that has been read, added up in plain numbers. */
import { compareCodePoints } from '../code-point-order.ts';
import type { GiftSums } from './gift-sums.ts';
import type { MatchProblem } from './match-format.ts';
import type { NumberedGifts } from './numbered-gifts.ts';
import { MOST_PLAINLY, NOT_COUNTED, PartAdder } from './part-adder.ts';

/** Numbers of so many digits are exact in plain numbers. */
const PLAIN_DIGITS = 15;

/** Adds the gifts to their projects; false when plain numbers do not hold them, and `gifts` are then void. */
export function addPlainly(problem: MatchProblem, numbered: NumberedGifts, gifts: GiftSums): boolean {
  const { donations } = problem;
  const amount = new Float64Array(donations.length);
  for (const [place, { amountMinor }] of donations.entries()) {
    if (amountMinor.length > PLAIN_DIGITS) return false;
    amount[place] = numbered.excluded[place] === 1 ? NOT_COUNTED : Number(amountMinor);
  }
  const columns = {
    donor: numbered.donors,
    project: numbered.projects,
    mark: Int32Array.from(donations.keys()),
    amount,
  };
  const idOf = (place: number): string => donations[place]?.id ?? '';
  const adder = new PartAdder(problem, gifts, columns, (place, other) =>
    compareCodePoints(idOf(place), idOf(other)),
  );
  return adder.add(donations.length, numbered.donorCount) < MOST_PLAINLY;
}
