/**
 * The store of one data directory: an ordered map of keys to bytes. A commit is applied to memory,
 * appended to the journal, and later moved to LMDB in bulk; the journal keeps it safe until it is there.
 * Snapshots read the state of their moment without holding up writers.
 */
import { open, type RootDatabase } from 'lmdb';
import path from 'node:path';
import { BASE_SETTINGS, BaseWriter } from './base-writer.ts';
import { claimDirectory } from './directory.ts';
import { Journal, type Change } from './journal.ts';
import { Memtable } from './memtable.ts';
import { writeKey } from './ordered-key.ts';
import { LayeredView, layerOfMemtable, type View } from './view.ts';

const FLUSH_KEYS = 12_000;
const FLUSH_BYTES = 8 << 20;
const FLUSH_AFTER_MS = 1000;
/** Beyond this much unflushed data, writers wait for the disk. */
const FULL_BYTES = 96 << 20;

const keyEncoder = {
  writeKey,
  readKey(target: Buffer, start: number, end: number): string {
    return target.toString('latin1', start, end);
  },
};

export interface Snapshot extends View {
  readonly sequence: number;
  /** How often the store had been moved to disk; what came after that lies over it. */
  readonly flushes: number;
  readonly view: LayeredView;
  release(): void;
}

const presentBase = (): undefined => undefined;

export class Store {
  /** How often what was committed has been moved to disk. */
  flushes = 0;
  /** How often that was begun: more than `flushes` while it is under way. */
  private flushesBegun = 0;
  private sequence = 1;
  private active = new Memtable();
  private frozen: Memtable | undefined;
  private flushing: Promise<void> | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private openSnapshots = 0;
  /** Flushed tables that a transaction may still have to be checked against. */
  private retained: { table: Memtable; until: number }[] = [];
  private nextHolder = 0;
  private readonly holderSequence = new Map<number, number>();
  private closed = false;
  /** Changes to add to each flush, such as counts that need no journal of their own. */
  beforeFlush: () => readonly Change[] = () => [];

  private constructor(
    private readonly base: RootDatabase<Buffer, string>,
    private readonly writer: BaseWriter,
    private readonly journal: Journal,
    private readonly releaseDirectory: () => void,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Opens a directory and replays its journal; `onReplay` sees each change with what it replaces. */
  static async open(
    folder: string,
    onFailure: (error: Error) => void,
    onReplay: (base: View, changes: ReadonlyMap<string, Buffer | null>) => readonly Change[],
  ): Promise<Store> {
    const releaseDirectory = claimDirectory(folder);
    let writer: BaseWriter | undefined;
    try {
      const data = path.join(folder, 'data');
      const base = open<Buffer, string>({ ...BASE_SETTINGS, path: data, encoding: 'binary', keyEncoder });
      writer = new BaseWriter(data);
      const journal = new Journal(path.join(folder, 'journal'), onFailure);
      const store = new Store(base, writer, journal, releaseDirectory, onFailure);
      await store.recover(onReplay);
      return store;
    } catch (error) {
      await writer?.close();
      releaseDirectory();
      throw error;
    }
  }

  private async recover(
    onReplay: (base: View, changes: ReadonlyMap<string, Buffer | null>) => readonly Change[],
  ): Promise<void> {
    const changes = new Map<string, Buffer | null>();
    this.journal.replay(([key, value]) => changes.set(key, value));
    const segment = this.journal.rotate();
    if (changes.size > 0) {
      const more = onReplay(new LayeredView(this.base, [], presentBase), changes);
      for (const [key, value] of more) changes.set(key, value);
      await this.writer.write([...changes]);
    }
    this.journal.removeBefore(segment);
  }

  private layers(sequence: number): ReturnType<typeof layerOfMemtable>[] {
    const layers = [];
    if (this.active.size > 0) layers.push(layerOfMemtable(this.active, sequence));
    if (this.frozen !== undefined) layers.push(layerOfMemtable(this.frozen, sequence));
    return layers;
  }

  /** The newest committed state; use it within one turn of the event loop. */
  latest(): LayeredView {
    return new LayeredView(this.base, this.layers(Infinity), presentBase);
  }

  /** One committed value, by the shortest way. */
  get(key: string): Buffer | undefined {
    const recent = this.active.newest(key) ?? this.frozen?.newest(key);
    if (recent !== undefined) return recent.value ?? undefined;
    return this.base.get(key);
  }

  snapshot(): Snapshot {
    const sequence = this.sequence;
    const transaction = this.base.useReadTransaction();
    const tables = [layerOfMemtable(this.active, sequence)];
    if (this.frozen !== undefined) tables.push(layerOfMemtable(this.frozen, sequence));
    // While nothing has been moved to disk since, the base is what it was: reading it without the transaction spares
    // LMDB a cursor of its own for each range.
    const { flushes } = this;
    const view = new LayeredView(this.base, tables, () =>
      this.flushesBegun === flushes ? undefined : transaction,
    );
    this.openSnapshots++;
    let open = true;
    return {
      sequence,
      flushes: this.flushes,
      view,
      get: (key) => view.get(key),
      scan: (range) => view.scan(range),
      release: () => {
        if (!open) return;
        open = false;
        this.openSnapshots--;
        transaction.done();
      },
    };
  }

  /** Keeps what is needed to answer `changedSince` for this sequence until the returned function is called. */
  watchFrom(sequence: number): () => void {
    const holder = this.nextHolder++;
    this.holderSequence.set(holder, sequence);
    return () => {
      this.holderSequence.delete(holder);
      const oldest = Math.min(...this.holderSequence.values());
      this.retained = this.retained.filter(({ until }) => until > oldest);
    };
  }

  /** Whether the key was committed to after `sequence`, for a sequence that is being watched. */
  changedSince(key: string, sequence: number): boolean {
    const recent = this.active.newest(key) ?? this.frozen?.newest(key);
    if (recent !== undefined) return recent.sequence > sequence;
    return this.retained.some(({ table }) => (table.newest(key)?.sequence ?? 0) > sequence);
  }

  get currentSequence(): number {
    return this.sequence;
  }

  /** Applies the changes together; they are visible at once and durable when `durable` resolves. */
  commit(changes: readonly Change[]): number {
    if (changes.length === 0) return this.sequence;
    const sequence = ++this.sequence;
    const keepOld = this.openSnapshots > 0;
    for (const [key, value] of changes) this.active.set(key, value, sequence, keepOld);
    this.journal.append(changes);
    if (this.active.size >= FLUSH_KEYS || this.active.bytes >= FLUSH_BYTES) this.startFlush();
    else this.flushTimer ??= setTimeout(() => this.startFlush(), FLUSH_AFTER_MS).unref();
    return sequence;
  }

  durable(): Promise<void> {
    return this.journal.durable();
  }

  /** Undefined while there is room; else a promise of it. */
  room(): Promise<void> | undefined {
    return this.active.bytes > FULL_BYTES ? this.flushing : undefined;
  }

  private startFlush(): void {
    if (this.flushing !== undefined || this.closed) return;
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    this.flushing = this.flush()
      .catch((error: unknown) => this.onFailure(error as Error))
      .finally(() => {
        this.flushing = undefined;
        if (this.active.size >= FLUSH_KEYS || this.active.bytes >= FLUSH_BYTES) this.startFlush();
        else if (this.active.size > 0 && !this.closed) {
          this.flushTimer ??= setTimeout(() => this.startFlush(), FLUSH_AFTER_MS).unref();
        }
      });
  }

  private async flush(): Promise<void> {
    while (this.journal.busy) await this.journal.durable();
    if (this.active.size === 0) return;
    for (const [key, value] of this.beforeFlush()) this.active.set(key, value, this.sequence, false);
    const table = this.active;
    const segment = this.journal.rotate();
    this.frozen = table;
    this.active = new Memtable();
    this.flushesBegun++;
    const changes: Change[] = [];
    for (const [key, version] of table.entries()) changes.push([key, version.value]);
    await this.writer.write(changes);
    this.frozen = undefined;
    this.flushes++;
    this.base.resetReadTxn();
    if (this.holderSequence.size > 0) this.retained.push({ table, until: this.sequence });
    this.journal.removeBefore(segment);
  }

  /** Moves everything to LMDB and gives the directory back. */
  async close(): Promise<void> {
    clearTimeout(this.flushTimer);
    await this.durable();
    while (this.flushing !== undefined) await this.flushing;
    if (this.active.size > 0) await this.flush();
    this.closed = true;
    this.journal.close();
    await this.writer.close();
    await this.base.close();
    this.releaseDirectory();
  }
}
