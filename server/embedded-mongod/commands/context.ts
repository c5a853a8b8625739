/** What a command is given, and the small readings of its fields that many commands share. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { decodeDocument } from '../bson/decode.ts';
import type { Engine } from '../engine.ts';
import { CommandError, notImplemented } from '../errors.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Transaction } from '../sessions/transactions.ts';
import type { TimedSnapshot } from '../sessions/timed-snapshots.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Snapshot } from '../storage/store.ts';
import type { View } from '../storage/view.ts';

export interface CommandContext {
  readonly engine: Engine;
  readonly connectionId: number;
  readonly db: string;
  readonly name: string;
  readonly body: Doc;
  readonly session: Session | undefined;
  readonly transaction: Transaction | undefined;
  /** Number of a retryable write. */
  readonly retryNumber: bigint | undefined;
  /** The state that a snapshot read outside a transaction reads. */
  readonly readSnapshot: TimedSnapshot | undefined;
  readonly deadline: number;
  /** True when the client has gone. */
  readonly isGone: () => boolean;
}

export type Command = (context: CommandContext) => Doc | Promise<Doc>;

export function collectionName(context: CommandContext): string {
  const name = context.body[context.name];
  if (typeof name !== 'string' || name === '') {
    throw new CommandError(
      'InvalidNamespace',
      `Invalid namespace specified '${context.db}.${typeof name === 'string' ? name : ''}'`,
    );
  }
  if (name.includes('\0') || name.startsWith('.')) {
    throw new CommandError('InvalidNamespace', `Invalid collection name: ${name}`);
  }
  return name;
}

export function documentField(body: Doc, name: string): Doc | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (value instanceof RawDocument) return decodeDocument(value.bytes);
  if (!isPlainObject(value))
    throw new CommandError('TypeMismatch', `Expected field '${name}' to be of type object`);
  return value;
}

export function wholeField(body: Doc, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const number = isNumeric(value) ? toNumber(value) : NaN;
  if (Number.isNaN(number)) throw new CommandError('TypeMismatch', `Field '${name}' must be a number`);
  return Math.trunc(number);
}

/** Options that would change a result and that the engine does not have. */
export function refuseUnsupported(body: Doc): void {
  const collation = body['collation'];
  if (isPlainObject(collation) && Object.keys(collation).length > 0 && collation['locale'] !== 'simple') {
    throw notImplemented('collation');
  }
  for (const name of ['returnKey', 'showRecordId', 'min', 'max', 'rawData']) {
    const value = body[name];
    if (value !== undefined && value !== false && value !== null)
      throw notImplemented(`the option '${name}'`);
  }
}

export function findCollection(context: CommandContext, name: string): Collection | undefined {
  const { transaction, readSnapshot } = context;
  const made = transaction?.made.get(`${context.db}.${name}`)?.collection;
  if (made !== undefined) return made;
  const found = context.engine.catalog.find(context.db, name);
  const sequence = transaction?.unit.snapshot.sequence ?? readSnapshot?.sequence;
  if (found !== undefined && sequence !== undefined && found.since > sequence) {
    throw new CommandError(
      'SnapshotUnavailable',
      `Unable to read from a snapshot due to pending collection catalog changes of ${found.namespace}; please retry the operation.`,
    );
  }
  return found;
}

/** A view for reading: the transaction's, or a fresh snapshot that the caller releases. */
export function openView(context: CommandContext): { view: View; release: () => void } {
  if (context.transaction !== undefined)
    return { view: context.transaction.unit.view(), release: () => undefined };
  if (context.readSnapshot !== undefined)
    return { view: context.readSnapshot.view, release: context.readSnapshot.hold() };
  const snapshot: Snapshot = context.engine.store.snapshot();
  return { view: snapshot, release: () => snapshot.release() };
}

/** The time of a snapshot read, as replies carry it. */
export function snapshotTime({ readSnapshot }: CommandContext): Doc {
  return readSnapshot === undefined ? {} : { atClusterTime: readSnapshot.time };
}

export function checkTime(context: CommandContext): void {
  if (Date.now() > context.deadline)
    throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
  if (context.isGone()) throw new CommandError('Interrupted', 'the client has disconnected');
}
