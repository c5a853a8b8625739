/** Setting aside what the processor says and our record does not: nothing is credited, and staff see why. */
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { CheckoutFacts, Mismatch } from '../../domain/donation-payment.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import type { GivingPlatform } from '../context.ts';

/** Sets a stored event aside; one that is applied or set aside already stays as it is. */
export async function quarantineEvent(
  { database, clock }: GivingPlatform,
  eventId: string,
  mismatch: Mismatch,
): Promise<void> {
  await paymentEvents(database).updateOne(
    { _id: eventId, status: 'received' },
    { $set: { status: 'quarantined', mismatch, finishedAt: clock.now() } },
  );
}

/** Keeps what our own poll found, once per checkout, beside the events. */
export async function quarantineFinding(
  { database, clock }: GivingPlatform,
  donationId: string,
  mismatch: Mismatch,
  facts: CheckoutFacts,
): Promise<void> {
  const now = clock.now();
  const finding: Omit<PaymentEventRecord, '_id'> = {
    type: 'poll.checkout',
    liveMode: facts.liveMode,
    account: null,
    objectKind: 'checkout.session',
    donationId,
    checkoutSessionId: facts.checkoutSessionId,
    paymentIntentId: facts.payment?.paymentIntentId ?? null,
    monthlyGivingId: null,
    subscriptionId: null,
    amountMinor: facts.amountMinor,
    currency: facts.currency,
    occurredAt: now,
    receivedAt: now,
    enqueuedAt: now,
    status: 'quarantined',
    mismatch,
    finishedAt: now,
  };
  await paymentEvents(database).updateOne(
    { _id: `poll-${facts.checkoutSessionId}` },
    { $setOnInsert: finding },
    { upsert: true },
  );
}
