/**
 * What the platform needs of a payment provider, in the platform's own words. Amounts are whole minor units
 * (`bigint`), currencies are upper-case ISO 4217 codes; nothing here is a promise until it is compared with
 * our own record, and a redirect proves nothing.
 */
import type { PaymentEvent } from './payment-events.ts';

export interface PaymentGateway {
  /** Whether real money moves. A payment of the other mode is never credited. */
  readonly liveMode: boolean;

  /** Makes a page to pay on. The same `idempotencyKey` with the same request makes the same page. */
  createCheckout(request: CheckoutRequest): Promise<CreatedCheckout>;
  retrieveCheckout(checkoutSessionId: string): Promise<CheckoutState>;
  /** The same page for a gift every month by card: its first payment begins the subscription. */
  createMonthlyCheckout(request: MonthlyCheckoutRequest): Promise<CreatedCheckout>;
  /** Closes the page of an open checkout, so that it can no longer be paid. */
  expireCheckout(checkoutSessionId: string): Promise<CheckoutState>;

  /** The payment with its fee, which is known once there is a balance transaction. */
  retrievePayment(paymentIntentId: string): Promise<PaymentState>;

  retrieveSubscription(subscriptionId: string): Promise<SubscriptionState>;
  /** Ends monthly giving: at once, or after the month that is paid for. */
  cancelSubscription(subscriptionId: string, when: 'now' | 'at-period-end'): Promise<SubscriptionState>;
  /** Changes the amount from the next month on; nothing is charged for the present one. */
  changeSubscriptionAmount(request: AmountChangeRequest): Promise<SubscriptionState>;
  /** A page on which a monthly donor saves another card; nothing is taken. */
  createCardUpdate(request: CardUpdateRequest): Promise<CreatedCheckout>;
  /** Charges later months to the card that was saved on such a page. @throws PaymentRefused before it is. */
  applyCardUpdate(checkoutSessionId: string): Promise<SubscriptionState>;
  retrieveInvoice(invoiceId: string): Promise<InvoiceState>;
  /** Tries an open invoice now, with the present card. @throws PaymentRefused when it is declined again. */
  payInvoice(invoiceId: string, idempotencyKey: string): Promise<InvoiceState>;
  /** Every month's invoice, oldest first. */
  listInvoices(subscriptionId: string): Promise<InvoiceState[]>;

  createRefund(request: RefundRequest): Promise<RefundState>;
  retrieveRefund(refundId: string): Promise<RefundState>;
  /** Every refund of one payment, oldest first. */
  listRefunds(paymentIntentId: string): Promise<RefundState[]>;
  retrieveDispute(disputeId: string): Promise<DisputeState>;
  /** Every dispute of one payment, oldest first. */
  listDisputes(paymentIntentId: string): Promise<DisputeState[]>;

  /** Every event created in the period, oldest first: what the poller compares with what webhooks brought. */
  listEvents(period: Period): Promise<PaymentEvent[]>;
  /** Every line of the provider's own ledger created in the period, oldest first. */
  listBalanceLines(period: Period): Promise<BalanceLine[]>;
  listPayouts(period: Period): Promise<PayoutState[]>;
  /** The lines that one automatic payout pays out, the payout's own line excluded, oldest first. */
  listPayoutLines(payoutId: string): Promise<BalanceLine[]>;
  /** What the provider holds for us, by currency. */
  retrieveBalance(): Promise<ProviderBalance[]>;

  /**
   * The event of a webhook request, once its signature is proved on the raw bytes.
   * @throws WebhookRefused for every other request.
   */
  verifyWebhook(rawBody: Buffer, signatureHeader: string | undefined, now: Date): PaymentEvent;
}

export interface CheckoutRequest {
  readonly donationId: string;
  /** What the donor pays, fee cover included. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** One line that the donor reads on the payment page. */
  readonly description: string;
  readonly locale: 'zh' | 'en';
  /** May contain `{CHECKOUT_SESSION_ID}`. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly customerEmail?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  /** Between 30 minutes and 24 hours from now. */
  readonly expiresAt?: Date;
}

export interface MonthlyCheckoutRequest extends Omit<CheckoutRequest, 'donationId'> {
  readonly monthlyGivingId: string;
}

export interface CreatedCheckout {
  readonly checkoutSessionId: string;
  readonly url: string;
}

export type CheckoutStatus = 'open' | 'complete' | 'expired';
/** `unpaid` on a complete checkout: the donor has done their part and the money is still on its way. */
export type CheckoutPaymentStatus = 'unpaid' | 'paid' | 'no_payment_required';

export interface CheckoutState {
  readonly checkoutSessionId: string;
  readonly status: CheckoutStatus;
  readonly paymentStatus: CheckoutPaymentStatus;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly liveMode: boolean;
  readonly donationId: string | null;
  readonly monthlyGivingId: string | null;
  readonly paymentIntentId: string | null;
  /** Of a monthly checkout that is paid. */
  readonly subscriptionId: string | null;
  readonly customerEmail: string | null;
  /** The page to pay on, while the checkout is open. */
  readonly url: string | null;
  readonly expiresAt: Date;
  readonly metadata: Readonly<Record<string, string>>;
}

export type PaymentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'processing'
  | 'succeeded'
  | 'canceled';

export interface PaymentState {
  readonly paymentIntentId: string;
  readonly status: PaymentStatus;
  readonly amountMinor: bigint;
  readonly amountReceivedMinor: bigint;
  readonly amountRefundedMinor: bigint;
  readonly currency: string;
  readonly liveMode: boolean;
  readonly disputed: boolean;
  readonly donationId: string | null;
  /** `card`, `alipay`, `wechat_pay`, …; null until somebody has tried to pay. */
  readonly methodKind: string | null;
  /** The same for the same card, whoever pays with it; null where no card did. */
  readonly cardFingerprint: string | null;
  readonly chargeId: string | null;
  /** Null, with the four below, until the provider has written its own ledger line for the charge. */
  readonly balanceTransactionId: string | null;
  /** The currency of `feeMinor` and `netMinor`: that of our balance, which need not be the donor's. */
  readonly settlementCurrency: string | null;
  readonly feeMinor: bigint | null;
  readonly netMinor: bigint | null;
  readonly availableAt: Date | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export type SubscriptionStatus =
  | 'incomplete'
  | 'incomplete_expired'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'canceled'
  | 'unpaid'
  | 'paused';

export interface SubscriptionState {
  readonly subscriptionId: string;
  readonly status: SubscriptionStatus;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly monthlyGivingId: string | null;
  readonly customerId: string;
  readonly cancelAtPeriodEnd: boolean;
  readonly currentPeriodStartAt: Date;
  readonly currentPeriodEndAt: Date;
  readonly endedAt: Date | null;
  readonly latestInvoiceId: string | null;
}

export interface AmountChangeRequest {
  readonly subscriptionId: string;
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
}

export interface CardUpdateRequest {
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly locale: 'zh' | 'en';
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly idempotencyKey: string;
}

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

export interface InvoiceState {
  readonly invoiceId: string;
  readonly status: InvoiceStatus;
  readonly amountMinor: bigint;
  readonly amountPaidMinor: bigint;
  readonly currency: string;
  readonly subscriptionId: string | null;
  readonly monthlyGivingId: string | null;
  readonly paymentIntentId: string | null;
  /** The month that the invoice is for. */
  readonly periodStartAt: Date;
  readonly periodEndAt: Date;
  readonly attemptCount: number;
  /** When the provider will try again; null when it will not. */
  readonly nextAttemptAt: Date | null;
}

export interface RefundRequest {
  readonly paymentIntentId: string;
  readonly amountMinor: bigint;
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer';
  readonly metadata?: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

export type RefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export interface RefundState {
  readonly refundId: string;
  readonly status: RefundStatus;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly paymentIntentId: string | null;
  readonly chargeId: string | null;
  /** When the balance lost the money: days after it was asked for, where the balance did not suffice; null until then. */
  readonly takenAt: Date | null;
  /** When the balance got the money again, because the refund failed. */
  readonly givenBackAt: Date | null;
  readonly createdAt: Date;
  readonly metadata: Readonly<Record<string, string>>;
}

export type DisputeStatus =
  | 'appeal_needs_response'
  | 'appeal_under_review'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'warning_closed'
  | 'needs_response'
  | 'under_review'
  | 'won'
  | 'lost'
  | 'prevented';

export interface DisputeState {
  readonly disputeId: string;
  readonly status: DisputeStatus;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly paymentIntentId: string | null;
  readonly chargeId: string;
  /** What the dispute has moved on our balance so far: taken when opened, given back when won. */
  readonly lines: readonly BalanceLine[];
  readonly createdAt: Date;
}

/** From `since` (included) to `until` (excluded); without `until`, to the present. */
export interface Period {
  readonly since: Date;
  readonly until?: Date;
}

export interface BalanceLine {
  readonly balanceTransactionId: string;
  /** The provider's word: `charge`, `payment`, `refund`, `adjustment`, `payout`, `stripe_fee`, … */
  readonly type: string;
  readonly reportingCategory: string;
  /** Signed: what the balance gained before the fee. `netMinor = amountMinor − feeMinor`. */
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
  readonly netMinor: bigint;
  readonly currency: string;
  /** The charge, refund, dispute or payout that caused the line. */
  readonly sourceId: string | null;
  /** Of the source, where the line was listed with it: the payment, and the donation that it names. */
  readonly paymentIntentId: string | null;
  readonly donationId: string | null;
  readonly createdAt: Date;
  readonly availableAt: Date;
}

export type PayoutStatus = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

export interface PayoutState {
  readonly payoutId: string;
  readonly status: PayoutStatus;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Only an automatic payout says which lines it pays out. */
  readonly automatic: boolean;
  readonly createdAt: Date;
  /** The day on which the bank should have it, as `YYYY-MM-DD` in UTC. */
  readonly arrivalOn: string;
  readonly balanceTransactionId: string | null;
}

export interface ProviderBalance {
  readonly currency: string;
  readonly availableMinor: bigint;
  readonly pendingMinor: bigint;
}

/** The provider cannot be reached, is busy, or does not know how it ended: retry with the same key. */
export class PaymentGatewayUnavailable extends Error {
  readonly code = 'PAYMENT_GATEWAY_UNAVAILABLE';
}

/** The provider understood and said no: the same request will be refused again. */
export class PaymentRefused extends Error {
  readonly code = 'PAYMENT_REFUSED';
  /** The provider's own word, for staff; a donor is never told it. */
  readonly providerCode: string;
  readonly requestId: string | null;

  constructor(message: string, details: { providerCode: string; requestId: string | null; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.providerCode = details.providerCode;
    this.requestId = details.requestId;
  }
}
