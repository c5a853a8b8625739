/** Payment intents: one payment from the wish to the money, through as many tries as it takes. */
import type Stripe from 'stripe';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { MAX_CHARGE_MINOR, minChargeMinor } from '../fees.ts';
import { recordEvent } from './events.ts';

interface NewIntent {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly setupFutureUsage: 'off_session' | 'on_session' | null;
  readonly metadata: Record<string, string>;
  readonly methodTypes: string[];
}

export function createIntent(context: Context, wish: NewIntent): Stripe.PaymentIntent {
  const id = makeId('pi');
  const intent = context.store.put('payment_intent', {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: wish.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${makeId('s').slice(2)}`,
    confirmation_method: 'automatic',
    created: context.nowSeconds,
    currency: wish.currency,
    customer: wish.customer,
    customer_account: null,
    description: wish.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: wish.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: wish.methodTypes,
    payment_record: null,
    processing: null,
    receipt_email: wish.receiptEmail,
    review: null,
    setup_future_usage: wish.setupFutureUsage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  });
  recordEvent(context, 'payment_intent.created', intent);
  return intent;
}

export function requireIntent({ store }: Context, id: string): Stripe.PaymentIntent {
  const intent = store.get('payment_intent', id);
  if (intent === null) throw noSuch('payment_intent', id, 'intent');
  return intent;
}

/** Replaces the intent and tells the world what became of it. */
export function updateIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  change: Partial<Stripe.PaymentIntent>,
  eventType: string | null,
): Stripe.PaymentIntent {
  const updated = context.store.put('payment_intent', { ...intent, ...change });
  if (eventType !== null) recordEvent(context, eventType, updated);
  return updated;
}

export function cancelIntent(
  context: Context,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  const change = {
    status: 'canceled',
    canceled_at: context.nowSeconds,
    cancellation_reason: reason,
    next_action: null,
  } as const;
  return updateIntent(context, intent, change, 'payment_intent.canceled');
}

/** @throws ApiError for what Stripe would not charge. */
export function assertChargeable(amount: number, currency: string, param = 'amount'): void {
  const smallest = minChargeMinor(currency);
  if (amount < smallest) {
    throw invalidRequest(`Amount must be at least ${smallest} in the minor unit of ${currency}.`, {
      code: 'amount_too_small',
      param,
    });
  }
  if (amount > MAX_CHARGE_MINOR) {
    throw invalidRequest(`Amount must be no more than ${MAX_CHARGE_MINOR} in the minor unit.`, {
      code: 'amount_too_large',
      param,
    });
  }
}
