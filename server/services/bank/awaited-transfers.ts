/** Gifts by transfer that were announced and have not come, expired ones included; nothing of who announced them. */
import { requireRight } from '../../domain/access.ts';
import type { Donation } from '../../domain/donation.ts';
import { operators } from '../../db/database.ts';
import { donations } from '../../db/models/donation.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf } from '../page.ts';

export type AwaitedTransfer = Pick<Donation, '_id' | 'giftMinor' | 'currency' | 'status' | 'createdAt'> & {
  readonly reference: string;
};

/** The latest first. */
export async function listAwaitedTransfers(
  context: ServiceContext,
  first: number,
): Promise<AwaitedTransfer[]> {
  requireRight(context.actor, 'bank.read');
  const found = await donations(context.database)
    .find({
      'transfer.reference': operators({ $type: 'string' }),
      status: operators({ $in: ['awaiting-transfer', 'expired'] }),
    })
    .select({ giftMinor: 1, currency: 1, status: 1, createdAt: 1, transfer: 1 })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limitOf({ first }))
    .lean<(Omit<AwaitedTransfer, 'reference'> & Pick<Donation, 'transfer'>)[]>();
  return found.map(({ transfer, ...gift }) => ({ ...gift, reference: transfer?.reference ?? '' }));
}
