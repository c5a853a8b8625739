/** Which refunds of the processor are those that we decided on, and what it says of them. */
import type { StoredDonation } from '../../db/models/donation.ts';
import { giftRefunds, type StoredGiftRefund } from '../../db/models/gift-refund.ts';
import type { RefundState } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';

/** By this the processor's refund names ours. */
export const REFUND_METADATA_KEY = 'refund_id';

export const refundNamedBy = ({ metadata }: RefundState): string | null =>
  metadata[REFUND_METADATA_KEY] ?? null;

const FAILED: ReadonlySet<string> = new Set(['failed', 'canceled']);

/** Lets our refunds of a gift say what the processor says of them, after the books do. */
export async function linkRefunds(
  { database }: GivingPlatform,
  { _id: donationId }: StoredDonation,
  refunds: readonly RefundState[],
): Promise<void> {
  for (const refund of refunds) {
    const id = refundNamedBy(refund);
    if (id === null) continue;
    const { refundId, status, amountMinor, takenAt } = refund;
    const failed = FAILED.has(status);
    const moved = takenAt !== null;
    const ours = await giftRefunds(database).findById(id).lean<StoredGiftRefund>();
    const isOurs =
      ours?.donationId === donationId && ours.amountMinor === amountMinor && ours.online !== null;
    if (!isOurs || ours.status !== 'executed') continue;
    await giftRefunds(database).updateOne(
      { _id: id, status: 'executed' },
      {
        $set: {
          ...{ 'online.refundId': refundId, 'online.processorStatus': status },
          // One that failed while it was pending never left.
          ...(failed && moved ? { status: 'came-back' as const } : {}),
          ...(failed && !moved ? { status: 'refused' as const, 'online.refusal': status } : {}),
          ...(failed || moved ? { decidedDonation: null } : {}),
        },
      },
    );
  }
}
