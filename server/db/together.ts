/**
 * Doing together what many ask for at the same time: what comes while a batch is under way waits for the next, so that a
 * busy second costs a few round trips and durable writes for all of it. A batch does all or nothing; when it fails each
 * is done alone, so that one that cannot be done holds up nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly answer: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

interface Line<Item, Result> {
  waiting: Waiting<Item, Result>[];
  busy: boolean;
}

/** Keeps a database transaction short. */
const MOST_TOGETHER = 32;

/**
 * @param together does all of them, or throws and has done nothing; its results are in the order of the items
 * @param alone does one, whatever has become of it before
 * @param gatherMs how long each batch waits for company; for what nobody waits for at a screen
 * @returns the function that joins the line of a database's connection
 */
export function inBatches<Item extends { readonly database: Database }, Result>(
  together: (items: readonly [Item, ...Item[]]) => Promise<readonly Result[]>,
  alone: (item: Item) => Promise<Result>,
  gatherMs = 0,
): (item: Item) => Promise<Result> {
  const lines = new WeakMap<object, Line<Item, Result>>();

  const doAlone = async ({ item, answer, fail }: Waiting<Item, Result>): Promise<void> => {
    try {
      answer(await alone(item));
    } catch (error) {
      fail(error);
    }
  };

  const doTogether = async (batch: readonly Waiting<Item, Result>[]): Promise<boolean> => {
    const [first, ...rest] = batch.map(({ item }) => item);
    if (first === undefined || rest.length === 0) return false;
    try {
      const results = await together([first, ...rest]);
      for (const [place, { answer }] of batch.entries()) answer(results[place] as Result);
      return true;
    } catch {
      return false;
    }
  };

  const workThrough = async (line: Line<Item, Result>): Promise<void> => {
    line.busy = true;
    while (line.waiting.length > 0) {
      if (gatherMs > 0 && line.waiting.length < MOST_TOGETHER) await sleep(gatherMs);
      const batch = line.waiting.splice(0, MOST_TOGETHER);
      if (!(await doTogether(batch))) await Promise.all(batch.map(doAlone));
    }
    line.busy = false;
  };

  return (item) => {
    const { connection } = item.database;
    const line = lines.get(connection) ?? { waiting: [], busy: false };
    lines.set(connection, line);
    return new Promise<Result>((answer, fail) => {
      line.waiting.push({ item, answer, fail });
      if (!line.busy) void workThrough(line);
    });
  };
}
