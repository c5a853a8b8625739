/**
 * Payout by hand (手动结算): the processor pays out a sum that somebody chose and does not say which of its lines that is.
 * It pays out the oldest first; what is left of the sum is paid ahead out of the next line, and the payout after it takes
 * that into account. So the clearing account stays explained line by line, and every fund has its own money at the bank.
 */
import { minor, splitByLargestRemainder, sumMinor, type Minor } from './money.ts';

interface FundAmount {
  readonly fundId: string;
  readonly amountMinor: Minor;
}

/** A line of the processor that our entries explain, with the money that each fund has in it; fees and refunds below zero. */
export interface ExplainedLine {
  readonly id: string;
  readonly parts: readonly FundAmount[];
}

/** What one payout by hand was found to pay out, beside the whole lines that name it. */
export interface HandPayout {
  /** Paid out ahead of the line that it belongs to. */
  readonly aheadMinor: Minor;
  readonly aheadParts: readonly FundAmount[];
  /** What earlier payouts had paid ahead of the lines that this one completes. */
  readonly earlierMinor: Minor;
  /** True until a later payout takes it into account. */
  readonly isOpen: boolean;
}

export interface CoveredPayout extends HandPayout {
  readonly lineIds: readonly string[];
  /** What moves to the bank, fund by fund; none is zero. */
  readonly parts: readonly FundAmount[];
}

const sumOf = (parts: readonly FundAmount[]): bigint => sumMinor(parts.map(({ amountMinor }) => amountMinor));

/**
 * @param lines open and explained, the oldest first
 * @param earlier what payouts before it have paid ahead and no payout has taken into account
 * @returns null where the lines do not come to the payout
 */
export function coverHandPayout(
  amountMinor: bigint,
  lines: readonly ExplainedLine[],
  earlier: readonly FundAmount[],
): CoveredPayout | null {
  const earlierMinor = sumOf(earlier);
  let left = amountMinor + earlierMinor;
  const taken: ExplainedLine[] = [];
  for (const line of lines) {
    const net = sumOf(line.parts);
    if (net > left) break;
    taken.push(line);
    left -= net;
  }
  const next = lines[taken.length];
  if (left > 0n && next === undefined) return null;
  const aheadParts = left > 0n && next !== undefined ? aheadOf(next, left) : [];
  const byFund = new Map<string, bigint>();
  const add = (parts: readonly FundAmount[], sign: 1n | -1n) => {
    for (const { fundId, amountMinor: amount } of parts)
      byFund.set(fundId, (byFund.get(fundId) ?? 0n) + sign * amount);
  };
  for (const { parts } of taken) add(parts, 1n);
  add(earlier, -1n);
  add(aheadParts, 1n);
  return {
    lineIds: taken.map(({ id }) => id),
    aheadMinor: minor(left),
    aheadParts,
    earlierMinor: minor(earlierMinor),
    isOpen: left > 0n,
    parts: [...byFund]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([fundId, amount]) => ({ fundId, amountMinor: minor(amount) })),
  };
}

/** Out of the funds that have money in the line, in proportion; to the fen by largest remainder. */
function aheadOf({ parts }: ExplainedLine, amountMinor: bigint): FundAmount[] {
  const holding = parts.filter((part) => part.amountMinor > 0n);
  const amounts = splitByLargestRemainder(
    amountMinor,
    holding.map((part) => part.amountMinor),
  );
  return holding.flatMap(({ fundId }, index) => {
    const amount = amounts[index] ?? minor(0n);
    return amount === 0n ? [] : [{ fundId, amountMinor: amount }];
  });
}
