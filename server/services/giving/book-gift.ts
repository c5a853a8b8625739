/** The money of a gift is ours: its funds are opened and its entries posted, in the transaction that settles it. */
import type { ClientSession } from '../../db/database.ts';
import { partsOfGift, type Donation } from '../../domain/donation.ts';
import type { Minor } from '../../domain/money.ts';
import { donationSettled, MAIN_BANK, paymentFeeCharged } from '../../domain/posting-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { postEntries } from '../../ledger/post-entries.ts';
import type { GivingPlatform } from '../context.ts';
import { openGiftFund } from '../funds.ts';
import { awaitMatch } from '../matching-pools/await-match.ts';
import { loadRegion } from '../region.ts';

type BookedGift = Pick<
  Donation,
  | '_id'
  | 'parts'
  | 'restriction'
  | 'fundId'
  | 'giftMinor'
  | 'feeCoverMinor'
  | 'currency'
  | 'donor'
  | 'createdAt'
>;

interface Arrival {
  readonly feeMinor: Minor;
  readonly occurredAt: Date;
  /** A transfer is at the bank already; everything else is with the processor. */
  readonly by?: 'transfer';
  /** What the processor calls the card that paid; null where no card did. */
  readonly cardFingerprint: string | null;
}

/** Gift, what was added for the fee, and the fee; and the job that issues the receipt and thanks the donor. */
export async function bookGift(
  { database, clock, queue }: GivingPlatform,
  session: ClientSession,
  donation: BookedGift,
  { feeMinor, occurredAt, by, cardFingerprint }: Arrival,
): Promise<void> {
  const { _id: donationId, giftMinor, feeCoverMinor, currency } = donation;
  const now = clock.now();
  const region = await loadRegion(database);
  const parts = partsOfGift(donation);
  for (const { restriction } of parts) {
    await openGiftFund(database, session, { restriction, region, openedAt: now });
  }
  const common = { donationId, effectiveOn: dayOf(occurredAt, region.timeZone), currency };
  const gift = donationSettled({
    ...common,
    narrative: by === 'transfer' ? `Gift by bank transfer ${donationId}` : `Online gift ${donationId}`,
    ...(by === 'transfer' ? { into: MAIN_BANK } : {}),
    fundId: donation.fundId,
    parts,
    giftMinor,
    feeCoverMinor,
    partyKind: 'individual',
  });
  const fee = paymentFeeCharged({ ...common, narrative: `Payment fee of gift ${donationId}`, feeMinor });
  await postEntries(database, session, feeMinor === 0n ? [gift] : [gift, fee], now);
  for (const [part, { restriction, fundId, amountMinor }] of parts.entries()) {
    const given = { ...donation, restriction, fundId, giftMinor: amountMinor };
    await awaitMatch(database, session, given, { at: now, region, cardFingerprint, part });
  }
  await queue.enqueue('send-donation-thanks', { donationId }, { session });
}
