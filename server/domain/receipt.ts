/**
 * Receipt (捐赠票据): the numbered statement that a gift was received. Numbers of a year have no gap; a receipt is never
 * changed: a new one with a new number replaces it and names it.
 */
import type { InputFault } from './errors.ts';
import type { Currency, Minor } from './money.ts';
import { isCreditCode } from './party.ts';
import type { CalendarDate } from './time.ts';

/** Whom a receipt is made out to. */
export interface Payer {
  readonly kind: 'individual' | 'company';
  /** As the donor wrote it; null for an individual who gave no name. */
  readonly title: string | null;
  /** Unified social credit code; for a company alone. */
  readonly creditCode: string | null;
}

export interface Receipt {
  /** `2026-000123`. */
  readonly _id: string;
  readonly year: number;
  readonly sequence: number;
  readonly donationId: string;
  /** The receipt that this one replaces. */
  readonly replaces: string | null;
  /** Null once the donor is erased. */
  readonly payer: Payer | null;
  /** What was received of the donor and has not gone back; zero on a receipt that takes back another. */
  readonly amountMinor: Minor;
  readonly currency: Currency;
  readonly givenOn: CalendarDate;
  readonly issuedOn: CalendarDate;
  readonly issuedAt: Date;
}

const DIGITS = 6;

export const receiptNumber = (year: number, sequence: number): string =>
  `${year}-${String(sequence).padStart(DIGITS, '0')}`;

/** True when a receipt still says what is so; then no new one is needed. */
export function stillRight(
  receipt: Pick<Receipt, 'amountMinor' | 'payer'>,
  now: { readonly amountMinor: bigint; readonly payer: Payer | null },
): boolean {
  const { payer } = receipt;
  return (
    receipt.amountMinor === now.amountMinor &&
    payer?.kind === now.payer?.kind &&
    payer?.title === now.payer?.title &&
    payer?.creditCode === now.payer?.creditCode
  );
}

const UPPER_DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'] as const;
const GROUPS = ['', '万', '亿', '万亿'] as const;

function upperGroup(group: number): string {
  let text = '';
  let zero = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      zero = text !== '';
      continue;
    }
    text += `${zero ? '零' : ''}${UPPER_DIGITS.charAt(digit)}${PLACES[place] ?? ''}`;
    zero = false;
  }
  return text;
}

/**
 * An amount in the capital characters that Chinese receipts carry, so that no digit can be added: `壹仟零伍拾元整`.
 * @param amountMinor fen, not negative, below 10^18
 */
export function amountInCapitals(amountMinor: bigint): string {
  const yuan = amountMinor / 100n;
  const jiao = Number((amountMinor / 10n) % 10n);
  const fen = Number(amountMinor % 10n);
  let whole = '';
  let skipped = false;
  for (let index = GROUPS.length - 1; index >= 0; index -= 1) {
    const group = Number((yuan / 10_000n ** BigInt(index)) % 10_000n);
    if (group === 0) {
      skipped = whole !== '';
      continue;
    }
    const gap = whole !== '' && (skipped || group < 1_000);
    whole += `${gap ? '零' : ''}${upperGroup(group)}${GROUPS[index] ?? ''}`;
    skipped = false;
  }
  const yuanText = whole === '' ? '' : `${whole}元`;
  if (jiao === 0 && fen === 0) return `${yuanText === '' ? '零元' : yuanText}整`;
  const jiaoText = jiao === 0 ? (yuanText === '' ? '' : '零') : `${UPPER_DIGITS.charAt(jiao)}角`;
  return `${yuanText}${jiaoText}${fen === 0 ? '整' : `${UPPER_DIGITS.charAt(fen)}分`}`;
}

/** What is wrong with whom a receipt is to be made out to. */
export function faultsOfPayer({ kind, title, creditCode }: Payer, path: string): InputFault[] {
  if (kind === 'individual') {
    if (creditCode === null) return [];
    const message =
      'A credit code belongs to an organization. Choose an organization, or leave the code out.';
    return [{ path: `${path}.creditCode`, reason: 'code-of-an-individual', message }];
  }
  const faults: InputFault[] = [];
  if (title === null) {
    const message = 'Write the name of the organization as it is registered.';
    faults.push({ path: `${path}.title`, reason: 'missing-title', message });
  }
  if (creditCode === null) {
    const message = 'Write the unified social credit code of the organization: the receipt names it.';
    faults.push({ path: `${path}.creditCode`, reason: 'missing-code', message });
  } else if (!isCreditCode(creditCode)) {
    const message =
      'The unified social credit code has 18 characters and a check digit; compare it with the licence.';
    faults.push({ path: `${path}.creditCode`, reason: 'wrong-check-digit', message });
  }
  return faults;
}
