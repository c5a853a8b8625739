/** Refunds: part or all of a charge goes back to the donor; the fee of the charge does not come back to us. */
import type Stripe from 'stripe';
import { invalidRequest, missingParam, noSuch } from '../api-errors.ts';
import { idOf, makeId, type Context } from '../context.ts';
import { shortList } from '../api-list.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { recordBalance } from './balance.ts';
import { requireCharge } from './charges.ts';
import { recordEvent } from './events.ts';
import { requireIntent } from './payment-intents.ts';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

function createRefund(context: Context, params: Params): Stripe.Refund {
  const charge = findCharge(context, params);
  const left = charge.amount - charge.amount_refunded;
  const amount = params.integer('amount') ?? left;
  const reason = params.choice('reason', REASONS);
  const metadata = params.metadata();
  assertRefundable(charge, amount, left);
  const id = makeId('re');
  const held = context.faults.holdsRefund();
  const refund = context.store.put('refund', {
    id,
    object: 'refund',
    amount,
    balance_transaction: held ? null : takeFromBalance(context, charge, { id, amount }),
    charge: charge.id,
    created: context.nowSeconds,
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: describeDestination(charge),
    metadata,
    payment_intent: idOf(charge.payment_intent),
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    ...(held
      ? { status: 'pending' as const, pending_reason: 'insufficient_funds' as const }
      : { status: 'succeeded' as const }),
    transfer_reversal: null,
  });
  const refunded = applyToCharge(context, charge, amount, refund);
  recordEvent(context, 'refund.created', refund);
  recordEvent(context, 'charge.refunded', refunded, {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
  });
  return refund;
}

/** @returns the line of the balance */
function takeFromBalance(
  context: Context,
  charge: Stripe.Charge,
  { id, amount }: { readonly id: string; readonly amount: number },
): string {
  return recordBalance(context, {
    type: charge.payment_method_details?.type === 'card' ? 'refund' : 'payment_refund',
    reportingCategory: 'refund',
    amount: -amount,
    fee: 0,
    currency: charge.currency,
    source: id,
    description: `REFUND FOR CHARGE (${charge.description ?? charge.id})`,
    immediately: true,
  }).id;
}

function findCharge(context: Context, params: Params): Stripe.Charge {
  const [chargeId, intentId] = [params.string('charge'), params.string('payment_intent')];
  if (chargeId !== null) return requireCharge(context, chargeId, 'charge');
  if (intentId === null) throw missingParam('payment_intent');
  const intent = requireIntent(context, intentId);
  const latest = idOf(intent.latest_charge);
  if (latest === null || intent.status !== 'succeeded') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  return requireCharge(context, latest);
}

function assertRefundable(charge: Stripe.Charge, amount: number, left: number): void {
  if (charge.disputed) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (charge.status !== 'succeeded') {
    throw invalidRequest(`Charge ${charge.id} has not succeeded and cannot be refunded.`, {
      code: 'charge_not_refundable',
    });
  }
  if (amount < 1) throw invalidRequest('Invalid positive integer', { param: 'amount' });
  if (amount > left) {
    throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    });
  }
}

function applyToCharge(
  { store }: Context,
  charge: Stripe.Charge,
  amount: number,
  refund: Stripe.Refund,
): Stripe.Charge {
  const earlier = charge.refunds?.data ?? [];
  return store.put('charge', {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: charge.amount_refunded + amount === charge.amount,
    refunds: shortList(`/v1/charges/${charge.id}/refunds`, [refund, ...earlier]),
  });
}

function describeDestination(charge: Stripe.Charge): Stripe.Refund.DestinationDetails {
  const type = charge.payment_method_details?.type ?? 'card';
  if (type !== 'card') return { type, [type]: {} };
  return {
    type,
    card: {
      reference: makeId('sandbox').slice('sandbox_'.length),
      reference_status: 'available',
      reference_type: 'acquirer_reference_number',
      type: 'refund',
    },
  };
}

/** The balance suffices now: a refund that was held goes to the donor. */
export function settleRefund(context: Context, id: string): Stripe.Refund {
  const { pending_reason: _reason, ...refund } = requireRefund(context, id);
  if (refund.status !== 'pending') throw invalidRequest(`Refund ${id} is not pending.`);
  const charge = requireCharge(context, idOf(refund.charge) ?? '');
  const settled = context.store.put('refund', {
    ...refund,
    status: 'succeeded',
    balance_transaction: takeFromBalance(context, charge, refund),
  });
  const refunds = (charge.refunds?.data ?? []).map((one) => (one.id === id ? settled : one));
  const list = shortList(`/v1/charges/${charge.id}/refunds`, refunds);
  context.store.put('charge', { ...charge, refunds: list });
  recordEvent(context, 'refund.updated', settled);
  recordEvent(context, 'charge.refund.updated', settled);
  return settled;
}

/** The bank could not pay the donor: the refund fails and the balance has the money again, if it had left. */
export function failRefund(context: Context, id: string): Stripe.Refund {
  const { pending_reason: _reason, ...refund } = requireRefund(context, id);
  if (refund.status !== 'succeeded' && refund.status !== 'pending')
    throw invalidRequest(`Refund ${id} has already ${refund.status ?? 'ended'}.`);
  const failed = context.store.put('refund', {
    ...refund,
    status: 'failed',
    ...(refund.status === 'pending'
      ? { failure_reason: 'insufficient_funds' }
      : {
          failure_reason: 'expired_or_canceled_card',
          failure_balance_transaction: giveBackToBalance(context, refund),
        }),
  });
  const charge = requireCharge(context, idOf(refund.charge) ?? '');
  const others = (charge.refunds?.data ?? []).filter((other) => other.id !== id);
  context.store.put('charge', {
    ...charge,
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
    refunds: shortList(`/v1/charges/${charge.id}/refunds`, [failed, ...others]),
  });
  recordEvent(context, 'refund.failed', failed);
  recordEvent(context, 'charge.refund.updated', failed);
  return failed;
}

/** @returns the line of the balance */
const giveBackToBalance = (context: Context, refund: Omit<Stripe.Refund, 'pending_reason'>): string =>
  recordBalance(context, {
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    amount: refund.amount,
    fee: 0,
    currency: refund.currency,
    source: refund.id,
    description: `REFUND FAILURE (${idOf(refund.charge) ?? ''})`,
    immediately: true,
  }).id;

function requireRefund({ store }: Context, id: string): Stripe.Refund {
  const refund = store.get('refund', id);
  if (refund === null) throw noSuch('refund', id);
  return refund;
}

export const refundRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/refunds',
    handle: ({ context, params }) => createRefund(context, params),
  },
  {
    method: 'GET',
    pattern: '/v1/refunds',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [charge, intent] = [params.string('charge'), params.string('payment_intent')];
      return listObjects(
        context,
        'refund',
        '/v1/refunds',
        params,
        (refund) =>
          created(refund.created) &&
          (charge === null || refund.charge === charge) &&
          (intent === null || refund.payment_intent === intent),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/refunds/:id',
    handle: ({ context, path }) => requireRefund(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/refunds/:id',
    handle: ({ context, params, path }) => {
      const refund = requireRefund(context, path['id'] ?? '');
      const updated = context.store.put('refund', {
        ...refund,
        metadata: params.metadata(refund.metadata ?? {}),
      });
      recordEvent(context, 'refund.updated', updated);
      return updated;
    },
  },
];
