/** aggregate: a pipeline over a collection, a view, or what the server says of itself. */
import { Binary } from 'bson';
import { compileStages, stageEntry } from '../aggregate/stages.ts';
import type { Source } from '../aggregate/source.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Results } from '../cursors.ts';
import { CommandError, notImplemented } from '../errors.ts';
import {
  documentField,
  findCollection,
  openView,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';
import { cursorReply } from './read.ts';
import { collectionFigures } from './statistics.ts';
import { variablesOf } from './query-results.ts';
import { encoded, Reader, split } from './reader.ts';
import { writeOutput } from './output-stages.ts';

function withRelease(results: Results, release: () => void): Results {
  return {
    next: () => results.next(),
    close: () => {
      results.close();
      release();
    },
  };
}

function ownSession({ body, session }: CommandContext): Doc[] {
  const lsid = body['lsid'];
  if (session === undefined || !isPlainObject(lsid)) return [];
  return [{ _id: { id: lsid['id'], uid: new Binary(Buffer.alloc(32)) }, lastUse: new Date(session.lastUse) }];
}

function collStatsStage(context: CommandContext, name: string, operand: unknown): Doc {
  const asked = isPlainObject(operand) ? operand : {};
  const unknown = Object.keys(asked).find((part) => part !== 'count' && part !== 'storageStats');
  if (unknown !== undefined) throw notImplemented(`the part '${unknown}' of $collStats`);
  const collection = findCollection(context, name);
  if (collection === undefined && 'count' in asked) {
    throw new CommandError('NamespaceNotFound', `Collection [${context.db}.${name}] not found.`);
  }
  return {
    ns: `${context.db}.${name}`,
    host: `${context.engine.options.host}:${context.engine.options.port}`,
    localTime: new Date(),
    ...('count' in asked ? { count: collection?.count ?? 0 } : {}),
    ...('storageStats' in asked ? { storageStats: collectionFigures(collection) } : {}),
  };
}

/** Stages that describe the server instead of reading a collection. */
function describing(
  context: CommandContext,
  name: string,
  first: string,
  operand: unknown,
): Doc[] | undefined {
  const collection = findCollection(context, name);
  switch (first) {
    case '$collStats':
      return [collStatsStage(context, name, operand)];
    case '$indexStats':
      return (collection?.indexes ?? []).map(({ name: index, spec }) => ({
        name: index,
        key: spec['key'],
        host: context.engine.options.host,
        spec,
      }));
    case '$currentOp':
      return [];
    case '$listLocalSessions':
    case '$listSessions':
      return ownSession(context);
    default:
      return undefined;
  }
}

function checkPipeline(value: unknown): unknown[] {
  if (!Array.isArray(value))
    throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  return value as unknown[];
}

function outputOf(pipeline: readonly unknown[]): [string, unknown] | undefined {
  pipeline.forEach((stage, at) => {
    const [name] = stageEntry(stage);
    if ((name === '$out' || name === '$merge') && at < pipeline.length - 1) {
      throw new CommandError(40601, `${name} can only be the final stage in the pipeline`);
    }
  });
  if (pipeline.length === 0) return undefined;
  const last = stageEntry(pipeline.at(-1));
  return last[0] === '$out' || last[0] === '$merge' ? last : undefined;
}

export async function aggregate(context: CommandContext): Promise<Doc> {
  const { body } = context;
  refuseUnsupported(body);
  const target = body['aggregate'];
  const name = typeof target === 'string' ? target : '';
  if (typeof target === 'string' && target === '')
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${context.db}.'`);
  const whole = checkPipeline(body['pipeline']);
  if (body['explain'] === true)
    throw new CommandError('NotImplemented', 'Use the explain command with aggregate.');
  if (!isPlainObject(body['cursor']))
    throw new CommandError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  const output = outputOf(whole);
  const concern = body['readConcern'];
  if (output !== undefined && isPlainObject(concern) && concern['level'] === 'linearizable') {
    throw new CommandError(
      'InvalidOptions',
      `${output[0]} cannot be used with a 'linearizable' read concern`,
    );
  }
  const pipeline = output === undefined ? whole : whole.slice(0, -1);
  const variables = variablesOf(body);
  const namespace = `${context.db}.${name === '' ? '$cmd.aggregate' : name}`;
  const { view, release } = openView(context);
  let results: Results;
  try {
    results = start(context, new Reader(context, view), name, pipeline, variables, release);
  } catch (error) {
    release();
    throw error;
  }
  if (output !== undefined) {
    await writeOutput(context, output, results);
    return { cursor: { firstBatch: [], id: 0n, ns: namespace }, ok: 1 };
  }
  const batchSize = wholeField(documentField(body, 'cursor') ?? {}, 'batchSize');
  return cursorReply({ context, results, namespace, batchSize: batchSize ?? 101, single: false });
}

function start(
  context: CommandContext,
  reader: Reader,
  name: string,
  pipeline: readonly unknown[],
  variables: Doc,
  release: () => void,
): Results {
  const [first, operand] = pipeline.length > 0 ? stageEntry(pipeline[0]) : ['', undefined];
  const described = describing(context, name, first, operand);
  if (described !== undefined) {
    const stages = compileStages(pipeline.slice(1), reader.pipelineContext(variables));
    let at = 0;
    const source: Source = { next: () => described[at++], close: () => undefined };
    return encoded(
      stages.reduce((stream, stage) => stage.apply(stream), source),
      release,
    );
  }
  if (name === '' && first !== '$documents') {
    throw new CommandError(
      'InvalidNamespace',
      `{aggregate: 1} is not valid for '${first}'; a collection is required.`,
    );
  }
  const resolved = reader.resolve(name, pipeline);
  const { query, rest } = split(resolved.pipeline, context.body['hint'], variables);
  // A pipeline that only finds, sorts and cuts passes the stored bytes on.
  if (rest.length === 0) return withRelease(reader.query(resolved.name, query), release);
  return encoded(reader.read(name, pipeline, variables, context.body['hint']), release);
}
