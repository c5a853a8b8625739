/**
 * Idempotent creation: whoever asks makes the id, and asking again for the same thing gives the same thing. The
 * digest of the request tells a retry from a different request under a used id.
 */
import type { Model } from 'mongoose';
import { canonicalJson } from '../domain/canonical-json.ts';
import { IdAlreadyUsed, InvalidInput, type InputFault } from '../domain/errors.ts';
import { sha256Hex } from '../domain/sha-256.ts';
import { inTransaction, isDuplicateKey, type ClientSession, type Database } from '../db/database.ts';

/** Digest of anything made of texts, numbers, bigints, dates, lists and records; `undefined` counts as absent. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(plain(value)));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, plain(part)]])),
    );
  }
  return value;
}

interface Creatable {
  readonly _id: string;
  readonly requestDigest: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Ids of things that people create are UUIDs made by their client. */
export function faultsOfUuid(id: string, path = 'id'): InputFault[] {
  if (UUID.test(id)) return [];
  const message = 'The id must be a UUID in lower case, made by whoever asks.';
  return [{ path, reason: 'not-a-uuid', message }];
}

/** @throws InvalidInput; where there is more to find fault with, `faultsOfUuid` lets all of it be told at once */
export function assertUuid(id: string, path = 'id'): void {
  const faults = faultsOfUuid(id, path);
  if (faults.length > 0) throw new InvalidInput(faults);
}

/**
 * The record already created by the same request, or null when the id is free.
 * @throws IdAlreadyUsed when another request created it
 */
export async function findCreated<Stored extends Creatable>(
  model: Model<Stored>,
  concept: string,
  id: string,
  requestDigest: string,
  session: ClientSession | null = null,
): Promise<Stored | null> {
  const existing = await model.findById(id).session(session).lean<Stored>();
  return existing === null ? null : sameRequest(concept, existing, requestDigest);
}

/**
 * The record, when this request created it.
 * @throws IdAlreadyUsed when another request did
 */
export function sameRequest<Stored extends Creatable>(
  concept: string,
  existing: Stored,
  requestDigest: string,
): Stored {
  if (existing.requestDigest !== requestDigest) throw new IdAlreadyUsed(concept, existing._id);
  return existing;
}

/**
 * Creates a record unless the same request has; two requests at once give one record.
 * @throws IdAlreadyUsed when another request created one under this id
 */
export async function createOnce<Stored extends Creatable>(
  database: Database,
  model: Model<Stored>,
  concept: string,
  record: Stored,
): Promise<Stored> {
  return inTransaction(database, async (session) => {
    const created = await findCreated(model, concept, record._id, record.requestDigest, session);
    if (created !== null) return created;
    await new model(record).save({ session });
    return record;
  });
}

/**
 * Creates a record that holds a key which only one may hold at a time. The same request twice, even at once, gives one
 * record; another request is refused as the caller says. In a transaction, so that the audit log names who created it.
 */
export async function createAlone<Stored extends Creatable>(
  database: Database,
  model: Model<Stored>,
  concept: string,
  record: Stored,
  refusal: Error,
): Promise<Stored> {
  try {
    await inTransaction(database, (session) => new model(record).save({ session }));
    return record;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const same = await findCreated(model, concept, record._id, record.requestDigest);
    if (same !== null) return same;
    throw refusal;
  }
}
