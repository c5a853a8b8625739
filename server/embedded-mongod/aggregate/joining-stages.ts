/** Stages that bring in other documents, and those that mingo runs. */
import { Aggregator } from 'mingo';
import { setField, isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { someValue } from '../query/paths.ts';
import { ExpressionCompiler } from './expression.ts';
import { plainForMingo } from './mingo-operators.ts';
import { drained, fromList, gathered, mapped } from './source.ts';
import { type Compile, asDocument, names } from './stage.ts';
import { replaceAt } from './reshaping-stages.ts';

function lookupValues(document: Doc, path: readonly string[]): unknown[] {
  const values: unknown[] = [];
  someValue(document, path, 0, (value) => {
    if (Array.isArray(value)) values.push(...(value as unknown[]));
    else values.push(value ?? null);
    return false;
  });
  return values.length === 0 ? [null] : values;
}

export const lookup: Compile = (operand, context, name) => {
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

export const unionWith: Compile = (operand, context, name) => {
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

/** The top-level fields that a stage adds to its documents; none: it makes new documents. */
function addedFields(name: string, operand: unknown): string[] | undefined {
  if (!isPlainObject(operand)) return undefined;
  if (name === '$graphLookup') {
    const { as } = operand;
    return typeof as === 'string' ? [as.split('.')[0] ?? ''] : undefined;
  }
  if (name !== '$setWindowFields' || !isPlainObject(operand['output'])) return undefined;
  return Object.keys(operand['output']).map((path) => path.split('.')[0] ?? '');
}

/** Remembers which document a row of mingo's result was made of. */
const ROW = '__embedded_row';

/** The document as it came, with only the added fields taken from mingo's row: no other type can change. */
function merged(originals: readonly Doc[], row: Doc, added: readonly string[]): Doc {
  const original = originals[Number(row[ROW])];
  const result: Doc = { ...original };
  for (const field of added) setField(result, field, row[field]);
  return result;
}

/** Stages that mingo runs over all documents of the stream; numbers that it could not keep exact are refused. */
export const byMingo: Compile = (operand, context, name) => {
  const added = addedFields(name, operand);
  const run = (input: Doc[]): Doc[] => {
    const resolver = (collection: string): Doc[] =>
      drained(context.read(collection, [], context.variables)).map((one) => plainForMingo(one, name) as Doc);
    try {
      return new Aggregator([{ [name]: plainForMingo(operand, name) }], {
        collectionResolver: resolver,
        variables: context.variables,
      }).run<Doc>(input);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError('BadValue', `${name}: ${(error as Error).message}`);
    }
  };
  return {
    name,
    apply: (source) => {
      const originals: Doc[] = [];
      return gathered(
        source,
        (document) => {
          originals.push(document);
        },
        () => {
          const plain = originals.map((document) => plainForMingo(document, name) as Doc);
          if (added === undefined) return run(plain);
          return run(plain.map((document, row) => ({ ...document, [ROW]: row }))).map((row) =>
            merged(originals, row, added),
          );
        },
      );
    },
    reads: undefined,
    replaces: true,
  };
};

export const documents: Compile = (operand, context, name) => {
  const evaluate = new ExpressionCompiler(names(context)).compile(operand);
  const list = evaluate({ document: {}, variables: context.variables });
  if (!Array.isArray(list)) throw new CommandError(5858203, '$documents must be an array of documents');
  return { name, apply: () => fromList(list as Doc[]), reads: new Set(), replaces: true };
};
