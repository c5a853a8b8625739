/**
 * A table of the books as a workbook: a first sheet that says whose books these are, what was asked, who took it when
 * and which checkpoint it rests on; then the table, with amounts as numbers and days as days.
 */
import { Worker } from 'node:worker_threads';
import {
  FileTooLong,
  MAX_SHOWN_MINOR,
  MOST_ROWS_OF_WORKBOOK,
  numberOfAmount,
  type BookCell,
  type BookRow,
  type BookTable,
  type NotedTable,
  type ColumnKind,
} from '../domain/book-table.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import { formatMoney, toMajorText } from '../domain/money.ts';

type Language = keyof LocalizedText;

/** What a cell of a workbook is; the form that the library takes, and that passes to another thread. */
type Cell = string | number | null | Readonly<Record<string, string | number | boolean | Date>>;

interface Sheet {
  readonly sheet: string;
  readonly data: readonly (readonly Cell[])[];
  readonly columns: readonly { readonly width: number }[];
  readonly stickyRowsCount?: number;
  readonly orientation?: 'landscape';
}

const WIDTHS: Readonly<Record<ColumnKind, number>> = { text: 24, amount: 18, day: 12, count: 10 };

const heading = (value: string): Cell => ({
  value,
  fontWeight: 'bold',
  backgroundColor: '#eef2f4',
  wrap: true,
});

/** Every row, and nothing handed out where there are more than a workbook may have. @throws FileTooLong */
async function collect(rows: BookTable['rows']): Promise<BookRow[]> {
  const collected: BookRow[] = [];
  for await (const row of rows) {
    if (collected.length === MOST_ROWS_OF_WORKBOOK) throw new FileTooLong(MOST_ROWS_OF_WORKBOOK);
    collected.push(row);
  }
  return collected;
}

/** Words stay words, whatever they begin with: a workbook says of each cell what it is, and none here is a formula. */
function cellOf(kind: ColumnKind, cell: BookCell, { currency }: NotedTable): Cell {
  if (cell === null) return null;
  if (typeof cell === 'bigint') {
    const value = numberOfAmount(cell, currency);
    return value === null
      ? { value: toMajorText(cell, currency), align: 'right' }
      : { value, format: '#,##0.00' };
  }
  if (kind === 'day' && typeof cell === 'string')
    return { value: new Date(`${cell}T00:00:00Z`), format: 'yyyy-mm-dd' };
  return cell;
}

const WORDS = {
  about: { zh: '说明', en: 'About' },
  table: { zh: '表名', en: 'Table' },
  rows: { zh: '行数', en: 'Rows' },
  sum: { zh: '合计', en: 'total' },
  asText: { zh: '以文本表示的金额', en: 'Amounts as text' },
} as const satisfies Record<string, LocalizedText>;

const asTextNote = (count: number, table: NotedTable): LocalizedText => {
  const most = formatMoney(MAX_SHOWN_MINOR, table.currency);
  return {
    zh: `${count} 个金额超过 ${most}，电子表格的数字显示不到分，因此以文本写出，不参与公式计算`,
    en: `${count} amounts are beyond ${most}, which a number of a spreadsheet does not show to the cent: they are written as text, and formulas leave them out`,
  };
};

function aboutSheet(table: NotedTable, rows: readonly BookRow[], language: Language): Sheet {
  const isLong = (cell: BookCell) =>
    typeof cell === 'bigint' && numberOfAmount(cell, table.currency) === null;
  const asText = rows.flat().filter(isLong).length;
  const sumOf = (place: number) =>
    rows.reduce((sum, row) => sum + (typeof row[place] === 'bigint' ? row[place] : 0n), 0n);
  const line = (label: LocalizedText, value: Cell): Cell[] => [
    { value: label[language], fontWeight: 'bold' },
    typeof value === 'string' ? { value, wrap: true } : value,
  ];
  return {
    sheet: WORDS.about[language],
    columns: [{ width: 28 }, { width: 72 }],
    data: [
      line(WORDS.table, table.title[language]),
      ...table.notes.map(({ label, value }) => line(label, value[language])),
      line(WORDS.rows, rows.length),
      ...table.summed.map((place) => {
        const name = table.columns[place]?.heading[language] ?? '';
        const label = language === 'zh' ? `${name}${WORDS.sum.zh}` : `${name}, ${WORDS.sum.en}`;
        return line({ zh: label, en: label }, cellOf('amount', sumOf(place), table));
      }),
      ...(asText === 0 ? [] : [line(WORDS.asText, asTextNote(asText, table)[language])]),
    ],
  };
}

function tableSheet(table: NotedTable, rows: readonly BookRow[], language: Language): Sheet {
  const { columns, title } = table;
  return {
    sheet: title[language],
    columns: columns.map(({ kind }) => ({ width: WIDTHS[kind] })),
    stickyRowsCount: 1,
    orientation: 'landscape',
    data: [
      columns.map((column) => heading(column.heading[language])),
      ...rows.map((row) => columns.map(({ kind }, place) => cellOf(kind, row[place] ?? null, table))),
    ],
  };
}

/** More than a full workbook takes; past it the thread fails, and not the server. */
const MAX_HEAP_MB = 512;

function writeInThread(sheets: readonly Sheet[]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./workbook-thread.mjs', import.meta.url), {
      workerData: sheets,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`The thread of the workbook ended with ${code}.`)));
  });
}

/** The bytes of the workbook. @throws FileTooLong */
export async function workbookOf(table: NotedTable, language: Language): Promise<Uint8Array> {
  const rows = await collect(table.rows);
  return writeInThread([aboutSheet(table, rows, language), tableSheet(table, rows, language)]);
}
