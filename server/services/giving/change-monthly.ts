/** What a donor may do with their monthly giving: stop it, change the amount, save another card. */
import { inTransaction } from '../../db/database.ts';
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import { faultsOfAmount, PaymentUnavailable } from '../../domain/donation.ts';
import { InvalidInput, NotFound, WrongState } from '../../domain/errors.ts';
import { feeCoverMinor } from '../../domain/giving-policy.ts';
import { minor, ZERO } from '../../domain/money.ts';
import { monthlyTotalMinor, presentAmount } from '../../domain/monthly-giving.ts';
import { PaymentGatewayUnavailable, PaymentRefused } from '../../gateways/payments.ts';
import type { GivingPlatform } from '../context.ts';
import { followMonthly } from './follow-monthly.ts';
import { loadMonthly } from './monthly-records.ts';

/** The monthly gift, when it was begun under this address. */
export async function loadOwnMonthly(
  { database }: GivingPlatform,
  id: string,
  emailKey: string,
): Promise<StoredMonthlyGiving> {
  const monthly = await loadMonthly(database, id);
  if (monthly.donor?.emailKey !== emailKey) throw new NotFound('monthly gift', id);
  return monthly;
}

/**
 * No month after the present one is charged; one that was never paid is closed at once. Stopping twice is stopping.
 * @throws PaymentUnavailable when the processor could not be told; repeating is safe
 */
export async function stopMonthly(platform: GivingPlatform, id: string): Promise<void> {
  const { payments, database } = platform;
  const { subscriptionId, checkout, status, stopsAtPeriodEnd } = await loadMonthly(database, id);
  if (status === 'ended' || status === 'expired' || stopsAtPeriodEnd) return;
  await asking(id, async () => {
    if (subscriptionId !== null) {
      await payments.cancelSubscription(subscriptionId, status === 'past-due' ? 'now' : 'at-period-end');
    } else if (checkout !== null) {
      await payments.expireCheckout(checkout.sessionId);
    }
    await followMonthly(platform, id);
  });
}

/**
 * From the next month on the donor gives another amount, with the fee covered as before. It is recorded first, so that
 * a month charged at it is never strange, and the processor is told by a job.
 */
export async function changeMonthlyAmount(
  platform: GivingPlatform,
  id: string,
  giftMinor: bigint,
): Promise<void> {
  const { database, clock, queue } = platform;
  const monthly = await loadMonthly(database, id);
  const faults = faultsOfAmount(giftMinor, monthly.currency);
  if (faults.length > 0) throw new InvalidInput(faults);
  await inTransaction(database, async (session) => {
    const { status, amounts, stopsAtPeriodEnd } = await loadMonthly(database, id, session);
    if ((status !== 'active' && status !== 'past-due') || stopsAtPeriodEnd) {
      throw new WrongState('monthly gift', id, status, ['active', 'past-due']);
    }
    const present = presentAmount({ amounts });
    if (present.giftMinor === giftMinor) return;
    const amount = {
      giftMinor: minor(giftMinor),
      feeCoverMinor: present.feeCoverMinor === 0n ? ZERO : feeCoverMinor(giftMinor),
      agreedAt: clock.now(),
    };
    await monthlyGivings(database).updateOne(
      { _id: id },
      { $set: { amounts: [...amounts, amount] } },
      { session },
    );
    await queue.enqueue('change-monthly-amount', { monthlyGivingId: id }, { session });
  });
}

/** Tells the processor the amount that counts now. */
export async function applyMonthlyAmount(platform: GivingPlatform, id: string): Promise<void> {
  const { subscriptionId, amounts, status } = await loadMonthly(platform.database, id);
  if (subscriptionId === null || status === 'ended') return;
  await platform.payments.changeSubscriptionAmount({
    subscriptionId,
    amountMinor: monthlyTotalMinor(presentAmount({ amounts })),
    idempotencyKey: `${id}-amount-${amounts.length}`,
  });
}

/**
 * A page on which the donor saves another card.
 * @param back where the page leads afterwards
 */
export async function openCardUpdate(platform: GivingPlatform, id: string, back: string): Promise<string> {
  const { payments, database, clock } = platform;
  const { subscriptionId, status, locale } = await loadMonthly(database, id);
  if (subscriptionId === null || (status !== 'active' && status !== 'past-due')) {
    throw new WrongState('monthly gift', id, status, ['active', 'past-due']);
  }
  return asking(id, async () => {
    const { customerId } = await payments.retrieveSubscription(subscriptionId);
    const page = await payments.createCardUpdate({
      subscriptionId,
      customerId,
      locale,
      successUrl: `${back}?done=card`,
      cancelUrl: back,
      // A page lives for a day: asking again within the hour gives the same one.
      idempotencyKey: `${id}-card-${Math.floor(clock.now().getTime() / 3_600_000)}`,
    });
    const cardUpdateSessionId = page.checkoutSessionId;
    await monthlyGivings(database).updateOne({ _id: id }, { $set: { cardUpdateSessionId } });
    return page.url;
  });
}

async function asking<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const away = error instanceof PaymentGatewayUnavailable || error instanceof PaymentRefused;
    throw away ? new PaymentUnavailable(id, error) : error;
  }
}
