/**
 * Bringing monthly giving to where the processor says it stands: every paid month becomes a donation, a month that could
 * not be charged is told to the donor, a card that was saved is put to use. An event is only a reason to look; looking
 * again, late or twice ends in the same state.
 */
import { inTransaction, isDuplicateKey, operators, type ClientSession } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import type { Mismatch } from '../../domain/donation-payment.ts';
import { checkoutExpiresAt, mayOpenCheckout, nextMonthlyLookAt } from '../../domain/giving-policy.ts';
import { minor } from '../../domain/money.ts';
import {
  agreedAmountOf,
  donationIdOfInvoice,
  LIVE_MONTHLY_STATUSES,
  mayMonthlyBecome,
  partsOfMonth,
  statusOfSubscription,
  type AgreedAmount,
  type MonthlyGivingStatus,
} from '../../domain/monthly-giving.ts';
import { PaymentRefused, type InvoiceState, type PaymentState } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { bookGift } from './book-gift.ts';
import { loadMonthly, monthlyKey } from './monthly-records.ts';
import { FeeNotYetKnown } from './reconcile-donation.ts';
import { openMonthlyPage } from './start-monthly.ts';

/** The poll: looks, and looks again as long as there may be news. */
export async function pollMonthly(platform: GivingPlatform, id: string): Promise<void> {
  await followMonthly(platform, id);
  const { status, createdAt } = await loadMonthly(platform.database, id);
  if (!LIVE_MONTHLY_STATUSES.some((live) => live === status)) return;
  const startAt = nextMonthlyLookAt(createdAt, platform.clock.now());
  const options = { session: null, startAt, uniqueKey: monthlyKey(id) };
  await platform.queue.enqueue('follow-monthly', { monthlyGivingId: id }, options);
}

/**
 * @returns why a month was not booked, or null when all of them agree with what the donor wished
 * @throws FeeNotYetKnown, PaymentGatewayUnavailable: nothing is lost, look again
 */
export async function followMonthly(platform: GivingPlatform, id: string): Promise<Mismatch | null> {
  const begun = await findSubscription(platform, await loadMonthly(platform.database, id));
  if (begun.mismatch !== null || begun.subscriptionId === null) return begun.mismatch;
  const { subscriptionId } = begun;
  await useSavedCard(platform, await loadMonthly(platform.database, id));
  const { payments } = platform;
  const subscription = await payments.retrieveSubscription(subscriptionId);
  if (subscription.monthlyGivingId !== id) return 'other-donation';
  const invoices = await payments.listInvoices(subscriptionId);
  let mismatch: Mismatch | null = null;
  for (const invoice of invoices) {
    if (invoice.status !== 'paid' || invoice.amountPaidMinor === 0n) continue;
    mismatch ??= await bookMonth(platform, await loadMonthly(platform.database, id), invoice);
  }
  const unpaid = invoices.findLast((invoice) => invoice.status === 'open' && invoice.attemptCount > 0);
  await keepState(platform, id, {
    status: statusOfSubscription(subscription.status),
    stopsAtPeriodEnd: subscription.cancelAtPeriodEnd,
    paidUntil: paidUntilOf(invoices),
    trouble: unpaid === undefined ? null : { invoiceId: unpaid.invoiceId, attempts: unpaid.attemptCount },
  });
  return mismatch;
}

/** The processor's period goes on while its month is not paid: only what was paid for counts. */
function paidUntilOf(invoices: readonly InvoiceState[]): Date | null {
  const ends = invoices.flatMap(({ status, amountPaidMinor, periodEndAt }) =>
    status === 'paid' && amountPaidMinor > 0n ? [periodEndAt.getTime()] : [],
  );
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

interface Begun {
  readonly subscriptionId: string | null;
  readonly mismatch: Mismatch | null;
}

/** The subscription that the first payment began, once there is one. */
async function findSubscription(platform: GivingPlatform, monthly: StoredMonthlyGiving): Promise<Begun> {
  const { database, payments, clock } = platform;
  const nothing = { subscriptionId: null, mismatch: null };
  if (monthly.subscriptionId !== null) return { subscriptionId: monthly.subscriptionId, mismatch: null };
  const { _id, checkout } = await withPage(platform, monthly);
  if (checkout === null) return nothing;
  const facts = await payments.retrieveCheckout(checkout.sessionId);
  if (facts.liveMode !== payments.liveMode) return { ...nothing, mismatch: 'other-mode' };
  if (facts.monthlyGivingId !== _id) return { ...nothing, mismatch: 'other-donation' };
  if (facts.currency !== monthly.currency) return { ...nothing, mismatch: 'other-currency' };
  if (agreedAmountOf(monthly, facts.amountMinor) === null) return { ...nothing, mismatch: 'other-amount' };
  const { subscriptionId } = facts;
  const status = facts.status === 'expired' ? ('expired' as const) : ('awaiting-payment' as const);
  const moves = subscriptionId === null && mayMonthlyBecome(monthly.status, status);
  await monthlyGivings(database).updateOne(
    { _id },
    {
      $set: {
        checkedAt: clock.now(),
        ...(subscriptionId === null ? {} : { subscriptionId }),
        ...(moves ? { status } : {}),
      },
    },
  );
  return { subscriptionId, mismatch: null };
}

async function withPage(
  platform: GivingPlatform,
  monthly: StoredMonthlyGiving,
): Promise<StoredMonthlyGiving> {
  const { database, clock } = platform;
  if (monthly.checkout !== null) return monthly;
  const now = clock.now();
  if (mayOpenCheckout(monthly.createdAt, now)) {
    return openMonthlyPage(platform, monthly, await loadRegion(database));
  }
  if (now >= checkoutExpiresAt(monthly.createdAt)) {
    const change = { $set: { status: 'expired' as const, checkedAt: now } };
    await monthlyGivings(database).updateOne({ _id: monthly._id, status: 'created' }, change);
  }
  return monthly;
}

/** Months are charged to another card once the donor has saved it, and the month that could not be charged is tried. */
async function useSavedCard(
  { database, payments }: GivingPlatform,
  { _id, cardUpdateSessionId, trouble }: StoredMonthlyGiving,
): Promise<void> {
  if (cardUpdateSessionId === null) return;
  try {
    await payments.applyCardUpdate(cardUpdateSessionId);
    if (trouble !== null)
      await payments.payInvoice(trouble.invoiceId, `${trouble.invoiceId}-${cardUpdateSessionId}`);
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error;
    // Not saved yet, or declined again: the donor is told of the second by the invoice itself.
    if (error.providerCode === 'no_card_saved') return;
  }
  await monthlyGivings(database).updateOne(
    { _id, cardUpdateSessionId },
    { $set: { cardUpdateSessionId: null } },
  );
}

/** One paid month becomes one donation, compared in every part with what the donor agreed to. */
async function bookMonth(
  platform: GivingPlatform,
  monthly: StoredMonthlyGiving,
  invoice: InvoiceState,
): Promise<Mismatch | null> {
  const { database, payments } = platform;
  const donationId = donationIdOfInvoice(invoice.invoiceId);
  if ((await donations(database).exists({ _id: donationId })) !== null) return null;
  const { paymentIntentId } = invoice;
  if (paymentIntentId === null) return 'other-payment';
  const payment = await payments.retrievePayment(paymentIntentId);
  const agreed = agreedAmountOf(monthly, invoice.amountPaidMinor);
  const mismatch = mismatchOfMonth(monthly, invoice, payment, payments.liveMode);
  if (mismatch !== null) return mismatch;
  if (agreed === null) return 'other-amount';
  const { feeMinor } = payment;
  if (feeMinor === null) throw new FeeNotYetKnown(donationId);
  const donation = donationOfMonth(monthly, agreed, {
    donationId,
    paymentIntentId,
    feeMinor: minor(feeMinor),
    at: platform.clock.now(),
  });
  const paidFirst = invoice.attemptCount <= 1;
  const occurredAt = paidFirst ? invoice.periodStartAt : platform.clock.now();
  try {
    await inTransaction(database, async (session) => {
      await donations(database).create([donation], { session });
      const { cardFingerprint } = payment;
      await bookGift(platform, session, donation, { feeMinor: minor(feeMinor), occurredAt, cardFingerprint });
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return null;
}

function mismatchOfMonth(
  monthly: StoredMonthlyGiving,
  invoice: InvoiceState,
  payment: PaymentState,
  liveMode: boolean,
): Mismatch | null {
  if (payment.liveMode !== liveMode) return 'other-mode';
  if (invoice.currency !== monthly.currency || payment.currency !== monthly.currency) return 'other-currency';
  if (agreedAmountOf(monthly, invoice.amountPaidMinor) === null) return 'other-amount';
  if (payment.amountReceivedMinor !== invoice.amountPaidMinor) return 'other-amount';
  const settled = payment.settlementCurrency;
  return settled !== null && settled !== monthly.currency ? 'other-settlement-currency' : null;
}

function donationOfMonth(
  monthly: StoredMonthlyGiving,
  agreed: AgreedAmount,
  paid: {
    readonly donationId: string;
    readonly paymentIntentId: string;
    readonly feeMinor: StoredDonation['feeMinor'];
    readonly at: Date;
  },
): StoredDonation {
  const parts = partsOfMonth(monthly.parts, agreed.giftMinor);
  const [first] = parts;
  if (first === undefined) throw new RangeError('A monthly gift has at least one part.');
  return {
    _id: paid.donationId,
    giftMinor: agreed.giftMinor,
    feeCoverMinor: agreed.feeCoverMinor,
    currency: monthly.currency,
    restriction: first.restriction,
    fundId: first.fundId,
    parts,
    status: 'settled',
    locale: monthly.locale,
    consentToBeNamed: monthly.consentToBeNamed,
    donor: monthly.donor,
    monthlyGivingId: monthly._id,
    checkout: null,
    checkoutAskedAt: null,
    paymentIntentId: paid.paymentIntentId,
    feeMinor: paid.feeMinor,
    createdAt: paid.at,
    checkedAt: paid.at,
    settledAt: paid.at,
    thanks: null,
    requestDigest: '',
  };
}

interface SeenState {
  readonly status: MonthlyGivingStatus;
  readonly stopsAtPeriodEnd: boolean;
  readonly paidUntil: Date | null;
  readonly trouble: StoredMonthlyGiving['trouble'];
}

/** What was seen is kept, with the letter that a new trouble asks for, all or none. */
async function keepState(platform: GivingPlatform, id: string, seen: SeenState): Promise<void> {
  const { database, clock } = platform;
  await inTransaction(database, async (session) => {
    const before = await loadMonthly(database, id, session);
    const status = mayMonthlyBecome(before.status, seen.status) ? seen.status : before.status;
    const { stopsAtPeriodEnd, paidUntil, trouble } = seen;
    await monthlyGivings(database).updateOne(
      { _id: id },
      { $set: { status, stopsAtPeriodEnd, paidUntil, trouble, checkedAt: clock.now() } },
      { session },
    );
    await tellDonor(platform, session, before, { ...seen, status });
  });
}

async function tellDonor(
  { queue }: GivingPlatform,
  session: ClientSession,
  before: StoredMonthlyGiving,
  now: SeenState,
): Promise<void> {
  const { _id: monthlyGivingId } = before;
  const { trouble } = now;
  const isNew =
    trouble !== null &&
    (trouble.invoiceId !== before.trouble?.invoiceId || trouble.attempts > before.trouble.attempts);
  if (isNew) {
    const payload = { monthlyGivingId, occasion: `declined-${trouble.invoiceId}-${trouble.attempts}` };
    await queue.enqueue('send-monthly-letter', payload, { session });
  }
  if (now.status === 'ended' && before.status !== 'ended') {
    await queue.enqueue('send-monthly-letter', { monthlyGivingId, occasion: 'ended' }, { session });
  }
}

/** The monthly gift whose card update was done on this page, or null. */
export async function findByCardUpdate(
  { database }: GivingPlatform,
  checkoutSessionId: string,
): Promise<string | null> {
  const found = await monthlyGivings(database).exists({ cardUpdateSessionId: checkoutSessionId });
  return found?._id ?? null;
}

/** Monthly gifts that nobody has looked at for long; their look was lost. */
export async function findForgottenMonthly(
  { database }: GivingPlatform,
  before: Date,
  limit: number,
): Promise<string[]> {
  const found = await monthlyGivings(database)
    .find(
      { status: operators({ $in: [...LIVE_MONTHLY_STATUSES] }), checkedAt: operators({ $lt: before }) },
      { _id: 1 },
    )
    .sort({ checkedAt: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>();
  return found.map(({ _id }) => _id);
}
