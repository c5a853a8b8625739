/**
 * Making the payment page of a recorded donation. The processor is asked outside any database transaction, with the
 * donation's id as idempotency key and a request that follows from the record alone: asked again it gives the same
 * page. Of many who want it at once, one asks and the others wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { operators } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { PaymentUnavailable, totalMinor } from '../../domain/donation.ts';
import { checkoutAskingEndedBefore, checkoutExpiresAt, emailToPrefill } from '../../domain/giving-policy.ts';
import type { Region } from '../../domain/region.ts';
import { PaymentGatewayUnavailable, PaymentRefused, type CheckoutRequest } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { loadDonation } from './donation-records.ts';
import { noteCheckout } from './record-donations.ts';

/**
 * The donation with its page, which one of all those who want it asks for.
 * @throws PaymentUnavailable when the processor could not be asked; repeating is safe
 */
export async function openCheckout(
  platform: GivingPlatform,
  donation: StoredDonation,
  region: Region,
): Promise<StoredDonation> {
  const mayAsk = await beginToAsk(platform, donation._id);
  return mayAsk ? askForCheckout(platform, donation, region) : waitForPage(platform, donation._id);
}

async function beginToAsk({ database, clock }: GivingPlatform, donationId: string): Promise<boolean> {
  const now = clock.now();
  const { modifiedCount } = await donations(database).updateOne(
    {
      _id: donationId,
      'checkout.url': null,
      $or: [
        { checkoutAskedAt: null },
        { checkoutAskedAt: operators({ $lt: checkoutAskingEndedBefore(now) }) },
      ],
    },
    { $set: { checkoutAskedAt: now } },
  );
  return modifiedCount > 0;
}

/**
 * Asks for the page; for whoever set `checkoutAskedAt`, and nobody else at the same time.
 * @throws PaymentUnavailable as above
 */
export async function askForCheckout(
  platform: GivingPlatform,
  donation: StoredDonation,
  region: Region,
): Promise<StoredDonation> {
  const { database, clock, payments } = platform;
  const { _id: id } = donation;
  try {
    const created = await payments.createCheckout(checkoutRequest(platform, donation, region));
    const checkout = { sessionId: created.checkoutSessionId, url: created.url };
    const checkedAt = clock.now();
    const opened = await noteCheckout(database, id, { checkout, checkedAt });
    if (opened !== null) return opened;
    // An event was quicker and moved the donation on: its page is still to be kept.
    await donations(database).updateOne({ _id: id, 'checkout.url': null }, { $set: { checkout } });
    return await loadDonation(database, id);
  } catch (error) {
    await donations(database).updateOne({ _id: id }, { $set: { checkoutAskedAt: null } });
    if (!(error instanceof PaymentGatewayUnavailable || error instanceof PaymentRefused)) throw error;
    throw new PaymentUnavailable(id, error);
  }
}

const WAITS = 50;
const WAIT_MS = 200;

/** Until whoever asks has the page or has given up. */
async function waitForPage({ database }: GivingPlatform, donationId: string): Promise<StoredDonation> {
  for (let waits = 0; waits < WAITS; waits += 1) {
    const donation = await loadDonation(database, donationId);
    if (typeof donation.checkout?.url === 'string') return donation;
    if (donation.checkoutAskedAt === null) break;
    await sleep(WAIT_MS);
  }
  throw new PaymentUnavailable(donationId, null);
}

function checkoutRequest(
  { publicUrl }: GivingPlatform,
  donation: StoredDonation,
  region: Region,
): CheckoutRequest {
  const { _id: id, locale, currency, createdAt, donor } = donation;
  const customerEmail = emailToPrefill(donor?.email);
  // Both ways back lead to the donation's own page, which shows its true state: a redirect proves nothing. It chooses the
  // words while we ask: whoever has paid is not asked to pay.
  const page = `${publicUrl}/${locale}/donations/${id}`;
  return {
    donationId: id,
    amountMinor: totalMinor(donation),
    currency,
    description: locale === 'zh' ? `捐赠：${region.name.zh}` : `Gift to the ${region.name.en}`,
    locale,
    successUrl: `${page}?from=payment`,
    cancelUrl: page,
    ...(customerEmail === undefined ? {} : { customerEmail }),
    idempotencyKey: id,
    expiresAt: checkoutExpiresAt(createdAt),
  };
}
