import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../../test/support/allocation-problems.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { CoalitionCosts } from './coalition-costs.ts';
import { coalitionReader } from './coalition-reader.ts';

describe('the costs of coalitions', () => {
  it('are read exactly, and from nothing but whole minor units', () => {
    const amount = /^(?:0|[1-9]\d{0,27})$/;
    const text = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 28n }).map(String),
      fc.string({ unit: fc.constantFrom('0', '1', '9', '٣', '.', ' ', '-', '/', ':', 'e'), maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 4, maxLength: 4 }), (texts) => {
        const costs = new CoalitionCosts(2);
        for (const [mask, each] of texts.entries()) {
          const isAmount = amount.test(each);
          expect(costs.read(mask, each)).toBe(isAmount);
          if (isAmount) expect(costs.exact(mask)).toBe(BigInt(each));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('are nearly the same as plain numbers', () => {
    const costs = new CoalitionCosts(1);
    costs.read(0, '7');
    costs.read(1, '1234567890123456789012345678');
    expect([...costs.rough()]).toEqual([7, expect.closeTo(1.2345678901234568e27, -15)]);
  });

  it('add up exactly however many digits they have', () => {
    const costs = new CoalitionCosts(2);
    const [first, second, both] = [10n ** 28n - 1n, 999_999_999n, 10n ** 18n];
    for (const [mask, cost] of [0n, first, second, both].entries()) costs.read(mask, String(cost));
    expect(costs.sumsBySize()).toEqual({
      all: [0n, first + second, both],
      holding: [
        [0n, first, both],
        [0n, second, both],
      ],
    });
  });
});

describe('the key of a coalition', () => {
  it('is read as the ids it joins, and as nothing else', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'b', '浙', '😀', '_'), minLength: 1, maxLength: 3 });
    const problem = fc.uniqueArray(id, { minLength: 1, maxLength: 6 }).chain((ids) => {
      const word = fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 9 }, id, fc.constantFrom('', 'z'));
      const keys = fc.oneof(
        fc.array(word, { maxLength: 4 }),
        fc.subarray(ids).map((members) => members.toSorted(compareCodePoints)),
      );
      return fc.record({ ids: fc.constant(ids.toSorted(compareCodePoints)), words: keys });
    });
    fc.assert(
      fc.property(problem, ({ ids, words }) => {
        const places = words.map((word) => ids.indexOf(word));
        const isCoalition =
          words.length > 0 && places.every((place, at) => place > (at === 0 ? -1 : places[at - 1]!));
        const mask = places.reduce((members, place) => members | (1 << place), 0);
        expect(coalitionReader(ids)(words.join('+'))).toBe(isCoalition ? mask : 0);
      }),
      { numRuns: RUNS },
    );
  });
});
