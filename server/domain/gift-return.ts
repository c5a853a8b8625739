/**
 * Return of a gift (退回): money of a settled gift that leaves again, by a refund that we make or a dispute that the
 * donor's bank opens. What the processor says is judged as a whole, so that its news may come twice, late, in any order.
 */
import type { Signature } from './four-eyes.ts';
import { minor, splitByLargestRemainder, sumMinor, type Currency, type Minor } from './money.ts';
import type { Waterfall } from './refund-waterfall.ts';
import type { CalendarDate } from './time.ts';

export type GiftReturnKind = 'refund' | 'dispute';

export const GIFT_RETURN_STATUSES = ['asked', 'taken', 'given-back', 'closed'] as const;

/**
 * `asked`: under way, no money has moved. `taken`: the money is gone. `given-back`: it came back, since the refund failed
 * or the dispute was won. `closed`: it ended before any money moved.
 */
export type GiftReturnStatus = (typeof GIFT_RETURN_STATUSES)[number];

export const GIFT_RETURN_TRANSITIONS: Readonly<Record<GiftReturnStatus, readonly GiftReturnStatus[]>> = {
  asked: ['taken', 'given-back', 'closed'],
  taken: ['given-back'],
  'given-back': [],
  closed: [],
};

/** The part of a return that one fund of the gift bears, and how. */
export interface ReturnedPart extends Waterfall {
  readonly fundId: string;
  readonly amountMinor: Minor;
}

export interface GiftReturn {
  /** The processor's id of the refund or dispute. */
  readonly _id: string;
  readonly kind: GiftReturnKind;
  readonly donationId: string;
  readonly amountMinor: Minor;
  readonly currency: Currency;
  readonly status: GiftReturnStatus;
  /** The processor's own word for where it stands: `needs_response`, `lost`, `succeeded`, … */
  readonly processorStatus: string;
  /** What the processor kept for a dispute; it stays away even when the dispute is won. */
  readonly feeMinor: Minor;
  /** Of the amount, what goes back of the donor's addition for the payment fee. */
  readonly feeCoverMinor: Minor;
  readonly parts: readonly ReturnedPart[];
  /** Who has looked at the flagged tranches and what they decided; null while nobody has, or nothing is flagged. */
  readonly flagsSeen: (Signature & { readonly note: string }) | null;
  readonly startedAt: Date;
  readonly recordedAt: Date;
}

/** How a refund or dispute stands, as the processor tells it when asked. */
export interface ReturnFacts {
  readonly id: string;
  readonly kind: GiftReturnKind;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly processorStatus: string;
  readonly takenMinor: bigint;
  readonly givenBackMinor: bigint;
  readonly feeMinor: bigint;
  /** On which day the money left, and came back; null where it has not. */
  readonly takenOn: CalendarDate | null;
  readonly givenBackOn: CalendarDate | null;
  /** Nothing more will come of it. */
  readonly ended: boolean;
  readonly startedAt: Date;
}

export function statusOfReturn({ takenMinor, givenBackMinor, ended }: ReturnFacts): GiftReturnStatus {
  if (takenMinor > 0n) return givenBackMinor > 0n ? 'given-back' : 'taken';
  return ended ? 'closed' : 'asked';
}

/** True when the amounts of a return contradict each other or the gift that it is about. */
export function contradictsGift(
  facts: ReturnFacts,
  gift: { readonly currency: Currency; readonly leftMinor: bigint },
): boolean {
  const { amountMinor, takenMinor, givenBackMinor } = facts;
  return (
    facts.currency !== gift.currency ||
    amountMinor <= 0n ||
    amountMinor > gift.leftMinor ||
    (takenMinor !== 0n && takenMinor !== amountMinor) ||
    (givenBackMinor !== 0n && givenBackMinor !== takenMinor)
  );
}

export interface GiftPartLeft {
  readonly fundId: string;
  /** Of this part of the gift, what has not gone back yet. */
  readonly leftMinor: bigint;
}

/**
 * Splits what goes back: the gift first, what was added for the fee last; the gift's parts in proportion to what is left
 * of each, exact to the fen.
 * @param amountMinor at most what is left in all
 */
export function splitReturn(
  amountMinor: bigint,
  left: readonly GiftPartLeft[],
): {
  readonly parts: { readonly fundId: string; readonly amountMinor: Minor }[];
  readonly feeCoverMinor: Minor;
} {
  const leftOfGift = sumMinor(left.map(({ leftMinor }) => leftMinor));
  const ofGift = amountMinor < leftOfGift ? amountMinor : leftOfGift;
  const amounts = splitByLargestRemainder(
    ofGift,
    left.map(({ leftMinor }) => leftMinor),
  );
  return {
    parts: left.flatMap(({ fundId }, index) => {
      const part = amounts[index] ?? minor(0n);
      return part === 0n ? [] : [{ fundId, amountMinor: part }];
    }),
    feeCoverMinor: minor(amountMinor - ofGift),
  };
}
