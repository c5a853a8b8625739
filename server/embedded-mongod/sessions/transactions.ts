/**
 * A multi-document transaction: a snapshot taken at its first statement, changes kept apart until the
 * commit, and an end after 60 seconds at the latest.
 */
import type { Engine } from '../engine.ts';
import { CommandError } from '../errors.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Change } from '../storage/journal.ts';
import { SnapshotUnit } from '../storage/unit-of-work.ts';
import type { Session } from './sessions.ts';

const LIFETIME_MS = 60_000;

export class Transaction {
  readonly unit: SnapshotUnit;
  private state: 'open' | 'committed' | 'aborted' = 'open';
  private readonly endsAt = Date.now() + LIFETIME_MS;
  /** Collections that this transaction makes. */
  readonly made = new Map<string, { collection: Collection; changes: Change[] }>();
  busy = false;

  constructor(
    private readonly engine: Engine,
    private readonly session: Session,
    readonly number: bigint,
    readonly readConcern: unknown,
  ) {
    this.unit = new SnapshotUnit(engine.store, engine.locks, engine.store.snapshot());
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get isCommitted(): boolean {
    return this.state === 'committed';
  }

  requireOpen(): void {
    if (this.state === 'committed') {
      throw new CommandError(
        'TransactionCommitted',
        `Transaction with { txnNumber: ${this.number} } has been committed.`,
      );
    }
    if (this.state === 'aborted') {
      throw new CommandError(
        'NoSuchTransaction',
        `Transaction with { txnNumber: ${this.number} } has been aborted.`,
      );
    }
  }

  commit(): void {
    this.requireOpen();
    const changes: Change[] = [];
    for (const { collection } of this.made.values()) {
      if (this.engine.catalog.find(collection.db, collection.name) === undefined) {
        changes.push(...this.engine.catalog.add(collection));
      }
    }
    if (!this.unit.isEmpty || changes.length > 0) {
      this.engine.clock.next();
      changes.push(
        ...this.session.recordChanges({ number: this.number, statements: new Map(), committed: true }, []),
      );
    }
    this.state = 'committed';
    this.unit.commit(changes);
    this.engine.cursors.removeOf(this.session.id, this.number);
    for (const { collection } of this.made.values()) collection.since = this.engine.store.currentSequence;
    this.engine.saveReshaped();
  }

  abort(): void {
    if (this.state !== 'open') return;
    this.state = 'aborted';
    this.engine.cursors.removeOf(this.session.id, this.number);
    this.unit.abort();
  }

  expire(now: number): void {
    if (now > this.endsAt && !this.busy) this.abort();
  }
}
