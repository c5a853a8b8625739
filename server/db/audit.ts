/**
 * The one function that writes the audit log, and the hooks that call it for every change of an audited collection, so
 * that no use case can forget it. An entry is written in the database transaction of its change, or not at all.
 */
import { randomUUID } from 'node:crypto';
import type { Schema } from 'mongoose';
import { type ClientSession, type Document, type Query } from 'mongoose';
import {
  changesBetween,
  type Acting,
  type AuditAction,
  type AuditedChange,
  type AuditEntry,
} from '../domain/audit.ts';

const PLATFORM: Acting = {
  kind: 'platform',
  id: 'platform',
  name: 'platform',
  address: null,
  sessionId: null,
  now: () => new Date(),
};

const actingIn = new WeakMap<ClientSession, Acting>();
const reasonIn = new WeakMap<ClientSession, string>();

/** Notes on whose account a transaction runs. */
export function actIn(session: ClientSession, acting: Acting | undefined): void {
  if (acting !== undefined) actingIn.set(session, acting);
}

/** Notes why a transaction changes what it changes. */
export function giveReason(session: ClientSession, reason: string): void {
  reasonIn.set(session, reason);
}

export const AUDIT_LOG = 'audit_log';

interface Audited {
  readonly action: AuditAction;
  readonly concept: string;
  readonly thing: string;
  readonly changes: readonly AuditedChange[];
}

/** Anything that gives the audit log's collection. */
interface Connected {
  collection(name: string): {
    insertMany(entries: AuditEntry[], options: object): Promise<unknown>;
  };
}

/**
 * Writes entries, in the transaction where there is one.
 * @param acting who did it, where no transaction says so
 */
export async function recordAudit(
  connection: Connected,
  session: ClientSession | null,
  audited: readonly Audited[],
  acting: Acting = (session === null ? undefined : actingIn.get(session)) ?? PLATFORM,
): Promise<void> {
  if (audited.length === 0) return;
  const entries = audited.map((one) => entryIn(session, one, acting));
  await connection.collection(AUDIT_LOG).insertMany(entries, session === null ? {} : { session });
}

/** The same for changes of several people in one transaction, each on the account of whoever made it. */
export async function recordAuditOfMany(
  connection: Connected,
  session: ClientSession,
  audited: readonly { readonly one: Audited; readonly acting: Acting | undefined }[],
): Promise<void> {
  const entries = audited
    .filter(({ one }) => one.changes.length > 0)
    .map(({ one, acting = PLATFORM }) => entryIn(session, one, acting));
  if (entries.length > 0) await connection.collection(AUDIT_LOG).insertMany(entries, { session });
}

const entryIn = (session: ClientSession | null, one: Audited, acting: Acting): AuditEntry => ({
  _id: randomUUID(),
  at: acting.now(),
  ...{ actorKind: acting.kind, actorId: acting.id, actorName: acting.name },
  ...{ address: acting.address, sessionId: acting.sessionId },
  ...one,
  reason: session === null ? null : (reasonIn.get(session) ?? null),
  atomic: session?.inTransaction() === true,
});

type Stored = Record<string, unknown> & { readonly _id: unknown };

const MAX_AUDITED = 20_000;
const CHANGES = [
  'updateOne',
  'updateMany',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'replaceOne',
  'deleteOne',
  'deleteMany',
] as const;

/** What says nothing about a state: when something was last looked at, and what tells a retry from another request. */
const BESIDE_THE_STATE: ReadonlySet<string> = new Set([
  'requestDigest',
  'updatedAt',
  'lastSignedAt',
  'lastUsedAt',
  'checkedAt',
  'checkoutAskedAt',
]);

const hiddenOf = new Map<string, ReadonlySet<string>>();

/** What the audit log says of one change of one document, without the values of the paths that its collection hides. */
export function auditedChange(
  concept: string,
  action: AuditAction,
  before: Stored | null,
  after: Stored | null,
): Audited {
  const hidden = hiddenOf.get(concept);
  if (hidden === undefined) throw new Error(`${concept} is no audited collection.`);
  return {
    ...{ action, concept, thing: String((after ?? before)?._id) },
    changes: changesBetween(before, after, hidden).filter(({ path }) => !BESIDE_THE_STATE.has(path)),
  };
}

/**
 * Makes every change through this schema's model write the audit log.
 * @param hidden paths whose values are never written, only that they changed
 */
export function auditChanges(schema: Schema, concept: string, hidden: readonly string[] = []): void {
  hiddenOf.set(concept, new Set(hidden));
  const states = new WeakMap<object, Stored[]>();
  const entryOf = (action: AuditAction, before: Stored | null, after: Stored | null): Audited =>
    auditedChange(concept, action, before, after);
  const read = (query: Query<unknown, unknown>, filter: object, one: boolean): Promise<Stored[]> => {
    const session = sessionOf(query);
    return query.model.collection
      .find(filter as never, session === null ? {} : { session })
      .limit(one ? 1 : MAX_AUDITED)
      .toArray();
  };
  schema.pre(CHANGES as never, { query: true, document: false }, async function (
    this: Query<unknown, unknown>,
  ) {
    const one = !(this as unknown as { op: string }).op.endsWith('Many');
    states.set(this, await read(this, this.getFilter(), one));
  } as never);
  schema.post(CHANGES as never, { query: true, document: false }, async function (
    this: Query<unknown, unknown>,
  ) {
    const before = states.get(this) ?? [];
    if (before.length === 0) return;
    const ids = before.map(({ _id }) => _id);
    const after = new Map(
      (await read(this, { _id: { $in: ids } }, false)).map((found) => [found._id, found]),
    );
    const audited = before
      .map((found) =>
        entryOf(after.has(found._id) ? 'update' : 'delete', found, after.get(found._id) ?? null),
      )
      .filter(({ changes }) => changes.length > 0);
    await recordAudit(this.model.db, sessionOf(this), audited);
  } as never);
  const aroundTheLog = () => {
    throw new Error(
      `Nothing is written to ${concept} around the audit log: use create, updateOne or deleteOne.`,
    );
  };
  schema.pre('insertMany', aroundTheLog);
  schema.pre('bulkWrite', aroundTheLog);
  schema.post('save', async function (this: Document) {
    const stored = this.toObject({ depopulate: true }) as Stored;
    await recordAudit(this.db, this.$session(), [entryOf('create', null, stored)]);
  });
}

function sessionOf(query: Query<unknown, unknown>): ClientSession | null {
  return (query.getOptions() as { session?: ClientSession | null }).session ?? null;
}
