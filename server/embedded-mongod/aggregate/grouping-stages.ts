/** Stages that make few documents of many. */
import { compareValues } from '../bson/compare.ts';
import { setField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { valueKey } from '../storage/ordered-key.ts';
import { compileAccumulator, type Accumulator } from './accumulators.ts';
import { ExpressionCompiler } from './expression.ts';
import { gathered } from './source.ts';
import { type Compile, asDocument, names, wholeOperand } from './stage.ts';
import { project } from './reshaping-stages.ts';
import { sortStage } from './ordering-stages.ts';

export const group: Compile = (operand, context, name) => {
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

export const count: Compile = (operand, context, name) => {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
    throw new CommandError(40156, 'the count field must be a non-empty string');
  }
  const counted = group({ _id: null, [operand]: { $sum: 1 } }, context, '$group');
  const shown = project({ _id: 0 }, context, '$project');
  return { name, apply: (source) => shown.apply(counted.apply(source)), reads: new Set(), replaces: true };
};

export const sortByCount: Compile = (operand, context, name) => {
  const counted = group({ _id: operand, count: { $sum: 1 } }, context, '$group');
  const ordered = sortStage({ count: -1 }, Infinity, name);
  return {
    name,
    apply: (source) => ordered.apply(counted.apply(source)),
    reads: counted.reads,
    replaces: true,
  };
};

export const sample: Compile = (operand, _context, name) => {
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

export const bucket: Compile = (operand, context, name) => {
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
