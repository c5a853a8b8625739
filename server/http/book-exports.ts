/** The books as files, exactly what the screens show: comma-separated and streamed to its end, or as a workbook. */
import { stringify } from 'csv-stringify';
import { Router, type Request, type Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { MOST_ENTRIES, textOfCell, type BookTable, type NotedTable } from '../domain/book-table.ts';
import { InvalidInput, NotFound } from '../domain/errors.ts';
import { ENTRY_KINDS, NATURES } from '../domain/journal.ts';
import { parseMajorText } from '../domain/money.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import { isCalendarDate, type CalendarDate } from '../domain/time.ts';
import {
  exportActivities,
  exportChart,
  exportFunds,
  exportJournal,
  exportPosition,
  exportReceivables,
  exportTrialBalance,
} from '../services/books/export-tables.ts';
import type { EntryFilter } from '../services/books/explore-journal.ts';
import type { ServiceContext } from '../services/context.ts';
import { answering } from './answer-refusals.ts';
import { workbookOf } from './book-workbook.ts';
import { fewAtOnce } from './few-at-once.ts';

type Language = keyof LocalizedText;

const textOf = ({ query }: Request, name: string): string | undefined => {
  const value = query[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

const notADay = (path: string) =>
  new InvalidInput([{ path, reason: 'not-a-date', message: 'Write a date as YYYY-MM-DD.' }]);

/** A day of the address; the same as nothing when it is left out. @throws InvalidInput */
function dayOf(request: Request, name: string): CalendarDate | undefined {
  const text = textOf(request, name);
  if (text === undefined) return undefined;
  if (!isCalendarDate(text)) throw notADay(name);
  return text;
}

function neededDay(request: Request, name: string): CalendarDate {
  const day = dayOf(request, name);
  if (day === undefined) throw notADay(name);
  return day;
}

const IDS = [
  'account',
  'fund',
  'partyKind',
  'sector',
  'locality',
  'project',
  'award',
  'round',
  'cause',
] as const;

const NO_AMOUNT = {
  reason: 'not-an-amount',
  message: 'Enter an amount: digits, at most two decimals.',
} as const;

/** The filter of the screen, as its address has it. @throws InvalidInput for what is not understood */
function filterOf(request: Request): EntryFilter {
  const oneOf = <Value extends string>(name: string, values: readonly Value[]): Value | undefined => {
    const text = textOf(request, name);
    const known = values.find((value) => value === text);
    if (text !== undefined && known === undefined)
      throw new InvalidInput([{ path: name, reason: 'choose', message: `There is no ${name} "${text}".` }]);
    return known;
  };
  const amount = (name: string) => {
    const text = textOf(request, name);
    if (text === undefined) return undefined;
    const amountMinor = parseMajorText(text);
    if (amountMinor === null) throw new InvalidInput([{ path: name, ...NO_AMOUNT }]);
    return amountMinor;
  };
  const set = {
    kind: oneOf('kind', ENTRY_KINDS),
    nature: oneOf('nature', NATURES),
    from: dayOf(request, 'from'),
    through: dayOf(request, 'through'),
    ...Object.fromEntries(IDS.map((name) => [name, textOf(request, name)])),
    leastMinor: amount('least'),
    mostMinor: amount('most'),
  };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
}

type Format = keyof typeof MOST_ENTRIES;

interface Asked {
  readonly request: Request;
  readonly language: Language;
  readonly format: Format;
}

type Make = (context: ServiceContext, asked: Asked) => Promise<NotedTable>;

const rangeOf = (request: Request) => ({
  from: neededDay(request, 'from'),
  through: neededDay(request, 'through'),
});

const TABLES: Readonly<Record<string, Make>> = {
  journal: (context, { request, language, format }) =>
    exportJournal(context, filterOf(request), { language, mostEntries: MOST_ENTRIES[format] }),
  chart: (context, { request, language }) => exportChart(context, dayOf(request, 'asOf') ?? null, language),
  'trial-balance': (context, { request, language }) =>
    exportTrialBalance(context, dayOf(request, 'asOf') ?? null, language),
  activities: (context, { request, language }) => exportActivities(context, rangeOf(request), language),
  funds: (context, { request, language }) => exportFunds(context, rangeOf(request), language),
  position: (context, { request, language }) =>
    exportPosition(context, neededDay(request, 'through'), language),
  receivables: (context, { request, language }) =>
    exportReceivables(context, neededDay(request, 'through'), language),
};

async function* textRows({ columns, rows, currency }: BookTable): AsyncGenerator<string[]> {
  for await (const row of rows)
    yield columns.map(({ kind }, place) => textOfCell(kind, row[place] ?? null, currency));
}

/** Sends a table as comma-separated text that spreadsheets of any language open, formulas neutralised. */
export async function sendCsv(response: Response, table: BookTable, language: Language): Promise<void> {
  response.setHeader('content-type', 'text/csv; charset=utf-8');
  const columns = table.columns.map(({ heading }) => heading[language]);
  const options = { header: true, columns, bom: true, record_delimiter: 'windows' } as const;
  await pipeline(textRows(table), stringify(options), response);
}

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A workbook is made in memory. */
const MAX_WORKBOOKS_AT_ONCE = 2;

export function createBookExports(contextOf: (request: Request) => Promise<ServiceContext>): Router {
  const oneOfFew = fewAtOnce(
    MAX_WORKBOOKS_AT_ONCE,
    'Other workbooks are being made now. Try again in half a minute, or take the CSV file.',
  );
  const router = Router();
  router.get('/ledger/exports/:name', async (request, response) => {
    await answering(response, async () => {
      const { name } = request.params;
      const [, table = '', format] = /^([a-z-]+)\.(csv|xlsx)$/.exec(name) ?? [];
      const make = Object.hasOwn(TABLES, table) ? TABLES[table] : undefined;
      if (make === undefined) throw new NotFound('export', name);
      const language: Language = textOf(request, 'lang') === 'en' ? 'en' : 'zh';
      const context = await contextOf(request);
      const made = (as: Format) => make(context, { request, language, format: as });
      const head = () =>
        response
          .setHeader('content-disposition', `attachment; filename="${name}"`)
          .setHeader('cache-control', 'no-store');
      if (format === 'csv') {
        const rows = await made('csv');
        head();
        await sendCsv(response, rows, language);
        return;
      }
      await oneOfFew(response, async () => {
        const bytes = await workbookOf(await made('xlsx'), language);
        head()
          .type(WORKBOOK)
          .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      });
    });
  });
  return router;
}
