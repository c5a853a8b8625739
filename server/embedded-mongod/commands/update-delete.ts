/** update, delete and findAndModify. */
import { compileProjection } from '../aggregate/projection.ts';
import { decodeDocument } from '../bson/decode.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { Collection } from '../storage/catalog.ts';
import {
  collectionName,
  documentField,
  findCollection,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';
import { requireDocuments } from './insert.ts';
import { deleteStatement, selectionOf, updateStatement, type Updated } from './modify.ts';
import { variablesOf } from './query-results.ts';
import {
  collectionForWriting,
  isStatementError,
  Replay,
  retryableWrite,
  runStatement,
  writeError,
} from './write.ts';

function statementDocument(value: unknown, what: string): Doc {
  if (isPlainObject(value)) return value;
  throw new CommandError('TypeMismatch', `${what} must be a document`);
}

/** The collection as far as it exists; the second is made when it is needed. */
function targetOf(
  context: CommandContext,
  name: string,
): { existing: () => Collection | undefined; make: () => Collection } {
  return {
    existing: () =>
      findCollection(context, name) === undefined ? undefined : collectionForWriting(context, name),
    make: () => collectionForWriting(context, name),
  };
}

async function updateOnce(
  context: CommandContext,
  name: string,
  spec: Doc,
  variables: Doc,
  remember: (answer: Doc) => readonly (readonly [string, Buffer | null])[],
): Promise<Doc> {
  refuseUnsupported(spec);
  const filter = documentField(spec, 'q') ?? {};
  const multi = spec['multi'] === true;
  const upsert = spec['upsert'] === true;
  if (multi && spec['sort'] !== undefined)
    throw new CommandError('FailedToParse', 'Cannot specify sort with multi=true');
  const all = { ...variables, ...(isPlainObject(spec['c']) ? spec['c'] : {}) };
  const { existing, make } = targetOf(context, name);
  if (upsert) make();
  const { statement, outcome } = updateStatement(
    context,
    make,
    existing(),
    selectionOf(filter, spec, multi, all),
    {
      filter,
      update: spec['u'],
      arrayFilters: spec['arrayFilters'],
      variables: all,
      upsert,
    },
  );
  try {
    await runStatement(context, statement, (done) => (done ? remember(updateAnswer(outcome)) : []));
  } finally {
    statement.close();
  }
  return updateAnswer(outcome);
}

function updateAnswer(outcome: Updated): Doc {
  return {
    n: outcome.upserted === undefined ? outcome.matched : 1,
    nModified: outcome.modified,
    ...(outcome.upserted === undefined ? {} : { upserted: outcome.upserted.id }),
  };
}

async function eachStatement(
  context: CommandContext,
  list: readonly unknown[],
  run: (spec: Doc, remember: (answer: Doc) => readonly (readonly [string, Buffer | null])[]) => Promise<Doc>,
): Promise<{ answers: Map<number, Doc>; errors: Doc[] }> {
  const replay = new Replay(context);
  const ordered = context.body['ordered'] !== false;
  const answers = new Map<number, Doc>();
  const errors: Doc[] = [];
  for (let index = 0; index < list.length; index++) {
    const earlier = replay.answered(index);
    if (earlier !== undefined) {
      answers.set(index, earlier);
      continue;
    }
    try {
      const spec = statementDocument(list[index], `statement ${index}`);
      const remember = (answer: Doc) => replay.remember(index, answer);
      answers.set(index, await retryableWrite(context, () => run(spec, remember)));
    } catch (error) {
      if (!isStatementError(error) || context.transaction !== undefined) throw error;
      errors.push(writeError(index, error));
      if (ordered) break;
    }
  }
  return { answers, errors };
}

export async function update(context: CommandContext): Promise<Doc> {
  const name = collectionName(context);
  const list = requireDocuments(context.body['updates'], 'update.updates');
  const variables = variablesOf(context.body);
  refuseMultiRetry(context, list, 'multi', true);
  const { answers, errors } = await eachStatement(context, list, (spec, remember) =>
    updateOnce(context, name, spec, variables, remember),
  );
  let n = 0;
  let nModified = 0;
  const upserted: Doc[] = [];
  for (const [index, answer] of answers) {
    n += answer['n'] as number;
    nModified += answer['nModified'] as number;
    if ('upserted' in answer) upserted.push({ index, _id: answer['upserted'] });
  }
  return {
    n,
    nModified,
    ...(upserted.length > 0 ? { upserted } : {}),
    ...(errors.length > 0 ? { writeErrors: errors } : {}),
    ok: 1,
  };
}

function refuseMultiRetry(
  context: CommandContext,
  list: readonly unknown[],
  field: string,
  many: unknown,
): void {
  if (context.retryNumber === undefined) return;
  if (list.some((spec) => isPlainObject(spec) && spec[field] === many)) {
    throw new CommandError('InvalidOptions', 'Cannot use retryable writes with multi=true or limit=0');
  }
}

export async function remove(context: CommandContext): Promise<Doc> {
  const name = collectionName(context);
  const list = requireDocuments(context.body['deletes'], 'delete.deletes');
  const variables = variablesOf(context.body);
  refuseMultiRetry(context, list, 'limit', 0);
  const { existing } = targetOf(context, name);
  const { answers, errors } = await eachStatement(context, list, async (spec, remember) => {
    refuseUnsupported(spec);
    const limit = wholeField(spec, 'limit');
    if (limit !== 0 && limit !== 1)
      throw new CommandError(
        'FailedToParse',
        'The limit field in delete objects must be 0 or 1. Got ' + String(limit),
      );
    const selection = selectionOf(documentField(spec, 'q') ?? {}, spec, limit === 0, variables);
    const { statement, outcome } = deleteStatement(context, existing(), selection);
    try {
      await runStatement(context, statement, (done) => (done ? remember({ n: outcome.removed }) : []));
    } finally {
      statement.close();
    }
    return { n: outcome.removed };
  });
  let n = 0;
  for (const answer of answers.values()) n += answer['n'] as number;
  return { n, ...(errors.length > 0 ? { writeErrors: errors } : {}), ok: 1 };
}

function shown(context: CommandContext, bytes: Buffer | undefined, filter: Doc): unknown {
  if (bytes === undefined) return null;
  const spec = documentField(context.body, 'fields');
  if (spec === undefined || Object.keys(spec).length === 0) return new RawDocument(bytes);
  const variables = variablesOf(context.body);
  const projection = compileProjection(spec, 'projection', {
    forFind: true,
    filter,
    variables: new Set(Object.keys(variables)),
  });
  return projection.apply(decodeDocument(bytes), variables);
}

function modifyAnswer(context: CommandContext, outcome: Updated, filter: Doc): Doc {
  const wantsNew = context.body['new'] === true;
  const value = shown(context, wantsNew ? outcome.after : outcome.before, filter);
  return {
    lastErrorObject: {
      n: outcome.upserted === undefined ? outcome.matched : 1,
      updatedExisting: outcome.matched > 0,
      ...(outcome.upserted === undefined ? {} : { upserted: outcome.upserted.id }),
    },
    value,
  };
}

async function findAndRemove(
  context: CommandContext,
  name: string,
  filter: Doc,
  replay: Replay,
): Promise<Doc> {
  const { body } = context;
  const { existing } = targetOf(context, name);
  const selection = selectionOf(filter, body, false, variablesOf(body));
  const { statement, outcome } = deleteStatement(context, existing(), selection);
  const answer = (): Doc => ({
    lastErrorObject: { n: outcome.removed },
    value: shown(context, outcome.before, filter),
  });
  try {
    await runStatement(context, statement, (done) => (done ? replay.remember(0, answer()) : []));
  } finally {
    statement.close();
  }
  return answer();
}

export async function findAndModify(context: CommandContext): Promise<Doc> {
  const { body } = context;
  const name = collectionName(context);
  refuseUnsupported(body);
  const filter = documentField(body, 'query') ?? {};
  const replay = new Replay(context);
  const earlier = replay.answered(0);
  if (earlier !== undefined) return { ...earlier, ok: 1 };
  if (body['remove'] === true) {
    if (body['update'] !== undefined)
      throw new CommandError('FailedToParse', "Cannot specify both an 'update' and 'remove'=true");
    if (body['new'] === true)
      throw new CommandError(
        'FailedToParse',
        "Cannot specify both 'new'=true and 'remove'=true; 'remove' always returns the deleted document",
      );
    const removed = await retryableWrite(context, () => findAndRemove(context, name, filter, replay));
    return { ...removed, ok: 1 };
  }
  if (body['update'] === undefined)
    throw new CommandError('FailedToParse', "Either an 'update' or 'remove'=true must be specified");
  const upsert = body['upsert'] === true;
  const { existing, make } = targetOf(context, name);
  if (upsert) make();
  const variables = variablesOf(body);
  const { statement, outcome } = updateStatement(
    context,
    make,
    existing(),
    selectionOf(filter, body, false, variables),
    {
      filter,
      update: body['update'],
      arrayFilters: body['arrayFilters'],
      variables,
      upsert,
    },
  );
  try {
    await retryableWrite(context, () =>
      runStatement(context, statement, (done) =>
        done ? replay.remember(0, modifyAnswer(context, outcome, filter)) : [],
      ),
    );
  } finally {
    statement.close();
  }
  return { ...modifyAnswer(context, outcome, filter), ok: 1 };
}
