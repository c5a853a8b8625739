import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  ceiling,
  compare,
  divide,
  floor,
  formatDecimal,
  formatRational,
  multiply,
  parseRational,
  rational,
  subtract,
} from './rational.ts';

const anyRational = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));

describe('rationals', () => {
  it('read fractions and decimals as the same value', () => {
    expect(parseRational('3/8')).toEqual(parseRational('0.375'));
    expect(parseRational('-1.50')).toEqual(rational(-3n, 2n));
    for (const text of ['', '1e3', '+1', '.5', '1.', '1/0', '01', ' 1']) {
      expect(parseRational(text)).toBeUndefined();
    }
  });

  it('are written so that they are read back', () => {
    fc.assert(
      fc.property(anyRational, (value) => {
        expect(parseRational(formatRational(value))).toEqual(value);
      }),
    );
  });

  it('obey the laws of a field and of order', () => {
    fc.assert(
      fc.property(anyRational, anyRational, anyRational, (a, b, c) => {
        expect(subtract(add(a, b), b)).toEqual(a);
        expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
        if (b.numerator !== 0n) expect(multiply(divide(a, b), b)).toEqual(a);
        expect(Math.sign(compare(a, b))).toBe(Math.sign(Number(subtract(a, b).numerator)));
      }),
    );
  });

  it('round down, up and half away from zero', () => {
    fc.assert(
      fc.property(anyRational, (value) => {
        const low = rational(floor(value));
        const high = rational(ceiling(value));
        expect(compare(low, value) <= 0 && compare(value, add(low, rational(1n))) < 0).toBe(true);
        expect(compare(value, high) <= 0 && compare(subtract(high, rational(1n)), value) < 0).toBe(true);
      }),
    );
    expect(formatDecimal(rational(1n, 8n), 2)).toBe('0.13');
    expect(formatDecimal(rational(-1n, 8n), 2)).toBe('-0.13');
    expect(formatDecimal(rational(-1n, 1000n), 2)).toBe('0.00');
    expect(formatDecimal(rational(5n, 2n), 0)).toBe('3');
  });
});
