/**
 * A table of the books as it leaves the platform: what its columns hold, so that a spreadsheet gets numbers as numbers
 * and days as days.
 */
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

export interface BookTable {
  /** Of every amount in it. */
  readonly currency: Currency;
  readonly columns: readonly BookColumn[];
  readonly rows: AsyncIterable<BookRow> | Iterable<BookRow>;
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
