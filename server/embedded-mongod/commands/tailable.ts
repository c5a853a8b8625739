/** Tailable cursors on capped collections: at the end they stay open, and find later what came meanwhile. */
import { decodeDocument } from '../bson/decode.ts';
import { RawDocument } from '../bson/types.ts';
import type { Results } from '../cursors.ts';
import { CommandError } from '../errors.ts';
import type { Filter } from '../query/match.ts';
import type { Collection } from '../storage/catalog.ts';
import { afterPrefix } from '../storage/ordered-key.ts';
import type { Store } from '../storage/store.ts';
import type { Cursor } from '../storage/view.ts';

export function tail(store: Store, collection: Collection, filter: Filter): Results {
  if (!collection.isCapped) {
    throw new CommandError(
      'BadValue',
      `error processing query: tailable cursor requested on non capped collection ${collection.namespace}`,
    );
  }
  let position = collection.prefix;
  let cursor: Cursor | undefined;
  const stop = (): void => {
    cursor?.close();
    cursor = undefined;
  };
  return {
    next: () => {
      if (collection.dropped) {
        throw new CommandError('CappedPositionLost', 'The collection was dropped while it was tailed.');
      }
      cursor ??= store.latest().scan({ start: position, end: afterPrefix(collection.prefix) });
      while (cursor.next()) {
        position = `${cursor.key}\0`;
        const bytes = cursor.value;
        if (filter.matches(decodeDocument(bytes, 0, filter.fields))) return new RawDocument(bytes);
      }
      stop();
      return undefined;
    },
    close: stop,
  };
}
