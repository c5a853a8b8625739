/**
 * Clearing (清算账户): what the processor holds for us, line by line of its own ledger beside the entries of ours that say
 * the same. Where the two differ, the difference is named with what to do about it.
 */
import { DomainError } from './errors.ts';
import { entryId, type EntryKind, type Posting } from './journal.ts';
import type { HandPayout } from './hand-payout.ts';
import { formatMoney, type Currency, type Minor } from './money.ts';

export const CLEARING = 'stripe-clearing';

/** One line of the processor's ledger, as we keep it. */
export interface ProcessorLine {
  /** The processor's id of the line. */
  readonly _id: string;
  /** The processor's word for what it is: `charge`, `refund`, `dispute`, `payout`, … */
  readonly category: string;
  /** The charge, refund, dispute or payout that caused it. */
  readonly sourceId: string | null;
  readonly donationId: string | null;
  readonly paymentIntentId: string | null;
  /** Before the fee; signed. */
  readonly amountMinor: Minor;
  readonly feeMinor: Minor;
  readonly netMinor: Minor;
  readonly currency: Currency;
  readonly createdAt: Date;
  /** The automatic payout that pays it out; null until there is one. */
  readonly payoutId: string | null;
  /** True once that payout is confirmed at our bank. */
  readonly isSettled: boolean;
}

/** A payout of the processor, as we keep it. */
export interface ProcessorPayout {
  readonly _id: string;
  readonly status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  readonly amountMinor: Minor;
  readonly currency: Currency;
  /** Only an automatic payout says which lines it pays out. */
  readonly automatic: boolean;
  readonly createdAt: Date;
  readonly arrivalOn: string;
  /** The bank line that is confirmed to be it. */
  readonly bankLineId: string | null;
  /**
   * Which money one made by hand was found to pay out; null until it is confirmed. Of an automatic one, what payouts by
   * hand had paid ahead of its lines; null where none had.
   */
  readonly byHand?: HandPayout | null;
}

/** A payout is money on its way from one of our accounts to the other, not a gain or a loss of the balance. */
export const isPayoutLine = ({ category }: Pick<ProcessorLine, 'category'>): boolean =>
  category === 'payout' || category === 'payout_reversal';

/** The processor's own charges and corrections, beside any gift: they are booked as they are told. */
const OWN_CHARGES: ReadonlySet<string> = new Set(['fee', 'network_cost', 'tax', 'other_adjustment']);

export const isOwnCharge = ({ category }: Pick<ProcessorLine, 'category'>): boolean =>
  OWN_CHARGES.has(category);

type LineSource = Pick<ProcessorLine, '_id' | 'category' | 'sourceId' | 'donationId'>;

/** The entries of our ledger that say what a line of the processor says; empty where we know of none. */
export function entriesOfLine({ _id, category, sourceId, donationId }: LineSource): string[] {
  const of = (kind: EntryKind, cause: string | null) => (cause === null ? [] : [entryId(kind, cause)]);
  const reversalOf = (kind: EntryKind) => of('reversal', sourceId === null ? null : entryId(kind, sourceId));
  switch (category) {
    case 'charge':
      return [...of('donation-settled', donationId), ...of('payment-fee', donationId)];
    case 'refund':
      return of('refund', sourceId);
    case 'refund_failure':
      return reversalOf('refund');
    case 'dispute':
      return [...of('dispute', sourceId), ...of('dispute-fee', sourceId)];
    case 'dispute_reversal':
      return reversalOf('dispute');
    default:
      return isOwnCharge({ category }) ? of('processor-fee', _id) : [];
  }
}

/** What postings move on the clearing account: above zero, the processor holds more for us. */
export const onClearing = (
  postings: readonly Pick<Posting, 'account' | 'debitMinor' | 'creditMinor'>[],
): bigint =>
  postings.reduce(
    (sum, { account, debitMinor, creditMinor }) =>
      account === CLEARING ? sum + debitMinor - creditMinor : sum,
    0n,
  );

export const CLEARING_ADVICE = ['wait', 'ask-again', 'record-by-hand', 'look-into-quarantine'] as const;

/** What to do about a difference. */
export type ClearingAdvice = (typeof CLEARING_ADVICE)[number];

/**
 * `wait`: the poll brings it within the hour. `look-into-quarantine`: a payment that our record contradicts is set aside
 * there. `ask-again`: the entries say something else than the processor; the gift is to be compared with the
 * processor's own page. `record-by-hand`: a charge of the processor that no rule of ours foresees needs an entry by hand.
 */
export function adviceOf(
  { category, donationId, createdAt }: Pick<ProcessorLine, 'category' | 'donationId' | 'createdAt'>,
  oursMinor: bigint,
  now: Date,
): ClearingAdvice {
  const foreseen = entriesOfLine({ _id: 'x', category, sourceId: 'x', donationId: 'x' }).length > 0;
  if (!foreseen) return 'record-by-hand';
  if (now.getTime() - createdAt.getTime() < HOUR_MS) return 'wait';
  if (isOwnCharge({ category })) return 'record-by-hand';
  if (oursMinor !== 0n) return 'ask-again';
  return category === 'charge' || donationId === null ? 'look-into-quarantine' : 'ask-again';
}

const HOUR_MS = 3_600_000;

/** Not every line that a payout pays out is in our books as the processor has it. */
export class PayoutNotExplained extends DomainError {
  readonly code = 'PAYOUT_NOT_EXPLAINED';

  constructor(payoutMinor: bigint, explainedMinor: bigint, currency: Currency) {
    super(
      `The payout is ${formatMoney(payoutMinor, currency)}, and our books explain ${formatMoney(explainedMinor, currency)} of it. Clear up the differences on the clearing page first.`,
      { payoutMinor, explainedMinor },
    );
  }
}
