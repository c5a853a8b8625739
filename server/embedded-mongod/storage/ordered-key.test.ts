import { Binary, BSONRegExp, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues } from '../bson/compare.ts';
import { afterPrefix, inverted, recordKey, recordOfKey, valueKey } from './ordered-key.ts';

const scalar = fc.oneof(
  fc.integer(),
  fc.double().map((value) => (Number.isInteger(value) ? new Double(value) : value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    9007199254740992,
    -0,
    0,
    NaN,
    Infinity,
    -Infinity,
  ),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a', 'a\0', 'a\0b', 'é', '\u{20bb7}', '\uffff'),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Binary(bytes)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom(new MinKey(), new MaxKey(), new BSONRegExp('a', 'i'), Decimal128.fromString('0.1')),
);

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

describe('ordered keys', () => {
  it('are in the order of the values they stand for', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(byBytes(valueKey(a), valueKey(b)))).toBe(Math.sign(compareValues(a, b)));
      }),
      { numRuns: 3000 },
    );
  });

  it('are equal for numbers of equal value, whatever their type', () => {
    expect(valueKey(5n)).toBe(valueKey(5));
    expect(valueKey(new Double(5))).toBe(valueKey(5));
    expect(valueKey(2n ** 53n + 1n)).not.toBe(valueKey(2 ** 53));
  });

  it('turn round when they are inverted', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const order = byBytes(valueKey(a), valueKey(b));
        expect(byBytes(inverted(valueKey(a)), inverted(valueKey(b)))).toBe(order === 0 ? 0 : -order);
      }),
    );
  });

  it('end before the key after their prefix', () => {
    expect(afterPrefix('a\xff')).toBe('b');
    expect('a\xff\xff' < afterPrefix('a\xff')).toBe(true);
  });

  it('keep the numbers of records', () => {
    for (const id of [1, 255, 256, 2 ** 32, 2 ** 40 + 7]) expect(recordOfKey(recordKey(id))).toBe(id);
  });
});
