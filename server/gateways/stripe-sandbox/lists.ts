/** Stripe's lists: newest first, a page at a time, with cursors that stay right while objects are added. */
import { invalidRequest, noSuch } from './api-errors.ts';
import type { ApiListOf } from './api-list.ts';
import type { Context } from './context.ts';
import type { Kind, Kinds } from './kinds.ts';
import type { Params } from './params.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

export function listObjects<K extends Kind>(
  { store }: Context,
  kind: K,
  url: string,
  params: Params,
  matches: (object: Kinds[K]) => boolean = () => true,
): ApiListOf<Kinds[K]> {
  const limit = readLimit(params);
  const after = params.string('starting_after');
  const before = params.string('ending_before');
  if (after !== null && before !== null) {
    throw invalidRequest('You cannot use both starting_after and ending_before.', {
      code: 'parameters_exclusive',
    });
  }
  for (const [cursor, name] of [
    [after, 'starting_after'],
    [before, 'ending_before'],
  ] as const) {
    if (cursor !== null && store.get(kind, cursor) === null) throw noSuch(kind, cursor, name);
  }
  const source =
    before === null ? store.newestFirst(kind, after ?? undefined) : store.oldestFirst(kind, before);
  const found = takeMatching(source, matches, limit + 1);
  const data = found.slice(0, limit);
  if (before !== null) data.reverse();
  return { object: 'list', url, has_more: found.length > limit, data };
}

function readLimit(params: Params): number {
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw invalidRequest(`Limit must be between 1 and ${MAX_LIMIT}.`, { param: 'limit' });
  }
  return limit;
}

function takeMatching<T>(source: Iterable<T>, matches: (object: T) => boolean, count: number): T[] {
  const found: T[] = [];
  for (const object of source) {
    if (!matches(object)) continue;
    found.push(object);
    if (found.length === count) break;
  }
  return found;
}
