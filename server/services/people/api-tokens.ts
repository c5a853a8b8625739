/** Making, listing and revoking API tokens, and finding out for whom one acts. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { holdsRight, type Actor, type Person, type Right } from '../../domain/access.ts';
import {
  faultsOfToken,
  isUsable,
  partsOfToken,
  textOfToken,
  TokenNotEnough,
  type ApiToken,
  type TokenScope,
} from '../../domain/api-token.ts';
import { InvalidInput, NotFound, SignInRequired } from '../../domain/errors.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { apiTokens } from '../../db/models/api-token.ts';
import { people, type StoredPerson } from '../../db/models/person.ts';
import type { Clock } from '../../gateways/clock.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid } from '../create-once.ts';

const MAX_TOKENS = 50;
const DAY_MS = 86_400_000;
/** A use is noted at most this often, so that reading does not always write. */
const NOTED_EVERY_MS = 60_000;

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function personThere(actor: Actor): Person {
  if (actor.kind !== 'person') throw new SignInRequired();
  if (actor.token !== undefined) throw new TokenNotEnough();
  return actor;
}

export const createApiTokenErrors = [InvalidInput, SignInRequired, TokenNotEnough] as const;

interface CreateApiTokenInput {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly days: number;
}

/** @returns the token and its text, which is shown this once and stored nowhere */
export async function createApiToken(
  context: ServiceContext,
  input: CreateApiTokenInput,
): Promise<{ readonly token: ApiToken; readonly text: string }> {
  const { database, clock, actor } = context;
  const person = personThere(actor);
  assertUuid(input.id);
  const held = (right: Right) =>
    holdsRight(person, right) || person.memberships.some(({ partyId }) => holdsRight(person, right, partyId));
  const faults = faultsOfToken(input, held);
  if (await apiTokens(database).exists({ _id: input.id })) {
    faults.push({
      path: 'id',
      reason: 'already-used',
      message: 'This id is used; the secret is not shown again.',
    });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
  const secret = randomBytes(32).toString('base64url');
  const createdAt = clock.now();
  const token: ApiToken = {
    ...{ _id: input.id, personId: person.personId, name: input.name.trim() },
    ...{ scopes: [...new Set(input.scopes)], secretDigest: digestOf(secret), createdAt },
    expiresAt: new Date(createdAt.getTime() + input.days * DAY_MS),
    ...{ lastUsedAt: null, revokedAt: null },
  };
  await inTransaction(database, (session) => apiTokens(database).create([token], { session }));
  return { token, text: textOfToken(token._id, secret) };
}

/** One's own tokens that hold, newest first. */
export async function listApiTokens({ actor, database, clock }: ServiceContext): Promise<ApiToken[]> {
  if (actor.kind !== 'person') return [];
  const found = await apiTokens(database)
    .find({ personId: actor.personId, revokedAt: null })
    .sort({ createdAt: -1 })
    .limit(MAX_TOKENS)
    .lean<ApiToken[]>();
  return found.filter((token) => isUsable(token, clock.now()));
}

export const revokeApiTokenErrors = [NotFound, SignInRequired, TokenNotEnough] as const;

/** Ends one of one's own tokens at once. @returns those that are left */
export async function revokeApiToken(context: ServiceContext, id: string): Promise<ApiToken[]> {
  const { database, clock, actor } = context;
  const { personId } = personThere(actor);
  const { matchedCount } = await inTransaction(database, (session) =>
    apiTokens(database).updateOne(
      { _id: id, personId, revokedAt: null },
      { $set: { revokedAt: clock.now() } },
      { session },
    ),
  );
  if (matchedCount === 0) throw new NotFound('API token', id);
  return listApiTokens(context);
}

/** Ends every token of somebody, with whatever else ends then. */
export async function revokeTokensOf(
  database: Database,
  session: ClientSession,
  personId: string,
  revokedAt: Date,
): Promise<void> {
  await apiTokens(database).updateMany({ personId, revokedAt: null }, { $set: { revokedAt } }, { session });
}

/** For whom a token acts: its person with the roles of now, within its scopes; a visitor where it does not hold. */
export async function actorOfToken(database: Database, clock: Clock, text: string): Promise<Actor> {
  const parts = partsOfToken(text);
  const now = clock.now();
  const token = parts === null ? null : await apiTokens(database).findById(parts.id).lean<ApiToken>();
  if (parts === null || token === null || !isUsable(token, now)) return { kind: 'anonymous' };
  const given = Buffer.from(digestOf(parts.secret), 'hex');
  if (!timingSafeEqual(given, Buffer.from(token.secretDigest, 'hex'))) return { kind: 'anonymous' };
  const person = await people(database).findById(token.personId).lean<StoredPerson>();
  if (person === null || (person.closedAt !== null && person.closedAt !== undefined))
    return { kind: 'anonymous' };
  await noteUse(database, token, now);
  const { _id: personId, name, roles, memberships } = person;
  return {
    kind: 'person',
    personId,
    name,
    roles,
    memberships,
    token: { id: token._id, scopes: token.scopes },
  };
}

async function noteUse(database: Database, { _id, lastUsedAt }: ApiToken, now: Date): Promise<void> {
  if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < NOTED_EVERY_MS) return;
  await apiTokens(database).updateOne({ _id }, { $set: { lastUsedAt: now } });
}
