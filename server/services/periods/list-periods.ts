/** Reading the periods of the books, and one with all that its closing asks. */
import {
  assertPeriod,
  statusOfPeriod,
  type PeriodDecision,
  type PeriodStatus,
} from '../../domain/accounting-period.ts';
import { requireRight } from '../../domain/access.ts';
import { checklistOf, type ChecklistLine } from '../../domain/close-checklist.ts';
import { periodOf } from '../../domain/time.ts';
import { operators } from '../../db/database.ts';
import { periodDecisions, type StoredPeriodDecision } from '../../db/models/period-decision.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';
import { loadRegion } from '../region.ts';
import { balancesAtEnd, readCloseFacts } from './close-facts.ts';
import { readBooks } from './read-books.ts';

export interface Period {
  /** `YYYY-MM` */
  readonly period: string;
  readonly status: PeriodStatus;
  /** A decision on it that is under way. */
  readonly waiting: PeriodDecision | null;
}

const MAX_PAGE = 120;

/** Every month from the first entry to today, latest first; `after` is the last period of the page before. */
export async function listPeriods(context: ServiceContext, page: Page): Promise<Period[]> {
  requireRight(context.actor, 'ledger.read');
  const books = await readBooks(context);
  const first = [books.firstPeriod, periodOf(books.today)].sort()[0] ?? '';
  if (page.after !== null) assertPeriod(page.after);
  const limit = limitOf(page, MAX_PAGE);
  const periods: string[] = [];
  let period = page.after === null ? periodOf(books.today) : periodBefore(page.after);
  for (; period >= first && periods.length < limit; period = periodBefore(period)) periods.push(period);
  const waiting = await periodDecisions(context.database)
    .find({ status: 'proposed', period: operators({ $in: periods }) })
    .limit(limit)
    .lean<StoredPeriodDecision[]>();
  return periods.map((one) => ({
    period: one,
    status: statusOfPeriod(one, books),
    waiting: waiting.find((decision) => decision.period === one) ?? null,
  }));
}

function periodBefore(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const pad = (part: number, width: number) => String(part).padStart(width, '0');
  return month === 1 ? `${pad(year - 1, 4)}-12` : `${pad(year, 4)}-${pad(month - 1, 2)}`;
}

export interface PeriodDetail {
  readonly period: string;
  readonly status: PeriodStatus;
  readonly decisions: readonly PeriodDecision[];
  readonly checklist: readonly ChecklistLine[];
  readonly bankMinor: bigint;
  readonly clearingMinor: bigint;
  readonly currency: string;
}

const MAX_DECISIONS = 50;

/** One period with its decisions and, while it is open, its checklist as things stand. */
export async function showPeriod(context: ServiceContext, period: string): Promise<PeriodDetail> {
  const { database, actor } = context;
  requireRight(actor, 'ledger.read');
  assertPeriod(period);
  const decisions = await periodDecisions(database)
    .find({ period })
    .sort({ 'control.proposedBy.at': -1 })
    .limit(MAX_DECISIONS)
    .lean<StoredPeriodDecision[]>();
  const books = await readBooks(context);
  const status = statusOfPeriod(period, books);
  const proposed = decisions.find((one) => one.status === 'proposed' && one.action === 'close');
  const checklist =
    status === 'closed'
      ? []
      : checklistOf(await readCloseFacts(context, period, proposed?.statements ?? null));
  const { currency } = await loadRegion(database);
  return {
    ...{ period, status, decisions, checklist, currency },
    ...(await balancesAtEnd(database, period)),
  };
}
