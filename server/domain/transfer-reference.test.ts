import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReferences, spacedReference, transferReferenceOf } from './transfer-reference.ts';

const anyReference = fc.uuid().map((id) => transferReferenceOf(id, 0));

describe('the reference of a transfer', () => {
  it('is the same at every asking, and another at the next attempt', () => {
    expect(transferReferenceOf('a', 0)).toBe(transferReferenceOf('a', 0));
    expect(transferReferenceOf('a', 0)).not.toBe(transferReferenceOf('a', 1));
    expect(transferReferenceOf('a', 0)).toMatch(/^JZ\d{9}$/);
  });

  it('is found however it is typed, among other words', () => {
    fc.assert(
      fc.property(anyReference, (reference) => {
        const wide = reference.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
        for (const memo of [
          reference,
          `捐赠 ${spacedReference(reference)}，谢谢`,
          reference.toLowerCase(),
          wide,
        ]) {
          expect(findReferences(memo)).toEqual({ right: [reference], mistyped: false });
        }
        expect(findReferences(`${reference} 20260312`).right).toEqual([reference]);
      }),
    );
  });

  it('is known as mistyped when one digit is wrong, or two neighbours changed places', () => {
    fc.assert(
      fc.property(
        anyReference,
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (reference, at, by) => {
          const digits = Array.from(reference);
          const wrong = digits.with(at, String((Number(digits[at]) + by) % 10)).join('');
          expect(findReferences(wrong)).toEqual({ right: [], mistyped: true });
          const swapped = digits
            .with(at, digits[at + 1] ?? '')
            .with(at + 1, digits[at] ?? '')
            .join('');
          if (swapped !== reference) expect(findReferences(swapped).right).toEqual([]);
        },
      ),
    );
  });

  it('is not seen where there is none', () => {
    for (const memo of ['', '善款', 'JZ', '20260312 00871']) {
      expect(findReferences(memo)).toEqual({ right: [], mistyped: false });
    }
  });
});
