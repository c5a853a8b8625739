/** Capped collections: the oldest documents make room for new ones. */
import { toNumber, isNumeric } from '../bson/numbers.ts';
import type { Collection } from './catalog.ts';
import { removeDocument } from './documents.ts';
import { afterPrefix } from './ordered-key.ts';
import type { UnitOfWork } from './unit-of-work.ts';

function limitOf(value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : 0;
  return number > 0 ? number : Infinity;
}

export function keepWithinCap(unit: UnitOfWork, collection: Collection): void {
  const most = limitOf(collection.options['max']);
  const size = limitOf(collection.options['size']);
  const isFull = (): boolean => {
    const { documents, bytes } = unit.sizeOf(collection);
    return documents > 1 && (documents > most || bytes > size);
  };
  while (isFull()) {
    const cursor = unit.view().scan({ start: collection.prefix, end: afterPrefix(collection.prefix) });
    const found = cursor.next();
    cursor.close();
    if (!found) return;
    removeDocument(unit, collection, cursor.key.slice(collection.prefix.length), cursor.value);
  }
}
