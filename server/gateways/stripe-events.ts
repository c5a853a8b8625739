/**
 * Reads an event in Stripe's words into the platform's. Only the envelope and identifiers are read, each
 * checked, since the shape of the object inside follows the API version of the endpoint.
 */
import { z } from 'zod';
import type { PaymentEvent } from './payment-events.ts';

/** The metadata key under which a checkout, its payment and its charge carry the donation. */
export const DONATION_METADATA_KEY = 'donation_id';

const reference = z
  .union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id), z.null()])
  .default(null);

const stripeEvent = z.object({
  id: z.string().regex(/^evt_\w+$/),
  object: z.literal('event'),
  type: z.string().regex(/^[a-z0-9_.]+$/),
  created: z.int().nonnegative(),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({
    object: z.object({
      id: z.string().nullish(),
      object: z.string(),
      amount: z.int().nullish(),
      amount_total: z.int().nullish(),
      currency: z.string().nullish(),
      client_reference_id: z.string().nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
      payment_intent: reference,
      charge: reference,
    }),
  }),
});

/** @throws ZodError when `payload` is not an event. */
export function readStripeEvent(payload: unknown): PaymentEvent {
  const event = stripeEvent.parse(payload);
  const about = event.data.object;
  const id = about.id ?? null;
  const idIf = (kind: string): string | null => (about.object === kind ? id : null);
  const amount = about.amount_total ?? about.amount ?? null;
  return {
    id: event.id,
    type: event.type,
    createdAt: new Date(event.created * 1000),
    liveMode: event.livemode,
    account: event.account ?? null,
    objectKind: about.object,
    objectId: id,
    donationId: about.metadata?.[DONATION_METADATA_KEY] ?? about.client_reference_id ?? null,
    checkoutSessionId: idIf('checkout.session'),
    paymentIntentId: idIf('payment_intent') ?? about.payment_intent,
    chargeId: idIf('charge') ?? about.charge,
    amountMinor: amount === null ? null : BigInt(amount),
    currency: about.currency?.toUpperCase() ?? null,
  };
}
