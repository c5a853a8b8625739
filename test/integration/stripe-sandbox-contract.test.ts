/**
 * The shape of every object that the sandbox returns, against Stripe's published fixtures; skipped where they are absent.
 * `stripe-sandbox-states.test.ts` has the same objects in every state that we bring them into.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_VERSION } from '../../server/gateways/stripe-sandbox/context.ts';
import {
  differencesFromFixture,
  fixturesAreAbsent,
  readStripeFixtures,
  type Json,
} from '../support/stripe-fixtures.ts';
import { StripeWire } from '../support/stripe-wire.ts';
import { control, press, startRig, type SandboxRig } from '../support/stripe-sandbox.ts';

let rig: SandboxRig;
let wire: StripeWire;
/** One example of each object, by Stripe's name of its kind. */
const examples = new Map<string, Json>();

beforeAll(async () => {
  if (fixturesAreAbsent) return;
  rig = await startRig();
  wire = new StripeWire(rig.sandbox);
  await collectExamples();
});
afterAll(async () => {
  if (!fixturesAreAbsent) await rig.stop();
});

async function collectExamples(): Promise<void> {
  const keep = (object: Json): Json => {
    examples.set(String(object['object']), object);
    return object;
  };
  keep(await wire.post('webhook_endpoints', { url: 'http://127.0.0.1:9/', 'enabled_events[0]': '*' }));
  const session = await wire.post('checkout/sessions', {
    mode: 'payment',
    customer_creation: 'always',
    success_url: 'http://127.0.0.1:9/',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'cny',
    'line_items[0][price_data][unit_amount]': '20000',
    'line_items[0][price_data][product_data][name]': 'Donation',
  });
  await press(String(session['url']), { outcome: 'card', email: 'donor@example.org' });
  const paid = keep(await wire.get(`checkout/sessions/${String(session['id'])}`));
  const items = await wire.get(`checkout/sessions/${String(session['id'])}/line_items`);
  keep((items['data'] as Json[])[0]!);
  const intent = keep(await wire.get(`payment_intents/${String(paid['payment_intent'])}`));
  keep(await wire.get(`payment_methods/${String(intent['payment_method'])}`));
  keep(await wire.get(`customers/${String(paid['customer'])}`));
  const charge = keep(await wire.get(`charges/${String(intent['latest_charge'])}`));
  keep(await wire.get(`balance_transactions/${String(charge['balance_transaction'])}`));
  await control(rig.sandbox, 'payouts', { include_pending: true });
  keep(await wire.post('refunds', { charge: String(charge['id']), amount: '100' }));
  keep(await control(rig.sandbox, 'disputes', { charge: charge['id'] }));
  for (const list of ['payouts', 'events', 'prices', 'products']) {
    keep(((await wire.get(list))['data'] as Json[])[0]!);
  }
  keep(await wire.get('balance'));
  await collectBilling(keep);
}

async function collectBilling(keep: (object: Json) => Json): Promise<void> {
  const customer = await wire.post('customers', { payment_method: 'pm_card_visa' });
  const subscription = keep(
    await wire.post('subscriptions', {
      customer: String(customer['id']),
      default_payment_method: 'pm_card_visa',
      'items[0][price_data][currency]': 'cny',
      'items[0][price_data][unit_amount]': '5000',
      'items[0][price_data][recurring][interval]': 'month',
      'items[0][price_data][product_data][name]': 'Monthly gift',
    }),
  );
  const setup = await wire.post('checkout/sessions', {
    mode: 'setup',
    customer: String(customer['id']),
    success_url: 'http://127.0.0.1:9/',
  });
  keep(await wire.get(`setup_intents/${String(setup['setup_intent'])}`));
  const item = keep((subscription['items'] as { data: Json[] }).data[0]!);
  keep(item['plan'] as Json);
  const invoice = keep(await wire.get(`invoices/${String(subscription['latest_invoice'])}`));
  keep((invoice['lines'] as { data: Json[] }).data[0]!);
  keep(((await wire.get(`invoice_payments?invoice=${String(invoice['id'])}`))['data'] as Json[])[0]!);
}

describe.skipIf(fixturesAreAbsent)('every object that the sandbox returns has the shape of Stripe’s', () => {
  const resources = readStripeFixtures();

  it.each([
    'balance',
    'balance_transaction',
    'charge',
    'checkout.session',
    'customer',
    'dispute',
    'event',
    'invoice',
    'invoice_payment',
    'item',
    'line_item',
    'payment_intent',
    'payment_method',
    'payout',
    'plan',
    'price',
    'product',
    'refund',
    'setup_intent',
    'subscription',
    'subscription_item',
    'webhook_endpoint',
  ])('%s', (kind) => {
    expect(resources[kind]).toBeDefined();
    expect(differencesFromFixture(resources[kind], examples.get(kind))).toEqual([]);
  });

  it('the comparison itself finds a missing field and a wrong type', () => {
    const charge = { ...examples.get('charge') };
    delete charge['outcome'];
    expect(differencesFromFixture(resources['charge'], { ...charge, amount: '100' })).toEqual([
      'amount: string instead of number',
      'outcome: missing',
    ]);
  });
});

it('the sandbox speaks the version of the API that the installed package speaks', async () => {
  const { default: Stripe } = await import('stripe');
  expect(API_VERSION).toBe(Stripe.API_VERSION);
});
