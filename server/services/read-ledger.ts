/** The ledger for staff: entries page by page, the trial balance, and the check of its invariants. */
import { requireRight } from '../domain/access.ts';
import { NotFound } from '../domain/errors.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { checkLedger, type InvariantResult } from '../ledger/check-ledger.ts';
import { readTrialBalance, type AccountBalance } from '../ledger/read-balances.ts';
import { findEntry, readEntries, type EntryPage } from '../ledger/read-ledger.ts';
import { checkPublishedReports } from './reports/check-reports.ts';
import type { ServiceContext } from './context.ts';

export type { AccountBalance } from '../ledger/read-balances.ts';
export type { EntryPage } from '../ledger/read-ledger.ts';
export type { InvariantResult } from '../ledger/check-ledger.ts';

const MAX_PAGE = 200;

export interface EntryQuery {
  readonly account: string | null;
  readonly fund: string | null;
  readonly project: string | null;
  readonly first: number;
  /** Id of the last entry of the page before. */
  readonly after: string | null;
}

/** Entries, newest first, of one account, fund or project, or all. */
export async function listEntries(context: ServiceContext, query: EntryQuery): Promise<EntryPage> {
  requireRight(context.actor, 'ledger.read');
  const last = query.after === null ? null : await findEntry(context.database, query.after);
  if (query.after !== null && last === null) throw new NotFound('journal entry', query.after);
  return readEntries(
    context.database,
    {
      ...(query.account === null ? {} : { account: query.account }),
      ...(query.fund === null ? {} : { fund: query.fund }),
      ...(query.project === null ? {} : { project: query.project }),
    },
    {
      limit: Math.min(Math.max(query.first, 1), MAX_PAGE),
      ...(last === null ? {} : { before: last }),
    },
  );
}

export async function showEntry(context: ServiceContext, id: string): Promise<JournalEntry> {
  requireRight(context.actor, 'ledger.read');
  const entry = await findEntry(context.database, id);
  if (entry === null) throw new NotFound('journal entry', id);
  return entry;
}

export async function trialBalance(context: ServiceContext): Promise<AccountBalance[]> {
  requireRight(context.actor, 'ledger.read');
  return readTrialBalance(context.database);
}

/** Every invariant of the ledger and of what was published from it. */
export async function checkInvariants(context: Pick<ServiceContext, 'database'>): Promise<InvariantResult[]> {
  const results = await checkLedger(context.database);
  return [...results, await checkPublishedReports(context)];
}
