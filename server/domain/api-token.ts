/**
 * API token (接口令牌): lets a script act for the person who made it, within scopes. A token is never a way round the
 * second factor: it takes no step under four eyes and manages neither accounts, policies nor other tokens.
 */
import type { Right } from './access.ts';
import { DomainError, type InputFault } from './errors.ts';

/** Rights that a token may carry: reading, and recording what others decide on. A new right is not among them by itself. */
export const TOKEN_SCOPES = [
  'audit.read',
  'policy.read',
  'party.read',
  'party.document-read',
  'relation.read',
  'pool.read',
  'pledge.read',
  'donation.read',
  'proposal.read',
  'allocation.read',
  'award.read',
  'ledger.read',
  'party.register',
  'party.document',
  'pledge.record',
  'pledge.record-receipt',
  'proposal.submit',
  'milestone.report',
] as const satisfies readonly Right[];

export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface ApiToken {
  readonly _id: string;
  /** Who made it, and for whom it acts. */
  readonly personId: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** SHA-256 of the secret, in hexadecimal. */
  readonly secretDigest: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export const MAX_TOKEN_DAYS = 365;
const MAX_NAME_LENGTH = 80;

export function faultsOfToken(
  { name, scopes, days }: { readonly name: string; readonly scopes: readonly Right[]; readonly days: number },
  held: (right: Right) => boolean,
): InputFault[] {
  const faults: InputFault[] = [];
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  if (name.trim() === '' || name.trim().length > MAX_NAME_LENGTH) {
    fault('name', 'name-length', `Give the token a name of at most ${MAX_NAME_LENGTH} characters.`);
  }
  if (scopes.length === 0 || scopes.some((scope) => !TOKEN_SCOPES.some((known) => known === scope))) {
    fault(
      'scopes',
      'not-a-scope',
      'Choose what the token may do; signatures and accounts are never among it.',
    );
  } else if (!scopes.every(held)) {
    fault('scopes', 'not-your-right', 'A token may do only what you may do yourself.');
  }
  if (!Number.isInteger(days) || days < 1 || days > MAX_TOKEN_DAYS) {
    fault('days', 'token-days', `A token holds from 1 to ${MAX_TOKEN_DAYS} days.`);
  }
  return faults;
}

/** The text of a token: a mark by which leaked ones are found, its id and its secret. */
export const textOfToken = (id: string, secret: string): string => `sft_${id.replaceAll('-', '')}_${secret}`;

/** The id and the secret in a text, or null where it is no token. */
export function partsOfToken(text: string): { readonly id: string; readonly secret: string } | null {
  const match = /^sft_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([\w-]{43})$/.exec(
    text,
  );
  if (match === null) return null;
  const [, a, b, c, d, e, secret = ''] = match;
  return { id: [a, b, c, d, e].join('-'), secret };
}

export const isUsable = ({ expiresAt, revokedAt }: ApiToken, now: Date): boolean =>
  revokedAt === null && expiresAt.getTime() > now.getTime();

/** A token asked for what only its person may do, there and then. */
export class TokenNotEnough extends DomainError {
  readonly code = 'TOKEN_NOT_ENOUGH';

  constructor() {
    super('A token cannot do this. Sign in yourself.');
  }
}
