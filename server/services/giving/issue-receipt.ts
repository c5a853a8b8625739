/**
 * Issuing receipts: a number is taken, and the receipt stored under it, in one database transaction, so that the numbers
 * of a year have no gap. Asking again gives the receipt that is there while it is right, and a new one that names it when
 * it no longer is.
 */
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { giftReturns } from '../../db/models/gift-return.ts';
import { receiptCounters, receipts } from '../../db/models/receipt.ts';
import { inBatches } from '../../db/together.ts';
import { createTogether } from '../../db/write-together.ts';
import { payerOf, totalMinor } from '../../domain/donation.ts';
import { NotFound } from '../../domain/errors.ts';
import type { GiftReturn } from '../../domain/gift-return.ts';
import { minor, sumMinor, type Minor } from '../../domain/money.ts';
import { receiptNumber, stillRight, type Receipt } from '../../domain/receipt.ts';
import { dayOf } from '../../domain/time.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';

interface Asked {
  readonly database: Database;
  readonly platform: GivingPlatform;
  readonly donationId: string;
}

/** Receipts are issued by jobs, many at the same moment when many gifts have settled. */
const GATHER_MS = 15;

const issue = inBatches<Asked, Receipt | null>(
  write,
  async (one) => (await write([one]))[0] ?? null,
  GATHER_MS,
);

/** @returns null for a gift that never arrived, or that had gone back before any receipt was issued */
export const issueReceipt = (platform: GivingPlatform, donationId: string): Promise<Receipt | null> =>
  issue({ database: platform.database, platform, donationId });

/** Those that are asked for at the same moment take their numbers in one step, in the order in which they were asked for. */
async function write(batch: readonly [Asked, ...Asked[]]): Promise<(Receipt | null)[]> {
  const [{ database, platform }] = batch;
  const { timeZone } = await loadRegion(database);
  const once = new Map(batch.map((one) => [one.donationId, one]));
  const ids = [...once.keys()];
  return inTransaction(database, async (session) => {
    const [gifts, latest, returns] = await readAbout(database, ids, session);
    const now = platform.clock.now();
    const issuedOn = dayOf(now, timeZone);
    const year = Number(issuedOn.slice(0, 4));
    const wanting = ids.flatMap((donationId) => {
      const donation = gifts.get(donationId);
      if (donation === undefined) throw new NotFound('donation', donationId);
      const before = latest.get(donationId) ?? null;
      const amountMinor = keptOf(donation, returns);
      const payer = payerOf(donation);
      if (donation.settledAt === null || (before === null && amountMinor === 0n)) return [];
      if (before !== null && stillRight(before, { amountMinor, payer })) return [];
      const givenOn = dayOf(donation.settledAt, timeZone);
      const { currency } = donation;
      return [{ donationId, replaces: before?._id ?? null, payer, amountMinor, currency, givenOn }];
    });
    const first = await takeNumbers(database, session, year, wanting.length);
    const issued = wanting.map((facts, place): Receipt => {
      const sequence = first + place;
      return { _id: receiptNumber(year, sequence), year, sequence, ...facts, issuedOn, issuedAt: now };
    });
    if (issued.length > 0) {
      const items = issued.map((record) => {
        const acting = once.get(record.donationId)?.database.acting;
        return { record, acting };
      });
      await createTogether(receipts(database), session, items);
    }
    const current = new Map([...latest, ...issued.map((one) => [one.donationId, one] as const)]);
    return batch.map(({ donationId }) => current.get(donationId) ?? null);
  });
}

/** More than anybody has of one gift. */
const MAX_OF_A_GIFT = 1_000;

async function readAbout(database: Database, ids: readonly string[], session: ClientSession) {
  const about = { donationId: operators({ $in: [...ids] }) };
  const most = ids.length * MAX_OF_A_GIFT;
  const gifts = await donations(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .session(session)
    .lean<StoredDonation[]>();
  const earlier = await receipts(database)
    .find(about)
    .sort({ issuedAt: 1, sequence: 1 })
    .limit(most)
    .session(session)
    .lean<Receipt[]>();
  const returned = await giftReturns(database).find(about).limit(most).session(session).lean<GiftReturn[]>();
  return [
    new Map(gifts.map((gift) => [gift._id, gift])),
    // The last of each is the one that no other replaces.
    new Map(earlier.map((receipt) => [receipt.donationId, receipt])),
    returned,
  ] as const;
}

/** What was received of the donor and has not gone back. */
function keptOf(donation: StoredDonation, returns: readonly GiftReturn[]): Minor {
  const gone = returns
    .filter(({ donationId, status }) => donationId === donation._id && status === 'taken')
    .map(({ amountMinor }) => amountMinor);
  return minor(totalMinor(donation) - sumMinor(gone));
}

/** The receipt of a gift that no other replaces. */
export async function latestReceipt(
  database: Database,
  donationId: string,
  session: ClientSession | null = null,
): Promise<Receipt | null> {
  return receipts(database)
    .findOne({ donationId })
    .sort({ issuedAt: -1, sequence: -1 })
    .session(session)
    .lean<Receipt>();
}

/** @returns the first of so many numbers of a year that nobody has; a year has no gap, since its receipts are written with them */
async function takeNumbers(
  database: Database,
  session: ClientSession,
  year: number,
  count: number,
): Promise<number> {
  if (count === 0) return 0;
  const counter = await receiptCounters(database)
    .findOneAndUpdate(
      { _id: String(year) },
      { $inc: { last: count } },
      { session, upsert: true, returnDocument: 'after' },
    )
    .lean<{ last: number }>();
  return counter.last - count + 1;
}
