import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYuan, yuanAsTyped } from './amount-input.ts';
import { formatExact } from './format.ts';

describe('an amount as it is typed', () => {
  it('is read to the fen, with or without separators', () => {
    expect(parseYuan('1,234.5')).toBe('123450');
    expect(parseYuan('¥ 20')).toBe('2000');
    expect(parseYuan('0.05')).toBe('5');
  });

  it('is refused when it is no amount', () => {
    for (const text of ['', '-5', '1.234', 'ten', '1e5', '.5']) expect(parseYuan(text), text).toBeNull();
  });

  it('is offered for a change without a fen lost', () => {
    expect(['1200', '1250', '1205', '5'].map(yuanAsTyped)).toEqual(['12', '12.50', '12.05', '0.05']);
  });

  it('reads back what the page shows', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (minor) => {
        expect(parseYuan(formatExact({ amountMinor: minor.toString(), currency: 'CNY' }))).toBe(
          minor.toString(),
        );
        expect(parseYuan(yuanAsTyped(minor.toString()))).toBe(minor.toString());
      }),
    );
  });
});
