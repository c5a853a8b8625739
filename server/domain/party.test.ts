import { describe, expect, it } from 'vitest';
import { creditCodeCheckDigit, faultsOfParty, isCreditCode } from './party.ts';

describe('the unified social credit code', () => {
  it('has a check digit by GB 32100-2015', () => {
    // The standard's own worked example.
    expect(creditCodeCheckDigit('91350100M000100Y4')).toBe('3');
    expect(isCreditCode('91350100M000100Y43')).toBe(true);
  });

  it('is refused with any one character changed, or two neighbours swapped', () => {
    const good = '91350100M000100Y43';
    for (let index = 0; index < good.length; index += 1) {
      const changed = good.slice(0, index) + (good[index] === '7' ? '8' : '7') + good.slice(index + 1);
      expect(isCreditCode(changed), changed).toBe(false);
    }
    expect(isCreditCode('91350100M000010Y43')).toBe(false);
    expect(isCreditCode('91350100M000100Y4')).toBe(false);
    expect(isCreditCode('9135O100M000100Y43')).toBe(false);
  });
});

describe('a party', () => {
  const party = {
    kind: 'enterprise',
    name: { zh: '企业', en: 'Enterprise' },
    locality: null,
    creditCode: null,
    bankAccount: null,
  } as const;

  it('needs its name in both languages, a locality that exists, a code that checks', () => {
    const localities = new Set(['310118']);
    expect(faultsOfParty(party, localities)).toEqual([]);
    expect(faultsOfParty({ ...party, name: { zh: '企业', en: ' ' } }, localities)).toMatchObject([
      { path: 'name.en', reason: 'empty' },
    ]);
    expect(faultsOfParty({ ...party, name: { zh: '长'.repeat(201), en: 'E' } }, localities)).toMatchObject([
      { path: 'name.zh', reason: 'too-long' },
    ]);
    expect(faultsOfParty({ ...party, locality: '999999' }, localities)).toMatchObject([
      { reason: 'unknown-locality' },
    ]);
    expect(faultsOfParty({ ...party, creditCode: '123' }, localities)).toMatchObject([
      { reason: 'wrong-check-digit' },
    ]);
  });

  it('is paid to a bank and a number, however it is grouped, and to no half of them', () => {
    const faults = (bankName: string, accountNumber: string) =>
      faultsOfParty({ ...party, bankAccount: { bankName, accountNumber } }, new Set()).map(
        ({ path }) => path,
      );
    expect(faults('工商银行青浦支行', '6222 0200-1122 ３３')).toEqual([]);
    expect(faults(' ', '62220200')).toEqual(['bankAccount.bankName']);
    for (const number of ['', 'abc', '六二二二〇二〇〇', '1'.repeat(35)])
      expect(faults('工商银行', number), number).toEqual(['bankAccount.accountNumber']);
  });
});
