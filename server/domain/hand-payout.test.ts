import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverHandPayout, type ExplainedLine } from './hand-payout.ts';
import { minor, sumMinor } from './money.ts';

const part = (fundId: string, amountMinor: bigint) => ({ fundId, amountMinor: minor(amountMinor) });
const gift = (id: string, fundId: string, amountMinor: bigint, feeMinor: bigint): ExplainedLine => ({
  id,
  parts: [part(fundId, amountMinor), part('general', -feeMinor)],
});

const LINES = [gift('txn_1', 'elderly-care', 20_000n, 780n), gift('txn_2', 'culture', 10_000n, 390n)];

describe('a payout by hand', () => {
  it('of the very sum of the oldest lines pays out just these', () => {
    expect(coverHandPayout(19_220n, LINES, [])).toEqual({
      lineIds: ['txn_1'],
      aheadMinor: 0n,
      aheadParts: [],
      earlierMinor: 0n,
      isOpen: false,
      parts: [part('elderly-care', 20_000n), part('general', -780n)],
    });
  });

  it('of less than a line is paid ahead of it, and the next one takes that into account', () => {
    const first = coverHandPayout(5_000n, LINES, []);
    expect(first).toMatchObject({ lineIds: [], aheadMinor: 5_000n, parts: [part('elderly-care', 5_000n)] });
    const second = coverHandPayout(14_220n, LINES, first?.aheadParts ?? []);
    expect(second).toMatchObject({
      ...{ lineIds: ['txn_1'], aheadMinor: 0n, earlierMinor: 5_000n },
      parts: [part('elderly-care', 15_000n), part('general', -780n)],
    });
  });

  it('of more than there is on record is not explained', () => {
    expect(coverHandPayout(28_831n, LINES, [])).toBeNull();
  });

  it('moves its amount to the fen, and a row of payouts moves each line once', () => {
    const lines = fc.array(
      fc.record({
        giftMinor: fc.bigInt({ min: 100n, max: 1_000_000n }),
        feeMinor: fc.bigInt({ min: 0n, max: 99n }),
        fundId: fc.constantFrom('a', 'b', 'c'),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, fc.array(fc.bigInt({ min: 1n, max: 99n }), { maxLength: 6 }), (told, percents) => {
        let open = told.map(({ giftMinor, feeMinor, fundId }, index) =>
          gift(`txn_${index}`, fundId, giftMinor, feeMinor),
        );
        const all = sumMinor(open.flatMap(({ parts }) => parts.map(({ amountMinor }) => amountMinor)));
        let [left, earlier] = [all as bigint, [] as readonly ReturnType<typeof part>[]];
        const byFund = new Map<string, bigint>();
        for (const percent of [...percents, 100n]) {
          const paid = (left * percent) / 100n;
          if (paid === 0n) continue;
          const covered = coverHandPayout(paid, open, earlier);
          expect(covered).not.toBeNull();
          if (covered === null) return;
          expect(sumMinor(covered.parts.map(({ amountMinor }) => amountMinor))).toBe(paid);
          for (const { fundId, amountMinor } of covered.parts)
            byFund.set(fundId, (byFund.get(fundId) ?? 0n) + amountMinor);
          open = open.filter(({ id }) => !covered.lineIds.includes(id));
          earlier = covered.aheadParts;
          left -= paid;
        }
        expect(open).toEqual([]);
        expect(earlier).toEqual([]);
        const expected = new Map<string, bigint>();
        for (const { giftMinor, feeMinor, fundId } of told) {
          expected.set(fundId, (expected.get(fundId) ?? 0n) + giftMinor);
          expected.set('general', (expected.get('general') ?? 0n) - feeMinor);
        }
        for (const [fundId, amount] of expected) expect(byFund.get(fundId) ?? 0n).toBe(amount);
      }),
    );
  });
});
