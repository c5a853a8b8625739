/**
 * Checkout sessions: a page to pay on. A session is open until it is complete or expired, and never goes
 * back; whether it is paid is told apart from whether the donor is done with it.
 */
import type Stripe from 'stripe';
import { invalidRequest, missingParam, noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { shortList } from '../api-list.ts';
import { listObjects } from '../lists.ts';
import type { WireLineItem } from '../kinds.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { requireCustomer } from './customers.ts';
import { recordEvent } from './events.ts';
import { readLineItems } from './line-items.ts';
import { assertChargeable } from './payment-intents.ts';
import { METHOD_TYPES } from './payment-methods.ts';
import { createSetupIntent } from './setup-intents.ts';

const MINUTE_SECONDS = 60;
const MIN_LIFE_SECONDS = 30 * MINUTE_SECONDS;
const MAX_LIFE_SECONDS = 24 * 60 * MINUTE_SECONDS;
const SUBMIT_TYPES = ['auto', 'book', 'donate', 'pay', 'subscribe'] as const;

/** Parameters that change nothing in the sandbox: looks, and prompts that its page does not have. */
const WITHOUT_EFFECT = [
  'billing_address_collection',
  'branding_settings',
  'custom_text',
  'origin_context',
  'payment_method_collection',
  'payment_method_options',
  'payment_method_types',
  'phone_number_collection',
  'ui_mode',
] as const;

function createSession(context: Context, params: Params): Stripe.Checkout.Session {
  const { baseUrl, nowSeconds, store } = context;
  const mode = params.choice('mode', ['payment', 'setup', 'subscription']) ?? params.requiredString('mode');
  const items = mode === 'setup' ? [] : readLineItems(context, params);
  const total =
    mode === 'setup' ? { amount: null, currency: params.currency('currency') } : totalOf(items, mode);
  const expiresAt = readExpiry(params, nowSeconds);
  const customer = params.string('customer');
  if (customer !== null) requireCustomer(context, customer, 'customer');
  const successUrl = params.url('success_url');
  if (successUrl === null) throw missingParam('success_url');
  const methodTypes = readMethodTypes(params, mode);
  params.ignore(...WITHOUT_EFFECT);
  const id = makeId('cs_test', 58);
  const session = store.put('checkout.session', {
    ...UNUSED_FEATURES,
    id,
    object: 'checkout.session',
    allowed_payment_method_types: methodTypes,
    amount_subtotal: total.amount,
    amount_total: total.amount,
    cancel_url: params.url('cancel_url'),
    client_reference_id: params.string('client_reference_id'),
    client_secret: null,
    created: nowSeconds,
    currency: total.currency,
    customer,
    customer_creation: params.choice('customer_creation', ['always', 'if_required']) ?? 'if_required',
    customer_details: null,
    customer_email: readEmail(params, customer),
    expires_at: expiresAt,
    invoice: null,
    livemode: false,
    locale: params.string('locale'),
    metadata: params.metadata(),
    mode,
    payment_intent: null,
    payment_method_collection: mode === 'subscription' ? 'always' : 'if_required',
    payment_method_types: methodTypes,
    payment_status: 'unpaid',
    setup_intent: mode === 'setup' ? openSetup(context, params, customer).id : null,
    status: 'open',
    submit_type: params.choice('submit_type', SUBMIT_TYPES),
    subscription: null,
    success_url: successUrl,
    url: `${baseUrl}/c/pay/${id}`,
  });
  store.put('sandbox.checkout_secrets', { id, paymentIntentId: null, lineItems: items, ...readData(params) });
  store.put('sandbox.task', {
    id: makeId('task'),
    action: 'expire-checkout',
    dueSeconds: expiresAt,
    checkoutSessionId: id,
  });
  return session;
}

function openSetup(context: Context, params: Params, customer: string | null): Stripe.SetupIntent {
  if (customer === null) throw missingParam('customer');
  const data = params.section('setup_intent_data');
  return createSetupIntent(context, customer, data?.string('description') ?? null, data?.metadata() ?? {});
}

/** What this account does not use is told as Stripe tells it. */
const UNUSED_FEATURES = {
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  allow_promotion_codes: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  collected_information: { business_name: null, individual_name: null, shipping_details: null },
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer_account: null,
  discounts: [],
  integration_identifier: null,
  invoice_creation: {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  },
  managed_payments: { enabled: false },
  origin_context: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;

function totalOf(items: WireLineItem[], mode: string): { amount: number; currency: string } {
  const amount = items.reduce((sum, { amount_total }) => sum + amount_total, 0);
  const currency = items[0]?.currency ?? '';
  const recurring = items.some(({ price }) => price.recurring !== null);
  if (mode === 'payment' && recurring) {
    throw invalidRequest('You specified `payment` mode but passed a recurring price.', { param: 'mode' });
  }
  if (mode === 'subscription' && !recurring) {
    throw invalidRequest('You must provide at least one recurring price in `subscription` mode.', {
      param: 'mode',
    });
  }
  assertChargeable(amount, currency, 'line_items');
  return { amount, currency };
}

function readExpiry(params: Params, nowSeconds: number): number {
  const asked = params.integer('expires_at');
  if (asked === null) return nowSeconds + MAX_LIFE_SECONDS;
  const life = asked - nowSeconds;
  // Stripe measures from its own clock when the request arrives, so a moment's slack is part of the rule.
  if (life < MIN_LIFE_SECONDS - MINUTE_SECONDS || life > MAX_LIFE_SECONDS + MINUTE_SECONDS) {
    throw invalidRequest(
      'The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.',
      { param: 'expires_at' },
    );
  }
  return asked;
}

function readMethodTypes(params: Params, mode: string): string[] {
  const asked = [
    ...params.strings('allowed_payment_method_types'),
    ...(params.has('payment_method_types') ? params.strings('payment_method_types') : []),
  ];
  const known: readonly string[] = METHOD_TYPES;
  const wrong = asked.find((type) => !known.includes(type));
  if (wrong !== undefined) {
    throw invalidRequest(`The sandbox has no payment method type ${wrong}; it has ${known.join(', ')}.`, {
      param: 'allowed_payment_method_types',
    });
  }
  // Wallets that must be approved each time cannot pay by the month.
  const usable = asked.length === 0 ? [...METHOD_TYPES] : asked;
  return mode === 'payment' ? usable : ['card'];
}

function readEmail(params: Params, customer: string | null): string | null {
  const email = params.string('customer_email');
  if (email !== null && customer !== null) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      code: 'parameters_exclusive',
    });
  }
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw invalidRequest(`Invalid email address: ${email}`, {
      code: 'email_invalid',
      param: 'customer_email',
    });
  }
  return email;
}

function readData(params: Params): {
  paymentIntentDescription: string | null;
  paymentIntentMetadata: Record<string, string>;
  subscriptionDescription: string | null;
  subscriptionMetadata: Record<string, string>;
} {
  const intent = params.section('payment_intent_data');
  const subscription = params.section('subscription_data');
  intent?.ignore('capture_method', 'receipt_email', 'setup_future_usage', 'statement_descriptor_suffix');
  return {
    paymentIntentDescription: intent?.string('description') ?? null,
    paymentIntentMetadata: intent?.metadata() ?? {},
    subscriptionDescription: subscription?.string('description') ?? null,
    subscriptionMetadata: subscription?.metadata() ?? {},
  };
}

export function requireSession({ store }: Context, id: string): Stripe.Checkout.Session {
  const session = store.get('checkout.session', id);
  if (session === null) throw noSuch('checkout.session', id, 'session');
  return session;
}

export function updateSession(
  context: Context,
  session: Stripe.Checkout.Session,
  change: Partial<Stripe.Checkout.Session>,
  eventType: string | null,
): Stripe.Checkout.Session {
  const updated = context.store.put('checkout.session', { ...session, ...change });
  if (eventType !== null) recordEvent(context, eventType, updated);
  return updated;
}

export function expireSession(context: Context, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  return updateSession(context, session, { status: 'expired', url: null }, 'checkout.session.expired');
}

function lineItemsOf({ store }: Context, id: string): WireLineItem[] {
  return store.get('sandbox.checkout_secrets', id)?.lineItems ?? [];
}

/** `line_items` is told only to who asks for it. */
export function includeLineItems(context: Context, object: Record<string, unknown>): unknown {
  const id = String(object['id']);
  return shortList(`/v1/checkout/sessions/${id}/line_items`, lineItemsOf(context, id));
}

export const checkoutSessionRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/checkout/sessions',
    handle: ({ context, params }) => createSession(context, params),
  },
  {
    method: 'GET',
    pattern: '/v1/checkout/sessions',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [intent, customer, status, subscription] = [
        params.string('payment_intent'),
        params.string('customer'),
        params.string('status'),
        params.string('subscription'),
      ];
      return listObjects(
        context,
        'checkout.session',
        '/v1/checkout/sessions',
        params,
        (session) =>
          created(session.created) &&
          (intent === null || session.payment_intent === intent) &&
          (customer === null || session.customer === customer) &&
          (subscription === null || session.subscription === subscription) &&
          (status === null || session.status === status),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/checkout/sessions/:id',
    handle: ({ context, path }) => requireSession(context, path['id'] ?? ''),
  },
  {
    method: 'GET',
    pattern: '/v1/checkout/sessions/:id/line_items',
    handle: ({ context, params, path }) => {
      const { id } = requireSession(context, path['id'] ?? '');
      params.ignore('limit', 'starting_after', 'ending_before');
      return shortList(`/v1/checkout/sessions/${id}/line_items`, lineItemsOf(context, id));
    },
  },
  {
    method: 'POST',
    pattern: '/v1/checkout/sessions/:id',
    handle: ({ context, params, path }) => {
      const session = requireSession(context, path['id'] ?? '');
      return updateSession(context, session, { metadata: params.metadata(session.metadata ?? {}) }, null);
    },
  },
  {
    method: 'POST',
    pattern: '/v1/checkout/sessions/:id/expire',
    handle: ({ context, path }) => {
      const session = requireSession(context, path['id'] ?? '');
      if (session.status !== 'open') {
        throw invalidRequest(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status ?? 'none'}.`,
        );
      }
      return expireSession(context, session);
    },
  },
];
