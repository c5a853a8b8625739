/** Invoices: what one period of a subscription costs, and whether it has been paid. */
import type Stripe from 'stripe';
import { noSuch } from '../api-errors.ts';
import { shortList } from '../api-list.ts';
import { idOf, makeId, type Context } from '../context.ts';
import type { WireInvoice, WireInvoiceLine, WireSubscription } from '../kinds.ts';
import { recordEvent } from './events.ts';
import { periodOf } from './subscriptions.ts';

/** Days between one failed try and the next; after the last, the subscription ends. */
const RETRY_DAYS = [3, 5, 7] as const;
const DAY_SECONDS = 24 * 3600;

/** The finalized invoice of the subscription's present period, not yet paid. */
export function createInvoice(
  context: Context,
  subscription: WireSubscription,
  reason: 'subscription_create' | 'subscription_cycle',
): WireInvoice {
  const { nowSeconds, store, baseUrl } = context;
  const id = makeId('in');
  const customer = store.get('customer', idOf(subscription.customer) ?? '');
  const lines = subscription.items.data.map((item) => makeLine(context, id, subscription, item));
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const sequence = customer?.next_invoice_sequence ?? 1;
  if (customer !== null) store.put('customer', { ...customer, next_invoice_sequence: sequence + 1 });
  const draft: WireInvoice = {
    ...UNUSED_FEATURES,
    id,
    object: 'invoice',
    account_country: 'HK',
    account_name: 'Stripe sandbox',
    amount_due: total,
    amount_paid: 0,
    amount_remaining: total,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: nowSeconds,
    currency: subscription.currency,
    customer: idOf(subscription.customer),
    customer_email: customer?.email ?? null,
    customer_name: customer?.name ?? null,
    default_payment_method: null,
    description: subscription.description,
    effective_at: nowSeconds,
    ending_balance: 0,
    hosted_invoice_url: `${baseUrl}/c/invoices/${id}`,
    issuer: { type: 'self' },
    lines: shortList(`/v1/invoices/${id}/lines`, lines),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: `${customer?.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: {
      default_mandate: null,
      payment_method_options: null,
      payment_method_types: null,
    },
    period_end: nowSeconds,
    period_start: nowSeconds,
    status: 'open',
    status_transitions: {
      finalized_at: nowSeconds,
      marked_uncollectible_at: null,
      paid_at: null,
      voided_at: null,
    },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
  };
  store.put('invoice', draft);
  recordEvent(context, 'invoice.created', { ...draft, status: 'draft' });
  recordEvent(context, 'invoice.finalized', draft);
  return draft;
}

const UNUSED_FEATURES = {
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  automatically_finalizes_at: null,
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  due_date: null,
  footer: null,
  from_invoice: null,
  invoice_pdf: null,
  last_finalization_error: null,
  latest_revision: null,
  on_behalf_of: null,
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  /** Told beside `parent`, as the published fixtures have it. */
  subscription: null,
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Stripe.Invoice> & { subscription: null };

function makeLine(
  { store }: Context,
  invoiceId: string,
  subscription: WireSubscription,
  item: WireSubscription['items']['data'][number],
): WireInvoiceLine {
  const { price } = item;
  const quantity = item.quantity ?? 1;
  const amount = (price.unit_amount ?? 0) * quantity;
  const product = idOf(price.product) ?? '';
  return {
    id: makeId('il'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description: `${quantity} × ${store.get('product', product)?.name ?? product}`,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: invoiceId,
    livemode: false,
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: periodOf(subscription),
    pretax_credit_amounts: [],
    pricing: {
      type: 'price_details',
      price_details: { price: price.id, product },
      unit_amount_decimal: String(price.unit_amount ?? 0),
    },
    quantity,
    quantity_decimal: null,
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}

/** Names the payment intent that is to pay the invoice. */
export function linkPayment(context: Context, invoice: WireInvoice, paymentIntentId: string): void {
  context.store.put('invoice_payment', {
    id: makeId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: context.nowSeconds,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: paymentIntentId, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

export function paymentsOf({ store }: Context, invoiceId: string): Stripe.InvoicePayment[] {
  return store.all('invoice_payment').filter(({ invoice }) => invoice === invoiceId);
}

export function markInvoicePaid(context: Context, invoice: WireInvoice): WireInvoice {
  const { nowSeconds, store } = context;
  store.remove('sandbox.task', `task_${invoice.id}`);
  const paid = store.put('invoice', {
    ...invoice,
    status: 'paid',
    amount_paid: invoice.total,
    amount_remaining: 0,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: nowSeconds },
  });
  for (const payment of paymentsOf(context, invoice.id)) {
    const change = { status: 'paid', amount_paid: invoice.total };
    store.put('invoice_payment', {
      ...payment,
      ...change,
      status_transitions: { canceled_at: null, paid_at: nowSeconds },
    });
  }
  recordEvent(context, 'invoice.paid', paid);
  recordEvent(context, 'invoice.payment_succeeded', paid);
  return paid;
}

/** Another try is set for a later day, unless every try has been used up: then `next_payment_attempt` is null. */
export function markInvoiceFailed(context: Context, invoice: WireInvoice, retries: boolean): WireInvoice {
  const { nowSeconds, store } = context;
  const pauseDays = retries ? RETRY_DAYS[invoice.attempt_count] : undefined;
  const next = pauseDays === undefined ? null : nowSeconds + pauseDays * DAY_SECONDS;
  const failed = store.put('invoice', {
    ...invoice,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
    next_payment_attempt: next,
  });
  const taskId = `task_${invoice.id}`;
  if (next === null) store.remove('sandbox.task', taskId);
  else
    store.put('sandbox.task', {
      id: taskId,
      action: 'retry-invoice',
      dueSeconds: next,
      invoiceId: invoice.id,
    });
  recordEvent(context, 'invoice.payment_failed', failed);
  return failed;
}

export function voidInvoice(context: Context, invoice: WireInvoice): WireInvoice {
  const { nowSeconds, store } = context;
  store.remove('sandbox.task', `task_${invoice.id}`);
  const voided = store.put('invoice', {
    ...invoice,
    status: 'void',
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, voided_at: nowSeconds },
  });
  recordEvent(context, 'invoice.voided', voided);
  return voided;
}

export function requireInvoice({ store }: Context, id: string): WireInvoice {
  const invoice = store.get('invoice', id);
  if (invoice === null) throw noSuch('invoice', id);
  return invoice;
}

export function subscriptionIdOf(invoice: WireInvoice): string {
  return idOf(invoice.parent?.subscription_details?.subscription) ?? '';
}
