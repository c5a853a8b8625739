/** Operations on a session. */
import { snapshotTimeOf } from '../driver-internals.ts';
import type { SessionEntity } from '../entities.ts';
import type { Operation } from '../unified-format.ts';
import type { OperationTable } from './operation-table.ts';

const OPTIONS = ['maxCommitTimeMS', 'readConcern', 'readPreference', 'timeoutMS', 'writeConcern'] as const;

export const sessionOperations: OperationTable<SessionEntity> = {
  startTransaction: {
    known: OPTIONS,
    run: ({ session }, given) => {
      session.startTransaction(given);
      return Promise.resolve();
    },
  },
  commitTransaction: { known: ['timeoutMS'], run: ({ session }, given) => session.commitTransaction(given) },
  abortTransaction: { known: ['timeoutMS'], run: ({ session }, given) => session.abortTransaction(given) },
  endSession: { known: [], run: ({ session }) => session.endSession() },
  getSnapshotTime: { known: [], run: ({ session }) => Promise.resolve(snapshotTimeOf(session)) },
  withTransaction: {
    known: ['callback', ...OPTIONS],
    run: async ({ session }, { callback, ...options }, context) => {
      await session.withTransaction(async () => {
        for (const operation of callback as Operation[]) await context.run(operation, { rethrow: true });
      }, options);
    },
  },
};
