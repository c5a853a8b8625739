/**
 * Reference of a gift by bank transfer (转账附言编号): short enough to type into a bank's form, with two check digits that
 * find every wrong digit and every two that changed places (ISO 7064, MOD 97-10).
 */
import { sha256Hex } from './sha-256.ts';

const PREFIX = 'JZ';
const DIGITS = 7;
const NUMBERS = 10n ** BigInt(DIGITS);

/** The two digits that follow `digits`, so that the whole is 1 modulo 97. */
function checkDigits(digits: string): string {
  const rest = (BigInt(digits) * 100n) % 97n;
  return String(98n - rest).padStart(2, '0');
}

/**
 * The reference of a donation, the same at every asking.
 * @param attempt counts up while references are taken by other donations
 */
export function transferReferenceOf(donationId: string, attempt: number): string {
  const digest = BigInt(`0x${sha256Hex(`transfer ${donationId} ${attempt}`).slice(0, 24)}`);
  const digits = String(digest % NUMBERS).padStart(DIGITS, '0');
  return `${PREFIX}${digits}${checkDigits(digits)}`;
}

/** `JZ 123 456 789`: as it is shown; banks and people leave the blanks out. */
export const spacedReference = (reference: string): string =>
  reference.replace(/^(\D+)(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4');

export interface FoundReferences {
  readonly right: readonly string[];
  /** Something of that form is there, but its check digits are wrong. */
  readonly mistyped: boolean;
}

/** References in what a payer wrote, with whatever blanks, dashes, width and case. */
export function findReferences(memo: string): FoundReferences {
  const text = memo.normalize('NFKC').toUpperCase();
  const found = [...text.matchAll(/JZ((?:[\s._/-]?\d){9})/gu)].map(([, digits = '']) =>
    digits.replaceAll(/\D/g, ''),
  );
  const right = found.filter((digits) => checkDigits(digits.slice(0, DIGITS)) === digits.slice(DIGITS));
  const almost = /JZ[\s._/-]?\d/u.test(text);
  return {
    right: [...new Set(right.map((digits) => `${PREFIX}${digits}`))],
    mistyped: right.length === 0 && almost,
  };
}
