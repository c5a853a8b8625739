/**
 * One key, one effect: a request that comes again with its key is answered with the first answer, a different
 * request under the same key is refused, and one that is still running makes its twin wait.
 */
import { createHash } from 'node:crypto';
import { ApiError } from './api-errors.ts';
import type { IdempotentReply } from './kinds.ts';
import type { SandboxStore } from './store.ts';

/** Stripe forgets a key after at least a day: a retry on the next day is a new request. */
const KEPT_SECONDS = 24 * 3600;
const MAX_KEY_LENGTH = 255;

export class IdempotencyKeys {
  readonly #store: SandboxStore;
  readonly #running = new Set<string>();

  constructor(store: SandboxStore) {
    this.#store = store;
  }

  /** The earlier answer to this very request, or null and the key is held until `release`. */
  claim(key: string, fingerprint: string, nowSeconds: number): IdempotentReply | null {
    if (key.length > MAX_KEY_LENGTH) {
      throw new ApiError({
        status: 400,
        type: 'invalid_request_error',
        message: `Idempotency keys have at most ${MAX_KEY_LENGTH} characters.`,
      });
    }
    if (this.#running.has(key)) {
      throw new ApiError({
        status: 409,
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Stripe API Key and Idempotent Key: ${key}.`,
      });
    }
    const reply = this.#store.get('sandbox.idempotent_reply', key);
    if (reply !== null && nowSeconds - reply.createdSeconds < KEPT_SECONDS) {
      if (reply.fingerprint !== fingerprint) throw differentRequest(key);
      return reply;
    }
    this.#running.add(key);
    return null;
  }

  release(key: string): void {
    this.#running.delete(key);
  }
}

export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex');
}

function differentRequest(key: string): ApiError {
  return new ApiError({
    status: 400,
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}
