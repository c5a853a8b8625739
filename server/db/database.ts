/**
 * The connection to MongoDB and the one way to run a database transaction. Nothing outside the database
 * (mail, Stripe, files) may happen inside a transaction, because it may run more than once.
 */
import mongoose, { type ClientSession, type Connection, type Model, type Schema } from 'mongoose';
import type { Acting } from '../domain/audit.ts';
import { actIn, auditChanges } from './audit.ts';

export type { ClientSession } from 'mongoose';

mongoose.set('strictQuery', true);

/**
 * Marks a filter with operators as written by us. Anything else with a `$` key in a filter is taken as a plain
 * value, so that no input can become an operator.
 */
export const operators = <const Filter extends Record<string, unknown>>(filter: Filter): Filter =>
  mongoose.trusted(filter);

export interface Database {
  readonly connection: Connection;
  /** On whose account changes are made, for the audit log; absent for the platform's own. */
  readonly acting?: Acting;
}

/** Amounts are Int64 in the database and `bigint` here; every read is from the primary and every write survives a failover. */
export async function openDatabase(uri: string, databaseName?: string): Promise<Database> {
  const connection = mongoose.createConnection(uri, {
    ...(databaseName === undefined ? {} : { dbName: databaseName }),
    useBigInt64: true,
    sanitizeFilter: true,
    autoIndex: false,
    autoCreate: false,
    serverSelectionTimeoutMS: 10_000,
    writeConcern: { w: 'majority' },
  });
  await connection.asPromise();
  return { connection };
}

/**
 * Runs `work` in a transaction with snapshot reads and majority writes; it is retried when another transaction
 * wrote the same documents first, so it must do nothing but read and write the database with this session.
 */
export async function inTransaction<T>(
  database: Database,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const session = await database.connection.startSession();
  try {
    actIn(session, database.acting);
    return await session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    });
  } finally {
    await session.endSession();
  }
}

/** True for the database's refusal to store a second document under a unique key. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && Number(error.code) === 11000;
}

/** True for a read that took longer than it was allowed to. */
export function isTooSlow(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && Number(error.code) === 50;
}

export type ModelOf<Stored> = (database: Database) => Model<Stored>;

const definitions: { readonly name: string; readonly schema: Schema; readonly audit: AuditRule }[] = [];

/** Every aggregate that the process knows of, with how the audit log treats it. */
export const storedAggregates = (): typeof definitions => [...definitions];

/** How the audit log treats an aggregate: every change, without the values of hidden paths; or none, with the reason. */
type AuditRule = { readonly hidden: readonly string[] } | { readonly notAudited: string };

/**
 * Declares a stored aggregate, once per process; the model itself belongs to a connection.
 * @param name singular, also names the collection
 * @param audit every change is written to the audit log unless this says otherwise
 */
export function defineModel<Stored>(
  name: string,
  collection: string,
  schema: Schema<Stored>,
  audit: AuditRule = { hidden: [] },
): ModelOf<Stored> {
  schema.set('collection', collection);
  schema.set('versionKey', false);
  schema.set('strict', 'throw');
  schema.set('minimize', false);
  if ('hidden' in audit) auditChanges(schema, collection, audit.hidden);
  definitions.push({ name, schema, audit });
  // By way of `unknown`: to compare two of mongoose's models type by type takes the compiler seconds.
  return ({ connection }) =>
    (connection.models[name] as unknown as Model<Stored> | undefined) ??
    connection.model<Stored>(name, schema);
}

/** Creates every collection and index that the process knows of, side by side; existing ones are left alone. */
export async function createCollectionsAndIndexes({ connection }: Database): Promise<void> {
  const created = definitions.map(async ({ name, schema }) => {
    const model = connection.models[name] ?? connection.model(name, schema);
    await model.createCollection();
    await model.createIndexes();
  });
  await Promise.all(created);
}
