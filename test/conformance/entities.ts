/**
 * The named objects of one test: made from its definitions, saved from its results, closed at its end. A
 * name is used once, and asking for the wrong kind is an error.
 */
import {
  type AbstractCursor,
  type ChangeStream,
  type ClientSession,
  type Collection,
  type CollectionOptions,
  type Db,
  type DbOptions,
  GridFSBucket,
  type GridFSBucketOptions,
} from 'mongodb';
import { type ClientEntity, createClient } from './client-entity.ts';
import { sessionOptionsFrom, withConvertedConcerns } from './common-options.ts';
import { topologyOf, type TopologyDescriptionView } from './driver-internals.ts';
import type { MatchScope } from './matching.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import { type EntityDefinition, type Fields, FormatError, refuseUnknownFields } from './unified-format.ts';

/** Operations handed to a thread run one after another, beside the test's own. */
interface ThreadEntity {
  tail: Promise<void>;
}

export interface SessionEntity {
  session: ClientSession;
  client: ClientEntity;
  /** Kept from the start, for the driver forgets it when the session ends. */
  lsid: unknown;
}

interface EntityKinds {
  client: ClientEntity;
  database: Db;
  collection: Collection;
  session: SessionEntity;
  bucket: GridFSBucket;
  cursor: AbstractCursor | ChangeStream;
  thread: ThreadEntity;
  topologyDescription: TopologyDescriptionView;
  value: { value: unknown };
}

type EntityKind = keyof EntityKinds;
type Stored = { [Kind in EntityKind]: { kind: Kind; entity: EntityKinds[Kind] } }[EntityKind];

const OPTION_FIELDS = ['readConcern', 'readPreference', 'writeConcern', 'timeoutMS'];

function idOf(fields: Fields, field = 'id'): string {
  const id = fields[field];
  if (typeof id !== 'string') throw new FormatError(`an entity needs the name ${field}`);
  return id;
}

function optionsOf(fields: Fields, field: string, known: string[]): Fields {
  const options = (fields[field] ?? {}) as Fields;
  refuseUnknownFields(options, known, field);
  return withConvertedConcerns(options);
}

export class EntityMap implements MatchScope {
  readonly #stored = new Map<string, Stored>();
  readonly #server: ServerUnderTest;

  constructor(server: ServerUnderTest) {
    this.#server = server;
  }

  get<Kind extends EntityKind>(kind: Kind, name: unknown): EntityKinds[Kind] {
    const stored = this.#stored.get(String(name));
    if (stored === undefined) throw new FormatError(`there is no entity ${String(name)}`);
    if (stored.kind !== kind)
      throw new FormatError(`entity ${String(name)} is a ${stored.kind}, not a ${kind}`);
    return stored.entity as EntityKinds[Kind];
  }

  kindOf(name: string): EntityKind {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw new FormatError(`there is no entity ${name}`);
    return stored.kind;
  }

  add<Kind extends EntityKind>(kind: Kind, name: string, entity: EntityKinds[Kind]): void {
    if (this.#stored.has(name)) throw new FormatError(`the entity ${name} exists already`);
    this.#stored.set(name, { kind, entity } as Stored);
  }

  all<Kind extends EntityKind>(kind: Kind): EntityKinds[Kind][] {
    return [...this.#stored.values()]
      .filter((stored) => stored.kind === kind)
      .map((stored) => stored.entity as EntityKinds[Kind]);
  }

  savedValue(name: string): unknown {
    return this.get('value', name).value;
  }

  sessionId(name: string): unknown {
    return this.get('session', name).lsid;
  }

  /** Makes one entity from its definition. */
  async create(definition: EntityDefinition): Promise<void> {
    const [kind, ...others] = Object.keys(definition);
    const fields = kind === undefined ? undefined : definition[kind];
    if (kind === undefined || fields === undefined || others.length > 0) {
      throw new FormatError('an entity needs exactly one kind');
    }
    switch (kind) {
      case 'client': {
        this.add('client', idOf(fields), await createClient(fields, this.#server));
        return;
      }
      case 'database': {
        this.#createDatabase(fields);
        return;
      }
      case 'collection': {
        this.#createCollection(fields);
        return;
      }
      case 'session': {
        this.#createSession(fields);
        return;
      }
      case 'bucket': {
        this.#createBucket(fields);
        return;
      }
      case 'thread':
        refuseUnknownFields(fields, ['id'], 'the thread entity');
        {
          this.add('thread', idOf(fields), { tail: Promise.resolve() });
          return;
        }
      default:
        throw new FormatError(`the runner does not know the entity ${kind}`);
    }
  }

  /** Ends sessions and closes cursors and clients, in this order. */
  async close(): Promise<void> {
    await Promise.allSettled(this.all('thread').map(({ tail }) => tail));
    await Promise.allSettled(this.all('cursor').map((cursor) => cursor.close()));
    await Promise.allSettled(this.all('session').map(({ session }) => session.endSession()));
    await Promise.allSettled(this.all('client').map(({ client }) => client.close()));
  }

  /** Keeps what the client now knows of its servers under a name. */
  recordTopology(clientName: unknown, name: string): void {
    const description = topologyOf(this.get('client', clientName).client);
    if (description === undefined) throw new FormatError(`client ${String(clientName)} is not connected`);
    this.add('topologyDescription', name, description);
  }

  #createDatabase(fields: Fields): void {
    refuseUnknownFields(fields, ['id', 'client', 'databaseName', 'databaseOptions'], 'the database entity');
    const { client } = this.get('client', fields['client']);
    const options = optionsOf(fields, 'databaseOptions', OPTION_FIELDS) as DbOptions;
    this.add('database', idOf(fields), client.db(idOf(fields, 'databaseName'), options));
  }

  #createCollection(fields: Fields): void {
    refuseUnknownFields(
      fields,
      ['id', 'database', 'collectionName', 'collectionOptions'],
      'the collection entity',
    );
    const database = this.get('database', fields['database']);
    const options = optionsOf(fields, 'collectionOptions', OPTION_FIELDS) as CollectionOptions;
    this.add('collection', idOf(fields), database.collection(idOf(fields, 'collectionName'), options));
  }

  #createSession(fields: Fields): void {
    refuseUnknownFields(fields, ['id', 'client', 'sessionOptions'], 'the session entity');
    const client = this.get('client', fields['client']);
    const options = { ...((fields['sessionOptions'] ?? {}) as Fields) };
    if ('snapshotTime' in options) options['snapshotTime'] = this.savedValue(String(options['snapshotTime']));
    const session = client.client.startSession(sessionOptionsFrom(options));
    this.add('session', idOf(fields), { session, client, lsid: session.id });
  }

  #createBucket(fields: Fields): void {
    refuseUnknownFields(fields, ['id', 'database', 'bucketOptions'], 'the bucket entity');
    const options = optionsOf(fields, 'bucketOptions', [...OPTION_FIELDS, 'bucketName', 'chunkSizeBytes']);
    const database = this.get('database', fields['database']);
    this.add('bucket', idOf(fields), new GridFSBucket(database, options as GridFSBucketOptions));
  }
}
