/** Requirement 9: in production nobody learns the schema, names of fields or anything of the inside by asking. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let started = false;
beforeAll(async () => {
  app = await startTestApp(
    { production: true },
    {
      clock: {
        now: () => {
          if (started) throw new TypeError('a secret of the inside');
          return new Date();
        },
      },
    },
  );
});
afterAll(() => app.close());

const ask = (query: string) => app.client().graphql(query);

describe('production', () => {
  it.each([
    ['the schema', '{ __schema { types { name } } }'],
    ['a type', '{ __type(name: "Person") { fields { name } } }'],
    ['the schema within a fragment', '{ ...F } fragment F on Query { __schema { queryType { name } } }'],
    ['the schema under another name', '{ region: __schema { queryType { name } } }'],
  ])('does not show %s', async (_what, query) => {
    const { data, errors } = await ask(query);
    expect(data ?? null).toBeNull();
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/createAccount|StripeObject/);
  });

  it.each(['{ regoin { code } }', '{ region { cod } }', 'mutation { createAcount { id } }'])(
    'suggests no name for %s',
    async (query) => {
      const { errors } = await ask(query);
      expect(errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean|createAccount|"region"/i);
    },
  );

  it.each([
    ['/graphql', { method: 'POST', body: '{"query": ' }],
    ['/graphql', { method: 'POST', body: '[]' }],
    ['/graphql', { method: 'POST', body: 'null' }],
    ['/graphql', { method: 'POST', body: '{"query": 5}' }],
    ['/graphql', { method: 'POST', body: '{"query": "{ viewer { __typename } }", "variables": 7}' }],
    ['/auth/sign-in/email', { method: 'POST', body: '{"email": ' }],
    ['/auth/sign-in/email', { method: 'POST', body: '[1]' }],
    ['/reports/%ZZ', {}],
    ['/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd', {}],
    ['/party-documents/x/y', {}],
    ['/audit-log.csv', {}],
    ['/audit-log.jsonl', {}],
    ['/dev/mail', {}],
  ] as const)('answers %s without a word about the inside', async (path, init) => {
    const response = await app.client().send(path, {
      headers: { 'content-type': 'application/json' },
      ...init,
    });
    const text = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(text).not.toMatch(/node_modules|[.]ts:\d|at \w+ \(|Mongo|Express/);
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  it('quotes a number for a defect and keeps what happened in the log', async () => {
    started = true;
    const { errors } = await ask('{ region { code } rounds { id } }').finally(() => (started = false));
    const text = JSON.stringify(errors ?? []);
    expect(text).not.toContain('a secret of the inside');
    expect(text).not.toMatch(/[.]ts:\d/);
  });
});
