/** What a payment's end means for the thing it pays: a checkout session, or an invoice. */
import type Stripe from 'stripe';
import { reflectOnInvoice, startPaidSubscription } from './billing.ts';
import { idOf, type Context } from './context.ts';
import { requireSession, updateSession } from './objects/checkout-sessions.ts';

/** Carries the state of a payment over to its purpose; safe to call at every step. */
export function afterPayment(context: Context, intent: Stripe.PaymentIntent): void {
  const purpose = context.store.get('sandbox.payment_purpose', intent.id);
  if (purpose === null) return;
  if (purpose.invoiceId !== null) reflectOnInvoice(context, intent);
  if (purpose.checkoutSessionId !== null) {
    reflectOnSession(context, requireSession(context, purpose.checkoutSessionId), intent);
  }
}

function reflectOnSession(
  context: Context,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
): void {
  const paid = intent.status === 'succeeded';
  if (session.status === 'open' && (paid || intent.status === 'processing')) {
    const bought = paid && session.mode === 'subscription' ? subscribe(context, session, intent) : {};
    const change = { status: 'complete', payment_status: paid ? 'paid' : 'unpaid', url: null } as const;
    updateSession(context, session, { ...change, ...bought }, 'checkout.session.completed');
  } else if (session.status === 'complete' && session.payment_status === 'unpaid') {
    if (paid) {
      updateSession(context, session, { payment_status: 'paid' }, 'checkout.session.async_payment_succeeded');
    } else if (intent.status === 'requires_payment_method') {
      updateSession(context, session, {}, 'checkout.session.async_payment_failed');
    }
  }
}

function subscribe(
  context: Context,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
): Partial<Stripe.Checkout.Session> {
  const secrets = context.store.get('sandbox.checkout_secrets', session.id);
  const { subscription, invoice } = startPaidSubscription(
    context,
    {
      customer: idOf(session.customer) ?? '',
      paymentMethod: idOf(intent.payment_method),
      prices: (secrets?.lineItems ?? []).map(({ price, quantity }) => ({ price, quantity: quantity ?? 1 })),
      description: secrets?.subscriptionDescription ?? null,
      metadata: secrets?.subscriptionMetadata ?? {},
    },
    intent,
  );
  return { subscription: subscription.id, invoice: invoice.id };
}
