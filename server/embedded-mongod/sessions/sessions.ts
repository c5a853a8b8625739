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

  constructor(
    readonly id: string,
    private readonly engine: Engine,
  ) {
    const saved = engine.store.get(this.key);
    if (saved !== undefined) this.record = readRecord(decodeDocument(saved));
  }

  private get key(): string {
    return SESSIONS + Buffer.from(this.id, 'hex').toString('latin1');
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

  /** The change that keeps the record with the write it belongs to. */
  recordChange(record: RetryRecord): Change {
    this.record = record;
    const statements = [...record.statements].map(([id, answer]) => ({ id, answer }));
    return [this.key, encodeDocument({ number: record.number, statements, committed: record.committed })];
  }

  forget(): Change {
    return [this.key, null];
  }
}

function readRecord(saved: Doc): RetryRecord {
  const statements = new Map<number, Doc>();
  for (const one of saved['statements'] as Doc[]) statements.set(one['id'] as number, one['answer'] as Doc);
  return { number: saved['number'] as bigint, statements, committed: saved['committed'] === true };
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
    if (session.record !== undefined) this.engine.store.commit([session.forget()]);
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
