/** Comma-separated text of a table (RFC 4180), as spreadsheets of any language open it. */

const BYTE_ORDER_MARK = '\uFEFF';

/** A cell that a spreadsheet would compute is quoted as words: somebody else may have typed it. */
function cellText(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(rows: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => row.map(cellText).join(',')).join('\r\n') + '\r\n';
}

/** Amounts in an export are plain decimals of the major unit, for a spreadsheet to add up. */
export function decimalOf(amountMinor: string): string {
  const negative = amountMinor.startsWith('-');
  const digits = (negative ? amountMinor.slice(1) : amountMinor).padStart(3, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
