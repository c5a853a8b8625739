/**
 * Reads an event in Stripe's words into the platform's. Only the envelope and identifiers are read, each
 * checked, since the shape of the object inside follows the API version of the endpoint.
 */
import { z } from 'zod';
import type { PaymentEvent } from './payment-events.ts';

/** The metadata key under which a checkout, its payment and its charge carry the donation. */
export const DONATION_METADATA_KEY = 'donation_id';

/** The metadata key under which a subscription and each of its invoices carry the promise of monthly giving. */
export const MONTHLY_GIVING_METADATA_KEY = 'monthly_giving_id';

const reference = z
  .union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id), z.null()])
  .default(null);

const metadata = z.record(z.string(), z.string()).nullish();

const stripeEvent = z.object({
  id: z.string().regex(/^evt_\w+$/),
  object: z.literal('event'),
  type: z.string().regex(/^[a-z0-9_.]+$/),
  // The last second of the year 9999.
  created: z.int().nonnegative().max(253_402_300_799),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({
    object: z.object({
      id: z.string().nullish(),
      object: z.string(),
      amount: z.int().nullish(),
      amount_due: z.int().nullish(),
      amount_total: z.int().nullish(),
      currency: z.string().nullish(),
      metadata,
      payment_intent: reference,
      charge: reference,
      invoice: reference,
      subscription: reference,
      parent: z
        .object({ subscription_details: z.object({ metadata, subscription: reference }).nullish() })
        .nullish(),
    }),
  }),
});

/** @throws ZodError when `payload` is not an event. */
export function readStripeEvent(payload: unknown): PaymentEvent {
  const event = stripeEvent.parse(payload);
  const about = event.data.object;
  const id = about.id ?? null;
  const idIf = (kind: string): string | null => (about.object === kind ? id : null);
  const amount = about.amount_total ?? about.amount_due ?? about.amount ?? null;
  const billed = about.parent?.subscription_details;
  return {
    id: event.id,
    type: event.type,
    createdAt: new Date(event.created * 1000),
    liveMode: event.livemode,
    account: event.account ?? null,
    objectKind: about.object,
    objectId: id,
    donationId: about.metadata?.[DONATION_METADATA_KEY] ?? null,
    monthlyGivingId:
      about.metadata?.[MONTHLY_GIVING_METADATA_KEY] ??
      billed?.metadata?.[MONTHLY_GIVING_METADATA_KEY] ??
      null,
    subscriptionId: idIf('subscription') ?? about.subscription ?? billed?.subscription ?? null,
    invoiceId: idIf('invoice') ?? about.invoice,
    checkoutSessionId: idIf('checkout.session'),
    paymentIntentId: idIf('payment_intent') ?? about.payment_intent,
    chargeId: idIf('charge') ?? about.charge,
    amountMinor: amount === null ? null : BigInt(amount),
    currency: about.currency?.toUpperCase() ?? null,
  };
}
