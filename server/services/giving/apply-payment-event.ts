/**
 * Applying a stored event: what it names is compared with our record, the processor is asked how the payment stands
 * now, and the donation follows. Applying twice, late or in another order ends in the same state.
 */
import { operators } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { monthlyGivings } from '../../db/models/monthly-giving.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import { totalMinor } from '../../domain/donation.ts';
import type { Mismatch } from '../../domain/donation-payment.ts';
import { nextLookAtNameless } from '../../domain/giving-policy.ts';
import { saysMoneyCameIn, saysMoneyWentOut, type PaymentEventRecord } from '../../domain/payment-event.ts';
import type { GivingPlatform } from '../context.ts';
import { loadDonation } from './donation-records.ts';
import { findByCardUpdate, followMonthly } from './follow-monthly.ts';
import { markApplied, notMarkedYet } from './mark-events.ts';
import { quarantineEvent } from './quarantine-payment.ts';
import { seekDonation } from './record-donations.ts';
import { reconcileDonation } from './reconcile-donation.ts';
import { reconcileReturns } from './reconcile-returns.ts';

/** What is left to do about an event: to mark it as applied, or nothing. */
type Rest = 'mark-applied' | 'nothing';

/** @throws FeeNotYetKnown, PaymentGatewayUnavailable: the event stays as received, and the job is run again */
export async function applyPaymentEvent(platform: GivingPlatform, eventId: string): Promise<void> {
  const event = await paymentEvents(platform.database).findById(eventId).lean<PaymentEventRecord>();
  if (event !== null && (await apply(platform, event)) === 'mark-applied') {
    await markApplied(platform, [eventId]);
  }
}

/** About so many gifts at once, so that a job of many ends before its lock does, however slow the processor is. */
const GIFTS_AT_ONCE = 8;

/**
 * Events that arrived together. What asks for nothing is noted for all of them at once; those about one gift go one after
 * the other, so that the processor is asked once; one that cannot be applied now gets a job of its own.
 */
export async function applyPaymentEvents(
  platform: GivingPlatform,
  eventIds: readonly string[],
): Promise<void> {
  const left = notMarkedYet(platform.database, eventIds);
  // Of a backlog, most have been noted by another job: it costs this one nothing to know.
  if (left.length === 0) return;
  const events = await paymentEvents(platform.database)
    .find({ _id: operators({ $in: left }), status: 'received' })
    .limit(left.length)
    .lean<PaymentEventRecord[]>();
  const idle = new Set(await idleAmong(platform, events));
  const toMark = [...idle];
  const groups = groupedByGift(events.filter(({ _id }) => !idle.has(_id)));
  for (let from = 0; from < groups.length; from += GIFTS_AT_ONCE) {
    const together = groups.slice(from, from + GIFTS_AT_ONCE);
    const applied = await Promise.all(
      together.map(([gift, group]) => inTurn(platform, gift, () => applyInTurn(platform, group))),
    );
    toMark.push(...applied.flat());
  }
  if (toMark.length > 0) await markApplied(platform, toMark);
  await markIdleOfOthers(platform);
}

/** Looked at beside a job's own: the newest, whose jobs come last. */
const LOOKED_AT = 500;
/** So that a job ends before its lock does, however long the backlog is. */
const MOST_LOOKS = 10;

const looking = new WeakSet<object>();

/** Of a backlog, what asks for nothing is noted in large numbers, by one job of a worker at a time; its own jobs find it done. */
async function markIdleOfOthers(platform: GivingPlatform): Promise<void> {
  const { connection } = platform.database;
  if (looking.has(connection)) return;
  looking.add(connection);
  try {
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const newest = await paymentEvents(platform.database)
        .find({ status: 'received' })
        .sort({ receivedAt: -1, _id: -1 })
        .limit(LOOKED_AT)
        .lean<PaymentEventRecord[]>();
      const idle = await idleAmong(platform, newest);
      if (idle.length > 0) await markApplied(platform, idle);
      // What asks for more stands in the way of a further look: its own jobs come to it.
      if (idle.length < LOOKED_AT / 2) return;
    }
  } finally {
    looking.delete(connection);
  }
}

async function idleAmong(platform: GivingPlatform, events: readonly PaymentEventRecord[]): Promise<string[]> {
  const known = await findDonationsOf(platform, events);
  const { liveMode } = platform.payments;
  return events.filter((event) => asksForNothing(event, known(event), liveMode)).map(({ _id }) => _id);
}

const turns = new WeakMap<object, Map<string, Promise<unknown>>>();

/** One after the other for the same gift, whichever job of this worker it is: whoever comes second finds it settled. */
async function inTurn<Result>(
  { database: { connection } }: GivingPlatform,
  gift: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const of = turns.get(connection) ?? new Map<string, Promise<unknown>>();
  turns.set(connection, of);
  const mine = (of.get(gift) ?? Promise.resolve()).then(work, work);
  of.set(gift, mine);
  try {
    return await mine;
  } finally {
    if (of.get(gift) === mine) of.delete(gift);
  }
}

/** @returns the events that are left to be marked */
async function applyInTurn(
  platform: GivingPlatform,
  events: readonly PaymentEventRecord[],
): Promise<string[]> {
  const toMark: string[] = [];
  for (const event of events)
    if ((await applyOrPostpone(platform, event)) === 'mark-applied') toMark.push(event._id);
  return toMark;
}

/** Those that say that money came in go first: what the others tell is known by then. */
function groupedByGift(events: readonly PaymentEventRecord[]): [string, PaymentEventRecord[]][] {
  const groups = new Map<string, PaymentEventRecord[]>();
  const inOrder = [...events].sort(
    (a, b) => Number(saysMoneyCameIn(b.type)) - Number(saysMoneyCameIn(a.type)),
  );
  for (const event of inOrder) {
    const gift = event.donationId ?? event.paymentIntentId ?? event.monthlyGivingId ?? event.subscriptionId;
    const group = groups.get(gift ?? event._id) ?? [];
    group.push(event);
    groups.set(gift ?? event._id, group);
  }
  return [...groups];
}

/** It is about nobody, or tells of a payment what is booked already. */
function asksForNothing(
  event: PaymentEventRecord,
  donation: StoredDonation | null,
  liveMode: boolean,
): boolean {
  if (saysMoneyWentOut(event.type)) return false;
  if (donation !== null)
    return donation.status === 'settled' && mismatchOf(donation, event, liveMode) === null;
  const { donationId, paymentIntentId, monthlyGivingId, subscriptionId, checkoutSessionId } = event;
  const names = [donationId, paymentIntentId, monthlyGivingId, subscriptionId, checkoutSessionId];
  return names.every((name) => name === null) && !saysMoneyCameIn(event.type);
}

/** The donations that events are about, found as for one of them, by two questions for all. */
async function findDonationsOf(
  { database }: GivingPlatform,
  events: readonly PaymentEventRecord[],
): Promise<(event: PaymentEventRecord) => StoredDonation | null> {
  const present = (values: readonly (string | null)[]): string[] => [
    ...new Set(values.filter((value) => value !== null)),
  ];
  const read = async (path: '_id' | 'paymentIntentId', values: readonly string[]) => {
    if (values.length === 0) return new Map<string | null, StoredDonation>();
    const found = await donations(database)
      .find({ [path]: operators({ $in: [...values] }) })
      .limit(values.length)
      .lean<StoredDonation[]>();
    return new Map(found.map((donation) => [donation[path], donation]));
  };
  const byId = await read('_id', present(events.map(({ donationId }) => donationId)));
  const nameless = events.filter(({ donationId }) => donationId === null);
  const byPayment = await read(
    'paymentIntentId',
    present(nameless.map(({ paymentIntentId }) => paymentIntentId)),
  );
  return ({ donationId, paymentIntentId }) =>
    (donationId === null ? byPayment.get(paymentIntentId) : byId.get(donationId)) ?? null;
}

async function applyOrPostpone(platform: GivingPlatform, event: PaymentEventRecord): Promise<Rest> {
  try {
    return await apply(platform, event);
  } catch {
    // The cause is logged when the event's own job meets it again.
    await platform.queue.enqueue('apply-payment-event', { eventId: event._id }, { session: null });
    return 'nothing';
  }
}

async function apply(platform: GivingPlatform, event: PaymentEventRecord): Promise<Rest> {
  if (event.status !== 'received') return 'nothing';
  const { _id: eventId } = event;
  if (saysMoneyWentOut(event.type)) return applyMoneyOut(platform, event);
  const donation = await findDonationOf(platform, event);
  if (donation === null) {
    const monthlyGivingId = await findMonthlyOf(platform, event);
    if (monthlyGivingId !== null) return applyMonthly(platform, event, monthlyGivingId);
    if (event.donationId !== null) return setAside(platform, eventId, 'unknown-donation');
    return saysMoneyCameIn(event.type) ? waitOrQuarantine(platform, event) : 'mark-applied';
  }
  const mismatch = mismatchOf(donation, event, platform.payments.liveMode);
  if (mismatch !== null) return setAside(platform, eventId, mismatch);

  const checkoutSessionId = donation.checkout?.sessionId ?? event.checkoutSessionId;
  // Without a checkout there is nothing to ask about: the poll will make or find it.
  if (checkoutSessionId === null || donation.status === 'settled') return 'mark-applied';
  const reconciled = await reconcileDonation(platform, donation._id, {
    checkoutSessionId,
    occurredAt: event.occurredAt,
    eventIds: [eventId],
  });
  if (reconciled.outcome === 'mismatch') await quarantineEvent(platform, eventId, reconciled.mismatch);
  return 'nothing';
}

async function setAside(platform: GivingPlatform, eventId: string, mismatch: Mismatch): Promise<Rest> {
  await quarantineEvent(platform, eventId, mismatch);
  return 'nothing';
}

/** A refund or dispute: the gift is settled first, if it is not yet, and then all that happened to its money is booked. */
async function applyMoneyOut(platform: GivingPlatform, event: PaymentEventRecord): Promise<Rest> {
  const { _id: eventId } = event;
  const donation = (await findDonationOf(platform, event)) ?? (await askWhichDonation(platform, event));
  if (donation === null) return waitOrQuarantine(platform, event);
  const mismatch =
    mismatchOf(donation, event, platform.payments.liveMode) ?? (await settleFirst(platform, donation, event));
  if (mismatch !== null) return setAside(platform, eventId, mismatch);
  const settled = await loadDonation(platform.database, donation._id);
  const contradiction = await reconcileReturns(platform, settled);
  if (contradiction !== null) return setAside(platform, eventId, contradiction);
  return 'mark-applied';
}

/** The monthly giving that an event is about: it names it, or its subscription, or the page of a card update. */
async function findMonthlyOf(
  platform: GivingPlatform,
  { monthlyGivingId, subscriptionId, checkoutSessionId }: PaymentEventRecord,
): Promise<string | null> {
  const { database } = platform;
  if (monthlyGivingId !== null) {
    const named = await monthlyGivings(database).exists({ _id: monthlyGivingId });
    return named === null ? null : monthlyGivingId;
  }
  if (subscriptionId !== null) {
    const found = await monthlyGivings(database).exists({ subscriptionId });
    if (found !== null) return found._id;
  }
  return checkoutSessionId === null ? null : findByCardUpdate(platform, checkoutSessionId);
}

async function applyMonthly(
  platform: GivingPlatform,
  { _id: eventId, account, liveMode }: PaymentEventRecord,
  monthlyGivingId: string,
): Promise<Rest> {
  if (account !== null) return setAside(platform, eventId, 'other-account');
  if (liveMode !== platform.payments.liveMode) return setAside(platform, eventId, 'other-mode');
  const mismatch = await followMonthly(platform, monthlyGivingId);
  return mismatch === null ? 'mark-applied' : setAside(platform, eventId, mismatch);
}

/**
 * A payment that names nobody may be a month of monthly giving that is not booked yet: it is looked at again for a day,
 * and then set aside for staff.
 */
async function waitOrQuarantine(platform: GivingPlatform, event: PaymentEventRecord): Promise<Rest> {
  const { _id: eventId, receivedAt } = event;
  const startAt = nextLookAtNameless(receivedAt, platform.clock.now());
  if (startAt === null) return setAside(platform, eventId, 'unknown-donation');
  await platform.queue.enqueue('apply-payment-event', { eventId }, { session: null, startAt });
  return 'nothing';
}

/** The processor knows which donation a payment is for, also when we have not booked it yet. */
async function askWhichDonation(
  { database, payments }: GivingPlatform,
  { paymentIntentId }: PaymentEventRecord,
): Promise<StoredDonation | null> {
  if (paymentIntentId === null) return null;
  const { donationId } = await payments.retrievePayment(paymentIntentId);
  return donationId === null ? null : donations(database).findById(donationId).lean<StoredDonation>();
}

async function settleFirst(
  platform: GivingPlatform,
  { _id, status, checkout }: StoredDonation,
  { occurredAt }: PaymentEventRecord,
): Promise<Mismatch | null> {
  if (status === 'settled' || checkout === null) return null;
  const { sessionId: checkoutSessionId } = checkout;
  const reconciled = await reconcileDonation(platform, _id, { checkoutSessionId, occurredAt });
  return reconciled.outcome === 'mismatch' ? reconciled.mismatch : null;
}

/** By the donation that the event names, else by the payment that it is about. */
async function findDonationOf(
  { database }: GivingPlatform,
  { donationId, paymentIntentId }: PaymentEventRecord,
): Promise<StoredDonation | null> {
  if (donationId !== null) return seekDonation(database, donationId);
  if (paymentIntentId === null) return null;
  return donations(database).findOne({ paymentIntentId }).lean<StoredDonation>();
}

/** Objects whose amount is what the donor pays; a refund or dispute has an amount of its own. */
const WHOLE_PAYMENT: ReadonlySet<string> = new Set(['checkout.session', 'payment_intent', 'charge']);

function mismatchOf(donation: StoredDonation, event: PaymentEventRecord, liveMode: boolean): Mismatch | null {
  if (event.account !== null) return 'other-account';
  if (event.liveMode !== liveMode) return 'other-mode';
  const { checkout, paymentIntentId } = donation;
  const differs = (ours: string | null | undefined, theirs: string | null) =>
    ours !== undefined && ours !== null && theirs !== null && ours !== theirs;
  if (differs(checkout?.sessionId, event.checkoutSessionId)) return 'other-checkout';
  if (differs(paymentIntentId, event.paymentIntentId)) return 'other-payment';
  if (!WHOLE_PAYMENT.has(event.objectKind)) return null;
  if (differs(donation.currency, event.currency)) return 'other-currency';
  if (event.amountMinor !== null && event.amountMinor !== totalMinor(donation)) return 'other-amount';
  return null;
}
