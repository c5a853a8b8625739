/** Payment intents over the API: make, confirm, cancel, read. */
import type Stripe from 'stripe';
import { ApiError, invalidRequest, noSuch } from '../api-errors.ts';
import { idOf, type Context } from '../context.ts';
import { listObjects } from '../lists.ts';
import { afterPayment } from '../outcomes.ts';
import type { Params } from '../params.ts';
import { attemptPayment, type Attempt } from '../payment-attempts.ts';
import { RefusedAnswer, type Route } from '../router.ts';
import {
  assertChargeable,
  cancelIntent,
  createIntent,
  requireIntent,
  updateIntent,
} from './payment-intents.ts';
import { createMethodFrom, METHOD_TYPES, resolveMethod } from './payment-methods.ts';

const CONFIRMABLE: readonly string[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];
const CANCELLATION_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

function createFrom(context: Context, params: Params): Stripe.PaymentIntent {
  const amount = params.requiredInteger('amount');
  const currency = params.currency('currency') ?? params.requiredString('currency');
  assertChargeable(amount, currency);
  const customer = params.string('customer');
  if (customer !== null && context.store.get('customer', customer) === null) {
    throw noSuch('customer', customer, 'customer');
  }
  const types = [
    ...params.strings('allowed_payment_method_types'),
    ...params.strings('payment_method_types'),
  ];
  params.ignore('automatic_payment_methods', 'capture_method', 'confirmation_method', 'shipping');
  return createIntent(context, {
    amount,
    currency,
    customer,
    description: params.string('description'),
    receiptEmail: params.string('receipt_email'),
    setupFutureUsage: params.choice('setup_future_usage', ['off_session', 'on_session']),
    metadata: params.metadata(),
    methodTypes: types.length > 0 ? types : [...METHOD_TYPES],
  });
}

/** Reads the payment method of the request and tries it. */
function confirm(
  context: Context,
  intent: Stripe.PaymentIntent,
  params: Params,
): Stripe.PaymentIntent | RefusedAnswer {
  if (!CONFIRMABLE.includes(intent.status)) throw unexpectedState(intent, 'confirm');
  const data = params.section('payment_method_data');
  const token = params.string('payment_method') ?? idOf(intent.payment_method);
  params.ignore('return_url', 'mandate_data', 'use_stripe_sdk', 'error_on_requires_action');
  if (data === null && token === null) {
    throw invalidRequest('You cannot confirm this PaymentIntent because it is missing a payment method.', {
      code: 'payment_intent_unexpected_state',
    });
  }
  const contact = { email: intent.receipt_email, name: null };
  const method =
    data === null ? resolveMethod(context, token ?? '', contact) : createMethodFrom(context, data);
  const offSession = params.boolean('off_session') ?? false;
  const attempt = attemptPayment(context, intent, method, { walletSucceeds: true, offSession });
  afterPayment(context, attempt.intent);
  return attempt.outcome === 'declined' ? declinedAnswer(attempt) : attempt.intent;
}

function declinedAnswer({ failure, intent }: Extract<Attempt, { outcome: 'declined' }>): RefusedAnswer {
  return new RefusedAnswer(
    new ApiError({
      status: 402,
      type: 'card_error',
      message: failure.message,
      code: failure.code,
      ...(failure.declineCode === null ? {} : { declineCode: failure.declineCode }),
      related: { charge: idOf(intent.latest_charge), payment_intent: intent },
    }),
  );
}

function unexpectedState(intent: Stripe.PaymentIntent, action: string): ApiError {
  return invalidRequest(
    `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`,
    {
      code: 'payment_intent_unexpected_state',
    },
  );
}

export const paymentIntentRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/payment_intents',
    handle: ({ context, params }) => {
      const intent = createFrom(context, params);
      if (params.boolean('confirm') === true) return confirm(context, intent, params);
      const token = params.string('payment_method');
      if (token === null) return intent;
      const method = resolveMethod(context, token, { email: intent.receipt_email, name: null });
      return updateIntent(
        context,
        intent,
        { payment_method: method.id, status: 'requires_confirmation' },
        null,
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/payment_intents',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const customer = params.string('customer');
      return listObjects(
        context,
        'payment_intent',
        '/v1/payment_intents',
        params,
        (intent) => created(intent.created) && (customer === null || intent.customer === customer),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/payment_intents/:id',
    handle: ({ context, params, path }) => {
      params.ignore('client_secret');
      return requireIntent(context, path['id'] ?? '');
    },
  },
  {
    method: 'POST',
    pattern: '/v1/payment_intents/:id',
    handle: ({ context, params, path }) => {
      const intent = requireIntent(context, path['id'] ?? '');
      const change = {
        description: params.string('description') ?? intent.description,
        receipt_email: params.string('receipt_email') ?? intent.receipt_email,
        metadata: params.metadata(intent.metadata),
      };
      return updateIntent(context, intent, change, null);
    },
  },
  {
    method: 'POST',
    pattern: '/v1/payment_intents/:id/confirm',
    handle: ({ context, params, path }) => confirm(context, requireIntent(context, path['id'] ?? ''), params),
  },
  {
    method: 'POST',
    pattern: '/v1/payment_intents/:id/cancel',
    handle: ({ context, params, path }) => {
      const intent = requireIntent(context, path['id'] ?? '');
      if (!CONFIRMABLE.includes(intent.status)) throw unexpectedState(intent, 'cancel');
      return cancelIntent(context, intent, params.choice('cancellation_reason', CANCELLATION_REASONS));
    },
  },
];
