/**
 * Requirement 3: approving and executing need a fresh code, in the same session, for exactly what was seen; staff get
 * nowhere without a second factor. Met over HTTP, as a person meets it.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../server/db/database.ts';
import { confirmations, secondFactors } from '../../server/db/models/second-factor.ts';
import { people } from '../../server/db/models/person.ts';
import type { Person } from '../../server/domain/access.ts';
import { ConfirmationNeeded, type ControlledStep } from '../../server/domain/second-factor.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { Authenticator } from '../support/authenticator.ts';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
    }
  }
`;
const CONFIRM = /* GraphQL */ `
  mutation ($steps: [ControlledStepInput!]!, $code: String!) {
    confirmSteps(steps: $steps, code: $code) {
      __typename
      ... on Refusal {
        code
      }
    }
  }
`;
const VIEWER = '{ viewer { person { name } } }';
const PASSWORD = 'four unrelated words';

let app: TestApp;
let now = new Date();
beforeAll(async () => {
  app = await startTestApp({}, { clock: { now: () => now } });
});
afterAll(() => app.close());

async function createOfficer(roles: readonly string[] = ['APPROVER']): Promise<string> {
  const email = `approver-${randomUUID().slice(0, 8)}@example.org`;
  const input = { id: randomUUID(), name: '陈静', email, password: PASSWORD, roles, memberships: [] };
  const { data } = await (await app.administrator()).graphql(CREATE, { input });
  expect(data).toMatchObject({ createAccount: { __typename: 'MutationCreateAccountSuccess' } });
  return email;
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** A visitor who does each step of signing in by hand. */
async function withPassword(email: string): Promise<TestClient> {
  const client = app.client();
  expect((await client.send('/auth/sign-in/email', json({ email, password: PASSWORD }))).status).toBe(200);
  return client;
}

const stepOf = async (client: TestClient): Promise<string> =>
  ((await (await client.send('/auth/second-factor')).json()) as { step: string }).step;

async function enrol(client: TestClient): Promise<Authenticator> {
  const answer = await client.send('/auth/second-factor/enrol', json({}));
  const { secret, uri } = (await answer.json()) as { secret: string; uri: string };
  expect(uri).toContain(secret);
  const authenticator = new Authenticator(secret);
  const code = authenticator.nextCode(now.getTime());
  const activated = await client.send('/auth/second-factor/activate', json({ code }));
  expect(activated.status).toBe(200);
  authenticator.recoveryCodes = ((await activated.json()) as { recoveryCodes: string[] }).recoveryCodes;
  return authenticator;
}

const nextStep = () => (now = new Date(now.getTime() + 30_000));

describe('a member of staff', () => {
  it('is nobody with the password alone, and somebody once the second factor is set up', async () => {
    const client = await withPassword(await createOfficer());
    expect(await stepOf(client)).toBe('enrol');
    expect((await client.graphql(VIEWER)).data).toEqual({ viewer: { person: null } });
    await enrol(client);
    expect(await stepOf(client)).toBe('done');
    expect((await client.graphql(VIEWER)).data).toEqual({ viewer: { person: { name: '陈静' } } });
  });

  it('is asked for a code in every new session, and no code is taken twice', async () => {
    const email = await createOfficer();
    const authenticator = await enrol(await withPassword(email));
    const client = await withPassword(email);
    expect(await stepOf(client)).toBe('verify');
    nextStep();
    const code = authenticator.nextCode(now.getTime());
    expect((await client.send('/auth/second-factor/verify', json({ code }))).status).toBe(200);
    const other = await withPassword(email);
    const replayed = await other.send('/auth/second-factor/verify', json({ code }));
    expect([replayed.status, await replayed.json()]).toMatchObject([401, { code: 'WRONG_CODE' }]);
    expect((await other.graphql(VIEWER)).data).toEqual({ viewer: { person: null } });
  });

  it('cannot use an old code, and a code that two servers get at once counts once', async () => {
    const email = await createOfficer();
    const authenticator = await enrol(await withPassword(email));
    const [one, two] = [await withPassword(email), await withPassword(email)];
    nextStep();
    const old = authenticator.codeAt(now.getTime() - 120_000);
    expect((await one.send('/auth/second-factor/verify', json({ code: old }))).status).toBe(401);
    const code = authenticator.nextCode(now.getTime());
    const answers = await Promise.all(
      [one, two].map((client) => client.send('/auth/second-factor/verify', json({ code }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('gets in by a recovery code once, when the phone is lost', async () => {
    const email = await createOfficer();
    const [code = ''] = (await enrol(await withPassword(email))).recoveryCodes;
    const client = await withPassword(email);
    expect((await client.send('/auth/second-factor/verify', json({ code }))).status).toBe(200);
    expect((await client.graphql(VIEWER)).data).toEqual({ viewer: { person: { name: '陈静' } } });
    const again = await withPassword(email);
    expect((await again.send('/auth/second-factor/verify', json({ code }))).status).toBe(401);
  });

  it('who guesses codes is slowed down, whatever the address', async () => {
    const email = await createOfficer();
    await enrol(await withPassword(email));
    const client = await withPassword(email);
    const statuses: number[] = [];
    for (let guess = 0; guess < 9; guess += 1) {
      const answer = await client.send('/auth/second-factor/verify', json({ code: '000000' }));
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array<number>(7).fill(401), 401, 429]);
  });

  it('cannot set up a second device over the first', async () => {
    const email = await createOfficer();
    await enrol(await withPassword(email));
    const thief = await withPassword(email);
    expect((await thief.send('/auth/second-factor/enrol', json({}))).status).toBe(409);
    const guess = await thief.send('/auth/second-factor/activate', json({ code: '123456' }));
    expect(guess.status).toBe(401);
  });

  it('has a secret that the database alone does not give away', async () => {
    const email = await createOfficer();
    const { secret } = await enrol(await withPassword(email));
    const person = await people(app.platform.database).findOne({ email }).lean();
    const stored = await secondFactors(app.platform.database)
      .findById(person?._id ?? '')
      .lean();
    expect(JSON.stringify(stored)).not.toContain(secret);
  });
});

describe('a confirmation', () => {
  const step = (): ControlledStep => ({
    ...{ kind: 'disbursement', thing: randomUUID(), step: 'approve', digest: 'what was seen' },
  });
  const asInput = ({ kind, thing, step: name, digest }: ControlledStep) => ({
    ...{ kind: kind.toUpperCase().replace('-', '_'), thing, step: name.toUpperCase(), digest },
  });

  async function signedIn(): Promise<{ client: TestClient; authenticator: Authenticator; person: Person }> {
    const email = await createOfficer();
    const client = await withPassword(email);
    const authenticator = await enrol(client);
    const stored = await people(app.platform.database).findOne({ email }).lean();
    const { data } = await client.graphql('{ sessions { id current } }');
    const sessions = data?.['sessions'] as { id: string; current: boolean }[];
    const sessionId = sessions.find(({ current }) => current)?.id ?? '';
    const person: Person = {
      ...{ kind: 'person', personId: stored?._id ?? '', name: '陈静', roles: ['approver'], memberships: [] },
      sessionId,
    };
    nextStep();
    return { client, authenticator, person };
  }

  const shown = () =>
    Promise.resolve({
      ...{ amountMinor: 1n, payee: 'P' },
      subject: { names: [{ zh: '一月', en: 'January' }], governs: null, terms: [] },
    });
  const take = (person: Person, taken: ControlledStep) =>
    inTransaction(app.platform.database, (session) =>
      app.platform.secondFactor.consume(session, person, taken, shown, now),
    );

  async function confirm(client: TestClient, authenticator: Authenticator, steps: ControlledStep[]) {
    const code = authenticator.nextCode(now.getTime());
    const { data } = await client.graphql(CONFIRM, { steps: steps.map(asInput), code });
    expect(data).toMatchObject({ confirmSteps: { __typename: 'MutationConfirmStepsSuccess' } });
    return code;
  }

  it('is needed: without one nothing is approved, and the refusal names thing, amount and payee', async () => {
    const { person } = await signedIn();
    const refused = take(person, step());
    await expect(refused).rejects.toBeInstanceOf(ConfirmationNeeded);
    await expect(refused).rejects.toMatchObject({
      data: { amountMinor: 1n, payee: 'P', subjectZh: ['一月'], subjectEn: ['January'] },
    });
  });

  it('counts once, for what was seen, in the session in which it was given', async () => {
    const { client, authenticator, person } = await signedIn();
    const seen = step();
    await confirm(client, authenticator, [seen]);
    for (const changed of [
      { ...seen, digest: 'another amount or payee' },
      { ...seen, thing: randomUUID() },
      { ...seen, step: 'execute' as const },
      { ...seen, kind: 'award' as const },
    ]) {
      await expect(take(person, changed)).rejects.toBeInstanceOf(ConfirmationNeeded);
    }
    await expect(take({ ...person, sessionId: randomUUID() }, seen)).rejects.toBeInstanceOf(
      ConfirmationNeeded,
    );
    await take(person, seen);
    await expect(take(person, seen)).rejects.toBeInstanceOf(ConfirmationNeeded);
  });

  it('does not come from a code that was used, also not for signing in', async () => {
    const { client, authenticator } = await signedIn();
    const code = await confirm(client, authenticator, [step()]);
    const { data } = await client.graphql(CONFIRM, { steps: [asInput(step())], code });
    expect(data).toMatchObject({ confirmSteps: { code: 'WRONG_CODE' } });
  });

  it('grows stale', async () => {
    const { client, authenticator, person } = await signedIn();
    const seen = step();
    await confirm(client, authenticator, [seen]);
    now = new Date(now.getTime() + 11 * 60_000);
    await expect(take(person, seen)).rejects.toBeInstanceOf(ConfirmationNeeded);
  });

  it('is used up by one of two that come at once', async () => {
    const { client, authenticator, person } = await signedIn();
    const seen = step();
    await confirm(client, authenticator, [seen]);
    const taken = await Promise.allSettled([take(person, seen), take(person, seen)]);
    expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const used = await confirmations(app.platform.database).countDocuments({ thing: seen.thing });
    expect(used).toBe(1);
  });

  it('is not given to a visitor', async () => {
    const { data } = await app.client().graphql(CONFIRM, { steps: [asInput(step())], code: '123456' });
    expect(data).toMatchObject({ confirmSteps: { code: 'SIGN_IN_REQUIRED' } });
  });
});
