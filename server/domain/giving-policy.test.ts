import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkoutExpiresAt,
  FEE_COVER_RATE,
  emailToPrefill,
  feeCoverMinor,
  MAXIMUM_GIFT_MINOR,
  mayOpenCheckout,
  MINIMUM_GIFT_MINOR,
  nextPollAt,
} from './giving-policy.ts';

const HOUR_MS = 3_600_000;
const aGift = fc.bigInt({ min: MINIMUM_GIFT_MINOR, max: MAXIMUM_GIFT_MINOR });

describe('covering the payment fee', () => {
  it('adds ¥9.48 to a gift of ¥200.00 at 3.4% and ¥2.35', () => {
    expect(feeCoverMinor(20_000n)).toBe(948n);
  });

  it('is enough for the fee on gift and cover together, and one fen less would not be', () => {
    const { basisPoints, fixedMinor } = FEE_COVER_RATE;
    const isEnough = (gift: bigint, cover: bigint) =>
      (cover - fixedMinor) * 10_000n >= basisPoints * (gift + cover);
    fc.assert(
      fc.property(aGift, (gift) => {
        const cover = feeCoverMinor(gift);
        expect(isEnough(gift, cover)).toBe(true);
        expect(isEnough(gift, cover - 1n)).toBe(false);
      }),
    );
  });

  it('keeps the largest gift with its cover within what the processor takes in one payment', () => {
    expect(MAXIMUM_GIFT_MINOR + feeCoverMinor(MAXIMUM_GIFT_MINOR)).toBeLessThanOrEqual(99_999_999n);
  });
});

describe("the donor's address on the payment page", () => {
  it('stands there already when it is an ordinary one', () => {
    expect(emailToPrefill('mei.lin+give@example.org')).toBe('mei.lin+give@example.org');
  });

  it.each([
    null,
    undefined,
    '',
    '王芳@例子.公司',
    "o'brien@example.org",
    'root@localhost',
    'a@b',
    'a b@example.org',
  ])('is left for the donor to type when the processor may not know it: %s', (email) => {
    expect(emailToPrefill(email)).toBeUndefined();
  });
});

describe('the life of a payment page', () => {
  const createdAt = new Date('2026-03-01T00:00:00Z');
  const after = (hours: number) => new Date(createdAt.getTime() + hours * HOUR_MS);

  it('ends within the 24 hours that the processor allows, and after half an hour at least when it is opened last', () => {
    expect(checkoutExpiresAt(createdAt).getTime()).toBeLessThan(after(24).getTime());
    expect(mayOpenCheckout(createdAt, after(21.9))).toBe(true);
    expect(mayOpenCheckout(createdAt, after(22))).toBe(false);
    expect(checkoutExpiresAt(createdAt).getTime() - after(22).getTime()).toBeGreaterThan(HOUR_MS / 2);
  });

  it('is asked about ever less often, until asking is over', () => {
    const waitMinutes = (hours: number) =>
      ((nextPollAt(createdAt, after(hours))?.getTime() ?? Number.NaN) - after(hours).getTime()) / 60_000;
    expect([0, 0.5, 5, 48].map(waitMinutes)).toEqual([2, 10, 60, 360]);
    expect(nextPollAt(createdAt, after(41 * 24))).toBeNull();
  });
});
