/**
 * Documents and their index entries, written together. A document is kept under a record number, its
 * index entries hold that number; every uniqueness rule is checked before anything is put.
 */
import { decodeDocument, decodeValue, forEachElement } from '../bson/decode.ts';
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { showValue } from '../show-value.ts';
import type { Collection, Index } from './catalog.ts';
import { indexKeys, KeyedDocument, type IndexKeys } from './index-keys.ts';
import { directValue } from '../query/paths.ts';
import { afterPrefix, valueKey, shortened } from './ordered-key.ts';
import type { UnitOfWork } from './unit-of-work.ts';

const MAX_DOCUMENT = 16 * 1024 * 1024;

const NO_KEYS: IndexKeys = { keys: [], arrays: 0, allMissing: true, shortened: false };

/** The keys of the document in the index, none where the index leaves the document out. */
function keysIn(index: Index, keyed: KeyedDocument): IndexKeys {
  if (index.partial !== undefined && !index.partial.matches(keyed.document)) return NO_KEYS;
  const found = indexKeys(index.parts, keyed);
  return index.sparse && found.allMissing ? NO_KEYS : found;
}

export function documentKey(collection: Collection, record: string): string {
  return collection.prefix + record;
}

export function recordText(value: Buffer): string {
  return value.toString('latin1', 0, 6);
}

function entryKey(index: Index, key: string, record: string): string {
  return index.unique ? index.prefix + key : index.prefix + key + record;
}

function duplicateKey(collection: Collection, index: Index, document: Doc): CommandError {
  const keyValue: Doc = {};
  const keyPattern: Doc = {};
  for (const { name, path, direction } of index.parts) {
    keyPattern[name] = direction;
    keyValue[name] = directValue(document, path) ?? null;
  }
  const shown = Object.entries(keyValue).map(([name, value]) => `${name}: ${showValue(value)}`);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.namespace} index: ${index.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern, keyValue },
  );
}

/** Refuses a key that another document has; takes the key so that nobody else can. */
function claimUnique(
  unit: UnitOfWork,
  collection: Collection,
  index: Index,
  key: string,
  record: string,
  document: Doc,
): void {
  const entry = index.prefix + key;
  const holder = unit.get(entry);
  if (holder !== undefined && recordText(holder) !== record) {
    throw duplicateKey(collection, index, document);
  }
  unit.lock(entry);
}

function noteShape(collection: Collection, index: Index, found: IndexKeys, changed: Set<Collection>): void {
  if ((found.arrays & ~index.arrays) !== 0) {
    index.arrays |= found.arrays;
    changed.add(collection);
  }
  if (found.shortened && !index.shortened) {
    index.shortened = true;
    changed.add(collection);
  }
}

/** Collections whose catalog entry must be written again, because an index got its first array or long key. */
export const reshaped = new Set<Collection>();

function checkSize(bytes: Buffer): void {
  if (bytes.length > MAX_DOCUMENT) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT}`,
    );
  }
}

/** `document` holds at least the indexed fields of `bytes`. Returns the record. */
export function insertDocument(
  unit: UnitOfWork,
  collection: Collection,
  bytes: Buffer,
  record: string,
): void {
  checkSize(bytes);
  const document = decodeDocument(bytes, 0, collection.indexedFields);
  const value = Buffer.from(record, 'latin1');
  const keyed = new KeyedDocument(document);
  const all = collection.indexes.map((index) => keysIn(index, keyed));
  collection.indexes.forEach((index, at) => {
    if (!index.unique) return;
    for (const key of all[at]?.keys ?? []) claimUnique(unit, collection, index, key, record, document);
  });
  unit.put(documentKey(collection, record), bytes);
  collection.indexes.forEach((index, at) => {
    const found = all[at] ?? NO_KEYS;
    noteShape(collection, index, found, reshaped);
    for (const key of found.keys) unit.put(entryKey(index, key, record), value);
  });
  unit.countBy(collection, 1, bytes.length);
}

export function replaceDocument(
  unit: UnitOfWork,
  collection: Collection,
  record: string,
  before: Buffer,
  after: Buffer,
): void {
  checkSize(after);
  const key = documentKey(collection, record);
  unit.lock(key);
  const old = new KeyedDocument(decodeDocument(before, 0, collection.indexedFields));
  const document = decodeDocument(after, 0, collection.indexedFields);
  const keyed = new KeyedDocument(document);
  const value = Buffer.from(record, 'latin1');
  const steps: (() => void)[] = [];
  for (const index of collection.indexes.slice(1)) {
    const was = keysIn(index, old).keys;
    const found = keysIn(index, keyed);
    if (was.length === found.keys.length && was.every((one, at) => one === found.keys[at])) continue;
    const gone = was.filter((one) => !found.keys.includes(one));
    const added = found.keys.filter((one) => !was.includes(one));
    if (index.unique) {
      for (const one of added) claimUnique(unit, collection, index, one, record, document);
      for (const one of gone) unit.lock(index.prefix + one);
    }
    steps.push(() => {
      noteShape(collection, index, found, reshaped);
      for (const one of gone) unit.remove(entryKey(index, one, record));
      for (const one of added) unit.put(entryKey(index, one, record), value);
    });
  }
  unit.put(key, after);
  if (after.length !== before.length) unit.countBy(collection, 0, after.length - before.length);
  for (const step of steps) step();
}

export function removeDocument(
  unit: UnitOfWork,
  collection: Collection,
  record: string,
  before: Buffer,
): void {
  const key = documentKey(collection, record);
  unit.lock(key);
  const old = new KeyedDocument(decodeDocument(before, 0, collection.indexedFields));
  const entries = collection.indexes.flatMap((index) => {
    const { keys } = keysIn(index, old);
    if (index.unique) for (const one of keys) unit.lock(index.prefix + one);
    return keys.map((one) => entryKey(index, one, record));
  });
  unit.remove(key);
  for (const entry of entries) unit.remove(entry);
  unit.countBy(collection, -1, -before.length);
}

/** The record with the given `_id`, by the primary index. */
export function recordById(
  unit: { get(key: string): Buffer | undefined },
  collection: Collection,
  id: unknown,
): string | undefined {
  const found = unit.get(collection.primary.prefix + shortened(valueKey(id)));
  return found === undefined ? undefined : recordText(found);
}

/** The `_id` of encoded bytes; undefined when there is none. */
export function idOf(bytes: Buffer): unknown {
  let id: unknown;
  forEachElement(bytes, 0, (name, type, start) => {
    if (name !== '_id') return true;
    id = decodeValue(bytes, type, start);
    return false;
  });
  return id;
}

/** Fills a new index from the documents there are; refuses duplicates. */
export function* buildIndex(unit: UnitOfWork, collection: Collection, index: Index): Generator<void> {
  const cursor = unit.view().scan({ start: collection.prefix, end: afterPrefix(collection.prefix) });
  try {
    while (cursor.next()) {
      const record = cursor.key.slice(4);
      const document = decodeDocument(cursor.value);
      const found = keysIn(index, new KeyedDocument(document));
      index.arrays |= found.arrays;
      if (found.shortened) index.shortened = true;
      for (const key of found.keys) {
        if (index.unique && unit.get(index.prefix + key) !== undefined)
          throw duplicateKey(collection, index, document);
        unit.put(entryKey(index, key, record), Buffer.from(record, 'latin1'));
      }
      yield;
    }
  } finally {
    cursor.close();
  }
}
