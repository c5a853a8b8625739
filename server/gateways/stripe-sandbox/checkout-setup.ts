/** Saving a card on the page of a checkout session in `setup` mode: the same buttons, and nothing is taken. */
import type Stripe from 'stripe';
import { invalidRequest } from './api-errors.ts';
import { PAY_CHOICES, type PayChoice } from './checkout-payment.ts';
import { idOf, type Context } from './context.ts';
import { updateSession } from './objects/checkout-sessions.ts';
import { cardBehaviour, resolveMethod } from './objects/payment-methods.ts';
import { failSetup, requireSetupIntent, succeedSetup } from './objects/setup-intents.ts';

/** Whether the card was saved; a declined one leaves the session open for another. */
export function saveCard(context: Context, session: Stripe.Checkout.Session, choice: PayChoice): boolean {
  const chosen = PAY_CHOICES[choice];
  if (chosen.type !== 'card') throw invalidRequest(`This checkout does not take ${chosen.type}.`);
  const intent = requireSetupIntent(context, idOf(session.setup_intent) ?? '');
  const method = resolveMethod(context, chosen.token, { email: session.customer_email, name: null });
  const behaviour = cardBehaviour(method);
  if (behaviour.does === 'decline') {
    failSetup(context, intent, method, behaviour.message);
    return false;
  }
  succeedSetup(context, intent, method, idOf(session.customer) ?? '');
  const change = { status: 'complete', payment_status: 'no_payment_required', url: null } as const;
  updateSession(context, session, change, 'checkout.session.completed');
  return true;
}
