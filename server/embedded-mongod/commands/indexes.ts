/** Indexes: made, listed, dropped. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { equalValues } from '../bson/compare.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { isTruthy } from '../query/match.ts';
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
import { collectionForWriting, runStatement } from './write.ts';
import { quiet } from './collections.ts';
import { listResults } from './lists.ts';

const MAX_INDEXES = 64;

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
  const parts = Object.entries(spec['key'] as Doc);
  if (parts.length === 1 && parts[0]?.[0] === '_id' && Number(parts[0][1]) !== 1) {
    throw new CommandError('BadValue', "The field 'key' for an _id index must be {_id: 1}.");
  }
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
