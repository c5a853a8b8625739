/**
 * Starting monthly giving: recorded first, then its page is made, with its id as idempotency key: a hundred clicks make
 * one monthly gift with one page.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction, isDuplicateKey } from '../../db/database.ts';
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import { PaymentUnavailable } from '../../domain/donation.ts';
import { IdAlreadyUsed, InvalidInput } from '../../domain/errors.ts';
import {
  checkoutExpiresAt,
  emailToPrefill,
  feeCoverMinor,
  mayOpenCheckout,
  nextPollAt,
} from '../../domain/giving-policy.ts';
import { GivingPaused, OnlineGivingPaused, ProofNeeded } from '../../domain/giving-guard.ts';
import { minor, ZERO } from '../../domain/money.ts';
import { monthlyTotalMinor, presentAmount } from '../../domain/monthly-giving.ts';
import type { Region } from '../../domain/region.ts';
import { PaymentGatewayUnavailable, PaymentRefused } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { guardGiving } from './guard-giving.ts';
import { readTerms, type GiftInput, type GiftTermsRead } from './gift-terms.ts';
import { loadMonthly, publicMonthlyOf, type PublicMonthlyGiving } from './monthly-records.ts';

export const startMonthlyErrors = [
  InvalidInput,
  IdAlreadyUsed,
  PaymentUnavailable,
  ProofNeeded,
  GivingPaused,
  OnlineGivingPaused,
] as const;

export interface StartedMonthly {
  readonly monthlyGiving: PublicMonthlyGiving;
  /** Null when there is nothing to pay: running, ended or expired. */
  readonly checkoutUrl: string | null;
}

/** Records the wish, unless the same request recorded it before, and gives the page to pay the first month on. */
export async function startMonthly(platform: GivingPlatform, input: GiftInput): Promise<StartedMonthly> {
  const region = await loadRegion(platform.database);
  const terms = await readTerms(platform.database, input, region, { isMonthly: true });
  const recorded = await record(platform, terms, region, input.proof ?? null);
  const monthly = await openMonthlyPage(platform, recorded, region);
  const shown = publicMonthlyOf(monthly);
  return { monthlyGiving: shown, checkoutUrl: shown.checkoutUrl };
}

async function record(
  platform: GivingPlatform,
  terms: GiftTermsRead,
  region: Region,
  proof: string | null,
): Promise<StoredMonthlyGiving> {
  const { database, clock, queue } = platform;
  const model = monthlyGivings(database);
  const requestDigest = digestOf(terms);
  const find = () => findCreated(model, 'monthly gift', terms.id, requestDigest);
  const before = await find();
  if (before !== null) return before;
  await guardGiving(platform, { giftId: terms.id, emailKey: terms.donor.emailKey, proof });
  const now = clock.now();
  const monthly = newMonthly(terms, region, now, requestDigest);
  try {
    await inTransaction(database, async (session) => {
      await model.create([monthly], { session });
      const startAt = nextPollAt(now, now);
      if (startAt === null) return;
      await queue.enqueue('follow-monthly', { monthlyGivingId: terms.id }, { session, startAt });
    });
    return monthly;
  } catch (error) {
    const created = isDuplicateKey(error) ? await find() : null;
    if (created === null) throw error;
    return created;
  }
}

function newMonthly(
  terms: GiftTermsRead,
  region: Region,
  now: Date,
  requestDigest: string,
): StoredMonthlyGiving {
  const { id, giftMinor, coverFee, parts, locale, consentToBeNamed, donor } = terms;
  return {
    _id: id,
    amounts: [
      {
        giftMinor: minor(giftMinor),
        feeCoverMinor: coverFee ? feeCoverMinor(giftMinor) : ZERO,
        agreedAt: now,
      },
    ],
    currency: region.currency,
    parts,
    status: 'created',
    locale,
    consentToBeNamed,
    donor,
    checkout: null,
    subscriptionId: null,
    stopsAtPeriodEnd: false,
    paidUntil: null,
    trouble: null,
    cardUpdateSessionId: null,
    createdAt: now,
    checkedAt: now,
    requestDigest,
  };
}

const WAITS = 25;
const WAIT_MS = 200;

/**
 * The monthly gift with its page. The processor answers one of those who ask at the same time; the others wait for it.
 * @throws PaymentUnavailable when the processor could not be asked; repeating is safe
 */
export async function openMonthlyPage(
  platform: GivingPlatform,
  monthly: StoredMonthlyGiving,
  region: Region,
): Promise<StoredMonthlyGiving> {
  const { database, clock } = platform;
  const { _id: id, createdAt, status, checkout } = monthly;
  if (checkout !== null || status !== 'created' || !mayOpenCheckout(createdAt, clock.now())) return monthly;
  try {
    const created = await askForPage(platform, monthly, region);
    const page = { sessionId: created.checkoutSessionId, url: created.url };
    await monthlyGivings(database).updateOne({ _id: id, checkout: null }, { $set: { checkout: page } });
    await monthlyGivings(database).updateOne(
      { _id: id, status: 'created' },
      { $set: { status: 'awaiting-payment', checkedAt: clock.now() } },
    );
    return await loadMonthly(database, id);
  } catch (error) {
    if (error instanceof PaymentRefused) throw new PaymentUnavailable(id, error);
    if (!(error instanceof PaymentGatewayUnavailable)) throw error;
    return waitForPage(platform, id, error);
  }
}

function askForPage({ payments, publicUrl }: GivingPlatform, monthly: StoredMonthlyGiving, region: Region) {
  const { _id: id, locale, currency, createdAt, donor } = monthly;
  const customerEmail = emailToPrefill(donor?.email);
  const page = `${publicUrl}/${locale}/monthly/${id}`;
  return payments.createMonthlyCheckout({
    monthlyGivingId: id,
    amountMinor: monthlyTotalMinor(presentAmount(monthly)),
    currency,
    description: locale === 'zh' ? `月捐：${region.name.zh}` : `Monthly gift to the ${region.name.en}`,
    locale,
    successUrl: `${page}?from=payment`,
    cancelUrl: page,
    ...(customerEmail === undefined ? {} : { customerEmail }),
    idempotencyKey: id,
    expiresAt: checkoutExpiresAt(createdAt),
  });
}

async function waitForPage(
  { database }: GivingPlatform,
  id: string,
  cause: unknown,
): Promise<StoredMonthlyGiving> {
  for (let waits = 0; waits < WAITS; waits += 1) {
    const monthly = await loadMonthly(database, id);
    if (monthly.checkout !== null) return monthly;
    await sleep(WAIT_MS);
  }
  throw new PaymentUnavailable(id, cause);
}
