/** What the handling of one request (or one due task) works with. */
import { randomBytes } from 'node:crypto';
import type { Faults } from './faults.ts';
import type { SandboxStore } from './store.ts';

export interface Context {
  readonly store: SandboxStore;
  readonly faults: Faults;
  readonly nowSeconds: number;
  /** Where the sandbox is reached: `http://127.0.0.1:12111`. */
  readonly baseUrl: string;
  readonly asyncPaymentDelayMs: number;
  /** The API request that causes what happens; nulls when a person or time does. */
  readonly request: { readonly id: string | null; readonly idempotencyKey: string | null };
}

export const API_VERSION = '2026-10-28.endive';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id like Stripe's: a prefix and random letters. */
export function makeId(prefix: string, length = 24): string {
  const letters = [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${prefix}_${letters.join('')}`;
}

/** The id behind a reference, which the sandbox itself always keeps unexpanded. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}
