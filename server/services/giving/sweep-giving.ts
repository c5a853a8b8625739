/**
 * Bringing back what lost its job: events that were stored and never applied, donations that nobody looks after any
 * more. Every job behind it is safe to run again, so one too many does no harm.
 */
import { UNFINISHED_STATUSES } from '../../domain/donation.ts';
import { eventOverdueBefore, sweptBefore, transferAwaitedSince } from '../../domain/giving-policy.ts';
import { operators } from '../../db/database.ts';
import { donations } from '../../db/models/donation.ts';
import { monthlyGivings } from '../../db/models/monthly-giving.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { GivingPlatform } from '../context.ts';
import { advanceDonation, pollKey } from './donation-records.ts';
import { findForgottenMonthly } from './follow-monthly.ts';
import { sweepOnlineRefunds } from './online-refunds.ts';
import { monthlyKey } from './monthly-records.ts';

const MAX_SWEPT = 500;

/** @returns how many of each it brought back, for the log */
export async function sweepGiving(
  platform: GivingPlatform,
): Promise<{ events: number; donations: number; monthly: number; transfers: number; refunds: number }> {
  return {
    events: await sweepEvents(platform),
    donations: await sweepDonations(platform),
    monthly: await sweepMonthly(platform),
    transfers: await expireTransfers(platform),
    refunds: await sweepOnlineRefunds(platform),
  };
}

async function sweepEvents({ database, clock, queue }: GivingPlatform): Promise<number> {
  const now = clock.now();
  const overdue = await paymentEvents(database)
    .find({ status: 'received', enqueuedAt: operators({ $lt: eventOverdueBefore(now) }) }, { _id: 1 })
    .sort({ enqueuedAt: 1 })
    .limit(MAX_SWEPT)
    .lean<{ _id: string }[]>();
  for (const { _id: eventId } of overdue) {
    await queue.enqueue('apply-payment-event', { eventId }, { session: null });
    await paymentEvents(database).updateOne({ _id: eventId }, { $set: { enqueuedAt: now } });
  }
  return overdue.length;
}

/** What was announced and never came; it stays listed, and is booked still when the money comes after all. */
async function expireTransfers({ database, clock }: GivingPlatform): Promise<number> {
  const now = clock.now();
  const late = await donations(database)
    .find(
      { status: 'awaiting-transfer', checkedAt: operators({ $lt: transferAwaitedSince(now) }) },
      { _id: 1 },
    )
    .sort({ checkedAt: 1 })
    .limit(MAX_SWEPT)
    .lean<{ _id: string }[]>();
  for (const { _id } of late) await advanceDonation(database, null, _id, 'expired', { checkedAt: now });
  return late.length;
}

async function sweepMonthly(platform: GivingPlatform): Promise<number> {
  const { database, clock, queue } = platform;
  const now = clock.now();
  const forgotten = await findForgottenMonthly(platform, sweptBefore(now), MAX_SWEPT);
  for (const monthlyGivingId of forgotten) {
    const uniqueKey = monthlyKey(monthlyGivingId);
    await queue.enqueue('follow-monthly', { monthlyGivingId }, { session: null, uniqueKey });
    await monthlyGivings(database).updateOne({ _id: monthlyGivingId }, { $set: { checkedAt: now } });
  }
  return forgotten.length;
}

async function sweepDonations({ database, clock, queue }: GivingPlatform): Promise<number> {
  const now = clock.now();
  const forgotten = await donations(database)
    .find(
      {
        status: operators({ $in: [...UNFINISHED_STATUSES] }),
        checkedAt: operators({ $lt: sweptBefore(now) }),
      },
      { _id: 1 },
    )
    .sort({ checkedAt: 1 })
    .limit(MAX_SWEPT)
    .lean<{ _id: string }[]>();
  for (const { _id: donationId } of forgotten) {
    await queue.enqueue('poll-checkout', { donationId }, { session: null, uniqueKey: pollKey(donationId) });
    await donations(database).updateOne({ _id: donationId }, { $set: { checkedAt: now } });
  }
  return forgotten.length;
}
