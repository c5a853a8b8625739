import { describe, expect, it } from 'vitest';
import { minor } from './money.ts';
import { amountInCapitals, faultsOfPayer, receiptNumber, stillRight } from './receipt.ts';

describe('the number of a receipt', () => {
  it('is its year and its place in it', () => {
    expect(receiptNumber(2026, 123)).toBe('2026-000123');
    expect(receiptNumber(2026, 1_234_567)).toBe('2026-1234567');
  });
});

describe('an amount in capital characters', () => {
  it.each([
    [0n, '零元整'],
    [5n, '伍分'],
    [50n, '伍角整'],
    [100n, '壹元整'],
    [105n, '壹元零伍分'],
    [120n, '壹元贰角整'],
    [123n, '壹元贰角叁分'],
    [1_000n, '壹拾元整'],
    [20_000n, '贰佰元整'],
    [105_000n, '壹仟零伍拾元整'],
    [100_500n, '壹仟零伍元整'],
    [10_000_00n, '壹万元整'],
    [10_001_00n, '壹万零壹元整'],
    [10_500_00n, '壹万零伍佰元整'],
    [100_000_00n, '壹拾万元整'],
    [1_000_010_00n, '壹佰万零壹拾元整'],
    [123_456_789_12n, '壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分'],
    [100_000_001_00n, '壹亿零壹元整'],
  ])('%s fen: %s', (amountMinor, text) => {
    expect(amountInCapitals(amountMinor)).toBe(text);
  });
});

describe('a receipt', () => {
  const payer = { kind: 'individual', title: '王芳', creditCode: null } as const;
  const receipt = { amountMinor: minor(20_000n), payer };

  it('stays as long as it says what is so', () => {
    expect(stillRight(receipt, { amountMinor: 20_000n, payer: { ...payer } })).toBe(true);
    expect(stillRight(receipt, { amountMinor: 15_000n, payer })).toBe(false);
    expect(stillRight(receipt, { amountMinor: 20_000n, payer: { ...payer, title: '王方' } })).toBe(false);
  });

  it('of an organization needs its name and its code with the right check digit', () => {
    const reasons = (change: object) =>
      faultsOfPayer({ kind: 'company', title: '嘉善水乡科技', creditCode: null, ...change }, 'payer').map(
        ({ path, reason }) => `${path}: ${reason}`,
      );
    expect(reasons({ creditCode: '91330421MA28A0YT5Q' })).toEqual(['payer.creditCode: wrong-check-digit']);
    expect(reasons({})).toEqual(['payer.creditCode: missing-code']);
    expect(reasons({ title: null, creditCode: '91350100M000100Y43' })).toEqual([
      'payer.title: missing-title',
    ]);
    expect(reasons({ creditCode: '91350100M000100Y43' })).toEqual([]);
  });
});
