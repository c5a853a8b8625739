/**
 * The payment gateway over Stripe, or over anything that speaks like it: the sandbox differs only in its
 * address. Redirect Checkout only, so that no card data ever reaches us.
 */
import Stripe from 'stripe';
import type {
  BalanceLine,
  CheckoutRequest,
  MonthlyCheckoutRequest,
  PaymentGateway,
  Period,
  ProviderBalance,
  RefundRequest,
} from './payments.ts';
import { DONATION_METADATA_KEY, MONTHLY_GIVING_METADATA_KEY, readStripeEvent } from './stripe-events.ts';
import { openPage } from './stripe-checkout-page.ts';
import { callStripe } from './stripe-failures.ts';
import { listAll } from './stripe-lists.ts';
import {
  readBalanceLine,
  readCheckout,
  readDispute,
  readPayment,
  readPayout,
  readRefund,
  toStripeAmount,
} from './stripe-objects.ts';
import { subscriptionCalls } from './stripe-subscriptions.ts';
import { verifyStripeWebhook } from './stripe-webhooks.ts';

interface StripePaymentsOptions {
  readonly secretKey: string;
  /** One secret, or two while the endpoint's secret is being rotated. */
  readonly webhookSecrets: readonly string[];
  /** Where the API is, when it is not Stripe's own: the sandbox's address. */
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
  readonly maxNetworkRetries?: number;
}

/** The methods a mainland donor has; each needs CNY or a card. */
const PAYMENT_METHODS = ['card', 'alipay', 'wechat_pay'] as const;

export function createStripePayments(options: StripePaymentsOptions): PaymentGateway {
  const stripe = connect(options);
  return {
    liveMode: !/^[sr]k_test_/.test(options.secretKey),

    async createCheckout(request) {
      return await openPage(stripe, checkoutParams(request), request.idempotencyKey);
    },

    async createMonthlyCheckout(request) {
      return await openPage(stripe, monthlyCheckoutParams(request), request.idempotencyKey);
    },

    async retrieveCheckout(checkoutSessionId) {
      return readCheckout(await callStripe(() => stripe.checkout.sessions.retrieve(checkoutSessionId)));
    },

    async expireCheckout(checkoutSessionId) {
      return readCheckout(await callStripe(() => stripe.checkout.sessions.expire(checkoutSessionId)));
    },

    async retrievePayment(paymentIntentId) {
      const expand = ['latest_charge.balance_transaction'];
      return readPayment(await callStripe(() => stripe.paymentIntents.retrieve(paymentIntentId, { expand })));
    },

    ...subscriptionCalls(stripe),

    async createRefund(request) {
      const refund = await callStripe(() =>
        stripe.refunds.create(
          { ...refundParams(request), expand: LINES_OF_REFUND },
          { idempotencyKey: request.idempotencyKey },
        ),
      );
      return readRefund(refund);
    },

    async retrieveRefund(refundId) {
      const expand = LINES_OF_REFUND;
      return readRefund(await callStripe(() => stripe.refunds.retrieve(refundId, { expand })));
    },

    async listRefunds(paymentIntentId) {
      const refunds = await listAll((page) =>
        stripe.refunds.list({
          ...{ ...page, payment_intent: paymentIntentId },
          expand: LINES_OF_REFUND.map((line) => `data.${line}`),
        }),
      );
      return refunds.map(readRefund);
    },

    async listDisputes(paymentIntentId) {
      const disputes = await listAll((page) =>
        stripe.disputes.list({ ...page, payment_intent: paymentIntentId }),
      );
      return disputes.map(readDispute);
    },

    async retrieveDispute(disputeId) {
      return readDispute(await callStripe(() => stripe.disputes.retrieve(disputeId)));
    },

    async listEvents(period) {
      const events = await listAll((page) => stripe.events.list({ ...page, created: createdIn(period) }));
      return events.map(readStripeEvent);
    },

    async listBalanceLines(period) {
      return listLines(stripe, { created: createdIn(period) });
    },

    async listPayouts(period) {
      const payouts = await listAll((page) => stripe.payouts.list({ ...page, created: createdIn(period) }));
      return payouts.map(readPayout);
    },

    async listPayoutLines(payoutId) {
      const lines = await listLines(stripe, { payout: payoutId });
      return lines.filter((line) => line.sourceId !== payoutId);
    },

    async retrieveBalance() {
      return readBalance(await callStripe(() => stripe.balance.retrieve()));
    },

    verifyWebhook(rawBody, signatureHeader, now) {
      return verifyStripeWebhook(rawBody, signatureHeader, options.webhookSecrets, now);
    },
  };
}

function connect({ secretKey, apiUrl, timeoutMs, maxNetworkRetries }: StripePaymentsOptions): Stripe {
  const address = apiUrl === undefined ? undefined : new URL(apiUrl);
  return new Stripe(secretKey, {
    maxNetworkRetries: maxNetworkRetries ?? 2,
    timeout: timeoutMs ?? 20_000,
    telemetry: false,
    ...(address === undefined
      ? {}
      : {
          host: address.hostname,
          protocol: address.protocol === 'http:' ? ('http' as const) : ('https' as const),
          port: address.port === '' ? (address.protocol === 'http:' ? 80 : 443) : Number(address.port),
        }),
  });
}

function checkoutParams(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const metadata = { ...request.metadata, [DONATION_METADATA_KEY]: request.donationId };
  return {
    ...pageParams(request),
    mode: 'payment',
    submit_type: 'donate',
    allowed_payment_method_types: [...PAYMENT_METHODS],
    payment_method_options: { wechat_pay: { client: 'web' } },
    line_items: [{ quantity: 1, price_data: priceOf(request) }],
    client_reference_id: request.donationId,
    metadata,
    payment_intent_data: { metadata, description: request.description },
  };
}

function monthlyCheckoutParams(request: MonthlyCheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const metadata = { ...request.metadata, [MONTHLY_GIVING_METADATA_KEY]: request.monthlyGivingId };
  const price = { ...priceOf(request), recurring: { interval: 'month' as const } };
  return {
    ...pageParams(request),
    mode: 'subscription',
    allowed_payment_method_types: ['card'],
    line_items: [{ quantity: 1, price_data: price }],
    client_reference_id: request.monthlyGivingId,
    metadata,
    subscription_data: { metadata, description: request.description },
  };
}

type PageRequest = Omit<CheckoutRequest, 'donationId'>;

function pageParams(request: PageRequest): Stripe.Checkout.SessionCreateParams {
  return {
    locale: request.locale,
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    ...(request.customerEmail === undefined ? {} : { customer_email: request.customerEmail }),
    ...(request.expiresAt === undefined ? {} : { expires_at: toUnixSeconds(request.expiresAt) }),
  };
}

function priceOf(request: PageRequest): {
  currency: string;
  unit_amount: number;
  product_data: { name: string };
} {
  return {
    currency: request.currency.toLowerCase(),
    unit_amount: toStripeAmount(request.amountMinor),
    product_data: { name: request.description },
  };
}

/** The lines of the balance that say when the money moved. */
const LINES_OF_REFUND = ['balance_transaction', 'failure_balance_transaction'];

function refundParams(request: RefundRequest): Stripe.RefundCreateParams {
  return {
    payment_intent: request.paymentIntentId,
    amount: toStripeAmount(request.amountMinor),
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...(request.metadata === undefined ? {} : { metadata: { ...request.metadata } }),
  };
}

async function listLines(
  stripe: Stripe,
  filter: Stripe.BalanceTransactionListParams,
): Promise<BalanceLine[]> {
  const lines = await listAll((page) =>
    stripe.balanceTransactions.list({ ...page, ...filter, expand: ['data.source'] }),
  );
  return lines.map(readBalanceLine);
}

function readBalance(balance: Stripe.Balance): ProviderBalance[] {
  const currencies = new Set([...balance.available, ...balance.pending].map(({ currency }) => currency));
  const total = (parts: { amount: number; currency: string }[], currency: string): bigint =>
    parts.reduce((sum, part) => (part.currency === currency ? sum + BigInt(part.amount) : sum), 0n);
  return [...currencies].map((currency) => ({
    currency: currency.toUpperCase(),
    availableMinor: total(balance.available, currency),
    pendingMinor: total(balance.pending, currency),
  }));
}

function createdIn({ since, until }: Period): Stripe.RangeQueryParam {
  return { gte: toUnixSeconds(since), ...(until === undefined ? {} : { lt: toUnixSeconds(until) }) };
}

function toUnixSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}
