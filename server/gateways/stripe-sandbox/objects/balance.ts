/** The account's balance: an append-only list of balance transactions, of which every total is a sum. */
import type Stripe from 'stripe';
import { noSuch } from '../api-errors.ts';
import { makeId, type Context } from '../context.ts';
import { SETTLEMENT_DAYS } from '../fees.ts';
import { listObjects } from '../lists.ts';
import type { Route } from '../router.ts';

const DAY_SECONDS = 24 * 3600;

interface BalanceEntry {
  readonly type: Stripe.BalanceTransaction['type'];
  readonly reportingCategory: string;
  /** Signed, in minor units. */
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  /** Null for what the processor charges by itself. */
  readonly source: string | null;
  readonly description: string | null;
  /** Whether the money can be paid out at once; a charge's cannot. */
  readonly immediately: boolean;
}

export function recordBalance(context: Context, entry: BalanceEntry): Stripe.BalanceTransaction {
  const { nowSeconds, store } = context;
  return store.put('balance_transaction', {
    id: makeId('txn'),
    object: 'balance_transaction',
    amount: entry.amount,
    available_on: entry.immediately ? nowSeconds : nowSeconds + SETTLEMENT_DAYS * DAY_SECONDS,
    balance_type: 'payments',
    created: nowSeconds,
    currency: entry.currency,
    description: entry.description,
    exchange_rate: null,
    fee: entry.fee,
    fee_details:
      entry.fee === 0
        ? []
        : [
            {
              amount: entry.fee,
              application: null,
              currency: entry.currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: entry.amount - entry.fee,
    reporting_category: entry.reportingCategory,
    source: entry.source,
    status: entry.immediately ? 'available' : 'pending',
    type: entry.type,
  });
}

/** What the processor charges (`stripe_fee`) or corrects (`adjustment`) by itself, beside any payment. */
export function recordOwnCharge(
  context: Context,
  charge: {
    readonly type: 'stripe_fee' | 'adjustment';
    readonly amount: number;
    readonly currency: string;
    readonly description: string | null;
  },
): Stripe.BalanceTransaction {
  const reportingCategory = charge.type === 'stripe_fee' ? 'fee' : 'other_adjustment';
  return recordBalance(context, { ...charge, reportingCategory, fee: 0, source: null, immediately: true });
}

/** Lets time pass for what is pending: all of it can be paid out at once. */
export function releasePending({ store, nowSeconds }: Context): void {
  for (const line of store.all('balance_transaction')) {
    if (line.available_on > nowSeconds) {
      store.put('balance_transaction', { ...line, available_on: nowSeconds });
    }
  }
}

/** `status` follows from the time, so it is told and not kept. */
function asOfNow(line: Stripe.BalanceTransaction, nowSeconds: number): Stripe.BalanceTransaction {
  return { ...line, status: line.available_on <= nowSeconds ? 'available' : 'pending' };
}

/** Net sums by currency of the lines that are available, or that are not yet. */
export function balanceTotals({ store, nowSeconds }: Context, available: boolean): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { available_on, currency, net } of store.all('balance_transaction')) {
    const counted = available_on <= nowSeconds === available ? net : 0;
    totals.set(currency, (totals.get(currency) ?? 0) + counted);
  }
  return totals;
}

function describeTotals(totals: Map<string, number>): Stripe.Balance.Available[] {
  const entries: [string, number][] = totals.size === 0 ? [['cny', 0]] : [...totals];
  return entries.map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
}

export const balanceRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/v1/balance',
    handle: ({ context }) =>
      ({
        object: 'balance',
        available: describeTotals(balanceTotals(context, true)),
        connect_reserved: describeTotals(new Map()).map(({ currency }) => ({ amount: 0, currency })),
        livemode: false,
        pending: describeTotals(balanceTotals(context, false)),
      }) satisfies Stripe.Balance,
  },
  ...['/v1/balance_transactions', '/v1/balance/history'].flatMap((url): Route[] => [
    {
      method: 'GET',
      pattern: url,
      handle: ({ context, params }) => {
        const created = params.range('created');
        const [payout, type, source, currency] = [
          params.string('payout'),
          params.string('type'),
          params.string('source'),
          params.currency('currency'),
        ];
        const page = listObjects(
          context,
          'balance_transaction',
          url,
          params,
          (line) =>
            created(line.created) &&
            (type === null || line.type === type) &&
            (source === null || line.source === source) &&
            (currency === null || line.currency === currency) &&
            (payout === null || payoutOf(context, line) === payout),
        );
        return { ...page, data: page.data.map((line) => asOfNow(line, context.nowSeconds)) };
      },
    },
    {
      method: 'GET',
      pattern: `${url}/:id`,
      handle: ({ context, path }) => {
        const id = path['id'] ?? '';
        const line = context.store.get('balance_transaction', id);
        if (line === null) throw noSuch('balance transaction', id);
        return asOfNow(line, context.nowSeconds);
      },
    },
  ]),
];

/** The payout that paid a line out; a payout's own line belongs to it too, as Stripe lists it. */
function payoutOf({ store }: Context, line: Stripe.BalanceTransaction): string | null {
  if (line.type === 'payout') return typeof line.source === 'string' ? line.source : null;
  return store.get('sandbox.paid_out', line.id)?.payoutId ?? null;
}
