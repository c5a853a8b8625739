/** Reading: find, getMore, killCursors, count, distinct. */
import { expressionTest } from '../aggregate/expression.ts';
import { compileProjection } from '../aggregate/projection.ts';
import { decodeDocument } from '../bson/decode.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { readBatch, type Cursor, type Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { distinctByIndex } from '../query/distinct-values.ts';
import { compileFilter } from '../query/match.ts';
import { parsePath, someValue } from '../query/paths.ts';
import { onlyId, parseHint } from '../query/plan.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, recordById } from '../storage/documents.ts';
import { valueKey } from '../storage/ordered-key.ts';
import {
  checkTime,
  collectionName,
  documentField,
  findCollection,
  openView,
  refuseUnsupported,
  snapshotTime,
  wholeField,
  type CommandContext,
} from './context.ts';
import { noResults, projected, runQuery, variablesOf, type Query } from './query-results.ts';
import { pipelineResults } from './reader.ts';
import { tail } from './tailable.ts';

const FIRST_BATCH = 101;

function namespaceOf(context: CommandContext, name: string): string {
  return `${context.db}.${name}`;
}

interface Reply {
  readonly context: CommandContext;
  readonly results: Results;
  readonly namespace: string;
  readonly batchSize: number;
  readonly single: boolean;
  /** The results may go on later. */
  readonly tailable?: boolean;
}

/** The first batch, with a cursor for the rest when there is one. */
export async function cursorReply({
  context,
  results,
  namespace,
  batchSize,
  single,
  tailable = false,
}: Reply): Promise<Doc> {
  let batch;
  try {
    batch = await readBatch(results, batchSize, undefined, () => checkTime(context));
  } catch (error) {
    results.close();
    throw error;
  }
  let id = 0n;
  if ((batch.done && !tailable) || single) results.close();
  else {
    const cursor = context.engine.cursors.add({
      namespace,
      results,
      owner: context.session?.id,
      transactionNumber: context.transaction?.number,
      timeless: context.body['noCursorTimeout'] === true,
      tailable,
      awaits: context.body['awaitData'] === true,
      held: batch.held,
    });
    id = cursor.id;
  }
  return { cursor: { firstBatch: batch.documents, id, ns: namespace, ...snapshotTime(context) }, ok: 1 };
}

function pointRead(context: CommandContext, name: string, filter: Doc): Doc | undefined {
  const id = onlyId(filter);
  if (id === undefined || context.transaction !== undefined || context.readSnapshot !== undefined)
    return undefined;
  const { body } = context;
  if (body['projection'] !== undefined || body['skip'] !== undefined || body['hint'] !== undefined)
    return undefined;
  const { store } = context.engine;
  const collection = context.engine.catalog.find(context.db, name);
  let found: Buffer | undefined;
  if (collection?.view !== undefined) return undefined;
  if (collection !== undefined) {
    const record = recordById(store, collection, id);
    if (record !== undefined) found = store.get(documentKey(collection, record));
  }
  return {
    cursor: {
      firstBatch: found === undefined ? [] : [new RawDocument(found)],
      id: 0n,
      ns: namespaceOf(context, name),
    },
    ok: 1,
  };
}

/** A find as the pipeline that a view can be read through. */
function findAsPipeline(
  filter: Doc,
  body: Doc,
  limit: number,
  skip: number,
  projection: Doc | undefined,
): Doc[] {
  const sort = body['sort'];
  return [
    { $match: filter },
    ...(isPlainObject(sort) && Object.keys(sort).length > 0 ? [{ $sort: sort }] : []),
    ...(skip > 0 ? [{ $skip: skip }] : []),
    ...(limit === 0 ? [] : [{ $limit: Math.abs(limit) }]),
    ...(projection === undefined || Object.keys(projection).length === 0 ? [] : [{ $project: projection }]),
  ];
}

export function find(context: CommandContext): Doc | Promise<Doc> {
  const { body } = context;
  const name = collectionName(context);
  const filter = documentField(body, 'filter') ?? {};
  refuseUnsupported(body);
  const quick = pointRead(context, name, filter);
  if (quick !== undefined) return quick;
  const variables = variablesOf(body);
  const compiled = compileFilter(filter, expressionTest(variables));
  const sort = parseSort(body['sort']);
  const projectionSpec = documentField(body, 'projection');
  const projection =
    projectionSpec === undefined || Object.keys(projectionSpec).length === 0
      ? undefined
      : compileProjection(projectionSpec, 'projection', {
          forFind: true,
          filter,
          variables: new Set(Object.keys(variables)),
        });
  const limit = wholeField(body, 'limit') ?? 0;
  const skip = wholeField(body, 'skip') ?? 0;
  if (skip < 0) throw new CommandError(51024, `BSON field 'skip' value must be >= 0, actual value '${skip}'`);
  const batchSize = wholeField(body, 'batchSize');
  if (batchSize !== undefined && batchSize < 0)
    throw new CommandError(51024, `BSON field 'batchSize' value must be >= 0, actual value '${batchSize}'`);
  const single = body['singleBatch'] === true || limit < 0;
  const collection = findCollection(context, name);
  const namespace = namespaceOf(context, name);
  let results = noResults;
  if (collection?.view !== undefined) {
    const stages = findAsPipeline(filter, body, limit, skip, projectionSpec);
    results = pipelineResults(context, name, stages, variables);
  } else if (collection !== undefined && body['tailable'] === true) {
    results = tail(context.engine.store, collection, compiled);
    if (projection !== undefined) results = projected(results, projection, variables);
  } else if (collection !== undefined) {
    const { view, release } = openView(context);
    const query: Query = {
      filter,
      sort,
      skip,
      limit: limit === 0 ? Infinity : Math.abs(limit),
      hint: body['hint'],
      variables,
    };
    try {
      results = runQuery(view, collection, query, compiled, release);
    } catch (error) {
      release();
      throw error;
    }
    if (projection !== undefined) results = projected(results, projection, variables);
  }
  const tailable = body['tailable'] === true && (collection?.count ?? 0) > 0;
  return cursorReply({ context, results, namespace, batchSize: batchSize ?? FIRST_BATCH, single, tailable });
}

const AWAIT_MS = 1000;
const POLL_MS = 10;

/** A tailable cursor that is at its end waits a while for more, as long as its client asks. */
async function moreResults(
  context: CommandContext,
  cursor: Cursor,
  size: number,
): ReturnType<typeof readBatch> {
  const check = (): void => checkTime(cursor.tailable ? { ...context, deadline: Infinity } : context);
  const until = Date.now() + (wholeField(context.body, 'maxTimeMS') ?? AWAIT_MS);
  for (;;) {
    const batch = await readBatch(cursor.results, size, cursor.held, check);
    if (batch.documents.length > 0 || !cursor.tailable || !cursor.awaits || Date.now() >= until) return batch;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export async function getMore(context: CommandContext): Promise<Doc> {
  const { body, engine } = context;
  const id = body['getMore'];
  if (typeof id !== 'bigint') throw new CommandError('TypeMismatch', "Field 'getMore' must be of type long");
  const collection = body['collection'];
  if (typeof collection !== 'string' || collection === '')
    throw new CommandError('InvalidNamespace', "Field 'collection' must be a non-empty string");
  const cursor = engine.cursors.find(id);
  if (cursor.namespace !== `${context.db}.${collection}`) {
    throw new CommandError(
      13,
      `Requested getMore on namespace '${context.db}.${collection}', but cursor belongs to a different namespace ${cursor.namespace}`,
    );
  }
  if (cursor.owner !== undefined && cursor.owner !== context.session?.id) {
    throw new CommandError(
      50800,
      `Cannot run getMore on cursor ${id}, which was created in another session.`,
    );
  }
  if (cursor.transactionNumber !== context.transaction?.number) {
    throw new CommandError(
      50741,
      `Cannot run getMore on cursor ${id}, which was not created in this transaction.`,
    );
  }
  if (cursor.busy) throw new CommandError(12051, `cursor id ${id} is already in use`);
  const size = wholeField(body, 'batchSize') ?? 0;
  if (size < 0)
    throw new CommandError(51024, `BSON field 'batchSize' value must be >= 0, actual value '${size}'`);
  cursor.busy = true;
  try {
    const batch = await moreResults(context, cursor, size === 0 ? Infinity : size);
    cursor.held = batch.held;
    cursor.lastUse = Date.now();
    const done = batch.done && !cursor.tailable;
    if (done) engine.cursors.remove(id);
    return { cursor: { nextBatch: batch.documents, id: done ? 0n : id, ns: cursor.namespace }, ok: 1 };
  } catch (error) {
    engine.cursors.remove(id);
    throw error;
  } finally {
    cursor.busy = false;
  }
}

export function killCursors(context: CommandContext): Doc {
  const ids = context.body['cursors'];
  if (!Array.isArray(ids)) throw new CommandError('TypeMismatch', "Field 'cursors' must be an array");
  const cursorsKilled: unknown[] = [];
  const cursorsNotFound: unknown[] = [];
  for (const id of ids as unknown[]) {
    if (typeof id === 'bigint' && context.engine.cursors.remove(id)) cursorsKilled.push(id);
    else cursorsNotFound.push(id);
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
}

/** Runs over all documents a filter finds, letting others run meanwhile. */
async function eachDocument(
  context: CommandContext,
  collection: Collection,
  query: Query,
  visit: (bytes: Buffer) => void,
): Promise<void> {
  const results =
    collection.view === undefined ? queried(context, collection, query) : viewed(context, collection, query);
  try {
    const counted: Results = {
      next: () => {
        const next = results.next();
        if (!(next instanceof RawDocument)) return next;
        visit(next.bytes);
        return 'pause';
      },
      close: () => undefined,
    };
    await readBatch(counted, Infinity, undefined, () => checkTime(context));
  } finally {
    results.close();
  }
}

function queried(context: CommandContext, collection: Collection, query: Query): Results {
  const compiled = compileFilter(query.filter, expressionTest(query.variables));
  const { view, release } = openView(context);
  try {
    return runQuery(view, collection, query, compiled, release);
  } catch (error) {
    release();
    throw error;
  }
}

function viewed(context: CommandContext, collection: Collection, query: Query): Results {
  const stages = [
    { $match: query.filter },
    ...(query.skip > 0 ? [{ $skip: query.skip }] : []),
    ...(query.limit === Infinity ? [] : [{ $limit: query.limit }]),
  ];
  return pipelineResults(context, collection.name, stages, query.variables);
}

export async function count(context: CommandContext): Promise<Doc> {
  const { body } = context;
  const name = collectionName(context);
  refuseUnsupported(body);
  const filter = documentField(body, 'query') ?? {};
  const limit = Math.abs(wholeField(body, 'limit') ?? 0);
  const skip = wholeField(body, 'skip') ?? 0;
  const collection = findCollection(context, name);
  if (collection === undefined) return { n: 0, ok: 1 };
  let n = 0;
  if (
    Object.keys(filter).length === 0 &&
    context.transaction === undefined &&
    collection.view === undefined
  ) {
    parseHint(collection, body['hint']);
    n = Math.max(0, collection.count - skip);
    if (limit > 0) n = Math.min(n, limit);
  } else {
    const query: Query = {
      filter,
      sort: [],
      skip,
      limit: limit === 0 ? Infinity : limit,
      hint: body['hint'],
      variables: {},
    };
    await eachDocument(context, collection, query, () => {
      n++;
    });
  }
  return { n, ok: 1 };
}

function hopOver(context: CommandContext, collection: Collection, field: string, filter: Doc) {
  if (collection.view !== undefined) return undefined;
  const matches = compileFilter(filter, expressionTest({}));
  const { view, release } = openView(context);
  try {
    return distinctByIndex(view, collection, { field, filter, matches });
  } finally {
    release();
  }
}

export async function distinct(context: CommandContext): Promise<Doc> {
  const { body } = context;
  const name = collectionName(context);
  refuseUnsupported(body);
  const key = body['key'];
  if (typeof key !== 'string' || key === '')
    throw new CommandError('TypeMismatch', "Field 'key' must be a non-empty string");
  const filter = documentField(body, 'query') ?? {};
  const collection = findCollection(context, name);
  const values = new Map<string, unknown>();
  if (collection !== undefined) {
    const path = parsePath(key);
    const fields = new Set([path[0] ?? '']);
    const take = (value: unknown): void => {
      if (value === undefined) return;
      const id = valueKey(value);
      if (!values.has(id)) values.set(id, value);
    };
    const query: Query = { filter, sort: [], skip: 0, limit: Infinity, hint: body['hint'], variables: {} };
    const hopped = body['hint'] === undefined ? hopOver(context, collection, key, filter) : undefined;
    const takeOf = (bytes: Buffer): void => {
      someValue(decodeDocument(bytes, 0, fields), path, 0, (value) => {
        if (Array.isArray(value)) value.forEach(take);
        else take(value);
        return false;
      });
    };
    if (hopped === undefined) await eachDocument(context, collection, query, takeOf);
    else hopped.forEach(take);
  }
  const sortedValues = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { values: sortedValues, ...snapshotTime(context), ok: 1 };
}
