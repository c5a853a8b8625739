/** The books as tables to take away: exactly what the screens show, for finance officers and auditors, on the record. */
import { requireRight } from '../../domain/access.ts';
import {
  FileTooLong,
  MOST_ENTRIES,
  type BookColumn,
  type BookNote,
  type BookRow,
  type NotedTable,
} from '../../domain/book-table.ts';
import {
  balanceOn,
  describeKind,
  kindOfAccount,
  type UnrestrictedFunds,
} from '../../domain/chart-of-accounts.ts';
import type { DayRange } from '../../domain/day-range.ts';
import { UNSEALED, type SealedEntry } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { CalendarDate } from '../../domain/time.ts';
import { countEntries, readEntries, type EntryFilter } from '../../ledger/find-entries.ts';
import { readTrialBalance } from '../../ledger/read-balances.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { readUnrestrictedFunds } from '../funds.ts';
import { loadRegion } from '../region.ts';
import type { Region } from '../../domain/region.ts';
import { readNames } from './account-names.ts';
import { ENTRY_KIND_WORDS, NATURE_NAMES, PARTY_KIND_WORDS, words } from './book-words.ts';
import { readChart } from './chart-of-accounts.ts';
import { notesOfDay, notesOfDays, notesOfExport, notesOfFilter } from './export-notes.ts';
import { exploreJournal } from './explore-journal.ts';
import { activityRows, fundRows, managementRows, positionRows, receivableRows } from './statement-rows.ts';
import { readActivities, readFundsInTime, readPosition, readReceivables } from './statements.ts';

type Language = keyof LocalizedText;

const column = (zh: string, en: string, kind: BookColumn['kind'] = 'text'): BookColumn => ({
  heading: words(zh, en),
  kind,
});

const AMOUNTS = [column('借方', 'Debit', 'amount'), column('贷方', 'Credit', 'amount')];

interface Taken {
  /** Names the table in the audit log. */
  readonly what: string;
  readonly title: LocalizedText;
  readonly asked: object;
  readonly notes: (region: Region) => readonly BookNote[];
}

/**
 * Whoever takes the books along is a finance officer or an auditor, and the audit log says what was taken.
 * @returns what every table of the books has
 */
async function takeAlong(
  context: ServiceContext,
  { what, title, asked, notes }: Taken,
): Promise<Pick<NotedTable, 'title' | 'notes' | 'currency' | 'summed'>> {
  requireRight(context.actor, 'ledger.export');
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  await recordRead(context, 'LedgerExport', [`${what}?${query.toString()}`]);
  const region = await loadRegion(context.database);
  return {
    title,
    notes: [...notes(region), ...(await notesOfExport(context, region))],
    currency: region.currency,
    summed: [],
  };
}

const ACCOUNT_COLUMNS = [
  column('总账科目代码', 'General ledger code'),
  column('总账科目', 'General ledger'),
  column('科目', 'Account'),
  column('科目名称', 'Account name'),
];

const JOURNAL_COLUMNS: readonly BookColumn[] = [
  column('入账日', 'Booked on', 'day'),
  column('业务发生日', 'Effective on', 'day'),
  column('封存序号', 'Sequence', 'count'),
  column('凭证编号', 'Entry'),
  column('业务类型', 'Event'),
  column('摘要', 'Narrative'),
  ...ACCOUNT_COLUMNS,
  ...AMOUNTS,
  column('币种', 'Currency'),
  column('收支性质', 'Nature'),
  column('基金', 'Fund'),
  column('主体类型', 'Kind of party'),
  column('领域', 'Sector'),
  column('属地', 'Locality'),
  column('项目', 'Project'),
  column('资助协议', 'Award'),
  column('轮次', 'Round'),
  column('冲销的凭证', 'Undoes'),
];

const DEBIT = JOURNAL_COLUMNS.findIndex(({ heading }) => heading.en === 'Debit');

/** What accounts are called, and which funds are unrestricted. */
interface Naming {
  readonly names: ReadonlyMap<string, LocalizedText>;
  readonly unrestricted: UnrestrictedFunds;
}

/** An account in the four columns that name it. */
function accountCells(account: string, { names, unrestricted }: Naming, language: Language): BookRow {
  const kind = kindOfAccount(account, unrestricted);
  const general = kind === null ? null : describeKind(kind).account;
  return [
    ...[general?.code ?? null, general?.name[language] ?? null],
    ...[account, names.get(account)?.[language] ?? null],
  ];
}

function rowsOfEntry(entry: SealedEntry, naming: Naming, language: Language): BookRow[] {
  return entry.postings.map((posting) => {
    const { nature, partyKind } = posting;
    return [
      ...[entry.bookedOn, entry.effectiveOn, entry.sequence === UNSEALED ? null : entry.sequence],
      ...[entry._id, ENTRY_KIND_WORDS[entry.kind][language], entry.narrative],
      ...accountCells(posting.account, naming, language),
      posting.debitMinor === 0n ? null : BigInt(posting.debitMinor),
      posting.creditMinor === 0n ? null : BigInt(posting.creditMinor),
      ...[entry.currency, nature === undefined ? null : NATURE_NAMES[nature][language]],
      ...[posting.fund ?? null, partyKind === undefined ? null : PARTY_KIND_WORDS[partyKind][language]],
      ...[posting.sector ?? null, posting.locality ?? null, posting.project ?? null],
      ...[posting.award ?? null, posting.round ?? null, entry.reverses ?? null],
    ];
  });
}

const PAGE = 500;

async function* journalRows(
  { database }: ServiceContext,
  filter: EntryFilter,
  language: Language,
): AsyncGenerator<BookRow> {
  const unrestricted = await readUnrestrictedFunds(database);
  for (let before: SealedEntry | undefined; ;) {
    const page = await readEntries(database, filter, {
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    const accounts = new Set(page.entries.flatMap(({ postings }) => postings.map(({ account }) => account)));
    const names = await readNames(database, [...accounts]);
    for (const entry of page.entries) yield* rowsOfEntry(entry, { names, unrestricted }, language);
    before = page.entries.at(-1);
    if (!page.hasMore || before === undefined) return;
  }
}

/** In which language, and how many entries the file may hold. */
interface JournalFile {
  readonly language: Language;
  readonly mostEntries?: number;
}

/**
 * The entries that a filter lets through, one row a posting, newest booking day first; every posting of an entry, so
 * that the file balances.
 * @throws InvalidInput for an empty range; FileTooLong
 */
export async function exportJournal(
  context: ServiceContext,
  filter: EntryFilter,
  { language, mostEntries = MOST_ENTRIES.csv }: JournalFile,
): Promise<NotedTable> {
  requireRight(context.actor, 'ledger.export');
  await exploreJournal(context, filter, { first: 1, after: null });
  if ((await countEntries(context.database, filter, mostEntries)) > mostEntries)
    throw new FileTooLong(mostEntries);
  const books = await takeAlong(context, {
    ...{ what: 'journal', title: words('记账凭证', 'Journal'), asked: filter },
    notes: (region) => notesOfFilter(filter, region),
  });
  return {
    ...books,
    columns: JOURNAL_COLUMNS,
    rows: journalRows(context, filter, language),
    summed: [DEBIT, DEBIT + 1],
  };
}

const SUM = words('合计', 'Total');

/** Every account with its turnover and balance at the end of a day, or now; the last row adds up. */
export async function exportTrialBalance(
  context: ServiceContext,
  asOf: CalendarDate | null,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'trial-balance', title: words('科目余额表', 'Account balances') },
    ...{ asked: asOf === null ? {} : { asOf }, notes: () => notesOfDay(asOf) },
  });
  const balances = await readTrialBalance(context.database, asOf);
  const names = await readNames(
    context.database,
    balances.map(({ account }) => account),
  );
  const unrestricted = await readUnrestrictedFunds(context.database);
  const rows = balances.map(({ account, debitMinor, creditMinor }): BookRow => {
    const net = balanceOn('debit', { debitMinor, creditMinor });
    return [
      ...accountCells(account, { names, unrestricted }, language),
      ...[debitMinor, creditMinor, net > 0n ? net : 0n, net < 0n ? -net : 0n],
    ];
  });
  const sum = (place: number) =>
    rows.reduce((all, row) => all + (typeof row[place] === 'bigint' ? row[place] : 0n), 0n);
  return {
    ...books,
    columns: [
      ...ACCOUNT_COLUMNS,
      column('借方发生额', 'Debits', 'amount'),
      column('贷方发生额', 'Credits', 'amount'),
      column('借方余额', 'Debit balance', 'amount'),
      column('贷方余额', 'Credit balance', 'amount'),
    ],
    rows: [...rows, [SUM[language], null, null, null, ...[4, 5, 6, 7].map(sum)]],
  };
}

const SIDES = { debit: words('借', 'Debit'), credit: words('贷', 'Credit') } as const;

/** The chart of accounts, each kind with the sums of its accounts at the end of a day, or now. */
export async function exportChart(
  context: ServiceContext,
  asOf: CalendarDate | null,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'chart', title: words('会计科目表', 'Chart of accounts') },
    ...{ asked: asOf === null ? {} : { asOf }, notes: () => notesOfDay(asOf) },
  });
  const chart = await readChart(context, asOf);
  return {
    ...books,
    columns: [
      column('总账科目代码', 'General ledger code'),
      column('总账科目', 'General ledger'),
      column('科目类别', 'Kind of account'),
      column('科目写法', 'Written as'),
      column('核算内容', 'What it records'),
      column('明细科目数', 'Accounts', 'count'),
      column('借方发生额', 'Debits', 'amount'),
      column('贷方发生额', 'Credits', 'amount'),
      column('余额方向', 'Normal side'),
      column('余额', 'Balance', 'amount'),
    ],
    rows: chart.map(({ description, accounts, debitMinor, creditMinor }): BookRow => {
      const { account, name, written, purpose, normalSide } = description;
      return [
        ...[account.code, account.name[language], name[language], written, purpose[language], accounts],
        ...[debitMinor, creditMinor, SIDES[normalSide][language]],
        balanceOn(normalSide, { debitMinor, creditMinor }),
      ];
    }),
  };
}

/** @throws InvalidInput */
export async function exportActivities(
  context: ServiceContext,
  range: DayRange,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'activities', title: words('业务活动表', 'Statement of activities') },
    ...{ asked: range, notes: () => notesOfDays(range) },
  });
  const { before, statement, managementYear } = await readActivities(context, range);
  const time = `${before.from} – ${before.through}`;
  return {
    ...books,
    columns: [
      column('总账科目', 'General ledger'),
      column('项目', 'Item'),
      column('非限定性', 'Unrestricted', 'amount'),
      column('限定性', 'Restricted', 'amount'),
      column('合计', 'Total', 'amount'),
      { kind: 'amount', heading: words(`上年同期合计（${time}）`, `Total a year before (${time})`) },
    ],
    rows: [...activityRows(statement, language), ...managementRows(managementYear, language)],
  };
}

/** @throws InvalidInput */
export async function exportFunds(
  context: ServiceContext,
  range: DayRange,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'funds', title: words('基金变动表', 'Statement of funds') },
    ...{ asked: range, notes: () => notesOfDays(range) },
  });
  const { columns, rows } = fundRows(await readFundsInTime(context, range), language);
  return { ...books, columns, rows };
}

export async function exportPosition(
  context: ServiceContext,
  asOf: CalendarDate,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'position', title: words('资产负债表', 'Balance sheet') },
    ...{ asked: { asOf }, notes: () => notesOfDay(asOf) },
  });
  const { before, statement } = await readPosition(context, asOf);
  return {
    ...books,
    columns: [
      column('项目', 'Item'),
      { kind: 'amount', heading: words(`期末数 ${asOf}`, `At ${asOf}`) },
      { kind: 'amount', heading: words(`年初数 ${before}`, `At ${before}`) },
    ],
    rows: positionRows(statement, language),
  };
}

export async function exportReceivables(
  context: ServiceContext,
  asOf: CalendarDate,
  language: Language,
): Promise<NotedTable> {
  const books = await takeAlong(context, {
    ...{ what: 'receivables', title: words('应收认捐账龄表', 'Receivables by age') },
    ...{ asked: { asOf }, notes: () => notesOfDay(asOf) },
  });
  const { columns, rows } = receivableRows(await readReceivables(context, asOf), language);
  return { ...books, columns, rows };
}
