/** Collections and indexes: made, listed, changed, renamed, dropped. */
import { expressionTest } from '../aggregate/expression.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { encodeDocument } from '../bson/encode.ts';
import { equalValues } from '../bson/compare.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter, isTruthy } from '../query/match.ts';
import type { Collection, Index } from '../storage/catalog.ts';
import { buildIndex } from '../storage/documents.ts';
import {
  collectionName,
  documentField,
  findCollection,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';
import { cursorReply } from './read.ts';
import { checkNamespace, collectionForWriting, runStatement } from './write.ts';

const MAX_INDEXES = 64;

function listResults(documents: readonly Doc[]): { next: () => RawDocument | undefined; close: () => void } {
  let at = 0;
  return {
    next: () => {
      const document = documents[at++];
      return document === undefined ? undefined : new RawDocument(encodeDocument(document));
    },
    close: () => undefined,
  };
}

const IGNORED_OPTIONS = new Set([
  'create',
  'autoIndexId',
  'storageEngine',
  'indexOptionDefaults',
  'idIndex',
  'writeConcern',
  'comment',
  'validationAction',
  'validationLevel',
  'flags',
  'temp',
  'encryptedFields',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'maxTimeMS',
]);

function collectionOptions(body: Doc): Doc {
  const options: Doc = {};
  for (const [name, value] of Object.entries(body)) {
    if (
      name.startsWith('$') ||
      name === 'lsid' ||
      name === 'txnNumber' ||
      name === 'autocommit' ||
      name === 'startTransaction' ||
      name === 'readConcern' ||
      IGNORED_OPTIONS.has(name)
    )
      continue;
    if (name === 'collation') {
      refuseUnsupported({ collation: value });
      continue;
    }
    if (name === 'capped' && !isTruthy(value)) continue;
    if (name === 'validator' && isPlainObject(value) && Object.keys(value).length === 0) continue;
    throw notImplemented(`collections with the option '${name}'`);
  }
  return options;
}

export function create(context: CommandContext): Doc {
  const { engine, db } = context;
  const name = collectionName(context);
  checkNamespace(db, name);
  const options = collectionOptions(context.body);
  if (findCollection(context, name) !== undefined) {
    if (context.transaction === undefined && engine.catalog.find(db, name) !== undefined) return { ok: 1 };
    throw new CommandError('NamespaceExists', `Collection ${db}.${name} already exists.`);
  }
  if (context.transaction !== undefined) {
    collectionForWriting(context, name);
    return { ok: 1 };
  }
  const collection = engine.catalog.newCollection(db, name, options);
  engine.store.commit(engine.catalog.add(collection));
  collection.since = engine.store.currentSequence;
  return { ok: 1 };
}

/** Waits until no transaction holds anything in the collection. */
export async function quiet(context: CommandContext, collection: Collection): Promise<void> {
  for (;;) {
    const holder = context.engine.locks.holderWithin([
      collection.prefix,
      ...collection.indexes.map(({ prefix }) => prefix),
    ]);
    if (holder === undefined) return;
    await holder.freed;
  }
}

export async function drop(context: CommandContext): Promise<Doc> {
  const { engine, db } = context;
  const name = collectionName(context);
  const collection = engine.catalog.find(db, name);
  if (collection === undefined) return { ok: 1 };
  await quiet(context, collection);
  if (!collection.dropped) engine.store.commit(engine.catalog.drop(collection));
  return { nIndexesWas: collection.indexes.length, ns: `${db}.${name}`, ok: 1 };
}

export async function dropDatabase(context: CommandContext): Promise<Doc> {
  const { engine, db } = context;
  for (const collection of engine.catalog.collections(db)) {
    await quiet(context, collection);
    if (!collection.dropped) engine.store.commit(engine.catalog.drop(collection));
  }
  return { dropped: db, ok: 1 };
}

function splitNamespace(value: unknown): [string, string] {
  const text = typeof value === 'string' ? value : '';
  const dot = text.indexOf('.');
  if (dot <= 0) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${text}'`);
  return [text.slice(0, dot), text.slice(dot + 1)];
}

export async function renameCollection(context: CommandContext): Promise<Doc> {
  const { engine, body } = context;
  const [db, name] = splitNamespace(body['renameCollection']);
  const [toDb, toName] = splitNamespace(body['to']);
  checkNamespace(toDb, toName);
  const collection = engine.catalog.find(db, name);
  if (collection === undefined)
    throw new CommandError('NamespaceNotFound', `Source collection ${db}.${name} does not exist`);
  const target = engine.catalog.find(toDb, toName);
  if (target === collection)
    throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
  if (target !== undefined && body['dropTarget'] !== true)
    throw new CommandError('NamespaceExists', 'target namespace exists');
  await quiet(context, collection);
  if (target !== undefined) await quiet(context, target);
  const dropped = target === undefined || target.dropped ? [] : engine.catalog.drop(target);
  engine.store.commit([...dropped, ...engine.catalog.rename(collection, toDb, toName)]);
  collection.since = engine.store.currentSequence;
  return { ok: 1 };
}

export function collMod(context: CommandContext): Doc {
  const { engine, body } = context;
  const name = collectionName(context);
  const collection = engine.catalog.find(context.db, name);
  if (collection === undefined)
    throw new CommandError('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
  for (const option of Object.keys(body)) {
    if (option.startsWith('$') || ['collMod', 'index', 'lsid', 'writeConcern', 'comment'].includes(option))
      continue;
    throw notImplemented(`collMod with '${option}'`);
  }
  const change = documentField(body, 'index');
  if (change === undefined) return { ok: 1 };
  const index = collection.indexes.find((one) =>
    typeof change['name'] === 'string'
      ? one.name === change['name']
      : equalValues(one.spec['key'], change['keyPattern']),
  );
  if (index === undefined) throw new CommandError('IndexNotFound', 'cannot find index for collMod');
  const seconds = change['expireAfterSeconds'];
  if (seconds === undefined || !isNumeric(seconds))
    throw notImplemented('collMod of an index other than expireAfterSeconds');
  const before = index.spec['expireAfterSeconds'];
  index.spec['expireAfterSeconds'] = seconds;
  engine.store.commit([engine.catalog.entry(collection)]);
  return {
    ...(before === undefined ? {} : { expireAfterSeconds_old: before }),
    expireAfterSeconds_new: seconds,
    ok: 1,
  };
}

export async function listCollections(context: CommandContext): Promise<Doc> {
  const { engine, db, body } = context;
  const filter = compileFilter(documentField(body, 'filter') ?? {}, expressionTest());
  const nameOnly = body['nameOnly'] === true;
  const documents = engine.catalog
    .collections(db)
    .map((collection): Doc => {
      const primary = collection.primary;
      const base = { name: collection.name, type: 'collection' };
      return nameOnly
        ? base
        : {
            ...base,
            options: collection.options,
            info: { readOnly: false, uuid: collection.uuid },
            idIndex: primary.spec,
          };
    })
    .filter((document) => filter.matches(document));
  const cursor = documentField(body, 'cursor');
  const batchSize = cursor === undefined ? undefined : wholeField(cursor, 'batchSize');
  return cursorReply({
    context,
    results: listResults(documents),
    namespace: `${db}.$cmd.listCollections`,
    batchSize: batchSize ?? 101,
    single: false,
  });
}

export async function listIndexes(context: CommandContext): Promise<Doc> {
  const name = collectionName(context);
  const collection = findCollection(context, name);
  if (collection === undefined)
    throw new CommandError('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
  const cursor = documentField(context.body, 'cursor');
  const batchSize = cursor === undefined ? undefined : wholeField(cursor, 'batchSize');
  const documents = collection.indexes.map(({ spec }) => spec);
  return cursorReply({
    context,
    results: listResults(documents),
    namespace: `${context.db}.${name}`,
    batchSize: batchSize ?? 101,
    single: false,
  });
}

const KNOWN_INDEX_OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'background',
  'expireAfterSeconds',
  'partialFilterExpression',
  'hidden',
  'ns',
]);

function keyOfSpec(spec: Doc): Doc {
  const key = spec['key'];
  if (!isPlainObject(key) || Object.keys(key).length === 0)
    throw new CommandError('CannotCreateIndex', 'Index keys cannot be empty.');
  for (const [path, direction] of Object.entries(key)) {
    if (typeof direction === 'string') {
      if (['text', 'hashed', '2d', '2dsphere', 'wildcard', 'geoHaystack'].includes(direction))
        throw notImplemented(`${direction} indexes`);
      throw new CommandError('CannotCreateIndex', `Unknown index plugin '${direction}'`);
    }
    const number = isNumeric(direction) ? toNumber(direction) : NaN;
    if (Number.isNaN(number) || number === 0)
      throw new CommandError(
        'CannotCreateIndex',
        `Values in v:2 index key pattern must be numbers greater or less than 0, found ${String(direction)}`,
      );
    if (path.includes('$**')) throw notImplemented('wildcard indexes');
    if (
      path === '' ||
      path
        .split('.')
        .some((part) => part === '' || (part.startsWith('$') && !['$id', '$ref', '$db'].includes(part)))
    ) {
      throw new CommandError('CannotCreateIndex', `Index key contains an illegal field name: '${path}'`);
    }
  }
  return key;
}

function normalizedSpec(value: unknown): Doc {
  if (!isPlainObject(value))
    throw new CommandError('TypeMismatch', "The elements of the 'indexes' array must be objects");
  const key = keyOfSpec(value);
  const result: Doc = { v: 2, key };
  const name = value['name'];
  if (typeof name !== 'string' || name === '')
    throw new CommandError(
      'FailedToParse',
      "The 'name' field is a required property of an index specification",
    );
  result['name'] = name;
  for (const [option, one] of Object.entries(value)) {
    if (option === 'collation') {
      refuseUnsupported({ collation: one });
      continue;
    }
    if (!KNOWN_INDEX_OPTIONS.has(option)) throw notImplemented(`the index option '${option}'`);
    if (option === 'hidden' && isTruthy(one)) throw notImplemented('hidden indexes');
    if (option === 'unique' || option === 'sparse') {
      if (isTruthy(one)) result[option] = true;
    } else if (option === 'expireAfterSeconds' || option === 'partialFilterExpression') result[option] = one;
  }
  if ('expireAfterSeconds' in result) {
    const seconds = result['expireAfterSeconds'];
    if (!isNumeric(seconds) || toNumber(seconds) < 0)
      throw new CommandError(
        'CannotCreateIndex',
        'TTL index expireAfterSeconds option must be a number that is not negative',
      );
    if (Object.keys(key).length > 1)
      throw new CommandError(
        'CannotCreateIndex',
        'TTL indexes are single-field indexes, compound indexes do not support TTL.',
      );
  }
  if (result['sparse'] === true && 'partialFilterExpression' in result)
    throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  return result;
}

const PARTIAL_OPERATORS = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

function checkPartial(filter: unknown): void {
  if (!isPlainObject(filter))
    throw new CommandError('CannotCreateIndex', '"partialFilterExpression" must be a document');
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and' || name === '$or') {
      if (Array.isArray(value)) (value as unknown[]).forEach(checkPartial);
      continue;
    }
    if (!isPlainObject(value)) continue;
    for (const operator of Object.keys(value)) {
      if (
        operator.startsWith('$') &&
        (!PARTIAL_OPERATORS.has(operator) || (operator === '$exists' && !isTruthy(value[operator])))
      ) {
        throw new CommandError('CannotCreateIndex', `Expression not supported in partial index: ${operator}`);
      }
    }
  }
}

/** The index the collection has already, if it is the same; refuses one that only looks the same. */
function existingIndex(collection: Collection, spec: Doc): Index | undefined {
  const named = collection.index(spec['name'] as string);
  const keyText = JSON.stringify(
    Object.entries(spec['key'] as Doc).map(([name, way]) => [name, Number(way)]),
  );
  const sameKey = collection.indexes.find(
    (index) =>
      JSON.stringify(Object.entries(index.spec['key'] as Doc).map(([name, way]) => [name, Number(way)])) ===
        keyText && equalValues(index.spec['partialFilterExpression'], spec['partialFilterExpression']),
  );
  const options = (one: Doc): unknown[] => [
    one['unique'] === true,
    one['sparse'] === true,
    one['partialFilterExpression'],
    one['expireAfterSeconds'],
  ];
  if (sameKey !== undefined) {
    if (sameKey.name === '_id_') return sameKey;
    if (!equalValues(options(sameKey.spec), options(spec))) {
      throw new CommandError(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. Requested index: ${String(spec['name'])}, existing index: ${sameKey.name}`,
      );
    }
    if (sameKey.name !== spec['name'])
      throw new CommandError(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${sameKey.name}`,
      );
    return sameKey;
  }
  if (named !== undefined) {
    throw new CommandError(
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${String(spec['name'])}`,
    );
  }
  return undefined;
}

async function addIndex(context: CommandContext, collection: Collection, spec: Doc): Promise<void> {
  const { engine } = context;
  if (collection.indexes.length >= MAX_INDEXES)
    throw new CommandError('CannotCreateIndex', 'add index fails, too many indexes');
  const index = engine.catalog.newIndex(spec);
  await quiet(context, collection);
  // One step, so that no write slips between the last document read and the index being there.
  await runStatement(
    context,
    {
      step: (unit) => {
        const build = buildIndex(unit, collection, index);
        while (build.next().done !== true);
        collection.indexes.push(index);
        collection.indexesChanged();
        return true;
      },
    },
    (done) => (done ? [engine.catalog.entry(collection)] : []),
  );
  collection.since = engine.store.currentSequence;
}

export async function createIndexes(context: CommandContext): Promise<Doc> {
  const { engine, body } = context;
  const name = collectionName(context);
  const list = body['indexes'];
  if (!Array.isArray(list) || list.length === 0)
    throw new CommandError('BadValue', 'Must specify at least one index to create');
  const specs = (list as unknown[]).map(normalizedSpec);
  for (const spec of specs)
    if ('partialFilterExpression' in spec) checkPartial(spec['partialFilterExpression']);
  const existed = engine.catalog.find(context.db, name) !== undefined;
  if (context.transaction !== undefined && existed) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      'Cannot create new indexes on existing collection in a multi-document transaction.',
    );
  }
  const collection = collectionForWriting(context, name);
  const before = collection.indexes.length;
  for (const spec of specs) {
    if (existingIndex(collection, spec) !== undefined) continue;
    await addIndex(context, collection, spec);
  }
  const after = collection.indexes.length;
  return {
    numIndexesBefore: before,
    numIndexesAfter: after,
    createdCollectionAutomatically: !existed,
    ...(before === after ? { note: 'all indexes already exist' } : {}),
    ok: 1,
  };
}

export async function dropIndexes(context: CommandContext): Promise<Doc> {
  const { engine, body } = context;
  const name = collectionName(context);
  const collection = engine.catalog.find(context.db, name);
  if (collection === undefined)
    throw new CommandError('NamespaceNotFound', `ns not found ${context.db}.${name}`);
  const wanted = body['index'];
  const before = collection.indexes.length;
  const chosen = (Array.isArray(wanted) ? (wanted as unknown[]) : [wanted]).flatMap((one): Index[] => {
    if (one === '*') return collection.indexes.slice(1);
    const found = collection.indexes.find((index) =>
      typeof one === 'string' ? index.name === one : equalValues(index.spec['key'], one),
    );
    if (found === undefined)
      throw new CommandError('IndexNotFound', `index not found with name [${String(one)}]`);
    if (found.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    return [found];
  });
  await quiet(context, collection);
  collection.indexes = collection.indexes.filter((index) => !chosen.includes(index));
  collection.indexesChanged();
  engine.store.commit([
    engine.catalog.entry(collection),
    ...chosen.map(({ ident }) => engine.catalog.garbage(ident)),
  ]);
  collection.since = engine.store.currentSequence;
  return { nIndexesWas: before, ok: 1 };
}
