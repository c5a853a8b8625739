/**
 * A collection of the ledger as the driver has it. Entries and sums are written by the thousand with every field in its type
 * already, and casting them once more would cost more than writing them.
 */
import type { Database, ModelOf } from '../db/database.ts';

export const rawCollection = <Stored>(database: Database, model: ModelOf<Stored>) =>
  database.connection.collection<{ _id: string }>(model(database).collection.name);
