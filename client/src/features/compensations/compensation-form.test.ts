import { describe, expect, it } from 'vitest';
import {
  faultsOfCompensation,
  MOST_IN_TABLE,
  MOST_LOCALITIES,
} from '../../../../server/domain/compensation.ts';
import {
  fieldOfGroup,
  fieldOfPlace,
  groupsOf,
  termsOf,
  tryStatement,
  type CompensationValues,
} from './compensation-form.ts';

const places = (count: number) => Array.from({ length: count }, (_, index) => String(330_401 + index));

function valuesFor(localities: readonly string[], change: Partial<CompensationValues>): CompensationValues {
  const ofAll = <Value>(value: Value) =>
    Object.fromEntries(localities.map((code) => [fieldOfPlace(code), value]));
  return {
    ...{ title: { zh: '河道', en: 'River' }, round: '', project: '', localities, costsSource: 'Budget' },
    ...{ basis: 'rule', standAlone: ofAll('3'), shared: '40', costs: {} },
    ...{ paid: ofAll('5'), source: ofAll('STATED' as const), note: ofAll('Their treasury') },
    ...change,
  };
}

function sumOfShares(values: CompensationValues): bigint | undefined {
  return tryStatement(values, new Map(), 'CNY')?.lines.reduce(
    (sum, line) => sum + BigInt(line.shareMinor),
    0n,
  );
}

describe('the form of a compensation statement', () => {
  it('takes as many localities as a statement may have when their costs follow a rule', () => {
    const values = valuesFor(places(MOST_LOCALITIES), {});
    const terms = termsOf(values, new Map());
    if ('unread' in terms) throw new Error(`unread: ${terms.unread}`);
    expect(faultsOfCompensation(terms, new Set(places(MOST_LOCALITIES)))).toEqual([]);
    expect(terms.rule?.standAlone).toHaveLength(MOST_LOCALITIES);
    expect(sumOfShares(values)).toBe(BigInt(MOST_LOCALITIES) * 300n + 4_000n);
    expect(sumOfShares(valuesFor(places(MOST_LOCALITIES + 1), {}))).toBeUndefined();
  });

  it('takes a cost for every group as long as a table may have that many', () => {
    const localities = places(MOST_IN_TABLE);
    const costs = Object.fromEntries(
      groupsOf(localities).map((members) => [fieldOfGroup(members), String(10 + members.length)]),
    );
    const terms = termsOf(valuesFor(localities, { basis: 'table', costs }), new Map());
    if ('unread' in terms) throw new Error(`unread: ${terms.unread}`);
    expect(faultsOfCompensation(terms, new Set(localities))).toEqual([]);
    expect(terms.coalitions).toHaveLength(2 ** MOST_IN_TABLE - 1);
    expect(sumOfShares(valuesFor(localities, { basis: 'table', costs }))).toBe(1_800n);
  });
});
