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
import { minor, ZERO, type Minor } from '../../domain/money.ts';
import type { Payer, Receipt } from '../../domain/receipt.ts';
import { readMoneyOfFunds, type FundMoney } from '../../ledger/read-giving.ts';
import type { GivingPlatform } from '../context.ts';
import { GivingLinkNotValid, readGivingLink } from './giving-links.ts';
import { publicMonthlyOf, type PublicMonthlyGiving } from './monthly-records.ts';
import { readReturns } from './record-return.ts';

/** More gifts than a donor scrolls through; the export has all of them. */
const MAX_SHOWN = 200;

/** What one project got of a gift: its fund's money is one, so each gift has its share of what the fund gave. */
export interface GiftAtProject {
  readonly projectId: string;
  /** Of this gift, in proportion; rounded down. */
  readonly allocatedMinor: Minor;
  readonly disbursedMinor: Minor;
}

export interface GiftPartFlow extends GiftPart {
  readonly projects: readonly GiftAtProject[];
  /** Of this part, not allocated yet. */
  readonly waitingMinor: Minor;
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
  const fundIds = [
    ...new Set(given.flatMap((donation) => partsOfGift(donation).map(({ fundId }) => fundId))),
  ];
  const money = await readMoneyOfFunds(database, fundIds);
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
          ? partsOfGift(donation).map((part) => flowOf(part, goneOf(part.fundId), money.get(part.fundId)))
          : [],
    });
  }
  return gifts;
}

/**
 * A fund's money is one: each gift in it has gone where the fund's money has gone, in proportion to what is left of the
 * gift, rounded down to the fen.
 */
function flowOf(part: GiftPart, goneMinor: bigint, money: FundMoney | undefined): GiftPartFlow {
  const left = part.amountMinor - goneMinor;
  const contributed = money?.contributedMinor ?? 0n;
  const share = (amount: bigint): Minor =>
    contributed <= 0n || amount <= 0n ? ZERO : minor((amount * left) / contributed);
  const projects = (money?.projects ?? []).map(({ projectId, allocatedMinor, disbursedMinor }) => ({
    projectId,
    allocatedMinor: share(allocatedMinor),
    disbursedMinor: share(disbursedMinor),
  }));
  const allocated = projects.reduce((sum, { allocatedMinor }) => sum + allocatedMinor, 0n);
  return { ...part, projects, waitingMinor: minor(left > allocated ? left - allocated : 0n) };
}
