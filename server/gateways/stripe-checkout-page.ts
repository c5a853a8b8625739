/** Opens a page of Stripe Checkout, whatever it is for. */
import type Stripe from 'stripe';
import type { CreatedCheckout } from './payments.ts';
import { callStripe } from './stripe-failures.ts';

export async function openPage(
  stripe: Stripe,
  params: Stripe.Checkout.SessionCreateParams,
  idempotencyKey: string,
): Promise<CreatedCheckout> {
  const session = await callStripe(() => stripe.checkout.sessions.create(params, { idempotencyKey }));
  if (session.url === null) throw new Error(`Stripe made checkout ${session.id} without a page.`);
  return { checkoutSessionId: session.id, url: session.url };
}
