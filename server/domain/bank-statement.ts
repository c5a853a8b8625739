/**
 * Bank statement (银行流水): the lines that the bank itself keeps of our account, read from the table that it exports.
 * Banks name their columns differently; which column says what is found by the usual names, or told by whoever imports.
 */
import { DomainError, type InputFault } from './errors.ts';
import { minor, parseMajorText, type Minor } from './money.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export const STATEMENT_COLUMNS = [
  'bookedOn',
  'serial',
  'amount',
  'credit',
  'debit',
  'counterpartyName',
  'counterpartyAccount',
  'memo',
] as const;

export type StatementColumn = (typeof STATEMENT_COLUMNS)[number];

/** Which heading of the table says what; a column that the bank does not have is left out. */
export type ColumnMap = Readonly<Partial<Record<StatementColumn, string>>>;

/** One line of the bank, as it wrote it. */
export interface StatementLine {
  /** The bank's own number of the line; unique within the account. */
  readonly serial: string;
  readonly bookedOn: CalendarDate;
  /** Above zero: money came in; below: it went out. */
  readonly amountMinor: Minor;
  readonly counterpartyName: string | null;
  readonly counterpartyAccount: string | null;
  readonly memo: string;
}

export interface StatementRead {
  readonly lines: readonly StatementLine[];
  readonly columns: ColumnMap;
}

/** More lines than an account of ours has in a year; a longer file is refused before it is read. */
export const MAX_STATEMENT_LINES = 5_000;

/** How banks of the mainland head their exports; the first name that a table has is taken. */
const USUAL_NAMES: Readonly<Record<StatementColumn, readonly string[]>> = {
  bookedOn: ['记账日期', '入账日期', '交易日期', '交易日', '日期', '交易时间', 'date', 'booking date'],
  serial: [
    '交易流水号',
    '流水号',
    '银行流水号',
    '核心流水号',
    '交易序号',
    '凭证号',
    'serial',
    'serial number',
    'reference',
  ],
  amount: ['交易金额', '发生额', '金额', 'amount'],
  credit: ['贷方发生额', '收入金额', '贷方金额', '收入', '贷方', 'credit', 'money in'],
  debit: ['借方发生额', '支出金额', '借方金额', '支出', '借方', 'debit', 'money out'],
  counterpartyName: ['对方户名', '对方名称', '对方账户名称', '对方单位', '户名', 'counterparty', 'payer'],
  counterpartyAccount: ['对方账号', '对方账户', '对方帐号', 'counterparty account', 'payer account'],
  memo: ['附言', '用途', '摘要', '备注', '交易附言', 'memo', 'remark', 'description'],
};

/** The table has no heading row that says the date, the serial number and the amount of a line. */
export class StatementColumnsMissing extends DomainError {
  readonly code = 'STATEMENT_COLUMNS_MISSING';

  constructor(missing: readonly StatementColumn[], headings: readonly string[]) {
    super(
      `The file does not say which column is: ${missing.join(', ')}. Choose the columns by their headings: ${headings.join(', ')}.`,
      { missing, headings },
    );
  }
}

/** Spreadsheets guard long numbers: `="0012"`, `'0012`, or a tab before it. */
function plainText(cell: string | undefined): string {
  const text = (cell ?? '').normalize('NFC').trim();
  const guarded = /^="(.*)"$/.exec(text)?.[1] ?? text.replace(/^'/, '');
  return guarded.trim();
}

/** Marks for the reader are no part of a name: `交易金额(元)`, `* 流水号`. */
const headingOf = (cell: string): string =>
  plainText(cell)
    .replaceAll(/[*:：]|[（(][^）)]*[）)]/gu, '')
    .trim()
    .toLowerCase();

function guessColumns(headings: readonly string[]): ColumnMap {
  const found: Partial<Record<StatementColumn, string>> = {};
  const byName = new Map(headings.map((heading) => [headingOf(heading), heading]));
  for (const column of STATEMENT_COLUMNS) {
    const name = USUAL_NAMES[column].find((usual) => byName.has(usual));
    if (name !== undefined) found[column] = byName.get(name) ?? '';
  }
  return found;
}

function missingOf(columns: ColumnMap): StatementColumn[] {
  const missing: StatementColumn[] = [];
  if (columns.bookedOn === undefined) missing.push('bookedOn');
  if (columns.serial === undefined) missing.push('serial');
  const hasAmount =
    columns.amount !== undefined || columns.credit !== undefined || columns.debit !== undefined;
  if (!hasAmount) missing.push('amount');
  return missing;
}

interface Table {
  readonly headings: readonly string[];
  /** Where the lines begin. */
  readonly from: number;
  readonly columns: ColumnMap;
}

/** Banks put the account and the period above the table: the headings are the first row that says enough. */
const MAX_ROWS_BEFORE_HEADINGS = 30;

function findTable(rows: readonly (readonly string[])[], given: ColumnMap | null): Table {
  let best: Table = { headings: [], from: 0, columns: {} };
  for (const [index, row] of rows.slice(0, MAX_ROWS_BEFORE_HEADINGS).entries()) {
    const headings = row.map(plainText);
    const columns = given === null ? guessColumns(headings) : presentOf(given, headings);
    const table = { headings, from: index + 1, columns };
    if (missingOf(columns).length === 0) return table;
    const filled = (one: Table) => one.headings.filter((heading) => heading !== '').length;
    if (filled(table) > filled(best)) best = table;
  }
  throw new StatementColumnsMissing(
    missingOf(best.columns),
    best.headings.filter((heading) => heading !== ''),
  );
}

const presentOf = (given: ColumnMap, headings: readonly string[]): ColumnMap =>
  Object.fromEntries(Object.entries(given).filter(([, heading]) => headings.includes(plainText(heading))));

/** `20260302`, `2026-03-02`, `2026/3/2`, `2026年3月2日`, with or without a time after it. */
export function readBankDate(text: string): CalendarDate | null {
  const found =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s].*)?$/u.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})(?:\D.*|\d{6})?$/u.exec(text);
  if (found === null) return null;
  const [, year = '', month = '', day = ''] = found;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDate(date) ? date : null;
}

/** `1,234.50`, `+1234.5`, `-12`, `¥1,234.50`; an empty cell or a dash is nothing. Null for what is no amount. */
export function readBankAmount(text: string): bigint | null {
  const bare = text.replaceAll(/[,，\s¥￥]|CNY|RMB/gu, '');
  if (bare === '' || bare === '-' || bare === '--') return 0n;
  // Some banks write more decimals than there are fen, all of them zero.
  const found = /^([+-]?)(\d+(?:\.\d{1,2})?)0*$/.exec(bare);
  const amount = parseMajorText(found?.[2] ?? '');
  if (found === null || amount === null) return null;
  return found[1] === '-' ? -amount : amount;
}

/** Money in less money out; a single amount carries its own sign. */
function amountOf(cell: (column: StatementColumn) => string, columns: ColumnMap): bigint | null {
  if (columns.credit !== undefined || columns.debit !== undefined) {
    const [credit, debit] = [readBankAmount(cell('credit')), readBankAmount(cell('debit'))];
    if (credit === null || debit === null) return null;
    // Some banks write what went out with a minus, others in a column of its own without one.
    const out = debit < 0n ? -debit : debit;
    if (credit !== 0n || out !== 0n) return credit - out;
  }
  return readBankAmount(cell('amount'));
}

/**
 * Reads the lines of a bank's table.
 * @param rows the cells of the file, row by row, whatever stands above the headings included
 * @param given which heading says what, where the usual names do not serve
 * @returns the lines with every fault, at `line[<row of the file, from 1>].<column>`
 * @throws StatementColumnsMissing
 */
export function readStatement(
  rows: readonly (readonly string[])[],
  given: ColumnMap | null,
): StatementRead & { readonly faults: readonly InputFault[] } {
  const { headings, from, columns } = findTable(rows, given);
  const places = new Map<StatementColumn, number>();
  for (const [column, heading] of Object.entries(columns) as [StatementColumn, string][]) {
    places.set(column, headings.indexOf(plainText(heading)));
  }
  const faults: InputFault[] = [];
  const bySerial = new Map<string, StatementLine>();
  for (const [index, row] of rows.slice(from).entries()) {
    const cell = (column: StatementColumn) => plainText(row[places.get(column) ?? -1]);
    const path = `line[${from + index + 1}]`;
    const read = readLine(cell, columns, path);
    if (read === null) continue;
    if ('faults' in read) {
      faults.push(...read.faults);
      continue;
    }
    const before = bySerial.get(read.serial);
    if (before === undefined) bySerial.set(read.serial, read);
    else if (!isSameLine(before, read)) {
      const message = `Two lines have the serial number "${read.serial}" and differ. Ask the bank for the export again.`;
      faults.push({ path: `${path}.serial`, reason: 'serial-twice', message });
    }
  }
  return { lines: [...bySerial.values()], columns, faults };
}

/** Null for a row that is no line: empty, or a sum at the foot. */
function readLine(
  cell: (column: StatementColumn) => string,
  columns: ColumnMap,
  path: string,
): StatementLine | { readonly faults: InputFault[] } | null {
  const bookedOn = readBankDate(cell('bookedOn'));
  const serial = cell('serial');
  if (bookedOn === null && (serial === '' || cell('bookedOn') === '')) return null;
  const amount = amountOf(cell, columns);
  const faults: InputFault[] = [];
  if (bookedOn === null) {
    const message = `"${cell('bookedOn')}" is no date. Choose another column, or correct the file.`;
    faults.push({ path: `${path}.bookedOn`, reason: 'not-a-date', message });
  }
  if (serial === '' || serial.length > MAX_TEXT) {
    const message = 'Every line needs the bank’s own serial number, by which it is recorded once.';
    faults.push({ path: `${path}.serial`, reason: 'serial-missing', message });
  }
  if (amount === null || amount === 0n) {
    const message = 'A line moves an amount, with at most two decimals. Choose another column.';
    faults.push({ path: `${path}.amount`, reason: 'not-an-amount', message });
  }
  if (faults.length > 0 || bookedOn === null) return { faults };
  const textOf = (column: StatementColumn) => cell(column).slice(0, MAX_TEXT);
  return {
    serial,
    bookedOn,
    amountMinor: minor(amount ?? 0n),
    counterpartyName: textOf('counterpartyName') || null,
    counterpartyAccount: textOf('counterpartyAccount').replaceAll(' ', '') || null,
    memo: textOf('memo'),
  };
}

const MAX_TEXT = 200;

/** The same line of the bank, whatever a later export adds to its texts. */
export const isSameLine = (
  one: Pick<StatementLine, 'bookedOn' | 'amountMinor'>,
  other: Pick<StatementLine, 'bookedOn' | 'amountMinor'>,
): boolean => one.bookedOn === other.bookedOn && one.amountMinor === other.amountMinor;
