/** Loading one donation, and moving its status forward by one guarded write. */
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { DONATION_STATUSES, mayBecome, type DonationStatus } from '../../domain/donation.ts';
import { NotFound } from '../../domain/errors.ts';

export async function loadDonation(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<StoredDonation> {
  const donation = await donations(database).findById(id).session(session).lean<StoredDonation>();
  if (donation === null) throw new NotFound('donation', id);
  return donation;
}

/** One waiting poll for a donation is enough. */
export const pollKey = (donationId: string): string => `poll-checkout-${donationId}`;

type Changes = Partial<
  Pick<StoredDonation, 'checkout' | 'paymentIntentId' | 'feeMinor' | 'settledAt' | 'giftMinor' | 'parts'>
>;

/**
 * Moves a donation to a status that lies ahead of where it stands, with what belongs to it.
 * @returns the donation as it is now; null when it stood there already or further: then nothing was written
 */
export async function advanceDonation(
  database: Database,
  session: ClientSession | null,
  id: string,
  status: DonationStatus,
  changes: Changes & { readonly checkedAt: Date },
): Promise<StoredDonation | null> {
  const behind = DONATION_STATUSES.filter((from) => mayBecome(from, status));
  return donations(database)
    .findOneAndUpdate(
      { _id: id, status: operators({ $in: behind }) },
      { $set: { status, ...changes } },
      { returnDocument: 'after' },
    )
    .session(session)
    .lean<StoredDonation>();
}
