/** Noting that stored events are applied; those that are finished already stay as they are. */
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { GivingPlatform } from '../context.ts';

/** More than the jobs of a long backlog name; beyond it, the oldest are asked about again. */
const MOST_REMEMBERED = 50_000;

/** What this process has noted itself, and the database has acknowledged. */
const marked = new WeakMap<object, Set<string>>();

export async function markApplied(
  { database, clock }: GivingPlatform,
  eventIds: readonly string[],
  session: ClientSession | null = null,
): Promise<void> {
  await paymentEvents(database)
    .updateMany(
      { _id: operators({ $in: [...eventIds] }), status: 'received' },
      { $set: { status: 'applied', finishedAt: clock.now() } },
    )
    .session(session);
  // Within a transaction nothing is certain yet.
  if (session === null) remember(database, eventIds);
}

function remember({ connection }: Database, eventIds: readonly string[]): void {
  const known = marked.get(connection) ?? new Set<string>();
  marked.set(connection, known);
  for (const id of eventIds) known.add(id);
  for (const id of known) {
    if (known.size <= MOST_REMEMBERED) return;
    known.delete(id);
  }
}

/** Those of which it is not known without asking that they are applied. */
export function notMarkedYet({ connection }: Database, eventIds: readonly string[]): string[] {
  const known = marked.get(connection);
  return known === undefined ? [...eventIds] : eventIds.filter((id) => !known.has(id));
}
