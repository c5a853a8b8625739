import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AmountOutOfRange,
  formatMoney,
  MAX_AMOUNT_MINOR,
  minor,
  minorFromStored,
  NotAnAmount,
  parseMajorText,
  parseMinor,
  splitByLargestRemainder,
  sumMinor,
  toMajorText,
} from './money.ts';

const amount = fc.bigInt({ min: -MAX_AMOUNT_MINOR, max: MAX_AMOUNT_MINOR });

describe('amounts as text', () => {
  it('survive the way out and back', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(parseMinor(String(value))).toBe(value);
      }),
    );
  });

  it.each(['', ' 1', '1.5', '1e3', '+1', '-0', '01', '0x10', '1,000', 'NaN', '１２', '9'.repeat(25)])(
    'are refused when they are not whole minor units: %j',
    (text) => expect(() => parseMinor(text)).toThrow(NotAnAmount),
  );

  it('are refused beyond what one entry can hold, never clipped', () => {
    expect(() => minor(MAX_AMOUNT_MINOR + 1n)).toThrow(AmountOutOfRange);
    expect(() => parseMinor(String(-MAX_AMOUNT_MINOR - 1n))).toThrow(AmountOutOfRange);
    expect(() => sumMinor([MAX_AMOUNT_MINOR, 1n])).toThrow(AmountOutOfRange);
  });

  it.each([
    [0n, '0.00', '¥0.00'],
    [5n, '0.05', '¥0.05'],
    [-5n, '-0.05', '−¥0.05'],
    [123_456_789n, '1234567.89', '¥1,234,567.89'],
    [-100_000n, '-1000.00', '−¥1,000.00'],
  ])('%s fen is written %s for machines and %s for people', (value, machine, people) => {
    expect(toMajorText(value, 'CNY')).toBe(machine);
    expect(formatMoney(value, 'CNY')).toBe(people);
  });

  it('that people type in yuan are read to the fen, and what is no amount is not', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), (value) => {
        expect(parseMajorText(toMajorText(value, 'CNY'))).toBe(value);
        expect(parseMajorText(formatMoney(value, 'CNY'))).toBe(value);
      }),
    );
    expect(parseMajorText(' 1,234.5 ')).toBe(123_450n);
    expect(parseMajorText('￥１，２３４．５０')).toBe(123_450n);
    const none = [
      '',
      '-1',
      '1.234',
      '1.',
      '.5',
      '1e3',
      'abc',
      '1,5',
      '1,2345',
      ',5',
      '٣',
      '¥',
      '1'.repeat(14),
    ];
    for (const text of none) expect(parseMajorText(text), text).toBeNull();
  });

  it('are read from whatever integer type the database driver gives, and from nothing else', () => {
    expect(minorFromStored(12n)).toBe(12n);
    expect(minorFromStored(12)).toBe(12n);
    expect(minorFromStored({ toBigInt: () => 12n })).toBe(12n);
    for (const wrong of [1.5, '12', null, undefined, {}])
      expect(() => minorFromStored(wrong)).toThrow(NotAnAmount);
  });
});

describe('splitting an amount', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 });
  const whole = fc.bigInt({ min: 0n, max: 10n ** 14n });

  it('never loses or makes a unit', () => {
    fc.assert(
      fc.property(whole, weights, (value, parts) => {
        expect(sumMinor(splitByLargestRemainder(value, parts))).toBe(value);
      }),
    );
  });

  it('gives each part its exact share to less than one unit', () => {
    fc.assert(
      fc.property(whole, weights, (value, parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0n);
        fc.pre(total > 0n);
        splitByLargestRemainder(value, parts).forEach((part, index) => {
          const difference = part * total - value * (parts[index] ?? 0n);
          expect(difference < total && difference > -total).toBe(true);
        });
      }),
    );
  });

  it('gives odd units to the largest remainder, then to the earlier part', () => {
    expect(splitByLargestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitByLargestRemainder(10n, [1n, 2n])).toEqual([3n, 7n]);
    expect(splitByLargestRemainder(7n, [0n, 0n])).toEqual([7n, 0n]);
  });
});
