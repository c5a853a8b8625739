import { describe, expect, it } from 'vitest';
import { linesOfPostings } from './posting-lines.ts';

const posting = (account: string, debit: bigint, credit = 0n) => ({
  account,
  accountName: null,
  debitMinor: String(debit),
  creditMinor: String(credit),
});

describe('the postings of an entry in a list', () => {
  it('are added up by account and side', () => {
    const { lines, left } = linesOfPostings([
      posting('award-payable:a', 700n),
      posting('bank:main', 0n, 300n),
      posting('fund:f', 5n),
      posting('bank:main', 0n, 405n),
      posting('fund:f', 0n, 5n),
    ]);
    expect(lines.map(({ account, side, amountMinor }) => [side, account, amountMinor])).toEqual([
      ['debit', 'award-payable:a', '700'],
      ['credit', 'bank:main', '705'],
      ['debit', 'fund:f', '5'],
      ['credit', 'fund:f', '5'],
    ]);
    expect(left).toBe(0);
  });

  it.each([
    [7, 7, 0],
    [8, 6, 2],
    [200, 6, 194],
  ])('of %i accounts show %i, and say that there are %i more', (accounts, shown, more) => {
    const { lines, left } = linesOfPostings(
      Array.from({ length: accounts }, (_, index) => posting(`fund:${index}`, 1n)),
    );
    expect([lines.length, left]).toEqual([shown, more]);
  });
});
