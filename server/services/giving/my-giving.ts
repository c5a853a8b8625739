/**
 * My giving: what was given under the address that a link opens, its receipts, and where the money went. A link opens
 * nothing else, and what it shows is what the ledger says.
 */
import { operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import { receipts } from '../../db/models/receipt.ts';
import { partsOfGift, type GiftPart } from '../../domain/donation.ts';
import { NotFound } from '../../domain/errors.ts';
import { traceGift, type FundStep, type GiftTrace } from '../../domain/gift-trace.ts';
import { minor, type Minor } from '../../domain/money.ts';
import type { Payer, Receipt } from '../../domain/receipt.ts';
import { readFundSteps, readSequencesOfGifts } from '../../ledger/read-fund-steps.ts';
import type { GivingPlatform } from '../context.ts';
import { GivingLinkNotValid, readGivingLink } from './giving-links.ts';
import { publicMonthlyOf, type PublicMonthlyGiving } from './monthly-records.ts';
import { readReturns } from './record-return.ts';

/** More gifts than a donor scrolls through; the export has all of them. */
const MAX_SHOWN = 200;

export interface GiftPartFlow extends GiftPart {
  readonly projects: GiftTrace['projects'];
  /** Of this part, not allocated yet. */
  readonly waitingMinor: bigint;
}

export interface MyGift {
  readonly donation: StoredDonation;
  /** Gone back to the donor. */
  readonly returnedMinor: Minor;
  readonly receipts: readonly Receipt[];
  readonly flow: readonly GiftPartFlow[];
}

export interface MyGiving {
  /** `w***@example.org`: enough to know it by. */
  readonly address: string;
  readonly linkExpiresAt: Date;
  readonly gifts: readonly MyGift[];
  readonly monthly: readonly PublicMonthlyGiving[];
  readonly payer: Payer | null;
}

export const myGivingErrors = [GivingLinkNotValid] as const;

/** @throws GivingLinkNotValid */
export async function readMyGiving(platform: GivingPlatform, token: string): Promise<MyGiving> {
  const { database } = platform;
  const { emailKey, expiresAt } = await readGivingLink(platform, token);
  const given = await donations(database)
    .find({ 'donor.emailKey': emailKey })
    .sort({ createdAt: -1 })
    .limit(MAX_SHOWN)
    .lean<StoredDonation[]>();
  const monthly = await monthlyGivings(database)
    .find({ 'donor.emailKey': emailKey })
    .sort({ createdAt: -1 })
    .limit(MAX_SHOWN)
    .lean<StoredMonthlyGiving[]>();
  return {
    address: maskedAddress(emailKey),
    linkExpiresAt: expiresAt,
    gifts: await withFlows(
      database,
      given.filter(({ status }) => status !== 'expired'),
    ),
    monthly: monthly.filter(({ status }) => status !== 'expired').map(publicMonthlyOf),
    payer: given.find(({ donor }) => donor?.payer)?.donor?.payer ?? null,
  };
}

/** The gift of a link's address. @throws GivingLinkNotValid, NotFound */
export async function loadOwnGift(
  platform: GivingPlatform,
  token: string,
  donationId: string,
): Promise<StoredDonation> {
  const { emailKey } = await readGivingLink(platform, token);
  const donation = await donations(platform.database)
    .findOne({ _id: donationId, 'donor.emailKey': emailKey })
    .lean<StoredDonation>();
  if (donation === null) throw new NotFound('donation', donationId);
  return donation;
}

function maskedAddress(emailKey: string): string {
  const [name = '', host = ''] = emailKey.split('@');
  return `${name.slice(0, 1)}***@${host}`;
}

async function withFlows(database: Database, given: readonly StoredDonation[]): Promise<MyGift[]> {
  const settled = given.filter(({ status }) => status === 'settled');
  const sequences = await readSequencesOfGifts(
    database,
    settled.map(({ _id }) => _id),
  );
  const steps = new Map<string, readonly FundStep[]>();
  for (const fundId of new Set(
    settled.flatMap((donation) => partsOfGift(donation).map((part) => part.fundId)),
  ))
    steps.set(fundId, await readFundSteps(database, fundId));
  const issued = await receipts(database)
    .find({ donationId: operators({ $in: given.map(({ _id }) => _id) }) })
    .sort({ issuedAt: 1 })
    .limit(MAX_SHOWN * 5)
    .lean<Receipt[]>();
  const gifts: MyGift[] = [];
  for (const donation of given) {
    const returns = donation.status === 'settled' ? await readReturns(database, donation._id) : [];
    const gone = returns.filter(({ status }) => status === 'taken');
    const goneOf = (fundId: string) =>
      gone
        .flatMap(({ parts }) => parts)
        .reduce((sum, part) => (part.fundId === fundId ? sum + part.amountMinor : sum), 0n);
    gifts.push({
      donation,
      returnedMinor: minor(gone.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
      receipts: issued.filter(({ donationId }) => donationId === donation._id),
      flow:
        donation.status === 'settled'
          ? partsOfGift(donation).map((part) => ({
              ...part,
              ...traceGift(
                {
                  leftMinor: part.amountMinor - goneOf(part.fundId),
                  sequence: sequences.get(donation._id) ?? null,
                },
                steps.get(part.fundId) ?? [],
              ),
            }))
          : [],
    });
  }
  return gifts;
}
