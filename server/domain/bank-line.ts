/**
 * Bank line (流水明细): one line of a bank statement and what it is in our books. It stays open, and visible, until
 * somebody says what it is; nothing is ever booked because a line looks like something.
 */
import type { ColumnMap, StatementLine } from './bank-statement.ts';
import { DomainError } from './errors.ts';
import type { Signature } from './four-eyes.ts';
import type { Currency } from './money.ts';

export const BANK_LINE_STATUSES = ['open', 'confirmed', 'set-aside'] as const;

export type BankLineStatus = (typeof BANK_LINE_STATUSES)[number];

/** A confirmed line is in the ledger and stays; one that was set aside can be taken up again. */
export const BANK_LINE_TRANSITIONS: Readonly<Record<BankLineStatus, readonly BankLineStatus[]>> = {
  open: ['confirmed', 'set-aside'],
  'set-aside': ['open'],
  confirmed: [],
};

export const BANK_MATCH_KINDS = [
  'pledge',
  'transfer-gift',
  'unannounced-gift',
  'payout',
  'disbursement',
  'transfer-refund',
  'management-cost',
] as const;

/**
 * `pledge`: a receipt of it. `transfer-gift`: a gift that a donor announced, by its reference. `unannounced-gift`: a gift
 * that nobody announced, recorded under the id that whoever confirms it makes.
 * `payout`: what the payment processor paid out.
 * `disbursement`: the bank's side of one that is executed, so that nothing is booked; money that comes in is one that the
 * payee's bank sent back, and undoes it. `transfer-refund`: the same of a
 * refund; money that comes in is one that could not be delivered, and undoes it. `management-cost`: the bank's side of one
 * that is paid; money that comes in is one that the payee's bank sent back, and undoes it.
 */
export type BankMatchKind = (typeof BANK_MATCH_KINDS)[number];

export interface BankMatch {
  readonly kind: BankMatchKind;
  readonly id: string;
}

export interface BankLine extends StatementLine {
  /** `main:<serial>`: the same line of two exports is one. */
  readonly _id: string;
  readonly account: string;
  readonly currency: Currency;
  readonly statementId: string;
  readonly status: BankLineStatus;
  /** What it is; null until confirmed. */
  readonly match: BankMatch | null;
  /** Why it was set aside. */
  readonly note: string | null;
  readonly decidedBy: Signature | null;
}

/** One import of a file. */
export interface BankStatement {
  readonly _id: string;
  readonly account: string;
  readonly fileName: string;
  readonly lineCount: number;
  /** The columns that somebody chose, for the next file of this account; null where the usual names were enough. */
  readonly columns?: ColumnMap | null;
  /** Of these, lines that no earlier import brought. */
  readonly newCount: number;
  readonly firstOn: string | null;
  readonly lastOn: string | null;
  readonly importedBy: Signature;
}

export const bankLineId = (account: string, serial: string): string => `${account}:${serial}`;

/** What was chosen for a line has another amount or goes the other way. */
export class BankLineDoesNotFit extends DomainError {
  readonly code = 'BANK_LINE_DOES_NOT_FIT';

  constructor(lineMinor: bigint, chosenMinor: bigint) {
    super(
      'The line and what you chose for it differ in amount or direction. Compare them, or choose another.',
      {
        lineMinor,
        chosenMinor,
      },
    );
  }
}
