/** The money of a gift is ours: its funds are opened and its entries posted, in the transaction that settles it. */
import type { ClientSession } from '../../db/database.ts';
import { partsOfGift, type Donation } from '../../domain/donation.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import type { EntryDraft } from '../../domain/journal.ts';
import type { Minor } from '../../domain/money.ts';
import { donationSettled, MAIN_BANK, paymentFeeCharged } from '../../domain/posting-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { postEntries } from '../../ledger/post-entries.ts';
import type { GivingPlatform } from '../context.ts';
import { openGiftFund } from '../funds.ts';
import { awaitMatch, openPools } from '../matching-pools/await-match.ts';
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
export const bookGift = (
  platform: GivingPlatform,
  session: ClientSession,
  donation: BookedGift,
  arrival: Arrival,
): Promise<void> => bookGifts(platform, session, [{ donation, ...arrival }]);

/** The same for several that settle in one database transaction. */
export async function bookGifts(
  { database, clock, queue }: GivingPlatform,
  session: ClientSession,
  gifts: readonly (Arrival & { readonly donation: BookedGift })[],
): Promise<void> {
  if (gifts.length === 0) return;
  const now = clock.now();
  const region = await loadRegion(database);
  const parts = gifts.flatMap((gift) =>
    partsOfGift(gift.donation).map((part, number) => ({ ...gift, ...part, number })),
  );
  const restrictions = new Map(parts.map(({ fundId, restriction }) => [fundId, restriction]));
  for (const restriction of restrictions.values()) {
    await openGiftFund(database, session, { restriction, region, openedAt: now });
  }
  const drafts = gifts.flatMap((gift) => draftsOf(gift, region.timeZone));
  await postEntries(database, session, drafts, now);
  const open = await openPools(database, session);
  for (const { donation, restriction, fundId, amountMinor, cardFingerprint, number } of parts) {
    const given = { ...donation, restriction, fundId, giftMinor: amountMinor };
    await awaitMatch(database, session, given, { at: now, region, cardFingerprint, part: number, open });
  }
  // A job for each: a letter that cannot leave holds up no other, and is sent again by nobody else.
  for (const { donation } of gifts)
    await queue.enqueue('send-donation-thanks', { donationId: donation._id }, { session });
}

function draftsOf(
  { donation, feeMinor, occurredAt, by }: Arrival & { readonly donation: BookedGift },
  timeZone: string,
): EntryDraft[] {
  const { _id: donationId, giftMinor, feeCoverMinor, currency, fundId } = donation;
  const common = { donationId, effectiveOn: dayOf(occurredAt, timeZone), currency };
  const gift = donationSettled({
    ...common,
    narrative: by === 'transfer' ? NARRATIVES.giftByTransfer(donationId) : NARRATIVES.onlineGift(donationId),
    ...(by === 'transfer' ? { into: MAIN_BANK } : {}),
    ...{ fundId, parts: partsOfGift(donation), giftMinor, feeCoverMinor, partyKind: 'individual' },
  });
  const fee = paymentFeeCharged({ ...common, narrative: NARRATIVES.paymentFee(donationId), feeMinor });
  return feeMinor === 0n ? [gift] : [gift, fee];
}
