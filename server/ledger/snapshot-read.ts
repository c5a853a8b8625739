/** Reading several collections of the ledger as they stood at one instant. */
import type { Model } from 'mongoose';
import { inTransaction, operators, type ClientSession, type Database } from '../db/database.ts';

/**
 * Runs short reads in the caller's transaction, or else in one of their own: roll-ups and the entries that are in none
 * yet must come from the same instant, or an entry would count twice or not at all.
 */
export async function readAtOneInstant<T>(
  database: Database,
  session: ClientSession | null,
  read: (session: ClientSession) => Promise<T>,
): Promise<T> {
  return session === null ? inTransaction(database, read) : read(session);
}

/**
 * Runs long reads on one snapshot, for longer than a transaction may last. Everything read with its session must come
 * page by page (`pagesById`), because a snapshot session cannot continue a cursor.
 */
export async function readOnSnapshot<T>(
  database: Database,
  read: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const session = await database.connection.startSession({ snapshot: true });
  try {
    return await read(session);
  } finally {
    await session.endSession();
  }
}

export const PAGE_SIZE = 1_000;

/** A page is one reply of the database, so that no cursor stays open. */
export const onePage = { limit: PAGE_SIZE, batchSize: PAGE_SIZE + 1 } as const;

/** Every document in order of id, page by page. */
export async function* pagesById<Stored extends { readonly _id: string }>(
  model: Model<Stored>,
  filter: Partial<Stored>,
  session: ClientSession | null,
): AsyncGenerator<Stored> {
  let last = '';
  for (;;) {
    const after = { ...filter, _id: operators({ $gt: last }) };
    const page = await model.find(after, null, onePage).sort({ _id: 1 }).session(session).lean<Stored[]>();
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_SIZE) return;
    last = end._id;
  }
}
