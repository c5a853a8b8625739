/** The chart of accounts with what each kind and each account holds, now or at the end of a day. */
import { requireRight } from '../../domain/access.ts';
import {
  CHART_OF_ACCOUNTS,
  kindOfAccount,
  type AccountKind,
  type AccountKindDescription,
} from '../../domain/chart-of-accounts.ts';
import type { CalendarDate } from '../../domain/time.ts';
import { readTrialBalance, type AccountBalance } from '../../ledger/read-balances.ts';
import type { ServiceContext } from '../context.ts';
import { readUnrestrictedFunds } from '../funds.ts';
import { limitOf, type Page, type PageOf } from '../page.ts';

export interface AccountKindTotal {
  readonly description: AccountKindDescription;
  /** How many accounts of the kind were ever used. */
  readonly accounts: number;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** Every kind with the sums of its accounts, up to and including a day by booking, or in all. */
export async function readChart(
  context: ServiceContext,
  asOf: CalendarDate | null,
): Promise<AccountKindTotal[]> {
  requireRight(context.actor, 'ledger.read');
  const balances = await readTrialBalance(context.database, asOf);
  const unrestricted = await readUnrestrictedFunds(context.database);
  return CHART_OF_ACCOUNTS.map((description) => {
    const own = balances.filter(({ account }) => kindOfAccount(account, unrestricted) === description.kind);
    return {
      description,
      accounts: own.length,
      debitMinor: own.reduce((sum, { debitMinor }) => sum + debitMinor, 0n),
      creditMinor: own.reduce((sum, { creditMinor }) => sum + creditMinor, 0n),
    };
  });
}

/** The accounts of one kind, or of all, by name. They are summed up together, so that a page is cut from all of them. */
export async function listAccounts(
  context: ServiceContext,
  { kind, asOf }: { readonly kind: AccountKind | null; readonly asOf: CalendarDate | null },
  page: Page,
): Promise<PageOf<AccountBalance>> {
  requireRight(context.actor, 'ledger.read');
  const balances = await readTrialBalance(context.database, asOf);
  const unrestricted = await readUnrestrictedFunds(context.database);
  const left = balances
    .filter(({ account }) => kind === null || kindOfAccount(account, unrestricted) === kind)
    .filter(({ account }) => page.after === null || account > page.after);
  const items = left.slice(0, limitOf(page));
  return { items, next: left.length > items.length ? (items.at(-1)?.account ?? null) : null };
}
