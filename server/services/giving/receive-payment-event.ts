/**
 * Taking in a webhook: prove it, store it under its id, answer. Nothing else happens here, so that the answer is quick
 * and an event that was answered is never lost; a job applies it.
 */
import { WebhookRefused, type PaymentEvent, type WebhookRefusal } from '../../gateways/payment-events.ts';
import type { GivingPlatform } from '../context.ts';
import { storeEvent, type Stored } from './store-events.ts';

export type ReceivedEvent =
  /** Answer 200, to a copy as well. */
  | { readonly outcome: Stored; readonly eventId: string }
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
