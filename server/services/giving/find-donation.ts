/** The public state of one donation, for whoever knows its id: never who gave. */
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import type { Database } from '../../db/database.ts';
import { isUnfinished, partsOfGift, type PublicDonation } from '../../domain/donation.ts';
import { NotFound } from '../../domain/errors.ts';

export function publicDonationOf(donation: Omit<StoredDonation, 'donor'>): PublicDonation {
  const { _id, giftMinor, feeCoverMinor, currency, restriction, status, createdAt, settledAt } = donation;
  const parts = partsOfGift(donation);
  const transfer = status === 'awaiting-transfer' ? (donation.transfer ?? null) : null;
  const checkoutUrl = isUnfinished(status) ? (donation.checkout?.url ?? null) : null;
  return {
    _id,
    giftMinor,
    feeCoverMinor,
    currency,
    restriction,
    parts,
    status,
    checkoutUrl,
    transfer,
    createdAt,
    settledAt,
  };
}

export const findDonationErrors = [NotFound] as const;

/** What the donor said is not even read from the database. */
export async function findDonation(database: Database, id: string): Promise<PublicDonation> {
  const donation = await donations(database)
    .findById(id, { donor: 0, requestDigest: 0 })
    .lean<Omit<StoredDonation, 'donor'>>();
  if (donation === null) throw new NotFound('donation', id);
  return publicDonationOf(donation);
}
