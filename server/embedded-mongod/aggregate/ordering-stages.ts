/** Stages that choose and order documents. */
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { parseSort, sortFields, sortKey, Sorter } from '../query/sort.ts';
import { expressionTest } from './expression.ts';
import { gathered, mapped, PAUSE } from './source.ts';
import { type Compile, type Stage, asDocument, wholeOperand } from './stage.ts';

export const match: Compile = (operand, context, name) => {
  const filter = compileFilter(asDocument(operand, name), expressionTest(context.variables));
  return {
    name,
    apply: (source) => mapped(source, (document) => (filter.matches(document) ? document : undefined)),
    reads: filter.fields,
    replaces: false,
  };
};

export const sort: Compile = (operand, _context, name) => sortStage(operand, Infinity, name);

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

export const limit: Compile = (operand, _context, name) => {
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

export const skip: Compile = (operand, _context, name) => {
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
