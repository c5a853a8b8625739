/** Security requirement 4: nothing but Stripe's own, unaltered, recent request is believed. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { type WebhookRefusal, WebhookRefused } from './payment-events.ts';
import { verifyStripeWebhook } from './stripe-webhooks.ts';

const NOW = new Date('2026-03-01T08:00:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const SECRET = 'whsec_current';
const OLD_SECRET = 'whsec_being_retired';

const EVENT = {
  id: 'evt_1Q',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: NOW_SECONDS - 2,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: 'checkout.session.completed',
  data: {
    object: {
      id: 'cs_test_a1',
      object: 'checkout.session',
      amount_total: 20_000,
      currency: 'cny',
      client_reference_id: 'donation-1',
      metadata: { donation_id: 'donation-1', note: '青浦区托育，谢谢 𠮷' },
      payment_intent: 'pi_1',
    },
  },
};
const BODY = Buffer.from(JSON.stringify(EVENT));

function sign(body: Buffer, secret: string, seconds = NOW_SECONDS): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp: seconds });
}

function refusalOf(
  body: Buffer,
  header: string | undefined,
  secrets = [SECRET],
  now = NOW,
): WebhookRefusal | null {
  try {
    verifyStripeWebhook(body, header, secrets, now);
    return null;
  } catch (error) {
    if (error instanceof WebhookRefused) return error.refusal;
    throw error;
  }
}

describe('a webhook that is Stripe’s', () => {
  it('gives the event in the platform’s words', () => {
    expect(verifyStripeWebhook(BODY, sign(BODY, SECRET), [SECRET], NOW)).toEqual({
      id: 'evt_1Q',
      type: 'checkout.session.completed',
      createdAt: new Date((NOW_SECONDS - 2) * 1000),
      liveMode: false,
      account: null,
      objectKind: 'checkout.session',
      objectId: 'cs_test_a1',
      donationId: 'donation-1',
      monthlyGivingId: null,
      subscriptionId: null,
      invoiceId: null,
      checkoutSessionId: 'cs_test_a1',
      paymentIntentId: 'pi_1',
      chargeId: null,
      amountMinor: 20_000n,
      currency: 'CNY',
    });
  });

  it('is accepted under either of two secrets while they are rotated, and under no retired one', () => {
    expect(refusalOf(BODY, sign(BODY, SECRET), [SECRET, OLD_SECRET])).toBeNull();
    expect(refusalOf(BODY, sign(BODY, OLD_SECRET), [SECRET, OLD_SECRET])).toBeNull();
    expect(refusalOf(BODY, sign(BODY, OLD_SECRET), [SECRET])).toBe('wrong-signature');
  });

  it('is accepted when Stripe itself signs with two secrets', () => {
    const [, other] = sign(BODY, OLD_SECRET).split(',');
    expect(refusalOf(BODY, `${sign(BODY, SECRET)},${other}`)).toBeNull();
    expect(refusalOf(BODY, `${sign(BODY, OLD_SECRET)},${sign(BODY, SECRET).split(',')[1]}`)).toBeNull();
  });

  it('is accepted up to 300 seconds old and up to 300 seconds ahead, and not one more', () => {
    expect(refusalOf(BODY, sign(BODY, SECRET, NOW_SECONDS - 300))).toBeNull();
    expect(refusalOf(BODY, sign(BODY, SECRET, NOW_SECONDS + 300))).toBeNull();
    expect(refusalOf(BODY, sign(BODY, SECRET, NOW_SECONDS - 301))).toBe('too-old');
    expect(refusalOf(BODY, sign(BODY, SECRET, NOW_SECONDS + 301))).toBe('in-the-future');
  });
});

describe('a webhook that is not', () => {
  it('is refused without a signature, with an empty one, or with one of another scheme', () => {
    expect(refusalOf(BODY, undefined)).toBe('missing-signature');
    expect(refusalOf(BODY, '')).toBe('missing-signature');
    expect(refusalOf(BODY, sign(BODY, SECRET).replace('v1=', 'v0='))).toBe('wrong-signature');
  });

  it.each([
    ['no time', (header: string) => header.replace(/^t=\d+,/, '')],
    ['a time with something behind it', (header: string) => header.replace(',', 'x,')],
    ['two times', (header: string) => `t=1000000000,${header}`],
    ['a time that is no number', (header: string) => header.replace(/\d+/, 'now')],
    ['spaces', (header: string) => header.replace(',', ', ')],
    ['a signature cut short', (header: string) => header.slice(0, -1)],
    [
      'an upper-case signature',
      (header: string) => header.replace(/v1=(.*)/, (_, hex: string) => `v1=${hex.toUpperCase()}`),
    ],
    ['a thousand signatures', (header: string) => header + `,v1=${'0'.repeat(64)}`.repeat(1000)],
  ])('is refused with a header that has %s', (_, spoil) => {
    expect(refusalOf(BODY, spoil(sign(BODY, SECRET)))).toBe('malformed-signature');
  });

  it('is refused when only a byte order mark or broken UTF-8 is added, which decoding would forgive', () => {
    const header = sign(BODY, SECRET);
    expect(refusalOf(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY]), header)).toBe('wrong-signature');
    const withReplacement = Buffer.from(BODY.toString().replace('谢', '\uFFFD'));
    const withBrokenByte = Buffer.from(
      withReplacement.toString('latin1').replace('\u00ef\u00bf\u00bd', '\u00ff'),
      'latin1',
    );
    expect(refusalOf(withBrokenByte, sign(withReplacement, SECRET))).toBe('wrong-signature');
  });

  it('is refused when signed for another moment than its header says', () => {
    const header = sign(BODY, SECRET, NOW_SECONDS - 1000).replace(/\d{10}/, String(NOW_SECONDS));
    expect(refusalOf(BODY, header)).toBe('wrong-signature');
  });

  it('is refused when it is signed but no event', () => {
    for (const text of [
      '[]',
      '{}',
      'null',
      '{"object":"event"}',
      'not json',
      '{"id":"evt_1","object":"charge"}',
    ]) {
      const body = Buffer.from(text);
      expect(refusalOf(body, sign(body, SECRET))).toBe('not-an-event');
    }
    expect(refusalOf(Buffer.alloc(0), sign(BODY, SECRET))).toBe('wrong-signature');
  });

  it('is refused after any change of any byte of the body', () => {
    const header = sign(BODY, SECRET);
    const changed = fc
      .tuple(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, flip]) => BODY.map((byte, i) => (i === at ? byte ^ flip : byte)));
    fc.assert(
      fc.property(changed, (bytes) => refusalOf(Buffer.from(bytes), header) === 'wrong-signature'),
      { numRuns: 5_000 },
    );
  });

  it('is refused after bytes are inserted, removed, doubled or swapped', () => {
    const header = sign(BODY, SECRET);
    const cut = fc.tuple(fc.nat(BODY.length), fc.nat(BODY.length), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(cut, ([a, b, between]) => {
        const mutated = Buffer.concat([BODY.subarray(0, a), between, BODY.subarray(b)]);
        fc.pre(!mutated.equals(BODY));
        return refusalOf(mutated, header) === 'wrong-signature';
      }),
      { numRuns: 5_000 },
    );
  });

  it('is refused with any other secret, signature or time', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
    const seconds = fc.integer({ min: NOW_SECONDS - 300, max: NOW_SECONDS + 300 });
    fc.assert(
      fc.property(hex, seconds, fc.string(), (guess, at, secret) => {
        const forged = createHmac('sha256', secret).update(`${at}.`).update(BODY).digest('hex');
        return (
          refusalOf(BODY, `t=${at},v1=${guess}`) === 'wrong-signature' &&
          refusalOf(BODY, `t=${at},v1=${forged}`) === 'wrong-signature'
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused, and breaks nothing, whatever the header is', () => {
    const header = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[tv=01,a-f]*$/));
    fc.assert(
      fc.property(header, (text) => refusalOf(BODY, text) !== null),
      { numRuns: 2_000 },
    );
  });
});
