/**
 * Logical sessions with their transactions and the record of retryable writes. What a retryable write
 * answered is stored in the same commit as the write, so that a retry after a crash finds it.
 */
import { Binary } from 'bson';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { CommandError } from '../errors.ts';
import { SESSIONS } from '../storage/catalog.ts';
import type { Change } from '../storage/journal.ts';
import { afterPrefix, uint32Key } from '../storage/ordered-key.ts';
import { Transaction } from './transactions.ts';

const SESSION_MS = 30 * 60 * 1000;

export interface RetryRecord {
  number: bigint;
  /** Answers by statement number. */
  statements: Map<number, Doc>;
  committed: boolean;
}

export class Session {
  lastUse = Date.now();
  transaction: Transaction | undefined;
  record: RetryRecord | undefined;
  private readonly key: string;
  /** The number of the record that is stored, and in how many parts. */
  private stored = { number: -1n, parts: 0 };

  constructor(
    readonly id: string,
    private readonly engine: Engine,
  ) {
    this.key = SESSIONS + Buffer.from(id, 'hex').toString('latin1');
    if (engine.store.get(this.key) !== undefined) this.readRecord();
  }

  private readRecord(): void {
    const cursor = this.engine.store.latest().scan({ start: this.key, end: afterPrefix(this.key) });
    while (cursor.next()) {
      const { number, statements, committed } = decodeDocument(cursor.value);
      this.record ??= { number: number as bigint, statements: new Map(), committed: committed === true };
      for (const { id, answer } of statements as Doc[])
        this.record.statements.set(id as number, answer as Doc);
      this.stored = { number: this.record.number, parts: this.stored.parts + 1 };
    }
    cursor.close();
  }

  /** The newest transaction or write number the session has used. */
  get newest(): bigint {
    const written = this.record?.number ?? -1n;
    const own = this.transaction?.number ?? -1n;
    return own > written ? own : written;
  }

  private refuseOld(number: bigint): void {
    if (number < this.newest) {
      throw new CommandError(
        'TransactionTooOld',
        `Retryable write with txnNumber ${number} is prohibited on session ${this.id} because a newer retryable write with txnNumber ${this.newest} has already started on this session.`,
      );
    }
  }

  /** The record of the retryable write with this number, begun if it is new. */
  retryable(number: bigint): RetryRecord {
    this.refuseOld(number);
    if (this.transaction !== undefined && this.transaction.number < number) this.transaction.abort();
    if (this.transaction?.number === number) {
      throw new CommandError(
        50768,
        `Cannot use txnNumber ${number} for a retryable write: it is the number of a transaction.`,
      );
    }
    if (this.record?.number !== number) this.record = { number, statements: new Map(), committed: false };
    return this.record;
  }

  begin(number: bigint, readConcern: unknown): Transaction {
    if (number < this.newest) this.refuseOld(number);
    if (number === this.newest) {
      throw new CommandError(
        'TransactionTooOld',
        `Cannot start a transaction at given transaction number ${number} a transaction with the same number is already in progress or was used.`,
      );
    }
    this.transaction?.abort();
    this.transaction = new Transaction(this.engine, this, number, readConcern);
    return this.transaction;
  }

  /** The open transaction with this number. */
  current(number: bigint): Transaction {
    const { transaction } = this;
    if (transaction === undefined || transaction.number !== number) {
      if (this.record?.number === number && this.record.committed) {
        throw new CommandError(
          'TransactionCommitted',
          `Transaction with { txnNumber: ${number} } has been committed.`,
        );
      }
      throw new CommandError(
        'NoSuchTransaction',
        `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${this.newest}`,
      );
    }
    return transaction;
  }

  /**
   * The changes that keep the record with the write it belongs to. Each write of a record stores a part of its own, with
   * the answers that are new: storing all of them again would make a command of many statements cost their square.
   */
  recordChanges(
    record: RetryRecord,
    fresh: readonly (readonly [statement: number, answer: Doc])[],
  ): Change[] {
    this.record = record;
    const changes: Change[] = [];
    if (this.stored.number !== record.number) {
      changes.push(...this.forget().slice(1));
      this.stored = { number: record.number, parts: 0 };
    }
    const statements = fresh.map(([id, answer]) => ({ id, answer }));
    const { number, committed } = record;
    changes.push([this.partKey(this.stored.parts++), encodeDocument({ number, statements, committed })]);
    return changes;
  }

  private partKey(part: number): string {
    return part === 0 ? this.key : this.key + uint32Key(part);
  }

  /** The changes that remove what is stored. */
  forget(): Change[] {
    return Array.from({ length: this.stored.parts }, (_, part) => [this.partKey(part), null]);
  }
}

function sessionIdOf(lsid: unknown): string {
  const id = isPlainObject(lsid) ? lsid['id'] : undefined;
  if (!(id instanceof Binary) || id.position !== 16) {
    throw new CommandError('BadValue', 'lsid.id must be a UUID.');
  }
  return id.toString('hex');
}

export class Sessions {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly engine: Engine) {}

  use(lsid: unknown): Session {
    const id = sessionIdOf(lsid);
    let session = this.sessions.get(id);
    if (session === undefined) {
      session = new Session(id, this.engine);
      this.sessions.set(id, session);
    }
    session.lastUse = Date.now();
    return session;
  }

  end(lsid: unknown): void {
    const id = sessionIdOf(lsid);
    const session = this.sessions.get(id);
    if (session !== undefined) this.remove(session);
  }

  private remove(session: Session): void {
    session.transaction?.abort();
    this.engine.cursors.removeOf(session.id);
    this.sessions.delete(session.id);
    this.engine.store.commit(session.forget());
  }

  expire(): void {
    const now = Date.now();
    for (const session of [...this.sessions.values()]) {
      session.transaction?.expire(now);
      if (session.lastUse < now - SESSION_MS && session.transaction?.isOpen !== true) this.remove(session);
    }
  }

  closeAll(): void {
    for (const session of this.sessions.values()) session.transaction?.abort();
  }

  get count(): number {
    return this.sessions.size;
  }
}
