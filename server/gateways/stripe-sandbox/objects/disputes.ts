/** Disputes: a donor's bank takes the money back, with a fee, until one side is found right. */
import type Stripe from 'stripe';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { idOf, makeId, type Context } from '../context.ts';
import { DISPUTE_FEE_MINOR } from '../fees.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { recordBalance } from './balance.ts';
import { recordEvent } from './events.ts';

const ANSWER_DAYS = 14;
const DAY_SECONDS = 24 * 3600;

const TEXT_EVIDENCE = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;

const FILE_EVIDENCE = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const;

const NO_EVIDENCE = Object.fromEntries(
  [...TEXT_EVIDENCE, ...FILE_EVIDENCE].map((name) => [name, null]),
) as unknown as Stripe.Dispute.Evidence;

/** Takes the amount and the fee from the balance at once, as banks do. */
export function openDispute(
  context: Context,
  charge: Stripe.Charge,
  amount: number,
  reason: string,
): Stripe.Dispute {
  if (charge.disputed) throw invalidRequest(`Charge ${charge.id} is already disputed.`);
  if (charge.status !== 'succeeded' || amount < 1 || amount > charge.amount - charge.amount_refunded) {
    throw invalidRequest(`Charge ${charge.id} has not that much to dispute.`, { param: 'amount' });
  }
  const id = makeId('du');
  const line = recordBalance(context, {
    type: 'adjustment',
    reportingCategory: 'dispute',
    amount: -amount,
    fee: DISPUTE_FEE_MINOR,
    currency: charge.currency,
    source: id,
    description: `Chargeback withdrawal for ${charge.id}`,
    immediately: true,
  });
  const unresolved = makeDispute(context, id, charge, amount, reason);
  const dispute = context.store.put('dispute', { ...unresolved, balance_transactions: [line] });
  context.store.put('charge', { ...charge, disputed: true });
  recordEvent(context, 'charge.dispute.created', dispute);
  recordEvent(context, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** The bank asks before it takes anything: no money moves, and the charge may still be refunded. */
export function openInquiry(context: Context, charge: Stripe.Charge, reason: string): Stripe.Dispute {
  const inquiry = context.store.put('dispute', {
    ...makeDispute(context, makeId('du'), charge, charge.amount, reason),
    is_charge_refundable: true,
    status: 'warning_needs_response',
  });
  recordEvent(context, 'charge.dispute.created', inquiry);
  return inquiry;
}

function makeDispute(
  { nowSeconds }: Context,
  id: string,
  charge: Stripe.Charge,
  amount: number,
  reason: string,
): Stripe.Dispute {
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...NO_EVIDENCE, enhanced_evidence: {} },
    evidence_details: {
      due_by: nowSeconds + ANSWER_DAYS * DAY_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    network_reason_code: '10.4',
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      type: 'card',
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
    },
    reason,
    status: 'needs_response',
  };
}

/** Won: the amount comes back and the fee does not. Lost: it stays away. */
export function resolveDispute(context: Context, id: string, outcome: 'won' | 'lost'): Stripe.Dispute {
  const dispute = requireDispute(context, id);
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw invalidRequest(`This dispute is already closed: ${dispute.status}.`);
  }
  const inquiry = dispute.status.startsWith('warning_');
  const reinstated = inquiry || outcome === 'lost' ? [] : [giveBack(context, dispute)];
  const closed = context.store.put('dispute', {
    ...dispute,
    status: inquiry ? 'warning_closed' : outcome,
    balance_transactions: [...dispute.balance_transactions, ...reinstated],
  });
  if (reinstated.length > 0) recordEvent(context, 'charge.dispute.funds_reinstated', closed);
  recordEvent(context, 'charge.dispute.closed', closed);
  return closed;
}

function giveBack(context: Context, dispute: Stripe.Dispute): Stripe.BalanceTransaction {
  return recordBalance(context, {
    type: 'adjustment',
    reportingCategory: 'dispute_reversal',
    amount: dispute.amount,
    fee: 0,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback reversal for ${idOf(dispute.charge) ?? ''}`,
    immediately: true,
  });
}

function requireDispute({ store }: Context, id: string): Stripe.Dispute {
  const dispute = store.get('dispute', id);
  if (dispute === null) throw noSuch('dispute', id);
  return dispute;
}

/** As in Stripe's test mode, the words `winning_evidence` and `losing_evidence` decide at once. */
function updateDispute(context: Context, id: string, params: Params): Stripe.Dispute {
  const dispute = requireDispute(context, id);
  const evidence = params.section('evidence');
  const submit = params.boolean('submit') ?? evidence !== null;
  const given = [...TEXT_EVIDENCE, ...FILE_EVIDENCE].flatMap((name) => {
    const value = evidence?.string(name) ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  const submitted = submit && given.length > 0;
  const updated = context.store.put('dispute', {
    ...dispute,
    evidence: { ...dispute.evidence, ...Object.fromEntries(given) },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: dispute.evidence_details.has_evidence || given.length > 0,
      submission_count: dispute.evidence_details.submission_count + (submitted ? 1 : 0),
    },
    metadata: params.metadata(dispute.metadata),
    status: submitted ? underReview(dispute) : dispute.status,
  });
  recordEvent(context, 'charge.dispute.updated', updated);
  const word = updated.evidence.uncategorized_text;
  if (submitted && word === 'winning_evidence') return resolveDispute(context, id, 'won');
  if (submitted && word === 'losing_evidence') return resolveDispute(context, id, 'lost');
  return updated;
}

function underReview({ status }: Stripe.Dispute): Stripe.Dispute['status'] {
  return status.startsWith('warning_') ? 'warning_under_review' : 'under_review';
}

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/disputes',
    handle: ({ context, params }) => {
      const created = params.range('created');
      const [charge, intent] = [params.string('charge'), params.string('payment_intent')];
      return listObjects(
        context,
        'dispute',
        '/v1/disputes',
        params,
        (dispute) =>
          created(dispute.created) &&
          (charge === null || dispute.charge === charge) &&
          (intent === null || dispute.payment_intent === intent),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/disputes/:id',
    handle: ({ context, path }) => requireDispute(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/disputes/:id',
    handle: ({ context, params, path }) => updateDispute(context, path['id'] ?? '', params),
  },
  {
    method: 'POST',
    pattern: '/v1/disputes/:id/close',
    handle: ({ context, path }) => resolveDispute(context, path['id'] ?? '', 'lost'),
  },
];
