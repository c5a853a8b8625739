/** The accounts of the chart that a person may book on, in its order. */
import { requireRight } from '../../domain/access.ts';
import { describeKind, kindOfAccount, type AccountKind } from '../../domain/chart-of-accounts.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { HAND_ACCOUNT_KINDS } from '../../domain/manual-entry.ts';
import { GENERAL_FUND, MAIN_BANK } from '../../domain/posting-rules.ts';
import { readTrialBalance } from '../../ledger/read-balances.ts';
import type { ServiceContext } from '../context.ts';

export interface HandAccount {
  readonly kind: AccountKind;
  /** Null where a restricted fund must be chosen beside it. */
  readonly account: string | null;
  readonly name: LocalizedText;
}

/** Bank accounts and donors' debts that are in the books, at most so many of each. */
const MOST_OF_A_KIND = 200;

export async function listHandAccounts({ database, actor }: ServiceContext): Promise<HandAccount[]> {
  requireRight(actor, 'ledger.read');
  const booked = (await readTrialBalance(database)).map(({ account }) => account);
  const accountsOf = (kind: AccountKind): (string | null)[] => {
    const found = booked.filter((account) => kindOfAccount(account) === kind).slice(0, MOST_OF_A_KIND);
    switch (kind) {
      case 'bank':
        return [...new Set([MAIN_BANK, ...found])];
      case 'donor-debt':
        return found;
      case 'unrestricted-fund':
        return [`fund:${GENERAL_FUND}`];
      case 'restricted-fund':
        return [null];
      default:
        return [describeKind(kind).written];
    }
  };
  return HAND_ACCOUNT_KINDS.flatMap((kind) =>
    accountsOf(kind).map((account) => ({
      ...{ kind, account, name: describeKind(kind).name },
    })),
  );
}
