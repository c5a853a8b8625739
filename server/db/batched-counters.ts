/**
 * Counters of a rate limiter that many people move at the same moment: their increments share round trips and durable
 * writes. It is what the limiter's library sees of a database; each answer is as if it had been counted alone.
 */
import type { Collection, Document, Filter, FindOneAndUpdateOptions, UpdateFilter } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import type { Database } from './database.ts';
import { inBatches } from './together.ts';

interface Counted {
  readonly database: Database;
  readonly name: string;
  readonly filter: Filter<Document> & { readonly key: string };
  readonly update: UpdateFilter<Document>;
  readonly options: FindOneAndUpdateOptions;
}

type Outcome = { readonly found: Document | null } | { readonly failed: unknown };

const collectionOf = ({ database, name }: Pick<Counted, 'database' | 'name'>): Collection =>
  database.connection.collection(name);

const countAlone = async (one: Counted): Promise<Outcome> => {
  try {
    return { found: await collectionOf(one).findOneAndUpdate(one.filter, one.update, one.options) };
  } catch (failed) {
    return { failed };
  }
};

const pointsOf = ({ update }: Counted): number => Number(update.$inc?.['points'] ?? 0);

/** Those whose key holds an old count are counted alone: the library then replaces it. */
async function countTogether(batch: readonly [Counted, ...Counted[]]): Promise<readonly Outcome[]> {
  const collection = collectionOf(batch[0]);
  const failed = new Set<number>();
  try {
    await collection.bulkWrite(
      batch.map(({ filter, update }) => ({ updateOne: { filter, update, upsert: true } })),
      { ordered: false },
    );
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    for (const { index } of [error.writeErrors].flat()) failed.add(index);
  }
  const keys = [...new Set(batch.map(({ filter }) => filter.key))];
  const found = await collection
    .find({ key: { $in: keys } })
    .limit(keys.length)
    .toArray();
  const counts = new Map(found.map((document) => [document['key'] as string, document]));
  const outcomes: Outcome[] = [];
  // From the last to the first, so that each sees the count as it was when its turn had come.
  for (const [place, one] of [...batch.entries()].reverse()) {
    const counted = counts.get(one.filter.key);
    if (failed.has(place) || counted === undefined) {
      outcomes.unshift(await countAlone(one));
      continue;
    }
    outcomes.unshift({ found: counted });
    counts.set(one.filter.key, { ...counted, points: Number(counted['points']) - pointsOf(one) });
  }
  return outcomes;
}

const lines = new Map<string, (one: Counted) => Promise<Outcome>>();

function lineOf(name: string): (one: Counted) => Promise<Outcome> {
  const line = lines.get(name) ?? inBatches(countTogether, countAlone);
  lines.set(name, line);
  return line;
}

/** Only counting goes in batches; resetting and reading a counter go to the database as they are. */
export const batchedCounters = (database: Database) => ({
  collection: (name: string) => ({
    async findOneAndUpdate(
      filter: Counted['filter'],
      update: Counted['update'],
      options: Counted['options'],
    ): Promise<Document | null> {
      const one = { database, name, filter, update, options };
      const outcome = await (update.$inc === undefined ? countAlone(one) : lineOf(name)(one));
      if ('failed' in outcome) throw outcome.failed;
      return outcome.found;
    },
    findOne: (filter: Filter<Document>) => collectionOf({ database, name }).findOne(filter),
    deleteOne: (filter: Filter<Document>) => collectionOf({ database, name }).deleteOne(filter),
  }),
});
