import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './code-point-order.ts';

describe('the order of identifiers', () => {
  it('is that of code points, also beyond the basic plane', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '\uff5e', '\u{20000}') }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\uff5e', '\u{20000}') }),
        (a, b) => {
          const [left, right] = [Array.from(a), Array.from(b)].map((list) =>
            list.map((unit) => (unit.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join(''),
          ) as [string, string];
          expect(Math.sign(compareCodePoints(a, b))).toBe(left < right ? -1 : left > right ? 1 : 0);
        },
      ),
    );
  });
});
