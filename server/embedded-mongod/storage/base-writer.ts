/**
 * The way from memory to LMDB: what a flush moves is packed into one piece of memory, in short turns of the event loop,
 * and handed to a thread that writes it in one transaction. Writing it here held up everybody for as long as twelve
 * thousand keys take to queue.
 */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Change } from './journal.ts';

/** Changes packed in one turn of the event loop: about a millisecond. */
const CHANGES_A_TURN = 2_000;
/** Two bytes for the length of a key, four for that of a value, of which -1 stands for a removed key. */
const LENGTHS_BYTES = 6;

/** How this thread and the other open the same LMDB environment. */
export const BASE_SETTINGS = { maxReaders: 2000, maxDbs: 4, overlappingSync: false } as const;

export class BaseWriter {
  readonly #thread: Worker;
  #waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #failed: Error | undefined;

  /** @param path of the LMDB environment, which is open here with the same settings */
  constructor(path: string) {
    this.#thread = new Worker(new URL('./base-thread.mjs', import.meta.url), {
      workerData: { path, settings: BASE_SETTINGS },
      // Of this process only the code is shared, none of its loaders and flags.
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on('message', (failure: string | null) => {
      if (failure === null) this.#end(undefined);
      else this.#end(new Error(failure));
    });
    this.#thread.on('error', (error) => {
      this.#failed = error;
      this.#end(error);
    });
  }

  #end(error: Error | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#thread.unref();
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(error);
  }

  /**
   * Writes the changes in one transaction; when it resolves they are on disk. One call at a time.
   * @param changes each key once; the caller leaves them as they are meanwhile
   */
  async write(changes: readonly Change[]): Promise<void> {
    const packet = Buffer.allocUnsafeSlow(
      changes.reduce((sum, [key, value]) => sum + LENGTHS_BYTES + key.length + (value?.length ?? 0), 0),
    );
    let at = 0;
    for (let from = 0; from < changes.length; from += CHANGES_A_TURN) {
      if (from > 0) await turn();
      for (const [key, value] of changes.slice(from, from + CHANGES_A_TURN))
        at = pack(packet, at, key, value);
    }
    if (this.#failed !== undefined) throw this.#failed;
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#thread.ref();
      this.#thread.postMessage({ packet, bytes: at }, [packet.buffer]);
    });
  }

  /** Ends the thread, which then no longer has the environment open. */
  async close(): Promise<void> {
    if (this.#failed !== undefined) return;
    this.#thread.ref();
    const ended = once(this.#thread, 'exit');
    this.#thread.postMessage(null);
    await ended;
  }
}

/** @returns where the next change goes */
function pack(packet: Buffer, at: number, key: string, value: Buffer | null): number {
  packet.writeUInt16LE(key.length, at);
  packet.writeInt32LE(value?.length ?? -1, at + 2);
  const valueAt = at + LENGTHS_BYTES + packet.write(key, at + LENGTHS_BYTES, 'latin1');
  return valueAt + (value?.copy(packet, valueAt) ?? 0);
}
