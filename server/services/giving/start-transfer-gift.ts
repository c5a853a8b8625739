/**
 * Announcing a gift by bank transfer: anyone may. The donor is told our account and a reference; the gift is booked when
 * a line of the bank statement is confirmed to be it.
 */
import { type PublicDonation, type ReceivingAccount } from '../../domain/donation.ts';
import { DomainError, IdAlreadyUsed, InvalidInput } from '../../domain/errors.ts';
import { GivingPaused, ProofNeeded } from '../../domain/giving-guard.ts';
import { MAXIMUM_TRANSFER_MINOR } from '../../domain/giving-policy.ts';
import { ZERO } from '../../domain/money.ts';
import { transferReferenceOf } from '../../domain/transfer-reference.ts';
import { inTransaction, isDuplicateKey } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import type { GivingPlatform } from '../context.ts';
import { digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { publicDonationOf } from './find-donation.ts';
import { readTerms, type GiftInput } from './gift-terms.ts';
import { guardTransfer } from './guard-giving.ts';
import { newDonation } from './start-donation.ts';

/** This installation has no account to transfer to. */
export class TransferNotOffered extends DomainError {
  readonly code = 'TRANSFER_NOT_OFFERED';

  constructor() {
    super('Gifts by bank transfer are not taken here. Give online, or write to us.');
  }
}

export const startTransferGiftErrors = [
  InvalidInput,
  IdAlreadyUsed,
  ProofNeeded,
  GivingPaused,
  TransferNotOffered,
] as const;

/** References that are taken by others are as good as never met twice in a row. */
const MAX_ATTEMPTS = 20;

/** Records the gift with its reference, and sends both to the donor's address; the same request gives the same reference. */
export async function startTransferGift(platform: GivingPlatform, input: GiftInput): Promise<PublicDonation> {
  const { database, receivingAccount } = platform;
  if (receivingAccount === undefined || receivingAccount === null) throw new TransferNotOffered();
  const region = await loadRegion(database);
  const terms = await readTerms(database, { ...input, coverFee: false }, region, {
    maximumMinor: MAXIMUM_TRANSFER_MINOR,
  });
  const requestDigest = digestOf({ ...terms, by: 'transfer' });
  const before = await findCreated(donations(database), 'donation', terms.id, requestDigest);
  if (before !== null) return publicDonationOf(before);
  const { emailKey } = terms.donor;
  await guardTransfer(platform, { giftId: terms.id, emailKey, proof: input.proof ?? null });
  const donation = newDonation(terms, region, platform.clock.now(), requestDigest);
  return publicDonationOf(await record(platform, donation, receivingAccount));
}

async function record(
  { database, queue }: GivingPlatform,
  announced: StoredDonation,
  account: ReceivingAccount,
): Promise<StoredDonation> {
  const { _id: id, requestDigest } = announced;
  const { accountName, bankName, accountNumber } = account;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const donation: StoredDonation = {
      ...announced,
      status: 'awaiting-transfer',
      checkoutAskedAt: null,
      feeMinor: ZERO,
      transfer: { reference: transferReferenceOf(id, attempt), accountName, bankName, accountNumber },
    };
    try {
      await inTransaction(database, async (session) => {
        await donations(database).create([donation], { session });
        if (typeof donation.donor?.email !== 'string') return;
        await queue.enqueue('send-transfer-instructions', { donationId: id }, { session });
      });
      return donation;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const created = await findCreated(donations(database), 'donation', id, requestDigest);
      if (created !== null) return created;
    }
  }
  throw new Error(`No free reference was found for the transfer ${id}.`);
}
