import { describe, expect, it } from 'vitest';
import { contradictsGift, splitReturn, statusOfReturn, type ReturnFacts } from './gift-return.ts';
import type { CalendarDate } from './time.ts';

const facts = (change: Partial<ReturnFacts> = {}): ReturnFacts => ({
  id: 're_1',
  kind: 'refund',
  amountMinor: 5_000n,
  currency: 'CNY',
  processorStatus: 'succeeded',
  takenMinor: 5_000n,
  givenBackMinor: 0n,
  feeMinor: 0n,
  takenOn: '2026-03-01' as CalendarDate,
  givenBackOn: null,
  ended: true,
  startedAt: new Date('2026-03-01T00:00:00Z'),
  ...change,
});

describe('where a return stands follows from the money alone', () => {
  it.each([
    ['asked', { takenMinor: 0n, ended: false }],
    ['closed', { takenMinor: 0n, ended: true }],
    ['taken', { ended: false }],
    ['taken', { ended: true }],
    ['given-back', { givenBackMinor: 5_000n }],
  ] as const)('%s: %o', (status, change) => {
    expect(statusOfReturn(facts(change))).toBe(status);
  });
});

describe('a return that contradicts the gift is set aside', () => {
  const gift = { currency: 'CNY', leftMinor: 5_000n } as const;
  it('agrees as long as there is so much left', () => {
    expect(contradictsGift(facts(), gift)).toBe(false);
  });
  it.each([
    { currency: 'USD' },
    { amountMinor: 5_001n, takenMinor: 5_001n },
    { takenMinor: 4_999n },
    { givenBackMinor: 1n },
    { amountMinor: 0n, takenMinor: 0n },
  ])('%o', (change) => {
    expect(contradictsGift(facts(change), gift)).toBe(true);
  });
});

describe('what goes back', () => {
  it('is the gift first, and what was added for the fee last', () => {
    const left = [{ fundId: 'a', leftMinor: 10_000n }];
    expect(splitReturn(10_000n, left)).toEqual({
      parts: [{ fundId: 'a', amountMinor: 10_000n }],
      feeCoverMinor: 0n,
    });
    expect(splitReturn(10_300n, left).feeCoverMinor).toBe(300n);
  });

  it('is shared by the parts of a gift to the fen, and none gives more than it has left', () => {
    const left = [
      { fundId: 'a', leftMinor: 3_334n },
      { fundId: 'b', leftMinor: 3_333n },
      { fundId: 'c', leftMinor: 0n },
    ];
    expect(splitReturn(100n, left).parts).toEqual([
      { fundId: 'a', amountMinor: 50n },
      { fundId: 'b', amountMinor: 50n },
    ]);
    expect(splitReturn(6_667n, left).parts).toEqual([
      { fundId: 'a', amountMinor: 3_334n },
      { fundId: 'b', amountMinor: 3_333n },
    ]);
  });
});
