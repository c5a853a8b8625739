/** Batching reads: the ids that the fields of one request ask for are read together, one query instead of many. */
import DataLoader from 'dataloader';
import type { Database } from '../db/database.ts';
import type { ServiceContext } from './context.ts';

type Read<Value> = (database: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/**
 * Makes a reader of single things from a reader of many. Nothing is cached, so that a mutation never answers with what
 * was read before it.
 */
export function batched<Value>(
  read: Read<Value>,
): (context: ServiceContext, id: string) => Promise<Value | null> {
  const loaders = new WeakMap<ServiceContext, DataLoader<string, Value | null>>();
  return (context, id) => {
    let loader = loaders.get(context);
    if (loader === undefined) {
      loader = new DataLoader<string, Value | null>(
        async (ids) => {
          const found = await read(context.database, [...new Set(ids)]);
          return ids.map((wanted) => found.get(wanted) ?? null);
        },
        { cache: false, maxBatchSize: 500 },
      );
      loaders.set(context, loader);
    }
    return loader.load(id);
  };
}
