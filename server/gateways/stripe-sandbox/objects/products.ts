/** Products and prices: what a line item is of, and for how much. */
import type Stripe from 'stripe';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { idOf, makeId, type Context } from '../context.ts';
import type { WirePrice } from '../kinds.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { recordEvent } from './events.ts';

const INTERVALS = ['day', 'week', 'month', 'year'] as const;

function createProduct(context: Context, params: Params, active: boolean): Stripe.Product {
  params.ignore('tax_code', 'images', 'unit_label', 'default_price_data', 'type', 'shippable');
  return context.store.put('product', {
    id: params.string('id') ?? makeId('prod', 14),
    object: 'product',
    active: params.boolean('active') ?? active,
    created: context.nowSeconds,
    default_price: null,
    description: params.string('description'),
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: params.metadata(),
    name: params.requiredString('name'),
    package_dimensions: null,
    shippable: null,
    statement_descriptor: params.string('statement_descriptor'),
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: context.nowSeconds,
    url: params.url('url'),
  });
}

/** A price of `POST /v1/prices`, or the inline `price_data` of a line. */
export function createPrice(context: Context, params: Params, inline: boolean): WirePrice {
  const amount = params.integer('unit_amount');
  if (amount === null)
    throw invalidRequest(`Missing required param: ${params.nameOf('unit_amount')}.`, {
      code: 'parameter_missing',
      param: params.nameOf('unit_amount'),
    });
  if (amount < 0)
    throw invalidRequest('Invalid non-negative integer', { param: params.nameOf('unit_amount') });
  const currency = params.currency('currency') ?? params.requiredString('currency');
  const recurring = readRecurring(params.section('recurring'));
  return context.store.put('price', {
    id: makeId('price'),
    object: 'price',
    active: params.boolean('active') ?? !inline,
    billing_scheme: 'per_unit',
    created: context.nowSeconds,
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.string('lookup_key'),
    metadata: params.metadata(),
    nickname: params.string('nickname'),
    product: readProduct(context, params, inline),
    recurring,
    tax_behavior: params.choice('tax_behavior', ['exclusive', 'inclusive', 'unspecified']) ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring === null ? 'one_time' : 'recurring',
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  });
}

function readProduct(context: Context, params: Params, inline: boolean): string {
  const data = params.section('product_data');
  if (data !== null) return createProduct(context, data, !inline).id;
  const id = params.requiredString('product');
  return requireProduct(context, id, params.nameOf('product')).id;
}

function readRecurring(params: Params | null): Stripe.Price.Recurring | null {
  if (params === null) return null;
  const interval = params.choice('interval', INTERVALS) ?? params.requiredString('interval');
  params.ignore('usage_type');
  return {
    interval,
    interval_count: params.integer('interval_count') ?? 1,
    meter: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

function requireProduct({ store }: Context, id: string, param = 'id'): Stripe.Product {
  const product = store.get('product', id);
  if (product === null) throw noSuch('product', id, param);
  return product;
}

export function requirePrice({ store }: Context, id: string, param = 'id'): WirePrice {
  const price = store.get('price', id);
  if (price === null) throw noSuch('price', id, param);
  return price;
}

export function productName({ store }: Context, price: WirePrice): string {
  return store.get('product', idOf(price.product) ?? '')?.name ?? '';
}

export const productRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/products',
    handle: ({ context, params }) => {
      const product = createProduct(context, params, true);
      recordEvent(context, 'product.created', product);
      return product;
    },
  },
  {
    method: 'GET',
    pattern: '/v1/products',
    handle: ({ context, params }) => {
      const active = params.boolean('active');
      return listObjects(
        context,
        'product',
        '/v1/products',
        params,
        (product) => active === null || product.active === active,
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/products/:id',
    handle: ({ context, path }) => requireProduct(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/prices',
    handle: ({ context, params }) => {
      const price = createPrice(context, params, false);
      recordEvent(context, 'price.created', price);
      return price;
    },
  },
  {
    method: 'GET',
    pattern: '/v1/prices',
    handle: ({ context, params }) => {
      const [active, product] = [params.boolean('active'), params.string('product')];
      return listObjects(
        context,
        'price',
        '/v1/prices',
        params,
        (price) =>
          (active === null || price.active === active) && (product === null || price.product === product),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/prices/:id',
    handle: ({ context, path }) => requirePrice(context, path['id'] ?? ''),
  },
];
