/**
 * Issuing receipts: a number is taken, and the receipt stored under it, in one database transaction, so that the numbers
 * of a year have no gap. Asking again gives the receipt that is there while it is right, and a new one that names it when
 * it no longer is.
 */
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import type { StoredDonation } from '../../db/models/donation.ts';
import { receiptCounters, receipts } from '../../db/models/receipt.ts';
import { payerOf, totalMinor } from '../../domain/donation.ts';
import { minor, sumMinor, type Minor } from '../../domain/money.ts';
import { receiptNumber, stillRight, type Receipt } from '../../domain/receipt.ts';
import { dayOf } from '../../domain/time.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { readReturns } from './record-return.ts';

/** @returns null for a gift that never arrived, or that had gone back before any receipt was issued */
export async function issueReceipt(platform: GivingPlatform, donationId: string): Promise<Receipt | null> {
  const { database, clock } = platform;
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const donation = await loadDonation(database, donationId, session);
    if (donation.settledAt === null) return null;
    const latest = await latestReceipt(database, donationId, session);
    const amountMinor = await keptOf(database, donation, session);
    const payer = payerOf(donation);
    if (latest === null && amountMinor === 0n) return null;
    if (latest !== null && stillRight(latest, { amountMinor, payer })) return latest;
    const now = clock.now();
    const issuedOn = dayOf(now, timeZone);
    const year = Number(issuedOn.slice(0, 4));
    const sequence = await nextSequence(database, session, year);
    const receipt: Receipt = {
      _id: receiptNumber(year, sequence),
      year,
      sequence,
      donationId,
      replaces: latest?._id ?? null,
      payer,
      amountMinor,
      currency: donation.currency,
      givenOn: dayOf(donation.settledAt, timeZone),
      issuedOn,
      issuedAt: now,
    };
    await receipts(database).create([receipt], { session });
    return receipt;
  });
}

/** What was received of the donor and has not gone back. */
async function keptOf(database: Database, donation: StoredDonation, session: ClientSession): Promise<Minor> {
  const returns = await readReturns(database, donation._id, session);
  const gone = returns.filter(({ status }) => status === 'taken').map(({ amountMinor }) => amountMinor);
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

async function nextSequence(database: Database, session: ClientSession, year: number): Promise<number> {
  const counter = await receiptCounters(database)
    .findOneAndUpdate(
      { _id: String(year) },
      { $inc: { last: 1 } },
      { session, upsert: true, returnDocument: 'after' },
    )
    .lean<{ last: number }>();
  return counter.last;
}
