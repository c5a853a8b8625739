/**
 * Everything the sandbox knows, in memory and in the journal. Objects are never changed, only replaced;
 * a request's writes take effect together or not at all.
 */
import { z } from 'zod';
import { Journal } from './journal.ts';
import type { Kind, Kinds } from './kinds.ts';

const writes = z.array(z.tuple([z.string(), z.string(), z.unknown()]));
/** kind, id, and the object or null where it is removed. */
type Write = [kind: string, id: string, object: unknown];

class Table {
  /** In order of creation, for paging; an id stays when its object is removed. */
  readonly ids: string[] = [];
  readonly positions = new Map<string, number>();
  readonly objects = new Map<string, object>();

  set(id: string, object: object | null): void {
    if (!this.positions.has(id)) {
      this.positions.set(id, this.ids.length);
      this.ids.push(id);
    }
    if (object === null) this.objects.delete(id);
    else this.objects.set(id, object);
  }
}

export class SandboxStore {
  readonly #tables = new Map<string, Table>();
  readonly #journal: Journal;
  #open: { writes: Write[]; undo: (() => void)[] } | null = null;

  private constructor(journal: Journal) {
    this.#journal = journal;
  }

  static async open(directory: string): Promise<SandboxStore> {
    const lines = [...Journal.read(directory)].map((line) => writes.parse(line));
    const live = compact(lines);
    if (live.length < lines.length) Journal.rewrite(directory, live);
    const store = new SandboxStore(await Journal.open(directory));
    for (const [kind, id, object] of live.flat()) store.#table(kind).set(id, object as object);
    return store;
  }

  get<K extends Kind>(kind: K, id: string): Kinds[K] | null {
    return (this.#table(kind).objects.get(id) as Kinds[K] | undefined) ?? null;
  }

  all<K extends Kind>(kind: K): Kinds[K][] {
    return [...this.#table(kind).objects.values()] as Kinds[K][];
  }

  /** Newest first, beginning behind `afterId`. */
  newestFirst<K extends Kind>(kind: K, afterId?: string): Iterable<Kinds[K]> {
    const table = this.#table(kind);
    const start = afterId === undefined ? table.ids.length : (table.positions.get(afterId) ?? -1);
    return this.#walk(kind, start - 1, -1);
  }

  /** Oldest first, beginning behind `afterId`. */
  oldestFirst<K extends Kind>(kind: K, afterId: string): Iterable<Kinds[K]> {
    const table = this.#table(kind);
    return this.#walk(kind, (table.positions.get(afterId) ?? table.ids.length) + 1, 1);
  }

  /** Runs `work` to its end at once; when it throws, none of its writes have happened. */
  transact<T>(work: () => T): T {
    if (this.#open !== null) throw new Error('A request of the sandbox has one transaction.');
    const transaction = { writes: [] as Write[], undo: [] as (() => void)[] };
    this.#open = transaction;
    try {
      const result = work();
      if (transaction.writes.length > 0) this.#journal.append(transaction.writes);
      return result;
    } catch (error) {
      for (const undo of transaction.undo.reverse()) undo();
      throw error;
    } finally {
      this.#open = null;
    }
  }

  put<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    this.#write(kind, object.id, object);
    return object;
  }

  remove(kind: Kind, id: string): void {
    this.#write(kind, id, null);
  }

  /** Returns when everything written so far would survive a power cut. */
  async flush(): Promise<void> {
    await this.#journal.flush();
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  #write(kind: Kind, id: string, object: object | null): void {
    if (this.#open === null) throw new Error('Writes of the sandbox belong to a transaction.');
    const table = this.#table(kind);
    const before = table.objects.get(id) ?? null;
    this.#open.undo.push(() => table.set(id, before));
    this.#open.writes.push([kind, id, object]);
    table.set(id, object);
  }

  *#walk<K extends Kind>(kind: K, start: number, step: 1 | -1): Generator<Kinds[K]> {
    const { ids, objects } = this.#table(kind);
    for (let index = start; index >= 0 && index < ids.length; index += step) {
      const object = objects.get(ids[index] ?? '');
      if (object !== undefined) yield object as Kinds[K];
    }
  }

  #table(kind: string): Table {
    const known = this.#tables.get(kind);
    if (known !== undefined) return known;
    const table = new Table();
    this.#tables.set(kind, table);
    return table;
  }
}

/** The last write of every object, in the order of the first, each on a line of its own. */
function compact(lines: readonly Write[][]): Write[][] {
  const last = new Map<string, Write>();
  for (const write of lines.flat()) last.set(`${write[0]} ${write[1]}`, write);
  return [...last.values()].filter(([, , object]) => object !== null).map((write) => [write]);
}
