/**
 * Slows guessing of passwords down, for every server of the installation together. Nobody can lock somebody else out:
 * what waits is an address on the network, alone or together with the account that it tries.
 */
import { createHmac } from 'node:crypto';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../../db/database.ts';
import { SIGN_IN_ATTEMPTS } from '../../db/models/session.ts';

export interface SignInThrottle {
  /** Counts a try before it is made. @returns seconds to wait, or null when it may be made */
  readonly begin: (attempt: SignInAttempt) => Promise<number | null>;
  /** Takes the try back once the password was right. */
  readonly succeed: (attempt: SignInAttempt) => Promise<void>;
  /** The same for tries on one account alone, wherever they come from. */
  readonly beginAccount: (attempt: SignInAttempt) => Promise<number | null>;
  readonly succeedAccount: (attempt: SignInAttempt) => Promise<void>;
}

export interface SignInAttempt {
  readonly address: string;
  readonly email: string;
}

const PERIOD_SECONDS = 5 * 60;
const TRIES_PER_ADDRESS = 50;
const TRIES_PER_ADDRESS_AND_ACCOUNT = 8;

/** @param secret keys the digests under which tries are counted, so that no e-mail address is stored for it */
export function createSignInThrottle(database: Database, secret: string): SignInThrottle {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterMongo({
      storeClient: database.connection.getClient(),
      dbName: database.connection.name,
      tableName: SIGN_IN_ATTEMPTS,
      disableIndexesCreation: true,
      keyPrefix,
      points,
      duration: PERIOD_SECONDS,
    });
  const byAddress = limiter('address', TRIES_PER_ADDRESS);
  const byAccount = limiter('account', TRIES_PER_ADDRESS_AND_ACCOUNT);
  const digest = (...parts: readonly string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
  const keys = ({ address, email }: SignInAttempt) =>
    [
      [byAddress, digest(address)],
      [byAccount, digest(address, email.trim().toLowerCase())],
    ] as const;
  const accountKey = ({ address, email }: SignInAttempt) => digest(address, email.trim().toLowerCase());
  return {
    beginAccount: async (attempt) => {
      const wait = await consume(byAccount, accountKey(attempt));
      return wait === 0 ? null : wait;
    },
    succeedAccount: async (attempt) => {
      await byAccount.reward(accountKey(attempt), 1);
    },
    begin: async (attempt) => {
      const waits = await Promise.all(keys(attempt).map(([counter, key]) => consume(counter, key)));
      const longest = Math.max(...waits);
      return longest === 0 ? null : longest;
    },
    succeed: async (attempt) => {
      await Promise.all(keys(attempt).map(([counter, key]) => counter.reward(key, 1)));
    },
  };
}

/** @returns seconds to wait; 0 when there are tries left */
async function consume(counter: RateLimiterMongo, key: string): Promise<number> {
  try {
    await counter.consume(key, 1);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.ceil(refusal.msBeforeNext / 1000);
    throw refusal;
  }
}
