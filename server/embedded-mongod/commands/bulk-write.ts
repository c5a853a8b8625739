/** bulkWrite on the server: inserts, updates and deletes over several collections in one command. */
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { encodeDocument } from '../bson/encode.ts';
import { CommandError } from '../errors.ts';
import { documentField, findCollection, refuseUnsupported, type CommandContext } from './context.ts';
import { insertOne, prepared } from './insert.ts';
import { checkKnownBulkFields } from './known-fields.ts';
import { deleteStatement, selectionOf, updateStatement } from './modify.ts';
import { variablesOf } from './query-results.ts';
import { cursorReply } from './read.ts';
import { collectionForWriting, isStatementError, Replay, retryableWrite, runStatement } from './write.ts';
import type { Change } from '../storage/journal.ts';

interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

function namespaces(body: Doc): { db: string; name: string }[] {
  const list = body['nsInfo'];
  if (!Array.isArray(list))
    throw new CommandError(40414, "BSON field 'bulkWrite.nsInfo' is missing but a required field");
  return (list as Doc[]).map((entry) => {
    const ns = String(entry['ns']);
    const dot = ns.indexOf('.');
    if (dot <= 0 || dot === ns.length - 1)
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${ns}'`);
    return { db: ns.slice(0, dot), name: ns.slice(dot + 1) };
  });
}

type Remember = (answer: Doc) => readonly Change[];

async function insertOperation(
  context: CommandContext,
  name: string,
  operation: Doc,
  remember: Remember,
): Promise<Doc> {
  const document = operation['document'];
  if (!(document instanceof RawDocument))
    throw new CommandError('TypeMismatch', "bulkWrite insert needs a 'document'");
  const collection = collectionForWriting(context, name);
  const answer = { n: 1 };
  await runStatement(
    context,
    {
      step: (unit) => {
        insertOne(unit, context, collection, prepared(context, document.bytes));
        return true;
      },
    },
    (done) => (done ? remember(answer) : []),
  );
  return answer;
}

async function updateOperation(
  context: CommandContext,
  name: string,
  operation: Doc,
  variables: Doc,
  remember: Remember,
): Promise<Doc> {
  const multi = operation['multi'] === true;
  const upsert = operation['upsert'] === true;
  const filter = documentField(operation, 'filter') ?? {};
  const all = { ...variables, ...(isPlainObject(operation['constants']) ? operation['constants'] : {}) };
  const make = () => collectionForWriting(context, name);
  if (upsert) make();
  const existing = findCollection(context, name) === undefined ? undefined : make();
  const { statement, outcome } = updateStatement(
    context,
    make,
    existing,
    selectionOf(filter, operation, multi, all),
    {
      filter,
      update: operation['updateMods'],
      arrayFilters: operation['arrayFilters'],
      variables: all,
      upsert,
    },
  );
  const answer = (): Doc => ({
    n: outcome.upserted === undefined ? outcome.matched : 1,
    nModified: outcome.modified,
    ...(outcome.upserted === undefined ? {} : { upserted: { _id: outcome.upserted.id } }),
  });
  try {
    await runStatement(context, statement, (done) => (done ? remember(answer()) : []));
  } finally {
    statement.close();
  }
  return answer();
}

async function deleteOperation(
  context: CommandContext,
  name: string,
  operation: Doc,
  variables: Doc,
  remember: Remember,
): Promise<Doc> {
  const multi = operation['multi'] === true;
  const existing =
    findCollection(context, name) === undefined ? undefined : collectionForWriting(context, name);
  const selection = selectionOf(documentField(operation, 'filter') ?? {}, operation, multi, variables);
  const { statement, outcome } = deleteStatement(context, existing, selection);
  try {
    await runStatement(context, statement, (done) => (done ? remember({ n: outcome.removed }) : []));
  } finally {
    statement.close();
  }
  return { n: outcome.removed };
}

function kindOf(operation: Doc): 'insert' | 'update' | 'delete' {
  for (const kind of ['insert', 'update', 'delete'] as const) {
    if (!(kind in operation)) continue;
    checkKnownBulkFields(kind, operation);
    return kind;
  }
  throw new CommandError('FailedToParse', `Unknown bulkWrite operation: ${Object.keys(operation)[0] ?? ''}`);
}

function count(totals: Totals, kind: 'insert' | 'update' | 'delete', answer: Doc): void {
  const n = answer['n'] as number;
  if (kind === 'insert') totals.nInserted += n;
  else if (kind === 'delete') totals.nDeleted += n;
  else if ('upserted' in answer) totals.nUpserted += 1;
  else {
    totals.nMatched += n;
    totals.nModified += answer['nModified'] as number;
  }
}

export async function bulkWrite(context: CommandContext): Promise<Doc> {
  const { body } = context;
  if (context.db !== 'admin')
    throw new CommandError('Unauthorized', 'bulkWrite may only be run against the admin database.');
  const operations = body['ops'];
  if (!Array.isArray(operations) || operations.length === 0)
    throw new CommandError(
      'InvalidLength',
      'Write batch sizes must be between 1 and 100000. Got 0 operations.',
    );
  const targets = namespaces(body);
  // What is wrong with the command itself is found before anything is written.
  const kinds = (operations as Doc[]).map((operation, index) => {
    const kind = kindOf(operation);
    if (targets[Number(operation[kind])] === undefined)
      throw new CommandError('BadValue', `BulkWrite ops entry ${index} has an invalid nsInfo index.`);
    return kind;
  });
  const variables = variablesOf(body);
  const ordered = body['ordered'] !== false;
  const errorsOnly = body['errorsOnly'] === true;
  const replay = new Replay(context);
  const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  for (let index = 0; index < operations.length; index++) {
    const operation = (operations as Doc[])[index] ?? {};
    const kind = kinds[index] ?? kindOf(operation);
    try {
      refuseUnsupported(operation);
      const target = targets[Number(operation[kind])];
      if (target === undefined) break;
      if (context.retryNumber !== undefined && operation['multi'] === true) {
        throw new CommandError('InvalidOptions', 'Cannot use retryable writes with multi=true');
      }
      const inner = { ...context, db: target.db };
      const remember: Remember = (answer) => replay.remember(index, answer);
      const run = (): Promise<Doc> => {
        if (kind === 'insert') return insertOperation(inner, target.name, operation, remember);
        if (kind === 'update') return updateOperation(inner, target.name, operation, variables, remember);
        return deleteOperation(inner, target.name, operation, variables, remember);
      };
      const answer = replay.answered(index) ?? (await retryableWrite(context, run));
      count(totals, kind, answer);
      if (!errorsOnly) results.push({ ok: 1, idx: index, ...answer });
    } catch (error) {
      if (!isStatementError(error) || context.transaction !== undefined) throw error;
      totals.nErrors++;
      results.push({
        ok: 0,
        idx: index,
        code: error.code,
        errmsg: error.message,
        ...error.extra,
        n: 0,
        ...(kind === 'update' ? { nModified: 0 } : {}),
      });
      if (ordered) break;
    }
  }
  let at = 0;
  const cursor = documentField(body, 'cursor');
  const size = Number(cursor?.['batchSize'] ?? 101);
  const reply = await cursorReply({
    context,
    namespace: 'admin.$cmd.bulkWrite',
    batchSize: size,
    single: false,
    results: {
      next: () => {
        const next = results[at++];
        return next === undefined ? undefined : new RawDocument(encodeDocument(next));
      },
      close: () => undefined,
    },
  });
  return { ...reply, ...totals };
}
