/**
 * Amounts, shares and dates as a reader of each language expects them. Amounts arrive as strings of
 * whole minor units and never pass through a float; what is rounded for a summary is rounded half up
 * on integers, and the exact figure stays one glance away.
 */
import type { Locale } from './locale.ts';

/** An amount as the API gives it: minor units (fen for CNY) as a string, with its currency. */
export interface MoneyValue {
  readonly amountMinor: string;
  readonly currency: string;
}

/** A summarised amount in parts, so that a page can set the unit smaller than the figure. */
interface AmountParts {
  readonly sign: string;
  readonly symbol: string;
  readonly figure: string;
  readonly unit: string;
}

/** Minor units in a major one. Every currency that the foundation books has two decimals. */
const MINOR_PER_MAJOR = 100n;
const TIME_ZONE = 'Asia/Shanghai';

interface Scale {
  readonly from: bigint;
  readonly unit: string;
}

const SCALES: Record<Locale, readonly Scale[]> = {
  'zh-CN': [
    { from: 100_000_000n, unit: '亿' },
    { from: 10_000n, unit: '万' },
  ],
  en: [
    { from: 1_000_000_000n, unit: 'billion' },
    { from: 1_000_000n, unit: 'million' },
  ],
};

function symbolOf(currency: string): string {
  return currency === 'CNY' ? '¥' : `${currency} `;
}

function groupDigits(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The amount to the last minor unit with thousands separators, as tables show it: `¥1,234,567.80`. */
export function formatExact(money: MoneyValue): string {
  const minor = BigInt(money.amountMinor);
  const size = minor < 0n ? -minor : minor;
  const fraction = (size % MINOR_PER_MAJOR).toString().padStart(2, '0');
  return `${minor < 0n ? '−' : ''}${symbolOf(money.currency)}${groupDigits(size / MINOR_PER_MAJOR)}.${fraction}`;
}

/**
 * The amount in the words of the language: 万 and 亿 in Chinese, million and billion in English, at
 * most two decimals, rounded half up; below the first scale the whole amount, with its fen if any.
 */
export function summaryParts(money: MoneyValue, locale: Locale): AmountParts {
  const minor = BigInt(money.amountMinor);
  const size = minor < 0n ? -minor : minor;
  const sign = minor < 0n ? '−' : '';
  const symbol = symbolOf(money.currency);
  const yuan = locale === 'zh-CN' && money.currency === 'CNY' ? '元' : '';
  const scale = SCALES[locale].find(({ from }) => size >= from * MINOR_PER_MAJOR);
  if (scale === undefined) {
    const fraction = size % MINOR_PER_MAJOR;
    const decimals = fraction === 0n ? '' : `.${fraction.toString().padStart(2, '0')}`;
    return { sign, symbol, figure: groupDigits(size / MINOR_PER_MAJOR) + decimals, unit: '' };
  }
  const unitMinor = scale.from * MINOR_PER_MAJOR;
  const hundredths = (size * 100n + unitMinor / 2n) / unitMinor;
  const decimals = (hundredths % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  const figure = groupDigits(hundredths / 100n) + (decimals === '' ? '' : `.${decimals}`);
  return { sign, symbol: yuan === '' ? symbol : '', figure, unit: scale.unit + yuan };
}

/** {@link summaryParts} in one string, for titles and social previews. */
export function formatSummary(money: MoneyValue, locale: Locale): string {
  const { sign, symbol, figure, unit } = summaryParts(money, locale);
  return `${sign}${symbol}${figure}${unit === '' ? '' : ` ${unit}`}`;
}

/** How many ten-thousandths `part` is of `whole`, rounded down so that 100% is only said of a full need. */
export function basisPoints(part: MoneyValue, whole: MoneyValue): number {
  const total = BigInt(whole.amountMinor);
  return total <= 0n ? 0 : Number((BigInt(part.amountMinor) * 10_000n) / total);
}

/** Whole per cent, rounded down; `<1%` when it is more than nothing. */
export function formatShare(points: number): string {
  if (points > 0 && points < 100) return '<1%';
  return `${Math.floor(points / 100)}%`;
}

/** Basis points of an exact rational such as `"3/8"`, as the allocation reports its levels; rounded down. */
export function basisPointsOfRational(rational: string): number {
  const [numerator = '0', denominator = '1'] = rational.split('/');
  const bottom = BigInt(denominator);
  return bottom === 0n ? 0 : Number((BigInt(numerator) * 10_000n) / bottom);
}

const fineShare = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 2 });
const fineIndex = new Intl.NumberFormat('en', { minimumFractionDigits: 4, maximumFractionDigits: 4 });

/** A share from 0 to 1 in per cent with two decimals, rounded half up, as finely as allocations differ. */
export const formatFineShare = (share: number): string => fineShare.format(share);

/** An exact level such as `3/8` in per cent with two decimals, rounded down; a dash where there is none. */
export const formatFineLevel = (level: string | null): string =>
  level === null ? '—' : fineShare.format(basisPointsOfRational(level) / 10_000);

/** An index of imbalance with four decimals, rounded half up. */
export const formatIndex = (index: number): string => fineIndex.format(index);

/**
 * An exact rational of minor units as money, rounded half away from zero to a minor unit; `≈` in front where that is not
 * the exact value.
 */
export function formatExactRational(rational: string, currency: string): string {
  const [numerator = '0', denominator = '1'] = rational.split('/');
  const [top, bottom] = [BigInt(numerator), BigInt(denominator)];
  const size = top < 0n ? -top : top;
  const rounded = (2n * size + bottom) / (2n * bottom);
  const amountMinor = String(top < 0n ? -rounded : rounded);
  return `${size % bottom === 0n ? '' : '≈'}${formatExact({ amountMinor, currency })}`;
}

export function sumMoney(values: readonly MoneyValue[], currency: string): MoneyValue {
  const total = values.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
  return { amountMinor: total.toString(), currency };
}

/** What is still missing of a need; never below zero. */
export function missingOf(need: MoneyValue, funded: MoneyValue): MoneyValue {
  const missing = BigInt(need.amountMinor) - BigInt(funded.amountMinor);
  return { amountMinor: (missing < 0n ? 0n : missing).toString(), currency: need.currency };
}

/** A calendar date (`2026-11-23`) in words; it has no time zone and is never shifted by one. */
export function formatDate(date: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** An instant on the region's clock (Asia/Shanghai). */
export function formatInstant(instant: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: TIME_ZONE,
  }).format(new Date(instant));
}

/** The calendar date of an instant on the region's clock, in words. */
export function formatInstantDate(instant: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'long',
    timeZone: TIME_ZONE,
  }).format(new Date(instant));
}

/** The year of an instant on the region's clock: at the turn of the year it is not the one of universal time. */
export const yearOf = (instant: string): string =>
  new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: TIME_ZONE }).format(new Date(instant));

export function formatCount(count: number, locale: Locale): string {
  return new Intl.NumberFormat(locale).format(count);
}
