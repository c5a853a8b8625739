/** Subscriptions: a promise to be charged every period, until somebody ends it or the card gives up. */
import type Stripe from 'stripe';
import { shortList } from '../api-list.ts';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { nextPeriodEnd } from '../billing-period.ts';
import { idOf, makeId, type Context } from '../context.ts';
import type { WirePlan, WirePrice, WireSubscription, WireSubscriptionItem } from '../kinds.ts';
import { recordEvent } from './events.ts';

export interface NewSubscription {
  readonly customer: string;
  readonly paymentMethod: string | null;
  readonly prices: readonly { readonly price: WirePrice; readonly quantity: number }[];
  readonly description: string | null;
  readonly metadata: Record<string, string>;
}

/** Made incomplete; the first invoice decides what becomes of it. */
export function createSubscription(context: Context, wish: NewSubscription): WireSubscription {
  const { nowSeconds, store } = context;
  const id = makeId('sub');
  const [first] = wish.prices;
  if (first === undefined)
    throw invalidRequest('A subscription needs at least one item.', { param: 'items' });
  const items = wish.prices.map(({ price, quantity }) => makeItem(context, id, price, quantity));
  const subscription = store.put('subscription', {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: nowSeconds,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: 'classic' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: nowSeconds,
    currency: first.price.currency,
    customer: wish.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: wish.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: wish.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: shortList(`/v1/subscription_items?subscription=${id}`, items),
    latest_invoice: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: wish.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: nowSeconds,
    status: 'incomplete',
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: 'unchanged', missing_payment_method: 'create_invoice' },
    },
    trial_start: null,
  });
  recordEvent(context, 'customer.subscription.created', subscription);
  scheduleRenewal(context, subscription);
  return subscription;
}

export function makeItem(
  { nowSeconds }: Context,
  subscriptionId: string,
  price: WirePrice,
  quantity: number,
): WireSubscriptionItem {
  if (price.recurring === null) {
    throw invalidRequest(`The price ${price.id} is not recurring.`, { param: 'items' });
  }
  return {
    id: makeId('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: nowSeconds,
    current_period_end: nextPeriodEnd(nowSeconds, price.recurring, nowSeconds),
    current_period_start: nowSeconds,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: describePlan(price, price.recurring),
    price,
    quantity,
    subscription: subscriptionId,
    tax_rates: [],
  };
}

/** The old name of a recurring price, which Stripe still tells. */
function describePlan(price: WirePrice, recurring: Stripe.Price.Recurring): WirePlan {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval: recurring.interval,
    interval_count: recurring.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: idOf(price.product),
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

export function requireSubscription({ store }: Context, id: string): WireSubscription {
  const subscription = store.get('subscription', id);
  if (subscription === null) throw noSuch('subscription', id);
  return subscription;
}

export function updateSubscription(
  context: Context,
  subscription: WireSubscription,
  change: Partial<WireSubscription>,
): WireSubscription {
  const updated = context.store.put('subscription', { ...subscription, ...change });
  const previous = Object.fromEntries(
    Object.keys(change).map((name) => [name, subscription[name as keyof WireSubscription]]),
  );
  recordEvent(context, 'customer.subscription.updated', updated, previous);
  return updated;
}

/** Ends it for good; nothing is charged again. */
export function endSubscription(
  context: Context,
  subscription: WireSubscription,
  reason: 'cancellation_requested' | 'payment_failed',
): WireSubscription {
  const { nowSeconds, store } = context;
  store.remove('sandbox.task', `task_${subscription.id}`);
  const ended = store.put('subscription', {
    ...subscription,
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? nowSeconds,
    ended_at: nowSeconds,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason },
  });
  recordEvent(context, 'customer.subscription.deleted', ended);
  return ended;
}

/** The subscription in its next period, and the task that will renew it at the end of that. */
export function startNextPeriod(context: Context, subscription: WireSubscription): WireSubscription {
  const items = subscription.items.data.map((item) => {
    const recurring = item.price.recurring;
    if (recurring === null) return item;
    const start = item.current_period_end;
    const end = nextPeriodEnd(subscription.billing_cycle_anchor, recurring, start);
    return { ...item, current_period_start: start, current_period_end: end };
  });
  const change = { items: { ...subscription.items, data: items } };
  const advanced = context.store.put('subscription', { ...subscription, ...change });
  scheduleRenewal(context, advanced);
  return advanced;
}

function scheduleRenewal({ store }: Context, subscription: WireSubscription): void {
  store.put('sandbox.task', {
    id: `task_${subscription.id}`,
    action: 'renew-subscription',
    dueSeconds: periodOf(subscription).end,
    subscriptionId: subscription.id,
  });
}

export function periodOf({ items }: WireSubscription): { start: number; end: number } {
  const [item] = items.data;
  if (item === undefined) throw new Error('A subscription has at least one item.');
  return { start: item.current_period_start, end: item.current_period_end };
}
