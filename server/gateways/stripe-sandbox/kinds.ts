/** What the sandbox keeps: Stripe's objects, typed by Stripe's own package, and a few records of its own. */
import type Stripe from 'stripe';
import type { ApiListOf } from './api-list.ts';
import type { Task } from './tasks.ts';

/** On the wire a decimal is a string; the official library makes a number of it on arrival. */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & {
  readonly unit_amount_decimal: string | null;
};

export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { readonly price: WirePrice };

export type WirePlan = Omit<Stripe.Plan, 'amount_decimal'> & { readonly amount_decimal: string | null };

export type WireSubscriptionItem = Omit<Stripe.SubscriptionItem, 'price' | 'plan'> & {
  readonly price: WirePrice;
  readonly plan: WirePlan;
};

export type WireSubscription = Omit<Stripe.Subscription, 'items'> & {
  readonly items: ApiListOf<WireSubscriptionItem>;
};

export type WireInvoiceLine = Omit<Stripe.InvoiceLineItem, 'pricing' | 'quantity_decimal'> & {
  readonly pricing: {
    readonly type: 'price_details';
    readonly price_details: { readonly price: string; readonly product: string };
    readonly unit_amount_decimal: string;
  };
  readonly quantity_decimal: string | null;
};

export type WireInvoice = Omit<Stripe.Invoice, 'lines'> & { readonly lines: ApiListOf<WireInvoiceLine> };

/** One type for what the library has as a union of two hundred. */
export interface WireEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: object; readonly previous_attributes?: object };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** What a payment is for, which Stripe keeps to itself. */
export interface PaymentPurpose {
  /** The payment intent's id. */
  readonly id: string;
  readonly checkoutSessionId: string | null;
  readonly invoiceId: string | null;
}

export interface CheckoutSecrets {
  /** The checkout session's id. */
  readonly id: string;
  /** The intent of every try to pay, which a session for a subscription does not tell. */
  readonly paymentIntentId: string | null;
  readonly lineItems: WireLineItem[];
  readonly paymentIntentDescription: string | null;
  readonly paymentIntentMetadata: Record<string, string>;
  readonly subscriptionMetadata: Record<string, string>;
  readonly subscriptionDescription: string | null;
}

export interface EndpointSecret {
  /** The webhook endpoint's id. */
  readonly id: string;
  readonly secret: string;
}

/** An event on its way to an endpoint. */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly attempts: number;
  /** Not before this moment, in milliseconds since the epoch by the machine's clock. */
  readonly dueMs: number;
}

/** The first answer to a request with an idempotency key. */
export interface IdempotentReply {
  /** The idempotency key. */
  readonly id: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly createdSeconds: number;
}

export interface Kinds {
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  event: WireEvent;
  invoice: WireInvoice;
  invoice_payment: Stripe.InvoicePayment;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  payout: Stripe.Payout;
  price: WirePrice;
  product: Stripe.Product;
  refund: Stripe.Refund;
  setup_intent: Stripe.SetupIntent;
  subscription: WireSubscription;
  webhook_endpoint: Stripe.WebhookEndpoint;
  'sandbox.checkout_secrets': CheckoutSecrets;
  'sandbox.delivery': Delivery;
  'sandbox.endpoint_secret': EndpointSecret;
  'sandbox.idempotent_reply': IdempotentReply;
  'sandbox.paid_out': { readonly id: string; readonly payoutId: string };
  'sandbox.payment_purpose': PaymentPurpose;
  'sandbox.task': Task;
}

export type Kind = keyof Kinds;

/** Which kind an id belongs to, for expanding a reference. */
const KIND_OF_PREFIX: Readonly<Record<string, Kind>> = {
  ch: 'charge',
  cs: 'checkout.session',
  cus: 'customer',
  du: 'dispute',
  evt: 'event',
  in: 'invoice',
  inpay: 'invoice_payment',
  pi: 'payment_intent',
  pm: 'payment_method',
  po: 'payout',
  price: 'price',
  prod: 'product',
  py: 'charge',
  re: 'refund',
  seti: 'setup_intent',
  sub: 'subscription',
  txn: 'balance_transaction',
  we: 'webhook_endpoint',
};

export function kindOfId(id: string): Kind | null {
  return KIND_OF_PREFIX[id.slice(0, id.indexOf('_'))] ?? null;
}
