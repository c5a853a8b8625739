/**
 * One try to pay, from the choice of a method to its end. A card answers at once or asks for 3-D Secure; a
 * wallet answers later. Every step leaves the payment intent in a state that Stripe documents.
 */
import type Stripe from 'stripe';
import { idOf, makeId, type Context } from './context.ts';
import { createCharge, requireCharge, settleCharge, type ChargeFailure } from './objects/charges.ts';
import { openDispute, openInquiry } from './objects/disputes.ts';
import { updateIntent } from './objects/payment-intents.ts';
import { cardBehaviour, type CardBehaviour } from './objects/payment-methods.ts';

export type Attempt =
  | {
      readonly outcome: 'succeeded' | 'processing' | 'requires-action';
      readonly intent: Stripe.PaymentIntent;
    }
  | {
      readonly outcome: 'declined';
      readonly intent: Stripe.PaymentIntent;
      readonly failure: ChargeFailure;
    };

interface AttemptOptions {
  /** How a wallet will answer. */
  readonly walletSucceeds: boolean;
  /** Whether nobody is there to authenticate: a monthly charge. */
  readonly offSession: boolean;
}

const DECLINED_LATER: ChargeFailure = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};
const AUTHENTICATION_REQUIRED: ChargeFailure = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
const AUTHENTICATION_FAILED: ChargeFailure = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message: 'The provided PaymentMethod has failed authentication. Provide another one and try again.',
};
const WALLET_FAILED: ChargeFailure = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: null,
  message: 'The payment failed.',
};

export function attemptPayment(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  options: AttemptOptions,
): Attempt {
  if (method.type !== 'card') return waitForWallet(context, intent, method, options.walletSucceeds);
  const behaviour = cardBehaviour(method);
  switch (behaviour.does) {
    case 'authenticate':
      return options.offSession
        ? decline(context, intent, method, AUTHENTICATION_REQUIRED)
        : askForAuthentication(context, intent, method);
    case 'decline':
      return decline(context, intent, method, { ...behaviour, code: 'card_declined' });
    case 'decline-later':
      return options.offSession
        ? decline(context, intent, method, DECLINED_LATER)
        : succeed(context, intent, method, behaviour, false);
    case 'succeed':
    case 'dispute':
    case 'inquiry':
      return succeed(context, intent, method, behaviour, false);
  }
}

/** The end of a 3-D Secure step. */
export function finishAuthentication(
  context: Context,
  intent: Stripe.PaymentIntent,
  authenticated: boolean,
): Attempt {
  const method = context.store.get('payment_method', idOf(intent.payment_method) ?? '');
  if (method === null) throw new Error(`Payment intent ${intent.id} has no payment method to authenticate.`);
  if (authenticated) return succeed(context, intent, method, { does: 'succeed' }, true);
  const failed = backToChoice(context, intent, method, AUTHENTICATION_FAILED, idOf(intent.latest_charge));
  return { outcome: 'declined', intent: failed, failure: AUTHENTICATION_FAILED };
}

/** The wallet's answer to a payment that was processing. */
export function settleWallet(
  context: Context,
  intent: Stripe.PaymentIntent,
  succeeds: boolean,
): Stripe.PaymentIntent {
  const pending = requireCharge(context, idOf(intent.latest_charge) ?? '');
  const charge = settleCharge(context, pending, succeeds ? null : WALLET_FAILED);
  if (succeeds) return markPaid(context, intent, charge);
  const method = context.store.get('payment_method', idOf(intent.payment_method) ?? '');
  return backToChoice(context, intent, method, WALLET_FAILED, charge.id);
}

function succeed(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  behaviour: CardBehaviour,
  authenticated: boolean,
): Attempt {
  const chosen = { ...intent, payment_method: method.id };
  const charge = createCharge(context, chosen, method, { status: 'succeeded' }, authenticated);
  const paid = markPaid(context, chosen, charge);
  if (behaviour.does === 'dispute') openDispute(context, charge, charge.amount, 'fraudulent');
  if (behaviour.does === 'inquiry') openInquiry(context, charge, 'fraudulent');
  return { outcome: 'succeeded', intent: paid };
}

function markPaid(
  context: Context,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
): Stripe.PaymentIntent {
  const change: Partial<Stripe.PaymentIntent> = {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
    payment_method: charge.payment_method,
  };
  return updateIntent(context, intent, change, 'payment_intent.succeeded');
}

function decline(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  failure: ChargeFailure,
): Attempt {
  const charge = createCharge(context, intent, method, { status: 'failed', failure }, false);
  return { outcome: 'declined', intent: backToChoice(context, intent, method, failure, charge.id), failure };
}

/** The payment goes on: another method may be tried. */
function backToChoice(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | null,
  failure: ChargeFailure,
  chargeId: string | null,
): Stripe.PaymentIntent {
  const error: Stripe.PaymentIntent.LastPaymentError = {
    ...(chargeId === null ? {} : { charge: chargeId }),
    code: failure.code,
    ...(failure.declineCode === null ? {} : { decline_code: failure.declineCode }),
    doc_url: `https://docs.stripe.com/error-codes/${failure.code}`,
    message: failure.message,
    ...(method === null ? {} : { payment_method: method }),
    type: method?.type === 'card' ? 'card_error' : 'invalid_request_error',
  };
  const change: Partial<Stripe.PaymentIntent> = {
    status: 'requires_payment_method',
    last_payment_error: error,
    latest_charge: chargeId,
    next_action: null,
    payment_method: null,
  };
  return updateIntent(context, intent, change, 'payment_intent.payment_failed');
}

function askForAuthentication(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Attempt {
  const url = `${context.baseUrl}/c/authenticate/${intent.id}`;
  const change: Partial<Stripe.PaymentIntent> = {
    status: 'requires_action',
    payment_method: method.id,
    next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: null, url } },
  };
  const waiting = updateIntent(context, intent, change, 'payment_intent.requires_action');
  return { outcome: 'requires-action', intent: waiting };
}

function waitForWallet(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  succeeds: boolean,
): Attempt {
  const chosen = { ...intent, payment_method: method.id };
  const charge = createCharge(context, chosen, method, { status: 'pending' }, false);
  const change: Partial<Stripe.PaymentIntent> = {
    status: 'processing',
    latest_charge: charge.id,
    last_payment_error: null,
  };
  const processing = updateIntent(context, chosen, change, 'payment_intent.processing');
  context.store.put('sandbox.task', {
    id: makeId('task'),
    dueMs: Date.now() + context.asyncPaymentDelayMs,
    action: 'settle-payment',
    paymentIntentId: intent.id,
    succeeds,
  });
  return { outcome: 'processing', intent: processing };
}
