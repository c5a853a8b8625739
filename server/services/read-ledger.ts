/** The ledger for staff: the trial balance, and the check of its invariants. */
import { requireRight } from '../domain/access.ts';
import { checkLedger, type InvariantResult } from '../ledger/check-ledger.ts';
import { readTrialBalance, type AccountBalance } from '../ledger/read-balances.ts';
import { checkPublishedReports } from './reports/check-reports.ts';
import type { ServiceContext } from './context.ts';

export type { AccountBalance } from '../ledger/read-balances.ts';
export type { InvariantResult } from '../ledger/check-ledger.ts';

export async function trialBalance(context: ServiceContext): Promise<AccountBalance[]> {
  requireRight(context.actor, 'ledger.read');
  return readTrialBalance(context.database);
}

/** Every invariant of the ledger and of what was published from it. */
export async function checkInvariants(context: Pick<ServiceContext, 'database'>): Promise<InvariantResult[]> {
  const results = await checkLedger(context.database);
  return [...results, await checkPublishedReports(context)];
}
