/** Operations on a collection. */
import type { AbstractCursor, Collection, FindOptions } from 'mongodb';
import { openCursor } from '../driver-internals.ts';
import { show } from '../matching.ts';
import { bulkWriteResultDocument, updateResultDocument } from '../result-documents.ts';
import { type Fields, FormatError } from '../unified-format.ts';
import { loose, type OperationTable } from './operation-table.ts';

const COMMON = ['session', 'timeoutMS', 'rawData', 'comment'] as const;
const READ = [...COMMON, 'collation', 'maxTimeMS', 'readConcern', 'readPreference'] as const;
const WRITE = [...COMMON, 'collation', 'hint', 'let', 'writeConcern', 'bypassDocumentValidation'] as const;
const UPDATE = [...WRITE, 'filter', 'upsert', 'arrayFilters', 'sort'] as const;
const FIND_AND_MODIFY = [...UPDATE, 'projection', 'returnDocument', 'maxTimeMS'] as const;
const INDEX = [...COMMON, 'maxTimeMS', 'writeConcern', 'commitQuorum'] as const;
const AGGREGATE = [
  ...READ,
  'pipeline',
  'allowDiskUse',
  'batchSize',
  'bypassDocumentValidation',
  'hint',
  'let',
  'writeConcern',
  'timeoutMode',
] as const;
const FIND = [
  ...READ,
  'filter',
  'allowDiskUse',
  'allowPartialResults',
  'batchSize',
  'cursorType',
  'hint',
  'let',
  'limit',
  'max',
  'maxAwaitTimeMS',
  'min',
  'noCursorTimeout',
  'projection',
  'returnKey',
  'showRecordId',
  'skip',
  'sort',
  'timeoutMode',
] as const;
const WATCH = [
  ...READ,
  'pipeline',
  'batchSize',
  'fullDocument',
  'fullDocumentBeforeChange',
  'maxAwaitTimeMS',
  'resumeAfter',
  'showExpandedEvents',
  'startAfter',
  'startAtOperationTime',
  'timeoutMode',
] as const;
const CREATE_INDEX = [
  ...INDEX,
  'keys',
  'name',
  'unique',
  'sparse',
  'expireAfterSeconds',
  'partialFilterExpression',
  'collation',
  'hidden',
] as const;

/** The arguments that `watch` takes, wherever it is called. */
export const WATCH_ARGUMENTS: readonly string[] = WATCH;
/** The arguments that `aggregate` takes, wherever it is called. */
export const AGGREGATE_ARGUMENTS: readonly string[] = AGGREGATE;

/** The driver's words for the kinds of cursor. */
export function cursorTypeOptions(cursorType: unknown): FindOptions {
  if (cursorType === undefined || cursorType === 'nonTailable') return {};
  if (cursorType === 'tailable') return { tailable: true };
  if (cursorType === 'tailableAwait') return { tailable: true, awaitData: true };
  throw new FormatError(`unknown cursorType ${show(cursorType)}`);
}

function returnDocumentFrom(given: Fields): Fields {
  if (given['returnDocument'] === undefined) return given;
  const returnDocument = (given['returnDocument'] as string).toLowerCase();
  if (!['before', 'after'].includes(returnDocument)) {
    throw new FormatError(`returnDocument must be Before or After, not ${returnDocument}`);
  }
  return { ...given, returnDocument };
}

function findCursor(collection: Collection, { filter, cursorType, ...options }: Fields): AbstractCursor {
  return collection.find(loose(filter ?? {}), { ...options, ...cursorTypeOptions(cursorType) });
}

async function namesOf(list: AbstractCursor): Promise<unknown[]> {
  return (await list.toArray()).map((one) => (one as Fields)['name']);
}

const reads: OperationTable<Collection> = {
  aggregate: {
    known: AGGREGATE,
    rootElements: true,
    run: (collection, { pipeline, ...options }) => collection.aggregate(loose(pipeline), options).toArray(),
  },
  count: {
    known: [...READ, 'filter', 'hint', 'limit', 'skip'],
    run: (collection, { filter, ...options }) =>
      // oxlint-disable-next-line typescript/no-deprecated -- the operation under test
      collection.count(loose(filter ?? {}), options),
  },
  countDocuments: {
    known: [...READ, 'filter', 'hint', 'limit', 'skip'],
    run: (collection, { filter, ...options }) => collection.countDocuments(loose(filter), options),
  },
  distinct: {
    known: [...READ, 'fieldName', 'filter', 'hint'],
    run: (collection, { fieldName, filter, ...options }) =>
      collection.distinct(String(fieldName), loose(filter ?? {}), options),
  },
  estimatedDocumentCount: {
    known: READ,
    run: (collection, options) => collection.estimatedDocumentCount(options),
  },
  find: {
    known: FIND,
    rootElements: true,
    run: (collection, given) => findCursor(collection, given).toArray(),
  },
  findOne: {
    known: FIND,
    run: (collection, { filter, ...options }) => collection.findOne(loose(filter ?? {}), options),
  },
  createFindCursor: {
    known: FIND,
    saves: 'cursor',
    run: async (collection, given) => {
      const cursor = findCursor(collection, given);
      await openCursor(cursor);
      return cursor;
    },
  },
  createChangeStream: {
    known: WATCH,
    saves: 'cursor',
    run: async (collection, { pipeline, ...options }) => {
      const stream = collection.watch(loose(pipeline ?? []), options);
      await openCursor(stream);
      return stream;
    },
  },
};

const writes: OperationTable<Collection> = {
  bulkWrite: {
    known: [...WRITE, 'requests', 'ordered'],
    run: async (collection, { requests, ...options }) =>
      bulkWriteResultDocument(await collection.bulkWrite(loose(requests), options)),
  },
  insertOne: {
    known: [...WRITE, 'document'],
    run: (collection, { document, ...options }) => collection.insertOne(loose(document), options),
  },
  insertMany: {
    known: [...WRITE, 'documents', 'ordered'],
    run: (collection, { documents, ...options }) => collection.insertMany(loose(documents), options),
  },
  updateOne: {
    known: [...UPDATE, 'update'],
    run: async (collection, { filter, update, ...options }) =>
      updateResultDocument(await collection.updateOne(loose(filter), loose(update), loose(options))),
  },
  updateMany: {
    known: [...UPDATE, 'update'],
    run: async (collection, { filter, update, ...options }) =>
      updateResultDocument(await collection.updateMany(loose(filter), loose(update), loose(options))),
  },
  replaceOne: {
    known: [...UPDATE, 'replacement'],
    run: async (collection, { filter, replacement, ...options }) =>
      updateResultDocument(await collection.replaceOne(loose(filter), loose(replacement), loose(options))),
  },
  deleteOne: {
    known: [...WRITE, 'filter'],
    run: (collection, { filter, ...options }) => collection.deleteOne(loose(filter), options),
  },
  deleteMany: {
    known: [...WRITE, 'filter'],
    run: (collection, { filter, ...options }) => collection.deleteMany(loose(filter), options),
  },
  findOneAndDelete: {
    known: FIND_AND_MODIFY,
    run: (collection, { filter, ...options }) => collection.findOneAndDelete(loose(filter), loose(options)),
  },
  findOneAndReplace: {
    known: [...FIND_AND_MODIFY, 'replacement'],
    run: (collection, { filter, replacement, ...options }) =>
      collection.findOneAndReplace(loose(filter), loose(replacement), loose(returnDocumentFrom(options))),
  },
  findOneAndUpdate: {
    known: [...FIND_AND_MODIFY, 'update'],
    run: (collection, { filter, update, ...options }) =>
      collection.findOneAndUpdate(loose(filter), loose(update), loose(returnDocumentFrom(options))),
  },
};

const administration: OperationTable<Collection> = {
  createIndex: {
    known: CREATE_INDEX,
    run: (
      collection,
      { keys, session, timeoutMS, maxTimeMS, writeConcern, comment, commitQuorum, rawData, ...index },
    ) => {
      const given = { session, timeoutMS, maxTimeMS, writeConcern, comment, commitQuorum, rawData };
      const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      return collection.createIndex(loose(keys), index, options);
    },
  },
  dropIndex: {
    known: [...INDEX, 'name'],
    run: (collection, { name, ...options }) => collection.dropIndex(String(name), options),
  },
  dropIndexes: { known: INDEX, run: (collection, options) => collection.dropIndexes(options) },
  listIndexes: {
    known: [...COMMON, 'batchSize', 'maxTimeMS', 'timeoutMode'],
    rootElements: true,
    run: (collection, options) => collection.listIndexes(options).toArray(),
  },
  listIndexNames: {
    known: [...COMMON, 'batchSize', 'maxTimeMS'],
    run: (collection, options) => namesOf(collection.listIndexes(options)),
  },
  drop: { known: [...COMMON, 'writeConcern'], run: (collection, options) => collection.drop(options) },
  rename: {
    known: [...COMMON, 'to', 'dropTarget', 'writeConcern'],
    run: async (collection, { to, ...options }) => {
      await collection.rename(String(to), options);
    },
  },
  createSearchIndex: {
    known: ['model'],
    run: (collection, { model }) => collection.createSearchIndex(loose(model)),
  },
  createSearchIndexes: {
    known: ['models'],
    run: (collection, { models }) => collection.createSearchIndexes(loose(models)),
  },
  dropSearchIndex: {
    known: ['name'],
    run: (collection, { name }) => collection.dropSearchIndex(String(name)),
  },
  updateSearchIndex: {
    known: ['name', 'definition'],
    run: (collection, { name, definition }) => collection.updateSearchIndex(String(name), loose(definition)),
  },
  listSearchIndexes: {
    known: ['name', 'aggregationOptions'],
    rootElements: true,
    run: (collection, { name, aggregationOptions }) =>
      typeof name === 'string'
        ? collection.listSearchIndexes(name, loose(aggregationOptions)).toArray()
        : collection.listSearchIndexes(loose(aggregationOptions)).toArray(),
  },
};

export const collectionOperations: OperationTable<Collection> = { ...reads, ...writes, ...administration };
