/**
 * Requirement 10, in a browser: what another site makes a signed-in browser send changes nothing. The page of the other
 * site tries everything that pages can.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people } from '../../server/db/models/person.ts';
import { launchBrowser } from '../e2e/support/browser.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';

const CREATE =
  'mutation { createAccount(input: {name: "Evil", email: "evil@example.org", roles: [ADMINISTRATOR], memberships: []}) { __typename } }';

let app: TestApp;
let foreign: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startTestApp();
  foreign = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Another site</title>');
  });
  foreign.listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  // Signed in, as far as the browser is concerned: the cookie is there for every request that may carry it.
  await page.goto(`${app.url}/healthz`);
  const signedIn = await page.evaluate(
    ([email, password]) =>
      fetch('/auth/sign-in/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      }).then((response) => response.status),
    [ADMINISTRATOR.email, ADMINISTRATOR.password],
  );
  expect(signedIn).toBe(200);
  // By another name, so that it is another site and not only another port.
  await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser.close();
  foreign.close();
  await app.close();
});

/** What became of a request of the foreign page: its status, or that the browser did not let the page see. */
const tryFetch = (path: string, init: RequestInit): Promise<string> =>
  page.evaluate(
    async ([url, options]) => {
      try {
        const response = await fetch(url, { credentials: 'include', ...options });
        return response.type === 'opaque' ? 'sent, not readable' : `read ${response.status}`;
      } catch {
        return 'not let through';
      }
    },
    [`${app.url}${path}`, init] as const,
  );

const accounts = () => people(app.platform.database).countDocuments();

describe('the page of another site', () => {
  it('cannot read nor send JSON: the browser asks first and is not let through', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const query of ['{ viewer { person { email } } }', CREATE]) {
      const body = JSON.stringify({ query });
      expect(await tryFetch('/graphql', { method: 'POST', headers, body })).toBe('not let through');
    }
    expect(await tryFetch('/auth/second-factor', {})).toBe('not let through');
    expect(await tryFetch('/party-documents/x/y', { method: 'PUT', body: '%PDF-' })).toBe('not let through');
    expect(await accounts()).toBe(1);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'changes nothing by a request that needs no asking, as %s',
    async (type) => {
      for (const path of ['/graphql', '/auth/sign-out', '/auth/forgotten-password']) {
        const body = JSON.stringify({ query: CREATE, email: ADMINISTRATOR.email });
        await tryFetch(path, { method: 'POST', mode: 'no-cors', headers: { 'content-type': type }, body });
      }
      expect(await accounts()).toBe(1);
    },
  );

  it('changes nothing by an address or by a form', async () => {
    await tryFetch(`/graphql?query=${encodeURIComponent(CREATE)}`, { mode: 'no-cors' });
    const answered = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.evaluate(
      ([action, query]) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.enctype = 'text/plain';
        form.action = action;
        const field = document.createElement('input');
        field.name = `{"query": ${JSON.stringify(query)}, "x": "`;
        field.value = '"}';
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      [`${app.url}/graphql`, CREATE] as const,
    );
    expect([403, 415]).toContain((await answered).status());
    await page.waitForURL('**/graphql');
    expect(await accounts()).toBe(1);
  });

  it('did not end the session either: the cookie is ours alone, and no script reads it', async () => {
    await page.goto(`${app.url}/healthz`);
    const { step, cookies } = await page.evaluate(async () => {
      const response = await fetch('/auth/second-factor');
      return { ...((await response.json()) as { step: string }), cookies: document.cookie };
    });
    expect(step).toBe('enrol');
    expect(cookies).toBe('');
    const [cookie] = (await page.context().cookies(app.url)).filter(({ name }) => name.includes('session'));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  });
});
