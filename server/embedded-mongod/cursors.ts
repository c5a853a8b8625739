/** Open cursors: what is left of a result, kept for `getMore` until it is read, killed or forgotten. */
import { randomBytes } from 'node:crypto';
import type { RawDocument } from './bson/types.ts';
import { CommandError } from './errors.ts';

const IDLE_MS = 10 * 60 * 1000;
const MAX_BATCH_BYTES = 16 * 1024 * 1024 - 64 * 1024;

export interface Results {
  /** A document, `pause` for "working on it", or undefined at the end. */
  next(): RawDocument | 'pause' | undefined;
  close(): void;
}

export interface Cursor {
  readonly id: bigint;
  readonly namespace: string;
  readonly results: Results;
  /** Session and transaction it belongs to; another may not read it. */
  readonly owner: string | undefined;
  readonly transactionNumber: bigint | undefined;
  readonly timeless: boolean;
  /** Stays open at the end of its results. */
  readonly tailable: boolean;
  /** Waits a while at the end for more. */
  readonly awaits: boolean;
  lastUse: number;
  /** A result that did not fit the last batch. */
  held: RawDocument | undefined;
  busy: boolean;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Batch {
  readonly documents: RawDocument[];
  readonly done: boolean;
}

/** Reads up to `size` documents, letting others run when it takes long. */
export async function readBatch(
  results: Results,
  size: number,
  held: RawDocument | undefined,
  check: () => void,
): Promise<Batch & { held: RawDocument | undefined }> {
  const documents: RawDocument[] = [];
  let bytes = 0;
  let next: RawDocument | 'pause' | undefined = held;
  let since = performance.now();
  while (documents.length < size) {
    next ??= results.next();
    if (next === undefined) return { documents, done: true, held: undefined };
    if (next === 'pause') {
      if (performance.now() - since > 5) {
        await turn();
        check();
        since = performance.now();
      }
      next = undefined;
      continue;
    }
    if (documents.length > 0 && bytes + next.bytes.length > MAX_BATCH_BYTES)
      return { documents, done: false, held: next };
    bytes += next.bytes.length;
    documents.push(next);
    next = undefined;
  }
  return { documents, done: false, held: undefined };
}

export class Cursors {
  private readonly open = new Map<bigint, Cursor>();

  add(cursor: Omit<Cursor, 'id' | 'lastUse' | 'busy'>): Cursor {
    const id = BigInt.asUintN(62, randomBytes(8).readBigUInt64LE()) + 1n;
    const added: Cursor = { ...cursor, id, lastUse: Date.now(), busy: false };
    this.open.set(id, added);
    return added;
  }

  find(id: bigint): Cursor {
    const cursor = this.open.get(id);
    if (cursor === undefined) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    return cursor;
  }

  has(id: bigint): boolean {
    return this.open.has(id);
  }

  remove(id: bigint): boolean {
    const cursor = this.open.get(id);
    if (cursor === undefined) return false;
    this.open.delete(id);
    cursor.results.close();
    return true;
  }

  removeOf(owner: string, transactionNumber?: bigint): void {
    for (const cursor of [...this.open.values()]) {
      if (cursor.owner !== owner) continue;
      if (transactionNumber === undefined || cursor.transactionNumber === transactionNumber)
        this.remove(cursor.id);
    }
  }

  get count(): number {
    return this.open.size;
  }

  expire(): void {
    const limit = Date.now() - IDLE_MS;
    for (const cursor of [...this.open.values()]) {
      if (cursor.lastUse < limit && !cursor.timeless && !cursor.busy) this.remove(cursor.id);
    }
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) this.remove(id);
  }
}
