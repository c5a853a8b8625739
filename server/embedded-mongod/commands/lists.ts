/** Lists of the catalog as results of a cursor. */
import { RawDocument, type Doc } from '../bson/types.ts';
import { encodeDocument } from '../bson/encode.ts';

export function listResults(documents: readonly Doc[]): {
  next: () => RawDocument | undefined;
  close: () => void;
} {
  let at = 0;
  return {
    next: () => {
      const document = documents[at++];
      return document === undefined ? undefined : new RawDocument(encodeDocument(document));
    },
    close: () => undefined,
  };
}
