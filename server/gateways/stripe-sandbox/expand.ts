/** Replaces references by the objects they name, along the paths of `expand[]`, as deep as Stripe goes. */
import { invalidRequest } from './api-errors.ts';
import { kindOfId } from './kinds.ts';
import type { SandboxStore } from './store.ts';

const MAX_DEPTH = 4;
type Json = Record<string, unknown>;

/** Fields that are absent until they are asked for; the answer is made by the caller. */
type Includable = (object: Json, field: string) => unknown;

export function expandPaths(
  store: SandboxStore,
  object: object,
  paths: string[],
  include: Includable,
): object {
  return paths.reduce<object>((expanded, path) => {
    const fields = path.split('.');
    if (fields.length > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property: ${path}`);
    }
    return expandPath(store, expanded as Json, fields, path, include);
  }, object);
}

function expandPath(
  store: SandboxStore,
  object: Json,
  [field, ...rest]: string[],
  path: string,
  include: Includable,
): object {
  if (field === undefined) return object;
  const value = object[field] === undefined ? include(object, field) : object[field];
  if (value === undefined) throw notExpandable(path);
  if (value === null) return object;
  return { ...object, [field]: expandValue(store, value, rest, path, include) };
}

function expandValue(
  store: SandboxStore,
  value: unknown,
  rest: string[],
  path: string,
  include: Includable,
): unknown {
  if (Array.isArray(value)) return value.map((item) => expandValue(store, item, rest, path, include));
  const target = typeof value === 'string' ? load(store, value) : value;
  if (typeof target !== 'object' || target === null) throw notExpandable(path);
  return expandPath(store, target as Json, rest, path, include);
}

function load(store: SandboxStore, id: string): object | null {
  const kind = kindOfId(id);
  return kind === null ? null : store.get(kind, id);
}

function notExpandable(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
