/** The life of a subscription in money: its first payment, each renewal, what follows when a card is declined. */
import type Stripe from 'stripe';
import { invalidRequest } from './api-errors.ts';
import { idOf, type Context } from './context.ts';
import type { WireInvoice, WireSubscription } from './kinds.ts';
import {
  createInvoice,
  linkPayment,
  markInvoiceFailed,
  markInvoicePaid,
  paymentsOf,
  requireInvoice,
  subscriptionIdOf,
} from './objects/invoices.ts';
import { createIntent, requireIntent, updateIntent } from './objects/payment-intents.ts';
import { attachMethod } from './objects/payment-methods.ts';
import {
  createSubscription,
  endSubscription,
  requireSubscription,
  startNextPeriod,
  updateSubscription,
  type NewSubscription,
} from './objects/subscriptions.ts';
import { attemptPayment } from './payment-attempts.ts';

/** A subscription that a donor has just paid the first period of, on a checkout page. */
export function startPaidSubscription(
  context: Context,
  wish: NewSubscription,
  intent: Stripe.PaymentIntent,
): { subscription: WireSubscription; invoice: WireInvoice } {
  const method = context.store.get('payment_method', wish.paymentMethod ?? '');
  if (method !== null) attachMethod(context, method, wish.customer);
  const created = createSubscription(context, wish);
  const invoice = createInvoice(context, created, 'subscription_create');
  linkPayment(context, invoice, intent.id);
  const paid = markInvoicePaid(context, invoice);
  const subscription = updateSubscription(context, created, { status: 'active', latest_invoice: invoice.id });
  return { subscription, invoice: paid };
}

/** A subscription made over the API: the customer's card is charged at once. */
export function startSubscription(context: Context, wish: NewSubscription): WireSubscription {
  const created = createSubscription(context, wish);
  const invoice = createInvoice(context, created, 'subscription_create');
  context.store.put('subscription', { ...created, latest_invoice: invoice.id });
  collect(context, invoice);
  return requireSubscription(context, created.id);
}

/** The end of a period: the next begins and is charged for, or the subscription ends as it was asked to. */
export function renewSubscription(context: Context, id: string): WireSubscription {
  const subscription = requireSubscription(context, id);
  if (subscription.status === 'canceled' || subscription.status === 'incomplete') {
    throw invalidRequest(`A subscription that is ${subscription.status} does not renew.`);
  }
  if (subscription.cancel_at_period_end) {
    return endSubscription(context, subscription, 'cancellation_requested');
  }
  const advanced = startNextPeriod(context, subscription);
  const invoice = createInvoice(context, advanced, 'subscription_cycle');
  updateSubscription(context, advanced, { latest_invoice: invoice.id });
  collect(context, invoice);
  return requireSubscription(context, id);
}

/** Tries an open invoice again, with the card that the subscription has now. */
export function payInvoice(context: Context, id: string): WireInvoice {
  const invoice = requireInvoice(context, id);
  if (invoice.status !== 'open') {
    throw invalidRequest(`Invoice ${id} is ${invoice.status ?? 'not open'} and cannot be paid.`);
  }
  collect(context, invoice);
  return requireInvoice(context, id);
}

function collect(context: Context, invoice: WireInvoice): void {
  const subscription = requireSubscription(context, subscriptionIdOf(invoice));
  const intent = intentOf(context, invoice, subscription);
  const customer = context.store.get('customer', idOf(subscription.customer) ?? '');
  const methodId =
    idOf(subscription.default_payment_method) ?? idOf(customer?.invoice_settings.default_payment_method);
  const method = methodId === null ? null : context.store.get('payment_method', methodId);
  if (method === null) {
    reflectOnInvoice(context, intent);
    return;
  }
  const attempt = attemptPayment(context, intent, method, { walletSucceeds: true, offSession: true });
  reflectOnInvoice(context, attempt.intent);
}

/** Every try to pay an invoice is a try of one payment intent, so that it can be paid once at most. */
function intentOf(
  context: Context,
  invoice: WireInvoice,
  subscription: WireSubscription,
): Stripe.PaymentIntent {
  const existing = paymentsOf(context, invoice.id)[0]?.payment.payment_intent;
  if (existing !== undefined) return requireIntent(context, idOf(existing) ?? '');
  const intent = createIntent(context, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: idOf(subscription.customer),
    description: subscription.description ?? 'Subscription update',
    receiptEmail: null,
    setupFutureUsage: 'off_session',
    metadata: {},
    methodTypes: ['card'],
  });
  const purpose = { id: intent.id, checkoutSessionId: null, invoiceId: invoice.id };
  context.store.put('sandbox.payment_purpose', purpose);
  linkPayment(context, invoice, intent.id);
  return updateIntent(context, intent, {}, null);
}

/** Carries the state of a payment over to its invoice and subscription. */
export function reflectOnInvoice(context: Context, intent: Stripe.PaymentIntent): void {
  const invoiceId = context.store.get('sandbox.payment_purpose', intent.id)?.invoiceId ?? null;
  if (invoiceId === null) return;
  const invoice = requireInvoice(context, invoiceId);
  if (invoice.status !== 'open') return;
  const subscription = requireSubscription(context, subscriptionIdOf(invoice));
  if (intent.status === 'succeeded') {
    markInvoicePaid(context, invoice);
    if (subscription.status !== 'active') updateSubscription(context, subscription, { status: 'active' });
  } else if (intent.status === 'requires_payment_method') {
    giveUpOrRetry(context, invoice, subscription);
  }
}

function giveUpOrRetry(context: Context, invoice: WireInvoice, subscription: WireSubscription): void {
  const first = invoice.billing_reason === 'subscription_create';
  const failed = markInvoiceFailed(context, invoice, !first);
  if (first) return;
  if (failed.next_payment_attempt === null) endSubscription(context, subscription, 'payment_failed');
  else if (subscription.status !== 'past_due')
    updateSubscription(context, subscription, { status: 'past_due' });
}
