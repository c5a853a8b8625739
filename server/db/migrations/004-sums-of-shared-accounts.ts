/**
 * Adds the sum over all funds to the totals of accounts that many funds share, for what was rolled up before there were
 * such rows. Running it again writes the same rows.
 */
import { ALL_FUNDS, idOfAccountTotal, isShared, type AccountTotal } from '../../domain/roll-up.ts';
import type { Database } from '../database.ts';
import { dropReplacedIndexes } from './replaced-indexes.ts';

const REPLACED = ['account_1_span_1_period_1'];

export async function sumSharedAccounts({ connection }: Database): Promise<void> {
  const totals = connection.collection<AccountTotal & { readonly _id: string }>('accountTotals');
  const sums = new Map<string, AccountTotal>();
  for await (const { _id, ...row } of totals.find({ fund: { $ne: ALL_FUNDS } })) {
    if (!isShared(row.account)) continue;
    const key = { ...row, fund: ALL_FUNDS };
    const id = idOfAccountTotal(key);
    const sum = sums.get(id);
    sums.set(id, {
      ...key,
      debitMinor: (sum?.debitMinor ?? 0n) + row.debitMinor,
      creditMinor: (sum?.creditMinor ?? 0n) + row.creditMinor,
    });
  }
  for (const [_id, row] of sums) await totals.replaceOne({ _id }, row, { upsert: true });
  await dropReplacedIndexes(connection, 'accountTotals', REPLACED);
}
