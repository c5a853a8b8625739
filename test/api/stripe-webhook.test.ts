/** The address that the payment processor calls: what it is answered, and what is stored of what it sends. */
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { createStripePayments } from '../../server/gateways/stripe-payments.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

const SECRET = 'whsec_of_this_test';

let app: TestApp;
beforeAll(async () => {
  const payments = createStripePayments({ secretKey: 'sk_test_webhook', webhookSecrets: [SECRET] });
  app = await startTestApp({}, { payments });
});
afterAll(() => app.close());

const eventOf = (id: string, text = ''): string =>
  JSON.stringify({
    ...{ id, object: 'event', type: 'charge.updated', created: 1_760_000_000, livemode: false },
    data: { object: { id: 'ch_1', object: 'charge', description: text } },
  });

const signed = (payload: string): string =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });

const call = (body: string, signature: string | null, init: RequestInit = {}): Promise<Response> =>
  app.client().send('/webhooks/stripe', {
    ...{ method: 'POST', body },
    headers: signature === null ? {} : { 'stripe-signature': signature },
    ...init,
  });

const stored = (id: string) => paymentEvents(app.platform.database).countDocuments({ _id: id });

describe('the address of the processor’s webhooks', () => {
  it('stores what is signed, once, and says so to each copy', async () => {
    const body = eventOf('evt_once');
    const answers = await Promise.all([1, 2, 3].map(() => call(body, signed(body))));
    for (const answer of answers)
      expect([answer.status, await answer.json()]).toEqual([200, { received: 'evt_once' }]);
    expect(await stored('evt_once')).toBe(1);
  });

  it('is logged under the id of the answer, which names neither the event nor what it is about', async () => {
    const body = eventOf('evt_logged');
    const { headers } = await call(body, signed(body));
    const id = headers.get('x-request-id') ?? 'none';
    const line = app.logged.find((logged) => logged.includes(id)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      req: { method: 'POST', path: '/webhooks/stripe' },
      res: { statusCode: 200 },
    });
    expect(line).not.toMatch(/evt_|ch_1/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['nothing signed', (body: string) => [body, null] as const],
    ['a changed body', (body: string) => [`${body} `, signed(body)] as const],
    ['a signature for another', (body: string) => [body, signed(eventOf('evt_other'))] as const],
    ['no event', () => ['{}', signed('{}')] as const],
    ['a time that is none', (body: string) => outOfTime(body)],
    ['nothing at all', () => ['', 't=1760000000,v1=00'] as const],
  ])('refuses %s and stores nothing', async (_what, requestOf) => {
    const [body, signature] = requestOf(eventOf('evt_refused'));
    const answer = await call(body, signature);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'WEBHOOK_REFUSED' }]);
    expect(await stored('evt_refused')).toBe(0);
  });

  it('refuses what is too large without keeping it, and takes the largest event that may be', async () => {
    const large = eventOf('evt_large', 'x'.repeat(600_000));
    const answer = await call(large, signed(large));
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
    const largest = eventOf('evt_largest', 'x'.repeat(500_000));
    expect((await call(largest, signed(largest))).status).toBe(200);
    expect([await stored('evt_large'), await stored('evt_largest')]).toEqual([0, 1]);
  });

  it.each(['/webhooks/stripe/', '/webhooks/stripe?of=the-foundation'])(
    'is also known as %s',
    async (path) => {
      const body = eventOf('evt_by_another_name');
      const headers = { 'stripe-signature': signed(body) };
      expect((await app.client().send(path, { method: 'POST', body, headers })).status).toBe(200);
    },
  );

  it('is no page, and no place under it is one', async () => {
    expect((await app.client().send('/webhooks/stripe')).status).toBe(404);
    expect((await app.client().send('/webhooks/stripes', { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

function outOfTime(body: string) {
  const late = body.replace('1760000000', '9000000000000000');
  return [late, signed(late)] as const;
}
