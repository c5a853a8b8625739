/**
 * Whatever a person types or a script sends in place of a gift: the form of the giving page says in both languages what
 * is wrong, beside its field, and keeps what was typed; the API answers with the same reasons; nothing is recorded and
 * the payment service is not asked.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translatorOf } from '../../client/lib/i18n.ts';
import { donations } from '../../server/db/models/donation.ts';
import { projects } from '../../server/db/models/project.ts';
import type { PaymentGateway } from '../../server/gateways/payments.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { noBuild } from '../support/client-files.ts';

let asked = 0;
const payments = {
  liveMode: false,
  createCheckout: ({ donationId }: { donationId: string }) => {
    asked += 1;
    return Promise.resolve({ checkoutSessionId: `cs_${donationId}`, url: 'https://checkout.example/pay' });
  },
} as unknown as PaymentGateway;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ client: noBuild }, { payments });
  const closed = { _id: 'closed-project', status: 'completed', sector: 'health', locality: '330421' };
  await projects(app.platform.database).collection.insertOne(closed as never);
});
afterAll(() => app.close());

type Fields = Readonly<Record<string, string>>;
type Reason = 'code' | 'reason';

const send = (locale: 'zh' | 'en', fields: Fields) =>
  app.client().send(`/${locale}/give`, {
    method: 'POST',
    body: new URLSearchParams({ idempotencyKey: randomUUID(), amount: '100', purpose: 'region', ...fields }),
  });

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');

/** Refused in both languages with the sentence of this reason, and not a word of the inside. */
async function expectRefused(fields: Fields, reason: string, kind: Reason = 'reason'): Promise<void> {
  const before = await donations(app.platform.database).countDocuments({});
  const askedBefore = asked;
  for (const locale of ['zh', 'en'] as const) {
    const response = await send(locale, fields);
    const html = await response.text();
    expect(response.status, locale).toBe(422);
    const t = translatorOf(locale === 'zh' ? 'zh-CN' : 'en');
    const sentence = t(`refusal:${kind}.${reason}` as never);
    expect(sentence).not.toContain('refusal:');
    expect(html, sentence).toContain(escaped(sentence));
    const typed = fields['amount'];
    if (typed !== undefined && typed.trim() !== '')
      expect(html).toContain(`value="${escaped(typed.trim())}"`);
    expect(html).not.toMatch(/node_modules|MongoServer|BSON|undefined/);
  }
  expect(await donations(app.platform.database).countDocuments({})).toBe(before);
  expect(asked).toBe(askedBefore);
}

describe('an amount on the page', () => {
  it.each([
    ...['abc', '一百', '1e5', 'NaN', 'Infinity', '0x10', '-5', '−5', '+5', '0.001', '5.', '.5'],
    ...['1,5', '12,34', '1.000.000', '5 yuan?', '100;200', "1' OR '1'='1", '<b>5</b>', '٥٠', '9'.repeat(40)],
  ])('“%s” is no amount', (amount) => expectRefused({ amount }, 'not-an-amount'));

  it('that is left out is asked for', () => expectRefused({ amount: '' }, 'not-an-amount'));

  it.each(['0', '0.00', '0.01', '4.99'])('of %s is too small', (amount) =>
    expectRefused({ amount }, 'below-minimum'),
  );

  it.each(['9999999', '1234567890123'])(
    'of %s is beyond the limit, and what else can be done is said',
    (amount) => expectRefused({ amount }, 'above-maximum'),
  );

  it.each([
    ['１００', 10_000n],
    ['￥１，２００．５０', 120_050n],
    ['1,200', 120_000n],
    [' 1 200 ', 120_000n],
    ['¥5', 500n],
    ['007.5', 750n],
  ])('“%s” is what was meant', async (amount, giftMinor) => {
    const idempotencyKey = randomUUID();
    expect((await send('zh', { amount, idempotencyKey })).status).toBe(303);
    expect(await donations(app.platform.database).findById(idempotencyKey).lean()).toMatchObject({
      giftMinor,
    });
  });
});

describe('a purpose on the page', () => {
  it.each([
    ['no sector chosen', { purpose: 'sector', sector: '' }, 'choose'],
    ['an unknown sector', { purpose: 'sector', sector: 'weapons' }, 'unknown-sector'],
    ['a sector that is an operator', { purpose: 'sector', sector: '{"$ne":null}' }, 'unknown-sector'],
    ['an unknown locality', { purpose: 'locality', locality: '110000' }, 'unknown-locality'],
    ['an unknown project', { purpose: 'project', project: 'nothing' }, 'unknown-project'],
    ['a project that is closed', { purpose: 'project', project: 'closed-project' }, 'project-closed'],
    [
      'a split that does not add up',
      { purpose: 'several', partTo0: 'region', partAmount0: '99.99' },
      'does-not-add-up',
    ],
    ['a split with words', { purpose: 'several', partTo0: 'region', partAmount0: 'all' }, 'not-an-amount'],
    [
      'a split with an unknown locality',
      { purpose: 'several', partTo0: 'locality:000000', partAmount0: '100' },
      'unknown-locality',
    ],
  ] as const)('%s', (_what, fields, reason) => expectRefused(fields, reason));
});

describe('who gives, on the page', () => {
  it.each([
    ...['nobody', 'a@', '@example.org', 'a@b@example.org', 'a@example.org, b@example.org'],
    ...['Wang <wang@example.org>', 'a@example.org\r\nBcc: b@example.org', 'a @example.org', 'a@example..org'],
    ...[`${'a'.repeat(250)}@example.org`, '王芳＠'],
  ])('“%s” is no address', (email) => expectRefused({ email }, 'not-an-address'));

  it.each([
    ['named without a name', { named: 'yes', name: '' }, 'missing-name'],
    ['a name without end', { name: 'x'.repeat(5_000) }, 'too-long'],
    ['a name of two lines', { name: 'Wang\nFang' }, 'unprintable'],
    ['a message without end', { message: '谢'.repeat(600) }, 'too-long'],
    ['a company without its name', { payerKind: 'company' }, 'missing-title'],
    [
      'a wrong credit code',
      { payerKind: 'company', payerTitle: '某公司', creditCode: '91350100M000100Y44' },
      'wrong-check-digit',
    ],
    ['monthly without an address', { rhythm: 'monthly' }, 'needed-monthly'],
  ] as const)('%s', (_what, fields, reason) => expectRefused(fields, reason));

  it.each(['once', 'monthly'])(
    'wrong in several places is told everything at once, given %s',
    async (rhythm) => {
      const fields = {
        ...{ amount: 'abc', purpose: 'several', partTo0: 'region', partAmount0: 'all', rhythm },
        ...{ email: 'a@', payerKind: 'company', named: 'yes', name: '', message: '谢'.repeat(600) },
      };
      for (const reason of ['not-an-amount', 'not-an-address', 'missing-title', 'missing-name', 'too-long'])
        await expectRefused(fields, reason);
      const html = await (await send('en', fields)).text();
      const wrong = ['amount', 'parts', 'email', 'payerTitle', 'creditCode', 'name', 'message'];
      for (const field of wrong) expect(html).toContain(`<a href="#${field}">`);
      expect(html.match(/<li><a href="#/g)).toHaveLength(wrong.length);
      expect(html).not.toContain(escaped(translatorOf('en')('refusal:reason.not-a-uuid')));
    },
  );

  it('has the page’s own number: a made-up one is refused', () =>
    expectRefused({ idempotencyKey: 'gift-1' }, 'not-a-uuid'));

  it('used for another amount, the number of a gift is refused, the first gift stays as it is, and pressing again begins a second', async () => {
    const idempotencyKey = randomUUID();
    expect((await send('zh', { idempotencyKey })).status).toBe(303);
    const again = await send('en', { idempotencyKey, amount: '200' });
    const html = await again.text();
    expect([again.status, html]).toEqual([
      422,
      expect.stringContaining('sent once before with other content'),
    ]);
    expect(await gift(idempotencyKey)).toMatchObject({ giftMinor: 10_000n });
    const next = /name="idempotencyKey" value="([^"]+)"/u.exec(html)?.[1] ?? '';
    expect(next).not.toBe(idempotencyKey);
    expect((await send('en', { idempotencyKey: next, amount: '200' })).status).toBe(303);
    expect(await gift(next)).toMatchObject({ giftMinor: 20_000n });
  });
});

const gift = (id: string) => donations(app.platform.database).findById(id).lean();

const START = /* GraphQL */ `
  mutation ($input: StartDonationInput!) {
    startDonation(input: $input) {
      __typename
      ... on Refusal {
        code
        faults {
          path
          reason
        }
      }
    }
  }
`;

describe('a script at the API', () => {
  const input = (change: object) => ({
    ...{ id: randomUUID(), giftMinor: '20000', donor: { locale: 'ZH' } },
    ...change,
  });

  it.each([
    ...[
      0,
      200,
      200.5,
      -1,
      true,
      null,
      [],
      {},
      '',
      ' ',
      '0x10',
      '1e5',
      '20000.5',
      '２０００',
      '-0',
      '+5',
      '05',
    ],
    ...['NaN', 'Infinity', '1n', '9'.repeat(400)],
  ])('sends %j as an amount and gets a sentence, not a defect', async (giftMinor) => {
    const before = await donations(app.platform.database).countDocuments({});
    const { data, errors } = await app.client().graphql(START, { input: input({ giftMinor }) });
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
    expect(await donations(app.platform.database).countDocuments({})).toBe(before);
  });

  it.each([
    [{ giftMinor: '-500' }, ['giftMinor: below-minimum']],
    [{ giftMinor: '0' }, ['giftMinor: below-minimum']],
    [{ giftMinor: '900000000000000' }, ['giftMinor: above-maximum']],
    [{ split: [] }, ['split: too-many-parts']],
    [{ split: Array(6).fill({ amountMinor: '1' }) }, ['split: too-many-parts']],
    [{ split: [{ amountMinor: '20001' }] }, ['split: does-not-add-up']],
    [{ split: [{ amountMinor: '30000' }, { amountMinor: '-10000' }] }, ['split: does-not-add-up']],
    [{ restriction: { sectors: [] } }, ['restriction.sectors: empty-list']],
    [{ restriction: { projects: Array(101).fill('p') } }, ['restriction.projects[0]: unknown-project']],
    [{ donor: { locale: 'ZH', email: 'x' } }, ['donor.email: not-an-address']],
    // Everything at once, whatever else is wrong.
    [
      {
        ...{ id: 'gift-1', giftMinor: '0', restriction: { sectors: ['weapons'] }, consentToBeNamed: true },
        donor: { locale: 'ZH', email: 'x' },
        payer: { kind: 'COMPANY', creditCode: '1' },
      },
      [
        ...['id: not-a-uuid', 'giftMinor: below-minimum', 'restriction.sectors[0]: unknown-sector'],
        ...['donor.email: not-an-address', 'displayName: missing-name', 'payer.title: missing-title'],
        'payer.creditCode: wrong-check-digit',
      ],
    ],
  ])('is told what is wrong with %j', async (change, faults) => {
    const { data } = await app.client().graphql(START, { input: input(change) });
    expect(data).toMatchObject({ startDonation: { code: 'INVALID_INPUT' } });
    const told = (data as { startDonation: { faults: { path: string; reason: string }[] } }).startDonation
      .faults;
    expect(told.map(({ path, reason }) => `${path}: ${reason}`)).toEqual(expect.arrayContaining(faults));
  });

  it.each([
    [{ currency: 'USD' }],
    [{ giftMinor: '20000', status: 'SETTLED' }],
    [{ donor: { locale: 'FR' } }],
    [{ restriction: { sectors: 'health' } }],
    [{ restriction: { sectors: [{ $ne: null }] } }],
    [{ id: null }],
  ])('cannot even ask with %j', async (change) => {
    const { data, errors } = await app.client().graphql(START, { input: input(change) });
    // One code in place of a list is a list of one, as GraphQL has it.
    if (errors === undefined) expect(data).toMatchObject({ startDonation: { __typename: /Success/ } });
    else expect(errors[0]?.extensions['code']).not.toBe('INTERNAL_SERVER_ERROR');
  });
});
