/**
 * Party (主体): a government, an enterprise, a social organization or an individual that gives, applies or is paid.
 */
import type { InputFault } from './errors.ts';
import type { Signature } from './four-eyes.ts';
import type { LocalizedText } from './localized-text.ts';
import type { CalendarDate } from './time.ts';

export const PARTY_KINDS = ['government', 'enterprise', 'social-organization', 'individual'] as const;

export type PartyKind = (typeof PARTY_KINDS)[number];

/** The bank sent a payment to the account of a party back. */
export interface AccountDoubt {
  readonly disbursement: string;
  readonly on: CalendarDate;
  /** As the bank's line says it. */
  readonly reason: string;
}

export interface Party {
  readonly _id: string;
  readonly kind: PartyKind;
  readonly name: LocalizedText;
  /** GB/T 2260 code of the locality where it is registered; null for one from elsewhere. */
  readonly locality: string | null;
  /** Unified social credit code (统一社会信用代码, GB 32100-2015); null for individuals. */
  readonly creditCode: string | null;
  /** Where a grantee is paid; staff confirm it. Shown to staff only. */
  readonly bankAccount: { readonly bankName: string; readonly accountNumber: string } | null;
  /** There while a payment to that account has come back and nobody has decided since that it is right. */
  readonly accountDoubt?: AccountDoubt | null;
  readonly registeredAt: Date;
  /** Who registered it; absent for parties from before that was kept. */
  readonly registeredBy?: Signature | null;
}

const CREDIT_CODE_DIGITS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Position weights 3^i mod 31 of GB 32100-2015. */
const CREDIT_CODE_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * The check digit of a unified social credit code, from its first 17 characters.
 * Source: GB 32100-2015, modulus 31; I, O, S, V and Z are not used.
 * @returns null when a character is not one of the code's
 */
export function creditCodeCheckDigit(first17: string): string | null {
  let sum = 0;
  for (let index = 0; index < CREDIT_CODE_WEIGHTS.length; index += 1) {
    const value = CREDIT_CODE_DIGITS.indexOf(first17.charAt(index) || '?');
    if (value < 0) return null;
    sum += value * (CREDIT_CODE_WEIGHTS[index] ?? 0);
  }
  return CREDIT_CODE_DIGITS.charAt((31 - (sum % 31)) % 31);
}

export function isCreditCode(text: string): boolean {
  return text.length === 18 && creditCodeCheckDigit(text) === text.charAt(17);
}

const MAX_NAME = 200;
const MAX_BANK_NAME = 120;
const ACCOUNT_NUMBER = /^[0-9A-Za-z]{6,34}$/;

/** Blanks and dashes with which people write an account number are left out. */
export const plainAccountNumber = (text: string): string => text.normalize('NFKC').replaceAll(/[\s-]/g, '');

/** What is wrong with the number of an account: 6 to 34 digits or letters, however they are grouped. */
export function faultsOfAccountNumber(accountNumber: string, path: string): InputFault[] {
  if (ACCOUNT_NUMBER.test(plainAccountNumber(accountNumber))) return [];
  const message = 'An account number has 6 to 34 digits or letters.';
  return [{ path, reason: 'not-an-account', message }];
}

/** What is wrong with an account that a party is to be paid to: a bank and a number, or none of them. */
export function faultsOfBankAccount(
  { bankName, accountNumber }: NonNullable<Party['bankAccount']>,
  path: string,
): InputFault[] {
  const faults: InputFault[] = [];
  const name = bankName.trim();
  if (name === '' || name.length > MAX_BANK_NAME) {
    const message = `Name the bank of the account, in at most ${MAX_BANK_NAME} characters.`;
    faults.push({ path: `${path}.bankName`, reason: name === '' ? 'empty' : 'too-long', message });
  }
  return [...faults, ...faultsOfAccountNumber(accountNumber, `${path}.accountNumber`)];
}

/** What is wrong with a party's registration, if anything. */
export function faultsOfParty(
  party: Pick<Party, 'kind' | 'name' | 'locality' | 'creditCode' | 'bankAccount'>,
  localities: ReadonlySet<string>,
): InputFault[] {
  const faults: InputFault[] = [];
  for (const language of ['zh', 'en'] as const) {
    const name = party.name[language].trim();
    if (name !== '' && name.length <= MAX_NAME) continue;
    const message = `Give the name in Chinese and in English, in at most ${MAX_NAME} characters.`;
    faults.push({ path: `name.${language}`, reason: name === '' ? 'empty' : 'too-long', message });
  }
  if (party.bankAccount !== null) faults.push(...faultsOfBankAccount(party.bankAccount, 'bankAccount'));
  if (party.locality !== null && !localities.has(party.locality)) {
    faults.push({
      path: 'locality',
      reason: 'unknown-locality',
      message: `There is no locality "${party.locality}" in this region. Choose one from the list, or none.`,
    });
  }
  if (party.creditCode !== null && !isCreditCode(party.creditCode)) {
    faults.push({
      path: 'creditCode',
      reason: 'wrong-check-digit',
      message:
        'The unified social credit code has 18 characters and a check digit; compare it with the licence.',
    });
  }
  return faults;
}
