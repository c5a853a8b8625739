/**
 * Asking the processor for every event since the last look, and taking in those that no webhook brought: losing every
 * webhook for a week changes nothing but the time it takes.
 */
import { operators } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import { syncMarks } from '../../db/models/sync-mark.ts';
import { eventsLookedForSince } from '../../domain/giving-policy.ts';
import type { PaymentEvent } from '../../gateways/payment-events.ts';
import { PaymentRefused } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { storeEvent } from './store-events.ts';

/** @returns how many events no webhook had brought */
export async function recoverEvents(platform: GivingPlatform): Promise<number> {
  const { database, clock } = platform;
  const now = clock.now();
  const mark = await syncMarks(database).findById('payment-events').lean();
  const since = eventsLookedForSince(mark?.seenUntil ?? null, now);
  const recovered = await recoverBetween(platform, since, now);
  await syncMarks(database).updateOne(
    { _id: 'payment-events' },
    { $max: { seenUntil: now } },
    { upsert: true },
  );
  return recovered;
}

const SHORTEST_PERIOD_MS = 60_000;

/** A period with more events than one list may have is looked at in halves. */
async function recoverBetween(platform: GivingPlatform, since: Date, until: Date): Promise<number> {
  const middle = new Date((since.getTime() + until.getTime()) / 2);
  try {
    return await takeInMissing(platform, await platform.payments.listEvents({ since, until: after(until) }));
  } catch (error) {
    const tooLong = error instanceof PaymentRefused && error.providerCode === 'list_too_long';
    if (!tooLong || until.getTime() - since.getTime() < SHORTEST_PERIOD_MS) throw error;
  }
  return (await recoverBetween(platform, since, middle)) + (await recoverBetween(platform, middle, until));
}

/** The processor counts whole seconds, and a period does not include its end. */
const after = (until: Date): Date => new Date(until.getTime() + 1_000);

async function takeInMissing(platform: GivingPlatform, events: readonly PaymentEvent[]): Promise<number> {
  const known = await paymentEvents(platform.database)
    .find({ _id: operators({ $in: events.map(({ id }) => id) }) }, { _id: 1 })
    .limit(events.length)
    .lean<{ _id: string }[]>();
  const seen = new Set(known.map(({ _id }) => _id));
  // Asked for at the same time, they share their writes as webhooks do.
  const outcomes = await Promise.all(
    events.filter(({ id }) => !seen.has(id)).map((event) => storeEvent(platform, event)),
  );
  return outcomes.filter((outcome) => outcome === 'stored').length;
}
