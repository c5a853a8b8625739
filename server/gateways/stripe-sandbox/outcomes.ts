/** What a payment's end means for the thing it pays: the checkout session that a donor filled in. */
import type Stripe from 'stripe';
import type { Context } from './context.ts';
import { requireSession, updateSession } from './objects/checkout-sessions.ts';

/** Carries the state of a payment over to its checkout session; safe to call at every step. */
export function afterPayment(context: Context, intent: Stripe.PaymentIntent): void {
  const purpose = context.store.get('sandbox.payment_purpose', intent.id);
  if (purpose === null || purpose.checkoutSessionId === null) return;
  reflectOnSession(context, requireSession(context, purpose.checkoutSessionId), intent);
}

function reflectOnSession(
  context: Context,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
): void {
  const paid = intent.status === 'succeeded';
  if (session.status === 'open' && (paid || intent.status === 'processing')) {
    const change = { status: 'complete', payment_status: paid ? 'paid' : 'unpaid', url: null } as const;
    updateSession(context, session, change, 'checkout.session.completed');
  } else if (session.status === 'complete' && session.payment_status === 'unpaid') {
    if (paid) {
      updateSession(context, session, { payment_status: 'paid' }, 'checkout.session.async_payment_succeeded');
    } else if (intent.status === 'requires_payment_method') {
      updateSession(context, session, {}, 'checkout.session.async_payment_failed');
    }
  }
}
