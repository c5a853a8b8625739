/**
 * Taking in a webhook: prove it, store it under its id, answer. Nothing else happens here, so that the answer is quick
 * and an event that was answered is never lost; a job applies it.
 */
import { isDuplicateKey, inTransaction } from '../../db/database.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import { WebhookRefused, type PaymentEvent, type WebhookRefusal } from '../../gateways/payment-events.ts';
import type { GivingPlatform } from '../context.ts';

export type ReceivedEvent =
  /** Answer 200, to a copy as well. */
  | { readonly outcome: 'stored' | 'already-stored'; readonly eventId: string }
  /** Answer 400: nothing of the request was used. */
  | { readonly outcome: 'refused'; readonly reason: WebhookRefusal; readonly message: string };

/** @param rawBody the bytes of the request as they came, before anything parsed them */
export async function receivePaymentEvent(
  platform: GivingPlatform,
  rawBody: Buffer,
  signatureHeader: string | undefined,
): Promise<ReceivedEvent> {
  let event: PaymentEvent;
  try {
    event = platform.payments.verifyWebhook(rawBody, signatureHeader, platform.clock.now());
  } catch (error) {
    if (!(error instanceof WebhookRefused)) throw error;
    return { outcome: 'refused', reason: error.refusal, message: error.message };
  }
  return { outcome: await storeEvent(platform, event), eventId: event.id };
}

/** Stores the event and enqueues its job in one database transaction; the primary key tells a copy. */
export async function storeEvent(
  platform: GivingPlatform,
  event: PaymentEvent,
): Promise<'stored' | 'already-stored'> {
  const { database, queue, clock } = platform;
  const record = recordOf(event, clock.now());
  try {
    await inTransaction(database, async (session) => {
      await paymentEvents(database).create([record], { session });
      await queue.enqueue('apply-payment-event', { eventId: event.id }, { session });
    });
    return 'stored';
  } catch (error) {
    if (isDuplicateKey(error)) return 'already-stored';
    throw error;
  }
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
