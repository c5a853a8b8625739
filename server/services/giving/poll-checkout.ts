/**
 * Asking the processor how a checkout stands, in case its events never come. It takes the same path as an event, and
 * comes back until the donation is finished: losing every webhook changes nothing but the time it takes.
 */
import { isUnfinished } from '../../domain/donation.ts';
import { checkoutExpiresAt, mayOpenCheckout, nextPollAt } from '../../domain/giving-policy.ts';
import type { StoredDonation } from '../../db/models/donation.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { advanceDonation, loadDonation, pollKey } from './donation-records.ts';
import { openCheckout } from './open-checkout.ts';
import { quarantineFinding } from './quarantine-payment.ts';
import { reconcileDonation } from './reconcile-donation.ts';

/** @throws FeeNotYetKnown, PaymentGatewayUnavailable, PaymentUnavailable: the job is run again */
export async function pollCheckout(platform: GivingPlatform, donationId: string): Promise<void> {
  const donation = await loadDonation(platform.database, donationId);
  if (!isUnfinished(donation.status)) return;
  const settledOrStopped = await lookAfter(platform, donation);
  if (settledOrStopped) return;
  const startAt = nextPollAt(donation.createdAt, platform.clock.now());
  if (startAt === null) return;
  const uniqueKey = pollKey(donationId);
  await platform.queue.enqueue('poll-checkout', { donationId }, { session: null, startAt, uniqueKey });
}

/** So many are asked about at once, so that a job of many ends before its lock does. */
const ASKED_AT_ONCE = 8;

/** Each of them by itself: one that cannot be asked about now gets a job of its own. */
export async function pollCheckouts(platform: GivingPlatform, donationIds: readonly string[]): Promise<void> {
  for (let from = 0; from < donationIds.length; from += ASKED_AT_ONCE) {
    const together = donationIds.slice(from, from + ASKED_AT_ONCE);
    await Promise.all(together.map((donationId) => pollOrPostpone(platform, donationId)));
  }
}

async function pollOrPostpone(platform: GivingPlatform, donationId: string): Promise<void> {
  try {
    await pollCheckout(platform, donationId);
  } catch {
    // The cause is logged when the donation's own job meets it again.
    const uniqueKey = pollKey(donationId);
    await platform.queue.enqueue('poll-checkout', { donationId }, { session: null, uniqueKey });
  }
}

/** True when there is nothing more to ask. */
async function lookAfter(platform: GivingPlatform, donation: StoredDonation): Promise<boolean> {
  const { database, clock } = platform;
  const now = clock.now();
  const known = donation.checkout;
  if (known === null && now >= checkoutExpiresAt(donation.createdAt)) {
    // Nobody was ever given a page for it, and one that the processor may have made is closed by now.
    await advanceDonation(database, null, donation._id, 'expired', { checkedAt: now });
    return true;
  }
  if (known === null && !mayOpenCheckout(donation.createdAt, now)) return false;
  const { checkout } =
    known === null ? await openCheckout(platform, donation, await loadRegion(database)) : donation;
  if (checkout === null) return false;
  const reconciled = await reconcileDonation(platform, donation._id, {
    checkoutSessionId: checkout.sessionId,
    occurredAt: now,
  });
  if (reconciled.outcome === 'agreed') return !isUnfinished(reconciled.status);
  await quarantineFinding(platform, donation._id, reconciled.mismatch, reconciled.facts);
  return true;
}
