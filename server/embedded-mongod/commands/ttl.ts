/** TTL indexes: once a minute, documents whose date is old enough are removed. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import type { Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import type { Collection, Index } from '../storage/catalog.ts';
import type { CommandContext } from './context.ts';
import { deleteStatement } from './modify.ts';
import { runStatement } from './write.ts';

const EVERY_MS = 60_000;

function contextFor(engine: Engine, collection: Collection): CommandContext {
  return {
    engine,
    connectionId: 0,
    db: collection.db,
    name: 'delete',
    body: {},
    session: undefined,
    transaction: undefined,
    retryNumber: undefined,
    readSnapshot: undefined,
    deadline: Infinity,
    isGone: () => false,
  };
}

async function sweepIndex(engine: Engine, collection: Collection, index: Index, now: number): Promise<void> {
  const seconds = index.spec['expireAfterSeconds'];
  const [part] = index.parts;
  if (!isNumeric(seconds) || part === undefined) return;
  const filter: Doc = { [part.name]: { $lt: new Date(now - toNumber(seconds) * 1000) } };
  const partial = index.spec['partialFilterExpression'];
  const whole = partial === undefined ? filter : { $and: [filter, partial] };
  const selection = { filter: whole, sort: [], hint: index.name, multi: true, variables: {} };
  const { statement } = deleteStatement(contextFor(engine, collection), collection, selection);
  try {
    await runStatement(contextFor(engine, collection), statement);
  } finally {
    statement.close();
  }
}

/** Removes what has expired at `now`, in milliseconds since 1970. */
export async function sweepExpired(engine: Engine, now: number): Promise<void> {
  for (const collection of [...engine.catalog.all()]) {
    for (const index of collection.indexes) await sweepIndex(engine, collection, index, now);
  }
}

export function startTtl(engine: Engine): void {
  let running = false;
  engine.every(EVERY_MS, () => {
    if (running) return;
    running = true;
    sweepExpired(engine, Date.now())
      .catch((error: unknown) => engine.options.log(`TTL sweep failed: ${String(error)}`))
      .finally(() => {
        running = false;
      });
  });
}
