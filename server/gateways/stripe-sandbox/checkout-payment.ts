/** Paying on the page of a checkout session: what each of its buttons does. */
import type Stripe from 'stripe';
import { invalidRequest } from './api-errors.ts';
import { idOf, type Context } from './context.ts';
import { createCustomer } from './objects/customers.ts';
import { expireSession, requireSession, updateSession } from './objects/checkout-sessions.ts';
import { createIntent, requireIntent } from './objects/payment-intents.ts';
import { createWallet, resolveMethod, type BillingContact } from './objects/payment-methods.ts';
import { afterPayment } from './outcomes.ts';
import { attemptPayment, finishAuthentication, type Attempt } from './payment-attempts.ts';

/** The buttons of the payment page; an API-only client posts the same words as `outcome`. */
export const PAY_CHOICES = {
  card: { type: 'card', token: 'pm_card_visa' },
  card_decline: { type: 'card', token: 'pm_card_chargeDeclined' },
  card_insufficient_funds: { type: 'card', token: 'pm_card_chargeDeclinedInsufficientFunds' },
  card_3ds: { type: 'card', token: 'pm_card_threeDSecure2Required' },
  card_dispute: { type: 'card', token: 'pm_card_createDispute' },
  card_fails_later: { type: 'card', token: 'pm_card_chargeCustomerFail' },
  alipay: { type: 'alipay', succeeds: true },
  alipay_failure: { type: 'alipay', succeeds: false },
  wechat_pay: { type: 'wechat_pay', succeeds: true },
  wechat_pay_failure: { type: 'wechat_pay', succeeds: false },
} as const;
export type PayChoice = keyof typeof PAY_CHOICES;

export function isPayChoice(word: string): word is PayChoice {
  return Object.hasOwn(PAY_CHOICES, word);
}

interface PaymentDetails {
  readonly email: string | null;
  readonly name: string | null;
}

/** The session, expired first if its time is over. */
export function sessionAsOfNow(context: Context, id: string): Stripe.Checkout.Session {
  const session = requireSession(context, id);
  const over = session.status === 'open' && session.expires_at <= context.nowSeconds;
  return over ? expireSession(context, session) : session;
}

export function payCheckout(
  context: Context,
  id: string,
  choice: PayChoice,
  details: PaymentDetails,
): Attempt {
  const open = sessionAsOfNow(context, id);
  if (open.status !== 'open') throw invalidRequest(`This checkout is ${open.status ?? 'closed'}.`);
  const chosen = PAY_CHOICES[choice];
  if (!open.payment_method_types.includes(chosen.type)) {
    throw invalidRequest(`This checkout does not take ${chosen.type}.`);
  }
  const contact = { email: details.email ?? open.customer_email, name: details.name };
  const intent = prepareIntent(context, open, contact);
  if (intent.status === 'processing') throw invalidRequest('This checkout is already being paid.');
  const method =
    chosen.type === 'card'
      ? resolveMethod(context, chosen.token, contact)
      : createWallet(context, chosen.type, contact);
  const walletSucceeds = chosen.type === 'card' || chosen.succeeds;
  const attempt = attemptPayment(context, intent, method, { walletSucceeds, offSession: false });
  afterPayment(context, attempt.intent);
  return attempt;
}

/** The payment intent of a session is made when somebody first tries to pay, and is the same for every try. */
function prepareIntent(
  context: Context,
  session: Stripe.Checkout.Session,
  contact: BillingContact,
): Stripe.PaymentIntent {
  const { store } = context;
  const described = updateSession(context, session, { customer_details: describe(contact) }, null);
  const secrets = store.get('sandbox.checkout_secrets', session.id);
  if (secrets === null) throw new Error(`Checkout session ${session.id} has lost its line items.`);
  if (secrets.paymentIntentId !== null) return requireIntent(context, secrets.paymentIntentId);
  const monthly = session.mode === 'subscription';
  const customer = idOf(session.customer) ?? createWanted(context, session, contact);
  const intent = createIntent(context, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer,
    description: monthly ? 'Subscription creation' : secrets.paymentIntentDescription,
    receiptEmail: null,
    setupFutureUsage: monthly ? 'off_session' : null,
    metadata: secrets.paymentIntentMetadata,
    methodTypes: session.payment_method_types,
  });
  store.put('sandbox.payment_purpose', { id: intent.id, checkoutSessionId: session.id, invoiceId: null });
  store.put('sandbox.checkout_secrets', { ...secrets, paymentIntentId: intent.id });
  const told = monthly ? { customer } : { customer, payment_intent: intent.id };
  updateSession(context, described, told, null);
  return intent;
}

function createWanted(
  context: Context,
  session: Stripe.Checkout.Session,
  contact: BillingContact,
): string | null {
  if (session.customer_creation !== 'always' && session.mode !== 'subscription') return null;
  return createCustomer(context, { ...contact, description: null, metadata: {}, locale: session.locale }).id;
}

function describe({ email, name }: BillingContact): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: { city: null, country: 'CN', line1: null, line2: null, postal_code: null, state: null },
    business_name: null,
    email,
    individual_name: name,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}

/** The buttons of the 3-D Secure page. */
export function authenticatePayment(context: Context, intentId: string, authenticated: boolean): Attempt {
  const intent = requireIntent(context, intentId);
  if (intent.status !== 'requires_action') throw invalidRequest('This payment does not wait for you.');
  const attempt = finishAuthentication(context, intent, authenticated);
  afterPayment(context, attempt.intent);
  return attempt;
}
