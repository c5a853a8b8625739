/**
 * The money of gifts is ours: status, entries, what told us of it and the job that thanks the donor, all or none. Gifts
 * whose news is followed at the same moment share the round trips and the durable write; each is settled once.
 */
import { inTransaction, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { inBatches } from '../../db/together.ts';
import { setTogether } from '../../db/write-together.ts';
import { DONATION_STATUSES, mayBecome, type DonationStatus } from '../../domain/donation.ts';
import type { Minor } from '../../domain/money.ts';
import { NotFound } from '../../domain/errors.ts';
import type { GivingPlatform } from '../context.ts';
import { bookGifts } from './book-gift.ts';
import { markApplied } from './mark-events.ts';

interface Settlement {
  /** As it was when the processor's word was judged. */
  readonly donation: StoredDonation;
  readonly paymentIntentId: string;
  readonly feeMinor: Minor;
  readonly cardFingerprint: string | null;
  readonly checkoutSessionId: string;
  readonly occurredAt: Date;
  /** The stored events that told of it. */
  readonly eventIds: readonly string[];
}

interface ToSettle extends Settlement {
  readonly database: Database;
  readonly platform: GivingPlatform;
}

const BEHIND = DONATION_STATUSES.filter((from) => mayBecome(from, 'settled'));

/** Jobs that follow a backlog come one after the other, each when the processor has answered. */
const GATHER_MS = 15;

const settle = inBatches<ToSettle, DonationStatus>(
  write,
  async (one) => {
    const [status] = await write([one]);
    if (status === undefined) throw new NotFound('donation', one.donation._id);
    return status;
  },
  GATHER_MS,
);

/** @returns where the gift stands then: settled, by this or by whoever was first */
export const settleGift = (platform: GivingPlatform, settlement: Settlement): Promise<DonationStatus> =>
  settle({ database: platform.database, platform, ...settlement });

async function write(batch: readonly [ToSettle, ...ToSettle[]]): Promise<DonationStatus[]> {
  const [{ database, platform }] = batch;
  const now = platform.clock.now();
  const once = new Map([...batch].reverse().map((one) => [one.donation._id, one]));
  const items = [...once.values()].map(({ donation, paymentIntentId, feeMinor, database: { acting } }) => ({
    ...{ id: donation._id, acting },
    set: { status: 'settled', paymentIntentId, feeMinor, settledAt: now, checkedAt: now } as const,
  }));
  return inTransaction(database, async (session) => {
    const found = await setTogether(donations(database), session, { status: { $in: BEHIND } }, items);
    const moved = [...once.values()].filter(({ donation: { _id } }) => {
      const was = found.get(_id)?.was;
      if (was === undefined) throw new NotFound('donation', _id);
      return BEHIND.includes(was.status);
    });
    await bookGifts(platform, session, moved);
    for (const { donation, checkoutSessionId: sessionId } of moved) {
      if (donation.checkout !== null) continue;
      await donations(database).updateOne(
        { _id: donation._id, checkout: null },
        { $set: { checkout: { sessionId, url: null } } },
        { session },
      );
    }
    const eventIds = batch.flatMap((one) => one.eventIds);
    if (eventIds.length > 0) await markApplied(platform, eventIds, session);
    return batch.map(({ donation }) => found.get(donation._id)?.is.status ?? donation.status);
  });
}
