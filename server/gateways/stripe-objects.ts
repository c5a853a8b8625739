/**
 * Stripe's objects read into the platform's words, one function each. Every amount is checked to be a whole
 * number on the way in, and a state that this version does not know is an error, never a guess.
 */
import type Stripe from 'stripe';
import type {
  BalanceLine,
  CheckoutState,
  DisputeState,
  InvoiceState,
  PaymentState,
  PayoutState,
  RefundState,
  SubscriptionState,
} from './payments.ts';
import { DONATION_METADATA_KEY, MONTHLY_GIVING_METADATA_KEY } from './stripe-events.ts';

const CHECKOUT_STATUSES = ['open', 'complete', 'expired'] as const;
const CHECKOUT_PAYMENT_STATUSES = ['unpaid', 'paid', 'no_payment_required'] as const;
const PAYMENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'processing',
  'succeeded',
  'canceled',
] as const;
const REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;
const PAYOUT_STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;
const DISPUTE_STATUSES = [
  'appeal_needs_response',
  'appeal_under_review',
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
] as const;

const SUBSCRIPTION_STATUSES = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const;
const INVOICE_STATUSES = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;

export function readCheckout(session: Stripe.Checkout.Session): CheckoutState {
  return {
    checkoutSessionId: session.id,
    status: oneOf('checkout status', CHECKOUT_STATUSES, session.status),
    paymentStatus: oneOf('checkout payment status', CHECKOUT_PAYMENT_STATUSES, session.payment_status),
    amountMinor: toMinor(session.amount_total),
    currency: toCurrency(session.currency),
    liveMode: session.livemode,
    donationId: session.metadata?.[DONATION_METADATA_KEY] ?? null,
    monthlyGivingId: session.metadata?.[MONTHLY_GIVING_METADATA_KEY] ?? null,
    paymentIntentId: idOf(session.payment_intent),
    subscriptionId: idOf(session.subscription),
    customerEmail: session.customer_details?.email ?? session.customer_email,
    url: session.url,
    expiresAt: toInstant(session.expires_at),
    metadata: session.metadata ?? {},
  };
}

export function readPayment(intent: Stripe.PaymentIntent): PaymentState {
  const charge = expanded(intent.latest_charge, 'latest_charge');
  const line = charge === null ? null : expanded(charge.balance_transaction, 'balance_transaction');
  return {
    paymentIntentId: intent.id,
    status: oneOf('payment status', PAYMENT_STATUSES, intent.status),
    amountMinor: toMinor(intent.amount),
    amountReceivedMinor: toMinor(intent.amount_received),
    amountRefundedMinor: toMinor(charge?.amount_refunded ?? 0),
    currency: toCurrency(intent.currency),
    liveMode: intent.livemode,
    disputed: charge?.disputed ?? false,
    donationId: intent.metadata[DONATION_METADATA_KEY] ?? null,
    methodKind: charge?.payment_method_details?.type ?? null,
    cardFingerprint: charge?.payment_method_details?.card?.fingerprint ?? null,
    chargeId: charge?.id ?? null,
    balanceTransactionId: line?.id ?? null,
    settlementCurrency: line === null ? null : toCurrency(line.currency),
    feeMinor: line === null ? null : toMinor(line.fee),
    netMinor: line === null ? null : toMinor(line.net),
    availableAt: line === null ? null : toInstant(line.available_on),
    metadata: intent.metadata,
  };
}

/** A subscription of ours has one item: the monthly gift. */
export function readSubscription(subscription: Stripe.Subscription): SubscriptionState {
  const item = onlyItem(subscription);
  const customerId = idOf(subscription.customer);
  if (customerId === null) throw new Error(`Stripe's subscription ${subscription.id} names no customer.`);
  return {
    subscriptionId: subscription.id,
    status: oneOf('subscription status', SUBSCRIPTION_STATUSES, subscription.status),
    amountMinor: toMinor(item.price.unit_amount) * toMinor(item.quantity ?? 1),
    currency: toCurrency(subscription.currency),
    monthlyGivingId: subscription.metadata[MONTHLY_GIVING_METADATA_KEY] ?? null,
    customerId,
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    currentPeriodStartAt: toInstant(item.current_period_start),
    currentPeriodEndAt: toInstant(item.current_period_end),
    endedAt: subscription.ended_at === null ? null : toInstant(subscription.ended_at),
    latestInvoiceId: idOf(subscription.latest_invoice),
  };
}

export function onlyItem(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item, ...others] = subscription.items.data;
  if (item === undefined || others.length > 0) {
    throw new Error(
      `Stripe's subscription ${subscription.id} has ${others.length + 1} items instead of one.`,
    );
  }
  return item;
}

export function readInvoice(invoice: Stripe.Invoice): InvoiceState {
  const details = invoice.parent?.subscription_details ?? null;
  const [line] = invoice.lines.data;
  const [payment] = invoice.payments?.data ?? [];
  const intent = payment?.payment.payment_intent ?? null;
  const next = invoice.next_payment_attempt;
  return {
    invoiceId: invoice.id,
    status: oneOf('invoice status', INVOICE_STATUSES, invoice.status),
    amountMinor: toMinor(invoice.total),
    amountPaidMinor: toMinor(invoice.amount_paid),
    currency: toCurrency(invoice.currency),
    subscriptionId: idOf(details?.subscription ?? null),
    monthlyGivingId: details?.metadata?.[MONTHLY_GIVING_METADATA_KEY] ?? null,
    paymentIntentId: idOf(intent),
    periodStartAt: toInstant(line?.period.start ?? invoice.period_start),
    periodEndAt: toInstant(line?.period.end ?? invoice.period_end),
    attemptCount: invoice.attempt_count,
    nextAttemptAt: next === null ? null : toInstant(next),
  };
}

export function readRefund(refund: Stripe.Refund): RefundState {
  return {
    refundId: refund.id,
    status: oneOf('refund status', REFUND_STATUSES, refund.status),
    amountMinor: toMinor(refund.amount),
    currency: toCurrency(refund.currency),
    paymentIntentId: idOf(refund.payment_intent),
    chargeId: idOf(refund.charge),
    takenAt: instantOfLine(refund.balance_transaction, 'balance_transaction'),
    givenBackAt: instantOfLine(refund.failure_balance_transaction ?? null, 'failure_balance_transaction'),
    createdAt: toInstant(refund.created),
    metadata: refund.metadata ?? {},
  };
}

function instantOfLine(line: string | Stripe.BalanceTransaction | null, name: string): Date | null {
  const moved = expanded(line, name);
  return moved === null ? null : toInstant(moved.created);
}

export function readDispute(dispute: Stripe.Dispute): DisputeState {
  const chargeId = idOf(dispute.charge);
  if (chargeId === null) throw new Error(`Stripe's dispute ${dispute.id} names no charge.`);
  return {
    disputeId: dispute.id,
    status: oneOf('dispute status', DISPUTE_STATUSES, dispute.status),
    amountMinor: toMinor(dispute.amount),
    currency: toCurrency(dispute.currency),
    reason: dispute.reason,
    paymentIntentId: idOf(dispute.payment_intent),
    chargeId,
    lines: dispute.balance_transactions.map(readBalanceLine),
    createdAt: toInstant(dispute.created),
  };
}

export function readBalanceLine(line: Stripe.BalanceTransaction): BalanceLine {
  return {
    balanceTransactionId: line.id,
    type: line.type,
    reportingCategory: line.reporting_category,
    amountMinor: toMinor(line.amount),
    feeMinor: toMinor(line.fee),
    netMinor: toMinor(line.net),
    currency: toCurrency(line.currency),
    sourceId: idOf(line.source),
    ...aboutSource(line.source),
    createdAt: toInstant(line.created),
    availableAt: toInstant(line.available_on),
  };
}

function aboutSource(
  source: Stripe.BalanceTransaction['source'],
): Pick<BalanceLine, 'paymentIntentId' | 'donationId'> {
  if (source === null || typeof source === 'string') return { paymentIntentId: null, donationId: null };
  const metadata = 'metadata' in source ? source.metadata : null;
  const paymentIntentId = 'payment_intent' in source ? idOf(source.payment_intent) : null;
  return { paymentIntentId, donationId: metadata?.[DONATION_METADATA_KEY] ?? null };
}

export function readPayout(payout: Stripe.Payout): PayoutState {
  return {
    payoutId: payout.id,
    status: oneOf('payout status', PAYOUT_STATUSES, payout.status),
    amountMinor: toMinor(payout.amount),
    currency: toCurrency(payout.currency),
    automatic: payout.automatic,
    createdAt: toInstant(payout.created),
    arrivalOn: toInstant(payout.arrival_date).toISOString().slice(0, 'YYYY-MM-DD'.length),
    balanceTransactionId: idOf(payout.balance_transaction),
  };
}

/** Stripe's amounts are JSON numbers; one that is not exact is refused, not rounded. */
export function toStripeAmount(amountMinor: bigint): number {
  const amount = Number(amountMinor);
  if (!Number.isSafeInteger(amount) || amount <= 0) {
    throw new RangeError(`${amountMinor} is not an amount that can be charged or refunded.`);
  }
  return amount;
}

function toMinor(amount: number | null): bigint {
  if (amount === null || !Number.isSafeInteger(amount)) {
    throw new RangeError(`Stripe sent ${String(amount)} where a whole amount belongs.`);
  }
  return BigInt(amount);
}

function toCurrency(currency: string | null): string {
  if (currency === null || !/^[a-z]{3}$/.test(currency)) {
    throw new RangeError(`Stripe sent ${String(currency)} where a currency belongs.`);
  }
  return currency.toUpperCase();
}

function toInstant(seconds: number): Date {
  return new Date(seconds * 1000);
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference;
}

function expanded<T extends object>(reference: string | T | null, name: string): T | null {
  if (typeof reference === 'string') throw new Error(`Stripe did not expand ${name} as it was asked to.`);
  return reference;
}

function oneOf<const T extends string>(what: string, known: readonly T[], value: string | null): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined)
    throw new Error(`Stripe sent ${what} "${String(value)}", which is not known here.`);
  return found;
}
