import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOY_START, toyProblem } from '../../client/public/allocation/toy.ts';
import { allocationRuns } from '../../server/db/models/allocation-run.ts';
import { canonicalJson } from '../../server/domain/canonical-json.ts';
import { allocate } from '../../server/domain/matching/allocate.ts';
import type { CheckoutRequest, PaymentGateway } from '../../server/gateways/payments.ts';
import { PaymentGatewayUnavailable } from '../../server/gateways/payments.ts';
import { donations } from '../../server/db/models/donation.ts';
import { issueReceipt } from '../../server/services/giving/issue-receipt.ts';
import { openGivingLink } from '../../server/services/giving/giving-links.ts';
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
  const pdf = { print: (document: object) => Promise.resolve(Buffer.from(JSON.stringify(document))) };
  app = await startTestApp({ client: noBuild }, { payments: payments as unknown as PaymentGateway, pdf });
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

  it('sends pages compressed', async () => {
    const page = await app.client().send('/zh/', { headers: { 'accept-encoding': 'br' } });
    expect(page.headers.get('content-encoding')).toBe('br');
    expect(page.headers.get('vary')).toMatch(/accept-encoding/i);
  });

  it('hands out what an executed allocation was computed from, and nothing of one that is not executed', async () => {
    const problem = toyProblem(TOY_START);
    const result = allocate(problem);
    const common = {
      ...{ round: randomUUID(), currency: 'CNY', totalMinor: 260_000_000n, control: null, requestDigest: '' },
      ...{
        problemJson: canonicalJson(problem),
        resultJson: canonicalJson(result),
        inputHash: result.inputHash,
      },
      ...{ proposedAt: new Date(), executedAt: new Date() },
    };
    const [executed, proposed] = [randomUUID(), randomUUID()];
    const stored = allocationRuns(app.platform.database).collection;
    await stored.insertOne({ ...common, _id: executed as never, status: 'executed' });
    await stored.insertOne({ ...common, _id: proposed as never, status: 'proposed' });
    const file = await app.client().send(`/allocation/runs/${executed}/problem.json`);
    expect(await file.text()).toBe(common.problemJson);
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect((await app.client().send(`/allocation/runs/${proposed}/problem.json`)).status).toBe(404);
    const page = await app.client().send(`/en/allocation/runs/${executed}`);
    expect([page.status, (await page.text()).includes(result.inputHash)]).toEqual([200, true]);
    expect((await app.client().send(`/en/allocation/runs/${proposed}`)).status).toBe(404);
    const list = await (await app.client().send('/en/allocation')).text();
    expect([list.includes(executed), list.includes(proposed)]).toEqual([true, false]);
  });

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

  it('shows every purpose of a gift with its amount, and does not ask whoever has just paid to pay', async () => {
    const idempotencyKey = randomUUID();
    const split = { purpose: 'several', partTo0: 'sector:health', partAmount0: '33.33', partTo1: 'region' };
    expect((await give({ idempotencyKey, amount: '100', ...split })).status).toBe(303);
    const request = payments.made.find(({ donationId }) => donationId === idempotencyKey);
    expect(request?.successUrl).toMatch(new RegExp(`/zh/donations/${idempotencyKey}\\?from=payment$`));
    const pageAt = async (query: string) =>
      (await app.client().send(`/zh/donations/${idempotencyKey}${query}`)).text();
    const back = await pageAt('?from=payment');
    for (const text of ['33.33', '卫生健康', '66.67', '请不要再付一次']) expect(back).toContain(text);
    expect(await pageAt('')).not.toContain('请不要再付一次');
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

describe('a gift for several purposes', () => {
  it('is split exactly to the fen, and what is left goes to the row without an amount', async () => {
    const idempotencyKey = randomUUID();
    const split = {
      partTo0: 'sector:health',
      partAmount0: '33.33',
      partTo1: 'locality:330421',
      partTo2: 'region',
    };
    const rows = { ...split, partAmount1: '33.33', partAmount2: '', purpose: 'several' };
    expect((await give({ idempotencyKey, ...rows })).status).toBe(303);
    const stored = await donations(app.platform.database).findById(idempotencyKey).lean();
    expect(stored?.parts.map(({ amountMinor }) => amountMinor)).toEqual([3_333n, 3_333n, 3_334n]);
  });

  it.each([
    [
      'parts that do not add up',
      { partTo0: 'sector:health', partAmount0: '10', partTo1: 'region', partAmount1: '80' },
    ],
    [
      'parts that take too much',
      { partTo0: 'sector:health', partAmount0: '100', partTo1: 'region', partAmount1: '' },
    ],
    ['two rows for the rest', { partTo0: 'sector:health', partTo1: 'region' }],
    ['no row at all', {}],
    ['an unknown sector', { partTo0: 'sector:nothing', partAmount0: '' }],
    ['words for an amount', { partTo0: 'region', partAmount0: 'ten' }],
  ])('comes back with what was typed for %s', async (_what, rows) => {
    const idempotencyKey = randomUUID();
    const response = await give({ idempotencyKey, purpose: 'several', ...rows });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('class="field-error"');
    expect(await donations(app.platform.database).exists({ _id: idempotencyKey })).toBeNull();
  });
});

describe('the form for giving', () => {
  it('estimates the match for what is filled in, starts nothing and keeps what was typed', async () => {
    const idempotencyKey = randomUUID();
    const response = await give({ idempotencyKey, look: 'matches', dedication: '献给老师' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('value="献给老师"');
    expect(await donations(app.platform.database).exists({ _id: idempotencyKey })).toBeNull();
  });

  it('keeps that a giver is related, so that no pool matches the gift, and lets nobody untick it by an error', async () => {
    const idempotencyKey = randomUUID();
    const wrong = await (await give({ idempotencyKey, related: 'yes', amount: 'abc' })).text();
    expect(wrong).toMatch(/<input id="related"[^>]*checked/);
    expect((await give({ idempotencyKey, related: 'yes' })).status).toBe(303);
    const stored = await donations(app.platform.database).findById(idempotencyKey).lean();
    expect(stored?.donor?.isRelated).toBe(true);
    const other = randomUUID();
    await give({ idempotencyKey: other });
    expect((await donations(app.platform.database).findById(other).lean())?.donor).not.toHaveProperty(
      'isRelated',
    );
  });

  it('asks for what monthly giving and the receipt of an organization need', async () => {
    const monthly = await give({ idempotencyKey: randomUUID(), rhythm: 'monthly' });
    expect([monthly.status, await monthly.text()]).toEqual([422, expect.stringContaining('href="#email"')]);
    const company = await give({ idempotencyKey: randomUUID(), payerKind: 'company', creditCode: '91' });
    const html = await company.text();
    expect(company.status).toBe(422);
    for (const field of ['payerTitle', 'creditCode']) expect(html).toContain(`href="#${field}"`);
  });
});

describe('my giving, without script', () => {
  const send = (path: string, fields: Record<string, string>) =>
    app.client().send(path, { method: 'POST', body: new URLSearchParams(fields) });
  const linkOf = async (email: string) => {
    const given = { emailKey: email, locale: 'zh' as const, occasion: `test ${randomUUID()}` };
    return new URL((await openGivingLink(app.platform, given)).url).pathname;
  };

  it('asks for a link, with one answer for every address', async () => {
    const asked = await send('/zh/my-giving', { email: 'nobody@example.org' });
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/zh/my-giving?done=asked']);
    const wrong = await send('/zh/my-giving', { email: 'nobody' });
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('field-error')]);
    const old = await app.client().send('/zh/my-giving/0-0-0');
    expect([old.status, await old.text()]).toEqual([200, expect.stringContaining('此链接已失效')]);
  });

  it('shows what was given under the address, takes it along and erases it after a confirmation', async () => {
    const [idempotencyKey, email] = [randomUUID(), `${randomUUID()}@example.org`];
    await give({ idempotencyKey, email, name: '周到' });
    const path = await linkOf(email);
    const page = await app.client().send(path);
    expect(page.headers.get('referrer-policy')).toBe('strict-origin');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('¥100.00');
    const file = await send(path, { step: 'export' });
    expect(file.headers.get('content-disposition')).toContain('my-giving.json');
    expect(await file.text()).toContain('周到');
    const unsure = await send(path, { step: 'erase' });
    expect([unsure.status, await unsure.text()]).toEqual([422, expect.stringContaining('role="alert"')]);
    const erased = await send(path, { step: 'erase', sure: 'yes' });
    expect(erased.headers.get('location')).toBe('/zh/my-giving?done=erased');
    expect((await donations(app.platform.database).findById(idempotencyKey).lean())?.donor).toBeNull();
    expect(await (await app.client().send(path)).text()).toContain('此链接已失效');
  });

  it('gives the statement of a year as a file, in the language of the page and to nobody else', async () => {
    const [idempotencyKey, email] = [randomUUID(), `${randomUUID()}@example.org`];
    await give({ idempotencyKey, email, name: '=HYPERLINK("x")', purpose: 'sector', sector: 'health' });
    const settledAt = new Date('2026-03-01T02:00:00Z');
    await donations(app.platform.database).updateOne(
      { _id: idempotencyKey },
      { $set: { status: 'settled', settledAt } },
    );
    const receipt = await issueReceipt(app.platform, idempotencyKey);
    const path = await linkOf(email);
    const csv = await send(path, { step: 'statement-csv', year: '2026' });
    expect(csv.headers.get('content-disposition')).toContain('statement-2026.csv');
    expect(csv.headers.get('cache-control')).toBe('no-store');
    const number = receipt?._id ?? '';
    expect(Buffer.from(await csv.arrayBuffer()).toString('utf8')).toBe(
      `\uFEFF到账日期,编号,用途,金额,币种,捐赠编号\r\n2026-03-01,${number},卫生健康,100.00,CNY,${idempotencyKey}\r\n`,
    );
    const pdf = await send(path.replace('/zh/', '/en/'), { step: 'statement-pdf', year: '2026' });
    expect(pdf.headers.get('content-type')).toContain('application/pdf');
    expect(await pdf.json()).toMatchObject({
      ...{ lang: 'en', title: 'Statement of gifts, 2026', watermark: 'DEMONSTRATION' },
      table: { rows: [['2026-03-01', number, expect.stringContaining('ealth') as string, '¥100.00']] },
    });
    for (const [at, year] of [
      [path, '2025'],
      [path, 'x'],
      [await linkOf('thief@example.org'), '2026'],
    ] as const) {
      const none = await send(at, { step: 'statement-csv', year });
      expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('年度汇总')]);
    }
  });

  it('touches nothing that was given under another address', async () => {
    const idempotencyKey = randomUUID();
    await give({ idempotencyKey, email: `${randomUUID()}@example.org` });
    const path = await linkOf('thief@example.org');
    for (const step of ['receipt', 'correct', 'stop', 'card']) {
      const answer = await send(path, { step, id: idempotencyKey, payerTitle: 'x' });
      expect([step, answer.status]).toEqual([step, 422]);
    }
  });
});
