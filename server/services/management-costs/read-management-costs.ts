/** Reading management costs, paid or not. */
import { requireRight } from '../../domain/access.ts';
import { NotFound } from '../../domain/errors.ts';
import { entryId } from '../../domain/journal.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import { operators } from '../../db/database.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import { findReversal } from '../../ledger/read-hand-entry-facts.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';

const MAX_PAGE = 100;

/** Latest proposed first; `after` is the last id of the page before. */
export async function listManagementCosts(context: ServiceContext, page: Page): Promise<ManagementCost[]> {
  const { database, actor } = context;
  requireRight(actor, 'cost.read');
  const last =
    page.after === null ? null : await managementCosts(database).findById(page.after).lean<ManagementCost>();
  if (page.after !== null && last === null) throw new NotFound('cost', page.after);
  return managementCosts(database)
    .find(
      last === null
        ? {}
        : {
            $or: [
              { proposedAt: operators({ $lt: last.proposedAt }) },
              { proposedAt: last.proposedAt, _id: operators({ $lt: last._id }) },
            ],
          },
    )
    .sort({ proposedAt: -1, _id: -1 })
    .limit(limitOf(page, MAX_PAGE))
    .lean<StoredManagementCost[]>();
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
