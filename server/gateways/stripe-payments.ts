/**
 * The payment gateway over Stripe, or over anything that speaks like it: the sandbox differs only in its
 * address. Redirect Checkout only, so that no card data ever reaches us.
 */
import Stripe from 'stripe';
import type {
  BalanceLine,
  CheckoutRequest,
  PaymentGateway,
  Period,
  ProviderBalance,
  RefundRequest,
} from './payments.ts';
import { PaymentRefused } from './payments.ts';
import { DONATION_METADATA_KEY, readStripeEvent } from './stripe-events.ts';
import { callStripe } from './stripe-failures.ts';
import {
  readBalanceLine,
  readCheckout,
  readDispute,
  readPayment,
  readPayout,
  readRefund,
  toStripeAmount,
} from './stripe-objects.ts';
import { verifyStripeWebhook } from './stripe-webhooks.ts';

export interface StripePaymentsOptions {
  readonly secretKey: string;
  /** One secret, or two while the endpoint's secret is being rotated. */
  readonly webhookSecrets: readonly string[];
  /** Where the API is, when it is not Stripe's own: the sandbox's address. */
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
  readonly maxNetworkRetries?: number;
}

const PAGE_SIZE = 100;
const MAX_LISTED = 10_000;
/** The methods a mainland donor has; each needs CNY or a card. */
const PAYMENT_METHODS = ['card', 'alipay', 'wechat_pay'] as const;

export function createStripePayments(options: StripePaymentsOptions): PaymentGateway {
  const stripe = connect(options);
  return {
    liveMode: !/^[sr]k_test_/.test(options.secretKey),

    async createCheckout(request) {
      const session = await callStripe(() =>
        stripe.checkout.sessions.create(checkoutParams(request), { idempotencyKey: request.idempotencyKey }),
      );
      if (session.url === null) throw new Error(`Stripe made checkout ${session.id} without a page.`);
      return { checkoutSessionId: session.id, url: session.url };
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

    async createRefund(request) {
      const refund = await callStripe(() =>
        stripe.refunds.create(refundParams(request), { idempotencyKey: request.idempotencyKey }),
      );
      return readRefund(refund);
    },

    async retrieveRefund(refundId) {
      return readRefund(await callStripe(() => stripe.refunds.retrieve(refundId)));
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
  const price = {
    currency: request.currency.toLowerCase(),
    unit_amount: toStripeAmount(request.amountMinor),
    product_data: { name: request.description },
  };
  return {
    mode: 'payment',
    submit_type: 'donate',
    allowed_payment_method_types: [...PAYMENT_METHODS],
    payment_method_options: { wechat_pay: { client: 'web' } },
    line_items: [{ quantity: 1, price_data: price }],
    client_reference_id: request.donationId,
    locale: request.locale,
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    metadata,
    payment_intent_data: { metadata, description: request.description },
    ...(request.customerEmail === undefined ? {} : { customer_email: request.customerEmail }),
    ...(request.expiresAt === undefined ? {} : { expires_at: toUnixSeconds(request.expiresAt) }),
  };
}

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
  const lines = await listAll((page) => stripe.balanceTransactions.list({ ...page, ...filter }));
  return lines.map(readBalanceLine);
}

/** Follows a list to its end, oldest first. A list with a hole in it would reconcile to a wrong total. */
async function listAll<T extends { id: string }>(
  list: (page: { limit: number; starting_after?: string }) => Promise<{ data: T[]; has_more: boolean }>,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const position = after === undefined ? {} : { starting_after: after };
    const page = await callStripe(() => list({ limit: PAGE_SIZE, ...position }));
    all.push(...page.data);
    if (all.length > MAX_LISTED) {
      throw new PaymentRefused(`More than ${MAX_LISTED} entries: ask for a shorter period.`, {
        providerCode: 'list_too_long',
        requestId: null,
      });
    }
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
  return all.reverse();
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
