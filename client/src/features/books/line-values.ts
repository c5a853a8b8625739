/** What the fields of an entry made by hand hold while it is written, and what the chart of accounts says of a line. */
import { kindOfAccount } from '../../../../server/domain/chart-of-accounts.ts';
import { handDimensionsOf } from '../../../../server/domain/manual-entry.ts';
import type { HandDimension } from '../../../../server/domain/manual-entry.ts';

export interface LineValues {
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
  readonly fund: string;
  readonly nature: string;
  readonly partyKind: string;
  readonly sector: string;
  readonly locality: string;
}

export interface EntryValues {
  readonly kind: 'MANUAL' | 'OPENING_BALANCE';
  readonly effectiveOn: string;
  readonly narrative: string;
  readonly lines: readonly LineValues[];
  readonly documents: string;
}

/** Stands in the field of the account for a restricted fund, which the field of the fund names. */
export const CHOSEN_FUND = 'fund';

/** True for a line on a fund itself, which says why the fund changes. */
export const isOnFund = (account: string): boolean => account === CHOSEN_FUND || account === 'fund:general';

/** Whose money it is: that of the fund's own account, or the fund that was chosen. */
export const fundOfLine = ({ account, fund }: Pick<LineValues, 'account' | 'fund'>): string =>
  account.startsWith('fund:') ? account.slice('fund:'.length) : fund;

/** What a line on the account may say beside its fund; nothing while none is chosen. */
export function dimensionsKeptFor(account: string): readonly HandDimension[] {
  const kind = account === CHOSEN_FUND ? 'restricted-fund' : kindOfAccount(account);
  return kind === null ? [] : handDimensionsOf(kind);
}
