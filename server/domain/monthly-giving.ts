/**
 * Monthly giving (月捐): a donor's standing wish to give every month by card. It holds no money itself: every month that is
 * paid becomes a donation of its own, with its own entries and receipt.
 */
import type { DonorDetails, GiftPart } from './donation.ts';
import type { Locale } from './localized-text.ts';
import { minor, splitByLargestRemainder, type Currency, type Minor } from './money.ts';
import { sha256Hex } from './sha-256.ts';

/**
 * `created`: recorded, no page yet. `awaiting-payment`: the page for the first month is open. `active`: months are paid.
 * `past-due`: a month could not be charged; the processor tries again. `ended`: no month will be charged any more.
 * `expired`: nobody paid the first month.
 */
export type MonthlyGivingStatus =
  | 'created'
  | 'awaiting-payment'
  | 'active'
  | 'past-due'
  | 'ended'
  | 'expired';

export const MONTHLY_GIVING_TRANSITIONS: Readonly<
  Record<MonthlyGivingStatus, readonly MonthlyGivingStatus[]>
> = {
  created: ['awaiting-payment', 'active', 'past-due', 'ended', 'expired'],
  'awaiting-payment': ['active', 'past-due', 'ended', 'expired'],
  active: ['past-due', 'ended'],
  'past-due': ['active', 'ended'],
  ended: [],
  expired: ['active', 'past-due', 'ended'],
};

export const mayMonthlyBecome = (from: MonthlyGivingStatus, to: MonthlyGivingStatus): boolean =>
  MONTHLY_GIVING_TRANSITIONS[from].includes(to);

/** Statuses in which the processor may still have news. */
export const LIVE_MONTHLY_STATUSES = ['created', 'awaiting-payment', 'active', 'past-due'] as const;

/** An amount that the donor agreed to, and the gift within it; a month charged at any of these is right. */
export interface AgreedAmount {
  readonly giftMinor: Minor;
  readonly feeCoverMinor: Minor;
  readonly agreedAt: Date;
}

export interface MonthlyGiving {
  readonly _id: string;
  /** The last is the one that counts from now on; the earlier ones explain months that were charged before. */
  readonly amounts: readonly AgreedAmount[];
  readonly currency: Currency;
  /** As shares of the first amount; later months are split alike. */
  readonly parts: readonly GiftPart[];
  readonly status: MonthlyGivingStatus;
  readonly locale: Locale;
  readonly consentToBeNamed: boolean;
  /** Null once erased. */
  readonly donor: DonorDetails | null;
  readonly checkout: { readonly sessionId: string; readonly url: string | null } | null;
  readonly subscriptionId: string | null;
  /** The donor asked to stop; the month that is paid for runs out. */
  readonly stopsAtPeriodEnd: boolean;
  /** Until when the present month is paid for. */
  readonly paidUntil: Date | null;
  /** The open invoice that could not be charged, and how often that was tried. */
  readonly trouble: { readonly invoiceId: string; readonly attempts: number } | null;
  /** The page on which the donor saves another card, until that is done. */
  readonly cardUpdateSessionId: string | null;
  readonly createdAt: Date;
  readonly checkedAt: Date;
}

export const presentAmount = ({ amounts }: Pick<MonthlyGiving, 'amounts'>): AgreedAmount => {
  const last = amounts.at(-1);
  if (last === undefined) throw new RangeError('Monthly giving has at least one amount.');
  return last;
};

export const monthlyTotalMinor = (amount: AgreedAmount): Minor =>
  minor(amount.giftMinor + amount.feeCoverMinor);

/** The latest agreed amount that a month was charged at, or null: then it is not what the donor agreed to. */
export function agreedAmountOf(
  { amounts }: Pick<MonthlyGiving, 'amounts'>,
  paidMinor: bigint,
): AgreedAmount | null {
  return amounts.findLast((amount) => monthlyTotalMinor(amount) === paidMinor) ?? null;
}

/** The parts of one month's gift: in the proportions of the first, exact to the fen. */
export function partsOfMonth(parts: readonly GiftPart[], giftMinor: bigint): GiftPart[] {
  const amounts = splitByLargestRemainder(
    giftMinor,
    parts.map(({ amountMinor }) => amountMinor),
  );
  return parts
    .map((part, index) => ({ ...part, amountMinor: amounts[index] ?? minor(0n) }))
    .filter(({ amountMinor }) => amountMinor > 0n);
}

/** The id of the donation that an invoice becomes: it follows from the invoice, so that a month is never booked twice. */
export function donationIdOfInvoice(invoiceId: string): string {
  const hex = sha256Hex(`monthly gift ${invoiceId}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** What the processor's word for a subscription means for us. */
export function statusOfSubscription(word: string): MonthlyGivingStatus {
  switch (word) {
    case 'active':
    case 'trialing':
      return 'active';
    case 'past_due':
    case 'unpaid':
    case 'paused':
      return 'past-due';
    case 'incomplete':
      return 'awaiting-payment';
    default:
      return 'ended';
  }
}
