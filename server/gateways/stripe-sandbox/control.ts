/**
 * The sandbox's own controls, under `/sandbox/`: what in the real world a bank, a donor or bad luck does.
 * Same key, same form as the API; none of them exists at Stripe.
 */
import { invalidRequest, missingParam, noSuch } from './api-errors.ts';
import { renewSubscription } from './billing.ts';
import { idOf, type Context } from './context.ts';
import { API_FAULTS, WEBHOOK_FAULTS, type FaultRequest } from './faults.ts';
import { shortList } from './api-list.ts';
import { recordOwnCharge, releasePending } from './objects/balance.ts';
import { requireCharge } from './objects/charges.ts';
import { openDispute, resolveDispute } from './objects/disputes.ts';
import { requireIntent } from './objects/payment-intents.ts';
import { failPayout, runAutomaticPayouts } from './objects/payouts.ts';
import { failRefund, settleRefund } from './objects/refunds.ts';
import type { Params } from './params.ts';
import type { Route } from './router.ts';
import { runTask } from './run-task.ts';

const MAX_FAULTS = 1_000_000;
const MAX_DELAY_MS = 86_400_000;
const DEFAULT_DELAY_MS = 500;

function readFault(params: Params): FaultRequest {
  const count = params.integer('count') ?? 1;
  if (count < 1 || count > MAX_FAULTS) throw invalidRequest(`count is between 1 and ${MAX_FAULTS}.`);
  const api = params.choice('api', API_FAULTS);
  const webhook = params.choice('webhook', WEBHOOK_FAULTS);
  if (api !== null && webhook === null) {
    return { api, count, method: params.string('method'), path: params.string('path') };
  }
  if (webhook === null || api !== null) throw missingParam('api or webhook');
  const delayMs = params.integer('delayMs') ?? DEFAULT_DELAY_MS;
  if (delayMs < 0 || delayMs > MAX_DELAY_MS)
    throw invalidRequest(`delayMs is between 0 and ${MAX_DELAY_MS}.`);
  return { webhook, count, delayMs, type: params.string('type') };
}

function openDisputeFrom(context: Context, params: Params): object {
  const intentId = params.string('payment_intent');
  const chargeId =
    intentId === null
      ? params.requiredString('charge')
      : (idOf(requireIntent(context, intentId).latest_charge) ?? '');
  const charge = requireCharge(context, chargeId, 'charge');
  const amount = params.integer('amount') ?? charge.amount - charge.amount_refunded;
  return openDispute(context, charge, amount, params.string('reason') ?? 'fraudulent');
}

export const controlRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/sandbox/faults',
    handle: ({ context, params }) => {
      context.faults.arm(readFault(params));
      return { armed: context.faults.armed() };
    },
  },
  {
    method: 'GET',
    pattern: '/sandbox/faults',
    handle: ({ context }) => ({ armed: context.faults.armed() }),
  },
  {
    method: 'DELETE',
    pattern: '/sandbox/faults',
    handle: ({ context }) => {
      context.faults.clear();
      return { armed: [] };
    },
  },
  {
    /** Today's automatic payout; with `include_pending`, of all the money, due or not. */
    method: 'POST',
    pattern: '/sandbox/payouts',
    handle: ({ context, params }) =>
      shortList('/sandbox/payouts', runAutomaticPayouts(context, params.boolean('include_pending') ?? false)),
  },
  {
    /** What the processor charges for its services, or corrects; `amount` is signed, a charge below zero. */
    method: 'POST',
    pattern: '/sandbox/charges-of-its-own',
    handle: ({ context, params }) =>
      recordOwnCharge(context, {
        type: params.choice('type', ['stripe_fee', 'adjustment']) ?? 'stripe_fee',
        amount: params.requiredInteger('amount'),
        currency: params.currency('currency') ?? 'cny',
        description: params.string('description'),
      }),
  },
  {
    /** All that is pending can be paid out now, without waiting for two days. */
    method: 'POST',
    pattern: '/sandbox/release',
    handle: ({ context }) => {
      releasePending(context);
      return {};
    },
  },
  {
    method: 'POST',
    pattern: '/sandbox/payouts/:id/fail',
    handle: ({ context, path }) => failPayout(context, path['id'] ?? ''),
  },
  {
    /** The next `count` refunds stay pending, as when the balance does not suffice, until they are settled or fail. */
    method: 'POST',
    pattern: '/sandbox/refunds/hold',
    handle: ({ context, params }) => {
      context.faults.holdRefunds(params.integer('count') ?? 1);
      return {};
    },
  },
  {
    method: 'POST',
    pattern: '/sandbox/refunds/:id/settle',
    handle: ({ context, path }) => settleRefund(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/sandbox/refunds/:id/fail',
    handle: ({ context, path }) => failRefund(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/sandbox/disputes',
    handle: ({ context, params }) => openDisputeFrom(context, params),
  },
  {
    method: 'POST',
    pattern: '/sandbox/disputes/:id/resolve',
    handle: ({ context, params, path }) => {
      const outcome = params.choice('outcome', ['won', 'lost']);
      if (outcome === null) throw missingParam('outcome');
      return resolveDispute(context, path['id'] ?? '', outcome);
    },
  },
  {
    /** Lets the wallet of one payment answer now, as `succeeds` says. */
    method: 'POST',
    pattern: '/sandbox/payments/:id/settle',
    handle: ({ context, params, path }) => {
      const id = path['id'] ?? '';
      const task = context.store
        .all('sandbox.task')
        .find((candidate) => candidate.action === 'settle-payment' && candidate.paymentIntentId === id);
      if (task?.action !== 'settle-payment') throw noSuch('payment that waits for a wallet', id);
      runTask(context, { ...task, succeeds: params.boolean('succeeds') ?? task.succeeds });
      return requireIntent(context, id);
    },
  },
  {
    /** Ends the present period now: the next is charged for, without waiting for a month. */
    method: 'POST',
    pattern: '/sandbox/subscriptions/:id/renew',
    handle: ({ context, path }) => renewSubscription(context, path['id'] ?? ''),
  },
  {
    method: 'GET',
    pattern: '/sandbox/deliveries',
    handle: ({ context }) => shortList('/sandbox/deliveries', context.store.all('sandbox.delivery')),
  },
];
