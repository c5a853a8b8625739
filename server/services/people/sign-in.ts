/**
 * Proving who somebody is: password sign-in and sessions by better-auth, over our own records of people. What a
 * session gives is only an id; roles are read from the person at every request, so that a right taken away is gone
 * at once. A second factor belongs into `plugins` here.
 */
import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { mongodbAdapter } from 'better-auth/adapters/mongodb';
import type { Actor } from '../../domain/access.ts';
import type { Database } from '../../db/database.ts';
import { people, type StoredPerson } from '../../db/models/person.ts';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './passwords.ts';

export interface SignIn {
  /** Answers the requests below `SIGN_IN_PATH`. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly actorOf: (headers: Headers) => Promise<Actor>;
}

interface SignInOptions {
  readonly database: Database;
  readonly publicUrl: string;
  readonly trustedOrigins: readonly string[];
  readonly secret: string;
}

export const SIGN_IN_PATH = '/auth';

/** Carries the caller's address to the library; set by the server itself, never taken from a request. */
export const CALLER_ADDRESS_HEADER = 'x-supply-caller-address';

const SESSION_SECONDS = 12 * 60 * 60;
const SESSION_RENEWAL_SECONDS = 60 * 60;

/** Only these may be called; the library offers more than we have decided on. */
export const SIGN_IN_ROUTES = ['/sign-in/email', '/sign-out', '/get-session'] as const;

export function createSignIn({ database, publicUrl, trustedOrigins, secret }: SignInOptions): SignIn {
  const client = database.connection.getClient();
  const auth = betterAuth({
    appName: 'Supply Foundation',
    baseURL: publicUrl,
    basePath: SIGN_IN_PATH,
    secret,
    trustedOrigins: [...trustedOrigins],
    database: mongodbAdapter(client.db(database.connection.name), { client }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    user: { modelName: 'people' },
    account: { modelName: 'credentials' },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_RENEWAL_SECONDS,
    },
    verification: { modelName: 'verifications' },
    // Guessing is slowed down by the server, which several processes share.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [],
    advanced: {
      cookiePrefix: 'supply',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CALLER_ADDRESS_HEADER] },
      database: { generateId: () => randomUUID() },
    },
  });
  return {
    handle: (request) => auth.handler(request),
    actorOf: async (headers) => {
      if (!headers.has('cookie')) return { kind: 'anonymous' };
      const session = await auth.api.getSession({ headers });
      return session === null ? { kind: 'anonymous' } : actorOfPerson(database, session.user.id);
    },
  };
}

async function actorOfPerson(database: Database, personId: string): Promise<Actor> {
  const person = await people(database).findById(personId).lean<StoredPerson>();
  if (person === null) return { kind: 'anonymous' };
  const { name, roles, memberships } = person;
  return { kind: 'person', personId, name, roles, memberships };
}
