/**
 * Payment methods. No card number is ever taken: a card is one of Stripe's own test cards, named by its token,
 * and its last four digits say how it behaves, as they do in Stripe's test mode.
 */
import type Stripe from 'stripe';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { recordEvent } from './events.ts';

export const METHOD_TYPES = ['card', 'alipay', 'wechat_pay'] as const;
export type MethodType = (typeof METHOD_TYPES)[number];

export type CardBehaviour =
  | { readonly does: 'succeed' }
  | { readonly does: 'dispute' }
  | { readonly does: 'inquiry' }
  | { readonly does: 'authenticate' }
  | { readonly does: 'decline-later' }
  | { readonly does: 'decline'; readonly declineCode: string; readonly message: string };

interface TestCard {
  readonly last4: string;
  readonly behaviour: CardBehaviour;
}

const DECLINED: CardBehaviour = {
  does: 'decline',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};

const TEST_CARDS: Readonly<Record<string, TestCard>> = {
  pm_card_visa: { last4: '4242', behaviour: { does: 'succeed' } },
  pm_card_visa_chargeDeclined: { last4: '0002', behaviour: DECLINED },
  pm_card_chargeDeclined: { last4: '0002', behaviour: DECLINED },
  pm_card_chargeDeclinedInsufficientFunds: {
    last4: '9995',
    behaviour: {
      does: 'decline',
      declineCode: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    },
  },
  pm_card_threeDSecure2Required: { last4: '3220', behaviour: { does: 'authenticate' } },
  pm_card_createDispute: { last4: '0259', behaviour: { does: 'dispute' } },
  pm_card_createDisputeInquiry: { last4: '1976', behaviour: { does: 'inquiry' } },
  /** Is taken the first time and declined whenever it is charged again. */
  pm_card_chargeCustomerFail: { last4: '0341', behaviour: { does: 'decline-later' } },
};

/** A token of the official documentation that stands for a card by brand is the card that works. */
const ALIASES: Readonly<Record<string, string>> = {
  tok_visa: 'pm_card_visa',
  pm_card_mastercard: 'pm_card_visa',
  pm_card_us: 'pm_card_visa',
  pm_card_cn: 'pm_card_visa',
};

export interface BillingContact {
  readonly email: string | null;
  readonly name: string | null;
}

function billingDetails({ email, name }: BillingContact): Stripe.Charge.BillingDetails {
  return {
    address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
    email,
    name,
    phone: null,
    tax_id: null,
  };
}

/** A new payment method of a test card, or a saved one when `token` is its id. */
export function resolveMethod(
  context: Context,
  token: string,
  contact: BillingContact,
): Stripe.PaymentMethod {
  const card = TEST_CARDS[ALIASES[token] ?? token];
  if (card !== undefined) return createCard(context, card.last4, contact);
  const saved = context.store.get('payment_method', token);
  if (saved === null) throw noSuch('PaymentMethod', token, 'payment_method');
  return saved;
}

function createCard(context: Context, last4: string, contact: BillingContact): Stripe.PaymentMethod {
  return context.store.put('payment_method', {
    ...baseMethod(context, contact),
    type: 'card',
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'CN',
      display_brand: 'visa',
      exp_month: 12,
      exp_year: 2040,
      fingerprint: `sandbox${last4}card`,
      funding: 'credit',
      generated_from: null,
      last4,
      networks: { available: ['visa'], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  });
}

export function createWallet(
  context: Context,
  type: Exclude<MethodType, 'card'>,
  contact: BillingContact,
): Stripe.PaymentMethod {
  return context.store.put('payment_method', { ...baseMethod(context, contact), type, [type]: {} });
}

function baseMethod({ nowSeconds }: Context, contact: BillingContact): Omit<Stripe.PaymentMethod, 'type'> {
  return {
    id: makeId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(contact),
    created: nowSeconds,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  };
}

export function cardBehaviour(method: Stripe.PaymentMethod): CardBehaviour {
  const card = Object.values(TEST_CARDS).find(({ last4 }) => last4 === method.card?.last4);
  return card?.behaviour ?? { does: 'succeed' };
}

export function attachMethod(
  context: Context,
  method: Stripe.PaymentMethod,
  customerId: string,
): Stripe.PaymentMethod {
  if (method.customer === customerId) return method;
  const attached = context.store.put('payment_method', { ...method, customer: customerId });
  recordEvent(context, 'payment_method.attached', attached);
  return attached;
}

/** A stored method by id, or a fresh test card by token. */
function requireMethod({ store }: Context, id: string): Stripe.PaymentMethod {
  const method = store.get('payment_method', id);
  if (method === null) throw noSuch('PaymentMethod', id, 'payment_method');
  return method;
}

function readBillingContact(section: Params | null): BillingContact {
  const contact = { email: section?.string('email') ?? null, name: section?.string('name') ?? null };
  section?.ignore('address', 'phone', 'tax_id');
  return contact;
}

/** `payment_method_data`, or the whole request of `POST /v1/payment_methods`. */
export function createMethodFrom(context: Context, params: Params): Stripe.PaymentMethod {
  const type = params.choice('type', METHOD_TYPES) ?? params.requiredString('type');
  const contact = readBillingContact(params.section('billing_details'));
  const token = params.section('card')?.string('token') ?? 'pm_card_visa';
  params.ignore('allow_redisplay', 'alipay', 'wechat_pay');
  if (type === 'alipay' || type === 'wechat_pay') return createWallet(context, type, contact);
  if (!(token in TEST_CARDS) && !(token in ALIASES)) {
    throw invalidRequest(
      `No such token: '${token}'. The sandbox takes Stripe's test cards, such as tok_visa.`,
      {
        param: params.nameOf('card'),
      },
    );
  }
  return resolveMethod(context, token, contact);
}

export const paymentMethodRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/payment_methods',
    handle: ({ context, params }) => {
      const method = createMethodFrom(context, params);
      return context.store.put('payment_method', { ...method, metadata: params.metadata() });
    },
  },
  {
    method: 'GET',
    pattern: '/v1/payment_methods',
    handle: ({ context, params }) => {
      const [customer, type] = [params.string('customer'), params.string('type')];
      return listObjects(
        context,
        'payment_method',
        '/v1/payment_methods',
        params,
        (method) =>
          (customer === null ? method.customer !== null : method.customer === customer) &&
          (type === null || method.type === type),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:id/payment_methods',
    handle: ({ context, params, path }) => {
      const type = params.string('type');
      return listObjects(
        context,
        'payment_method',
        `/v1/customers/${path['id'] ?? ''}/payment_methods`,
        params,
        (method) => method.customer === path['id'] && (type === null || method.type === type),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/payment_methods/:id',
    handle: ({ context, path }) => requireMethod(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/payment_methods/:id/attach',
    handle: ({ context, params, path }) => {
      const customer = params.requiredString('customer');
      if (context.store.get('customer', customer) === null) throw noSuch('customer', customer, 'customer');
      const method = resolveMethod(context, path['id'] ?? '', { email: null, name: null });
      return attachMethod(context, method, customer);
    },
  },
  {
    method: 'POST',
    pattern: '/v1/payment_methods/:id/detach',
    handle: ({ context, path }) => {
      const method = requireMethod(context, path['id'] ?? '');
      const detached = context.store.put('payment_method', { ...method, customer: null });
      recordEvent(context, 'payment_method.detached', detached, { customer: method.customer });
      return detached;
    },
  },
];
