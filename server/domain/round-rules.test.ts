import { describe, expect, it } from 'vitest';
import { minor } from './money.ts';
import {
  ANY_PROJECT,
  faultsOfAmendment,
  faultsOfRules,
  isEligible,
  latestRules,
  rulesOn,
  type RoundRules,
} from './round-rules.ts';
import type { CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;

const rules = (version: number, effectiveOn: string): RoundRules => ({
  version,
  effectiveOn: day(effectiveOn),
  reason: version === 1 ? '' : 'new figures',
  level: 'project',
  weightPolicy: { measure: 'gdp', k: '3/5', floor: '1/2', ceiling: '3/2' },
  figures: [],
  localityWeights: [],
  capPerProjectMinor: null,
  eligibility: ANY_PROJECT,
  refundWindowDays: 14,
});

const round = { rules: [rules(1, '2026-01-01'), rules(2, '2026-06-01')] };

describe('the rules of a round', () => {
  it('hold from their day until the next version, and a day before any has the first', () => {
    expect(rulesOn(round, day('2025-12-31')).version).toBe(1);
    expect(rulesOn(round, day('2026-05-31')).version).toBe(1);
    expect(rulesOn(round, day('2026-06-01')).version).toBe(2);
    expect(latestRules(round).version).toBe(2);
  });

  it('can only be changed for the days to come, with a published reason', () => {
    const faults = (effectiveOn: string, reason: string) =>
      faultsOfAmendment({ effectiveOn: day(effectiveOn), reason }, round.rules, day('2026-05-01')).map(
        (fault) => fault.reason,
      );
    expect(faults('2026-07-01', 'new figures')).toEqual([]);
    expect(faults('2026-05-01', 'today')).toEqual(['not-later']);
    expect(faults('2026-05-20', 'before the second')).toEqual(['before-earlier-rules']);
    expect(faults('2026-07-01', ' ')).toEqual(['empty']);
  });

  it('refuse a cap of nothing, an endless refund window and a score beyond the scale', () => {
    const wrong = {
      ...rules(1, '2026-01-01'),
      capPerProjectMinor: minor(0n),
      refundWindowDays: 181,
      eligibility: { granteeKinds: [], everyoneOnly: false, lowestScore: '101' },
    };
    expect(faultsOfRules(wrong).map((fault) => fault.path)).toEqual([
      'capPerProjectMinor',
      'refundWindowDays',
      'eligibility.lowestScore',
      'eligibility.granteeKinds',
    ]);
  });

  it('say which projects may be funded', () => {
    const project = {
      granteeKind: 'social-organization',
      openTo: 'registered-residents',
      score: '69.5',
    } as const;
    expect(isEligible(ANY_PROJECT, project)).toBe(true);
    expect(isEligible({ ...ANY_PROJECT, lowestScore: '70' }, project)).toBe(false);
    expect(isEligible({ ...ANY_PROJECT, lowestScore: '69.5' }, project)).toBe(true);
    expect(isEligible({ ...ANY_PROJECT, everyoneOnly: true }, project)).toBe(false);
    expect(isEligible({ ...ANY_PROJECT, granteeKinds: ['enterprise'] }, project)).toBe(false);
  });
});
