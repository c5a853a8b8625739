/** aggregate: the leading stages become a query that may use an index; the rest runs as a stream. */
import { expressionTest } from '../aggregate/expression.ts';
import {
  compileStages,
  fieldsRead,
  sortStage,
  stageEntry,
  type PipelineContext,
  type Stage,
} from '../aggregate/stages.ts';
import { PAUSE, type Source } from '../aggregate/source.ts';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import type { Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { parseSort } from '../query/sort.ts';
import type { View } from '../storage/view.ts';
import {
  documentField,
  findCollection,
  openView,
  refuseUnsupported,
  wholeField,
  type CommandContext,
} from './context.ts';
import { cursorReply, runQuery, variablesOf, type Query } from './read.ts';
import { writeOutput } from './output-stages.ts';

interface Split {
  readonly query: Query;
  readonly rest: readonly unknown[];
}

/** Takes from the front what a query can do: matches, one sort, skip and limit. */
function split(pipeline: readonly unknown[], hint: unknown, variables: Doc): Split {
  const filters: Doc[] = [];
  let sort: unknown;
  let skip = 0;
  let limit = Infinity;
  let at = 0;
  for (; at < pipeline.length; at++) {
    const [name, operand] = stageEntry(pipeline[at]);
    if (name === '$match' && isPlainObject(operand) && sort === undefined && limit === Infinity && skip === 0)
      filters.push(operand);
    else if (name === '$sort' && sort === undefined && limit === Infinity && skip === 0) sort = operand;
    else if (name === '$skip' && limit === Infinity && isNumeric(operand) && toNumber(operand) >= 0)
      skip += toNumber(operand);
    else if (name === '$limit' && isNumeric(operand) && toNumber(operand) > 0)
      limit = Math.min(limit, toNumber(operand));
    else break;
  }
  const [only] = filters;
  const filter =
    filters.length === 0 ? {} : filters.length === 1 && only !== undefined ? only : { $and: filters };
  if (sort !== undefined) sortStage(sort, 1, '$sort');
  return { query: { filter, sort: parseSort(sort), skip, limit, hint, variables }, rest: pipeline.slice(at) };
}

class Reader {
  constructor(
    private readonly context: CommandContext,
    private readonly view: View,
  ) {}

  pipelineContext(variables: Doc): PipelineContext {
    return {
      variables,
      read: (collection, pipeline, inner) => this.read(collection, pipeline, inner, undefined),
    };
  }

  /** A collection through a pipeline, as documents. */
  read(name: string, pipeline: readonly unknown[], variables: Doc, hint: unknown): Source {
    const { source, stages } = this.open(name, pipeline, variables, hint);
    return stages.reduce((stream, stage) => stage.apply(stream), source);
  }

  open(
    name: string,
    pipeline: readonly unknown[],
    variables: Doc,
    hint: unknown,
  ): { source: Source; stages: Stage[] } {
    const { query, rest } = split(pipeline, hint, variables);
    const stages = compileStages(rest, this.pipelineContext(variables));
    const results = this.query(name, query);
    const fields = fieldsRead(stages);
    const source: Source = {
      next: () => {
        const next = results.next();
        if (next === undefined) return undefined;
        return next === 'pause' ? PAUSE : decodeDocument(next.bytes, 0, fields);
      },
      close: () => results.close(),
    };
    return { source, stages };
  }

  query(name: string, query: Query): Results {
    const compiled = compileFilter(query.filter, expressionTest(query.variables));
    const collection = name === '' ? undefined : findCollection(this.context, name);
    if (collection === undefined) return { next: () => undefined, close: () => undefined };
    return runQuery(this.view, collection, query, compiled, () => undefined);
  }
}

function encoded(source: Source, release: () => void): Results {
  return {
    next: () => {
      const next = source.next();
      if (next === undefined) return undefined;
      return next === PAUSE ? 'pause' : new RawDocument(encodeDocument(next));
    },
    close: () => {
      source.close();
      release();
    },
  };
}

function withRelease(results: Results, release: () => void): Results {
  return {
    next: () => results.next(),
    close: () => {
      results.close();
      release();
    },
  };
}

/** Stages that describe the server instead of reading a collection. */
function describing(context: CommandContext, name: string, first: string): Doc[] | undefined {
  const collection = findCollection(context, name);
  switch (first) {
    case '$collStats':
      return [
        {
          ns: `${context.db}.${name}`,
          localTime: new Date(),
          count: collection?.count ?? 0,
          storageStats: { count: collection?.count ?? 0 },
        },
      ];
    case '$indexStats':
      return (collection?.indexes ?? []).map(({ name: index, spec }) => ({
        name: index,
        key: spec['key'],
        host: context.engine.options.host,
        spec,
      }));
    case '$currentOp':
    case '$listLocalSessions':
    case '$listSessions':
      return [];
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
  const first = pipeline.length > 0 ? stageEntry(pipeline[0])[0] : '';
  const described = describing(context, name, first);
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
  const { query, rest } = split(pipeline, context.body['hint'], variables);
  // A pipeline that only finds, sorts and cuts passes the stored bytes on.
  if (rest.length === 0) return withRelease(reader.query(name, query), release);
  return encoded(reader.read(name, pipeline, variables, context.body['hint']), release);
}
