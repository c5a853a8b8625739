/**
 * Runs write statements: inside a transaction on its unit, otherwise in slices that are committed one by
 * one. A statement that meets a document held by a transaction waits for that transaction.
 */
import type { Doc } from '../bson/types.ts';
import { CloseConnection, CommandError } from '../errors.ts';
import type { RetryRecord } from '../sessions/sessions.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Change } from '../storage/journal.ts';
import { Blocked, ImmediateUnit, type UnitOfWork } from '../storage/unit-of-work.ts';
import { checkTime, type CommandContext } from './context.ts';

const SLICE_MS = 8;
const SLICE_BYTES = 4 << 20;

/** Work that is done step by step; a step that throws `Blocked` is done again later. */
export interface Statement {
  /** Does some work; true when the statement is finished. */
  step(unit: UnitOfWork): boolean;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function waitFor(freed: Promise<void>, deadline: number): Promise<void> {
  const limit = Math.min(deadline - Date.now(), 0x7fffffff);
  if (limit <= 0) return Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  return Promise.race([freed, late]).finally(() => clearTimeout(timer));
}

/** Runs one statement to its end. `finish` is called with the last slice's unit before it is committed. */
export async function runStatement(
  context: CommandContext,
  statement: Statement,
  changesWith: (done: boolean) => readonly Change[] = () => [],
): Promise<void> {
  const { engine, transaction } = context;
  if (transaction !== undefined) {
    let since = performance.now();
    while (!statement.step(transaction.unit)) {
      if (performance.now() - since < SLICE_MS) continue;
      await turn();
      checkTime(context);
      transaction.requireOpen();
      since = performance.now();
    }
    return;
  }
  for (;;) {
    const full = engine.store.room();
    if (full !== undefined) await full;
    const outcome = slice(context, statement, changesWith);
    if (outcome === 'done') return;
    if (outcome === 'more') await turn();
    else await waitFor(outcome, context.deadline);
    checkTime(context);
  }
}

function slice(
  context: CommandContext,
  statement: Statement,
  changesWith: (done: boolean) => readonly Change[],
): 'done' | 'more' | Promise<void> {
  const { engine } = context;
  const unit = new ImmediateUnit(engine.store, engine.locks);
  const until = performance.now() + SLICE_MS;
  let outcome: 'done' | 'more' | Promise<void> = 'more';
  try {
    do {
      if (statement.step(unit)) outcome = 'done';
    } while (outcome === 'more' && performance.now() < until && unit.writes.bytes < SLICE_BYTES);
  } catch (error) {
    if (!(error instanceof Blocked)) {
      commit(context, unit, changesWith(false));
      throw error;
    }
    outcome = error.freed;
  }
  commit(context, unit, changesWith(outcome === 'done'));
  return outcome;
}

function commit(context: CommandContext, unit: ImmediateUnit, more: readonly Change[]): void {
  if (unit.writes.changes.size > 0 || more.length > 0) {
    context.engine.clock.next();
    unit.commit(more);
  }
  context.engine.saveReshaped();
}

/** The collection to write to, made when it is not there. */
export function collectionForWriting(context: CommandContext, name: string): Collection {
  const { engine, db, transaction } = context;
  checkNamespace(db, name);
  const namespace = `${db}.${name}`;
  if (transaction !== undefined) {
    const made = transaction.made.get(namespace);
    if (made !== undefined) return made.collection;
  }
  const existing = engine.catalog.find(db, name);
  if (existing !== undefined) {
    if (existing.view !== undefined) {
      throw new CommandError(
        'CommandNotSupportedOnView',
        `Namespace ${namespace} is a view, not a collection`,
      );
    }
    if (transaction !== undefined && existing.since > transaction.unit.snapshot.sequence) {
      throw new CommandError(
        'WriteConflict',
        `Collection ${namespace} was made or changed after the transaction started.`,
      );
    }
    return existing;
  }
  const collection = engine.catalog.newCollection(db, name, {});
  if (transaction !== undefined) {
    transaction.unit.lock(`catalog ${namespace}`);
    transaction.made.set(namespace, { collection, changes: [] });
    return collection;
  }
  engine.store.commit(engine.catalog.add(collection));
  collection.since = engine.store.currentSequence;
  return collection;
}

export function checkNamespace(db: string, name: string): void {
  if (
    name === '' ||
    name.includes('$') ||
    name.includes('\0') ||
    name.startsWith('.') ||
    name.startsWith('system.')
  ) {
    throw new CommandError('InvalidNamespace', `Invalid collection name: ${db}.${name}`);
  }
  if (Buffer.byteLength(`${db}.${name}`) > 255) {
    throw new CommandError('InvalidNamespace', `Fully qualified namespace is too long: ${db}.${name}`);
  }
}

/** The answers of earlier tries of this command's statements. */
export class Replay {
  readonly record: RetryRecord | undefined;
  private readonly ids: readonly number[] | undefined;

  constructor(private readonly context: CommandContext) {
    const { session, retryNumber, body } = context;
    this.record =
      session !== undefined && retryNumber !== undefined ? session.retryable(retryNumber) : undefined;
    const ids = body['stmtIds'];
    this.ids = Array.isArray(ids) ? (ids as number[]) : undefined;
  }

  private idOf(index: number): number {
    if (this.ids !== undefined) return this.ids[index] ?? index;
    const first = this.context.body['stmtId'];
    return (typeof first === 'number' ? first : 0) + index;
  }

  /** What the statement answered when it was run before. */
  answered(index: number): Doc | undefined {
    return this.record?.statements.get(this.idOf(index));
  }

  /** The changes that remember the answer, to be committed with the statement. */
  remember(index: number, answer: Doc): readonly Change[] {
    return this.rememberAll([index], answer);
  }

  rememberAll(indexes: readonly number[], answer: Doc): readonly Change[] {
    const { session } = this.context;
    if (this.record === undefined || session === undefined || indexes.length === 0) return [];
    const fresh = indexes.map((index) => [this.idOf(index), answer] as const);
    for (const [id] of fresh) this.record.statements.set(id, answer);
    return session.recordChanges(this.record, fresh);
  }
}

/** An error of one statement, as it stands in `writeErrors`. */
export function writeError(index: number, error: CommandError): Doc {
  return { index, code: error.code, ...error.extra, errmsg: error.message };
}

export function isStatementError(error: unknown): error is CommandError {
  return error instanceof CommandError && ![50, 11601, 11600, 225, 251, 256].includes(error.code);
}

/** Runs a retryable write and lets the fail point for such writes strike before or after it. */
export async function retryableWrite<T>(context: CommandContext, run: () => Promise<T>): Promise<T> {
  const { engine, retryNumber } = context;
  const failure = retryNumber === undefined ? undefined : engine.failPoints.hitWrite();
  if (failure?.errorCode !== undefined) {
    if (failure.closeConnection) throw new CloseConnection();
    throw new CommandError(failure.errorCode, "Failing command via 'onPrimaryTransactionalWrite' failpoint");
  }
  const result = await run();
  if (failure === undefined) return result;
  await engine.store.durable();
  throw new CloseConnection();
}
