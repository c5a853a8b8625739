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

/** A cap is small, so what the collection holds is counted anew each time. */
export function keepWithinCap(unit: UnitOfWork, collection: Collection): void {
  const most = limitOf(collection.options['max']);
  const size = limitOf(collection.options['size']);
  const sizes: { record: string; bytes: Buffer }[] = [];
  let total = 0;
  const cursor = unit.view().scan({ start: collection.prefix, end: afterPrefix(collection.prefix) });
  while (cursor.next()) {
    total += cursor.value.length;
    sizes.push({ record: cursor.key.slice(collection.prefix.length), bytes: cursor.value });
  }
  cursor.close();
  let count = sizes.length;
  for (const { record, bytes } of sizes) {
    if (count <= 1 || (count <= most && total <= size)) return;
    removeDocument(unit, collection, record, bytes);
    count--;
    total -= bytes.length;
  }
}
