/**
 * The figures that online giving goes by, in one place: limits, the rate by which a donor may cover the payment fee,
 * how long a payment page lives and how often we ask how it stands. None of them decides what a payment really cost:
 * the fee that is booked is the one that the processor charged.
 */
import { minor, type Minor } from './money.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A smaller gift would mostly pay the fixed part of its fee; the processor itself takes nothing under about ¥4. */
export const MINIMUM_GIFT_MINOR = minor(500n);

/** A larger gift is given by bank transfer: the processor takes at most 999,999.99 in one payment, fee cover included. */
export const MAXIMUM_GIFT_MINOR = minor(50_000_000n);

/** One transfer is one bank line; more than this comes with an agreement, as a pledge. */
export const MAXIMUM_TRANSFER_MINOR = minor(10_000_000_000n);

const TRANSFER_AWAITED_MS = 60 * DAY_MS;

/** A transfer that has not come so long after it was announced counts as expired; money that comes later is booked still. */
export const transferAwaitedSince = (now: Date): Date => new Date(now.getTime() - TRANSFER_AWAITED_MS);

/** Amounts offered on the giving page. */
export const PRESET_GIFTS_MINOR: readonly Minor[] = [5_000n, 10_000n, 50_000n, 100_000n].map(minor);

interface FeeRate {
  /** Hundredths of a percent of what is paid. */
  readonly basisPoints: bigint;
  /** Per payment, in minor units of the region's currency. */
  readonly fixedMinor: Minor;
}

/**
 * The dearest of the methods that we offer, since which one a donor will choose is not known beforehand.
 * Source: Stripe Hong Kong's public prices, 3.4% + HK$2.35 for cards, the fixed part carried over one to one.
 */
export const FEE_COVER_RATE: FeeRate = { basisPoints: 340n, fixedMinor: minor(235n) };

const PLAIN_ADDRESS = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/;

/**
 * The donor's address as the payment page is to show it already, so that nobody types it twice. The processor refuses the
 * whole page for an address that it does not understand: one with anything unusual is left for the donor to type.
 */
export const emailToPrefill = (email: string | null | undefined): string | undefined =>
  typeof email === 'string' && PLAIN_ADDRESS.test(email) ? email : undefined;

const BASIS_POINTS_IN_WHOLE = 10_000n;

/**
 * What a donor adds so that the whole gift arrives: the smallest whole fen with
 * `cover ≥ rate × (gift + cover) + fixed`. The fee is charged on the cover too, and rounding is upwards, so that the
 * gift is never short; what is left over stays in the general fund, which bears the fees.
 * @param giftMinor above zero
 */
export function feeCoverMinor(giftMinor: bigint, rate: FeeRate = FEE_COVER_RATE): Minor {
  const kept = BASIS_POINTS_IN_WHOLE - rate.basisPoints;
  const dividend = (giftMinor + rate.fixedMinor) * BASIS_POINTS_IN_WHOLE;
  const totalMinor = (dividend + kept - 1n) / kept;
  return minor(totalMinor - giftMinor);
}

/**
 * When the payment page of a donation closes. It follows from when the donation was made, so that asking the processor
 * again is the same request; the processor's own limit is 24 hours.
 */
export const checkoutExpiresAt = (createdAt: Date): Date => new Date(createdAt.getTime() + 23 * HOUR_MS);

/**
 * True while a payment page may still be asked for. It ends before the processor forgets the idempotency key (24 hours)
 * and while the page would have the half hour to live that the processor demands: later, a repeated request could
 * make a second page for one donation.
 */
export const mayOpenCheckout = (createdAt: Date, now: Date): boolean =>
  now.getTime() < createdAt.getTime() + 22 * HOUR_MS;

/**
 * Whoever began to ask for a page before this has died or given up: another may ask. Asking twice at once would do no
 * harm, because both ask for the same page, but the processor answers only one of them.
 */
export const checkoutAskingEndedBefore = (now: Date): Date => new Date(now.getTime() - MINUTE_MS);

/** Wallets may take days to confirm; a payment that is neither confirmed nor failed after this is for staff to look at. */
const POLLED_FOR_MS = 40 * DAY_MS;

/**
 * When to ask the processor again how a checkout stands, in case its events never come: soon at first, then ever
 * less often; null when asking is over.
 */
export function nextPollAt(createdAt: Date, now: Date): Date | null {
  const ageMs = now.getTime() - createdAt.getTime();
  if (ageMs > POLLED_FOR_MS) return null;
  const waitMs =
    ageMs < 10 * MINUTE_MS
      ? 2 * MINUTE_MS
      : ageMs < HOUR_MS
        ? 10 * MINUTE_MS
        : ageMs < DAY_MS
          ? HOUR_MS
          : 6 * HOUR_MS;
  return new Date(now.getTime() + waitMs);
}

/** An unfinished donation that was not looked after for so long has lost its poll: the sweep makes another. */
export const sweptBefore = (now: Date): Date => new Date(now.getTime() - 12 * HOUR_MS);

/** A stored event that is not applied so long after its job was made has lost it: the sweep makes another. */
export const eventOverdueBefore = (now: Date): Date => new Date(now.getTime() - HOUR_MS);

/** The processor keeps its events for thirty days. */
const EVENTS_KEPT_MS = 30 * DAY_MS;

/** Events are looked for again over this long, because one may be made late and carry an earlier instant. */
const EVENTS_OVERLAP_MS = HOUR_MS;

/** Since when to ask for events: somewhat before the last look, and at first as far back as there are any. */
export function eventsLookedForSince(seenUntil: Date | null, now: Date): Date {
  const earliest = now.getTime() - EVENTS_KEPT_MS;
  const wanted = seenUntil === null ? earliest : seenUntil.getTime() - EVENTS_OVERLAP_MS;
  return new Date(Math.max(wanted, earliest));
}

/** The first line that the processor's ledger may have for us: we began after it. */
const FIRST_LINE = new Date('2020-01-01T00:00:00Z');

/** Since when to copy lines of the processor's ledger: somewhat before the last look, and at first all of them. */
export const linesLookedForSince = (seenUntil: Date | null): Date =>
  seenUntil === null ? FIRST_LINE : new Date(seenUntil.getTime() - DAY_MS);

/** A payout moves for some days, and a bank may still send it back. */
export const payoutsLookedForSince = (seenUntil: Date | null): Date =>
  seenUntil === null ? FIRST_LINE : new Date(seenUntil.getTime() - 30 * DAY_MS);

/** A payment that names no donation is looked at again every ten minutes for a day; null when that is over. */
export function nextLookAtNameless(receivedAt: Date, now: Date): Date | null {
  if (now.getTime() - receivedAt.getTime() > DAY_MS) return null;
  return new Date(now.getTime() + 10 * MINUTE_MS);
}

/** When to look again how monthly giving stands: often at first, as for a single gift, later every six hours. */
export const nextMonthlyLookAt = (createdAt: Date, now: Date): Date =>
  nextPollAt(createdAt, now) ?? new Date(now.getTime() + 6 * HOUR_MS);

/** A link to "My giving" opens it for half a year; a new one comes with every letter, and whenever it is asked for. */
export const givingLinkExpiresAt = (now: Date): Date => new Date(now.getTime() + 183 * DAY_MS);
