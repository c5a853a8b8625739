import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentials } from '../../server/db/models/person.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';

const CREATE_ACCOUNT = /* GraphQL */ `
  mutation ($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
      ... on MutationCreateAccountSuccess {
        data {
          generatedPassword
          person {
            id
            name
            email
            roles
            memberships {
              partyId
              role
            }
          }
        }
      }
      ... on Refusal {
        code
        message
        faults {
          path
          reason
        }
      }
    }
  }
`;
const VIEWER = '{ viewer { person { id name email roles } } }';

const account = () => ({
  id: randomUUID(),
  name: '沈明',
  email: `shen-${randomUUID().slice(0, 8)}@example.org`,
  password: 'four unrelated words',
  roles: ['PROGRAMME_OFFICER'],
  memberships: [],
});

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('signing in', () => {
  it('gives a session that only the server can read, and says who is asking', async () => {
    const client = app.client();
    const response = await client.signIn(ADMINISTRATOR.email, ADMINISTRATOR.password);
    expect(response.status).toBe(200);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^supply\.session_token=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    const { data } = await client.graphql(VIEWER);
    expect(data).toMatchObject({
      viewer: { person: { email: ADMINISTRATOR.email, roles: ['ADMINISTRATOR'] } },
    });
  });

  it('ignores how the address is written', async () => {
    expect((await app.client().signIn('Admin@Example.org', ADMINISTRATOR.password)).status).toBe(200);
  });

  it('answers an unknown address and a wrong password in the same words', async () => {
    const wrong = await app.client().signIn(ADMINISTRATOR.email, 'not the password');
    const unknown = await app.client().signIn('nobody@example.org', 'not the password');
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await unknown.text()).toBe(await wrong.text());
  });

  it('ends with signing out, for the cookie that was kept as well', async () => {
    const client = await app.administrator();
    const [kept] = (await client.signIn(ADMINISTRATOR.email, ADMINISTRATOR.password)).headers.getSetCookie();
    await client.send('/auth/sign-out', { method: 'POST' });
    expect((await client.graphql(VIEWER)).data).toEqual({ viewer: { person: null } });
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: kept?.split(';')[0] ?? '' },
      body: JSON.stringify({ query: VIEWER }),
    });
    expect(await response.json()).toEqual({ data: { viewer: { person: null } } });
  });

  it('lets nobody sign up, and offers no other route of the library', async () => {
    for (const path of ['/auth/sign-up/email', '/auth/update-user', '/auth/delete-user', '/auth/ok']) {
      const response = await app.client().send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'me@example.org', password: 'four unrelated words', name: 'Me' }),
      });
      expect(response.status, path).toBe(404);
    }
  });

  it('slows guessing down, without locking the person out elsewhere', async () => {
    const { email } = account();
    const tries = [];
    for (let count = 0; count < 9; count++) tries.push(await app.client().signIn(email, 'a wrong guess'));
    expect(tries.map(({ status }) => status)).toEqual([...Array<number>(8).fill(401), 429]);
    expect(Number(tries.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await app.client().signIn(ADMINISTRATOR.email, ADMINISTRATOR.password)).status).toBe(200);
  });

  it('serves a script that is no browser, signed in or not', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADMINISTRATOR),
    };
    const first = await fetch(`${app.url}/auth/sign-in/email`, init);
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const signOut = await fetch(`${app.url}/auth/sign-out`, { method: 'POST', headers: { cookie } });
    expect([first.status, signOut.status]).toEqual([200, 200]);
  });

  it('refuses a sign-in that another site sends', async () => {
    const response = await app.client().send('/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify(ADMINISTRATOR),
    });
    expect(response.status).toBe(403);
  });
});

describe('making an account', () => {
  it('lets the person sign in and carries their roles', async () => {
    const input = account();
    const administrator = await app.administrator();
    const { data } = await administrator.graphql(CREATE_ACCOUNT, { input });
    expect(data).toMatchObject({
      createAccount: { data: { generatedPassword: null, person: { id: input.id, name: '沈明' } } },
    });
    const client = app.client();
    expect((await client.signIn(input.email, input.password)).status).toBe(200);
    expect((await client.graphql(VIEWER)).data).toMatchObject({
      viewer: { person: { id: input.id, roles: ['PROGRAMME_OFFICER'] } },
    });
  });

  it('gives the same account when asked again with the same id', async () => {
    const input = account();
    const administrator = await app.administrator();
    const first = await administrator.graphql(CREATE_ACCOUNT, { input });
    expect(await administrator.graphql(CREATE_ACCOUNT, { input })).toEqual(first);
    const other = await administrator.graphql(CREATE_ACCOUNT, { input: { ...input, name: 'Somebody else' } });
    expect(other.data).toMatchObject({ createAccount: { code: 'ID_ALREADY_USED' } });
  });

  it('makes a password where none is given, shows it once and stores none in clear', async () => {
    const { password: _none, ...input } = account();
    const administrator = await app.administrator();
    const first = await administrator.graphql(CREATE_ACCOUNT, { input });
    const { generatedPassword } = (first.data?.['createAccount'] as { data: { generatedPassword: string } })
      .data;
    expect((await app.client().signIn(input.email, generatedPassword)).status).toBe(200);
    const again = await administrator.graphql(CREATE_ACCOUNT, { input });
    expect(again.data).toMatchObject({ createAccount: { data: { generatedPassword: null } } });
    const stored = await credentials(app.platform.database).find({ userId: input.id }).lean();
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain(generatedPassword);
  });

  it('names every fault of the input at once', async () => {
    const administrator = await app.administrator();
    const input = {
      ...account(),
      name: ' ',
      email: 'a@b.example, c@d.example',
      password: 'short',
      roles: ['AUDITOR', 'AUDITOR'],
      memberships: [{ partyId: randomUUID(), role: 'OWNER' }],
    };
    const { data } = await administrator.graphql(CREATE_ACCOUNT, { input });
    const { code, faults } = data?.['createAccount'] as { code: string; faults: { path: string }[] };
    expect(code).toBe('INVALID_INPUT');
    expect(faults.map(({ path }) => path).sort()).toEqual([
      'email',
      'memberships[0].partyId',
      'name',
      'password',
      'roles[1]',
    ]);
  });

  it('refuses an address that has an account', async () => {
    const administrator = await app.administrator();
    const { data } = await administrator.graphql(CREATE_ACCOUNT, {
      input: { ...account(), email: ADMINISTRATOR.email.toUpperCase() },
    });
    expect(data).toMatchObject({
      createAccount: { code: 'INVALID_INPUT', faults: [{ path: 'email', reason: 'already-used' }] },
    });
  });

  it('needs somebody signed in who manages accounts', async () => {
    const visitor = await app.client().graphql(CREATE_ACCOUNT, { input: account() });
    expect(visitor.data).toMatchObject({ createAccount: { code: 'SIGN_IN_REQUIRED' } });
    const officer = account();
    const administrator = await app.administrator();
    await administrator.graphql(CREATE_ACCOUNT, { input: officer });
    const client = app.client();
    await client.signIn(officer.email, officer.password);
    const refused = await client.graphql(CREATE_ACCOUNT, { input: account() });
    expect(refused.data).toMatchObject({ createAccount: { code: 'NOT_PERMITTED' } });
    const list = await client.graphql('{ people(first: 200) { items { email } } }');
    expect(list.errors?.[0]).toMatchObject({
      extensions: { code: 'NOT_PERMITTED' },
      message:
        'This needs the right "account.manage", which belongs to: administrator. Ask one of them to do it.',
    });
    expect(
      (await administrator.graphql('{ people(first: 200) { items { email } } }')).data?.['people'],
    ).toMatchObject({
      items: expect.arrayContaining([{ email: officer.email }]) as unknown,
    });
  });
});
