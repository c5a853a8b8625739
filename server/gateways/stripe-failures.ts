/**
 * Sorts what goes wrong between us and Stripe into the two answers a caller can act on: try the same request
 * again, or stop asking.
 */
import Stripe from 'stripe';
import { PaymentGatewayUnavailable, PaymentRefused } from './payments.ts';

/** @throws PaymentGatewayUnavailable or PaymentRefused; anything else is a defect of ours and passes through. */
export async function callStripe<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw isWorthRetrying(error) ? unavailable(error) : refused(error);
  }
}

/**
 * A lost connection, a conflict (409), a limit (429) and a failure of theirs (5xx) leave the outcome unknown
 * or undecided: with the same idempotency key a retry is safe and is the only way to learn it.
 */
function isWorthRetrying(error: Stripe.errors.StripeError): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  const status = error.statusCode ?? 500;
  return status === 409 || status === 429 || status >= 500;
}

function unavailable(error: Stripe.errors.StripeError): PaymentGatewayUnavailable {
  const status = error.statusCode === undefined ? 'no answer' : String(error.statusCode);
  return new PaymentGatewayUnavailable(`Stripe could not answer for certain (${status}); retry later.`, {
    cause: error,
  });
}

function refused(error: Stripe.errors.StripeError): PaymentRefused {
  return new PaymentRefused(`Stripe refused the request: ${error.message}`, {
    providerCode: error.code ?? error.rawType ?? error.type,
    requestId: error.requestId ?? null,
    cause: error,
  });
}
