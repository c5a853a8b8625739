/** The yearly limit of management cost as the law has it, and that its figures follow from one another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultsOfLimit,
  limitOfYear,
  limitsOfRegion,
  spendingOf,
  standingOf,
  STATUTORY_MANAGEMENT_LIMITS,
  type ManagementLimit,
} from './management-limit.ts';
import type { FundFlow } from './statements.ts';
import type { CalendarDate } from './time.ts';

const limit = STATUTORY_MANAGEMENT_LIMITS[0]!;
const from = (effectiveOn: string, change: Partial<ManagementLimit> = {}): ManagementLimit => ({
  ...limit,
  effectiveOn: effectiveOn as CalendarDate,
  ...change,
});
const WAN = 1_000_000n;

describe('the limits of a region', () => {
  it('are those of the law, unless its data names others', () => {
    const own = from('2026-01-01', { shareBasisPoints: 1_200 });
    expect(limitsOfRegion({})).toBe(STATUTORY_MANAGEMENT_LIMITS);
    expect(limitsOfRegion({ managementLimits: [] })).toBe(STATUTORY_MANAGEMENT_LIMITS);
    expect(limitsOfRegion({ managementLimits: [own] })).toEqual([own]);
  });
});

describe('a limit that somebody proposes', () => {
  const TODAY = '2026-03-02' as CalendarDate;
  const faultsOf = (change: Partial<ManagementLimit>) =>
    faultsOfLimit(from('2027-01-01', change), TODAY).map(({ path, reason }) => `${path}: ${reason}`);
  const on = (effectiveOn: string) => faultsOf({ effectiveOn: effectiveOn as CalendarDate });

  it('begins with a year that has not begun', () => {
    expect(on('2027-01-01')).toEqual([]);
    for (const day of [
      '2026-01-01',
      '2026-03-02',
      '2026-03-03',
      '2027-07-01',
      '2025-01-01',
      '2027-13-01',
      'soon',
    ])
      expect(on(day), day).toEqual(['effectiveOn: not-a-coming-year']);
    const newYear = '2027-01-01' as CalendarDate;
    expect(faultsOfLimit(from('2027-01-01'), newYear)).toHaveLength(1);
  });

  it('is a share, an amount and a source in both languages', () => {
    for (const shareBasisPoints of [0, 10_000]) expect(faultsOf({ shareBasisPoints })).toEqual([]);
    for (const shareBasisPoints of [-1, 10_001, 2.5, Number.NaN])
      expect(faultsOf({ shareBasisPoints })).toEqual(['shareBasisPoints: not-a-share']);
    expect(faultsOf({ exemptBelowMinor: 0n })).toEqual([]);
    for (const exemptBelowMinor of [-1n, 2n ** 53n])
      expect(faultsOf({ exemptBelowMinor })).toEqual(['exemptBelow: out-of-range']);
    expect(faultsOf({ source: { zh: ' ', en: 'x'.repeat(301) } })).toEqual([
      ...['source.zh: empty', 'source.en: too-long'],
    ]);
  });

  it('changes the limit of no year that has begun', () => {
    const years = fc.integer({ min: 2017, max: 2100 });
    fc.assert(
      fc.property(years, years, (asked, begins) => {
        const proposed = from(`${begins}-01-01`, { shareBasisPoints: 1 });
        fc.pre(faultsOfLimit(proposed, TODAY).length === 0);
        const now = limitOfYear([limit, proposed], asked);
        expect(now?.shareBasisPoints).toBe(asked >= begins ? 1 : limit.shareBasisPoints);
        if (asked <= 2026) expect(now).toBe(limit);
      }),
    );
  });

  it('counts where it was decided later than another for the same year', () => {
    const [first, second] = [900, 800].map((shareBasisPoints) => from('2027-01-01', { shareBasisPoints }));
    expect(limitOfYear([limit, first!, second!], 2027)).toBe(second);
    expect(limitOfYear([limit, second!, first!], 2027)).toBe(first);
  });
});

describe('the limit of a year', () => {
  it('is the latest that holds by its end, in whatever order they stand', () => {
    const limits = [from('2027-07-01'), from('2016-09-01'), from('2025-01-01')];
    const effective = [2015, 2016, 2024, 2025, 2026, 2027, 2030].map(
      (year) => limitOfYear(limits, year)?.effectiveOn ?? null,
    );
    expect(effective).toEqual([
      ...[null, '2016-09-01', '2016-09-01', '2025-01-01', '2025-01-01', '2027-07-01', '2027-07-01'],
    ]);
  });
});

describe('a year’s spending', () => {
  const flow = (nature: FundFlow['nature'], debitMinor: bigint, creditMinor = 0n): FundFlow => ({
    ...{ nature, fund: 'general', partyKind: null, debitMinor, creditMinor },
  });

  it('is programme, management and fund-raising, less what came back; no income and no pledge written off', () => {
    const flows = [
      flow('programme', 900n),
      flow('programme', 0n, 100n),
      flow('management', 80n),
      flow('management', 0n, 30n),
      flow('payment-fees', 7n),
      flow('write-off', 1_000n),
      flow('refund', 40n),
      flow('allocation', 500n, 500n),
      flow('contribution', 0n, 10_000n),
    ];
    expect(spendingOf(flows)).toEqual({ managementMinor: 50n, totalMinor: 857n });
  });
});

describe('where a year stands', () => {
  const year = (management: bigint, others: bigint) => ({
    managementMinor: management,
    totalMinor: management + others,
  });

  it('of 10 million yuan spent, 1 million may be management, to the fen', () => {
    expect(standingOf(year(100n * WAN, 900n * WAN), limit)).toEqual({
      ...{ allowedMinor: 100n * WAN, leftMinor: 0n, shareBasisPoints: 1_000 },
      ...{ isExempt: false, isWithin: true },
    });
    const above = standingOf(year(100n * WAN + 1n, 900n * WAN), limit);
    expect(above).toMatchObject({ leftMinor: -1n, shareBasisPoints: 1_001, isWithin: false });
  });

  it('less than 200,000 yuan in a year is not measured, exactly that is', () => {
    expect(standingOf(year(20n * WAN - 1n, 0n), limit)).toMatchObject({
      ...{ allowedMinor: 20n * WAN - 1n, leftMinor: 0n, isExempt: true, isWithin: true },
    });
    expect(standingOf(year(20n * WAN, 0n), limit)).toMatchObject({ isExempt: false, isWithin: false });
  });

  it('counts a cost that is proposed on both sides', () => {
    expect(standingOf(year(90n * WAN, 900n * WAN), limit, 10n * WAN)).toMatchObject({
      ...{ leftMinor: 0n, isWithin: true },
    });
    expect(standingOf(year(90n * WAN, 900n * WAN), limit, 10n * WAN + 1n).isWithin).toBe(false);
  });

  it('of a year without spending is nothing', () => {
    expect(standingOf(year(0n, 0n), limit)).toMatchObject({ shareBasisPoints: 0, isWithin: true });
  });

  const amount = fc.bigInt({ min: 0n, max: 2n ** 53n });
  const anyLimit = fc
    .record({ share: fc.integer({ min: 0, max: 9_999 }), exempt: fc.bigInt({ min: 0n, max: 100n * WAN }) })
    .map(({ share, exempt }) => from('2016-09-01', { shareBasisPoints: share, exemptBelowMinor: exempt }));

  it('says the same by share, by what is allowed and by what is left', () => {
    fc.assert(
      fc.property(amount, amount, anyLimit, (management, others, any) => {
        const standing = standingOf(year(management, others), any);
        const byShare = management * 10_000n <= BigInt(any.shareBasisPoints) * (management + others);
        expect(standing.isWithin).toBe(byShare || management < any.exemptBelowMinor);
        expect(standing.isWithin).toBe(standing.leftMinor >= 0n);
        expect(standing.allowedMinor - standing.leftMinor).toBe(management);
      }),
    );
  });

  it('what is allowed is the most: one fen more is above it', () => {
    fc.assert(
      fc.property(amount, anyLimit, (others, any) => {
        const { allowedMinor } = standingOf(year(0n, others), any);
        expect(standingOf(year(allowedMinor, others), any).isWithin).toBe(true);
        expect(standingOf(year(allowedMinor + 1n, others), any).isWithin).toBe(false);
      }),
    );
  });

  it('more spent on programmes never takes room away', () => {
    fc.assert(
      fc.property(amount, amount, amount, (management, others, more) => {
        const before = standingOf(year(management, others), limit);
        const after = standingOf(year(management, others + more), limit);
        expect(after.leftMinor).toBeGreaterThanOrEqual(before.leftMinor);
        expect(after.shareBasisPoints).toBeLessThanOrEqual(before.shareBasisPoints);
      }),
    );
  });
});
