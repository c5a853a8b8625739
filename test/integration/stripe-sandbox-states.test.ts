/**
 * Every object in every state that we bring it into, and every call that we make: gifts paid, declined and refused by a
 * wallet, refunds and disputes either way, months that are charged and fail, payouts that arrive and come back. What the
 * sandbox tells of each by events and answers is held against Stripe's published fixtures (skipped where they are absent)
 * and, by the compiler, against the types of Stripe's own package.
 */
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { Kinds, WireEvent } from '../../server/gateways/stripe-sandbox/kinds.ts';
import type { PaymentGateway } from '../../server/gateways/payments.ts';
import {
  differencesFromFixture,
  fixturesAreAbsent,
  readStripeFixtures,
  type Json,
} from '../support/stripe-fixtures.ts';
import {
  checkoutRequest,
  control,
  press,
  startRig,
  waitUntil,
  type SandboxRig,
} from '../support/stripe-sandbox.ts';
import { StripeWire } from '../support/stripe-wire.ts';

let rig: SandboxRig;
let wire: StripeWire;
let gateway: PaymentGateway;
const called = new Set<string>();
/** Every object that was told, by its kind. */
const told = new Map<string, Json[]>();

beforeAll(async () => {
  rig = await startRig();
  wire = new StripeWire(rig.sandbox);
  gateway = new Proxy(rig.gateway, {
    get(target, name: keyof PaymentGateway) {
      const part = target[name];
      if (typeof part === 'function') called.add(name);
      return part;
    },
  });
  rig.receiver.verify = (body, header) => gateway.verifyWebhook(body, header, new Date());
  await giftsOnce();
  await giftsMonthly();
  await payouts();
  await collect();
}, 60_000);
afterAll(() => rig.stop());

async function giftsOnce(): Promise<void> {
  const pay = async (donationId: string, ...outcomes: string[]): Promise<string> => {
    const { checkoutSessionId, url } = await gateway.createCheckout(
      checkoutRequest({ donationId, customerEmail: 'donor@example.org' }),
    );
    for (const outcome of outcomes) await press(url, { outcome });
    const done = async () => (await gateway.retrieveCheckout(checkoutSessionId)).paymentIntentId;
    return (await done()) ?? '';
  };
  const settled = async (id: string) => (await gateway.retrievePayment(id)).balanceTransactionId !== null;
  const paid = await pay('d1', 'card_decline', 'card_insufficient_funds', 'card');
  await pay('d2', 'alipay_failure');
  const wallet = await pay('d3', 'wechat_pay');
  await waitUntil(() => settled(wallet), 'the wallet');
  const open = await gateway.createCheckout(checkoutRequest({ donationId: 'd4' }));
  await gateway.expireCheckout(open.checkoutSessionId);
  const refund = (amountMinor: bigint, n: number) =>
    gateway.createRefund({
      ...{ paymentIntentId: paid, amountMinor, idempotencyKey: `r${n}` },
      ...{ reason: 'requested_by_customer', metadata: { note: 'x' } },
    });
  const { refundId } = await refund(100n, 1);
  await control(rig.sandbox, `refunds/${refundId}/fail`);
  await gateway.retrieveRefund(refundId);
  await refund(200n, 2);
  await control(rig.sandbox, 'refunds/hold', { count: 2 });
  const [settles, fails] = [await refund(300n, 3), await refund(400n, 4)];
  await control(rig.sandbox, `refunds/${settles.refundId}/settle`);
  await control(rig.sandbox, `refunds/${fails.refundId}/fail`);
  await gateway.retrieveRefund(fails.refundId);
  await gateway.listRefunds(paid);
  const won = await pay('d5', 'card');
  for (const [paymentIntentId, outcome] of [
    [won, 'won'],
    [paid, 'lost'],
  ] as const) {
    const { id } = await control(rig.sandbox, 'disputes', { payment_intent: paymentIntentId });
    await gateway.retrieveDispute(String(id));
    await control(rig.sandbox, `disputes/${String(id)}/resolve`, { outcome });
  }
  await gateway.listDisputes(paid);
}

async function giftsMonthly(): Promise<void> {
  const begin = async (monthlyGivingId: string, outcome: string): Promise<string> => {
    const { donationId: _, ...request } = checkoutRequest({ idempotencyKey: monthlyGivingId });
    const page = await gateway.createMonthlyCheckout({ ...request, monthlyGivingId });
    await press(page.url, { outcome });
    return (await gateway.retrieveCheckout(page.checkoutSessionId)).subscriptionId ?? '';
  };
  const subscriptionId = await begin('m1', 'card_fails_later');
  await gateway.changeSubscriptionAmount({ subscriptionId, amountMinor: 8_800n, idempotencyKey: 'a1' });
  await control(rig.sandbox, `subscriptions/${subscriptionId}/renew`);
  const failed = (await gateway.listInvoices(subscriptionId)).at(-1)?.invoiceId ?? '';
  await gateway.retrieveInvoice(failed);
  const { customerId } = await gateway.retrieveSubscription(subscriptionId);
  const pages = { successUrl: 'http://127.0.0.1:9/', cancelUrl: 'http://127.0.0.1:9/' };
  const card = await gateway.createCardUpdate({
    ...{ subscriptionId, customerId, locale: 'zh', idempotencyKey: 'c1' },
    ...pages,
  });
  await press(card.url, { outcome: 'card' });
  await gateway.applyCardUpdate(card.checkoutSessionId);
  await gateway.payInvoice(failed, 'p1');
  await gateway.cancelSubscription(subscriptionId, 'at-period-end');
  await gateway.cancelSubscription(await begin('m2', 'card'), 'now');
}

async function payouts(): Promise<void> {
  await control(rig.sandbox, 'charges-of-its-own', { amount: -150 });
  await control(rig.sandbox, 'charges-of-its-own', { type: 'adjustment', amount: 50 });
  await control(rig.sandbox, 'payouts', { include_pending: true });
  const since = new Date(0);
  const [first] = await gateway.listPayouts({ since });
  await gateway.listPayoutLines(first?.payoutId ?? '');
  await control(rig.sandbox, `payouts/${first?.payoutId ?? ''}/fail`);
  await wire.post('payouts', { amount: '100', currency: 'cny' });
  await gateway.listBalanceLines({ since });
  await gateway.retrieveBalance();
}

async function collect(): Promise<void> {
  const keep = (object: Json) => {
    const kind = String(object['object']);
    told.set(kind, [...(told.get(kind) ?? []), object]);
  };
  await gateway.listEvents({ since: new Date(0) });
  await rig.receiver.waitFor('payout.failed');
  let page: Json[] = [];
  do {
    const after = page.at(-1)?.['id'] as string | undefined;
    const answer = await wire.get(`events?limit=100${after === undefined ? '' : `&starting_after=${after}`}`);
    page = answer['data'] as Json[];
    for (const event of page) {
      keep(event);
      keep((event['data'] as { object: Json }).object);
    }
  } while (page.length === 100);
  for (const list of [
    'balance_transactions',
    'charges',
    'customers',
    'refunds',
    'disputes',
    'payouts',
    'invoices',
  ]) {
    for (const object of (await wire.get(`${list}?limit=100`))['data'] as Json[]) keep(object);
  }
}

/** The fixture is paid by card; a wallet has its own details in their place. */
const forCards =
  (object: Json) =>
  (difference: string): boolean =>
    (object['payment_method_details'] as Json | undefined)?.['type'] === 'card' ||
    difference !== 'payment_method_details.card: missing';

const statesOf = (kind: string): Set<unknown> => new Set((told.get(kind) ?? []).map(({ status }) => status));

describe('the sandbox', () => {
  it('answers every call that we make', () => {
    const calls = Object.entries(rig.gateway).filter(([, part]) => typeof part === 'function');
    expect([...called].sort()).toEqual(calls.map(([name]) => name).sort());
  });

  it('refuses a parameter that it does not honour, so that none of ours goes unseen', async () => {
    const { status, body } = await wire.ask('POST', 'customers', { invented: '1' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'parameter_unknown' } });
  });

  it('was brought into every state that matters to us', () => {
    expect(statesOf('charge')).toEqual(new Set(['succeeded', 'failed', 'pending']));
    expect(statesOf('checkout.session')).toEqual(new Set(['complete', 'expired']));
    expect([...statesOf('payment_intent')]).toEqual(
      expect.arrayContaining(['succeeded', 'requires_payment_method', 'processing']),
    );
    expect(statesOf('refund')).toEqual(new Set(['succeeded', 'failed', 'pending']));
    expect([...statesOf('dispute')]).toEqual(expect.arrayContaining(['needs_response', 'won', 'lost']));
    expect([...statesOf('payout')]).toEqual(expect.arrayContaining(['in_transit', 'paid', 'failed']));
    expect([...statesOf('invoice')]).toEqual(expect.arrayContaining(['open', 'paid']));
    expect([...statesOf('subscription')]).toEqual(expect.arrayContaining(['active', 'past_due', 'canceled']));
    const lines = (told.get('balance_transaction') ?? []).map((line) => line['reporting_category']);
    expect(new Set(lines)).toEqual(
      new Set([
        ...['charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal'],
        ...['fee', 'other_adjustment', 'payout', 'payout_reversal'],
      ]),
    );
  });
});

describe.skipIf(fixturesAreAbsent)('has the shape of Stripe’s in every state', () => {
  const fixtures = readStripeFixtures();

  it('whatever it told', () => {
    const wrong = [...told].flatMap(([kind, objects]) => {
      if (fixtures[kind] === undefined) return [`${kind}: Stripe has no such object`];
      const found = objects.flatMap((object) =>
        differencesFromFixture(fixtures[kind], object)
          .filter(forCards(object))
          .map((one) => `${kind} ${String(object['status'])} ${one}`),
      );
      return [...new Set(found)];
    });
    expect(wrong).toEqual([]);
  });
});

it('keeps objects of the types of Stripe’s own package', () => {
  expectTypeOf<Kinds['balance_transaction']>().toEqualTypeOf<Stripe.BalanceTransaction>();
  expectTypeOf<Kinds['charge']>().toEqualTypeOf<Stripe.Charge>();
  expectTypeOf<Kinds['checkout.session']>().toEqualTypeOf<Stripe.Checkout.Session>();
  expectTypeOf<Kinds['customer']>().toEqualTypeOf<Stripe.Customer>();
  expectTypeOf<Kinds['dispute']>().toEqualTypeOf<Stripe.Dispute>();
  expectTypeOf<Kinds['invoice_payment']>().toEqualTypeOf<Stripe.InvoicePayment>();
  expectTypeOf<Kinds['payment_intent']>().toEqualTypeOf<Stripe.PaymentIntent>();
  expectTypeOf<Kinds['payment_method']>().toEqualTypeOf<Stripe.PaymentMethod>();
  expectTypeOf<Kinds['payout']>().toEqualTypeOf<Stripe.Payout>();
  expectTypeOf<Kinds['product']>().toEqualTypeOf<Stripe.Product>();
  expectTypeOf<Kinds['refund']>().toEqualTypeOf<Stripe.Refund>();
  expectTypeOf<Kinds['setup_intent']>().toEqualTypeOf<Stripe.SetupIntent>();
  expectTypeOf<Kinds['webhook_endpoint']>().toEqualTypeOf<Stripe.WebhookEndpoint>();
  // Where the wire has a decimal as a string and the package a number, every other field is the package's.
  expectTypeOf<keyof Kinds['invoice']>().toEqualTypeOf<keyof Stripe.Invoice>();
  expectTypeOf<keyof Kinds['price']>().toEqualTypeOf<keyof Stripe.Price>();
  expectTypeOf<keyof Kinds['subscription']>().toEqualTypeOf<keyof Stripe.Subscription>();
  expectTypeOf<Exclude<keyof WireEvent, keyof Stripe.EventBase>>().toEqualTypeOf<never>();
});
