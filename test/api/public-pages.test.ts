import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckoutRequest, PaymentGateway } from '../../server/gateways/payments.ts';
import { PaymentGatewayUnavailable } from '../../server/gateways/payments.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { noBuild } from '../support/client-files.ts';

const CHECKOUT = 'https://checkout.example/pay';

/** A gateway that makes pages to pay on, or is away. */
class PageMaker {
  readonly liveMode = false;
  readonly made: CheckoutRequest[] = [];
  away = false;

  createCheckout(request: CheckoutRequest) {
    if (this.away) return Promise.reject(new PaymentGatewayUnavailable('away'));
    this.made.push(request);
    return Promise.resolve({ checkoutSessionId: `cs_${request.donationId}`, url: CHECKOUT });
  }
}

const payments = new PageMaker();
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ client: noBuild }, { payments: payments as unknown as PaymentGateway });
});
afterAll(() => app.close());

const give = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  app.client().send('/zh/give', {
    method: 'POST',
    headers,
    body: new URLSearchParams({ amount: '100', purpose: 'region', ...fields }),
  });

describe('the public site', () => {
  it('leads a visitor to their language', async () => {
    const english = await app.client().send('/', { headers: { 'accept-language': 'en-GB,zh;q=0.5' } });
    expect([english.status, english.headers.get('location')]).toEqual([302, '/en/']);
    const other = await app.client().send('/', { headers: { 'accept-language': 'fr' } });
    expect(other.headers.get('location')).toBe('/zh/');
  });

  it.each(['/give?project=p1', '/reports', '/reports/2026-0001', '/reports/2026-0001/v2', '/rounds/r'])(
    'leads %s, as people say it, to the page in the language of the visitor',
    async (path) => {
      const answer = await app.client().send(path, { headers: { 'accept-language': 'en' } });
      expect([answer.status, answer.headers.get('location')]).toEqual([302, `/en${path}`]);
      expect(answer.headers.get('vary')).toContain('accept-language');
    },
  );

  it('names a picture for chats, and serves it', async () => {
    const html = await (await app.client().send('/en/')).text();
    const [, address = ''] = /<meta property="og:image" content="([^"]+)"/.exec(html) ?? [];
    expect(address).toMatch(new RegExp(`^${app.url}/social/en/[?]v=[0-9a-f]{12}$`));
    const picture = await app.client().send(address.slice(app.url.length));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const bytes = Buffer.from(await picture.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
  });

  it.each(['/social/zh/give', '/social/en/projects/nothing', '/social/', '/social/fr/'])(
    'has no picture at %s',
    async (path) => {
      expect((await app.client().send(path)).status).toBe(404);
    },
  );

  it.each([
    ['/zh/reports/feed.atom', 'application/atom+xml; charset=utf-8'],
    ['/en/reports/feed.json', 'application/feed+json; charset=utf-8'],
  ])('publishes the feed %s, and says when nothing is new', async (path, type) => {
    const feed = await app.client().send(path);
    expect([feed.status, feed.headers.get('content-type')]).toEqual([200, type]);
    const known = { 'if-none-match': feed.headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    expect((await app.client().send(path, { headers: known })).status).toBe(304);
  });

  it('refuses bundles that nobody may have or that are not there', async () => {
    const statusOf = async (path: string) => (await app.client().send(path)).status;
    expect(await statusOf('/ledger/bundle.jsonl')).toBe(401);
    expect(await statusOf('/ledger/checkpoint.json')).toBe(404);
    expect(await statusOf('/reports/2026-0001/v1/ledger.jsonl')).toBe(404);
    expect(await statusOf('/reports/2026-0001/x/ledger.jsonl')).toBe(404);
    expect(await statusOf('/donations/nobody/proof.jsonl')).toBe(404);
  });

  it.each([
    '/zh/',
    '/en/',
    '/zh/give',
    '/en/give',
    '/zh/reports',
    '/en/reports',
    '/zh/verify',
    '/en/verify?gift=g',
  ])('shows %s whole, with no script of its own inside', async (path) => {
    const response = await app.client().send(path);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).toContain(path.startsWith('/zh') ? '<html lang="zh-CN">' : '<html lang="en">');
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(
      response.headers.get('content-security-policy') ?? '',
    )?.[1];
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toContain(`nonce="${nonce ?? 'none'}"`);
    expect(html).not.toMatch(/ on[a-z]+=|style="/);
  });

  it.each([
    '/zh/nothing',
    '/zh/rounds/none',
    '/zh/projects/none',
    '/zh/donations/none',
    '/nowhere',
    '/en/reports/2026-9999',
  ])('says in words that %s is not there', async (path) => {
    const response = await app.client().send(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<h1>');
  });

  it('keeps the samples of components out of production', async () => {
    expect((await app.client().send('/zh/dev/components')).status).toBe(200);
    const production = await startTestApp(
      { client: noBuild, production: true },
      { payments: payments as unknown as PaymentGateway },
    );
    try {
      expect((await production.client().send('/zh/dev/components')).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});

describe('giving without script', () => {
  it('leads from the form to the page to pay on, and a second click to the same one', async () => {
    const idempotencyKey = randomUUID();
    for (let click = 0; click < 3; click++) {
      const response = await give({ idempotencyKey });
      expect([response.status, response.headers.get('location')]).toEqual([303, CHECKOUT]);
    }
    expect(payments.made.filter(({ donationId }) => donationId === idempotencyKey)).toHaveLength(1);
    const page = await app.client().send(`/zh/donations/${idempotencyKey}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('gives a form with mistakes back as it was typed', async () => {
    const response = await give({ idempotencyKey: randomUUID(), amount: '-5', message: 'für <b>alle</b>' });
    const html = await response.text();
    expect(response.status).toBe(422);
    expect(html).toContain('error-summary');
    expect(html).toContain('für &lt;b&gt;alle&lt;/b&gt;');
  });

  it('takes no form that another site sends', async () => {
    const response = await give({ idempotencyKey: randomUUID() }, { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
  });

  it('says that the payment service is away, and loses nothing', async () => {
    payments.away = true;
    try {
      const idempotencyKey = randomUUID();
      const away = await give({ idempotencyKey });
      expect(away.status).toBe(422);
      expect(await away.text()).toContain(idempotencyKey);
      payments.away = false;
      expect((await give({ idempotencyKey })).status).toBe(303);
    } finally {
      payments.away = false;
    }
  });
});
