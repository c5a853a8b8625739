/** The books as tables to take away: exactly what the screens show, for finance officers and auditors, on the record. */
import { requireRight } from '../../domain/access.ts';
import type { BookColumn, BookRow, BookTable } from '../../domain/book-table.ts';
import { balanceOn, describeKind, kindOfAccount } from '../../domain/chart-of-accounts.ts';
import type { DayRange } from '../../domain/day-range.ts';
import { UNSEALED, type SealedEntry } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { CalendarDate } from '../../domain/time.ts';
import { readEntries, type EntryFilter } from '../../ledger/find-entries.ts';
import { readTrialBalance } from '../../ledger/read-balances.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { loadRegion } from '../region.ts';
import { exploreJournal } from './explore-journal.ts';
import { activityRows, fundRows, positionRows, receivableRows } from './statement-rows.ts';
import { readActivities, readFundsInTime, readPosition, readReceivables } from './statements.ts';

type Language = keyof LocalizedText;

const both = (zh: string, en: string): LocalizedText => ({ zh, en });

const column = (zh: string, en: string, kind: BookColumn['kind'] = 'text'): BookColumn => ({
  heading: { zh, en },
  kind,
});

const AMOUNTS = [column('借方', 'Debit', 'amount'), column('贷方', 'Credit', 'amount')];

/**
 * Whoever takes the books along is a finance officer or an auditor, and the audit log says what was taken.
 * @returns what every table of the books has
 */
async function takeAlong(
  context: ServiceContext,
  what: string,
  asked: object,
): Promise<Pick<BookTable, 'currency'>> {
  requireRight(context.actor, 'ledger.export');
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  await recordRead(context, 'LedgerExport', [`${what}?${query.toString()}`]);
  const { currency } = await loadRegion(context.database);
  return { currency };
}

const JOURNAL_COLUMNS: readonly BookColumn[] = [
  column('入账日', 'Booked on', 'day'),
  column('业务发生日', 'Effective on', 'day'),
  column('封存序号', 'Sequence', 'count'),
  column('凭证编号', 'Entry'),
  column('业务类型', 'Event'),
  column('摘要', 'Narrative'),
  column('总账科目', 'General ledger'),
  column('科目', 'Account'),
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

function rowsOfEntry(entry: SealedEntry): BookRow[] {
  return entry.postings.map((posting) => {
    const kind = kindOfAccount(posting.account);
    return [
      ...[entry.bookedOn, entry.effectiveOn, entry.sequence === UNSEALED ? null : entry.sequence],
      ...[entry._id, entry.kind, entry.narrative],
      ...[kind === null ? null : describeKind(kind).account.code, posting.account],
      posting.debitMinor === 0n ? null : BigInt(posting.debitMinor),
      posting.creditMinor === 0n ? null : BigInt(posting.creditMinor),
      ...[entry.currency, posting.nature ?? null, posting.fund ?? null, posting.partyKind ?? null],
      ...[posting.sector ?? null, posting.locality ?? null, posting.project ?? null],
      ...[posting.award ?? null, posting.round ?? null, entry.reverses ?? null],
    ];
  });
}

const PAGE = 500;

async function* journalRows({ database }: ServiceContext, filter: EntryFilter): AsyncGenerator<BookRow> {
  for (let before: SealedEntry | undefined; ;) {
    const page = await readEntries(database, filter, {
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    for (const entry of page.entries) yield* rowsOfEntry(entry);
    before = page.entries.at(-1);
    if (!page.hasMore || before === undefined) return;
  }
}

/**
 * The entries that a filter lets through, one row a posting, newest booking day first; every posting of an entry, so
 * that the file balances.
 * @throws InvalidInput for an empty range
 */
export async function exportJournal(context: ServiceContext, filter: EntryFilter): Promise<BookTable> {
  const books = await takeAlong(context, 'journal', filter);
  await exploreJournal(context, filter, { first: 1, after: null });
  return { ...books, columns: JOURNAL_COLUMNS, rows: journalRows(context, filter) };
}

/** Every account with its turnover and balance at the end of a day, or now; the last row adds up. */
export async function exportTrialBalance(
  context: ServiceContext,
  asOf: CalendarDate | null,
): Promise<BookTable> {
  const books = await takeAlong(context, 'trial-balance', asOf === null ? {} : { asOf });
  const balances = await readTrialBalance(context.database, asOf);
  const rows = balances.map(({ account, debitMinor, creditMinor }): BookRow => {
    const kind = kindOfAccount(account);
    const net = balanceOn('debit', { debitMinor, creditMinor });
    return [
      kind === null ? null : describeKind(kind).account.code,
      ...[account, debitMinor, creditMinor, net > 0n ? net : 0n, net < 0n ? -net : 0n],
    ];
  });
  const sum = (place: number) =>
    rows.reduce((all, row) => all + (typeof row[place] === 'bigint' ? row[place] : 0n), 0n);
  return {
    ...books,
    columns: [
      column('总账科目', 'General ledger'),
      column('科目', 'Account'),
      column('借方发生额', 'Debits', 'amount'),
      column('贷方发生额', 'Credits', 'amount'),
      column('借方余额', 'Debit balance', 'amount'),
      column('贷方余额', 'Credit balance', 'amount'),
    ],
    rows: [...rows, [null, '合计 Total', sum(2), sum(3), sum(4), sum(5)]],
  };
}

/** @throws InvalidInput */
export async function exportActivities(
  context: ServiceContext,
  range: DayRange,
  language: Language,
): Promise<BookTable> {
  const books = await takeAlong(context, 'activities', range);
  const { before, statement } = await readActivities(context, range);
  const time = `${before.from} – ${before.through}`;
  return {
    ...books,
    columns: [
      column('总账科目', 'General ledger'),
      column('项目', 'Item'),
      column('非限定性', 'Unrestricted', 'amount'),
      column('限定性', 'Restricted', 'amount'),
      column('合计', 'Total', 'amount'),
      { kind: 'amount', heading: both(`上期合计（${time}）`, `Total before (${time})`) },
    ],
    rows: activityRows(statement, language),
  };
}

/** @throws InvalidInput */
export async function exportFunds(
  context: ServiceContext,
  range: DayRange,
  language: Language,
): Promise<BookTable> {
  const books = await takeAlong(context, 'funds', range);
  const { columns, rows } = fundRows(await readFundsInTime(context, range), language);
  return { ...books, columns, rows };
}

export async function exportPosition(
  context: ServiceContext,
  asOf: CalendarDate,
  language: Language,
): Promise<BookTable> {
  const books = await takeAlong(context, 'position', { asOf });
  const { before, statement } = await readPosition(context, asOf);
  return {
    ...books,
    columns: [
      column('项目', 'Item'),
      { kind: 'amount', heading: both(`期末数 ${asOf}`, `At ${asOf}`) },
      { kind: 'amount', heading: both(`年初数 ${before}`, `At ${before}`) },
    ],
    rows: positionRows(statement, language),
  };
}

export async function exportReceivables(
  context: ServiceContext,
  asOf: CalendarDate,
  language: Language,
): Promise<BookTable> {
  const books = await takeAlong(context, 'receivables', { asOf });
  const { columns, rows } = receivableRows(await readReceivables(context, asOf), language);
  return { ...books, columns, rows };
}
