/**
 * Password sign-in and sessions by better-auth, over our own records of people. It is a large package and no page of the
 * public needs it, so it is loaded by itself.
 */
import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { mongodbAdapter } from 'better-auth/adapters/mongodb';
import type { Database } from '../../db/database.ts';
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from './passwords.ts';

const SESSION_SECONDS = 12 * 60 * 60;
const SESSION_RENEWAL_SECONDS = 60 * 60;

interface PasswordSessionOptions {
  readonly database: Database;
  readonly publicUrl: string;
  readonly trustedOrigins: readonly string[];
  readonly secret: string;
  /** Below which address it answers. */
  readonly basePath: string;
  /** The header that carries the caller's address. */
  readonly addressHeader: string;
  /** Called when a password was right and a session began. */
  readonly onSignIn: (session: {
    readonly id: string;
    readonly userId: string;
    readonly ipAddress?: string | null | undefined;
  }) => Promise<void>;
}

export function openPasswordSessions(options: PasswordSessionOptions) {
  const { database, publicUrl, trustedOrigins, secret, basePath, addressHeader, onSignIn } = options;
  const client = database.connection.getClient();
  return betterAuth({
    appName: 'Supply Foundation',
    baseURL: publicUrl,
    basePath,
    secret,
    trustedOrigins: [...trustedOrigins],
    database: mongodbAdapter(client.db(database.connection.name), { client }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: { modelName: 'people' },
    account: { modelName: 'credentials' },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_RENEWAL_SECONDS,
      additionalFields: {
        secondFactorAt: { type: 'date', required: false, input: false, returned: true },
      },
    },
    databaseHooks: {
      session: { create: { after: onSignIn } },
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
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => randomUUID() },
    },
  });
}
