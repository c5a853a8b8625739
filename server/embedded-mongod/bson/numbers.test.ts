import { Decimal128, Double } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sum } from '../aggregate/sums.ts';
import { combine, compareNumbers } from './numbers.ts';

describe('arithmetic', () => {
  it('widens Int32 to Int64 when the result does not fit', () => {
    expect(combine('add', 0x7fffffff, 1, '$inc')).toBe(2147483648n);
    expect(combine('multiply', 0x7fffffff, 0x7fffffff, '$mul')).toBe(4611686014132420609n);
  });

  it('keeps Int64 even when the result would fit Int32', () => {
    expect(combine('subtract', 5n, 4, '$subtract')).toBe(1n);
  });

  it('refuses a result beyond Int64', () => {
    expect(() => combine('add', 2n ** 63n - 1n, 1, "$inc of 'balance'")).toThrow(/balance.*64-bit/);
  });

  it('refuses to mix a double with a whole number that has no exact double', () => {
    expect(() => combine('add', 2n ** 53n + 1n, 0.5, "$inc of 'balance'")).toThrow(/balance.*2\^53/);
  });

  it('refuses Decimal128 by the name of the field', () => {
    expect(() => combine('add', Decimal128.fromString('1'), 1, "$inc of 'balance'")).toThrow(
      /balance.*Decimal128/,
    );
  });

  it('makes a double of a double, even when it is whole', () => {
    expect(combine('add', 1.5, 0.5, '$add')).toEqual(new Double(2));
  });

  it('is exact for whole numbers of any size', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        (a, b) => {
          expect(combine('add', a, b, '$add')).toBe(a + b);
          expect(Sum.of([a, b])).toBe(a + b);
        },
      ),
    );
  });
});

describe('comparison', () => {
  it('is by value across types, without rounding', () => {
    expect(compareNumbers(2n ** 53n + 1n, 2 ** 53)).toBe(1);
    expect(compareNumbers(new Double(1), 1n)).toBe(0);
    expect(compareNumbers(Decimal128.fromString('0.1'), 0.1)).toBe(-1);
    expect(compareNumbers(NaN, -Infinity)).toBe(-1);
  });
});
