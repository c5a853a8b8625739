/** Customers: who pays, when they are to be remembered. */
import type Stripe from 'stripe';
import { noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { recordEvent } from './events.ts';
import { attachMethod, resolveMethod } from './payment-methods.ts';

interface NewCustomer {
  readonly email: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly locale: string | null;
}

export function createCustomer(context: Context, wish: NewCustomer): Stripe.Customer {
  const customer = context.store.put('customer', {
    id: makeId('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: context.nowSeconds,
    currency: null,
    default_source: null,
    delinquent: false,
    description: wish.description,
    discount: null,
    email: wish.email,
    invoice_prefix: makeId('i', 8).slice(2).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: wish.metadata,
    name: wish.name,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: wish.locale === null ? [] : [wish.locale],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  });
  recordEvent(context, 'customer.created', customer);
  return customer;
}

export function requireCustomer({ store }: Context, id: string, param = 'id'): Stripe.Customer {
  const customer = store.get('customer', id);
  if (customer === null) throw noSuch('customer', id, param);
  return customer;
}

function createFrom(context: Context, params: Params): Stripe.Customer {
  const customer = createCustomer(context, {
    email: params.string('email'),
    name: params.string('name'),
    description: params.string('description'),
    metadata: params.metadata(),
    locale: params.strings('preferred_locales')[0] ?? null,
  });
  params.ignore('address', 'shipping', 'phone');
  const token = params.string('payment_method');
  if (token !== null) {
    const contact = { email: customer.email, name: customer.name ?? null };
    attachMethod(context, resolveMethod(context, token, contact), customer.id);
  }
  return customer;
}

function updateFrom(context: Context, id: string, params: Params): Stripe.Customer {
  const customer = requireCustomer(context, id);
  const settings = params.section('invoice_settings');
  const method = settings?.string('default_payment_method') ?? null;
  const updated = context.store.put('customer', {
    ...customer,
    email: params.string('email') ?? customer.email,
    name: params.string('name') ?? customer.name ?? null,
    description: params.string('description') ?? customer.description,
    metadata: params.metadata(customer.metadata),
    invoice_settings:
      method === null
        ? customer.invoice_settings
        : { ...customer.invoice_settings, default_payment_method: method },
  });
  recordEvent(context, 'customer.updated', updated);
  return updated;
}

export const customerRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/customers',
    handle: ({ context, params }) => createFrom(context, params),
  },
  {
    method: 'GET',
    pattern: '/v1/customers',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const email = params.string('email');
      return listObjects(
        context,
        'customer',
        '/v1/customers',
        params,
        (customer) => created(customer.created) && (email === null || customer.email === email),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:id',
    handle: ({ context, path }) => requireCustomer(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/customers/:id',
    handle: ({ context, params, path }) => updateFrom(context, path['id'] ?? '', params),
  },
  {
    method: 'DELETE',
    pattern: '/v1/customers/:id',
    handle: ({ context, path }) => {
      const customer = requireCustomer(context, path['id'] ?? '');
      context.store.remove('customer', customer.id);
      recordEvent(context, 'customer.deleted', customer);
      return { id: customer.id, object: 'customer', deleted: true };
    },
  },
];
