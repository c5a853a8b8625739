/**
 * Money: whole minor units (fen) in a `bigint`, with its currency beside it. No float ever holds an amount,
 * and nothing here rounds unless its name says how.
 */
import { DomainError } from './errors.ts';

/** ISO 4217 code. The region's data says which currency it uses. */
export type Currency = 'CNY' | 'EUR' | 'PLN' | 'USD';

declare const minorUnits: unique symbol;

/** An amount in minor units of a currency known from its context; may be negative in postings and differences. */
export type Minor = bigint & { readonly [minorUnits]: true };

/** MongoDB stores amounts as Int64, and JavaScript readers of an export may use doubles: the platform's limit is the smaller. */
export const MAX_AMOUNT_MINOR = 2n ** 53n - 1n;

export class AmountOutOfRange extends DomainError {
  readonly code = 'AMOUNT_OUT_OF_RANGE';

  constructor(amount: string) {
    super(`The amount ${amount} is beyond what one entry can hold. Split it into smaller amounts.`, {
      amount,
    });
  }
}

export class NotAnAmount extends DomainError {
  readonly code = 'NOT_AN_AMOUNT';

  constructor(text: string) {
    super(`"${text.slice(0, 40)}" is not an amount. Write it in whole fen, for example "1250" for ¥12.50.`, {
      text: text.slice(0, 40),
    });
  }
}

/**
 * Brands a `bigint` as minor units.
 * @throws AmountOutOfRange beyond ±(2^53 − 1)
 */
export function minor(amount: bigint): Minor {
  if (amount > MAX_AMOUNT_MINOR || amount < -MAX_AMOUNT_MINOR) throw new AmountOutOfRange(String(amount));
  return amount as Minor;
}

export const ZERO = minor(0n);

/**
 * Reads minor units from the text that APIs and exports carry (`"-?[0-9]+"`, no sign `+`, no spaces, no fraction).
 * @throws NotAnAmount, AmountOutOfRange
 */
export function parseMinor(text: string): Minor {
  if (!/^-?(0|[1-9][0-9]*)$/.test(text) || text === '-0' || text.length > 24) throw new NotAnAmount(text);
  return minor(BigInt(text));
}

/** The sum; refuses to leave the range rather than wrap. */
export function sumMinor(amounts: Iterable<bigint>): Minor {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return minor(total);
}

/**
 * Splits an amount in proportion to weights, exact to the unit, by largest remainder; ties go to the earlier part.
 * The parts always sum to the amount. With all weights zero, everything goes to the first part.
 * @param amount not negative
 * @param weights not negative, at least one
 */
export function splitByLargestRemainder(amount: bigint, weights: readonly bigint[]): Minor[] {
  if (amount < 0n) throw new RangeError('splitByLargestRemainder takes an amount that is not negative');
  if (weights.length === 0 || weights.some((weight) => weight < 0n)) {
    throw new RangeError('splitByLargestRemainder takes at least one weight, none negative');
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map((_, index) => minor(index === 0 ? amount : 0n));
  const parts = weights.map((weight, index) => ({
    index,
    whole: (amount * weight) / total,
    remainder: (amount * weight) % total,
  }));
  const left = amount - parts.reduce((sum, part) => sum + part.whole, 0n);
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const part of byRemainder.slice(0, Number(left))) part.whole += 1n;
  return parts.map((part) => minor(part.whole));
}

/** Digits after the point, by currency; all that the platform knows have two. */
const MINOR_DIGITS: Readonly<Record<Currency, number>> = { CNY: 2, EUR: 2, PLN: 2, USD: 2 };

/** An exact amount in major units without grouping, for CSV and canonical texts: `-1234.50`. */
export function toMajorText(amountMinor: bigint, currency: Currency): string {
  const digits = MINOR_DIGITS[currency];
  const negative = amountMinor < 0n;
  const text = String(negative ? -amountMinor : amountMinor).padStart(digits + 1, '0');
  return `${negative ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Digits with or without commas, which must stand where thousands end: `1,5` may mean one and a half, so it means nothing. */
const MAJOR_TEXT = /^¥?(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount as people type it, in major units with at most two decimals; full-width digits and signs are read as
 * the same ones of half width, blanks and a sign of yuan are ignored. No float on the way; null for what is no amount, a
 * negative one included.
 */
export function parseMajorText(text: string): bigint | null {
  const match = MAJOR_TEXT.exec(text.normalize('NFKC').replaceAll(/\s/g, ''));
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole.replaceAll(',', '')) * 100n + BigInt(fraction.padEnd(2, '0'));
}

const SIGNS: Readonly<Record<Currency, string>> = { CNY: '¥', EUR: '€', PLN: 'zł', USD: '$' };

/** An exact amount for people: `¥1,234,567.80`, the minus sign in front. Grouping is the same in Chinese and English. */
export function formatMoney(amountMinor: bigint, currency: Currency): string {
  const text = toMajorText(amountMinor, currency);
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=([0-9]{3})+$)/g, ',');
  return `${amountMinor < 0n ? '−' : ''}${SIGNS[currency]}${grouped}.${fraction}`;
}

/** Reads the numeric value of whatever type the database driver hands back for an amount. */
export function minorFromStored(value: unknown): Minor {
  if (typeof value === 'bigint') return minor(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return minor(BigInt(value));
  if (
    typeof value === 'object' &&
    value !== null &&
    'toBigInt' in value &&
    typeof value.toBigInt === 'function'
  ) {
    return minor((value.toBigInt as () => bigint)());
  }
  throw new NotAnAmount(String(value));
}
