import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../../test/support/allocation-problems.ts';
import { numberPledges } from './conditional-pledges.ts';
import { sweepOrder } from './sweep-order.ts';

const terms = {
  baseMinor: '1',
  ratePerOther: '1/2',
  stepMinor: '1',
  atLeastParties: 0,
  joinsFromMinor: '1',
  othersAtLeastMinor: '0',
};

/** Parties by number, each with one pledge that names others, or that is without terms. */
const orderOf = (looks: readonly (readonly number[] | null)[]): number[] => {
  const pledges = looks.map((named, index) => ({
    id: `q${String(index).padStart(3, '0')}`,
    party: `a${String(index).padStart(3, '0')}`,
    capMinor: '9',
    terms: named && { ...terms, among: named.map((other) => `a${String(other).padStart(3, '0')}`) },
  }));
  return [...sweepOrder(numberPledges({ version: 1, pledges }))];
};

describe('the order of a sweep', () => {
  it('follows a chain of promises', () => {
    expect(orderOf([null, [4], [3], [0], [2]])).toEqual([3, 2, 4, 1]);
  });

  it('breaks a circle at one look only', () => {
    const order = orderOf([[4], [0], [1], [2], [3]]);
    const late = order.filter((party, place) => order.indexOf((party + 4) % 5) > place);
    expect(late).toHaveLength(1);
  });

  it('has every pledge with terms once', () => {
    const looks = fc.integer({ min: 1, max: 12 }).chain((count) => {
      const named = fc.uniqueArray(fc.nat({ max: count - 1 }));
      return fc.array(fc.option(named), { minLength: count, maxLength: count });
    });
    fc.assert(
      fc.property(looks, (each) => {
        const withTerms = each.flatMap((named, index) => (named === null ? [] : [index]));
        expect(orderOf(each).toSorted((a, b) => a - b)).toEqual(withTerms);
      }),
      { numRuns: RUNS },
    );
  });
});
