/** Invitations and forgotten passwords: links by mail that are good once, tell nothing, and sign nobody in. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountLinks } from '../../server/db/models/account-link.ts';
import type { Mail } from '../../server/gateways/mailer.ts';
import type { JobQueue } from '../../server/services/job-queue.ts';
import { sendAccountLink } from '../../server/services/people/account-links.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
      ... on MutationCreateAccountSuccess {
        data {
          generatedPassword
        }
      }
    }
  }
`;

const noPrinter = { print: () => Promise.reject(new Error('these letters have nothing attached')) };

let app: TestApp;
let now = new Date();
const mails: Mail[] = [];
const enqueued: { personId: string; purpose: 'invitation' | 'password-reset' }[] = [];
const queue: JobQueue = {
  enqueue: (name, payload) => {
    if (name === 'send-account-link') enqueued.push(payload as (typeof enqueued)[number]);
    return Promise.resolve();
  },
};

beforeAll(async () => {
  app = await startTestApp({}, { queue, clock: { now: () => now } });
});
afterAll(() => app.close());
beforeEach(() => {
  now = new Date();
  mails.length = 0;
  enqueued.length = 0;
});

/** Does the waiting jobs as a worker does, and gives the secrets of the mailed links. */
async function readMail(): Promise<string[]> {
  const mailer = {
    send: (mail: Mail) => {
      mails.push(mail);
      return Promise.resolve();
    },
  };
  for (const { personId, purpose } of enqueued.splice(0)) {
    await sendAccountLink({ ...app.platform, mailer, pdf: noPrinter }, personId, purpose);
  }
  return mails.map(({ text }) => /#link=([\w-]+)/.exec(text)?.[1] ?? '');
}

async function invite(): Promise<string> {
  const email = `${randomUUID().slice(0, 8)}@example.org`;
  const input = { id: randomUUID(), name: '何越', email, roles: ['AUDITOR'], memberships: [], invite: true };
  const { data } = await (await app.administrator()).graphql(CREATE, { input });
  expect(data).toMatchObject({ createAccount: { data: { generatedPassword: null } } });
  return email;
}

const post = (client: TestClient, path: string, body: unknown) =>
  client.send(`/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const setPassword = (secret: string, password: string) =>
  post(app.client(), '/set-password', { secret, password });

describe('an invitation', () => {
  it('leads to a password, and from there to the second factor; the link is good once', async () => {
    const email = await invite();
    const [secret = ''] = await readMail();
    expect(mails[0]?.to).toBe(email);
    expect((await setPassword(secret, 'four unrelated words')).status).toBe(200);
    const again = await setPassword(secret, 'four other words of mine');
    expect([again.status, await again.json()]).toMatchObject([400, { code: 'LINK_EXPIRED' }]);
    const client = app.client();
    expect((await post(client, '/sign-in/email', { email, password: 'four unrelated words' })).status).toBe(
      200,
    );
    expect(await (await client.send('/auth/second-factor')).json()).toEqual({ step: 'enrol' });
  });

  it('keeps its secret out of the database', async () => {
    await invite();
    const [secret = ''] = await readMail();
    const stored = await accountLinks(app.platform.database).find().limit(100).lean();
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('expires after a week, and takes no short password', async () => {
    await invite();
    const [secret = ''] = await readMail();
    const short = await setPassword(secret, 'short');
    expect([short.status, await short.json()]).toMatchObject([400, { code: 'INVALID_INPUT' }]);
    now = new Date(now.getTime() + 8 * 86_400_000);
    expect(await (await setPassword(secret, 'four unrelated words')).json()).toMatchObject({
      code: 'LINK_EXPIRED',
    });
  });
});

describe('the letters', () => {
  it('have both languages until their reader has used one, and then that one', async () => {
    const email = await invite();
    const [secret = ''] = await readMail();
    expect(mails[0]?.text).toMatch(/您的账号已开通[^]*An account was made for you/);
    await post(app.client(), '/set-password', { secret, password: 'four unrelated words', locale: 'en' });
    mails.length = 0;
    await post(app.client(), '/forgotten-password', { email });
    await readMail();
    expect(mails[0]?.subject).toBe('Choose a new password');
    expect(mails[0]?.text).toContain('Somebody, hopefully you');
    expect(mails[0]?.text).not.toContain('要求设置新密码');
  });
});

describe('a forgotten password', () => {
  it('is answered alike for an address that is known and one that is not', async () => {
    const email = await invite();
    await readMail();
    mails.length = 0;
    const known = await post(app.client(), '/forgotten-password', { email });
    const unknown = await post(app.client(), '/forgotten-password', { email: 'nobody@example.org' });
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
    await readMail();
    expect(mails.map(({ to }) => to)).toEqual([email]);
  });

  it('is replaced: the old one and every session end, the second factor stays', async () => {
    const email = await invite();
    const [first = ''] = await readMail();
    await setPassword(first, 'four unrelated words');
    const client = app.client();
    await client.signIn(email, 'four unrelated words');
    expect((await client.graphql('{ viewer { person { email } } }')).data).toMatchObject({
      viewer: { person: { email } },
    });
    mails.length = 0;
    await post(app.client(), '/forgotten-password', { email });
    const [second = ''] = await readMail();
    expect((await setPassword(second, 'another four words here')).status).toBe(200);
    expect((await client.graphql('{ viewer { person { email } } }')).data).toEqual({
      viewer: { person: null },
    });
    const old = await post(app.client(), '/sign-in/email', { email, password: 'four unrelated words' });
    expect(old.status).toBe(401);
    const fresh = app.client();
    await post(fresh, '/sign-in/email', { email, password: 'another four words here' });
    expect(await (await fresh.send('/auth/second-factor')).json()).toEqual({ step: 'verify' });
  });

  it('cannot be asked for without end', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      statuses.push((await post(app.client(), '/forgotten-password', { email: 'x@example.org' })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('an administrator', () => {
  const manage = (field: string, person: string) =>
    administrator.graphql(
      `mutation { ${field}(input: {person: "${person}", reason: "Asked for."}) { __typename ... on Refusal { code } } }`,
    );
  const standingOf = async (person: string) => {
    const { data } = await administrator.graphql('{ people { items { id pending hasSecondFactor } } }');
    const { items } = data?.['people'] as {
      items: { id: string; pending: boolean; hasSecondFactor: boolean }[];
    };
    return items.find(({ id }) => id === person);
  };
  let administrator: TestClient;
  beforeEach(async () => {
    administrator = await app.administrator();
  });

  it('sees who has not come yet, invites them again, and ends where they are signed in', async () => {
    const email = await invite();
    const person = enqueued[0]?.personId ?? '';
    expect(await standingOf(person)).toMatchObject({ pending: true, hasSecondFactor: false });
    await manage('inviteAgain', person);
    expect(enqueued.map(({ purpose }) => purpose)).toEqual(['invitation', 'invitation']);
    const [, secret] = await readMail();
    await setPassword(secret ?? '', 'four unrelated words');
    const client = app.client();
    await client.signIn(email, 'four unrelated words');
    expect(await standingOf(person)).toMatchObject({ pending: false, hasSecondFactor: true });
    expect((await manage('inviteAgain', person)).data).toMatchObject({
      inviteAgain: { code: 'WRONG_STATE' },
    });
    const sessionsOf = async () =>
      (await administrator.graphql(`{ sessionsOf(person: "${person}") { id } }`)).data?.['sessionsOf'];
    expect(await sessionsOf()).toHaveLength(1);
    await manage('endAccessOf', person);
    expect(await sessionsOf()).toEqual([]);
    const { data } = await client.graphql('{ viewer { person { id } } }');
    expect(data).toMatchObject({ viewer: { person: null } });
  });

  it('gives nobody an organization that is not registered', async () => {
    await invite();
    const change = { person: enqueued[0]?.personId, roles: [], reason: 'r' };
    const memberships = [{ partyId: randomUUID(), role: 'OWNER' }];
    const { data } = await administrator.graphql(
      'mutation ($input: ChangeRolesInput!) { changeRoles(input: $input) { ... on InvalidInput { faults { reason } } } }',
      { input: { ...change, memberships } },
    );
    expect(data).toMatchObject({ changeRoles: { faults: [{ reason: 'unknown-party' }] } });
  });
});
