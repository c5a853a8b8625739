/**
 * The whole HTTP side on a port of its own, over the test database: what a browser or a script meets. Outside services
 * are absent unless a test brings its own.
 */
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { buildSchema } from '../../schema/index.ts';
import { openDatabase } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { systemClock } from '../../server/gateways/clock.ts';
import type { PaymentGateway } from '../../server/gateways/payments.ts';
import { openFileStore } from '../../server/gateways/storage.ts';
import { buildApp, type AppOptions } from '../../server/http/build-app.ts';
import type { Platform } from '../../server/services/context.ts';
import { createFirstAdministrator } from '../../server/services/people/create-account.ts';
import { createSecondFactor } from '../../server/services/people/second-factor.ts';
import { Authenticator } from './authenticator.ts';
import { connectTestDatabase } from './mongo.ts';

export const ADMINISTRATOR = { email: 'admin@example.org', password: 'correct horse battery' };

const SECRET = 'a secret of the tests, long enough to sign';

const noPayments = new Proxy({} as PaymentGateway, {
  get: (_target, name) => {
    throw new Error(`This test has no payment gateway, but "${String(name)}" was used.`);
  },
});

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

export interface TestApp {
  readonly url: string;
  readonly platform: Platform;
  /** What was logged, a line of JSON each. */
  readonly logged: string[];
  readonly client: () => TestClient;
  readonly administrator: () => Promise<TestClient>;
  readonly close: () => Promise<void>;
}

export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
}

/** One visitor: keeps cookies as a browser does. */
export interface TestClient {
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  readonly graphql: (query: string, variables?: Record<string, unknown>) => Promise<GraphqlAnswer>;
  /** With the password, and the second factor where one is needed: enrolled at the first sign-in. */
  readonly signIn: (email: string, password: string) => Promise<Response>;
  /** Confirms steps with a fresh code of the person who signed in. */
  readonly confirm: (
    email: string,
    steps: readonly Record<string, unknown>[],
  ) => Promise<{ __typename: string; code?: string }>;
}

export async function startTestApp(
  options: Partial<AppOptions> = {},
  parts: Partial<Platform> = {},
): Promise<TestApp> {
  const test = await connectTestDatabase();
  const database = await openDatabase(test.uri);
  await runMigrations(database);
  const folder = await mkdtemp(join(tmpdir(), 'supply-app-'));
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = parts.clock ?? systemClock;
  const platform: Platform = {
    database,
    clock: systemClock,
    payments: noPayments,
    files: openFileStore(folder),
    queue: { enqueue: () => Promise.resolve() },
    checkpointSigner: checkpointSignerOf('the secret of the stories'),
    reportPages: { render: () => ({ html: '', contentSecurityPolicy: "default-src 'none'" }) },
    publicUrl: url,
    secondFactor: createSecondFactor(database, clock, SECRET),
    linkKey: 'a secret of the tests, long enough to sign',
    ...parts,
  };
  await createFirstAdministrator(database, { ...ADMINISTRATOR, now: platform.clock.now() });
  const logged: string[] = [];
  const app = buildApp(platform, {
    schema: buildSchema(),
    production: false,
    secret: SECRET,
    logger: pino({ level: 'info' }, { write: (line) => logged.push(line) }),
    trustedProxies: 0,
    otherOrigins: [],
    checkoutOrigins: [],
    client: null,
    caughtMails: null,
    ...options,
  });
  server.on('request', app);
  const administrators: TestClient[] = [];
  const authenticators = new Map<string, Authenticator>();
  const client = () => createClient(url, authenticators);
  return {
    url,
    platform,
    logged,
    client,
    administrator: async () => {
      const known = await administrators.at(-1)?.graphql('{ viewer { person { id } } }');
      const last = administrators.at(-1);
      if (last !== undefined && (known?.data?.['viewer'] as { person: object | null }).person !== null)
        return last;
      const signedIn = client();
      administrators.push(signedIn);
      const answer = await signedIn.signIn(ADMINISTRATOR.email, ADMINISTRATOR.password);
      if (!answer.ok) throw new Error(`The administrator could not sign in: ${await answer.text()}`);
      return signedIn;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await database.connection.close();
      await test.drop();
      await rm(folder, { recursive: true });
    },
  };
}

function createClient(url: string, authenticators: Map<string, Authenticator>): TestClient {
  const cookies = new Map<string, string>();
  const send: TestClient['send'] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    if (init.method === 'POST' && !headers.has('origin')) headers.set('origin', url);
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const postJson = (path: string, body: unknown) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const graphql: TestClient['graphql'] = async (query, variables = {}) =>
    (await (await postJson('/graphql', { query, variables })).json()) as GraphqlAnswer;
  return {
    send,
    graphql,
    signIn: async (email, password) => {
      const answer = await postJson('/auth/sign-in/email', { email, password });
      if (answer.ok) await giveSecondFactor(authenticatorOf(authenticators, email), send, postJson);
      return answer;
    },
    confirm: async (email, steps) => {
      const authenticator = authenticatorOf(authenticators, email);
      // Near the end of a period somebody has two codes and not three: like them, wait for the next.
      await setTimeout(authenticator.waitMs());
      const code = authenticator.nextCode();
      const { data } = await graphql(CONFIRM, { steps, code });
      return data?.['confirmSteps'] as { __typename: string; code?: string };
    },
  };
}

function authenticatorOf(known: Map<string, Authenticator>, email: string): Authenticator {
  const key = email.trim().toLowerCase();
  const found = known.get(key) ?? new Authenticator();
  known.set(key, found);
  return found;
}

/** Does at the second factor what a person with an authenticator does. */
async function giveSecondFactor(
  authenticator: Authenticator,
  send: TestClient['send'],
  postJson: (path: string, body: unknown) => Promise<Response>,
): Promise<void> {
  const { step } = (await (await send('/auth/second-factor')).json()) as { step: string };
  if (step === 'enrol') {
    const { secret } = (await (await postJson('/auth/second-factor/enrol', {})).json()) as { secret: string };
    authenticator.secret = secret;
    const answer = await postJson('/auth/second-factor/activate', { code: authenticator.nextCode() });
    if (!answer.ok) throw new Error(`The second factor was not set up: ${await answer.text()}`);
    const { recoveryCodes } = (await answer.json()) as { recoveryCodes: string[] };
    authenticator.recoveryCodes = recoveryCodes;
  } else if (step === 'verify') {
    // Tests sign in more often than once in thirty seconds, which is what recovery codes are good for.
    const code = authenticator.recoveryCodes.pop() ?? authenticator.nextCode();
    const answer = await postJson('/auth/second-factor/verify', { code });
    if (!answer.ok) throw new Error(`The second factor was refused: ${await answer.text()}`);
  }
}
