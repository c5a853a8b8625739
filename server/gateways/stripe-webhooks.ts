/**
 * Proves that a webhook request is Stripe's, unaltered and recent, before anything of it is believed.
 * Stripe's own code computes and compares the signature in constant time; around it stand the rules that it
 * leaves out: a strict header, bytes that are exactly the text that was signed, and no time in the future.
 */
import { isUtf8 } from 'node:buffer';
import Stripe from 'stripe';
import { type PaymentEvent, WebhookRefused } from './payment-events.ts';
import { readStripeEvent } from './stripe-events.ts';

const TOLERANCE_SECONDS = 300;
const MAX_HEADER_LENGTH = 1_000;

/** `t=<seconds>,v1=<hex>[,v1=<hex>…]`, other schemes allowed beside v1 as Stripe reserves them. */
const SIGNATURE_HEADER = /^t=(?<seconds>[1-9]\d{9}),(?:v\d=[0-9a-f]{64},)*v\d=[0-9a-f]{64}$/;

/**
 * @param secrets the live signing secrets: one, or two while they are being rotated.
 * @throws WebhookRefused
 */
export function verifyStripeWebhook(
  rawBody: Buffer,
  signatureHeader: string | undefined,
  secrets: readonly string[],
  now: Date,
): PaymentEvent {
  if (signatureHeader === undefined || signatureHeader === '') {
    throw new WebhookRefused('missing-signature', 'The request has no Stripe-Signature header.');
  }
  const header = signatureHeader.length <= MAX_HEADER_LENGTH ? SIGNATURE_HEADER.exec(signatureHeader) : null;
  if (header === null) {
    throw new WebhookRefused(
      'malformed-signature',
      'The Stripe-Signature header is not one that Stripe makes.',
    );
  }
  const body = decodeExactly(rawBody);
  if (!secrets.some((secret) => isSignedWith(secret, body, signatureHeader))) {
    throw new WebhookRefused('wrong-signature', 'The request is not signed with a secret of this endpoint.');
  }
  assertRecent(Number(header.groups?.['seconds']), now);
  return parseEvent(body);
}

/**
 * Stripe signs bytes but its library compares decoded text, and decoding forgives a byte order mark and
 * broken UTF-8: two different bodies would share one signature. Only the exact bytes are accepted.
 */
function decodeExactly(rawBody: Buffer): string {
  const text = isUtf8(rawBody) ? rawBody.toString('utf8') : '';
  if (text === '' || text.startsWith('\uFEFF')) {
    throw new WebhookRefused('wrong-signature', 'The body of the request is not the text that Stripe signs.');
  }
  return text;
}

function isSignedWith(secret: string, body: string, header: string): boolean {
  const scheme = Stripe.webhooks.signature;
  if (scheme === null) throw new Error('The stripe package has no signature scheme.');
  try {
    // The age is judged by assertRecent, in both directions and by our own clock.
    return scheme.verifyHeader(body, header, secret, 0);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

function assertRecent(signedAtSeconds: number, now: Date): void {
  const ageSeconds = Math.floor(now.getTime() / 1000) - signedAtSeconds;
  if (ageSeconds > TOLERANCE_SECONDS) {
    throw new WebhookRefused('too-old', `The request was signed ${ageSeconds} s ago; ask for it again.`);
  }
  if (ageSeconds < -TOLERANCE_SECONDS) {
    throw new WebhookRefused(
      'in-the-future',
      `The request was signed ${-ageSeconds} s from now; check the clock.`,
    );
  }
}

function parseEvent(body: string): PaymentEvent {
  try {
    return readStripeEvent(JSON.parse(body));
  } catch {
    throw new WebhookRefused('not-an-event', 'The body is signed but is not an event of a known shape.');
  }
}
