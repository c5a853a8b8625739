/**
 * Refunding a gift that was paid online, once three people have decided it: the processor is asked by a job, under a key
 * that follows from the refund, and its own word makes the entry, whether its answer, its event or the poll comes first.
 */
import { operators, type ClientSession } from '../../db/database.ts';
import type { StoredDonation } from '../../db/models/donation.ts';
import { giftRefunds, type StoredGiftRefund } from '../../db/models/gift-refund.ts';
import { PaymentRefused } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { loadDonation } from './donation-records.ts';
import { REFUND_METADATA_KEY, refundNamedBy } from './link-refunds.ts';
import { reconcileReturns } from './reconcile-returns.ts';

const LOOK_AGAIN_MS = 3_600_000;

type Enqueuing = Pick<GivingPlatform, 'queue'>;

export const enqueueOnlineRefund = (
  { queue }: Enqueuing,
  session: ClientSession | null,
  refundId: string,
  startAt?: Date,
): Promise<void> =>
  queue.enqueue(
    'refund-online',
    { refundId },
    { session, uniqueKey: `refund-online-${refundId}`, ...(startAt === undefined ? {} : { startAt }) },
  );

/**
 * Asks the processor for the refund, unless it has it, and lets the books follow what it says.
 * @throws PaymentGatewayUnavailable: nothing is lost, the job is run again
 */
export async function refundOnline(platform: GivingPlatform, refundId: string): Promise<void> {
  const { database, clock } = platform;
  const refund = await giftRefunds(database).findById(refundId).lean<StoredGiftRefund>();
  if (refund === null || refund.status !== 'executed' || refund.online === null) return;
  const donation = await loadDonation(database, refund.donationId);
  if (refund.online.refundId === null && !(await askForIt(platform, donation, refund))) return;
  await reconcileReturns(platform, donation);
  const after = await giftRefunds(database).findById(refundId).lean<StoredGiftRefund>();
  if (after?.status !== 'executed' || after.decidedDonation === null) return;
  // The money has not moved yet; an event tells when it does, and this looks in case it never comes.
  await enqueueOnlineRefund(platform, null, refundId, new Date(clock.now().getTime() + LOOK_AGAIN_MS));
}

/** @returns false when the processor does not take it */
async function askForIt(
  { database, payments }: GivingPlatform,
  { paymentIntentId }: StoredDonation,
  { _id: id, amountMinor }: StoredGiftRefund,
): Promise<boolean> {
  if (paymentIntentId === null) throw new Error(`The gift of refund ${id} was not paid online.`);
  // The processor forgets keys after a day; what it was asked for before is found by its name.
  const made = (await payments.listRefunds(paymentIntentId)).some((one) => refundNamedBy(one) === id);
  if (made) return true;
  try {
    await payments.createRefund({
      ...{ paymentIntentId, amountMinor, reason: 'requested_by_customer', idempotencyKey: `refund-${id}` },
      metadata: { [REFUND_METADATA_KEY]: id },
    });
    return true;
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error;
    await giftRefunds(database).updateOne(
      { _id: id, status: 'executed', 'online.refundId': null },
      { $set: { status: 'refused', 'online.refusal': error.providerCode, decidedDonation: null } },
    );
    return false;
  }
}

const MAX_SWEPT = 500;

/** Refunds that were executed and that the processor has not taken: whichever lost its job gets another. */
export async function sweepOnlineRefunds(platform: GivingPlatform): Promise<number> {
  const under = await giftRefunds(platform.database)
    .find({ status: 'executed', decidedDonation: operators({ $type: 'string' }) }, { _id: 1 })
    .sort({ _id: 1 })
    .limit(MAX_SWEPT)
    .lean<{ _id: string }[]>();
  for (const { _id } of under) await enqueueOnlineRefund(platform, null, _id);
  return under.length;
}
