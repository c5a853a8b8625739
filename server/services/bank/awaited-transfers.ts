/** Gifts by transfer that were announced and have not come, expired ones included; nothing of who announced them. */
import { requireRight } from '../../domain/access.ts';
import type { Donation } from '../../domain/donation.ts';
import { operators } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import type { ServiceContext } from '../context.ts';
import { newestBy, pageOf, readPage, type Page, type PageOf } from '../page.ts';

export type AwaitedTransfer = Pick<Donation, '_id' | 'giftMinor' | 'currency' | 'status' | 'createdAt'> & {
  readonly reference: string;
};

/** The latest first. */
export async function listAwaitedTransfers(
  context: ServiceContext,
  page: Page,
): Promise<PageOf<AwaitedTransfer>> {
  requireRight(context.actor, 'bank.read');
  const found = await readPage<StoredDonation>(
    donations(context.database),
    {
      'transfer.reference': operators({ $type: 'string' }),
      status: operators({ $in: ['awaiting-transfer', 'expired'] }),
    },
    newestBy('createdAt'),
    page,
  );
  return pageOf(
    found,
    found.items.map(({ _id, giftMinor, currency, status, createdAt, transfer }) => ({
      ...{ _id, giftMinor, currency, status, createdAt },
      reference: transfer?.reference ?? '',
    })),
  );
}
