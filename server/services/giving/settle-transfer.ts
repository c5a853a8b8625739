/**
 * A gift by bank transfer has come: what the bank says came is the gift, whatever was announced. Runs in the transaction
 * that confirms the bank line.
 */
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import type { ClientSession } from '../../db/database.ts';
import { BankLineDoesNotFit, type BankLine } from '../../domain/bank-line.ts';
import { partsOfGift } from '../../domain/donation.ts';
import { IdAlreadyUsed, WrongState } from '../../domain/errors.ts';
import { fundIdOfGifts } from '../../domain/fund.ts';
import { splitByLargestRemainder, ZERO, type Minor } from '../../domain/money.ts';
import { UNRESTRICTED } from '../../domain/restriction.ts';
import type { CalendarDate } from '../../domain/time.ts';
import type { GivingPlatform } from '../context.ts';
import { assertUuid } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { bookGift } from './book-gift.ts';
import { advanceDonation, loadDonation } from './donation-records.ts';
import { newDonation } from './start-donation.ts';

interface Arrived {
  readonly donationId: string;
  readonly line: BankLine;
}

/**
 * Settles the gift that a reference stands for. Another amount than announced keeps the proportions of a split gift, to
 * the fen. @throws WrongState when it arrived before or is no gift by transfer, BankLineDoesNotFit for money that went out
 */
export async function settleTransferGift(
  platform: GivingPlatform,
  session: ClientSession,
  { donationId, line }: Arrived,
): Promise<void> {
  const { database, clock } = platform;
  if (line.amountMinor < 0n) throw new BankLineDoesNotFit(line.amountMinor, 0n);
  const announced = await loadDonation(database, donationId, session);
  const came = { ...announced, ...amountsOf(announced, line.amountMinor) };
  const settledAt = instantOf(line.bookedOn, clock.now());
  const moved =
    announced.transfer === undefined || announced.transfer === null
      ? null
      : await advanceDonation(database, session, donationId, 'settled', {
          giftMinor: came.giftMinor,
          parts: came.parts,
          feeMinor: ZERO,
          settledAt,
          checkedAt: clock.now(),
        });
  if (moved === null) {
    throw new WrongState('donation', donationId, announced.status, ['awaiting-transfer', 'expired']);
  }
  await bookGift(platform, session, came, {
    feeMinor: ZERO,
    occurredAt: settledAt,
    by: 'transfer',
    cardFingerprint: null,
  });
}

/** Records and settles a gift that nobody announced: unrestricted, by whom the bank names, anonymous in public. */
export async function recordUnannouncedGift(
  platform: GivingPlatform,
  session: ClientSession,
  { donationId, line }: Arrived,
): Promise<void> {
  const { database, clock } = platform;
  assertUuid(donationId, 'match.id');
  if (line.amountMinor < 0n) throw new BankLineDoesNotFit(line.amountMinor, 0n);
  if ((await donations(database).exists({ _id: donationId }).session(session)) !== null) {
    throw new IdAlreadyUsed('donation', donationId);
  }
  const region = await loadRegion(database);
  const part = {
    restriction: UNRESTRICTED,
    fundId: fundIdOfGifts(UNRESTRICTED),
    amountMinor: line.amountMinor,
  };
  const settledAt = instantOf(line.bookedOn, clock.now());
  const terms = {
    ...{ id: donationId, giftMinor: line.amountMinor, coverFee: false, parts: [part] },
    ...{ consentToBeNamed: false, locale: 'zh' as const },
    donor: {
      ...{ name: line.counterpartyName, email: null, emailKey: null, displayName: null },
      ...{ message: null, dedication: null, payer: null },
    },
  };
  const donation: StoredDonation = {
    ...newDonation(terms, region, clock.now(), ''),
    ...{ status: 'settled', checkoutAskedAt: null, feeMinor: ZERO, settledAt },
  };
  await donations(database).create([donation], { session });
  await bookGift(platform, session, donation, {
    feeMinor: ZERO,
    occurredAt: settledAt,
    by: 'transfer',
    cardFingerprint: null,
  });
}

function amountsOf(announced: StoredDonation, cameMinor: Minor): Pick<StoredDonation, 'giftMinor' | 'parts'> {
  const parts = partsOfGift(announced);
  const amounts = splitByLargestRemainder(
    cameMinor,
    parts.map(({ amountMinor }) => amountMinor),
  );
  return {
    giftMinor: cameMinor,
    parts: parts
      .map((part, index) => ({ ...part, amountMinor: amounts[index] ?? ZERO }))
      .filter(({ amountMinor }) => amountMinor > 0n),
  };
}

/** Within the bank's day in every time zone from UTC−12 to UTC+11, and never after now. */
function instantOf(day: CalendarDate, now: Date): Date {
  const noon = new Date(`${day}T12:00:00Z`);
  return noon < now ? noon : now;
}
