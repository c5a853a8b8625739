/**
 * Counts operations for their limits. Reads are counted by each server for itself; changes are counted in the database,
 * by all servers of the installation together.
 */
import {
  RateLimiterMemory,
  RateLimiterMongo,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import {
  CHANGING_LIMITS,
  OWN_LIMITS,
  READING_LIMITS,
  type OperationLimit,
} from '../domain/operation-limits.ts';
import { batchedCounters } from '../db/batched-counters.ts';
import type { Database } from '../db/database.ts';
import { OPERATION_COUNTS } from '../db/models/session.ts';

export type Caller = keyof typeof READING_LIMITS;

export interface OperationCounts {
  /**
   * Counts operations before they are executed.
   * @param by the person's id, or the address that a visitor comes from
   * @returns seconds to wait; 0 where they may be executed
   */
  count(
    by: { readonly caller: Caller; readonly key: string },
    isChange: boolean,
    names: readonly string[],
  ): Promise<number>;
}

export function createOperationCounts(database: Database): OperationCounts {
  const inMemory = ({ operations: points, perSeconds: duration }: OperationLimit) =>
    new RateLimiterMemory({ points, duration });
  const shared = (keyPrefix: string, { operations: points, perSeconds: duration }: OperationLimit) =>
    new RateLimiterMongo({
      storeClient: batchedCounters(database),
      tableName: OPERATION_COUNTS,
      disableIndexesCreation: true,
      ...{ keyPrefix, points, duration },
    });
  const reading = {
    visitor: inMemory(READING_LIMITS.visitor),
    person: inMemory(READING_LIMITS.person),
  };
  const changing = {
    visitor: shared('visitor', CHANGING_LIMITS.visitor),
    person: shared('person', CHANGING_LIMITS.person),
  };
  const own = new Map(Object.entries(OWN_LIMITS).map(([name, limit]) => [name, shared(name, limit)]));
  return {
    async count({ caller, key }, isChange, names) {
      const all = await consume((isChange ? changing : reading)[caller], key, names.length);
      const waits = [all];
      for (const name of new Set(names)) {
        const counter = own.get(name);
        const times = names.filter((one) => one === name).length;
        if (counter !== undefined) waits.push(await consume(counter, `${caller}:${key}`, times));
      }
      return Math.max(...waits);
    },
  };
}

async function consume(counter: RateLimiterAbstract, key: string, points: number): Promise<number> {
  if (points === 0) return 0;
  try {
    await counter.consume(key, points);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw refusal;
  }
}
