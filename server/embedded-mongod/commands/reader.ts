/**
 * Collections read through pipelines: the leading stages become a query that may use an index, the rest
 * runs as a stream. A view is read through its own pipeline first.
 */
import { expressionTest } from '../aggregate/expression.ts';
import { sortStage } from '../aggregate/ordering-stages.ts';
import type { PipelineContext } from '../aggregate/stage.ts';
import { compileStages, fieldsRead, stageEntry } from '../aggregate/stages.ts';
import { PAUSE, type Source } from '../aggregate/source.ts';
import { decodeDocument } from '../bson/decode.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { encodeDocument } from '../bson/encode.ts';
import { isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import type { Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { parseSort } from '../query/sort.ts';
import type { View } from '../storage/view.ts';
import { findCollection, openView, type CommandContext } from './context.ts';
import { noResults, runQuery, type Query } from './query-results.ts';

interface Split {
  readonly query: Query;
  readonly rest: readonly unknown[];
}

/** Takes from the front what a query can do: matches, one sort, skip and limit. */
export function split(pipeline: readonly unknown[], hint: unknown, variables: Doc): Split {
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

const MOST_VIEWS = 20;

/** A collection read as documents, or as its stored bytes where no stage is left to run. */
export class Reader {
  constructor(
    private readonly context: CommandContext,
    private readonly view: View,
  ) {}

  pipelineContext(variables: Doc): PipelineContext {
    return { variables, read: (name, pipeline, inner) => this.read(name, pipeline, inner, undefined) };
  }

  /** A view's name and pipeline become those of the collection beneath it. */
  resolve(name: string, pipeline: readonly unknown[]): { name: string; pipeline: readonly unknown[] } {
    let resolved = { name, pipeline };
    for (let depth = 0; depth <= MOST_VIEWS; depth++) {
      const definition = findCollection(this.context, resolved.name)?.view;
      if (definition === undefined) return resolved;
      resolved = { name: definition.on, pipeline: [...definition.pipeline, ...resolved.pipeline] };
    }
    throw new CommandError(
      'ViewDepthLimitExceeded',
      `View depth too deep or view cycle detected; maximum depth is ${MOST_VIEWS}`,
    );
  }

  read(name: string, pipeline: readonly unknown[], variables: Doc, hint: unknown): Source {
    const resolved = this.resolve(name, pipeline);
    const { query, rest } = split(resolved.pipeline, hint, variables);
    const stages = compileStages(rest, this.pipelineContext(variables));
    const results = this.query(resolved.name, query);
    const fields = fieldsRead(stages);
    const source: Source = {
      next: () => {
        const next = results.next();
        if (next === undefined) return undefined;
        return next === 'pause' ? PAUSE : decodeDocument(next.bytes, 0, fields);
      },
      close: () => results.close(),
    };
    return stages.reduce((stream, stage) => stage.apply(stream), source);
  }

  query(name: string, query: Query): Results {
    const compiled = compileFilter(query.filter, expressionTest(query.variables));
    const collection = name === '' ? undefined : findCollection(this.context, name);
    return collection === undefined
      ? noResults
      : runQuery(this.view, collection, query, compiled, () => undefined);
  }
}

/** The documents of a stream as bytes. */
export function encoded(source: Source, release: () => void): Results {
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

/** What a pipeline over a collection or view gives. */
export function pipelineResults(
  context: CommandContext,
  name: string,
  pipeline: readonly unknown[],
  variables: Doc,
): Results {
  const { view, release } = openView(context);
  try {
    return encoded(new Reader(context, view).read(name, pipeline, variables, undefined), release);
  } catch (error) {
    release();
    throw error;
  }
}
