/**
 * Storing events that arrive together in one database transaction. A busy minute costs one durable write for many events,
 * and an event is still answered only once it is durable.
 */
import { inTransaction, isDuplicateKey, type Database } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import { inBatches } from '../../db/together.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import type { PaymentEvent } from '../../gateways/payment-events.ts';
import type { GivingPlatform } from '../context.ts';

export type Stored = 'stored' | 'already-stored';

interface Arrived {
  readonly database: Database;
  readonly platform: GivingPlatform;
  readonly event: PaymentEvent;
}

const store = inBatches<Arrived, Stored>(
  // One that another server stores at this moment makes each be stored alone.
  async (batch) => {
    const [{ platform }] = batch;
    const once = new Map(batch.map((one) => [one.event.id, one]));
    const fresh = await write(
      platform,
      [...once.values()].map(({ event }) => event),
    );
    return batch.map((one) =>
      once.get(one.event.id) === one && fresh.has(one.event.id) ? 'stored' : 'already-stored',
    );
  },
  async ({ platform, event }) => {
    try {
      return (await write(platform, [event])).has(event.id) ? 'stored' : 'already-stored';
    } catch (error) {
      if (isDuplicateKey(error)) return 'already-stored';
      throw error;
    }
  },
);

/**
 * Stores the event and makes its job, in one transaction with others that came at the same time.
 * @returns once it is durable; a copy of a stored event is `already-stored`, whenever it comes
 */
export const storeEvent = (platform: GivingPlatform, event: PaymentEvent): Promise<Stored> =>
  store({ database: platform.database, platform, event });

/**
 * One write asks which are there already and stores the others. It goes to the collection as the driver has it: every field
 * has its type already.
 * @throws RangeError for an event of no time, before anything is written
 * @returns the ids of those that were not there
 */
async function write(
  { database, queue, clock }: GivingPlatform,
  events: readonly PaymentEvent[],
): Promise<ReadonlySet<string>> {
  const now = clock.now();
  const stored = database.connection.collection<{ _id: string }>(paymentEvents(database).collection.name);
  const writes = events.map((event) => {
    if (Number.isNaN(event.createdAt.getTime())) throw new RangeError(`The event ${event.id} has no time.`);
    const { _id, ...record } = recordOf(event, now);
    return { updateOne: { filter: { _id }, update: { $setOnInsert: record }, upsert: true } };
  });
  return inTransaction(database, async (session) => {
    const { upsertedIds } = await stored.bulkWrite(writes, { session, ordered: false });
    const eventIds = events.filter((_event, place) => place in upsertedIds).map(({ id }) => id);
    const [eventId, ...others] = eventIds;
    if (eventId === undefined) return new Set();
    if (others.length === 0) await queue.enqueue('apply-payment-event', { eventId }, { session });
    else await queue.enqueue('apply-payment-events', { eventIds }, { session });
    return new Set(eventIds);
  });
}

function recordOf(event: PaymentEvent, receivedAt: Date): PaymentEventRecord {
  return {
    _id: event.id,
    type: event.type,
    liveMode: event.liveMode,
    account: event.account,
    objectKind: event.objectKind,
    donationId: event.donationId,
    checkoutSessionId: event.checkoutSessionId,
    paymentIntentId: event.paymentIntentId,
    monthlyGivingId: event.monthlyGivingId,
    subscriptionId: event.subscriptionId,
    amountMinor: event.amountMinor,
    currency: event.currency,
    occurredAt: event.createdAt,
    receivedAt,
    enqueuedAt: receivedAt,
    status: 'received',
    mismatch: null,
    finishedAt: null,
  };
}
