import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PaymentGatewayUnavailable } from '../../server/gateways/payments.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.client().send('/graphql', { method: 'POST', headers, body });

const query = (document: string) => post(JSON.stringify({ query: document }));

describe('every answer', () => {
  it('carries a strict content policy with a nonce of its own', async () => {
    const policies = await Promise.all(
      ['/nothing', '/nothing'].map(async (path) => {
        const response = await app.client().send(path);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        expect(response.headers.get('x-powered-by')).toBeNull();
        expect(response.headers.get('referrer-policy')).toBe('same-origin');
        return response.headers.get('content-security-policy') ?? '';
      }),
    );
    const [first = '', second = ''] = policies;
    expect(first).toContain("object-src 'none'");
    expect(first).toContain("frame-ancestors 'none'");
    expect(first).not.toContain('unsafe');
    expect(first).not.toBe(second);
  });

  it('has an id, under which the log knows it without query, address or ids of visitors', async () => {
    const path = '/zh/donations/0b0c5e0a-7d4e-4d0b-9d5e-2a52c3f0a111?email=donor@example.org';
    const response = await app.client().send(path);
    const id = response.headers.get('x-request-id') ?? 'none';
    const line = app.logged.find((logged) => logged.includes(id)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ req: { method: 'GET', path: '/zh/donations/:id' } });
    expect(line).not.toMatch(/donor@example|0b0c5e0a|127\.0\.0\.1/);
  });

  it('tells whether the process runs and whether it can work', async () => {
    expect((await app.client().send('/healthz')).status).toBe(200);
    const ready = await app.client().send('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });
});

describe('the GraphQL endpoint', () => {
  it('answers a query with the region', async () => {
    const { data } = await app.client().graphql('{ region { code localities { code } } }');
    expect(data?.['region']).toMatchObject({ code: expect.any(String) as string });
  });

  it('changes nothing by GET', async () => {
    const mutation = encodeURIComponent('mutation { __typename }');
    const response = await app
      .client()
      .send(`/graphql?query=${mutation}`, { headers: { 'x-graphql-yoga-csrf': '1' } });
    expect(response.status).toBe(405);
  });

  it('refuses what a form of another site could send', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await post(body, { 'content-type': type })).status, type).toBe(415);
    }
    expect((await app.client().send('/graphql?query={__typename}')).status).toBe(403);
    const foreign = await post(body, {
      'content-type': 'application/json',
      origin: 'https://evil.example',
    });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses a body that is too large or not JSON, in words', async () => {
    const large = await post(JSON.stringify({ query: '{ __typename }', padding: 'x'.repeat(300_000) }));
    expect([large.status, await large.json()]).toMatchObject([
      413,
      { errors: [{ message: 'Send at most 256kb in one request.' }] },
    ]);
    expect((await post('{"query": ')).status).toBe(400);
  });

  it.each([
    ['a batch', JSON.stringify(Array.from({ length: 20 }, () => ({ query: '{ __typename }' })))],
    ['too many aliases', `{ ${Array.from({ length: 50 }, (_, n) => `a${n}: region { code }`).join(' ')} }`],
    ['too many tokens', `{ ${'__typename '.repeat(3_000)} }`],
    ['too many directives', `{ __typename ${'@include(if: true) '.repeat(30)} }`],
    ['too much depth', `{ region { ${'x { '.repeat(20)} y ${'} '.repeat(20)} } }`],
    ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
  ])('refuses %s', async (_name, document) => {
    const response = await (document.startsWith('[') ? post(document) : query(document));
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: { message: string }[] };
    expect(data ?? null).toBeNull();
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|\.ts:/);
  });
});

describe('when something goes wrong inside', () => {
  const createAccount =
    'mutation { createAccount(input: {name: "A", email: "a@example.org", roles: [], memberships: []}) { __typename } }';

  it('masks a defect, and logs it under the number that it quotes', async () => {
    let started = false;
    const broken = await startTestApp(
      {},
      {
        clock: {
          now: () => {
            if (started) throw new TypeError('secret inside');
            return new Date();
          },
        },
      },
    );
    try {
      const administrator = await broken.administrator();
      started = true;
      const { errors } = await administrator.graphql(createAccount);
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(errors)).not.toContain('secret inside');
      const reference = String(errors?.[0]?.extensions['reference']);
      expect(errors?.[0]?.message).toContain(`quote ${reference}`);
      expect(broken.logged.find((line) => line.includes(reference))).toContain('secret inside');
    } finally {
      await broken.close();
    }
  });
  it('tells an outage from a defect', async () => {
    let away = false;
    const broken = await startTestApp(
      {},
      {
        clock: {
          now: () => {
            if (away) throw new PaymentGatewayUnavailable('connection refused to 10.0.0.7');
            return new Date();
          },
        },
      },
    );
    try {
      const administrator = await broken.administrator();
      away = true;
      const { errors } = await administrator.graphql(createAccount);
      expect(errors?.[0]?.extensions).toEqual({ code: 'TEMPORARILY_UNAVAILABLE' });
      expect(errors?.[0]?.message).not.toContain('10.0.0.7');
    } finally {
      await broken.close();
    }
  });
});

describe('in production', () => {
  it('shows neither the schema nor suggestions', async () => {
    const production = await startTestApp({ production: true });
    try {
      const client = production.client();
      const introspection = await client.graphql('{ __schema { types { name } } }');
      expect(introspection.data ?? null).toBeNull();
      const misspelt = await client.graphql('{ regio { code } }');
      expect(JSON.stringify(misspelt.errors)).not.toMatch(/Did you mean|"region"/);
    } finally {
      await production.close();
    }
  });
});
