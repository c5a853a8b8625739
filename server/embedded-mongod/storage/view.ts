/**
 * Reading at one moment: a stack of layers over the store, newest first, merged key by key. What a
 * layer says about a key hides what the layers below say.
 */
import type { Database, Transaction } from 'lmdb';
import type { Memtable, WriteSet } from './memtable.ts';

interface Range {
  /** First key, inclusive. */
  readonly start: string;
  /** End of the range, exclusive. */
  readonly end: string;
  readonly reverse?: boolean;
}

/** Walks keys in order; `key` and `value` hold the entry after `next` said true. */
export interface Cursor {
  key: string;
  value: Buffer;
  next(): boolean;
  close(): void;
}

export interface View {
  get(key: string): Buffer | undefined;
  scan(range: Range): Cursor;
}

/** One layer above the base: its keys in order, and the value of a key (null: removed here). */
interface Layer {
  lookup(key: string): Buffer | null | undefined;
  next(key: string, inclusive: boolean): string | undefined;
  previous(key: string, inclusive: boolean): string | undefined;
}

export function layerOfMemtable(table: Memtable, sequence: number): Layer {
  return {
    lookup: (key) => {
      const version = table.at(key, sequence);
      return version === undefined ? undefined : version.value;
    },
    next: (key, inclusive) => table.next(key, inclusive),
    previous: (key, inclusive) => table.previous(key, inclusive),
  };
}

export function layerOfWriteSet(writes: WriteSet): Layer {
  return {
    lookup: (key) => writes.changes.get(key),
    next: (key, inclusive) => writes.next(key, inclusive),
    previous: (key, inclusive) => writes.previous(key, inclusive),
  };
}

type Base = Database<Buffer, string>;

/** The keys of the base in a range, without anything laid over them. */
class BaseCursor implements Cursor {
  key = '';
  value: Buffer = EMPTY;
  private readonly entries: Iterator<{ key: string; value: Buffer }>;

  constructor(base: Base, transaction: Transaction | undefined, range: Range) {
    const reverse = range.reverse === true;
    const bounds = reverse
      ? { start: range.end, end: range.start, reverse: true, inclusiveEnd: true, exclusiveStart: true }
      : { start: range.start, end: range.end };
    const iterable = base.getRange(transaction === undefined ? bounds : { ...bounds, transaction });
    this.entries = iterable[Symbol.iterator]();
  }

  next(): boolean {
    const step = this.entries.next();
    if (step.done === true) return false;
    this.key = step.value.key;
    this.value = asBuffer(step.value.value);
    return true;
  }

  close(): void {
    this.entries.return?.();
  }
}

const EMPTY = Buffer.alloc(0);

/** LMDB hands out plain byte arrays when it walks a range. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class LayerCursor {
  key: string | undefined;
  constructor(
    readonly layer: Layer,
    private readonly range: Range,
  ) {
    this.key = range.reverse === true ? layer.previous(range.end, false) : layer.next(range.start, true);
    this.limit();
  }

  advance(): void {
    if (this.key === undefined) return;
    this.key =
      this.range.reverse === true ? this.layer.previous(this.key, false) : this.layer.next(this.key, false);
    this.limit();
  }

  private limit(): void {
    if (this.key !== undefined && (this.key >= this.range.end || this.key < this.range.start))
      this.key = undefined;
  }
}

/** Layers and base walked side by side; the newest layer that knows a key decides it. */
class MergedCursor implements Cursor {
  key = '';
  value: Buffer = EMPTY;
  private baseReady: boolean;

  constructor(
    private readonly base: BaseCursor,
    private readonly layers: readonly LayerCursor[],
    private readonly reverse: boolean,
  ) {
    this.baseReady = base.next();
  }

  next(): boolean {
    for (;;) {
      const key = this.first();
      if (key === undefined) return false;
      const value = this.valueAt(key);
      this.pass(key);
      if (value !== undefined && value !== null) {
        this.key = key;
        this.value = value;
        return true;
      }
    }
  }

  private first(): string | undefined {
    let best = this.baseReady ? this.base.key : undefined;
    for (const { key } of this.layers) {
      if (key !== undefined && (best === undefined || (this.reverse ? key > best : key < best))) best = key;
    }
    return best;
  }

  private valueAt(key: string): Buffer | null | undefined {
    for (const layer of this.layers) {
      if (layer.key !== key) continue;
      const value = layer.layer.lookup(key);
      if (value !== undefined) return value;
    }
    return this.baseReady && this.base.key === key ? this.base.value : undefined;
  }

  private pass(key: string): void {
    for (const layer of this.layers) if (layer.key === key) layer.advance();
    if (this.baseReady && this.base.key === key) this.baseReady = this.base.next();
  }

  close(): void {
    this.base.close();
  }
}

export class LayeredView implements View {
  constructor(
    private readonly base: Base,
    private readonly layers: readonly Layer[],
    /** The transaction to read the base in; undefined where its present state is the one that is wanted. */
    private readonly transaction: () => Transaction | undefined,
  ) {}

  get(key: string): Buffer | undefined {
    for (const layer of this.layers) {
      const value = layer.lookup(key);
      if (value !== undefined) return value ?? undefined;
    }
    const transaction = this.transaction();
    return transaction === undefined ? this.base.get(key) : this.base.get(key, { transaction });
  }

  scan(range: Range): Cursor {
    const base = new BaseCursor(this.base, this.transaction(), range);
    const layers = this.layers
      .map((layer) => new LayerCursor(layer, range))
      .filter(({ key }) => key !== undefined);
    return layers.length === 0 ? base : new MergedCursor(base, layers, range.reverse === true);
  }

  /** The same moment with one more layer on top. */
  under(layer: Layer): LayeredView {
    return new LayeredView(this.base, [layer, ...this.layers], this.transaction);
  }
}
