/** Monthly giving over Stripe's subscriptions: one subscription is one promise, with one item. */
import type Stripe from 'stripe';
import type { PaymentGateway } from './payments.ts';
import { callStripe } from './stripe-failures.ts';
import { listAll } from './stripe-lists.ts';
import { onlyItem, readInvoice, readSubscription, toStripeAmount } from './stripe-objects.ts';

type SubscriptionCalls = Pick<
  PaymentGateway,
  | 'retrieveSubscription'
  | 'cancelSubscription'
  | 'changeSubscriptionAmount'
  | 'retrieveInvoice'
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
