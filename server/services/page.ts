/**
 * A page of a list. Whatever is asked for, a list is never read whole, and it is never cut silently: a page says how the
 * next one is asked for, or that it is the last. The order of a list is one stored value and then the id, so that it is
 * the same at each reading: what is added or changed between two pages neither hides another row nor shows it twice.
 */
import type { Model } from 'mongoose';
import { UnknownPage } from '../domain/errors.ts';
import { operators } from '../db/database.ts';

export interface Page {
  readonly first: number;
  /** `next` of the page before; null for the first page. */
  readonly after: string | null;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** What the page after this one is asked for by; null when this is the last. */
  readonly next: string | null;
}

/** What a list is ordered by; rows that are equal in it stand in the order of their ids, which are texts. */
export interface Order {
  readonly path: string;
  readonly kind: 'instant' | 'text';
  readonly direction: 1 | -1;
}

export const newestBy = (path: string): Order => ({ path, kind: 'instant', direction: -1 });

/** The latest calendar day first. */
export const latestDayBy = (path: string): Order => ({ path, kind: 'text', direction: -1 });

export const byText = (path: string): Order => ({ path, kind: 'text', direction: 1 });

const MAX_PAGE = 200;

/** From 1 to the most of a page. The database takes a limit of zero for "all", and a negative one for its size. */
export function limitOf({ first }: Pick<Page, 'first'>, max = MAX_PAGE): number {
  return Math.max(1, Math.min(first, max));
}

interface Place {
  readonly value: Date | string;
  readonly id: string;
}

/** A place in an order as a text without meaning for whoever carries it; it names its order, and fits no other. */
function cursorOf({ path }: Order, { value, id }: Place): string {
  const plain = value instanceof Date ? value.getTime() : value;
  return Buffer.from(JSON.stringify([path, plain, id])).toString('base64url');
}

/** @throws UnknownPage for anything that `cursorOf` did not make for this order */
function placeOf({ path, kind }: Order, cursor: string): Place {
  const [from, plain, id] = partsOf(cursor);
  const known = kind === 'instant' ? Number.isSafeInteger(plain) : typeof plain === 'string';
  if (from !== path || !known || typeof id !== 'string') throw new UnknownPage(cursor);
  return { value: kind === 'instant' ? new Date(plain as number) : (plain as string), id };
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** Lets through what comes after a place. The first condition says again what the others come to: it bounds the index. */
function beyond({ path, direction }: Order, { value, id }: Place): Record<string, unknown>[] {
  const past = direction === 1 ? '$gt' : '$lt';
  const from = direction === 1 ? '$gte' : '$lte';
  return [
    { [path]: operators({ [from]: value }) },
    { $or: [{ [path]: operators({ [past]: value }) }, { [path]: value, _id: operators({ [past]: id }) }] },
  ];
}

function valueAt(row: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (thing, name) =>
        typeof thing === 'object' && thing !== null ? (thing as Record<string, unknown>)[name] : undefined,
      row,
    );
}

/**
 * One page of what the conditions let through, in this order. The model needs an index whose first parts are what the
 * conditions fix, then `order.path`, then `_id`, both in one direction; one row more than the page is read.
 * @param conditions as for `find`: operators marked by us, values of input plain
 * @param max the most rows of a page, whatever is asked for
 * @throws UnknownPage where `after` is no place in this order
 */
export async function readPage<Stored extends { readonly _id: string }>(
  model: Model<Stored>,
  conditions: Readonly<Record<string, unknown>>,
  order: Order,
  page: Page,
  max = MAX_PAGE,
): Promise<PageOf<Stored>> {
  const limit = limitOf(page, max);
  const after = page.after === null ? [] : beyond(order, placeOf(order, page.after));
  const { $and: also = [], ...rest } = conditions as { readonly $and?: readonly unknown[] };
  const both = [...also, ...after];
  const found = await model
    .find({ ...rest, ...(both.length === 0 ? {} : { $and: both }) } as never)
    .sort({ [order.path]: order.direction, _id: order.direction })
    .limit(limit + 1)
    .lean<Stored[]>();
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next:
      last === undefined
        ? null
        : cursorOf(order, { value: valueAt(last, order.path) as Date | string, id: last._id }),
  };
}

/** The conditions of a filter of equal values: those that are not null. */
export const chosen = (filter: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));

/** The same page of other items: what each row is completed to. */
export const pageOf = <Item>({ next }: PageOf<unknown>, items: readonly Item[]): PageOf<Item> => ({
  items,
  next,
});
