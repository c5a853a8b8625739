/** Sorting by a specification such as `{ a: 1, 'b.c': -1 }`: an array sorts by its least or greatest element. */
import { compareValues } from '../bson/compare.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { parsePath, someValue, type Path } from './paths.ts';

export interface SortPart {
  readonly name: string;
  readonly path: Path;
  readonly direction: 1 | -1;
}

export function parseSort(spec: unknown): SortPart[] {
  if (spec === undefined || spec === null) return [];
  if (!isPlainObject(spec)) throw new CommandError('TypeMismatch', 'Expected sort to be a document.');
  return Object.entries(spec).map(([name, value]) => {
    if (isPlainObject(value)) throw notImplemented(`sorting by ${Object.keys(value).join(', ')}`);
    const direction = isNumeric(value) ? toNumber(value) : NaN;
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(
        'BadValue',
        '$sort key ordering must be 1 (for ascending) or -1 (for descending)',
      );
    }
    if (name === '' || name.startsWith('$')) {
      if (name !== '$natural') throw new CommandError('BadValue', `Cannot sort by the field '${name}'.`);
    }
    return { name, path: parsePath(name), direction };
  });
}

function sortValue(document: Doc, { path, direction }: SortPart): unknown {
  const candidates: unknown[] = [];
  someValue(document, path, 0, (value) => {
    if (!Array.isArray(value)) candidates.push(value ?? null);
    else if (value.length === 0) candidates.push(undefined);
    else for (const element of value as unknown[]) candidates.push(element ?? null);
    return false;
  });
  if (candidates.length === 0) return null;
  return candidates.reduce((best, one) => (compareValues(one, best) * direction < 0 ? one : best));
}

/** The values a document sorts by. */
export function sortKey(document: Doc, parts: readonly SortPart[]): unknown[] {
  return parts.map((part) => sortValue(document, part));
}

export function compareSortKeys(
  a: readonly unknown[],
  b: readonly unknown[],
  parts: readonly SortPart[],
): number {
  for (let index = 0; index < parts.length; index++) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return order * (parts[index]?.direction ?? 1);
  }
  return 0;
}

export function sortFields(parts: readonly SortPart[]): string[] {
  return parts.map(({ path }) => path[0] ?? '');
}

/** Keeps the first `limit` items in order without sorting all that pass by. */
export class Sorter<Item> {
  private items: { key: unknown[]; item: Item; position: number }[] = [];
  private count = 0;

  constructor(
    private readonly parts: readonly SortPart[],
    private readonly limit: number,
  ) {}

  add(key: unknown[], item: Item): void {
    this.items.push({ key, item, position: this.count++ });
    if (this.items.length >= this.limit * 2 + 1000) this.shrink();
  }

  private shrink(): void {
    this.items.sort((a, b) => compareSortKeys(a.key, b.key, this.parts) || a.position - b.position);
    if (this.items.length > this.limit) this.items.length = this.limit;
  }

  sorted(): Item[] {
    this.shrink();
    return this.items.map(({ item }) => item);
  }
}
