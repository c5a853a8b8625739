/** Operations on a client. */
import type { ClientEntity } from '../client-entity.ts';
import { openCursor } from '../driver-internals.ts';
import { clientBulkWriteResultDocument } from '../result-documents.ts';
import { type Fields, FormatError } from '../unified-format.ts';
import { WATCH_ARGUMENTS } from './collection-operations.ts';
import { loose, type OperationTable } from './operation-table.ts';

const COMMON = ['session', 'timeoutMS', 'comment'] as const;
const LIST = [...COMMON, 'filter', 'nameOnly', 'authorizedDatabases', 'maxTimeMS'] as const;

/** The format nests each write under its name; the driver has the name inside. */
function modelFrom(nested: Fields): Fields {
  const [name, ...others] = Object.keys(nested);
  if (name === undefined || others.length > 0) throw new FormatError('a write model needs exactly one kind');
  return { name, ...(nested[name] as Fields) };
}

export const clientOperations: OperationTable<ClientEntity> = {
  clientBulkWrite: {
    known: [
      ...COMMON,
      'models',
      'bypassDocumentValidation',
      'let',
      'ordered',
      'rawData',
      'verboseResults',
      'writeConcern',
    ],
    run: async ({ client }, { models, ...options }) => {
      const written = (models as Fields[]).map(modelFrom);
      return clientBulkWriteResultDocument(await client.bulkWrite(loose(written), options));
    },
  },
  close: {
    known: ['force'],
    run: async ({ client }, { force }) => {
      await client.close(force === true);
    },
  },
  appendMetadata: {
    known: ['driverInfoOptions'],
    run: ({ client }, { driverInfoOptions }) => {
      client.appendMetadata(loose(driverInfoOptions));
      return Promise.resolve();
    },
  },
  createChangeStream: {
    known: WATCH_ARGUMENTS,
    saves: 'cursor',
    run: async ({ client }, { pipeline, ...options }) => {
      const stream = client.watch(loose(pipeline ?? []), options);
      await openCursor(stream);
      return stream;
    },
  },
  listDatabases: {
    known: LIST,
    rootElements: true,
    run: async ({ client }, options) => (await client.db('admin').admin().listDatabases(options)).databases,
  },
  dropDatabase: {
    known: [...COMMON, 'database', 'writeConcern'],
    run: ({ client }, { database, ...options }) => client.db(String(database)).dropDatabase(options),
  },
  listDatabaseNames: {
    known: LIST,
    run: async ({ client }, options) => {
      const { databases } = await client
        .db('admin')
        .admin()
        .listDatabases({ ...options, nameOnly: true });
      return databases.map(({ name }) => name);
    },
  },
};
