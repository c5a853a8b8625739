/** Operations on a database. */
import type { Db, RunCommandCursor } from 'mongodb';
import { openCursor } from '../driver-internals.ts';
import { type Fields, FormatError } from '../unified-format.ts';
import { AGGREGATE_ARGUMENTS, cursorTypeOptions, WATCH_ARGUMENTS } from './collection-operations.ts';
import { loose, type OperationTable } from './operation-table.ts';

const COMMON = ['session', 'timeoutMS', 'comment', 'rawData'] as const;
const RUN = [...COMMON, 'command', 'commandName', 'readPreference'] as const;
const RUN_CURSOR = [...RUN, 'batchSize', 'maxTimeMS', 'cursorType', 'timeoutMode'] as const;
const LIST = [
  ...COMMON,
  'filter',
  'authorizedCollections',
  'batchSize',
  'nameOnly',
  'maxTimeMS',
  'timeoutMode',
] as const;
const CREATE = [
  ...COMMON,
  'collection',
  'capped',
  'changeStreamPreAndPostImages',
  'clusteredIndex',
  'collation',
  'encryptedFields',
  'expireAfterSeconds',
  'indexOptionDefaults',
  'max',
  'pipeline',
  'size',
  'storageEngine',
  'timeseries',
  'validationAction',
  'validationLevel',
  'validator',
  'viewOn',
  'writeConcern',
] as const;

/** The command with its name first, where the server looks for it. */
function commandFrom({ command, commandName }: Fields): Fields {
  const fields = command as Fields;
  const name = String(commandName);
  if (!(name in fields)) throw new FormatError(`the command lacks its name ${name}`);
  return { [name]: fields[name], ...fields };
}

function commandCursor(database: Db, given: Fields): RunCommandCursor {
  const {
    command: _command,
    commandName: _name,
    batchSize,
    maxTimeMS,
    comment,
    cursorType,
    ...options
  } = given;
  const cursor = database.runCursorCommand(commandFrom(given), {
    ...options,
    ...cursorTypeOptions(cursorType),
  });
  if (batchSize !== undefined) cursor.setBatchSize(Number(batchSize));
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(Number(maxTimeMS));
  if (comment !== undefined) cursor.setComment(comment);
  return cursor;
}

export const databaseOperations: OperationTable<Db> = {
  aggregate: {
    known: AGGREGATE_ARGUMENTS,
    rootElements: true,
    run: (database, { pipeline, ...options }) => database.aggregate(loose(pipeline), options).toArray(),
  },
  createChangeStream: {
    known: WATCH_ARGUMENTS,
    saves: 'cursor',
    run: async (database, { pipeline, ...options }) => {
      const stream = database.watch(loose(pipeline ?? []), options);
      await openCursor(stream);
      return stream;
    },
  },
  createCollection: {
    known: CREATE,
    saves: 'collection',
    run: (database, { collection, ...options }) => database.createCollection(String(collection), options),
  },
  createCommandCursor: {
    known: RUN_CURSOR,
    saves: 'cursor',
    run: async (database, given) => {
      const cursor = commandCursor(database, given);
      await openCursor(cursor);
      return cursor;
    },
  },
  dropCollection: {
    known: [...COMMON, 'collection', 'encryptedFields', 'writeConcern'],
    run: (database, { collection, ...options }) => database.dropCollection(String(collection), options),
  },
  dropDatabase: {
    known: [...COMMON, 'writeConcern'],
    run: (database, options) => database.dropDatabase(options),
  },
  listCollections: {
    known: LIST,
    rootElements: true,
    run: (database, { filter, ...options }) =>
      database.listCollections(loose(filter ?? {}), options).toArray(),
  },
  listCollectionNames: {
    known: LIST,
    run: async (database, { filter, ...options }) => {
      const found = await database
        .listCollections(loose(filter ?? {}), { ...options, nameOnly: true })
        .toArray();
      return found.map(({ name }) => name);
    },
  },
  modifyCollection: {
    known: [
      ...COMMON,
      'collection',
      'changeStreamPreAndPostImages',
      'index',
      'validator',
      'validationAction',
      'validationLevel',
      'expireAfterSeconds',
    ],
    run: (database, { collection, session, timeoutMS, ...changes }) =>
      database.command({ collMod: collection, ...changes }, loose({ session, timeoutMS })),
  },
  runCommand: {
    known: RUN,
    run: (database, { command, commandName, ...options }) =>
      database.command(commandFrom({ command, commandName }), options),
  },
  runCursorCommand: {
    known: RUN_CURSOR,
    rootElements: true,
    run: (database, given) => commandCursor(database, given).toArray(),
  },
};
