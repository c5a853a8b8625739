/** The table of stages, and pipelines made of them. */
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { drained, fromList, gathered } from './source.ts';
import { type Compile, type PipelineContext, type Stage, asDocument } from './stage.ts';
import { addFields, project, replaceWith, unset, unwind } from './reshaping-stages.ts';
import { bucket, count, group, sample, sortByCount } from './grouping-stages.ts';
import { byMingo, documents, lookup, unionWith } from './joining-stages.ts';
import { limit, match, skip, sort } from './ordering-stages.ts';

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
