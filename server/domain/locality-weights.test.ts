import { describe, expect, it } from 'vitest';
import zone from '../db/migrations/data/zone.json' with { type: 'json' };
import { localityWeightsOf } from './locality-weights.ts';
import { formatDecimal, parseRational } from './rational.ts';
import type { Region } from './region.ts';

const region = {
  localities: zone.localities.map(({ code, budgetExpenditure2021Yi }) => ({
    code,
    capacity: [{ measure: 'budget-expenditure', year: 2021, amountYi: budgetExpenditure2021Yi }],
  })),
} as unknown as Region;

const codes = zone.localities.map((locality) => locality.code);
const policy = { measure: 'budget-expenditure', k: '3/5', floor: '1/2', ceiling: '3/2' } as const;

describe('locality weights', () => {
  it('come to the figures of the rule book for the demonstration zone', () => {
    const { weights } = localityWeightsOf(region, codes, policy);
    const shown = Object.fromEntries(
      weights.map(({ locality, weight }) => [locality, formatDecimal(parseRational(weight)!, 4)]),
    );
    expect(shown).toEqual({ '330421': '1.4999', '310118': '0.5815', '320509': '0.6035' });
  });

  it('are all 1 when the localities are equally able', () => {
    const equal = {
      localities: ['a', 'b'].map((code) => ({
        code,
        capacity: [{ measure: 'gdp', year: 2021, amountYi: '7.5' }],
      })),
    };
    const { weights } = localityWeightsOf(equal as unknown as Region, ['a', 'b'], {
      ...policy,
      measure: 'gdp',
    });
    expect(weights.map(({ weight }) => weight)).toEqual(['1', '1']);
  });

  it('are refused where a figure is missing, and the sentence says what to do', () => {
    const { faults } = localityWeightsOf(region, codes, { ...policy, measure: 'gdp' });
    expect(faults).toMatchObject([{ path: 'weightPolicy.measure', reason: 'no-figure' }]);
  });

  it('are refused for a policy that is not made of positive fractions, or is upside down', () => {
    expect(localityWeightsOf(region, codes, { ...policy, k: 'a lot' }).faults).toMatchObject([
      { path: 'weightPolicy.k' },
    ]);
    const manyDigits = `0.${'12345678'.repeat(3)}`;
    expect(localityWeightsOf(region, codes, { ...policy, k: manyDigits }).faults).toMatchObject([
      { path: 'weightPolicy.k', reason: 'too-many-digits' },
    ]);
    expect(localityWeightsOf(region, codes, { ...policy, ceiling: `${manyDigits}1` }).faults).toMatchObject([
      { path: 'weightPolicy.ceiling', reason: 'not-a-rational' },
    ]);
    expect(localityWeightsOf(region, codes, { ...policy, floor: '2', ceiling: '1' }).faults).toMatchObject([
      { reason: 'above-ceiling' },
    ]);
  });
});
