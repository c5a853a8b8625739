/** Amounts as a spreadsheet holds them, and words that it must not compute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SHOWN_MINOR, numberOfAmount, textOfCell } from './book-table.ts';
import { MAX_AMOUNT_MINOR, toMajorText } from './money.ts';

const shown = fc.bigInt({ min: -MAX_SHOWN_MINOR, max: MAX_SHOWN_MINOR });

describe('an amount as a number', () => {
  it('says the same decimals, to the last fen', () => {
    fc.assert(
      fc.property(shown, (amountMinor) => {
        const value = numberOfAmount(amountMinor, 'CNY') ?? Number.NaN;
        expect((value + 0).toFixed(2)).toBe(toMajorText(amountMinor, 'CNY'));
      }),
    );
  });

  it('is another number for another amount', () => {
    fc.assert(
      fc.property(shown, (amountMinor) => {
        fc.pre(amountMinor < MAX_SHOWN_MINOR);
        const [one, next] = [amountMinor, amountMinor + 1n].map((minor) => numberOfAmount(minor, 'CNY'));
        expect(one).not.toBe(next);
      }),
    );
  });

  it('is none where a spreadsheet would not show it to the fen', () => {
    expect(numberOfAmount(MAX_SHOWN_MINOR, 'CNY')).toBe(9_999_999_999_999.99);
    expect(numberOfAmount(MAX_SHOWN_MINOR + 1n, 'CNY')).toBeNull();
    expect(numberOfAmount(-MAX_AMOUNT_MINOR, 'CNY')).toBeNull();
  });
});

describe('a cell of a text file', () => {
  it('never begins as a formula does', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '＝', '\t'), fc.string(), (sign, rest) => {
        expect(textOfCell('text', sign + rest, 'CNY')).toBe(`'${sign}${rest}`);
      }),
    );
  });
});
