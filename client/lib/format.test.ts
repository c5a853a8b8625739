import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  basisPoints,
  basisPointsOfRational,
  formatDate,
  formatExact,
  formatExactRational,
  formatInstant,
  formatShare,
  formatSummary,
  missingOf,
  yearOf,
} from './format.ts';

const cny = (amountMinor: string | bigint) => ({ amountMinor: amountMinor.toString(), currency: 'CNY' });

describe('an exact amount', () => {
  it('shows every fen and groups thousands', () => {
    expect(formatExact(cny('123456780'))).toBe('¥1,234,567.80');
    expect(formatExact(cny('5'))).toBe('¥0.05');
    expect(formatExact(cny('-100000'))).toBe('−¥1,000.00');
  });

  it('loses nothing, however large', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (minor) => {
        expect(BigInt(formatExact(cny(minor)).replace(/[¥,.]/g, ''))).toBe(minor);
      }),
    );
  });
});

describe('a summarised amount', () => {
  it('speaks in 万 and 亿 in Chinese', () => {
    expect(formatSummary(cny('860000'), 'zh-CN')).toBe('¥8,600');
    expect(formatSummary(cny('1234500000'), 'zh-CN')).toBe('1,234.5 万元');
    expect(formatSummary(cny('56300000000'), 'zh-CN')).toBe('5.63 亿元');
  });

  it('speaks in millions in English', () => {
    expect(formatSummary(cny('1234500000'), 'en')).toBe('¥12.35 million');
    expect(formatSummary(cny('860050'), 'en')).toBe('¥8,600.50');
  });
});

describe('a share', () => {
  it('says 100% only of a need that is met in full', () => {
    expect(formatShare(basisPoints(cny('99999'), cny('100000')))).toBe('99%');
    expect(formatShare(basisPoints(cny('100000'), cny('100000')))).toBe('100%');
  });

  it('does not call a little nothing, nor nothing a little', () => {
    expect(formatShare(basisPoints(cny('50'), cny('100000')))).toBe('<1%');
    expect(formatShare(basisPoints(cny('0'), cny('100000')))).toBe('0%');
  });

  it('reads the exact level of an allocation', () => {
    expect(formatShare(basisPointsOfRational('3/8'))).toBe('37%');
    expect(formatShare(basisPointsOfRational('1'))).toBe('100%');
  });
});

describe('what is missing of a need', () => {
  it('is never negative', () => {
    expect(missingOf(cny('100'), cny('250')).amountMinor).toBe('0');
  });
});

describe('dates', () => {
  it('keeps a calendar date where it is', () => {
    expect(formatDate('2026-03-01', 'zh-CN')).toBe('2026年3月1日');
    expect(formatDate('2026-03-01', 'en')).toBe('1 March 2026');
  });

  it('shows an instant on the clock of the region', () => {
    expect(formatInstant('2026-02-28T20:30:00Z', 'zh-CN')).toBe('2026年3月1日 04:30');
    expect(['2026-12-31T15:59:59Z', '2026-12-31T16:00:00Z'].map(yearOf)).toEqual(['2026', '2027']);
  });
});

describe('an exact rational of minor units', () => {
  it.each([
    ['20000', '¥200.00'],
    ['-1', '−¥0.01'],
    ['1000/3', '≈¥3.33'],
    ['1/2', '≈¥0.01'],
    ['-1/2', '≈−¥0.01'],
    ['1/3', '≈¥0.00'],
  ])('%s is %s', (rational, shown) => {
    expect(formatExactRational(rational, 'CNY')).toBe(shown);
  });
});
