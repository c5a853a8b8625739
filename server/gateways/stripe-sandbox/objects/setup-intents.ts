/** Setup intents: a card that is saved for later without paying now. */
import type Stripe from 'stripe';
import { noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import type { Route } from '../router.ts';
import { recordEvent } from './events.ts';
import { attachMethod } from './payment-methods.ts';

export function createSetupIntent(
  context: Context,
  customer: string,
  description: string | null,
  metadata: Record<string, string>,
): Stripe.SetupIntent {
  const id = makeId('seti');
  const intent = context.store.put('setup_intent', {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${makeId('s').slice(2)}`,
    created: context.nowSeconds,
    customer,
    customer_account: null,
    description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: { enabled: false },
    mandate: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
  });
  recordEvent(context, 'setup_intent.created', intent);
  return intent;
}

/** The bank agrees to later charges: the card is the customer's. */
export function succeedSetup(
  context: Context,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  customer: string,
): Stripe.SetupIntent {
  attachMethod(context, method, customer);
  const done = context.store.put('setup_intent', {
    ...intent,
    payment_method: method.id,
    last_setup_error: null,
    status: 'succeeded',
  });
  recordEvent(context, 'setup_intent.succeeded', done);
  return done;
}

export function failSetup(
  context: Context,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  message: string,
): Stripe.SetupIntent {
  const failed = context.store.put('setup_intent', {
    ...intent,
    last_setup_error: { code: 'card_declined', message, payment_method: method, type: 'card_error' },
  });
  recordEvent(context, 'setup_intent.setup_failed', failed);
  return failed;
}

export function requireSetupIntent({ store }: Context, id: string): Stripe.SetupIntent {
  const intent = store.get('setup_intent', id);
  if (intent === null) throw noSuch('setup_intent', id, 'intent');
  return intent;
}

export const setupIntentRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/setup_intents/:id',
    handle: ({ context, path }) => requireSetupIntent(context, path['id'] ?? ''),
  },
];
