/**
 * A management cost whose money came back: the payee's bank could not deliver it. A line of the bank says so, and undoes
 * the entry, so that the fund that bore it has its money again. The cost stays paid and reversed; it is proposed anew.
 */
import { BankLineDoesNotFit, type BankLine } from '../../domain/bank-line.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import { entryId, reversalOf } from '../../domain/journal.ts';
import type { ClientSession } from '../../db/database.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import { findEntry } from '../../ledger/read-ledger.ts';
import { postEntries } from '../../ledger/post-entries.ts';
import { findReversal } from '../../ledger/read-hand-entry-facts.ts';
import type { ServiceContext } from '../context.ts';

/**
 * Runs in the transaction that confirms the line. Where somebody reversed the entry by hand before, nothing is booked: the
 * line is only tied to it.
 * @throws NotFound, WrongState, BankLineDoesNotFit
 */
export async function takeBackManagementCost(
  { database, clock }: Pick<ServiceContext, 'database' | 'clock'>,
  session: ClientSession,
  { costId, line }: { readonly costId: string; readonly line: BankLine },
): Promise<void> {
  const cost = await managementCosts(database).findById(costId).session(session).lean<StoredManagementCost>();
  if (cost === null) throw new NotFound('cost', costId);
  if (cost.status !== 'paid') throw new WrongState('management-cost', costId, cost.status, ['paid']);
  if (line.amountMinor !== cost.amountMinor || line.currency !== cost.currency)
    throw new BankLineDoesNotFit(line.amountMinor, cost.amountMinor);
  const paid = await findEntry(database, entryId('management-cost', costId), session);
  if (paid === null) throw new NotFound('journal entry', entryId('management-cost', costId));
  if ((await findReversal(database, paid._id, session)) !== null) return;
  const reason = NARRATIVES.managementCostSentBack(line.serial);
  await postEntries(database, session, [reversalOf(paid, line.bookedOn, reason)], clock.now());
}
