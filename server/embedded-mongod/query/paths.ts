/**
 * Dotted paths through documents and arrays, as queries walk them: an array on the way stands for each of
 * its documents, and a number names an array's element.
 */
import { getField, isPlainObject, type Doc } from '../bson/types.ts';

export type Path = readonly string[];

export function parsePath(path: string): Path {
  return path.split('.');
}

export function isIndexName(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name);
}

/** Calls `visit` with every value the path reaches; a missing one is `undefined`. True stops and is the result. */
export function someValue(
  value: unknown,
  path: Path,
  at: number,
  visit: (value: unknown) => boolean,
): boolean {
  if (at === path.length) return visit(value);
  const name = path[at] ?? '';
  if (Array.isArray(value)) {
    const list = value as unknown[];
    if (isIndexName(name) && Number(name) < list.length) {
      if (someValue(list[Number(name)], path, at + 1, visit)) return true;
    }
    return list.some((element) => isPlainObject(element) && someValue(element, path, at, visit));
  }
  if (!isPlainObject(value)) return visit(undefined);
  return someValue(getField(value, name), path, at + 1, visit);
}

/** The value at a path without going through arrays, except by number. */
export function directValue(document: Doc, path: Path): unknown {
  let value: unknown = document;
  for (const name of path) {
    if (Array.isArray(value)) value = isIndexName(name) ? (value as unknown[])[Number(name)] : undefined;
    else value = isPlainObject(value) ? getField(value, name) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
