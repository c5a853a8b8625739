/**
 * A table of the books as it leaves the platform: what its columns hold, so that a spreadsheet gets numbers as numbers
 * and days as days.
 */
import { DomainError } from './errors.ts';
import type { LocalizedText } from './localized-text.ts';
import { toMajorText, type Currency } from './money.ts';

/** `amount`: minor units; `day`: `YYYY-MM-DD`; `count`: a whole number. */
export type ColumnKind = 'text' | 'amount' | 'day' | 'count';

export interface BookColumn {
  readonly heading: LocalizedText;
  readonly kind: ColumnKind;
}

export type BookCell = string | bigint | number | null;

export type BookRow = readonly BookCell[];

/** One line about a table: what is said, and what it is. */
export interface BookNote {
  readonly label: LocalizedText;
  readonly value: LocalizedText;
}

export interface BookTable {
  /** Of every amount in it. */
  readonly currency: Currency;
  readonly columns: readonly BookColumn[];
  readonly rows: AsyncIterable<BookRow> | Iterable<BookRow>;
}

/** A table with what it says about itself, as a workbook does. */
export interface NotedTable extends BookTable {
  readonly title: LocalizedText;
  /** Whose books, what was asked, who took it when, and the checkpoint that its figures rest on. */
  readonly notes: readonly BookNote[];
  /** Columns whose sums are worth saying beside the table; those with a row of sums of their own say none. */
  readonly summed: readonly number[];
}

/** What one file may hold: a workbook is made in memory, a text file is streamed. */
export const MOST_ENTRIES = { csv: 100_000, xlsx: 10_000 } as const;

/** Rows of a workbook, the heading left out. */
export const MOST_ROWS_OF_WORKBOOK = 30_000;

/** More than one file may hold; nothing of it was handed out. */
export class FileTooLong extends DomainError {
  readonly code = 'FILE_TOO_LONG';

  constructor(most: number) {
    super(
      `The file would hold more than ${most} lines. Narrow the days, the account or the fund and take it in parts; a CSV file may hold ${MOST_ENTRIES.csv} entries.`,
      { most, mostInCsv: MOST_ENTRIES.csv },
    );
  }
}

/**
 * The greatest amount that a spreadsheet shows to its last digit: 15 significant digits, of which two are decimals. That
 * is stricter than the double behind it, which tells apart every hundredth up to 2^46.
 */
export const MAX_SHOWN_MINOR = 10n ** 15n - 1n;

/** The amount in major units as the number of a spreadsheet cell; null where the number would not show it to the unit. */
export function numberOfAmount(amountMinor: bigint, currency: Currency): number | null {
  if (amountMinor > MAX_SHOWN_MINOR || amountMinor < -MAX_SHOWN_MINOR) return null;
  return Number(toMajorText(amountMinor, currency));
}

/**
 * A cell that a spreadsheet would compute is quoted as words: somebody else may have typed it. Full-width signs count,
 * because some spreadsheets compute them too.
 */
const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

/** The cell as text of a CSV file: amounts as decimals, days as they are written, words made harmless. */
export function textOfCell(kind: ColumnKind, cell: BookCell, currency: Currency): string {
  if (cell === null) return '';
  if (kind === 'amount' && typeof cell === 'bigint') return toMajorText(cell, currency);
  return typeof cell === 'string' ? harmless(cell) : String(cell);
}
