/** The stages of a pipeline, each a function from a stream to a stream. */
import { Aggregator } from 'mingo';
import { compareValues } from '../bson/compare.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { getField, isPlainObject, setField, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { someValue } from '../query/paths.ts';
import { parseSort, sortFields, sortKey, Sorter } from '../query/sort.ts';
import { valueKey } from '../storage/ordered-key.ts';
import { compileAccumulator, type Accumulator } from './accumulators.ts';
import { ExpressionCompiler, expressionTest, type Evaluate } from './expression.ts';
import { plainForMingo } from './mingo-operators.ts';
import { compileProjection } from './projection.ts';
import { drained, flatMapped, fromList, gathered, mapped, PAUSE, type Source } from './source.ts';

/** What a pipeline may ask of its surroundings. */
export interface PipelineContext {
  readonly variables: Doc;
  /** Reads another collection of the database through a pipeline. */
  readonly read: (collection: string, pipeline: readonly unknown[], variables: Doc) => Source;
}

export interface Stage {
  readonly name: string;
  apply(source: Source): Source;
  /** Top-level fields read; undefined: all. */
  readonly reads: ReadonlySet<string> | undefined;
  /** Later stages see only what this one makes. */
  readonly replaces: boolean;
}

type Compile = (operand: unknown, context: PipelineContext, name: string) => Stage;

function asDocument(operand: unknown, name: string): Doc {
  if (isPlainObject(operand)) return operand;
  throw new CommandError(15959, `the ${name} specification must be an object`);
}

function names(context: PipelineContext): Set<string> {
  return new Set(Object.keys(context.variables));
}

function wholeOperand(operand: unknown, name: string, least: number): number {
  const value = isNumeric(operand) ? toNumber(operand) : NaN;
  if (!Number.isInteger(value) || value < least) {
    throw new CommandError(
      5107201,
      `invalid argument to ${name} stage: Expected a ${least > 0 ? 'positive' : 'non-negative'} number in: ${name}: ${String(operand)}`,
    );
  }
  return value;
}

const match: Compile = (operand, context, name) => {
  const filter = compileFilter(asDocument(operand, name), expressionTest(context.variables));
  return {
    name,
    apply: (source) => mapped(source, (document) => (filter.matches(document) ? document : undefined)),
    reads: filter.fields,
    replaces: false,
  };
};

const sort: Compile = (operand, _context, name) => sortStage(operand, Infinity, name);

export function sortStage(operand: unknown, limit: number, name: string): Stage {
  const parts = parseSort(operand);
  if (parts.length === 0) throw new CommandError(15976, '$sort stage must have at least one sort key');
  return {
    name,
    apply: (source) => {
      const sorter = new Sorter<Doc>(parts, limit);
      return gathered(
        source,
        (document) => sorter.add(sortKey(document, parts), document),
        () => sorter.sorted(),
      );
    },
    reads: new Set(sortFields(parts)),
    replaces: false,
  };
}

const limit: Compile = (operand, _context, name) => {
  const most = wholeOperand(operand, name, 1);
  return {
    name,
    apply: (source) => {
      let count = 0;
      return {
        next: () => {
          if (count >= most) return undefined;
          const document = source.next();
          if (document !== undefined && document !== PAUSE) count++;
          return document;
        },
        close: () => source.close(),
      };
    },
    reads: new Set(),
    replaces: false,
  };
};

const skip: Compile = (operand, _context, name) => {
  const count = wholeOperand(operand, name, 0);
  return {
    name,
    apply: (source) => {
      let left = count;
      return mapped(source, (document) => (left > 0 ? (left--, undefined) : document));
    },
    reads: new Set(),
    replaces: false,
  };
};

const project: Compile = (operand, context, name) => {
  const spec = asDocument(operand, name);
  if (Object.keys(spec).length === 0)
    throw new CommandError(
      51272,
      `Invalid ${name} :: caused by :: projection specification must have at least one field`,
    );
  const projection = compileProjection(spec, name, { forFind: false, filter: {}, variables: names(context) });
  return {
    name,
    apply: (source) => mapped(source, (document) => projection.apply(document, context.variables)),
    reads: projection.fields,
    replaces: projection.fields !== undefined,
  };
};

type FieldTree = Map<string, Evaluate | FieldTree>;

function fieldTree(spec: Doc, compiler: ExpressionCompiler, tree: FieldTree = new Map()): FieldTree {
  for (const [path, value] of Object.entries(spec)) {
    const parts = path.split('.');
    let at = tree;
    for (const part of parts.slice(0, -1)) {
      let next = at.get(part);
      if (!(next instanceof Map)) {
        next = new Map();
        at.set(part, next);
      }
      at = next;
    }
    const last = parts.at(-1) ?? '';
    if (last === '' || parts[0]?.startsWith('$') === true)
      throw new CommandError(16410, `FieldPath field names may not be empty or start with '$'.`);
    const nested =
      isPlainObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$');
    if (nested) at.set(last, fieldTree(value, compiler));
    else at.set(last, compiler.compile(value));
  }
  return tree;
}

function withFields(value: unknown, tree: FieldTree, scope: { document: Doc; variables: Doc }): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => withFields(element, tree, scope));
  const result: Doc = isPlainObject(value) ? { ...value } : {};
  for (const [name, step] of tree) {
    const made = step instanceof Map ? withFields(getField(result, name), step, scope) : step(scope);
    if (made === undefined) Reflect.deleteProperty(result, name);
    else setField(result, name, made);
  }
  return result;
}

const addFields: Compile = (operand, context, name) => {
  const compiler = new ExpressionCompiler(names(context));
  const tree = fieldTree(asDocument(operand, name), compiler);
  const touched = [...tree].flatMap(([field, step]) => (step instanceof Map ? [field] : []));
  return {
    name,
    apply: (source) =>
      mapped(
        source,
        (document) => withFields(document, tree, { document, variables: context.variables }) as Doc,
      ),
    reads: compiler.everyField ? undefined : new Set([...compiler.fields, ...touched]),
    replaces: false,
  };
};

const unset: Compile = (operand, context, name) => {
  const list = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (list.length === 0 || list.some((one) => typeof one !== 'string' || one === '')) {
    throw new CommandError(31002, '$unset specification must be a string or an array of strings');
  }
  const spec = Object.fromEntries(list.map((one) => [String(one), 0]));
  const stage = project(spec, context, name);
  return {
    ...stage,
    name,
    reads: new Set(list.map((one) => String(one).split('.')[0] ?? '')),
    replaces: false,
  };
};

const replaceWith: Compile = (operand, context, name) => {
  const compiler = new ExpressionCompiler(names(context));
  const expression = name === '$replaceRoot' ? asDocument(operand, name)['newRoot'] : operand;
  const evaluate = compiler.compile(expression);
  return {
    name,
    apply: (source) =>
      mapped(source, (document) => {
        const result = evaluate({ document, variables: context.variables });
        if (!isPlainObject(result)) {
          throw new CommandError(
            40228,
            `'newRoot' expression must evaluate to an object, but resulting value was: ${String(result)}`,
          );
        }
        return result;
      }),
    reads: compiler.everyField ? undefined : compiler.fields,
    replaces: true,
  };
};

const group: Compile = (operand, context, name) => {
  const spec = asDocument(operand, name);
  if (!('_id' in spec)) throw new CommandError(15955, 'a group specification must include an _id');
  const compiler = new ExpressionCompiler(names(context));
  const id = compiler.compile(spec['_id']);
  const outputs = Object.entries(spec)
    .filter(([field]) => field !== '_id')
    .map(([field, one]) => {
      if (field.includes('.')) throw new CommandError(40235, `The field name '${field}' cannot contain '.'`);
      return [field, compileAccumulator(field, one, compiler)] as const;
    });
  return {
    name,
    apply: (source) => {
      const groups = new Map<unknown, { id: unknown; accumulators: Accumulator[] }>();
      return gathered(
        source,
        (document) => {
          const scope = { document, variables: context.variables };
          const value = id(scope) ?? null;
          const key =
            typeof value === 'string' ? value : typeof value === 'number' ? value : `\0${valueKey(value)}`;
          let found = groups.get(typeof key === 'number' ? `\0${valueKey(value)}` : key);
          if (found === undefined) {
            found = { id: value, accumulators: outputs.map(([, make]) => make()) };
            groups.set(typeof key === 'number' ? `\0${valueKey(value)}` : key, found);
          }
          for (const accumulator of found.accumulators) accumulator.add(scope);
        },
        () =>
          [...groups.values()].map((one) => {
            const result: Doc = { _id: one.id };
            outputs.forEach(([field], at) => setField(result, field, one.accumulators[at]?.result()));
            return result;
          }),
      );
    },
    reads: compiler.everyField ? undefined : compiler.fields,
    replaces: true,
  };
};

const count: Compile = (operand, context, name) => {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
    throw new CommandError(40156, 'the count field must be a non-empty string');
  }
  const counted = group({ _id: null, [operand]: { $sum: 1 } }, context, '$group');
  const shown = project({ _id: 0 }, context, '$project');
  return { name, apply: (source) => shown.apply(counted.apply(source)), reads: new Set(), replaces: true };
};

const sortByCount: Compile = (operand, context, name) => {
  const counted = group({ _id: operand, count: { $sum: 1 } }, context, '$group');
  const ordered = sortStage({ count: -1 }, Infinity, name);
  return {
    name,
    apply: (source) => ordered.apply(counted.apply(source)),
    reads: counted.reads,
    replaces: true,
  };
};

function replaceAt(document: Doc, path: readonly string[], value: unknown): Doc {
  const [name, ...rest] = path;
  if (name === undefined) return document;
  const result = { ...document };
  const inner = document[name];
  const made = rest.length === 0 ? value : replaceAt(isPlainObject(inner) ? inner : {}, rest, value);
  if (made === undefined) Reflect.deleteProperty(result, name);
  else setField(result, name, made);
  return result;
}

const unwind: Compile = (operand, _context, name) => {
  const spec = typeof operand === 'string' ? { path: operand } : asDocument(operand, name);
  const text = spec['path'];
  if (typeof text !== 'string' || !text.startsWith('$')) {
    throw new CommandError(28818, "path option to $unwind stage should be prefixed with a '$'");
  }
  const path = text.slice(1).split('.');
  const preserve = spec['preserveNullAndEmptyArrays'] === true;
  const indexField = spec['includeArrayIndex'];
  const indexed = (document: Doc, index: bigint | null): Doc =>
    typeof indexField === 'string' ? replaceAt(document, indexField.split('.'), index) : document;
  return {
    name,
    apply: (source) =>
      flatMapped(source, (document) => {
        let value: unknown = document;
        for (const part of path) value = isPlainObject(value) ? getField(value, part) : undefined;
        if (!Array.isArray(value)) {
          if ((value === null || value === undefined) && !preserve) return [];
          return [indexed(document, null)];
        }
        if (value.length === 0) return preserve ? [indexed(replaceAt(document, path, undefined), null)] : [];
        return value.map((element: unknown, at) => indexed(replaceAt(document, path, element), BigInt(at)));
      }),
    reads: new Set([path[0] ?? '']),
    replaces: false,
  };
};

function lookupValues(document: Doc, path: readonly string[]): unknown[] {
  const values: unknown[] = [];
  someValue(document, path, 0, (value) => {
    if (Array.isArray(value)) values.push(...(value as unknown[]));
    else values.push(value ?? null);
    return false;
  });
  return values.length === 0 ? [null] : values;
}

const lookup: Compile = (operand, context, name) => {
  const spec = asDocument(operand, name);
  const { from, as, localField, foreignField } = spec;
  if (typeof as !== 'string') throw new CommandError('FailedToParse', "missing 'as' option to $lookup stage");
  const pipeline = (spec['pipeline'] ?? []) as unknown[];
  if (
    typeof from !== 'string' &&
    !(from === undefined && isPlainObject(pipeline[0]) && '$documents' in pipeline[0])
  ) {
    throw new CommandError('FailedToParse', "missing 'from' option to $lookup stage");
  }
  const compiler = new ExpressionCompiler(names(context));
  const bound = Object.entries(isPlainObject(spec['let']) ? spec['let'] : {}).map(
    ([variable, value]) => [variable, compiler.compile(value)] as const,
  );
  const joins = typeof localField === 'string' && typeof foreignField === 'string';
  if (!joins && spec['pipeline'] === undefined) {
    throw new CommandError(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  const local = typeof localField === 'string' ? localField.split('.') : [];
  const found = (document: Doc): Doc[] => {
    const variables = { ...context.variables };
    for (const [variable, evaluate] of bound)
      variables[variable] = evaluate({ document, variables: context.variables });
    const stages = joins
      ? [{ $match: { [foreignField]: { $in: lookupValues(document, local) } } }, ...pipeline]
      : pipeline;
    return drained(context.read(typeof from === 'string' ? from : '', stages, variables));
  };
  return {
    name,
    apply: (source) => mapped(source, (document) => replaceAt(document, as.split('.'), found(document))),
    reads: compiler.everyField
      ? undefined
      : new Set([...compiler.fields, ...local.slice(0, 1), as.split('.')[0] ?? '']),
    replaces: false,
  };
};

const unionWith: Compile = (operand, context, name) => {
  const spec = typeof operand === 'string' ? { coll: operand } : asDocument(operand, name);
  const { coll } = spec;
  const pipeline = (spec['pipeline'] ?? []) as unknown[];
  return {
    name,
    apply: (source) => {
      let current = source;
      let second = false;
      return {
        next: () => {
          const document = current.next();
          if (document !== undefined || second) return document;
          second = true;
          current.close();
          current = context.read(typeof coll === 'string' ? coll : '', pipeline, context.variables);
          return current.next();
        },
        close: () => current.close(),
      };
    },
    reads: undefined,
    replaces: false,
  };
};

const facet: Compile = (operand, context, name) => {
  const facets = Object.entries(asDocument(operand, name)).map(([field, pipeline]) => {
    if (!Array.isArray(pipeline))
      throw new CommandError(40170, `arguments to $facet must be arrays, ${field} is not`);
    for (const stage of pipeline as Doc[]) {
      const inner = Object.keys(stage)[0] ?? '';
      if (['$out', '$merge', '$facet', '$collStats', '$indexStats', '$geoNear'].includes(inner)) {
        throw new CommandError(40600, `${inner} is not allowed to be used within a $facet stage`);
      }
    }
    return [field, compileStages(pipeline as unknown[], context)] as const;
  });
  return {
    name,
    apply: (source) => {
      const all: Doc[] = [];
      return gathered(
        source,
        (document) => void all.push(document),
        () => [
          Object.fromEntries(
            facets.map(([field, stages]) => [
              field,
              drained(stages.reduce((stream, stage) => stage.apply(stream), fromList(all))),
            ]),
          ),
        ],
      );
    },
    reads: undefined,
    replaces: true,
  };
};

const sample: Compile = (operand, _context, name) => {
  const size = wholeOperand(asDocument(operand, name)['size'], name, 0);
  return {
    name,
    apply: (source) => {
      const kept: Doc[] = [];
      let seen = 0;
      return gathered(
        source,
        (document) => {
          seen++;
          if (kept.length < size) kept.push(document);
          else {
            const at = Math.floor(Math.random() * seen);
            if (at < size) kept[at] = document;
          }
        },
        () => kept.sort(() => Math.random() - 0.5),
      );
    },
    reads: new Set(),
    replaces: false,
  };
};

const bucket: Compile = (operand, context, name) => {
  const spec = asDocument(operand, name);
  const boundaries = spec['boundaries'];
  if (!Array.isArray(boundaries) || boundaries.length < 2)
    throw new CommandError(40192, 'The $bucket boundaries field must be an array of at least two values');
  const list = boundaries as unknown[];
  const compiler = new ExpressionCompiler(names(context));
  const groupBy = compiler.compile(spec['groupBy']);
  const outputs = Object.entries(asDocument(spec['output'] ?? { count: { $sum: 1 } }, name)).map(
    ([field, one]) => [field, compileAccumulator(field, one, compiler)] as const,
  );
  return {
    name,
    apply: (source) => {
      const buckets = new Map<number, Accumulator[]>();
      return gathered(
        source,
        (document) => {
          const scope = { document, variables: context.variables };
          const value = groupBy(scope);
          let at = -1;
          for (let index = 0; index < list.length - 1; index++) {
            if (compareValues(value, list[index]) >= 0 && compareValues(value, list[index + 1]) < 0)
              at = index;
          }
          if (at < 0 && !('default' in spec)) {
            throw new CommandError(
              40066,
              '$bucket could not find a matching bucket for an input, and no default was specified.',
            );
          }
          const key = at < 0 ? list.length : at;
          let found = buckets.get(key);
          if (found === undefined) {
            found = outputs.map(([, make]) => make());
            buckets.set(key, found);
          }
          for (const accumulator of found) accumulator.add(scope);
        },
        () =>
          [...buckets]
            .sort(([a], [b]) => a - b)
            .map(([key, accumulators]) => {
              const result: Doc = { _id: key === list.length ? spec['default'] : list[key] };
              outputs.forEach(([field], at) => setField(result, field, accumulators[at]?.result()));
              return result;
            }),
      );
    },
    reads: compiler.everyField ? undefined : compiler.fields,
    replaces: true,
  };
};

/** Stages that mingo runs over all documents of the stream; numbers that it could not keep exact are refused. */
const byMingo: Compile = (operand, context, name) => ({
  name,
  apply: (source) => {
    const all: Doc[] = [];
    return gathered(
      source,
      (document) => void all.push(plainForMingo(document, name) as Doc),
      () => {
        const resolver = (collection: string): Doc[] =>
          drained(context.read(collection, [], context.variables)).map(
            (one) => plainForMingo(one, name) as Doc,
          );
        try {
          return new Aggregator([{ [name]: plainForMingo(operand, name) }], {
            collectionResolver: resolver,
            variables: context.variables,
          }).run<Doc>(all);
        } catch (error) {
          if (error instanceof CommandError) throw error;
          throw new CommandError('BadValue', `${name}: ${(error as Error).message}`);
        }
      },
    );
  },
  reads: undefined,
  replaces: true,
});

const documents: Compile = (operand, context, name) => {
  const evaluate = new ExpressionCompiler(names(context)).compile(operand);
  const list = evaluate({ document: {}, variables: context.variables });
  if (!Array.isArray(list)) throw new CommandError(5858203, '$documents must be an array of documents');
  return { name, apply: () => fromList(list as Doc[]), reads: new Set(), replaces: true };
};

const stages: Readonly<Record<string, Compile>> = {
  $match: match,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $replaceRoot: replaceWith,
  $replaceWith: replaceWith,
  $group: group,
  $count: count,
  $sortByCount: sortByCount,
  $unwind: unwind,
  $lookup: lookup,
  $unionWith: unionWith,
  $facet: facet,
  $sample: sample,
  $bucket: bucket,
  $documents: documents,
  $bucketAuto: byMingo,
  $graphLookup: byMingo,
  $setWindowFields: byMingo,
  $redact: byMingo,
  $densify: byMingo,
  $fill: byMingo,
};

const REFUSED = new Set([
  '$changeStream',
  '$geoNear',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$listSampledQueries',
  '$planCacheStats',
  '$listSearchIndexes',
  '$querySettings',
  '$shardedDataDistribution',
  '$changeStreamSplitLargeEvent',
  '$rankFusion',
]);

/** The single operator of a stage with its operand. */
export function stageEntry(stage: unknown): [string, unknown] {
  if (!isPlainObject(stage))
    throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const entries = Object.entries(stage);
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) {
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return only;
}

export function compileStages(pipeline: readonly unknown[], context: PipelineContext): Stage[] {
  return pipeline.map((stage) => {
    const [name, operand] = stageEntry(stage);
    const compile = stages[name];
    if (compile !== undefined) return compile(operand, context, name);
    if (REFUSED.has(name)) throw notImplemented(`the aggregation stage ${name}`);
    throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
}

/** The top-level fields a pipeline needs of its input; undefined: all. */
export function fieldsRead(list: readonly Stage[]): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  for (const stage of list) {
    if (stage.reads === undefined) return undefined;
    for (const field of stage.reads) fields.add(field);
    if (stage.replaces) return fields;
  }
  return undefined;
}

/** A pipeline as a function of one document, for updates. */
export function pipelineOfOne(pipeline: readonly unknown[], variables: Doc): (document: Doc) => Doc {
  const context: PipelineContext = {
    variables,
    read: () => {
      throw new CommandError('InvalidOptions', 'An update pipeline cannot read other collections');
    },
  };
  const list = compileStages(pipeline, context);
  return (document) => {
    const [result] = drained(list.reduce((stream, stage) => stage.apply(stream), fromList([document])));
    return result ?? document;
  };
}
