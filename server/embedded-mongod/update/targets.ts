/**
 * Where an update's path leads in a document: `$[]` to every element, `$[name]` to those an array filter
 * accepts, `$` to the one the query matched.
 */
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, type CompileExpression, type Matches } from '../query/match.ts';
import { isIndexName, someValue } from '../query/paths.ts';
import { ArrayNode, nodeValue, ObjectNode, opened, type Node } from './tree.ts';

type ArrayFilters = ReadonlyMap<string, Matches>;

/** Array filters by the name they speak of; each filter speaks of one. */
export function compileArrayFilters(filters: unknown, compileExpression: CompileExpression): ArrayFilters {
  const result = new Map<string, Matches>();
  if (filters === undefined) return result;
  if (!Array.isArray(filters)) throw new CommandError('TypeMismatch', 'arrayFilters must be an array');
  for (const filter of filters as unknown[]) {
    if (!isPlainObject(filter)) throw new CommandError('TypeMismatch', 'Each array filter must be an object');
    const name = filterName(filter);
    if (name === undefined) {
      throw new CommandError(
        'FailedToParse',
        'Cannot use an expression without a top-level field name in arrayFilters',
      );
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw new CommandError(
        'BadValue',
        `Error parsing array filter: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (result.has(name)) {
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${name}`,
      );
    }
    result.set(name, compileFilter(filter, compileExpression).matches);
  }
  return result;
}

function filterName(filter: Doc): string | undefined {
  for (const [name, value] of Object.entries(filter)) {
    if (!name.startsWith('$')) return name.split('.')[0];
    if (!Array.isArray(value)) continue;
    for (const clause of value as unknown[]) {
      const found = isPlainObject(clause) ? filterName(clause) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export interface Positions {
  readonly filters: ArrayFilters;
  /** Index of the element that the query matched in the array at the given path. */
  matchedAt(arrayPath: string): number | undefined;
}

/** The concrete paths that a path with positional parts stands for. */
export function concretePaths(root: ObjectNode, path: string, positions: Positions): string[][] {
  const parts = path.split('.');
  if (parts.some((part) => part === '')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (!path.includes('$')) return [parts];
  return expand(root, parts, 0, [], path, positions);
}

function expand(
  node: Node | undefined,
  parts: readonly string[],
  at: number,
  walked: readonly string[],
  path: string,
  positions: Positions,
): string[][] {
  const part = parts[at];
  if (part === undefined) return [[...walked]];
  const open = node === undefined ? undefined : opened(node);
  if (part === '$') {
    const arrayPath = walked.join('.');
    const index = positions.matchedAt(arrayPath);
    if (index === undefined) {
      throw new CommandError(
        'BadValue',
        'The positional operator did not find the match needed from the query.',
      );
    }
    const item = open instanceof ArrayNode ? open.items[index] : undefined;
    return expand(item, parts, at + 1, [...walked, String(index)], path, positions);
  }
  const named = /^\$\[(.*)\]$/.exec(part);
  if (named !== null) {
    return expandArray(open, named[1] ?? '', parts, at, walked, path, positions);
  }
  if (part.startsWith('$') && !(at > 0 && ['$ref', '$id', '$db'].includes(part))) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  let next: Node | undefined;
  if (open instanceof ObjectNode) next = open.fields.get(part);
  else if (open instanceof ArrayNode && isIndexName(part)) next = open.items[Number(part)];
  return expand(next, parts, at + 1, [...walked, part], path, positions);
}

function expandArray(
  open: Node | undefined,
  name: string,
  parts: readonly string[],
  at: number,
  walked: readonly string[],
  path: string,
  positions: Positions,
): string[][] {
  const filter = name === '' ? undefined : positions.filters.get(name);
  if (name !== '' && filter === undefined) {
    throw new CommandError('BadValue', `No array filter found for identifier '${name}' in path '${path}'`);
  }
  if (!(open instanceof ArrayNode)) {
    const what =
      open === undefined
        ? 'must exist in the document in order to apply array updates.'
        : `is not an array in the document; cannot apply array updates to it.`;
    throw new CommandError('BadValue', `The path '${walked.join('.')}' ${what}`);
  }
  return open.items.flatMap((item, index) => {
    if (filter !== undefined && !filter({ [name]: nodeValue(item) })) return [];
    return expand(item, parts, at + 1, [...walked, String(index)], path, positions);
  });
}

/** Finds the element of an array that made the query match. */
export function matchedElement(
  document: Doc,
  filter: Doc,
  arrayPath: string,
  compileExpression: CompileExpression,
): number | undefined {
  const clauses = clausesAbout(filter, arrayPath);
  if (clauses.length === 0) return undefined;
  let list: unknown[] | undefined;
  someValue(document, arrayPath.split('.'), 0, (value) => {
    if (Array.isArray(value)) list = value as unknown[];
    return list !== undefined;
  });
  if (list === undefined) return undefined;
  const tests = clauses.map((clause) => compileFilter(clause, compileExpression).matches);
  const single = list.map((element) => withArray(document, arrayPath.split('.'), [element]));
  const all = single.findIndex((one) => tests.every((test) => test(one)));
  if (all >= 0) return all;
  const some = single.findIndex((one) => tests.some((test) => test(one)));
  return some >= 0 ? some : undefined;
}

function clausesAbout(filter: Doc, arrayPath: string): Doc[] {
  return Object.entries(filter).flatMap(([name, value]): Doc[] => {
    if ((name === '$and' || name === '$or') && Array.isArray(value)) {
      return (value as unknown[]).flatMap((clause) =>
        isPlainObject(clause) ? clausesAbout(clause, arrayPath) : [],
      );
    }
    return name === arrayPath || name.startsWith(`${arrayPath}.`) ? [{ [name]: value }] : [];
  });
}

function withArray(document: Doc, path: readonly string[], list: unknown[]): Doc {
  const [name, ...rest] = path;
  if (name === undefined) return document;
  const inner = document[name];
  return {
    ...document,
    [name]: rest.length === 0 || !isPlainObject(inner) ? list : withArray(inner, rest, list),
  };
}
