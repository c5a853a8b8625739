/**
 * What the processor's own state means for a donation: compared with our record first, and credited only when every
 * part of it agrees. A redirect, an event or a page proves nothing.
 */
import { mayBecome, totalMinor, type Donation, type DonationStatus } from './donation.ts';
import { minor, type Minor } from './money.ts';

/** The state of a checkout and its payment, as the processor tells it when asked. */
export interface CheckoutFacts {
  readonly checkoutSessionId: string;
  readonly donationId: string | null;
  readonly liveMode: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: 'open' | 'complete' | 'expired';
  /** Null until somebody has tried to pay. */
  readonly payment: PaymentFacts | null;
}

export interface PaymentFacts {
  readonly paymentIntentId: string;
  readonly donationId: string | null;
  readonly liveMode: boolean;
  readonly outcome: 'pending' | 'succeeded' | 'failed';
  readonly amountMinor: bigint;
  readonly amountReceivedMinor: bigint;
  readonly currency: string;
  /** The fee with its currency; null until the processor has booked the payment itself. */
  readonly fee: { readonly amountMinor: bigint; readonly currency: string } | null;
  /** What the processor calls the card that paid: the same for the same card; null where no card did. */
  readonly cardFingerprint: string | null;
}

/** Why a payment is not credited; staff read it, donors do not. */
export type Mismatch =
  | 'unknown-donation'
  | 'other-account'
  | 'other-mode'
  | 'other-donation'
  | 'other-checkout'
  | 'other-payment'
  | 'other-amount'
  | 'other-currency'
  | 'other-settlement-currency';

export type Judgement =
  | { readonly kind: 'mismatch'; readonly mismatch: Mismatch }
  /** Paid, but what it cost is not known yet: ask again. */
  | { readonly kind: 'fee-pending' }
  | {
      readonly kind: 'settled';
      readonly paymentIntentId: string;
      readonly feeMinor: Minor;
      readonly cardFingerprint: string | null;
    }
  | { readonly kind: 'moved'; readonly status: DonationStatus }
  | { readonly kind: 'unchanged' };

type Expected = Pick<
  Donation,
  '_id' | 'giftMinor' | 'feeCoverMinor' | 'currency' | 'status' | 'checkout' | 'paymentIntentId'
>;

function mismatchOfCheckout(donation: Expected, facts: CheckoutFacts, liveMode: boolean): Mismatch | null {
  if (facts.liveMode !== liveMode) return 'other-mode';
  if (facts.donationId !== donation._id) return 'other-donation';
  if (donation.checkout !== null && donation.checkout.sessionId !== facts.checkoutSessionId) {
    return 'other-checkout';
  }
  if (facts.currency !== donation.currency) return 'other-currency';
  if (facts.amountMinor !== totalMinor(donation)) return 'other-amount';
  return null;
}

function mismatchOfPayment(donation: Expected, payment: PaymentFacts, liveMode: boolean): Mismatch | null {
  if (payment.liveMode !== liveMode) return 'other-mode';
  if (payment.donationId !== donation._id) return 'other-donation';
  if (donation.paymentIntentId !== null && donation.paymentIntentId !== payment.paymentIntentId) {
    return 'other-payment';
  }
  if (payment.currency !== donation.currency) return 'other-currency';
  if (payment.amountMinor !== totalMinor(donation)) return 'other-amount';
  if (payment.outcome === 'succeeded' && payment.amountReceivedMinor !== totalMinor(donation)) {
    return 'other-amount';
  }
  if (payment.fee !== null && payment.fee.currency !== donation.currency) return 'other-settlement-currency';
  return null;
}

/** The status that the facts speak of, when they agree with our record and the money is not in. */
function statusOf({ status, payment }: CheckoutFacts): DonationStatus {
  if (status === 'expired') return 'expired';
  if (status === 'open') return 'awaiting-payment';
  return payment?.outcome === 'failed' ? 'failed' : 'processing';
}

/**
 * Compares the processor's state with our record and says what follows. Judging the same facts again changes nothing,
 * and no order of facts leads back.
 * @param liveMode whether this installation takes real money
 */
export function judgePayment(donation: Expected, facts: CheckoutFacts, liveMode: boolean): Judgement {
  const { payment } = facts;
  const mismatch =
    mismatchOfCheckout(donation, facts, liveMode) ??
    (payment === null ? null : mismatchOfPayment(donation, payment, liveMode));
  if (mismatch !== null) return { kind: 'mismatch', mismatch };
  if (payment?.outcome === 'succeeded') {
    if (!mayBecome(donation.status, 'settled')) return { kind: 'unchanged' };
    if (payment.fee === null) return { kind: 'fee-pending' };
    return {
      kind: 'settled',
      paymentIntentId: payment.paymentIntentId,
      feeMinor: minor(payment.fee.amountMinor),
      cardFingerprint: payment.cardFingerprint,
    };
  }
  const status = statusOf(facts);
  return mayBecome(donation.status, status) ? { kind: 'moved', status } : { kind: 'unchanged' };
}
