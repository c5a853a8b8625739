/**
 * Copying the processor's own ledger, line by line, and following what it says happened: a charge of a gift that is not
 * settled here, a refund or dispute that is not booked, a charge of its own. So a week without a single webhook changes nothing.
 */
import { isDuplicateKey, operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { processorLines, processorPayouts } from '../../db/models/processor-line.ts';
import { syncMarks } from '../../db/models/sync-mark.ts';
import { isOwnCharge, isPayoutLine, type ProcessorLine } from '../../domain/clearing.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { linesLookedForSince, payoutsLookedForSince } from '../../domain/giving-policy.ts';
import { minor, type Currency } from '../../domain/money.ts';
import { processorCharged } from '../../domain/posting-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { PaymentRefused, type BalanceLine } from '../../gateways/payments.ts';
import { recordEntry } from '../../ledger/record-entry.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { quarantineFinding } from './quarantine-payment.ts';
import { oursOf, readOurs } from './read-clearing.ts';
import { reconcileDonation } from './reconcile-donation.ts';
import { reconcileReturns } from './reconcile-returns.ts';

export interface Synced {
  /** Lines that were not known before. */
  readonly lines: number;
  readonly payouts: number;
  /** Gifts that were asked about, because the processor's ledger told of more than ours. */
  readonly followed: number;
}

/** May be run at any time, by several workers at once: each line is kept once, and following one again changes nothing. */
export async function syncProcessor(platform: GivingPlatform): Promise<Synced> {
  const { database, clock } = platform;
  const now = clock.now();
  const mark = await syncMarks(database).findById('balance-lines').lean();
  const since = linesLookedForSince(mark?.seenUntil ?? null);
  const fresh = await copyBetween(platform, since, new Date(now.getTime() + 1_000));
  const payouts = await copyPayouts(platform, payoutsLookedForSince(mark?.seenUntil ?? null));
  const followed = await followDifferences(platform);
  await syncMarks(database).updateOne(
    { _id: 'balance-lines' },
    { $max: { seenUntil: now } },
    { upsert: true },
  );
  return { lines: fresh, payouts, followed };
}

const SHORTEST_PERIOD_MS = 60_000;

/** A period with more lines than one list may have is looked at in halves. */
async function copyBetween(platform: GivingPlatform, since: Date, until: Date): Promise<number> {
  try {
    return await keepLines(platform.database, await platform.payments.listBalanceLines({ since, until }));
  } catch (error) {
    const tooLong = error instanceof PaymentRefused && error.providerCode === 'list_too_long';
    if (!tooLong || until.getTime() - since.getTime() < SHORTEST_PERIOD_MS) throw error;
  }
  const middle = new Date((since.getTime() + until.getTime()) / 2);
  return (await copyBetween(platform, since, middle)) + (await copyBetween(platform, middle, until));
}

async function keepLines(database: Database, lines: readonly BalanceLine[]): Promise<number> {
  const known = await processorLines(database)
    .find(
      { _id: operators({ $in: lines.map(({ balanceTransactionId }) => balanceTransactionId) }) },
      { _id: 1 },
    )
    .limit(lines.length + 1)
    .lean<{ _id: string }[]>();
  const seen = new Set(known.map(({ _id }) => _id));
  const fresh = lines.filter(({ balanceTransactionId }) => !seen.has(balanceTransactionId));
  for (const line of fresh) {
    const stored: ProcessorLine = {
      _id: line.balanceTransactionId,
      category: line.reportingCategory,
      sourceId: line.sourceId,
      donationId: line.donationId ?? (await donationOf(database, line.paymentIntentId)),
      paymentIntentId: line.paymentIntentId,
      amountMinor: minor(line.amountMinor),
      feeMinor: minor(line.feeMinor),
      netMinor: minor(line.netMinor),
      currency: line.currency as Currency,
      createdAt: line.createdAt,
      payoutId: null,
      isSettled: false,
    };
    await processorLines(database)
      .create([stored])
      .catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
  }
  return fresh.length;
}

async function donationOf(database: Database, paymentIntentId: string | null): Promise<string | null> {
  if (paymentIntentId === null) return null;
  return (
    (await donations(database).findOne({ paymentIntentId }, { _id: 1 }).lean<{ _id: string }>())?._id ?? null
  );
}

/** Payouts as they stand, and which lines each pays out, once it is known. */
async function copyPayouts({ database, payments }: GivingPlatform, since: Date): Promise<number> {
  const payouts = await payments.listPayouts({ since });
  for (const { payoutId, status, amountMinor, currency, automatic, createdAt, arrivalOn } of payouts) {
    await processorPayouts(database).updateOne(
      { _id: payoutId },
      {
        $set: { status, arrivalOn },
        $setOnInsert: {
          ...{ amountMinor: minor(amountMinor), currency },
          ...{ automatic, createdAt, bankLineId: null },
        },
      },
      { upsert: true },
    );
    // The lines of one that failed are paid out by another.
    const paysOut = automatic && status !== 'failed' && status !== 'canceled';
    const mapped = await processorLines(database).exists({ payoutId });
    if (paysOut && mapped === null) {
      const paidOut = await payments.listPayoutLines(payoutId);
      const ids = paidOut.map(({ balanceTransactionId }) => balanceTransactionId);
      await processorLines(database).updateMany(
        { _id: operators({ $in: ids }), isSettled: false },
        { $set: { payoutId } },
      );
    } else if (!paysOut && mapped !== null) {
      await processorLines(database).updateMany({ payoutId, isSettled: false }, { $set: { payoutId: null } });
    }
  }
  return payouts.length;
}

/** The newest lines that are not paid out: what differs in them is followed again until both records agree. */
const MAX_FOLLOWED = 2_000;

/** Lets our record catch up with what lines say that our entries do not. */
async function followDifferences(platform: GivingPlatform): Promise<number> {
  const { database } = platform;
  const open = await processorLines(database)
    .find({ isSettled: false })
    .sort({ createdAt: -1, _id: -1 })
    .limit(MAX_FOLLOWED)
    .lean<ProcessorLine[]>();
  const lines = open.filter((line) => !isPayoutLine(line)).reverse();
  const ours = await readOurs(database, lines);
  const different = lines.filter((line) => oursOf(line, ours) !== line.netMinor);
  await bookOwnCharges(platform, different.filter(isOwnCharge));
  let followed = 0;
  for (const line of different) if (!isOwnCharge(line) && (await follow(platform, line))) followed += 1;
  return followed;
}

/**
 * What the processor charges or corrects by itself; in another currency than the region's it waits for a hand. Each is a
 * fact of its own, so that they are all asked for at once and share their writes.
 */
async function bookOwnCharges(
  { database, clock }: GivingPlatform,
  lines: readonly ProcessorLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const { currency: ours, timeZone } = await loadRegion(database);
  const booked = lines.filter(({ netMinor, currency }) => netMinor !== 0n && currency === ours);
  const recorded = booked.map(({ _id: lineId, category, netMinor, currency, createdAt }) => {
    const narrative = NARRATIVES.processorCharge(category, lineId);
    const effectiveOn = dayOf(createdAt, timeZone);
    const entry = processorCharged({ lineId, netMinor, currency, effectiveOn, narrative });
    return recordEntry(database, entry, clock.now());
  });
  await Promise.all(recorded);
}

/** @returns whether there was a gift to ask about */
async function follow(platform: GivingPlatform, line: ProcessorLine): Promise<boolean> {
  const { database } = platform;
  const donationId = line.donationId ?? (await donationOf(database, line.paymentIntentId));
  if (donationId === null) return false;
  if (line.donationId === null) {
    await processorLines(database).updateOne({ _id: line._id }, { $set: { donationId } });
  }
  const donation = await donations(database).findById(donationId).lean<StoredDonation>();
  if (donation === null) return false;
  if (donation.status !== 'settled' && donation.checkout !== null) {
    const reconciled = await reconcileDonation(platform, donationId, {
      checkoutSessionId: donation.checkout.sessionId,
      occurredAt: line.createdAt,
    });
    if (reconciled.outcome === 'mismatch') {
      await quarantineFinding(platform, donationId, reconciled.mismatch, reconciled.facts);
      return true;
    }
  }
  await reconcileReturns(platform, await loadDonation(database, donationId));
  return true;
}
