/**
 * The yearly limit of management cost (年度管理费用限额): how much of what a foundation spends in a year may go into
 * running it. The limit is data with its source and the day from which it holds, because such rules change.
 *
 * It is a limit on the year's totals, and its measure, the year's total spending, is known when the year is over: rent is
 * paid in January and most awards are signed later, so that the same cost is above the limit in spring and far below it
 * in December. So nothing is refused for it. Whoever approves a cost is told where the year stands with it, and the
 * statement of activities carries the figure.
 */
import type { InputFault } from './errors.ts';
import type { LocalizedText } from './localized-text.ts';
import { MAX_AMOUNT_MINOR } from './money.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';
import type { FundFlow } from './statements.ts';

export interface ManagementLimit {
  /** The first day of the years that it holds for. */
  readonly effectiveOn: CalendarDate;
  /** The most that management may be of the year's total spending, in basis points: 1,000 is 10 percent. */
  readonly shareBasisPoints: number;
  /** Below this a year's management cost is not measured at all, in minor units of the region's currency. */
  readonly exemptBelowMinor: bigint;
  readonly source: LocalizedText;
}

const YUAN = 100n;

/** Of shares in basis points. */
const WHOLE = 10_000n;

/**
 * For a foundation that may raise money from the public. The Charity Law says 10 percent of the year's total spending,
 * and the rule of the three ministries the same, and that less than 200,000 yuan a year is not measured (art. 11).
 */
export const STATUTORY_MANAGEMENT_LIMITS: readonly ManagementLimit[] = [
  {
    effectiveOn: '2016-09-01' as CalendarDate,
    shareBasisPoints: 1_000,
    exemptBelowMinor: 200_000n * YUAN,
    source: {
      zh: '《慈善法》第六十一条；《关于慈善组织开展慈善活动年度支出和管理费用的规定》（民发〔2016〕189号）第七条、第十一条',
      en: 'Charity Law, art. 61; Rule on the yearly spending and management cost of charitable organizations (2016, no. 189), arts. 7 and 11',
    },
  },
];

/** The limits that a region begins with: its own where its data names any, else those of the law. */
export const limitsOfRegion = ({
  managementLimits = [],
}: {
  readonly managementLimits?: readonly ManagementLimit[];
}): readonly ManagementLimit[] =>
  managementLimits.length > 0 ? managementLimits : STATUTORY_MANAGEMENT_LIMITS;

/**
 * The limit for a year: the latest that holds on its last day, and of two from the same day the one named later; null before
 * the first.
 */
export function limitOfYear<Limit extends Pick<ManagementLimit, 'effectiveOn'>>(
  limits: readonly Limit[],
  year: number,
): Limit | null {
  const lastDay = `${String(year).padStart(4, '0')}-12-31`;
  const inForce = limits
    .filter(({ effectiveOn }) => effectiveOn <= lastDay)
    .toSorted((one, other) =>
      one.effectiveOn === other.effectiveOn ? 0 : one.effectiveOn < other.effectiveOn ? -1 : 1,
    );
  return inForce.at(-1) ?? null;
}

/** Longer than any citation is. */
const MAX_SOURCE = 300;

/**
 * What is wrong with a limit that somebody proposes. A year is measured as a whole, so that a limit begins with one that has
 * not begun: no figure that was shown before becomes another.
 */
export function faultsOfLimit(limit: ManagementLimit, today: CalendarDate): InputFault[] {
  const { effectiveOn, shareBasisPoints, exemptBelowMinor, source } = limit;
  const faults: InputFault[] = [];
  const fault = (path: string, reason: string, message: string) => faults.push({ path, reason, message });
  if (!isCalendarDate(effectiveOn) || !effectiveOn.endsWith('-01-01') || effectiveOn <= today)
    fault(
      'effectiveOn',
      'not-a-coming-year',
      'A limit begins on the first of January of a year that has not begun.',
    );
  if (!Number.isInteger(shareBasisPoints) || shareBasisPoints < 0 || BigInt(shareBasisPoints) > WHOLE)
    fault(
      'shareBasisPoints',
      'not-a-share',
      'Write a share of 0 to 100 percent, at most two places behind the point.',
    );
  if (exemptBelowMinor < 0n || exemptBelowMinor > MAX_AMOUNT_MINOR)
    fault(
      'exemptBelow',
      'out-of-range',
      'Write the amount below which a year is not measured; zero for none.',
    );
  for (const locale of ['zh', 'en'] as const) {
    const text = source[locale].trim();
    if (text === '') fault(`source.${locale}`, 'empty', 'Name the law or rule that it follows from.');
    else if (text.length > MAX_SOURCE)
      fault(`source.${locale}`, 'too-long', `Keep the source within ${MAX_SOURCE} characters.`);
  }
  return faults;
}

/** What a year spent, in minor units. */
export interface YearOfSpending {
  /** What running the foundation cost, net of what was reversed. */
  readonly managementMinor: bigint;
  /** All expenses: programme, management and fund-raising; what closed awards gave back is taken off. */
  readonly totalMinor: bigint;
}

/**
 * A year's spending from what was booked on funds. Pledges that were written off are no management cost here: a promise
 * is no asset under the standard, so that losing one costs nothing.
 */
export function spendingOf(flows: readonly FundFlow[]): YearOfSpending {
  const spent = (natures: readonly FundFlow['nature'][]) =>
    flows
      .filter(({ nature }) => natures.includes(nature))
      .reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0n);
  return {
    managementMinor: spent(['management']),
    totalMinor: spent(['programme', 'management', 'payment-fees']),
  };
}

/** Where a year stands with the limit. */
export interface ManagementStanding {
  /** The most that management may come to while everything else is spent as it is now. */
  readonly allowedMinor: bigint;
  /** What of it is left; below zero by how much it is exceeded. */
  readonly leftMinor: bigint;
  /** The share of the year's spending, in basis points, rounded up; 0 while nothing is spent. */
  readonly shareBasisPoints: number;
  readonly isExempt: boolean;
  readonly isWithin: boolean;
}

/**
 * Measures a year against its limit, exactly: management is within it where management × 10,000 ≤ share × total, or where
 * it is below what is exempt.
 * @param more management cost that is not paid yet: as part of management and of the total
 */
export function standingOf(
  { managementMinor, totalMinor }: YearOfSpending,
  limit: ManagementLimit,
  more = 0n,
): ManagementStanding {
  const management = managementMinor + more;
  const total = totalMinor + more;
  const share = BigInt(limit.shareBasisPoints);
  // Management is part of the total that it is measured by: m ≤ share × (m + others).
  const others = total - management;
  const byShare = others <= 0n || share >= WHOLE ? 0n : (others * share) / (WHOLE - share);
  const exempt = limit.exemptBelowMinor - 1n;
  const allowedMinor = byShare > exempt ? byShare : exempt < 0n ? 0n : exempt;
  const isExempt = management < limit.exemptBelowMinor;
  return {
    allowedMinor,
    leftMinor: allowedMinor - management,
    shareBasisPoints: management <= 0n || total <= 0n ? 0 : Number((management * WHOLE + total - 1n) / total),
    isExempt,
    isWithin: isExempt || management <= allowedMinor,
  };
}
