/**
 * Following the refunds and disputes of one gift: the processor is asked for all of them, and each is brought to where it
 * stands. Whether an event, the poll or staff asked for it makes no difference.
 */
import type { StoredDonation } from '../../db/models/donation.ts';
import type { Mismatch } from '../../domain/donation-payment.ts';
import type { ReturnFacts } from '../../domain/gift-return.ts';
import type { DisputeState, RefundState } from '../../gateways/payments.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { linkRefunds } from './link-refunds.ts';
import { recordReturn } from './record-return.ts';

/** @returns why one of them was not booked, or null when all of them agree with our record */
export async function reconcileReturns(
  platform: GivingPlatform,
  donation: StoredDonation,
): Promise<Mismatch | null> {
  const { paymentIntentId } = donation;
  if (paymentIntentId === null || donation.status !== 'settled') return null;
  const refunds = await platform.payments.listRefunds(paymentIntentId);
  const disputes = await platform.payments.listDisputes(paymentIntentId);
  const { timeZone } = await loadRegion(platform.database);
  let mismatch: Mismatch | null = null;
  for (const facts of inOrder(refunds, disputes, timeZone)) {
    const recorded = await recordReturn(platform, donation, facts);
    if (recorded === 'contradiction') mismatch = 'other-amount';
  }
  await linkRefunds(platform, donation, refunds);
  return mismatch;
}

/** Oldest first, so that what goes back is taken in the order in which it went. */
const inOrder = (
  refunds: readonly RefundState[],
  disputes: readonly DisputeState[],
  timeZone: string,
): ReturnFacts[] =>
  [
    ...refunds.map((refund) => factsOfRefund(refund, timeZone)),
    ...disputes.map((dispute) => factsOfDispute(dispute, timeZone)),
  ].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());

const ENDED_REFUNDS: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);
const ENDED_DISPUTES: ReadonlySet<string> = new Set(['won', 'lost', 'warning_closed', 'prevented']);

const dayOrNull = (at: Date | null | undefined, timeZone: string): CalendarDate | null =>
  at === null || at === undefined ? null : dayOf(at, timeZone);

function factsOfRefund(refund: RefundState, timeZone: string): ReturnFacts {
  return {
    id: refund.refundId,
    kind: 'refund',
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    processorStatus: refund.status,
    takenMinor: refund.takenAt === null ? 0n : refund.amountMinor,
    givenBackMinor: refund.givenBackAt === null ? 0n : refund.amountMinor,
    feeMinor: 0n,
    takenOn: dayOrNull(refund.takenAt, timeZone),
    givenBackOn: dayOrNull(refund.givenBackAt, timeZone),
    ended: ENDED_REFUNDS.has(refund.status),
    startedAt: refund.createdAt,
  };
}

function factsOfDispute(dispute: DisputeState, timeZone: string): ReturnFacts {
  const linesOf = (sign: 'out' | 'in') =>
    dispute.lines.filter(({ amountMinor }) => (sign === 'out' ? amountMinor < 0n : amountMinor > 0n));
  const moved = (sign: 'out' | 'in') =>
    linesOf(sign).reduce((sum, { amountMinor }) => sum + (amountMinor < 0n ? -amountMinor : amountMinor), 0n);
  const dayOfFirst = (sign: 'out' | 'in') =>
    dayOrNull(
      linesOf(sign)
        .map(({ createdAt }) => createdAt)
        .sort((a, b) => a.getTime() - b.getTime())[0],
      timeZone,
    );
  return {
    id: dispute.disputeId,
    kind: 'dispute',
    amountMinor: dispute.amountMinor,
    currency: dispute.currency,
    processorStatus: dispute.status,
    takenMinor: moved('out'),
    givenBackMinor: moved('in'),
    feeMinor: dispute.lines.reduce((sum, line) => sum + line.feeMinor, 0n),
    takenOn: dayOfFirst('out'),
    givenBackOn: dayOfFirst('in'),
    ended: ENDED_DISPUTES.has(dispute.status),
    startedAt: dispute.createdAt,
  };
}
