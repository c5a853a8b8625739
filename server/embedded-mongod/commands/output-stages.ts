/** `$out` and `$merge`: a pipeline's results written to a collection. */
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { pipelineOfOne } from '../aggregate/stages.ts';
import { readBatch, type Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { showValue } from '../show-value.ts';
import { directValue } from '../query/paths.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, idOf, recordById, replaceDocument } from '../storage/documents.ts';
import type { UnitOfWork } from '../storage/unit-of-work.ts';
import { checkTime, type CommandContext } from './context.ts';
import { insertOne, prepared } from './insert.ts';
import { Modification } from './modify.ts';
import { checkNamespace, collectionForWriting, runStatement } from './write.ts';

interface Target {
  readonly db: string;
  readonly name: string;
}

function targetOf(context: CommandContext, spec: unknown, stage: string): Target {
  if (typeof spec === 'string') return { db: context.db, name: spec };
  if (isPlainObject(spec) && typeof spec['coll'] === 'string') {
    return { db: typeof spec['db'] === 'string' ? spec['db'] : context.db, name: spec['coll'] };
  }
  throw new CommandError(16990, `${stage} needs the name of a collection`);
}

async function all(context: CommandContext, results: Results): Promise<Buffer[]> {
  try {
    const documents: Buffer[] = [];
    for (;;) {
      const batch = await readBatch(results, Infinity, undefined, () => checkTime(context));
      documents.push(...batch.documents.map(({ bytes }) => bytes));
      if (batch.done) return documents;
      if (batch.held !== undefined) documents.push(batch.held.bytes);
    }
  } finally {
    results.close();
  }
}

/** One step for each document. */
async function writeEach(
  context: CommandContext,
  documents: readonly Buffer[],
  write: (unit: UnitOfWork, bytes: Buffer) => void,
): Promise<void> {
  let at = 0;
  if (documents.length === 0) return;
  await runStatement(context, {
    step: (unit) => {
      const bytes = documents[at];
      if (bytes !== undefined) write(unit, bytes);
      at++;
      return at >= documents.length;
    },
  });
}

async function out(context: CommandContext, spec: unknown, documents: readonly Buffer[]): Promise<void> {
  const { db, name } = targetOf(context, spec, '$out');
  const { engine } = context;
  checkNamespace(db, name);
  const old = engine.catalog.find(db, name);
  const fresh = engine.catalog.newCollection(db, name, old?.options ?? {});
  for (const index of old?.indexes.slice(1) ?? []) fresh.indexes.push(engine.catalog.newIndex(index.spec));
  fresh.indexesChanged();
  // Written under its own number first, then put in the place of the old one at once.
  await writeEach(context, documents, (unit, bytes) =>
    insertOne(unit, context, fresh, prepared(context, bytes)),
  );
  const now = engine.catalog.find(db, name);
  engine.store.commit([...(now === undefined ? [] : engine.catalog.drop(now)), ...engine.catalog.add(fresh)]);
  fresh.since = engine.store.currentSequence;
}

interface Merge {
  readonly on: readonly string[];
  readonly whenMatched: unknown;
  readonly whenNotMatched: string;
  readonly variables: Doc;
}

function mergeOf(spec: unknown): Merge {
  const doc = isPlainObject(spec) ? spec : {};
  const on = doc['on'] ?? '_id';
  const whenNotMatched = doc['whenNotMatched'] ?? 'insert';
  if (typeof whenNotMatched !== 'string' || !['insert', 'discard', 'fail'].includes(whenNotMatched)) {
    throw new CommandError(
      'BadValue',
      `Enumeration value '${showValue(whenNotMatched)}' for field 'whenNotMatched' is not a valid value.`,
    );
  }
  return {
    on: Array.isArray(on) ? (on as string[]) : [on as string],
    whenMatched: doc['whenMatched'] ?? 'merge',
    whenNotMatched,
    variables: isPlainObject(doc['let']) ? doc['let'] : {},
  };
}

function merged(merge: Merge, before: Buffer, bytes: Buffer): Buffer {
  const incoming = decodeDocument(bytes);
  if (Array.isArray(merge.whenMatched)) {
    const run = pipelineOfOne(merge.whenMatched as unknown[], { ...merge.variables, new: incoming });
    return encodeDocument(run(decodeDocument(before)));
  }
  switch (merge.whenMatched) {
    case 'replace':
      return encodeDocument({ _id: idOf(before), ...incoming });
    case 'merge':
      return encodeDocument({ ...decodeDocument(before), ...incoming });
    case 'keepExisting':
      return before;
    default:
      throw new CommandError(
        'BadValue',
        `Enumeration value '${String(merge.whenMatched)}' for field 'whenMatched' is not a valid value.`,
      );
  }
}

async function mergeInto(
  context: CommandContext,
  spec: unknown,
  documents: readonly Buffer[],
): Promise<void> {
  const target = targetOf(context, isPlainObject(spec) ? spec['into'] : spec, '$merge');
  const merge = mergeOf(spec);
  const inner = { ...context, db: target.db };
  const collection = collectionForWriting(inner, target.name);
  if (merge.on.length !== 1 || merge.on[0] !== '_id') requireUnique(collection, merge.on);
  for (const bytes of documents) await mergeOne(inner, collection, merge, bytes);
}

function requireUnique(collection: Collection, on: readonly string[]): void {
  const found = collection.indexes.some(
    ({ unique, parts, partial }) =>
      unique &&
      partial === undefined &&
      parts.length === on.length &&
      parts.every(({ name }) => on.includes(name)),
  );
  if (!found) throw new CommandError(51183, 'Cannot find index to verify that join fields will be unique');
}

async function mergeOne(
  context: CommandContext,
  collection: Collection,
  merge: Merge,
  bytes: Buffer,
): Promise<void> {
  const document = decodeDocument(prepared(context, bytes));
  const insertNew = (unit: UnitOfWork): void => {
    if (merge.whenNotMatched === 'fail')
      throw new CommandError(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      );
    if (merge.whenNotMatched === 'insert') insertOne(unit, context, collection, prepared(context, bytes));
  };
  const change = (unit: UnitOfWork, target: Collection, record: string, before: Buffer): void => {
    // Inserting what is there fails with the duplicate key that the client is told.
    if (merge.whenMatched === 'fail') {
      insertOne(unit, context, collection, prepared(context, bytes));
      return;
    }
    const after = merged(merge, before, bytes);
    if (!after.equals(before)) replaceDocument(unit, target, record, before, after);
  };
  if (merge.on.length === 1 && merge.on[0] === '_id') {
    await runStatement(context, {
      step: (unit) => {
        const record = recordById(unit, collection, document['_id']);
        const before = record === undefined ? undefined : unit.get(documentKey(collection, record));
        if (record === undefined || before === undefined) insertNew(unit);
        else change(unit, collection, record, before);
        return true;
      },
    });
    return;
  }
  const filter = Object.fromEntries(
    merge.on.map((name) => [name, { $eq: directValue(document, name.split('.')) ?? null }]),
  );
  const selection = { filter, sort: [], hint: undefined, multi: false, variables: {} };
  const statement = new Modification(context, collection, selection, change, insertNew);
  try {
    await runStatement(context, statement);
  } finally {
    statement.close();
  }
}

export async function writeOutput(
  context: CommandContext,
  [stage, spec]: [string, unknown],
  results: Results,
): Promise<void> {
  if (context.transaction !== undefined) {
    results.close();
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      `Stage not supported inside of a multi-document transaction: ${stage}`,
    );
  }
  const documents = await all(context, results);
  if (stage === '$out') await out(context, spec, documents);
  else await mergeInto(context, spec, documents);
}
