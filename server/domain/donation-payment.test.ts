import { describe, expect, it } from 'vitest';
import { judgePayment, type CheckoutFacts, type PaymentFacts } from './donation-payment.ts';
import type { Donation, DonationStatus } from './donation.ts';
import { minor } from './money.ts';

const donation = {
  _id: 'gift-1',
  giftMinor: minor(20_000n),
  feeCoverMinor: minor(948n),
  currency: 'CNY',
  status: 'awaiting-payment' as DonationStatus,
  checkout: { sessionId: 'cs_1', url: 'https://pay.example/cs_1' },
  paymentIntentId: null,
} satisfies Partial<Donation>;

const payment: PaymentFacts = {
  paymentIntentId: 'pi_1',
  donationId: 'gift-1',
  liveMode: false,
  outcome: 'succeeded',
  amountMinor: 20_948n,
  amountReceivedMinor: 20_948n,
  currency: 'CNY',
  fee: { amountMinor: 947n, currency: 'CNY' },
  cardFingerprint: 'card-1',
};

const paid: CheckoutFacts = {
  checkoutSessionId: 'cs_1',
  donationId: 'gift-1',
  liveMode: false,
  amountMinor: 20_948n,
  currency: 'CNY',
  status: 'complete',
  payment,
};

const judge = (
  facts: Partial<CheckoutFacts>,
  paymentChange: Partial<PaymentFacts> | null = {},
  ours: Partial<typeof donation> & { paymentIntentId?: string } = {},
) =>
  judgePayment(
    { ...donation, ...ours },
    { ...paid, payment: paymentChange === null ? null : { ...payment, ...paymentChange }, ...facts },
    false,
  );

describe('a payment that agrees with our record in every part', () => {
  it('settles the donation, with the fee that was really charged', () => {
    expect(judge({})).toEqual({
      ...{ kind: 'settled', paymentIntentId: 'pi_1', feeMinor: 947n, cardFingerprint: 'card-1' },
    });
  });

  it('settles once: a settled donation stays as it is', () => {
    expect(judge({}, {}, { status: 'settled' })).toEqual({ kind: 'unchanged' });
  });

  it('settles a donation that we took for expired, because money received is always booked', () => {
    expect(judge({}, {}, { status: 'expired' }).kind).toBe('settled');
  });

  it('settles a donation whose page we never got to know', () => {
    const unknownPage = { ...donation, checkout: null };
    expect(judgePayment(unknownPage, paid, false).kind).toBe('settled');
  });

  it('waits for the fee: without it the books would not agree with the processor’s', () => {
    expect(judge({}, { fee: null })).toEqual({ kind: 'fee-pending' });
  });
});

describe('a payment that differs in any part is not credited', () => {
  it.each([
    ['other-mode', { liveMode: true }, {}],
    ['other-donation', { donationId: 'gift-2' }, {}],
    ['other-donation', { donationId: null }, {}],
    ['other-checkout', { checkoutSessionId: 'cs_2' }, {}],
    ['other-currency', { currency: 'USD' }, {}],
    ['other-amount', { amountMinor: 20_949n }, {}],
    ['other-mode', {}, { liveMode: true }],
    ['other-donation', {}, { donationId: 'gift-2' }],
    ['other-currency', {}, { currency: 'USD' }],
    ['other-amount', {}, { amountMinor: 20_947n }],
    ['other-amount', {}, { amountReceivedMinor: 1n }],
    ['other-settlement-currency', {}, { fee: { amountMinor: 947n, currency: 'HKD' } }],
  ] as const)('%s: %o %o', (mismatch, facts, paymentChange) => {
    expect(judge(facts, paymentChange)).toEqual({ kind: 'mismatch', mismatch });
  });

  it('nor is a second payment for a donation that has one', () => {
    expect(judge({}, {}, { paymentIntentId: 'pi_0' as never })).toEqual({
      kind: 'mismatch',
      mismatch: 'other-payment',
    });
  });
});

describe('a checkout without the money', () => {
  it('awaits payment while its page is open, also after a card was declined', () => {
    const created = { status: 'created' as const };
    const awaiting = { kind: 'moved', status: 'awaiting-payment' };
    expect(judge({ status: 'open' }, null, created)).toEqual(awaiting);
    expect(judge({ status: 'open' }, { outcome: 'failed', fee: null }, created)).toEqual(awaiting);
    expect(judge({ status: 'open' }, null)).toEqual({ kind: 'unchanged' });
  });

  it('is processing while a wallet takes its time', () => {
    expect(judge({}, { outcome: 'pending', amountReceivedMinor: 0n, fee: null })).toEqual({
      kind: 'moved',
      status: 'processing',
    });
  });

  it('has failed when the wallet said no, and expired when nobody paid', () => {
    const failed = { outcome: 'failed', amountReceivedMinor: 0n, fee: null } as const;
    expect(judge({}, failed)).toEqual({ kind: 'moved', status: 'failed' });
    expect(judge({ status: 'expired' }, null)).toEqual({ kind: 'moved', status: 'expired' });
  });
});
