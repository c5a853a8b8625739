/** The cells of a file that a bank exported: comma, semicolon or tab between them, in UTF-8 or in GB 18030. */
import { parse } from 'csv-parse/sync';
import { MAX_STATEMENT_LINES } from '../../domain/bank-statement.ts';
import { InvalidInput } from '../../domain/errors.ts';

export const MAX_STATEMENT_BYTES = 4_000_000;

/** GB 18030 contains GBK and GB 2312, so that one of the two readings is right. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

const notATable = (): InvalidInput =>
  new InvalidInput([
    {
      path: 'file',
      reason: 'not-a-table',
      message: 'This is no table of text. Export the statement from the bank as CSV and choose that file.',
    },
  ]);

/** @throws InvalidInput when the bytes are no such table, or too long a one */
export function readCells(bytes: Uint8Array): string[][] {
  // A workbook is a ZIP archive or a compound file; read as text it would be rubbish.
  if (bytes.length === 0 || bytes.includes(0)) throw notATable();
  const text = textOf(bytes);
  try {
    const rows: string[][] = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
    if (rows.length > MAX_STATEMENT_LINES) {
      const message = `A file has at most ${MAX_STATEMENT_LINES} lines. Export a shorter period.`;
      throw new InvalidInput([{ path: 'file', reason: 'too-many', message }]);
    }
    return rows;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw notATable();
  }
}

/** The mark that the first lines have most of. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 10_000);
  const count = (mark: string) => head.split(mark).length;
  return [',', '\t', ';', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
