/**
 * Following the refunds and disputes of one gift: the processor is asked for all of them, and each is brought to where it
 * stands. Whether an event, the poll or staff asked for it makes no difference.
 */
import type { StoredDonation } from '../../db/models/donation.ts';
import type { Mismatch } from '../../domain/donation-payment.ts';
import type { ReturnFacts } from '../../domain/gift-return.ts';
import type { DisputeState, RefundState } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
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
  let mismatch: Mismatch | null = null;
  for (const facts of inOrder(refunds, disputes)) {
    const recorded = await recordReturn(platform, donation, facts);
    if (recorded === 'contradiction') mismatch = 'other-amount';
  }
  await linkRefunds(platform, donation, refunds);
  return mismatch;
}

/** Oldest first, so that what goes back is taken in the order in which it went. */
const inOrder = (refunds: readonly RefundState[], disputes: readonly DisputeState[]): ReturnFacts[] =>
  [...refunds.map(factsOfRefund), ...disputes.map(factsOfDispute)].sort(
    (a, b) => a.startedAt.getTime() - b.startedAt.getTime(),
  );

const ENDED_REFUNDS: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);
const ENDED_DISPUTES: ReadonlySet<string> = new Set(['won', 'lost', 'warning_closed', 'prevented']);

function factsOfRefund(refund: RefundState): ReturnFacts {
  return {
    id: refund.refundId,
    kind: 'refund',
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    processorStatus: refund.status,
    takenMinor: refund.balanceTransactionId === null ? 0n : refund.amountMinor,
    givenBackMinor: refund.failureBalanceTransactionId === null ? 0n : refund.amountMinor,
    feeMinor: 0n,
    ended: ENDED_REFUNDS.has(refund.status),
    startedAt: refund.createdAt,
  };
}

function factsOfDispute(dispute: DisputeState): ReturnFacts {
  const moved = (sign: 'out' | 'in') =>
    dispute.lines
      .map(({ amountMinor }) => amountMinor)
      .filter((amount) => (sign === 'out' ? amount < 0n : amount > 0n))
      .reduce((sum, amount) => sum + (amount < 0n ? -amount : amount), 0n);
  return {
    id: dispute.disputeId,
    kind: 'dispute',
    amountMinor: dispute.amountMinor,
    currency: dispute.currency,
    processorStatus: dispute.status,
    takenMinor: moved('out'),
    givenBackMinor: moved('in'),
    feeMinor: dispute.lines.reduce((sum, line) => sum + line.feeMinor, 0n),
    ended: ENDED_DISPUTES.has(dispute.status),
    startedAt: dispute.createdAt,
  };
}
