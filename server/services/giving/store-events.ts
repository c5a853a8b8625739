/**
 * Storing events that arrive together in one database transaction. A busy minute costs one durable write for many events,
 * and an event is still answered only once it is durable.
 */
import { inTransaction, isDuplicateKey, operators, type Database } from '../../db/database.ts';
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
  // One that another server stored at this moment makes each be stored alone.
  async (batch) => {
    const [{ platform }] = batch;
    const known = await knownAmong(
      platform,
      batch.map(({ event }) => event.id),
    );
    const fresh = new Map<string, Arrived>();
    for (const one of batch)
      if (!known.has(one.event.id) && !fresh.has(one.event.id)) fresh.set(one.event.id, one);
    await write(
      platform,
      [...fresh.values()].map(({ event }) => event),
    );
    return batch.map((one) => (fresh.get(one.event.id) === one ? 'stored' : 'already-stored'));
  },
  async ({ platform, event }) => {
    try {
      await write(platform, [event]);
      return 'stored';
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

async function knownAmong({ database }: GivingPlatform, ids: readonly string[]): Promise<Set<string>> {
  const known = await paymentEvents(database)
    .find({ _id: operators({ $in: [...ids] }) }, { _id: 1 })
    .limit(ids.length)
    .lean<{ _id: string }[]>();
  return new Set(known.map(({ _id }) => _id));
}

async function write(
  { database, queue, clock }: GivingPlatform,
  events: readonly PaymentEvent[],
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  const now = clock.now();
  await inTransaction(database, async (session) => {
    await paymentEvents(database).insertMany(
      events.map((event) => recordOf(event, now)),
      { session },
    );
    if (events.length === 1) await queue.enqueue('apply-payment-event', { eventId: first.id }, { session });
    else await queue.enqueue('apply-payment-events', { eventIds: events.map(({ id }) => id) }, { session });
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
