/** Reading: find, getMore, killCursors, count, distinct. */
import { expressionTest } from '../aggregate/expression.ts';
import { compileProjection, type Projection } from '../aggregate/projection.ts';
import { decodeDocument, forEachElement } from '../bson/decode.ts';
import { BsonWriter, encodeDocument } from '../bson/encode.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { readBatch, type Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, type Filter } from '../query/match.ts';
import { parsePath, someValue } from '../query/paths.ts';
import { choosePlan, onlyId, parseHint } from '../query/plan.ts';
import { Scan } from '../query/scan.ts';
import { parseSort, sortFields, sortKey, Sorter, type SortPart } from '../query/sort.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, recordById } from '../storage/documents.ts';
import { valueKey } from '../storage/ordered-key.ts';
import type { View } from '../storage/view.ts';
import {
  checkTime,
  collectionName,
  documentField,
  findCollection,
  openView,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';

const FIRST_BATCH = 101;

const noResults: Results = { next: () => undefined, close: () => undefined };

/** Keeps or drops whole top-level fields without decoding the document. */
function cutBytes(bytes: Buffer, keep: boolean, names: ReadonlySet<string>): Buffer {
  const writer = new BsonWriter(bytes.length);
  const start = writer.begin();
  forEachElement(bytes, 0, (name, _type, _from, end, elementStart) => {
    if (names.has(name) === keep) writer.raw(bytes.subarray(elementStart, end));
  });
  writer.end(start);
  return writer.finish();
}

function project(projection: Projection | undefined, bytes: Buffer, variables: Doc): RawDocument {
  if (projection === undefined) return new RawDocument(bytes);
  if (projection.topLevel !== undefined) {
    return new RawDocument(cutBytes(bytes, projection.topLevel.keep, projection.topLevel.names));
  }
  const document = decodeDocument(bytes, 0, projection.fields);
  return new RawDocument(encodeDocument(projection.apply(document, variables)));
}

export interface Query {
  readonly filter: Doc;
  readonly sort: readonly SortPart[];
  readonly skip: number;
  readonly limit: number;
  readonly hint: unknown;
  readonly variables: Doc;
}

/** The bytes of the documents a query finds, in its order. */
export function runQuery(
  view: View,
  collection: Collection,
  query: Query,
  compiled: Filter,
  release: () => void,
): Results {
  const plan = choosePlan(collection, query.filter, query.sort, parseHint(collection, query.hint));
  const scan = new Scan(view, collection, plan, compiled);
  const close = (): void => {
    scan.close();
    release();
  };
  return plan.sorts ? inOrder(scan, query, close) : sorted(scan, query, close);
}

function inOrder(scan: Scan, query: Query, close: () => void): Results {
  let skip = query.skip;
  let left = query.limit;
  return {
    next: () => {
      while (left > 0) {
        const step = scan.next();
        if (step === 'end') return undefined;
        if (step === 'pause') return 'pause';
        if (skip > 0) {
          skip--;
          continue;
        }
        left--;
        return new RawDocument(scan.bytes);
      }
      return undefined;
    },
    close,
  };
}

function sorted(scan: Scan, query: Query, close: () => void): Results {
  const fields = new Set(sortFields(query.sort));
  const sorter = new Sorter<Buffer>(query.sort, query.limit + query.skip);
  let ready: Buffer[] | undefined;
  let at = query.skip;
  return {
    next: () => {
      while (ready === undefined) {
        const step = scan.next();
        if (step === 'pause') return 'pause';
        if (step === 'end') ready = sorter.sorted();
        else sorter.add(sortKey(decodeDocument(scan.bytes, 0, fields), query.sort), scan.bytes);
      }
      const bytes = ready[at++];
      return bytes === undefined ? undefined : new RawDocument(bytes);
    },
    close,
  };
}

export function namespaceOf(context: CommandContext, name: string): string {
  return `${context.db}.${name}`;
}

export interface Reply {
  readonly context: CommandContext;
  readonly results: Results;
  readonly namespace: string;
  readonly batchSize: number;
  readonly single: boolean;
}

/** The first batch, with a cursor for the rest when there is one. */
export async function cursorReply({ context, results, namespace, batchSize, single }: Reply): Promise<Doc> {
  let batch;
  try {
    batch = await readBatch(results, batchSize, undefined, () => checkTime(context));
  } catch (error) {
    results.close();
    throw error;
  }
  let id = 0n;
  if (batch.done || single) results.close();
  else {
    const cursor = context.engine.cursors.add({
      namespace,
      results,
      owner: context.session?.id,
      transactionNumber: context.transaction?.number,
      timeless: context.body['noCursorTimeout'] === true,
      held: batch.held,
    });
    id = cursor.id;
  }
  return { cursor: { firstBatch: batch.documents, id, ns: namespace }, ok: 1 };
}

function pointRead(context: CommandContext, name: string, filter: Doc): Doc | undefined {
  const id = onlyId(filter);
  if (id === undefined || context.transaction !== undefined) return undefined;
  const { body } = context;
  if (body['projection'] !== undefined || body['skip'] !== undefined || body['hint'] !== undefined)
    return undefined;
  const { store } = context.engine;
  const collection = context.engine.catalog.find(context.db, name);
  let found: Buffer | undefined;
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
  if (collection !== undefined) {
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
  return cursorReply({ context, results, namespace, batchSize: batchSize ?? FIRST_BATCH, single });
}

function projected(results: Results, projection: Projection, variables: Doc): Results {
  return {
    next: () => {
      const next = results.next();
      return next instanceof RawDocument ? project(projection, next.bytes, variables) : next;
    },
    close: () => results.close(),
  };
}

export function variablesOf(body: Doc): Doc {
  const variables = documentField(body, 'let');
  if (variables === undefined) return {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, constant(value)]));
}

/** Values of `let` may be constant expressions. */
function constant(value: unknown): unknown {
  if (!isPlainObject(value) || !Object.keys(value)[0]?.startsWith('$')) return value;
  return '$literal' in value ? value['$literal'] : value;
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
    const batch = await readBatch(cursor.results, size === 0 ? Infinity : size, cursor.held, () =>
      checkTime(context),
    );
    cursor.held = batch.held;
    cursor.lastUse = Date.now();
    if (batch.done) engine.cursors.remove(id);
    return { cursor: { nextBatch: batch.documents, id: batch.done ? 0n : id, ns: cursor.namespace }, ok: 1 };
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
export async function eachDocument(
  context: CommandContext,
  collection: Collection,
  query: Query,
  visit: (bytes: Buffer) => void,
): Promise<void> {
  const compiled = compileFilter(query.filter, expressionTest(query.variables));
  const { view, release } = openView(context);
  let results: Results | undefined;
  try {
    results = runQuery(view, collection, query, compiled, release);
    const counted: Results = {
      next: () => {
        const next = results?.next();
        if (!(next instanceof RawDocument)) return next;
        visit(next.bytes);
        return 'pause';
      },
      close: () => undefined,
    };
    await readBatch(counted, Infinity, undefined, () => checkTime(context));
  } finally {
    if (results === undefined) release();
    else results.close();
  }
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
  if (Object.keys(filter).length === 0 && context.transaction === undefined) {
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
    await eachDocument(context, collection, query, (bytes) => {
      someValue(decodeDocument(bytes, 0, fields), path, 0, (value) => {
        if (Array.isArray(value)) value.forEach(take);
        else take(value);
        return false;
      });
    });
  }
  const sortedValues = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { values: sortedValues, ok: 1 };
}
