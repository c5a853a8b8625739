/** Payouts: money on its way from the balance to the bank; an automatic one says which lines it pays out. */
import type Stripe from 'stripe';
import { invalidRequest, noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { listObjects } from '../lists.ts';
import type { Params } from '../params.ts';
import type { Route } from '../router.ts';
import { balanceTotals, recordBalance } from './balance.ts';
import { recordEvent } from './events.ts';

interface PayoutRequest {
  readonly amount: number;
  readonly currency: string;
  readonly automatic: boolean;
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  readonly metadata: Record<string, string>;
}

function createPayout(context: Context, request: PayoutRequest): Stripe.Payout {
  const { nowSeconds, store } = context;
  const id = makeId('po');
  const line = recordBalance(context, {
    type: 'payout',
    reportingCategory: 'payout',
    amount: -request.amount,
    fee: 0,
    currency: request.currency,
    source: id,
    description: request.description ?? 'STRIPE PAYOUT',
    immediately: true,
  });
  const payout = store.put('payout', {
    id,
    object: 'payout',
    amount: request.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: nowSeconds,
    automatic: request.automatic,
    balance_transaction: line.id,
    created: nowSeconds,
    currency: request.currency,
    description: request.description ?? 'STRIPE PAYOUT',
    destination: 'ba_sandbox_bank_account',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: request.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: request.automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: request.statementDescriptor,
    status: 'in_transit',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  });
  recordEvent(context, 'payout.created', payout);
  return payout;
}

/**
 * Pays out, in each currency, every line that no automatic payout has paid out yet, less what was paid out by hand; with `includePending`
 * also what is not available yet, so that a story need not wait two days. Nothing is paid when the sum is
 * not positive.
 */
export function runAutomaticPayouts(context: Context, includePending: boolean): Stripe.Payout[] {
  const { nowSeconds, store } = context;
  const lines = store
    .all('balance_transaction')
    // What was paid out by hand is gone from the balance; an automatic payout is not paid out again.
    .filter((line) => !isOfAutomaticPayout(context, line))
    .filter((line) => store.get('sandbox.paid_out', line.id) === null)
    .filter((line) => includePending || line.available_on <= nowSeconds);
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  return currencies.flatMap((currency) => {
    const owed = lines.filter((line) => line.currency === currency);
    const amount = owed.reduce((sum, { net }) => sum + net, 0);
    if (amount <= 0) return [];
    const payout = createPayout(context, {
      amount,
      currency,
      automatic: true,
      description: null,
      statementDescriptor: null,
      metadata: {},
    });
    for (const { id, available_on } of owed) {
      store.put('sandbox.paid_out', { id, payoutId: payout.id });
      const line = store.get('balance_transaction', id);
      if (line !== null && available_on > nowSeconds) {
        store.put('balance_transaction', { ...line, available_on: nowSeconds });
      }
    }
    recordEvent(context, 'payout.reconciliation_completed', payout);
    return [settlePayout(context, payout)];
  });
}

function isOfAutomaticPayout({ store }: Context, { type, source }: Stripe.BalanceTransaction): boolean {
  if (type !== 'payout' && type !== 'payout_failure') return false;
  const id = typeof source === 'string' ? source : (source?.id ?? '');
  return store.get('payout', id)?.automatic !== false;
}

function settlePayout(context: Context, payout: Stripe.Payout): Stripe.Payout {
  const trace = { status: 'supported', value: `SANDBOX${payout.id.slice(-12).toUpperCase()}` };
  const paid = context.store.put('payout', { ...payout, status: 'paid', trace_id: trace });
  recordEvent(context, 'payout.paid', paid);
  return paid;
}

/** The bank sends the money back: the payout failed, and the balance has it again. */
export function failPayout(context: Context, id: string): Stripe.Payout {
  const payout = requirePayout(context, id);
  if (payout.status === 'failed' || payout.status === 'canceled') {
    throw invalidRequest(`Payout ${id} has already ${payout.status}.`);
  }
  const line = recordBalance(context, {
    type: 'payout_failure',
    reportingCategory: 'payout_reversal',
    amount: payout.amount,
    fee: 0,
    currency: payout.currency,
    source: payout.id,
    description: 'PAYOUT FAILURE',
    immediately: true,
  });
  for (const entry of context.store.all('sandbox.paid_out')) {
    if (entry.payoutId === id) context.store.remove('sandbox.paid_out', entry.id);
  }
  const failed = context.store.put('payout', {
    ...payout,
    status: 'failed',
    failure_balance_transaction: line.id,
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed.',
  });
  recordEvent(context, 'payout.failed', failed);
  return failed;
}

function requirePayout({ store }: Context, id: string): Stripe.Payout {
  const payout = store.get('payout', id);
  if (payout === null) throw noSuch('payout', id);
  return payout;
}

function createManualPayout(context: Context, params: Params): Stripe.Payout {
  const amount = params.requiredInteger('amount');
  const currency = params.currency('currency') ?? params.requiredString('currency');
  if (amount < 1) throw invalidRequest('Invalid positive integer', { param: 'amount' });
  params.ignore('destination', 'method', 'source_type');
  if (amount > (balanceTotals(context, true).get(currency) ?? 0)) {
    throw invalidRequest('You have insufficient funds in your Stripe account for this payout.', {
      code: 'balance_insufficient',
    });
  }
  const payout = createPayout(context, {
    amount,
    currency,
    automatic: false,
    description: params.string('description'),
    statementDescriptor: params.string('statement_descriptor'),
    metadata: params.metadata(),
  });
  return settlePayout(context, payout);
}

export const payoutRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/payouts',
    handle: ({ context, params }) => createManualPayout(context, params),
  },
  {
    method: 'GET',
    pattern: '/v1/payouts',
    handle: ({ context, params }) => {
      const [created, arrival] = [params.range('created'), params.range('arrival_date')];
      const status = params.string('status');
      return listObjects(
        context,
        'payout',
        '/v1/payouts',
        params,
        (payout) =>
          created(payout.created) &&
          arrival(payout.arrival_date) &&
          (status === null || payout.status === status),
      );
    },
  },
  {
    method: 'GET',
    pattern: '/v1/payouts/:id',
    handle: ({ context, path }) => requirePayout(context, path['id'] ?? ''),
  },
  {
    method: 'POST',
    pattern: '/v1/payouts/:id',
    handle: ({ context, params, path }) => {
      const payout = requirePayout(context, path['id'] ?? '');
      return context.store.put('payout', { ...payout, metadata: params.metadata(payout.metadata ?? {}) });
    },
  },
];
