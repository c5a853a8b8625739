/** Collections: made, listed, changed, renamed, dropped. */
import { expressionTest } from '../aggregate/expression.ts';
import { isNumeric } from '../bson/numbers.ts';
import { type Doc } from '../bson/types.ts';
import { equalValues } from '../bson/compare.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter, isTruthy } from '../query/match.ts';
import type { Collection } from '../storage/catalog.ts';
import {
  collectionName,
  documentField,
  findCollection,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';
import { cursorReply } from './read.ts';
import { checkNamespace, collectionForWriting } from './write.ts';
import { listResults } from './lists.ts';

const IGNORED_OPTIONS = new Set([
  'create',
  'storageEngine',
  'idIndex',
  'writeConcern',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'maxTimeMS',
]);

const KEPT_OPTIONS = new Set([
  'capped',
  'size',
  'max',
  'validator',
  'validationLevel',
  'validationAction',
  'viewOn',
  'pipeline',
]);

function checkOptions(options: Doc): void {
  if (options['capped'] === true && !isNumeric(options['size'])) {
    throw new CommandError('InvalidOptions', "the 'size' field is required when 'capped' is true");
  }
  if (options['capped'] === undefined && (options['size'] !== undefined || options['max'] !== undefined)) {
    throw new CommandError(
      'InvalidOptions',
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    );
  }
  if (options['pipeline'] !== undefined && typeof options['viewOn'] !== 'string') {
    throw new CommandError('InvalidOptions', "'pipeline' requires 'viewOn' to also be specified");
  }
}

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
    if (KEPT_OPTIONS.has(name)) {
      options[name] = value;
      continue;
    }
    throw notImplemented(`collections with the option '${name}'`);
  }
  checkOptions(options);
  return options;
}

export function create(context: CommandContext): Doc {
  const { engine, db } = context;
  const name = collectionName(context);
  checkNamespace(db, name);
  const options = collectionOptions(context.body);
  const existing = findCollection(context, name);
  if (existing !== undefined) {
    if (context.transaction === undefined && equalValues(existing.options, options)) return { ok: 1 };
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

const CHANGEABLE = new Set(['validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline']);
const COLL_MOD_FIELDS = new Set([
  ...CHANGEABLE,
  'collMod',
  'index',
  'lsid',
  'writeConcern',
  'comment',
  'txnNumber',
]);

function changeOptions(context: CommandContext, collection: Collection): void {
  const changes = Object.entries(context.body).filter(([name]) => CHANGEABLE.has(name));
  if (changes.length === 0) return;
  const before = collection.options;
  collection.options = { ...before, ...Object.fromEntries(changes) };
  try {
    context.engine.catalog.optionsChanged(collection);
  } catch (error) {
    collection.options = before;
    throw error;
  }
  context.engine.store.commit([context.engine.catalog.entry(collection)]);
}

export function collMod(context: CommandContext): Doc {
  const { engine, body } = context;
  const name = collectionName(context);
  const collection = engine.catalog.find(context.db, name);
  if (collection === undefined)
    throw new CommandError('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
  for (const option of Object.keys(body)) {
    if (option.startsWith('$') || COLL_MOD_FIELDS.has(option)) continue;
    throw notImplemented(`collMod with '${option}'`);
  }
  changeOptions(context, collection);
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
      if (collection.view !== undefined) {
        const view = { name: collection.name, type: 'view' };
        return nameOnly ? view : { ...view, options: collection.options, info: { readOnly: true } };
      }
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
