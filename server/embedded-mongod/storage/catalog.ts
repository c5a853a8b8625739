/**
 * Which collections and indexes there are. The catalog is kept in memory and in the store; a number once
 * given to a collection or index is never given again, so what is dropped can be swept away later.
 */
import { UUID } from 'bson';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Filter } from '../query/match.ts';
import type { Change } from './journal.ts';
import type { KeyPart } from './index-keys.ts';
import { afterPrefix, recordOfKey, uint32Key } from './ordered-key.ts';
import type { Store } from './store.ts';

const CATALOG = uint32Key(1);
const COUNTS = uint32Key(2);
const SETTINGS = uint32Key(3);
const GARBAGE = uint32Key(4);
export const SESSIONS = uint32Key(5);
const FIRST_IDENT = 16;

export interface Index {
  readonly name: string;
  readonly ident: number;
  readonly prefix: string;
  readonly parts: readonly KeyPart[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Filter | undefined;
  /** As `listIndexes` shows it. */
  readonly spec: Doc;
  /** Which parts run through an array in some document: bit n for part n. */
  arrays: number;
  /** Some key was too long to be kept whole: the index does not sort. */
  shortened: boolean;
}

export class Collection {
  indexes: Index[] = [];
  count = 0;
  /** Bytes of all documents together. */
  bytes = 0;
  countChanged = false;
  private nextRecordId = 0;
  /** Top-level fields that the indexes look at; undefined: any. */
  indexedFields: ReadonlySet<string> | undefined = new Set(['_id']);
  /** Commit after which the collection and its present indexes exist. */
  since = 0;
  dropped = false;

  constructor(
    public db: string,
    public name: string,
    readonly ident: number,
    readonly uuid: UUID,
    public options: Doc,
  ) {
    this.prefix = uint32Key(ident);
  }

  readonly prefix: string;

  /** What a view reads, when the collection is one. */
  get view(): { on: string; pipeline: unknown[] } | undefined {
    const on = this.options['viewOn'];
    return typeof on === 'string'
      ? { on, pipeline: (this.options['pipeline'] ?? []) as unknown[] }
      : undefined;
  }

  get isCapped(): boolean {
    return this.options['capped'] === true;
  }

  /** The compiled validator of `options`. */
  validator: Filter | undefined;

  get namespace(): string {
    return `${this.db}.${this.name}`;
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  /** The index on `_id`. */
  get primary(): Index {
    const [first] = this.indexes;
    if (first === undefined) throw new Error(`${this.namespace} has no _id index`);
    return first;
  }

  indexesChanged(): void {
    const fields = new Set<string>();
    for (const index of this.indexes) {
      for (const { path } of index.parts) fields.add(path[0] ?? '');
      if (index.partial === undefined) continue;
      if (index.partial.fields === undefined) {
        this.indexedFields = undefined;
        return;
      }
      for (const field of index.partial.fields) fields.add(field);
    }
    this.indexedFields = fields;
  }

  nextRecord(store: Store): number {
    if (this.nextRecordId === 0) {
      const cursor = store
        .latest()
        .scan({ start: this.prefix, end: afterPrefix(this.prefix), reverse: true });
      this.nextRecordId = cursor.next() ? recordOfKey(cursor.key) + 1 : 1;
      cursor.close();
    }
    return this.nextRecordId++;
  }
}

function parseKeyParts(key: Doc): KeyPart[] {
  return Object.entries(key).map(([name, direction]) => ({
    name,
    path: name.split('.'),
    direction: Number(direction) < 0 ? -1 : 1,
  }));
}

export class Catalog {
  private readonly databases = new Map<string, Map<string, Collection>>();
  private nextIdent = FIRST_IDENT;
  /** Settings as they were last read: every command asks for one. */
  private readonly settings = new Map<string, Doc | undefined>();
  /** Whether there may be something to sweep: looking it up twice a second would sort whatever was written meanwhile. */
  private hasGarbage = true;

  constructor(
    private readonly store: Store,
    private readonly compilePartial: (filter: Doc) => Filter,
  ) {
    this.load();
    store.beforeFlush = () => this.changedCounts();
  }

  private load(): void {
    const cursor = this.store.latest().scan({ start: CATALOG, end: afterPrefix(CATALOG) });
    while (cursor.next()) this.loadCollection(decodeDocument(cursor.value));
    cursor.close();
    const garbage = this.store.latest().scan({ start: GARBAGE, end: afterPrefix(GARBAGE) });
    while (garbage.next()) {
      this.nextIdent = Math.max(this.nextIdent, decodeDocument(garbage.value)['ident'] as number) + 1;
    }
    garbage.close();
    const saved = this.setting('nextIdent');
    if (typeof saved?.['value'] === 'number') this.nextIdent = Math.max(this.nextIdent, saved['value']);
  }

  private loadCollection(entry: Doc): void {
    const collection = new Collection(
      entry['db'] as string,
      entry['name'] as string,
      entry['ident'] as number,
      entry['uuid'] as UUID,
      entry['options'] as Doc,
    );
    collection.indexes = (entry['indexes'] as Doc[]).map((saved) => {
      const index = this.indexFrom(saved['spec'] as Doc, saved['ident'] as number);
      index.arrays =
        typeof saved['arrays'] === 'number' ? saved['arrays'] : saved['multikey'] === true ? -1 : 0;
      index.shortened = saved['shortened'] === true;
      return index;
    });
    collection.indexesChanged();
    this.optionsChanged(collection);
    const size = readSize(this.store.get(COUNTS + collection.prefix));
    collection.count = size.documents;
    collection.bytes = size.bytes;
    for (const ident of [collection.ident, ...collection.indexes.map((index) => index.ident)]) {
      this.nextIdent = Math.max(this.nextIdent, ident + 1);
    }
    this.database(collection.db).set(collection.name, collection);
  }

  private database(db: string): Map<string, Collection> {
    let found = this.databases.get(db);
    if (found === undefined) {
      found = new Map();
      this.databases.set(db, found);
    }
    return found;
  }

  private indexFrom(spec: Doc, ident: number): Index {
    const partial = spec['partialFilterExpression'];
    return {
      name: spec['name'] as string,
      ident,
      prefix: uint32Key(ident),
      parts: parseKeyParts(spec['key'] as Doc),
      unique: spec['unique'] === true || spec['name'] === '_id_',
      sparse: spec['sparse'] === true,
      partial: isPlainObject(partial) ? this.compilePartial(partial) : undefined,
      spec,
      arrays: 0,
      shortened: false,
    };
  }

  /** Compiles what the options say; refuses a validator that the engine does not have. */
  optionsChanged(collection: Collection): void {
    const validator = collection.options['validator'];
    collection.validator =
      isPlainObject(validator) && Object.keys(validator).length > 0
        ? this.compilePartial(validator)
        : undefined;
  }

  newIdent(): number {
    return this.nextIdent++;
  }

  newIndex(spec: Doc): Index {
    return this.indexFrom(spec, this.newIdent());
  }

  /** A collection that is not in the catalog yet; `add` puts it there. */
  newCollection(db: string, name: string, options: Doc, uuid = new UUID()): Collection {
    const collection = new Collection(db, name, this.newIdent(), uuid, options);
    collection.indexes.push(this.newIndex({ v: 2, key: { _id: 1 }, name: '_id_' }));
    this.optionsChanged(collection);
    return collection;
  }

  find(db: string, name: string): Collection | undefined {
    return this.databases.get(db)?.get(name);
  }

  collections(db: string): Collection[] {
    return [...(this.databases.get(db)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  databaseNames(): string[] {
    return [...this.databases]
      .filter(([, collections]) => collections.size > 0)
      .map(([name]) => name)
      .sort();
  }

  *all(): Generator<Collection> {
    for (const collections of this.databases.values()) yield* collections.values();
  }

  private keyOf(collection: Collection): string {
    return `${CATALOG}${Buffer.from(`${collection.db}\0${collection.name}`).toString('latin1')}`;
  }

  /** The change that records the collection as it is now. */
  entry(collection: Collection): Change {
    const bytes = encodeDocument({
      db: collection.db,
      name: collection.name,
      ident: collection.ident,
      uuid: collection.uuid,
      options: collection.options,
      indexes: collection.indexes.map(({ spec, ident, arrays, shortened }) => ({
        spec,
        ident,
        arrays,
        shortened,
      })),
    });
    return [this.keyOf(collection), bytes];
  }

  private lastIdent(): Change {
    return [`${SETTINGS}nextIdent`, encodeDocument({ value: this.nextIdent })];
  }

  add(collection: Collection): Change[] {
    this.database(collection.db).set(collection.name, collection);
    return [this.entry(collection), this.lastIdent()];
  }

  /** Takes the collection out; its data become garbage to be swept. */
  drop(collection: Collection): Change[] {
    collection.dropped = true;
    this.database(collection.db).delete(collection.name);
    const idents = [collection.ident, ...collection.indexes.map((index) => index.ident)];
    return [
      [this.keyOf(collection), null],
      [COUNTS + collection.prefix, null],
      ...idents.map((ident) => this.garbage(ident)),
      this.lastIdent(),
    ];
  }

  rename(collection: Collection, db: string, name: string): Change[] {
    const before: Change = [this.keyOf(collection), null];
    this.database(collection.db).delete(collection.name);
    collection.db = db;
    collection.name = name;
    this.database(db).set(name, collection);
    return [before, this.entry(collection)];
  }

  /** The change that leaves it to the sweeper, to be committed at once. */
  garbage(ident: number): Change {
    this.hasGarbage = true;
    return [GARBAGE + uint32Key(ident), encodeDocument({ ident })];
  }

  /** Removes some entries of what was dropped; true while there is more. */
  sweep(limit: number): boolean {
    if (!this.hasGarbage) return false;
    const view = this.store.latest();
    const list = view.scan({ start: GARBAGE, end: afterPrefix(GARBAGE) });
    this.hasGarbage = list.next();
    list.close();
    if (!this.hasGarbage) return false;
    const prefix = list.key.slice(GARBAGE.length);
    const changes: Change[] = [];
    const cursor = view.scan({ start: prefix, end: afterPrefix(prefix) });
    while (changes.length < limit && cursor.next()) changes.push([cursor.key, null]);
    cursor.close();
    if (changes.length < limit) changes.push([list.key, null]);
    this.store.commit(changes);
    return true;
  }

  setting(name: string): Doc | undefined {
    if (!this.settings.has(name)) {
      const bytes = this.store.get(SETTINGS + name);
      this.settings.set(name, bytes === undefined ? undefined : decodeDocument(bytes));
    }
    return this.settings.get(name);
  }

  /** The change that sets it, to be committed at once. */
  settingChange(name: string, value: Doc): Change {
    this.settings.delete(name);
    return [SETTINGS + name, encodeDocument(value)];
  }

  private changedCounts(): Change[] {
    const changes: Change[] = [];
    for (const collection of this.all()) {
      if (!collection.countChanged) continue;
      collection.countChanged = false;
      changes.push([COUNTS + collection.prefix, writtenSize(collection.count, collection.bytes)]);
    }
    return changes;
  }
}

function writtenSize(documents: number, bytes: number): Buffer {
  const written = Buffer.alloc(16);
  written.writeBigInt64LE(BigInt(documents));
  written.writeBigInt64LE(BigInt(Math.max(0, bytes)), 8);
  return written;
}

function readSize(written: Buffer | undefined): { documents: number; bytes: number } {
  return {
    documents: written === undefined ? 0 : Number(written.readBigInt64LE()),
    bytes: written === undefined || written.length < 16 ? 0 : Number(written.readBigInt64LE(8)),
  };
}

/**
 * Sizes after a restart: what was counted at the last flush, changed by the documents that the replayed
 * changes add, take away or replace.
 */
export function sizesAfterReplay(
  base: { get(key: string): Buffer | undefined },
  changes: ReadonlyMap<string, Buffer | null>,
): Change[] {
  const sizes = new Map<string, { documents: number; bytes: number }>();
  for (const [key, value] of changes) {
    const prefix = key.slice(0, 4);
    if (key.length !== 10 || prefix < uint32Key(FIRST_IDENT)) continue;
    let size = sizes.get(prefix);
    if (size === undefined) {
      size = readSize(base.get(COUNTS + prefix));
      sizes.set(prefix, size);
    }
    const before = base.get(key);
    size.documents += (value === null ? 0 : 1) - (before === undefined ? 0 : 1);
    size.bytes += (value?.length ?? 0) - (before?.length ?? 0);
  }
  return [...sizes].flatMap(([prefix, { documents, bytes }]): Change[] =>
    changes.get(COUNTS + prefix) === null ? [] : [[COUNTS + prefix, writtenSize(documents, bytes)]],
  );
}
