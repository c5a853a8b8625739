/** A limiter whose increments share round trips counts as one that counts each alone, an expired count included. */
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchedCounters } from '../../server/db/batched-counters.ts';
import { openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { GIVING_ATTEMPTS } from '../../server/db/models/giving-guard.ts';
import { connectTestDatabase } from '../support/mongo.ts';

let database: Database;
let drop: () => Promise<unknown>;

beforeAll(async () => {
  const test = await connectTestDatabase();
  database = await openDatabase(test.uri, test.databaseName);
  drop = () => test.drop();
  await runMigrations(database);
});
afterAll(async () => {
  await database.connection.close();
  await drop();
});

const limiterOf = (keyPrefix: string, points: number) =>
  new RateLimiterMongo({
    ...{ storeClient: batchedCounters(database), tableName: GIVING_ATTEMPTS, disableIndexesCreation: true },
    ...{ keyPrefix, points, duration: 60 },
  });

const consume = async (limiter: RateLimiterMongo, key: string, points = 1): Promise<number> => {
  try {
    return (await limiter.consume(key, points)).consumedPoints;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return -refused.consumedPoints;
    throw refused;
  }
};

it('tells each of many at once its own count, and refuses exactly those beyond the limit', async () => {
  const limiter = limiterOf('many', 10);
  const counts = await Promise.all(
    Array.from({ length: 60 }, (_, place) => consume(limiter, `donor-${place % 4}`)),
  );
  const ofOne = counts.filter((_, place) => place % 4 === 0);
  expect(ofOne).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -11, -12, -13, -14, -15]);
  expect(counts.filter((count) => count > 0)).toHaveLength(40);
  expect(
    await Promise.all([consume(limiter, 'x', 3), consume(limiter, 'x', 4), consume(limiter, 'y')]),
  ).toEqual([3, 7, 1]);
});

it('begins anew where the count of an hour has run out and is not cleared away yet', async () => {
  const expire = new Date(Date.now() - 1_000);
  await database.connection
    .collection(GIVING_ATTEMPTS)
    .insertMany([1, 2, 3].map((place) => ({ key: `old:donor-${place}`, points: 99, expire })));
  const limiter = limiterOf('old', 10);
  const keys = [1, 2, 3, 4, 1].map((place) => `donor-${place}`);
  expect(await Promise.all(keys.map((key) => consume(limiter, key)))).toEqual([1, 1, 1, 1, 2]);
});
