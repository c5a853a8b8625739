import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fundIdOfGifts } from './fund.ts';
import {
  faultsOfRestriction,
  normalizeRestriction,
  permits,
  restrictionKey,
  UNRESTRICTED,
} from './restriction.ts';

const codes = fc.option(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 }), {
  nil: null,
});
const restriction = fc.record({ sectors: codes, localities: codes, projects: codes });
const project = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  sector: fc.constantFrom('a', 'b', 'c', 'd'),
  locality: fc.constantFrom('a', 'b', 'c', 'd'),
});

describe('a restriction', () => {
  it('of nothing permits everything', () => {
    fc.assert(
      fc.property(project, (place) => {
        expect(permits(UNRESTRICTED, place)).toBe(true);
      }),
    );
    expect(restrictionKey(UNRESTRICTED)).toBe('any');
  });

  it('permits a project only when each of its lists does', () => {
    const allowed = { sectors: ['health'], localities: null, projects: ['p'] };
    expect(permits(allowed, { id: 'p', sector: 'health', locality: 'x' })).toBe(true);
    expect(permits(allowed, { id: 'p', sector: 'education', locality: 'x' })).toBe(false);
    expect(permits(allowed, { id: 'q', sector: 'health', locality: 'x' })).toBe(false);
  });

  it('means the same however its lists are written, and then has the same fund', () => {
    fc.assert(
      fc.property(restriction, project, (given, place) => {
        const shuffled = {
          sectors: given.sectors === null ? null : [...given.sectors].reverse(),
          localities: given.localities === null ? null : [...given.localities, ...given.localities],
          projects: given.projects,
        };
        expect(restrictionKey(shuffled)).toBe(restrictionKey(given));
        expect(fundIdOfGifts(shuffled)).toBe(fundIdOfGifts(given));
        expect(permits(normalizeRestriction(given), place)).toBe(permits(given, place));
      }),
    );
  });

  it('that names what does not exist, or nothing at all, is refused at its place', () => {
    const known = {
      sectors: new Set(['health']),
      localities: new Set<string>(),
      projects: new Set<string>(),
    };
    const faults = faultsOfRestriction(
      { sectors: ['health', 'space'], localities: [], projects: null },
      known,
      'restriction',
    );
    expect(faults).toMatchObject([
      { path: 'restriction.sectors[1]', reason: 'unknown-sector' },
      { path: 'restriction.localities', reason: 'empty-list' },
    ]);
  });
});
