/**
 * Starting a gift: anyone may. The donation is recorded first, then its payment page is made; a hundred clicks with one
 * id make one donation with one page.
 */
import { isUnfinished, PaymentUnavailable, type PublicDonation } from '../../domain/donation.ts';
import { IdAlreadyUsed, InvalidInput } from '../../domain/errors.ts';
import { feeCoverMinor, mayOpenCheckout } from '../../domain/giving-policy.ts';
import { GivingPaused, OnlineGivingPaused, ProofNeeded } from '../../domain/giving-guard.ts';
import { minor, ZERO } from '../../domain/money.ts';
import type { Region } from '../../domain/region.ts';
import { isDuplicateKey } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import type { GivingPlatform } from '../context.ts';
import { digestOf, findCreated, sameRequest } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { publicDonationOf } from './find-donation.ts';
import { guardGiving } from './guard-giving.ts';
import { readTerms, type GiftInput, type GiftTermsRead } from './gift-terms.ts';
import { askForCheckout, openCheckout } from './open-checkout.ts';
import { recordDonation, seekDonation } from './record-donations.ts';

export type StartDonationInput = GiftInput;

export interface StartedDonation {
  readonly donation: PublicDonation;
  /** Null when there is nothing to pay any more: settled, failed or expired. */
  readonly checkoutUrl: string | null;
}

export const startDonationErrors = [
  InvalidInput,
  IdAlreadyUsed,
  PaymentUnavailable,
  ProofNeeded,
  GivingPaused,
  OnlineGivingPaused,
] as const;

/** Records the gift, unless the same request recorded it before, and gives the page to pay on. */
export async function startDonation(
  platform: GivingPlatform,
  input: StartDonationInput,
): Promise<StartedDonation> {
  const region = await loadRegion(platform.database);
  const terms = await readTerms(platform.database, input, region);
  const donation = await withPage(
    platform,
    await record(platform, terms, region, input.proof ?? null),
    region,
  );
  return {
    donation: publicDonationOf(donation),
    checkoutUrl: isUnfinished(donation.status) ? (donation.checkout?.url ?? null) : null,
  };
}

/** Whoever recorded the donation asks for its page; whoever comes after waits for it, or asks when that one gave up. */
async function withPage(
  platform: GivingPlatform,
  { donation, isNew }: { readonly donation: StoredDonation; readonly isNew: boolean },
  region: Region,
): Promise<StoredDonation> {
  if (isNew) return askForCheckout(platform, donation, region);
  const { status, checkout, createdAt } = donation;
  const hasPage = typeof checkout?.url === 'string';
  if (hasPage || !isUnfinished(status) || !mayOpenCheckout(createdAt, platform.clock.now())) return donation;
  return openCheckout(platform, donation, region);
}

/** The donation with the job that looks after it, in one database transaction; the primary key tells a repeated click. */
async function record(
  platform: GivingPlatform,
  terms: GiftTermsRead,
  region: Region,
  proof: string | null,
): Promise<{ donation: StoredDonation; isNew: boolean }> {
  const { database, clock } = platform;
  const requestDigest = digestOf(terms);
  const before = await seekDonation(database, terms.id);
  if (before !== null) return { donation: sameRequest('donation', before, requestDigest), isNew: false };
  await guardGiving(platform, { giftId: terms.id, emailKey: terms.donor.emailKey, proof });
  const now = clock.now();
  const donation = newDonation(terms, region, now, requestDigest);
  try {
    await recordDonation(platform, donation);
    return { donation, isNew: true };
  } catch (error) {
    const created = isDuplicateKey(error)
      ? await findCreated(donations(database), 'donation', terms.id, requestDigest)
      : null;
    if (created === null) throw error;
    return { donation: created, isNew: false };
  }
}

/** The record of a gift before anything is paid. */
export function newDonation(
  terms: GiftTermsRead,
  region: Region,
  now: Date,
  requestDigest: string,
): StoredDonation {
  const { id, giftMinor, coverFee, parts, locale, consentToBeNamed, donor } = terms;
  const [first] = parts;
  if (first === undefined) throw new RangeError('A gift has at least one part.');
  return {
    _id: id,
    giftMinor: minor(giftMinor),
    feeCoverMinor: coverFee ? feeCoverMinor(giftMinor) : ZERO,
    currency: region.currency,
    restriction: first.restriction,
    fundId: first.fundId,
    parts,
    status: 'created',
    locale,
    consentToBeNamed,
    donor,
    monthlyGivingId: null,
    checkout: null,
    checkoutAskedAt: now,
    paymentIntentId: null,
    transfer: null,
    feeMinor: null,
    createdAt: now,
    checkedAt: now,
    settledAt: null,
    thanks: null,
    requestDigest,
  };
}
