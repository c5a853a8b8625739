/** What is on the wire: keys, idempotency, errors, lists, expansion, endpoints and faults, as Stripe has them. */
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PaymentGatewayUnavailable, PaymentRefused } from '../../server/gateways/payments.ts';
import {
  checkoutRequest,
  control,
  gatewayTo,
  press,
  startRig,
  waitUntil,
  WebhookReceiver,
  type SandboxRig,
} from '../support/stripe-sandbox.ts';
import { StripeWire } from '../support/stripe-wire.ts';

type Json = Record<string, unknown>;

let rig: SandboxRig;
let wire: StripeWire;
let stripe: Stripe;
beforeAll(async () => {
  rig = await startRig();
  wire = new StripeWire(rig.sandbox);
  stripe = officialClient();
});
afterAll(() => rig.stop());
afterEach(() => control(rig.sandbox, 'faults', {}, 'DELETE'));

function officialClient(maxNetworkRetries = 0): Stripe {
  const { host, port, secretKey } = rig.sandbox;
  return new Stripe(secretKey, {
    host,
    port,
    protocol: 'http',
    maxNetworkRetries,
    timeout: 1_000,
    telemetry: false,
  });
}

const SESSION = {
  mode: 'payment',
  success_url: 'http://127.0.0.1:9/',
  'line_items[0][quantity]': '2',
  'line_items[0][price_data][currency]': 'cny',
  'line_items[0][price_data][unit_amount]': '10000',
  'line_items[0][price_data][product_data][name]': '捐赠',
};

describe('keys', () => {
  it.each([
    ['no key', {}],
    ['a wrong key', { Authorization: 'Bearer sk_test_wrong' }],
    ['a live key', { Authorization: 'Bearer sk_live_anything' }],
    ['an unknown scheme', { Authorization: `Digest sk_test_sandbox` }],
  ])('%s is refused with 401 in Stripe’s shape', async (_, headers: Record<string, string>) => {
    const response = await fetch(`${rig.sandbox.url}/v1/balance`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(((await response.json()) as { error: Json }).error['type']).toBe('invalid_request_error');
  });

  it('a key by basic authentication is taken, as curl -u and the command-line client send it', async () => {
    const basic = Buffer.from(`${rig.sandbox.secretKey}:`).toString('base64');
    const response = await fetch(`${rig.sandbox.url}/v1/balance`, {
      headers: { Authorization: `Basic ${basic}` },
    });
    expect(response.status).toBe(200);
  });
});

describe('idempotency keys', () => {
  const withKey = (key: string, params: Record<string, string>) =>
    wire.ask('POST', 'customers', params, { 'Idempotency-Key': key });

  it('the same request with the same key has one effect and one answer', async () => {
    const first = await withKey('same', { email: 'a@example.org' });
    const second = await withKey('same', { email: 'a@example.org' });
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
  });

  it('another request with the same key is refused', async () => {
    await withKey('other', { email: 'a@example.org' });
    const refused = await withKey('other', { email: 'b@example.org' });
    expect(refused.status).toBe(400);
    expect((refused.body['error'] as Json)['type']).toBe('idempotency_error');
    await expect(
      stripe.customers.create({ email: 'c@example.org' }, { idempotencyKey: 'other' }),
    ).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  it('of many at once, one works and the others are told to wait or get its answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => withKey('crowd', { email: 'crowd@example.org' })),
    );
    expect(new Set(answers.map(({ status }) => status)).size).toBeLessThanOrEqual(2);
    for (const { status, body } of answers) {
      if (status !== 200)
        expect([status, (body['error'] as Json)['code']]).toEqual([409, 'idempotency_key_in_use']);
    }
    const { data } = await stripe.customers.list({ email: 'crowd@example.org' });
    expect(data).toHaveLength(1);
  });

  it('a request that was refused for its parameters leaves its key free', async () => {
    expect((await wire.ask('POST', 'refunds', {}, { 'Idempotency-Key': 'free' })).status).toBe(400);
    expect((await withKey('free', { email: 'free@example.org' })).status).toBe(200);
  });

  it('a declined payment is remembered under its key', async () => {
    const pay = () =>
      wire.ask(
        'POST',
        'payment_intents',
        { amount: '2000', currency: 'cny', confirm: 'true', payment_method: 'pm_card_chargeDeclined' },
        { 'Idempotency-Key': 'declined' },
      );
    const first = await pay();
    expect(first.status).toBe(402);
    expect(first.body['error']).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_intent: { status: 'requires_payment_method' },
    });
    expect((await pay()).body).toEqual(first.body);
  });

  it('a key is forgotten after a day', async () => {
    let now = new Date('2026-05-01T00:00:00Z');
    const clocked = await startRig({ now: () => now });
    const ask = () =>
      new StripeWire(clocked.sandbox).ask('POST', 'customers', {}, { 'Idempotency-Key': 'day' });
    const first = await ask();
    now = new Date('2026-05-01T23:59:59Z');
    expect((await ask()).body).toEqual(first.body);
    now = new Date('2026-05-02T00:00:00Z');
    expect((await ask()).body['id']).not.toBe(first.body['id']);
    await clocked.stop();
  });
});

describe('wrong requests', () => {
  const cases: [string, string, Record<string, string>, Partial<Json>][] = [
    ['a missing parameter', 'checkout/sessions', { ...SESSION, success_url: '' }, { code: 'parameter_missing', param: 'success_url' }],
    ['no line item', 'checkout/sessions', { mode: 'payment', success_url: 'http://x.y/' }, { param: 'line_items' }],
    ['an unknown parameter', 'checkout/sessions', { ...SESSION, amuont: '1' }, { code: 'parameter_unknown', param: 'amuont' }],
    ['an unknown parameter deep inside', 'checkout/sessions', { ...SESSION, 'line_items[0][price_data][colour]': 'red' }, { param: 'line_items[0][price_data][colour]' }],
    ['an amount that is too small', 'checkout/sessions', { ...SESSION, 'line_items[0][price_data][unit_amount]': '100' }, { code: 'amount_too_small' }],
    ['an amount that is too large', 'checkout/sessions', { ...SESSION, 'line_items[0][price_data][unit_amount]': '99999999' }, { code: 'amount_too_large' }],
    ['an amount that is no integer', 'checkout/sessions', { ...SESSION, 'line_items[0][price_data][unit_amount]': '1.5' }, { code: 'parameter_invalid_integer' }],
    ['a negative amount', 'checkout/sessions', { ...SESSION, 'line_items[0][price_data][unit_amount]': '-5' }, { param: 'line_items[0][price_data][unit_amount]' }],
    ['two currencies', 'checkout/sessions', { ...SESSION, 'line_items[1][quantity]': '1', 'line_items[1][price_data][currency]': 'usd', 'line_items[1][price_data][unit_amount]': '500', 'line_items[1][price_data][product_data][name]': 'x' }, { param: 'line_items' }],
    ['a URL that is none', 'checkout/sessions', { ...SESSION, success_url: 'javascript:alert(1)' }, { code: 'url_invalid' }],
    ['an address that is none', 'checkout/sessions', { ...SESSION, customer_email: 'nobody' }, { code: 'email_invalid' }],
    ['an expiry next week', 'checkout/sessions', { ...SESSION, expires_at: String(Math.floor(Date.now() / 1000) + 604_800) }, { param: 'expires_at' }],
    ['a mode that is none', 'checkout/sessions', { ...SESSION, mode: 'gift' }, { param: 'mode' }],
    ['a value and an object at once', 'customers', { metadata: 'x', 'metadata[a]': 'y' }, {}],
    ['metadata that is too long', 'customers', { 'metadata[a]': 'x'.repeat(501) }, {}],
    ['a refund of nothing', 'refunds', {}, { code: 'parameter_missing' }],
  ]; // prettier-ignore
  it.each(cases)('%s is refused with 400 and named', async (_, path, params, error) => {
    const before = (await stripe.checkout.sessions.list({ limit: 1 })).data[0]?.id;
    const answer = await wire.ask('POST', path, params);
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toMatchObject({ type: 'invalid_request_error', ...error });
    expect((await stripe.checkout.sessions.list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  it('what is not there is a 404 that says so', async () => {
    await expect(stripe.charges.retrieve('ch_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such charge: 'ch_none'",
    });
    expect((await wire.ask('GET', 'rockets')).status).toBe(404);
    expect((await wire.ask('DELETE', 'balance')).status).toBe(404);
  });

  it('nothing typed in a request reaches a prototype', async () => {
    const params = { 'metadata[__proto__]': 'a', 'metadata[constructor]': 'b', '__proto__[admin]': 'yes' };
    expect((await wire.ask('POST', 'customers', params)).status).toBe(400);
    const { body } = await wire.ask('POST', 'customers', { 'metadata[__proto__]': 'a' });
    expect(JSON.stringify(body['metadata'])).toBe('{"__proto__":"a"}');
    expect(({} as Json)['admin']).toBeUndefined();
  });

  it('a page or body of the wrong kind is an answer, not a crash', async () => {
    for (const path of [
      '/c/pay/cs_none',
      '/c/pay/..%2f',
      '/c/authenticate/pi_none',
      '/c/receipts/ch_none',
      '/c/',
    ]) {
      expect((await fetch(`${rig.sandbox.url}${path}`)).status).toBe(404);
    }
    const large = await fetch(`${rig.sandbox.url}/v1/customers`, {
      method: 'POST',
      body: 'x'.repeat(2_000_000),
    });
    expect(large.status).toBe(413);
    expect((await wire.ask('GET', 'balance')).status).toBe(200);
  });
});

describe('lists', () => {
  it('are newest first, in pages, forward and back, and miss nothing', async () => {
    const made: string[] = [];
    for (let i = 0; i < 25; i += 1)
      made.unshift((await stripe.customers.create({ email: 'page@example.org' })).id);
    const page = await stripe.customers.list({ email: 'page@example.org', limit: 10 });
    expect(page.data.map(({ id }) => id)).toEqual(made.slice(0, 10));
    expect(page.has_more).toBe(true);
    const next = await stripe.customers.list({
      email: 'page@example.org',
      limit: 10,
      starting_after: made[9]!,
    });
    expect(next.data.map(({ id }) => id)).toEqual(made.slice(10, 20));
    const back = await stripe.customers.list({
      email: 'page@example.org',
      limit: 10,
      ending_before: made[15]!,
    });
    expect(back.data.map(({ id }) => id)).toEqual(made.slice(5, 15));
    const all = await stripe.customers
      .list({ email: 'page@example.org', limit: 7 })
      .autoPagingToArray({ limit: 100 });
    expect(all.map(({ id }) => id)).toEqual(made);
    const gone = made[3]!;
    await stripe.customers.del(gone);
    const left = await stripe.customers.list({ email: 'page@example.org', limit: 100 });
    expect(left.data.map(({ id }) => id)).toEqual(made.filter((id) => id !== gone));
  });

  it.each([{ limit: 0 }, { limit: 101 }, { starting_after: 'cus_none' }])('refuse %j', async (params) => {
    await expect(stripe.customers.list(params)).rejects.toBeInstanceOf(
      Stripe.errors.StripeInvalidRequestError,
    );
  });
});

describe('expansion', () => {
  it('goes through references and lists, as deep as four', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'http://127.0.0.1:9/',
      line_items: [
        { quantity: 2, price_data: { currency: 'cny', unit_amount: 10_000, product_data: { name: 'Gift' } } },
      ],
      expand: ['line_items'],
    });
    expect(session.line_items!.data[0]).toMatchObject({
      quantity: 2,
      amount_total: 20_000,
      description: 'Gift',
    });
    await press(session.url!, { outcome: 'card' });
    const deep = await stripe.checkout.sessions.list({
      limit: 1,
      expand: ['data.payment_intent.latest_charge.balance_transaction'],
    });
    const intent = deep.data[0]!.payment_intent as Stripe.PaymentIntent;
    const line = (intent.latest_charge as Stripe.Charge).balance_transaction as Stripe.BalanceTransaction;
    expect(line.net).toBe(19_085);
  });

  it('refuses what cannot be expanded, and more than four levels', async () => {
    const { id } = await stripe.customers.create({ email: 'a@example.org' });
    for (const path of ['nothing', 'email.address', 'a.b.c.d.e']) {
      await expect(stripe.customers.retrieve(id, { expand: [path] })).rejects.toBeInstanceOf(
        Stripe.errors.StripeInvalidRequestError,
      );
    }
  });
});

describe('webhook endpoints', () => {
  it('are made with a secret that is told once, get only what they want, and can be removed', async () => {
    const receiver = new WebhookReceiver();
    const url = await receiver.start();
    const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['customer.created'] });
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    receiver.verify = (body, header) => {
      const event = stripe.webhooks.constructEvent(body, header!, endpoint.secret!);
      return { type: event.type } as ReturnType<typeof rig.gateway.verifyWebhook>;
    };
    const { id } = await stripe.customers.create();
    await stripe.customers.update(id, { description: 'changed' });
    await receiver.waitFor('customer.created');
    await stripe.webhookEndpoints.del(endpoint.id);
    await stripe.customers.create();
    await waitUntil(
      () => rig.receiver.types().filter((type) => type === 'customer.created').length >= 2,
      'both',
    );
    expect(receiver.types()).toEqual(['customer.created']);
    expect(receiver.refusals).toBe(0);
    await receiver.stop();
  });

  it('that is broken is asked again until it works, and the event then has nothing pending', async () => {
    rig.receiver.status = 500;
    const { id } = await stripe.customers.create({ description: 'while the endpoint is broken' });
    const eventOf = async () => (await stripe.events.list({ limit: 1, type: 'customer.created' })).data[0]!;
    const event = await eventOf();
    expect(event.pending_webhooks).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    rig.receiver.status = 200;
    await waitUntil(() => rig.receiver.events.some((received) => received.id === event.id), `event of ${id}`);
    await waitUntil(async () => (await eventOf()).pending_webhooks === 0, 'nothing pending');
  });

  it('an event can be sent again, as the command-line client does', async () => {
    await stripe.customers.create();
    const event = (await stripe.events.list({ limit: 1, type: 'customer.created' })).data[0]!;
    await wire.post(`events/${event.id}/retry`, {});
    await waitUntil(
      () => rig.receiver.events.filter(({ id }) => id === event.id).length === 2,
      'the second one',
    );
  });
});

describe('faults on demand', () => {
  it.each([
    ['conflict', PaymentGatewayUnavailable],
    ['rate-limit', PaymentGatewayUnavailable],
    ['server-error', PaymentGatewayUnavailable],
    ['reset', PaymentGatewayUnavailable],
    ['server-error-after-success', PaymentGatewayUnavailable],
    ['reset-after-success', PaymentGatewayUnavailable],
    ['timeout', PaymentGatewayUnavailable],
    ['timeout-after-success', PaymentGatewayUnavailable],
  ])('after %s the same key leads to one checkout', async (fault, expected) => {
    const gateway = gatewayTo(rig.sandbox, 300);
    const request = checkoutRequest({ donationId: `fault-${fault}`, idempotencyKey: `fault-${fault}` });
    // A broken connection is tried twice by the library itself.
    await control(rig.sandbox, 'faults', {
      api: fault,
      count: fault.startsWith('reset') ? 2 : 1,
      path: 'checkout',
    });
    await expect(gateway.createCheckout(request)).rejects.toBeInstanceOf(expected);
    const checkout = await gateway.createCheckout(request);
    expect(await gateway.createCheckout(request)).toEqual(checkout);
    const sessions = await stripe.checkout.sessions.list({ limit: 100 });
    expect(
      sessions.data.filter(({ client_reference_id }) => client_reference_id === `fault-${fault}`),
    ).toHaveLength(1);
  });

  it('the official package rides out a conflict by itself', async () => {
    await control(rig.sandbox, 'faults', { api: 'conflict', count: 1 });
    expect((await officialClient(2).customers.create()).id).toMatch(/^cus_/);
  });

  it('a request may ask for its own fault by a header', async () => {
    expect((await wire.ask('GET', 'balance', {}, { 'X-Sandbox-Fault': 'rate-limit' })).status).toBe(429);
    expect((await wire.ask('GET', 'balance')).status).toBe(200);
  });

  it('events are dropped, doubled, delayed and put in the opposite order', async () => {
    const countOf = (id: string) => rig.receiver.events.filter((event) => event.id === id).length;
    const create = async () => {
      await stripe.customers.create();
      return (await stripe.events.list({ limit: 1, type: 'customer.created' })).data[0]!.id;
    };
    await control(rig.sandbox, 'faults', { webhook: 'drop', type: 'customer.' });
    const dropped = await create();
    await control(rig.sandbox, 'faults', { webhook: 'duplicate', delayMs: 50 });
    const doubled = await create();
    await control(rig.sandbox, 'faults', { webhook: 'reorder', count: 3, delayMs: 150 });
    const reordered = [await create(), await create(), await create()];
    await waitUntil(
      () => reordered.every((id) => countOf(id) === 1) && countOf(doubled) === 2,
      'all of them',
    );
    const order = rig.receiver.events.map(({ id }) => id).filter((id) => reordered.includes(id));
    expect(order).toEqual([...reordered].reverse());
    expect(countOf(dropped)).toBe(0);
  });

  it('a fault that does not exist is refused', async () => {
    await expect(control(rig.sandbox, 'faults', { api: 'meteor' })).rejects.toThrow(/must be one of/);
    await expect(control(rig.sandbox, 'faults', {})).rejects.toThrow(/Missing required param/);
  });
});

describe('the gateway’s errors', () => {
  it('tell a refusal from an outage', async () => {
    const wrongKey = gatewayTo({ url: rig.sandbox.url, secretKey: 'sk_test_wrong' });
    await expect(wrongKey.retrieveCheckout('cs_test_none')).rejects.toBeInstanceOf(PaymentRefused);
    await expect(rig.gateway.retrieveCheckout('cs_test_none')).rejects.toMatchObject({
      providerCode: 'resource_missing',
    });
    const away = gatewayTo({ url: 'http://127.0.0.1:1', secretKey: 'sk_test_any' });
    await expect(away.retrieveBalance()).rejects.toBeInstanceOf(PaymentGatewayUnavailable);
    await expect(rig.gateway.createCheckout(checkoutRequest({ amountMinor: 0n }))).rejects.toBeInstanceOf(
      RangeError,
    );
    await expect(
      rig.gateway.createCheckout(checkoutRequest({ amountMinor: 2n ** 60n })),
    ).rejects.toBeInstanceOf(RangeError);
  });
});
