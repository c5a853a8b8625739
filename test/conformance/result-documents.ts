/** Turns the driver's result objects into the documents that tests expect. */
import type { BulkWriteResult, ClientBulkWriteResult, UpdateResult } from 'mongodb';
import type { Fields } from './unified-format.ts';

function byIndex<Result extends object>(
  results: ReadonlyMap<number, Result> | undefined,
  shape: (result: Result) => object = (result) => result,
): Fields | undefined {
  if (results === undefined) return undefined;
  return Object.fromEntries([...results].map(([index, result]) => [String(index), shape(result)]));
}

export function bulkWriteResultDocument(result: BulkWriteResult): Fields {
  const {
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
    upsertedIds,
    insertedIds,
  } = result;
  return {
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
    upsertedIds,
    insertedIds,
  };
}

/** `didUpsert` is the driver's own addition: the format tells an upsert by its id. */
export function clientBulkWriteResultDocument(result: ClientBulkWriteResult): Fields {
  const { insertResults, updateResults, deleteResults, ...counts } = result;
  return {
    ...counts,
    insertResults: byIndex(insertResults),
    updateResults: byIndex(updateResults, ({ didUpsert: _didUpsert, ...result }) => result),
    deleteResults: byIndex(deleteResults),
  };
}

/** The driver reports "nothing upserted" as a null id; the format as no id. */
export function updateResultDocument(result: UpdateResult): Fields {
  const { upsertedId, ...others } = result;
  return upsertedId === null ? others : { ...others, upsertedId };
}
