/** What a donor may do from "My giving": each step asks the link first, and touches only what was given under its address. */
import { randomUUID } from 'node:crypto';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { givingLinks } from '../../db/models/giving-link.ts';
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import { receipts } from '../../db/models/receipt.ts';
import { giftRefunds } from '../../db/models/gift-refund.ts';
import { PaymentUnavailable } from '../../domain/donation.ts';
import { InvalidInput, NotFound, WrongState } from '../../domain/errors.ts';
import { faultsOfPayer, type Payer, type Receipt } from '../../domain/receipt.ts';
import type { GivingPlatform } from '../context.ts';
import { changeMonthlyAmount, loadOwnMonthly, openCardUpdate, stopMonthly } from './change-monthly.ts';
import { addressOf, GivingLinkNotValid, readGivingLink, revokeGivingLinks } from './giving-links.ts';
import { latestReceipt } from './issue-receipt.ts';
import { loadOwnGift } from './my-giving.ts';

export const changeMyGivingErrors = [
  GivingLinkNotValid,
  InvalidInput,
  NotFound,
  WrongState,
  PaymentUnavailable,
] as const;

export type MonthlyChange =
  | { readonly kind: 'stop' }
  | { readonly kind: 'amount'; readonly giftMinor: bigint }
  | { readonly kind: 'card' };

/** @returns the page on which to save a card, for a change of card; else null */
export async function changeMyMonthly(
  platform: GivingPlatform,
  token: string,
  monthlyGivingId: string,
  change: MonthlyChange,
): Promise<string | null> {
  const link = await readGivingLink(platform, token);
  await loadOwnMonthly(platform, monthlyGivingId, link.emailKey);
  switch (change.kind) {
    case 'stop':
      await stopMonthly(platform, monthlyGivingId);
      return null;
    case 'amount':
      await changeMonthlyAmount(platform, monthlyGivingId, change.giftMinor);
      return null;
    case 'card':
      return openCardUpdate(platform, monthlyGivingId, addressOf(platform.publicUrl, platform.linkKey, link));
  }
}

/** The receipt of a gift is sent again; asking twice within a minute is asking once. */
export async function sendMyReceipt(
  platform: GivingPlatform,
  token: string,
  donationId: string,
): Promise<void> {
  const { _id } = await loadOwnGift(platform, token, donationId);
  const receipt = await latestReceipt(platform.database, _id);
  if (receipt === null) throw new NotFound('receipt of the gift', donationId);
  const minute = Math.floor(platform.clock.now().getTime() / 60_000);
  const payload = { donationId, occasion: `again-${minute}` };
  const uniqueKey = `send-receipt-${donationId}-${minute}`;
  await platform.queue.enqueue('send-receipt', payload, { session: null, uniqueKey });
}

/** The receipt is made out to somebody else: a new number, which names the old. */
export async function correctMyReceipt(
  platform: GivingPlatform,
  token: string,
  donationId: string,
  payer: Payer,
): Promise<void> {
  const { database, queue } = platform;
  const { _id, donor } = await loadOwnGift(platform, token, donationId);
  const faults = faultsOfPayer(payer, 'payer');
  if (faults.length > 0) throw new InvalidInput(faults);
  if (donor === null) throw new NotFound('donation', donationId);
  await inTransaction(database, async (session) => {
    await donations(database).updateOne({ _id }, { $set: { 'donor.payer': payer } }, { session });
    await queue.enqueue('send-receipt', { donationId, occasion: 'corrected' }, { session });
  });
}

/** The statement of a year is made and sent by a worker. */
export async function sendMyStatement(platform: GivingPlatform, token: string, year: number): Promise<void> {
  const { _id: linkId } = await readGivingLink(platform, token);
  const uniqueKey = `send-statement-${linkId}-${year}`;
  await platform.queue.enqueue('send-statement', { linkId, year }, { session: null, uniqueKey });
}

/** Takes back every link that was sent to this address, this one as well. */
export async function revokeMyLinks(platform: GivingPlatform, token: string): Promise<void> {
  const { emailKey } = await readGivingLink(platform, token);
  await revokeGivingLinks(platform, emailKey);
}

const MAX_OWN = 10_000;

const ownDonations = (database: Database, emailKey: string, session: ClientSession | null = null) =>
  donations(database)
    .find({ 'donor.emailKey': emailKey })
    .sort({ createdAt: 1 })
    .limit(MAX_OWN)
    .session(session)
    .lean<StoredDonation[]>();

const ownMonthly = (database: Database, emailKey: string, session: ClientSession | null = null) =>
  monthlyGivings(database)
    .find({ 'donor.emailKey': emailKey })
    .sort({ createdAt: 1 })
    .limit(MAX_OWN)
    .session(session)
    .lean<StoredMonthlyGiving[]>();

/** Everything that is kept about the donor, as JSON that a person can read; amounts in fen as text. */
export async function exportMyData(platform: GivingPlatform, token: string): Promise<string> {
  const { database, clock } = platform;
  const { emailKey } = await readGivingLink(platform, token);
  const given = await ownDonations(database, emailKey);
  const monthly = await ownMonthly(database, emailKey);
  const issued = await receiptsOf(database, given);
  const refunds = await giftRefunds(database)
    .find(
      { donationId: operators({ $in: given.map(({ _id }) => _id) }) },
      { donationId: 1, amountMinor: 1, payee: 1, status: 1, executedOn: 1 },
    )
    .sort({ _id: 1 })
    .limit(MAX_OWN)
    .lean();
  const links = await givingLinks(database)
    .find({ emailKey }, { _id: 0, createdAt: 1, expiresAt: 1, revokedAt: 1 })
    .sort({ createdAt: 1 })
    .limit(MAX_OWN)
    .lean();
  const plain = { exportedAt: clock.now(), donations: given.map(shown), monthlyGiving: monthly.map(shown) };
  return JSON.stringify(
    { ...plain, receipts: issued, refunds, links },
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  );
}

/** Our own bookkeeping of requests says nothing about a person. */
function shown<Stored extends { readonly requestDigest: string }>({
  requestDigest: _digest,
  ...rest
}: Stored) {
  return rest;
}

async function receiptsOf(
  database: Database,
  given: readonly StoredDonation[],
  session: ClientSession | null = null,
): Promise<Receipt[]> {
  const issued: Receipt[] = [];
  for (const { _id: donationId } of given) {
    const ofGift = await receipts(database)
      .find({ donationId })
      .sort({ issuedAt: 1 })
      .limit(MAX_OWN)
      .session(session)
      .lean<Receipt[]>();
    issued.push(...ofGift);
  }
  return issued;
}

/**
 * Erases the person: monthly giving stops first, then name, address, message, dedication and whom receipts were made out
 * to are gone, and every link with them. Amounts, receipts' numbers and every ledger entry stay as they are: nothing in
 * them tells who it was.
 * @throws PaymentUnavailable when monthly giving could not be stopped: nothing is erased, so that no charge goes on unseen
 */
export async function eraseMyData(platform: GivingPlatform, token: string): Promise<void> {
  const { database } = platform;
  const { emailKey } = await readGivingLink(platform, token);
  for (const { _id } of await ownMonthly(database, emailKey)) await stopMonthly(platform, _id);
  await inTransaction(database, async (session) => {
    const given = await ownDonations(database, emailKey, session);
    const erased = { donor: null, consentToBeNamed: false, requestDigest: `erased-${randomUUID()}` };
    for (const { _id } of given) {
      await donations(database).updateOne({ _id }, { $set: erased }, { session });
      await receipts(database).updateMany({ donationId: _id }, { $set: { payer: null } }, { session });
      // A refund that is being decided still needs to know where its money goes.
      await giftRefunds(database).updateMany(
        { donationId: _id, status: operators({ $ne: 'proposed' }) },
        { $set: { payee: null } },
        { session },
      );
    }
    await monthlyGivings(database).updateMany({ 'donor.emailKey': emailKey }, { $set: erased }, { session });
    await givingLinks(database).deleteMany({ emailKey }, { session });
  });
}
