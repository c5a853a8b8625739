/** Subscriptions over the API: make, change, cancel, read. */
import { noSuch } from '../api-errors.ts';
import { startSubscription } from '../billing.ts';
import { idOf, type Context } from '../context.ts';
import type { WirePrice, WireSubscription } from '../kinds.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { requireCustomer } from './customers.ts';
import { attachMethod, resolveMethod } from './payment-methods.ts';
import { createPrice, requirePrice } from './products.ts';
import { endSubscription, makeItem, requireSubscription, updateSubscription } from './subscriptions.ts';

const STATUSES = ['active', 'past_due', 'canceled', 'incomplete', 'unpaid', 'all', 'ended'] as const;

function readPrice(context: Context, item: Params): { price: WirePrice; quantity: number } {
  const data = item.section('price_data');
  const price =
    data === null
      ? requirePrice(context, item.requiredString('price'), item.nameOf('price'))
      : createPrice(context, data, true);
  return { price, quantity: item.integer('quantity') ?? 1 };
}

function createFrom(context: Context, params: Params): WireSubscription {
  const customer = requireCustomer(context, params.requiredString('customer'), 'customer');
  const token = params.string('default_payment_method');
  const contact = { email: customer.email, name: customer.name ?? null };
  const method =
    token === null ? null : attachMethod(context, resolveMethod(context, token, contact), customer.id);
  params.ignore('payment_behavior', 'off_session', 'collection_method', 'payment_settings');
  return startSubscription(context, {
    customer: customer.id,
    paymentMethod: method?.id ?? null,
    prices: params.sections('items').map((item) => readPrice(context, item)),
    description: params.string('description'),
    metadata: params.metadata(),
  });
}

function updateFrom(context: Context, id: string, params: Params): WireSubscription {
  const subscription = requireSubscription(context, id);
  const atPeriodEnd = params.boolean('cancel_at_period_end');
  const token = params.string('default_payment_method');
  params.choice('proration_behavior', ['none']);
  const items = params.sections('items').map((section) => readItem(context, subscription, section));
  const method = token === null ? null : resolveMethod(context, token, { email: null, name: null });
  if (method !== null) attachMethod(context, method, idOf(subscription.customer) ?? '');
  return updateSubscription(context, subscription, {
    metadata: params.metadata(subscription.metadata),
    description: params.string('description') ?? subscription.description,
    ...(method === null ? {} : { default_payment_method: method.id }),
    ...(items.length === 0 ? {} : { items: { ...subscription.items, data: items } }),
    ...(atPeriodEnd === null ? {} : ending(context, subscription, atPeriodEnd)),
  });
}

/** The same period at another price: what changes is the next invoice. */
function readItem(
  context: Context,
  subscription: WireSubscription,
  section: Params,
): WireSubscription['items']['data'][number] {
  const id = section.requiredString('id');
  const item = subscription.items.data.find((candidate) => candidate.id === id);
  if (item === undefined) throw noSuch('subscription_item', id, section.nameOf('id'));
  const { price, quantity } = readPrice(context, section);
  const { current_period_end, current_period_start, created } = item;
  const changed = makeItem(context, subscription.id, price, quantity);
  return { ...changed, id, created, current_period_end, current_period_start };
}

function ending(
  { nowSeconds }: Context,
  subscription: WireSubscription,
  atPeriodEnd: boolean,
): Partial<WireSubscription> {
  const end = subscription.items.data[0]?.current_period_end ?? null;
  return {
    cancel_at_period_end: atPeriodEnd,
    cancel_at: atPeriodEnd ? end : null,
    canceled_at: atPeriodEnd ? nowSeconds : null,
  };
}

function matchesStatus(subscription: WireSubscription, status: string | null): boolean {
  if (status === 'all') return true;
  if (status === null) return subscription.status !== 'canceled';
  return status === 'ended' ? subscription.status === 'canceled' : subscription.status === status;
}

export const subscriptionRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/subscriptions',
    handle: ({ context, params }) => createFrom(context, params),
  },
  {
    method: 'GET',
    pattern: '/v1/subscriptions',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [customer, status] = [params.string('customer'), params.choice('status', STATUSES)];
      return listObjects(
        context,
        'subscription',
        '/v1/subscriptions',
        params,
        (subscription) =>
          created(subscription.created) &&
          matchesStatus(subscription, status) &&
          (customer === null || subscription.customer === customer),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/subscriptions/:id',
    handle: ({ context, path }) => requireSubscription(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/subscriptions/:id',
    handle: ({ context, params, path }) => updateFrom(context, path['id'] ?? '', params),
  },
  {
    method: 'DELETE',
    pattern: '/v1/subscriptions/:id',
    handle: ({ context, params, path }) => {
      params.ignore('invoice_now', 'prorate', 'cancellation_details');
      const subscription = requireSubscription(context, path['id'] ?? '');
      if (subscription.status === 'canceled') throw noSuch('subscription', subscription.id);
      return endSubscription(context, subscription, 'cancellation_requested');
    },
  },
];
