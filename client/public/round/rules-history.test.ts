import { describe, expect, it } from 'vitest';
import { historyOfRules, type RulesVersion } from './rules-history.ts';

const first: RulesVersion = {
  version: 1,
  effectiveOn: '2026-03-01',
  reason: '',
  level: 'PROJECT',
  weightPolicy: { measure: 'GDP', k: '1/2', floor: '1/2', ceiling: '2' },
  localityWeights: [{ locality: '310118', exact: '1', rounded: '1.0000' }],
  capPerProjectMinor: null,
  eligibility: { granteeKinds: null, everyoneOnly: false, lowestScore: null },
  refundWindowDays: 14,
};
const second = { ...first, version: 2, effectiveOn: '2026-05-01', reason: '更长', refundWindowDays: 30 };
const third = {
  ...second,
  ...{ version: 3, effectiveOn: '2026-07-01', capPerProjectMinor: '100' },
  localityWeights: [{ locality: '310118', exact: '4/3', rounded: '1.3333' }],
  eligibility: { granteeKinds: ['ENTERPRISE'] as const, everyoneOnly: true, lowestScore: '60' },
};

describe('the history of the rules of a round', () => {
  it('says for which gifts each version holds: none is without, and the days do not overlap', () => {
    expect(
      historyOfRules([third, first, second]).map(({ rules, from, through }) => [
        rules.version,
        from,
        through,
      ]),
    ).toEqual([
      [3, '2026-07-01', null],
      [2, '2026-05-01', '2026-06-30'],
      [1, null, '2026-04-30'],
    ]);
  });

  it('says what each version changed against the one before it', () => {
    const [latest, middle, oldest] = historyOfRules([first, second, third]);
    expect(latest?.changed.map(({ part }) => part)).toEqual([
      ...['weights', 'granteeKinds', 'openTo', 'lowestScore', 'capPerProject'],
    ]);
    expect(middle?.changed).toEqual([{ part: 'refundWindowDays', before: first }]);
    expect(oldest?.changed).toEqual([]);
  });
});
