/** Charges: one try to take money, kept whether it succeeded or not. */
import type Stripe from 'stripe';
import { noSuch } from '../api-errors.ts';
import { idOf, makeId, type Context } from '../context.ts';
import { chargeFeeMinor } from '../fees.ts';
import { shortList } from '../api-list.ts';
import { listObjects } from '../lists.ts';
import type { Route } from '../router.ts';
import { recordBalance } from './balance.ts';
import { recordEvent } from './events.ts';

export interface ChargeFailure {
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string;
}

type ChargeFate =
  | { readonly status: 'succeeded' | 'pending' }
  | { readonly status: 'failed'; readonly failure: ChargeFailure };

/** Makes the charge of a try, with its balance transaction when the money is ours at once. */
export function createCharge(
  context: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  fate: ChargeFate,
  authenticated: boolean,
): Stripe.Charge {
  const id = makeId(method.type === 'card' ? 'ch' : 'py');
  const failure = fate.status === 'failed' ? fate.failure : null;
  const charge: Stripe.Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: fate.status === 'succeeded' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'STRIPE SANDBOX',
    captured: fate.status === 'succeeded',
    created: context.nowSeconds,
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: describeOutcome(failure),
    paid: fate.status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: describeMethod(method, authenticated, intent.amount),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: fate.status === 'succeeded' ? `${context.baseUrl}/c/receipts/${id}` : null,
    refunded: false,
    refunds: shortList(`/v1/charges/${id}/refunds`, []),
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: fate.status,
    transfer_data: null,
    transfer_group: null,
  };
  const kept = fate.status === 'succeeded' ? withBalance(context, charge) : charge;
  context.store.put('charge', kept);
  recordEvent(context, `charge.${fate.status}`, kept);
  return kept;
}

/** The end of a charge that was pending: a wallet's answer. */
export function settleCharge(
  context: Context,
  charge: Stripe.Charge,
  failure: ChargeFailure | null,
): Stripe.Charge {
  const settled: Stripe.Charge =
    failure === null
      ? withBalance(context, {
          ...charge,
          status: 'succeeded',
          paid: true,
          captured: true,
          amount_captured: charge.amount,
          receipt_url: `${context.baseUrl}/c/receipts/${charge.id}`,
        })
      : {
          ...charge,
          status: 'failed',
          failure_code: failure.code,
          failure_message: failure.message,
          outcome: describeOutcome(failure),
        };
  context.store.put('charge', settled);
  recordEvent(context, `charge.${settled.status}`, settled);
  return settled;
}

function withBalance(context: Context, charge: Stripe.Charge): Stripe.Charge {
  const type = charge.payment_method_details?.type ?? 'card';
  const line = recordBalance(context, {
    type: type === 'card' ? 'charge' : 'payment',
    reportingCategory: 'charge',
    amount: charge.amount,
    fee: chargeFeeMinor(charge.amount, type),
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
    immediately: false,
  });
  return { ...charge, balance_transaction: line.id };
}

function describeOutcome(failure: ChargeFailure | null): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: failure === null ? null : '01',
    network_status: failure === null ? 'approved_by_network' : 'declined_by_network',
    reason: failure?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message:
      failure === null
        ? 'Payment complete.'
        : 'The bank did not return any further details with this decline.',
    type: failure === null ? 'authorized' : 'issuer_declined',
  };
}

function describeMethod(
  method: Stripe.PaymentMethod,
  authenticated: boolean,
  amount: number,
): Stripe.Charge.PaymentMethodDetails {
  if (method.card === undefined) {
    const wallet = { fingerprint: null, transaction_id: makeId('sandbox').slice('sandbox_'.length) };
    return { type: method.type, [method.type]: wallet };
  }
  const { brand, checks, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card;
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand,
      checks,
      country,
      electronic_commerce_indicator: null,
      exp_month,
      exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: fingerprint ?? null,
      funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: brand,
      network_token: { used: false },
      network_transaction_id: null,
      overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: authenticated ? authenticatedResult() : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

function authenticatedResult(): Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure {
  return {
    authentication_flow: 'challenge',
    electronic_commerce_indicator: '05',
    exemption_indicator: null,
    result: 'authenticated',
    result_reason: null,
    transaction_id: makeId('sandbox').slice('sandbox_'.length),
    version: '2.2.0',
  };
}

export function requireCharge({ store }: Context, id: string, param = 'id'): Stripe.Charge {
  const charge = store.get('charge', id);
  if (charge === null) throw noSuch('charge', id, param);
  return charge;
}

export const chargeRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/charges',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [intent, customer] = [params.string('payment_intent'), params.string('customer')];
      return listObjects(
        context,
        'charge',
        '/v1/charges',
        params,
        (charge) =>
          created(charge.created) &&
          (intent === null || charge.payment_intent === intent) &&
          (customer === null || charge.customer === customer),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/charges/:id',
    handle: ({ context, path }) => requireCharge(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/charges/:id',
    handle: ({ context, params, path }) => {
      const charge = requireCharge(context, path['id'] ?? '');
      const updated = context.store.put('charge', {
        ...charge,
        description: params.string('description') ?? charge.description,
        receipt_email: params.string('receipt_email') ?? charge.receipt_email,
        metadata: params.metadata(charge.metadata),
      });
      recordEvent(context, 'charge.updated', updated);
      return updated;
    },
  },
];
