/** Noting that stored events are applied; those that are finished already stay as they are. */
import { operators, type ClientSession } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { GivingPlatform } from '../context.ts';

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
}
