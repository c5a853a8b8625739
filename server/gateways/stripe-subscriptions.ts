/** Monthly giving over Stripe's subscriptions: one subscription is one promise, with one item. */
import type Stripe from 'stripe';
import { type PaymentGateway, PaymentRefused } from './payments.ts';
import { openPage } from './stripe-checkout-page.ts';
import { callStripe } from './stripe-failures.ts';
import { listAll } from './stripe-lists.ts';
import { onlyItem, readInvoice, readSubscription, toStripeAmount } from './stripe-objects.ts';

/** The metadata key under which a card update carries the subscription that it is for. */
const SUBSCRIPTION_METADATA_KEY = 'subscription_id';

type SubscriptionCalls = Pick<
  PaymentGateway,
  | 'retrieveSubscription'
  | 'cancelSubscription'
  | 'changeSubscriptionAmount'
  | 'createCardUpdate'
  | 'applyCardUpdate'
  | 'retrieveInvoice'
  | 'payInvoice'
  | 'listInvoices'
>;

export function subscriptionCalls(stripe: Stripe): SubscriptionCalls {
  return {
    async retrieveSubscription(subscriptionId) {
      return readSubscription(await callStripe(() => stripe.subscriptions.retrieve(subscriptionId)));
    },

    async cancelSubscription(subscriptionId, when) {
      const subscription = await callStripe(() =>
        when === 'now'
          ? stripe.subscriptions.cancel(subscriptionId)
          : stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true }),
      );
      return readSubscription(subscription);
    },

    async changeSubscriptionAmount({ subscriptionId, amountMinor, idempotencyKey }) {
      const present = await callStripe(() => stripe.subscriptions.retrieve(subscriptionId));
      const { id, price } = onlyItem(present);
      const product = typeof price.product === 'string' ? price.product : price.product.id;
      const changed = {
        currency: present.currency,
        product,
        recurring: { interval: 'month' as const },
        unit_amount: toStripeAmount(amountMinor),
      };
      const subscription = await callStripe(() =>
        stripe.subscriptions.update(
          subscriptionId,
          { proration_behavior: 'none', items: [{ id, quantity: 1, price_data: changed }] },
          { idempotencyKey },
        ),
      );
      return readSubscription(subscription);
    },

    createCardUpdate(request) {
      const metadata = { [SUBSCRIPTION_METADATA_KEY]: request.subscriptionId };
      const params = {
        mode: 'setup' as const,
        currency: 'cny',
        customer: request.customerId,
        allowed_payment_method_types: ['card' as const],
        locale: request.locale,
        success_url: request.successUrl,
        cancel_url: request.cancelUrl,
        metadata,
        setup_intent_data: { metadata },
      };
      return openPage(stripe, params, request.idempotencyKey);
    },

    async applyCardUpdate(checkoutSessionId) {
      const expand = ['setup_intent'];
      const session = await callStripe(() =>
        stripe.checkout.sessions.retrieve(checkoutSessionId, { expand }),
      );
      const { subscriptionId, methodId } = readSavedCard(session);
      const change = { default_payment_method: methodId };
      return readSubscription(await callStripe(() => stripe.subscriptions.update(subscriptionId, change)));
    },

    async payInvoice(invoiceId, idempotencyKey) {
      const expand = ['payments'];
      const paid = await callStripe(() => stripe.invoices.pay(invoiceId, { expand }, { idempotencyKey }));
      return readInvoice(paid);
    },

    async retrieveInvoice(invoiceId) {
      const expand = ['payments'];
      return readInvoice(await callStripe(() => stripe.invoices.retrieve(invoiceId, { expand })));
    },

    async listInvoices(subscriptionId) {
      const expand = ['data.payments'];
      const invoices = await listAll((page) =>
        stripe.invoices.list({ ...page, subscription: subscriptionId, expand }),
      );
      return invoices.map(readInvoice);
    },
  };
}

function readSavedCard(session: Stripe.Checkout.Session): { subscriptionId: string; methodId: string } {
  const setup = typeof session.setup_intent === 'object' ? session.setup_intent : null;
  const method = setup?.status === 'succeeded' ? setup.payment_method : null;
  const subscriptionId = session.metadata?.[SUBSCRIPTION_METADATA_KEY];
  if (method === null || subscriptionId === undefined) {
    throw new PaymentRefused(`No card has been saved on checkout ${session.id}.`, {
      providerCode: 'no_card_saved',
      requestId: null,
    });
  }
  return { subscriptionId, methodId: typeof method === 'string' ? method : method.id };
}
