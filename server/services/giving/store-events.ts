/**
 * Storing events that arrive together in one database transaction: those that come while it is under way wait for the
 * next. A busy minute costs one durable write for many events, and an event is still answered only once it is durable.
 */
import { inTransaction, isDuplicateKey, operators } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import type { PaymentEvent } from '../../gateways/payment-events.ts';
import type { GivingPlatform } from '../context.ts';

export type Stored = 'stored' | 'already-stored';

interface Waiting {
  readonly platform: GivingPlatform;
  readonly event: PaymentEvent;
  readonly answer: (stored: Stored) => void;
  readonly fail: (error: unknown) => void;
}

interface Line {
  waiting: Waiting[];
  busy: boolean;
}

/** Keeps a transaction and the job that applies its events short. */
const MAX_TOGETHER = 32;

const lines = new WeakMap<object, Line>();

/**
 * Stores the event and makes its job, in one transaction with others that came at the same time.
 * @returns once it is durable; a copy of a stored event is `already-stored`, whenever it comes
 */
export function storeEvent(platform: GivingPlatform, event: PaymentEvent): Promise<Stored> {
  const { connection } = platform.database;
  const line = lines.get(connection) ?? { waiting: [], busy: false };
  lines.set(connection, line);
  return new Promise<Stored>((answer, fail) => {
    line.waiting.push({ platform, event, answer, fail });
    if (!line.busy) void workThrough(line);
  });
}

async function workThrough(line: Line): Promise<void> {
  line.busy = true;
  while (line.waiting.length > 0) {
    const batch = line.waiting.splice(0, MAX_TOGETHER);
    if (!(await storedTogether(batch))) await Promise.all(batch.map(storeAlone));
  }
  line.busy = false;
}

/** False when nothing of the batch was stored and nobody was answered: each is then stored alone. */
async function storedTogether(batch: readonly Waiting[]): Promise<boolean> {
  const [first] = batch;
  if (first === undefined || batch.length === 1) return false;
  try {
    const known = await knownAmong(
      first.platform,
      batch.map(({ event }) => event.id),
    );
    const fresh = new Map<string, Waiting>();
    for (const one of batch)
      if (!known.has(one.event.id) && !fresh.has(one.event.id)) fresh.set(one.event.id, one);
    await write(
      first.platform,
      [...fresh.values()].map(({ event }) => event),
    );
    for (const one of batch) one.answer(fresh.get(one.event.id) === one ? 'stored' : 'already-stored');
    return true;
  } catch {
    // One that cannot be stored, or that another server stored at this moment, must not hold up the others.
    return false;
  }
}

async function storeAlone({ platform, event, answer, fail }: Waiting): Promise<void> {
  try {
    await write(platform, [event]);
    answer('stored');
  } catch (error) {
    if (isDuplicateKey(error)) answer('already-stored');
    else fail(error);
  }
}

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
