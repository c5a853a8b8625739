import { describe, expect, it } from 'vitest';
import { RULES } from '../../test/support/ledger-samples.ts';
import {
  accountOfNature,
  balanceOn,
  CHART_OF_ACCOUNTS,
  describeKind,
  kindOfAccount,
} from './chart-of-accounts.ts';
import { NATURES } from './journal.ts';
import type { CalendarDate } from './time.ts';

describe('the chart of accounts', () => {
  it('has one line for each kind, in the order of the general ledger', () => {
    const codes = CHART_OF_ACCOUNTS.map(({ account }) => account.code);
    expect(codes).toEqual([...codes].sort());
    expect(new Set(CHART_OF_ACCOUNTS.map(({ kind }) => kind)).size).toBe(CHART_OF_ACCOUNTS.length);
    expect(
      CHART_OF_ACCOUNTS.map(({ account, name, normalSide }) => `${account.code} ${name.zh} ${normalSide}`),
    ).toMatchInlineSnapshot(`
      [
        "1002 银行存款 debit",
        "1009 支付机构待结算款 debit",
        "1122 应收认捐 debit",
        "1122 应收捐赠人退回款 debit",
        "2209 应付资助款 credit",
        "2209 应付退款 credit",
        "3101 非限定基金 credit",
        "3102 限定基金 credit",
      ]
    `);
  });

  it.each(RULES)('knows every account of %s, and every dimension that is booked there', (_rule, make) => {
    const { postings } = make({ a: 3n, b: 2n, effectiveOn: '2026-03-01' as CalendarDate });
    for (const { account, debitMinor: _debit, creditMinor: _credit, nature: _nature, ...said } of postings) {
      const kind = kindOfAccount(account);
      expect(kind, account).not.toBeNull();
      if (kind !== null)
        expect(describeKind(kind).dimensions).toEqual(expect.arrayContaining(Object.keys(said)));
    }
  });

  it('knows nothing else', () => {
    expect(kindOfAccount('petty-cash')).toBeNull();
    expect(kindOfAccount('fund:')).toBeNull();
  });

  it('tells a balance above zero where an account stands on its normal side', () => {
    const sums = { debitMinor: 30n, creditMinor: 100n };
    expect(balanceOn('credit', sums)).toBe(70n);
    expect(balanceOn('debit', sums)).toBe(-70n);
  });

  it('reports government money apart from donations, and moves between funds nowhere', () => {
    expect(accountOfNature('contribution', 'government')?.code).toBe('4401');
    expect(accountOfNature('refund', 'individual')?.code).toBe('4101');
    expect(NATURES.filter((nature) => accountOfNature(nature) === null)).toEqual([
      'match',
      'allocation',
      'opening',
    ]);
  });
});
