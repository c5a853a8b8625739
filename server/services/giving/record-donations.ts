/**
 * Recording gifts and the pages that they are paid on. Donors who press the button at the same moment share the round
 * trips and the durable writes; each is answered once their own gift is durable.
 */
import { inTransaction, operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { inBatches } from '../../db/together.ts';
import { createTogether, setTogether } from '../../db/write-together.ts';
import { DONATION_STATUSES, mayBecome } from '../../domain/donation.ts';
import { nextPollAt } from '../../domain/giving-policy.ts';
import type { GivingPlatform } from '../context.ts';

interface Sought {
  readonly database: Database;
  readonly id: string;
}

const seek = inBatches<Sought, StoredDonation | null>(
  async (batch) => {
    const [{ database }] = batch;
    const ids = [...new Set(batch.map(({ id }) => id))];
    const found = await donations(database)
      .find({ _id: operators({ $in: ids }) })
      .limit(ids.length)
      .lean<StoredDonation[]>();
    const byId = new Map(found.map((donation) => [donation._id, donation]));
    return batch.map(({ id }) => byId.get(id) ?? null);
  },
  ({ database, id }) => donations(database).findById(id).lean<StoredDonation>(),
);

export const seekDonation = (database: Database, id: string): Promise<StoredDonation | null> =>
  seek({ database, id });

interface ToRecord {
  readonly database: Database;
  readonly platform: GivingPlatform;
  readonly donation: StoredDonation;
}

const record = inBatches<ToRecord, true>(
  async (batch) => {
    await write(batch);
    return batch.map(() => true);
  },
  async (one) => {
    await write([one]);
    return true;
  },
);

/**
 * The donation with the job that looks after it, in one database transaction.
 * @throws the database's refusal of a key that is taken: the donation was recorded before
 */
export async function recordDonation(platform: GivingPlatform, donation: StoredDonation): Promise<void> {
  await record({ database: platform.database, platform, donation });
}

async function write(batch: readonly [ToRecord, ...ToRecord[]]): Promise<void> {
  const [{ database, platform }] = batch;
  const now = platform.clock.now();
  const startAt = nextPollAt(now, now);
  const donationIds = batch.map(({ donation }) => donation._id);
  const [donationId = '', ...others] = donationIds;
  await inTransaction(database, async (session) => {
    await createTogether(
      donations(database),
      session,
      batch.map((one) => ({ record: one.donation, acting: one.database.acting })),
    );
    if (startAt === null) return;
    if (others.length === 0)
      await platform.queue.enqueue('poll-checkout', { donationId }, { session, startAt });
    else await platform.queue.enqueue('poll-checkouts', { donationIds }, { session, startAt });
  });
}

interface Opened {
  readonly database: Database;
  readonly id: string;
  readonly checkout: NonNullable<StoredDonation['checkout']>;
  readonly checkedAt: Date;
}

const STATUS = 'awaiting-payment';

const open = inBatches<Opened, StoredDonation | null>(note, async (one) => (await note([one]))[0] ?? null);

async function note(batch: readonly [Opened, ...Opened[]]): Promise<(StoredDonation | null)[]> {
  const [{ database }] = batch;
  const behind = DONATION_STATUSES.filter((from) => mayBecome(from, STATUS));
  const items = batch.map((one) => ({
    ...{ id: one.id, acting: one.database.acting },
    set: { status: STATUS, checkout: one.checkout, checkedAt: one.checkedAt } as const,
  }));
  const now = await inTransaction(database, (session) =>
    setTogether(donations(database), session, { status: { $in: behind } }, items),
  );
  return batch.map(({ id, checkout }) => {
    const donation = now.get(id)?.is;
    const isNoted = donation?.status === STATUS && donation.checkout?.sessionId === checkout.sessionId;
    return isNoted ? donation : null;
  });
}

/**
 * The donation has its page, and waits to be paid.
 * @returns null when it stood there already or further: then nothing was written
 */
export const noteCheckout = (
  database: Database,
  id: string,
  noted: Pick<Opened, 'checkout' | 'checkedAt'>,
): Promise<StoredDonation | null> => open({ database, id, ...noted });
