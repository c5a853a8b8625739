/** Operations on a cursor or a change stream. */
import type { AbstractCursor, ChangeStream } from 'mongodb';
import type { OperationTable } from './operation-table.ts';

export const cursorOperations: OperationTable<AbstractCursor | ChangeStream> = {
  iterateUntilDocumentOrError: { known: [], run: (cursor) => cursor.next() as Promise<unknown> },
  iterateOnce: { known: [], run: (cursor) => cursor.tryNext() as Promise<unknown> },
  close: {
    known: ['timeoutMS'],
    run: async (cursor, options) => {
      // Drivers differ in what of killCursors they report, so the format ignores errors here.
      await cursor.close(options).catch(() => undefined);
    },
  },
};
