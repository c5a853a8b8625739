import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minor, sumMinor } from './money.ts';
import {
  agreedAmountOf,
  donationIdOfInvoice,
  partsOfMonth,
  statusOfSubscription,
  type AgreedAmount,
} from './monthly-giving.ts';
import { UNRESTRICTED } from './restriction.ts';

const agreed = (giftMinor: bigint, feeCoverMinor = 0n): AgreedAmount => ({
  giftMinor: minor(giftMinor),
  feeCoverMinor: minor(feeCoverMinor),
  agreedAt: new Date('2026-01-01T00:00:00Z'),
});

describe('a month that was charged', () => {
  it('is right at any amount that the donor agreed to, before or after a change', () => {
    const giving = { amounts: [agreed(5_000n), agreed(10_000n, 600n)] };
    expect(agreedAmountOf(giving, 5_000n)?.giftMinor).toBe(5_000n);
    expect(agreedAmountOf(giving, 10_600n)?.feeCoverMinor).toBe(600n);
  });

  it('is wrong at any other', () => {
    expect(agreedAmountOf({ amounts: [agreed(5_000n)] }, 5_001n)).toBeNull();
  });

  it('is split as the first was, exact to the fen', () => {
    const part = fc.bigInt({ min: 1n, max: 10n ** 7n });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), part, (shares, giftMinor) => {
        const parts = shares.map((share, index) => ({
          restriction: UNRESTRICTED,
          fundId: String(index),
          amountMinor: minor(share),
        }));
        expect(sumMinor(partsOfMonth(parts, giftMinor).map(({ amountMinor }) => amountMinor))).toBe(
          giftMinor,
        );
      }),
    );
  });

  it('becomes one donation, whoever hears of it first', () => {
    expect(donationIdOfInvoice('in_1')).toBe(donationIdOfInvoice('in_1'));
    expect(donationIdOfInvoice('in_1')).not.toBe(donationIdOfInvoice('in_2'));
    expect(donationIdOfInvoice('in_1')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('what the processor says of a subscription', () => {
  it.each([
    ['active', 'active'],
    ['past_due', 'past-due'],
    ['unpaid', 'past-due'],
    ['incomplete', 'awaiting-payment'],
    ['incomplete_expired', 'ended'],
    ['canceled', 'ended'],
  ])('"%s" means "%s"', (word, status) => {
    expect(statusOfSubscription(word)).toBe(status);
  });
});
