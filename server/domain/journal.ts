/**
 * The shape of the double-entry ledger: entries, postings, accounts, natures. An entry balances or does not exist,
 * and its id follows from what caused it, so that recording twice is impossible.
 */
import { DomainError } from './errors.ts';
import { minor, toMajorText, type Currency, type Minor } from './money.ts';
import type { PartyKind } from './party.ts';
import type { CalendarDate } from './time.ts';

export const ENTRY_KINDS = [
  'pledge-binding',
  'pledge-receipt',
  'pledge-write-off',
  'donation-settled',
  'donation-matched',
  'payment-fee',
  'refund',
  'dispute',
  'dispute-fee',
  'processor-fee',
  'bank-charge',
  'payout',
  'allocation',
  'award-signed',
  'award-closed',
  'disbursement',
  'management-cost',
  'opening-balance',
  'manual',
  'reversal',
] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Why a fund's balance changed; income and expense statements are sums by nature. */
export const NATURES = [
  'contribution',
  'match',
  'allocation',
  'programme',
  'management',
  'payment-fees',
  'refund',
  'write-off',
  'opening',
] as const;

export type Nature = (typeof NATURES)[number];

/** `bank:main`, `stripe-clearing`, `receivable:<pledge>`, `award-payable:<award>`, `fund:<fund>`. */
export type Account =
  | 'stripe-clearing'
  | 'refund-payable'
  | `bank:${string}`
  | `receivable:${string}`
  | `award-payable:${string}`
  | `donor-debt:${string}`
  | `fund:${string}`;

/** What reports slice by. Every posting on an asset or a fund says whose money it is: its `fund`. */
export interface Dimensions {
  readonly fund?: string;
  readonly partyKind?: PartyKind;
  readonly sector?: string;
  readonly locality?: string;
  readonly project?: string;
  readonly award?: string;
  readonly round?: string;
}

export const DIMENSIONS = ['fund', 'partyKind', 'sector', 'locality', 'project', 'award', 'round'] as const;

/** One line of an entry: exactly one of debit and credit is above zero. */
export interface Posting extends Dimensions {
  readonly account: Account;
  readonly debitMinor: Minor;
  readonly creditMinor: Minor;
  readonly nature?: Nature;
}

/** An entry as a posting rule makes it; the ledger adds the instant of recording. */
export interface EntryDraft {
  readonly kind: EntryKind;
  /** Id of the fact that causes it; unique within the kind. */
  readonly cause: string;
  /** The day it takes effect, in the region's time zone. */
  readonly effectiveOn: CalendarDate;
  readonly currency: Currency;
  readonly narrative: string;
  readonly postings: readonly Posting[];
  /** For a reversal: the entry that it undoes. */
  readonly reverses?: string;
}

export interface JournalEntry extends EntryDraft {
  readonly _id: string;
  readonly recordedAt: Date;
}

/** What the seal adds to an entry. */
export interface SealedEntry extends JournalEntry {
  /** Random, 32 hexadecimal digits: hides the part of the entry that is not public from guessing. */
  readonly salt: string;
  /** Place in the sealed order, from 0; `UNSEALED` until the seal has come by. */
  readonly sequence: number;
  /** The day under which it is booked: its effective day, or the first open day when that period was closed. */
  readonly bookedOn: CalendarDate | null;
}

/** The sequence of an entry that waits for its seal; sorts after every other. */
export const UNSEALED = Number.MAX_SAFE_INTEGER;

/** The id of an entry: whoever causes it makes it, so that a retry is the same entry. */
export function entryId(kind: EntryKind, cause: string): string {
  return `${kind}:${cause}`;
}

type Details = Dimensions & { readonly nature?: Nature };

export function debit(account: Account, amountMinor: bigint, details: Details = {}): Posting {
  return { account, debitMinor: minor(amountMinor), creditMinor: minor(0n), ...details };
}

export function credit(account: Account, amountMinor: bigint, details: Details = {}): Posting {
  return { account, debitMinor: minor(0n), creditMinor: minor(amountMinor), ...details };
}

export class EntryDoesNotBalance extends DomainError {
  readonly code = 'ENTRY_DOES_NOT_BALANCE';

  constructor(debitsMinor: bigint, creditsMinor: bigint) {
    super(
      `Debits of ${debitsMinor} and credits of ${creditsMinor} differ. An entry must balance to the fen.`,
      {
        debitsMinor,
        creditsMinor,
      },
    );
  }
}

export class EmptyPosting extends DomainError {
  readonly code = 'EMPTY_POSTING';

  constructor(account: string) {
    super(
      `The posting on "${account}" must have either a debit or a credit above zero, not both and not neither.`,
      {
        account,
      },
    );
  }
}

/** The books are kept in the region's currency; nothing is converted on the way in. */
export class WrongCurrency extends DomainError {
  readonly code = 'WRONG_CURRENCY';

  constructor(given: string, expected: string) {
    super(
      `The books are kept in ${expected}, and this entry is in ${given}. Record what the bank credited.`,
      {
        given,
        expected,
      },
    );
  }
}

const OWNED = ['bank', 'receivable', 'award-payable', 'donor-debt', 'fund'] as const;
const SINGLE = ['stripe-clearing', 'refund-payable'] as const;

export type AccountClass = (typeof OWNED)[number] | (typeof SINGLE)[number];

/** `fund:abc` is class `fund` of owner `abc`; null for what is no account of ours. */
export function parseAccount(text: string): { readonly class: AccountClass; readonly owner: string } | null {
  const single = SINGLE.find((name) => name === text);
  if (single !== undefined) return { class: single, owner: '' };
  const cut = text.indexOf(':');
  const owned = OWNED.find((name) => name === text.slice(0, cut));
  const owner = text.slice(cut + 1);
  return owned === undefined || owner === '' ? null : { class: owned, owner };
}

export class UnknownAccount extends DomainError {
  readonly code = 'UNKNOWN_ACCOUNT';

  constructor(account: string) {
    super(`There is no account "${account}" in the chart of accounts. Choose one from the list.`, {
      account,
    });
  }
}

export function totalsOf(postings: readonly Posting[]): { debitsMinor: bigint; creditsMinor: bigint } {
  let debitsMinor = 0n;
  let creditsMinor = 0n;
  for (const posting of postings) {
    debitsMinor += posting.debitMinor;
    creditsMinor += posting.creditMinor;
  }
  return { debitsMinor, creditsMinor };
}

/**
 * Refuses an entry that an auditor could not accept: fewer than two postings, an account that is not in the chart, an
 * empty or two-sided posting, or debits that differ from credits.
 * @throws UnknownAccount, EmptyPosting, AmountOutOfRange, EntryDoesNotBalance
 */
export function assertBalanced(draft: EntryDraft): void {
  for (const { account, debitMinor, creditMinor } of draft.postings) {
    if (parseAccount(account) === null) throw new UnknownAccount(account);
    const oneSided = (debitMinor > 0n && creditMinor === 0n) || (creditMinor > 0n && debitMinor === 0n);
    if (!oneSided) throw new EmptyPosting(account);
  }
  const { debitsMinor, creditsMinor } = totalsOf(draft.postings);
  minor(debitsMinor);
  if (debitsMinor !== creditsMinor || debitsMinor === 0n)
    throw new EntryDoesNotBalance(debitsMinor, creditsMinor);
}

/**
 * The equal and opposite entry: each debit becomes a credit on the same account with the same dimensions.
 * At most one reversal per entry, which its id makes sure of.
 */
export function reversalOf(entry: JournalEntry, effectiveOn: CalendarDate, reason: string): EntryDraft {
  return {
    kind: 'reversal',
    cause: entry._id,
    effectiveOn,
    currency: entry.currency,
    narrative: reason,
    reverses: entry._id,
    postings: entry.postings.map((posting) => ({
      ...posting,
      debitMinor: posting.creditMinor,
      creditMinor: posting.debitMinor,
    })),
  };
}

/**
 * A ledger table of entries as text, for stories, snapshots and people: one line per posting with its account,
 * debit, credit, nature and dimensions, then the totals.
 */
export function ledgerTable(entries: readonly EntryDraft[]): string {
  const rows: string[][] = [['entry', 'account', 'debit', 'credit', 'nature', 'dimensions']];
  for (const entry of entries) {
    entry.postings.forEach((posting, index) => {
      const amount = (amountMinor: bigint) =>
        amountMinor === 0n ? '' : toMajorText(amountMinor, entry.currency);
      const dimensions = DIMENSIONS.flatMap((name) =>
        posting[name] === undefined ? [] : [`${name}=${posting[name]}`],
      );
      rows.push([
        index === 0 ? `${entry.effectiveOn} ${entry.kind}` : '',
        posting.account,
        amount(posting.debitMinor),
        amount(posting.creditMinor),
        posting.nature ?? '',
        dimensions.join(' '),
      ]);
    });
  }
  const totals = totalsOf(entries.flatMap((entry) => entry.postings));
  const currency = entries[0]?.currency ?? 'CNY';
  rows.push([
    'total',
    '',
    toMajorText(totals.debitsMinor, currency),
    toMajorText(totals.creditsMinor, currency),
    '',
    '',
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const numeric = new Set([2, 3]);
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
