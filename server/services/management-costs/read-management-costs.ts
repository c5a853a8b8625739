/** Reading management costs, paid or not. */
import { requireRight } from '../../domain/access.ts';
import { NotFound } from '../../domain/errors.ts';
import { entryId } from '../../domain/journal.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import { findReversal } from '../../ledger/read-hand-entry-facts.ts';
import type { ServiceContext } from '../context.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';

/** Latest proposed first. */
export async function listManagementCosts(
  context: ServiceContext,
  page: Page,
): Promise<PageOf<ManagementCost>> {
  requireRight(context.actor, 'cost.read');
  return readPage<StoredManagementCost>(managementCosts(context.database), {}, newestBy('proposedAt'), page);
}

export async function showManagementCost(context: ServiceContext, id: string): Promise<ManagementCost> {
  requireRight(context.actor, 'cost.read');
  const found = await managementCosts(context.database).findById(id).lean<StoredManagementCost>();
  if (found === null) throw new NotFound('cost', id);
  return found;
}

/** Whether its entry was reversed by hand, so that the fund has its money again. */
export async function isReversed(
  { database }: ServiceContext,
  { _id, status }: Pick<ManagementCost, '_id' | 'status'>,
): Promise<boolean> {
  return status === 'paid' && (await findReversal(database, entryId('management-cost', _id), null)) !== null;
}
