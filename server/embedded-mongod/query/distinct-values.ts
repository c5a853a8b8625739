/**
 * The values of a field, hopped over in an index that starts with it: one entry is read for each value, however many
 * documents have it. A queue asks several times a second which of its lines have anybody waiting.
 */
import { BSONRegExp } from 'bson';
import { decodeDocument } from '../bson/decode.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Collection, Index } from '../storage/catalog.ts';
import { documentKey, recordText } from '../storage/documents.ts';
import { afterPrefix, valueKey } from '../storage/ordered-key.ts';
import type { View } from '../storage/view.ts';
import type { Filter } from './match.ts';
import { parsePath, someValue } from './paths.ts';

/** With more, walking is as quick as hopping. */
const MOST_VALUES = 100;

/** The filter names nothing but the field, and says the same of all documents that have one value of it. */
function asksOnlyFor(field: string, filter: Doc): boolean {
  return Object.entries(filter).every(([name, operand]) => {
    if (name !== field || !isPlainObject(operand)) return false;
    const { $in: list, ...others } = operand;
    const isList = Array.isArray(list) && !(list as unknown[]).some((one) => one instanceof BSONRegExp);
    return isList && Object.keys(others).length === 0;
  });
}

function indexOf(collection: Collection, field: string): Index | undefined {
  return collection.indexes.find(
    ({ parts: [first], arrays, shortened, sparse, partial }) =>
      first?.name === field &&
      first.direction === 1 &&
      (arrays & 1) === 0 &&
      !shortened &&
      !sparse &&
      partial === undefined,
  );
}

/** @returns undefined where no index answers this, or so many have a value of their own that walking is as quick */
export function distinctByIndex(
  view: View,
  collection: Collection,
  { field, filter, matches }: { readonly field: string; readonly filter: Doc; readonly matches: Filter },
): unknown[] | undefined {
  const index = asksOnlyFor(field, filter) ? indexOf(collection, field) : undefined;
  if (index === undefined) return undefined;
  const path = parsePath(field);
  const values: unknown[] = [];
  const end = afterPrefix(index.prefix);
  let start = index.prefix;
  for (let hops = 0; hops < MOST_VALUES; hops++) {
    const cursor = view.scan({ start, end });
    const record = cursor.next() ? recordText(cursor.value) : undefined;
    cursor.close();
    if (record === undefined) return values;
    const bytes = view.get(documentKey(collection, record));
    if (bytes === undefined) return undefined;
    let value: unknown;
    someValue(decodeDocument(bytes, 0, new Set([path[0] ?? ''])), path, 0, (one) => {
      value = one;
      return true;
    });
    const counts = matches.matches(decodeDocument(bytes, 0, matches.fields));
    // Null and nothing are one key, and two answers.
    if (counts && (value === undefined || value === null)) return undefined;
    if (counts) values.push(value);
    start = index.prefix + afterPrefix(valueKey(value));
  }
  return undefined;
}
