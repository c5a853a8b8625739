import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../../test/support/allocation-problems.ts';
import { compare, parseRational, rational } from '../rational.ts';
import { capacityWeights } from './capacity-weights.ts';
import { imbalanceOf } from './imbalance.ts';

const rule = { k: rational(3n, 5n), floor: rational(1n, 2n), ceiling: rational(3n, 2n) };

describe('capacity weights', () => {
  it('come to the figures of the rule book for the zone in 2021', () => {
    const figures = [
      ['jiashan', '111.26'],
      ['qingpu', '354.97'],
      ['wujiang', '351.12'],
    ].map(([locality, figure]) => ({ locality: locality!, latestFirst: [parseRational(figure!)!] }));
    expect(capacityWeights(figures, rule).map(({ shown }) => shown)).toEqual(['1.4999', '0.5815', '0.6035']);
  });

  it('never give a locality of lower capacity a lower rate, and stay between floor and ceiling', () => {
    const figure = fc.bigInt({ min: 1n, max: 10n ** 15n }).map((value) => rational(value, 100n));
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 8 }), (capacities) => {
        const sorted = capacities.toSorted(compare);
        const weights = capacityWeights(
          sorted.map((each, index) => ({ locality: String(index), latestFirst: [each] })),
          rule,
        ).map(({ rate }) => parseRational(rate)!);
        for (const [index, weight] of weights.entries()) {
          if (index > 0) expect(compare(weight, weights[index - 1]!)).toBeLessThanOrEqual(0);
          expect(compare(weight, rule.floor) >= 0 && compare(weight, rule.ceiling) <= 0).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('average the last three years', () => {
    const years = (...values: bigint[]) => values.map((value) => rational(value));
    const one = capacityWeights(
      [
        { locality: 'a', latestFirst: years(3n, 6n, 9n, 1000n) },
        { locality: 'b', latestFirst: years(12n) },
      ],
      rule,
    );
    const two = capacityWeights(
      [
        { locality: 'a', latestFirst: years(6n) },
        { locality: 'b', latestFirst: years(12n) },
      ],
      rule,
    );
    expect(one).toEqual(two);
  });

  it('are refused without figures or with the floor above the ceiling', () => {
    expect(() => capacityWeights([{ locality: 'a', latestFirst: [] }], rule)).toThrow(RangeError);
    expect(() => capacityWeights([], { ...rule, floor: rational(2n) })).toThrow(RangeError);
  });
});

describe('the imbalance of coverage', () => {
  it('is nil when all cells are covered alike, and known for one that has everything', () => {
    const cell = (needMinor: bigint, fundedMinor: bigint) => ({ needMinor, fundedMinor });
    expect(imbalanceOf([cell(10n, 5n), cell(4n, 2n), cell(0n, 0n)])).toEqual({
      lowest: 0.5,
      gini: 0,
      theil: 0,
    });
    const uneven = imbalanceOf([cell(10n, 0n), cell(10n, 10n)]);
    expect(uneven.gini).toBeCloseTo(0.5);
    expect(uneven.theil).toBeCloseTo(Math.log(2));
    expect(imbalanceOf([])).toEqual({ lowest: 0, gini: 0, theil: 0 });
  });
});
