/**
 * Changes that are made together: those of one statement, or of a whole transaction. Reads see the
 * changes made so far over the state the unit started from; nobody else sees them before `commit`.
 */
import { CommandError } from '../errors.ts';
import type { Collection } from './catalog.ts';
import type { Change } from './journal.ts';
import { WriteSet } from './memtable.ts';
import type { Snapshot, Store } from './store.ts';
import { layerOfWriteSet, type LayeredView } from './view.ts';

/** A document or unique key is held by a transaction that is still open; `freed` resolves when it ends. */
export class Blocked extends Error {
  constructor(readonly freed: Promise<void>) {
    super('held by an open transaction');
  }
}

interface Holder {
  readonly freed: Promise<void>;
}

/** What open transactions have written: the first writer holds it until it ends. */
export class Locks {
  private readonly holders = new Map<string, Holder>();

  holder(key: string): Holder | undefined {
    return this.holders.get(key);
  }

  /** Someone who holds a key that starts with one of the prefixes. */
  holderWithin(prefixes: readonly string[]): Holder | undefined {
    for (const [key, holder] of this.holders) if (prefixes.includes(key.slice(0, 4))) return holder;
    return undefined;
  }

  take(key: string, holder: Holder): void {
    this.holders.set(key, holder);
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) this.holders.delete(key);
  }
}

function writeConflict(): CommandError {
  return new CommandError(
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
  );
}

export interface CollectionSize {
  readonly documents: number;
  readonly bytes: number;
}

export interface UnitOfWork {
  readonly writes: WriteSet;
  get(key: string): Buffer | undefined;
  view(): LayeredView;
  put(key: string, value: Buffer): void;
  remove(key: string): void;
  /** Claims a key that is about to be written. */
  lock(key: string): void;
  /** Notes that the collection gains (or loses) documents and bytes. */
  countBy(collection: Collection, documents: number, bytes: number): void;
  /** What the collection holds, this unit's changes included. */
  sizeOf(collection: Collection): CollectionSize;
}

abstract class Unit implements UnitOfWork {
  readonly writes = new WriteSet();
  protected readonly counts = new Map<Collection, CollectionSize>();

  constructor(
    protected readonly store: Store,
    protected readonly locks: Locks,
  ) {}

  abstract get(key: string): Buffer | undefined;
  abstract view(): LayeredView;
  abstract lock(key: string): void;

  put(key: string, value: Buffer): void {
    this.writes.set(key, value);
  }

  remove(key: string): void {
    this.writes.set(key, null);
  }

  countBy(collection: Collection, documents: number, bytes: number): void {
    const before = this.counts.get(collection);
    this.counts.set(collection, {
      documents: (before?.documents ?? 0) + documents,
      bytes: (before?.bytes ?? 0) + bytes,
    });
  }

  sizeOf(collection: Collection): CollectionSize {
    const change = this.counts.get(collection);
    return {
      documents: collection.count + (change?.documents ?? 0),
      bytes: collection.bytes + (change?.bytes ?? 0),
    };
  }

  /** Makes the changes visible to all, together with `more`. */
  protected apply(more: readonly Change[]): void {
    for (const [collection, { documents, bytes }] of this.counts) {
      if (documents === 0 && bytes === 0) continue;
      collection.count += documents;
      collection.bytes += bytes;
      collection.countChanged = true;
    }
    this.store.commit([...this.writes.changes, ...more]);
  }
}

/** Changes outside a transaction: started and committed within one turn of the event loop. */
export class ImmediateUnit extends Unit {
  get(key: string): Buffer | undefined {
    const own = this.writes.changes.get(key);
    if (own !== undefined) return own ?? undefined;
    return this.store.get(key);
  }

  view(): LayeredView {
    const latest = this.store.latest();
    return this.writes.changes.size === 0 ? latest : latest.under(layerOfWriteSet(this.writes));
  }

  lock(key: string): void {
    const holder = this.locks.holder(key);
    if (holder !== undefined) throw new Blocked(holder.freed);
  }

  commit(more: readonly Change[] = []): void {
    this.apply(more);
  }
}

/** Changes of a transaction: made on a snapshot, the first writer of a key wins. */
export class SnapshotUnit extends Unit implements Holder {
  private readonly held = new Set<string>();
  private readonly merged: LayeredView;
  private readonly unwatch: () => void;
  readonly freed: Promise<void>;
  private free: () => void = () => undefined;
  private ended = false;

  constructor(
    store: Store,
    locks: Locks,
    readonly snapshot: Snapshot,
  ) {
    super(store, locks);
    this.merged = snapshot.view.under(layerOfWriteSet(this.writes));
    this.unwatch = store.watchFrom(snapshot.sequence);
    this.freed = new Promise((resolve) => {
      this.free = resolve;
    });
  }

  get(key: string): Buffer | undefined {
    return this.merged.get(key);
  }

  view(): LayeredView {
    return this.merged;
  }

  lock(key: string): void {
    const holder = this.locks.holder(key);
    if (holder === this) return;
    if (holder !== undefined || this.store.changedSince(key, this.snapshot.sequence)) throw writeConflict();
    this.locks.take(key, this);
    this.held.add(key);
  }

  get isEmpty(): boolean {
    return this.writes.changes.size === 0;
  }

  commit(more: readonly Change[]): void {
    if (!this.isEmpty || more.length > 0) this.apply(more);
    this.end();
  }

  abort(): void {
    this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.locks.release(this.held);
    this.unwatch();
    this.snapshot.release();
    this.free();
  }
}
