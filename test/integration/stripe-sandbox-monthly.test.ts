/** Monthly giving against the sandbox: months pass by its clock, cards give up, donors change their minds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { PaymentRefused } from '../../server/gateways/payments.ts';
import { checkoutRequest, press, startRig, waitUntil, type SandboxRig } from '../support/stripe-sandbox.ts';

const DAY_MS = 24 * 3600 * 1000;

let clock: SteppableClock;
let rig: SandboxRig;
beforeEach(async () => {
  clock = new SteppableClock(new Date('2026-01-31T08:00:00Z'));
  rig = await startRig({ now: () => clock.now() });
  rig.receiver.verify = (body, header) => rig.gateway.verifyWebhook(body, header, clock.now());
});
afterEach(() => rig.stop());

async function give(outcome = 'card') {
  const { donationId: _, ...request } = checkoutRequest({ amountMinor: 5_000n, idempotencyKey: 'monthly-1' });
  const { checkoutSessionId, url } = await rig.gateway.createMonthlyCheckout({
    ...request,
    monthlyGivingId: 'giving-1',
    customerEmail: 'donor@example.org',
  });
  await press(url, { outcome });
  const checkout = await rig.gateway.retrieveCheckout(checkoutSessionId);
  return { checkout, subscriptionId: checkout.subscriptionId ?? '' };
}

async function invoices(subscriptionId: string, count: number) {
  await waitUntil(
    async () => (await rig.gateway.listInvoices(subscriptionId)).length === count,
    `${count} invoices`,
  );
  return rig.gateway.listInvoices(subscriptionId);
}

describe('giving every month', () => {
  it('begins with the first payment, and every event leads back to the promise', async () => {
    const { checkout, subscriptionId } = await give();
    expect(checkout).toMatchObject({
      status: 'complete',
      paymentStatus: 'paid',
      monthlyGivingId: 'giving-1',
      donationId: null,
      paymentIntentId: null,
    });
    expect(await rig.gateway.retrieveSubscription(subscriptionId)).toMatchObject({
      status: 'active',
      amountMinor: 5_000n,
      currency: 'CNY',
      monthlyGivingId: 'giving-1',
      cancelAtPeriodEnd: false,
      currentPeriodStartAt: new Date('2026-01-31T08:00:00Z'),
      currentPeriodEndAt: new Date('2026-02-28T08:00:00Z'),
      endedAt: null,
    });
    const [invoice] = await invoices(subscriptionId, 1);
    expect(invoice).toMatchObject({
      status: 'paid',
      amountMinor: 5_000n,
      amountPaidMinor: 5_000n,
      subscriptionId,
      monthlyGivingId: 'giving-1',
      attemptCount: 1,
    });
    expect(await rig.gateway.retrieveInvoice(invoice!.invoiceId)).toEqual(invoice);
    expect(await rig.gateway.retrievePayment(invoice!.paymentIntentId!)).toMatchObject({
      status: 'succeeded',
      amountMinor: 5_000n,
      feeMinor: 405n,
    });
    expect(await rig.receiver.waitFor('invoice.paid')).toMatchObject({
      monthlyGivingId: 'giving-1',
      subscriptionId,
      invoiceId: invoice!.invoiceId,
      amountMinor: 5_000n,
    });
    expect(await rig.receiver.waitFor('customer.subscription.created')).toMatchObject({
      monthlyGivingId: 'giving-1',
      subscriptionId,
    });
  });

  it('is charged on the day of the first gift, or on the last of a shorter month', async () => {
    const { subscriptionId } = await give();
    const ends: string[] = [];
    for (let month = 2; month <= 5; month += 1) {
      const { currentPeriodEndAt } = await rig.gateway.retrieveSubscription(subscriptionId);
      ends.push(currentPeriodEndAt.toISOString().slice(0, 10));
      clock.set(currentPeriodEndAt);
      await invoices(subscriptionId, month);
    }
    expect(ends).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']);
    const all = await invoices(subscriptionId, 5);
    expect(all.map(({ status }) => status)).toEqual(Array(5).fill('paid'));
    expect(new Set(all.map(({ paymentIntentId }) => paymentIntentId)).size).toBe(5);
  });

  it('a first card that is declined begins nothing', async () => {
    const { checkout } = await give('card_decline');
    expect(checkout).toMatchObject({ status: 'open', paymentStatus: 'unpaid', subscriptionId: null });
  });

  it('asks for 3-D Secure once, at the beginning', async () => {
    const { donationId: _, ...request } = checkoutRequest({ idempotencyKey: 'monthly-3ds' });
    const { checkoutSessionId, url } = await rig.gateway.createMonthlyCheckout({
      ...request,
      monthlyGivingId: 'g3',
    });
    const page = (await press(url, { outcome: 'card_3ds' })).headers.get('location')!;
    await press(page, { result: 'succeed' });
    const checkout = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(checkout).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(checkout.subscriptionId).not.toBeNull();
  });

  it('takes no wallet', async () => {
    expect((await give('alipay')).checkout).toMatchObject({ status: 'open', subscriptionId: null });
  });
});

describe('a card that gives up', () => {
  it('is tried again after 3, 5 and 7 days, then the subscription ends and nothing was taken', async () => {
    const { subscriptionId } = await give('card_fails_later');
    clock.set(new Date('2026-02-28T08:00:00Z'));
    let [, second] = await invoices(subscriptionId, 2);
    const waits: number[] = [];
    while (second!.nextAttemptAt !== null) {
      waits.push((second!.nextAttemptAt.getTime() - clock.now().getTime()) / DAY_MS);
      expect((await rig.gateway.retrieveSubscription(subscriptionId)).status).toBe('past_due');
      const before = second!.attemptCount;
      clock.set(second!.nextAttemptAt);
      await waitUntil(
        async () => (await rig.gateway.retrieveInvoice(second!.invoiceId)).attemptCount === before + 1,
        'the next try',
      );
      second = await rig.gateway.retrieveInvoice(second!.invoiceId);
    }
    expect(waits).toEqual([3, 5, 7]);
    expect(second).toMatchObject({ status: 'open', amountPaidMinor: 0n, attemptCount: 4 });
    expect(await rig.gateway.retrieveSubscription(subscriptionId)).toMatchObject({
      status: 'canceled',
      endedAt: new Date('2026-03-15T08:00:00Z'),
    });
    await rig.receiver.waitFor('customer.subscription.deleted');
    const charges = await rig.gateway.listBalanceLines({ since: new Date(0) });
    expect(charges).toHaveLength(1);
  });

  it('is replaced by another, and the month is paid after all', async () => {
    const { subscriptionId } = await give('card_fails_later');
    clock.set(new Date('2026-02-28T08:00:00Z'));
    const [, second] = await invoices(subscriptionId, 2);
    const { customerId } = await rig.gateway.retrieveSubscription(subscriptionId);
    await expect(rig.gateway.payInvoice(second!.invoiceId, 'pay-1')).rejects.toBeInstanceOf(PaymentRefused);

    const update = await rig.gateway.createCardUpdate({
      subscriptionId,
      customerId,
      locale: 'zh',
      successUrl: 'http://127.0.0.1:9/giving?session={CHECKOUT_SESSION_ID}',
      cancelUrl: 'http://127.0.0.1:9/giving',
      idempotencyKey: 'card-1',
    });
    expect(await (await fetch(update.url)).text()).toContain('更换银行卡');
    expect((await press(update.url, { outcome: 'card_decline' })).status).toBe(402);
    await expect(rig.gateway.applyCardUpdate(update.checkoutSessionId)).rejects.toBeInstanceOf(
      PaymentRefused,
    );
    expect((await press(update.url, { outcome: 'card' })).status).toBe(303);
    expect(await rig.gateway.applyCardUpdate(update.checkoutSessionId)).toMatchObject({ subscriptionId });

    const paid = await rig.gateway.payInvoice(second!.invoiceId, 'pay-2');
    expect(paid).toMatchObject({ status: 'paid', nextAttemptAt: null, amountPaidMinor: 5_000n });
    expect(await rig.gateway.retrieveSubscription(subscriptionId)).toMatchObject({ status: 'active' });
    await expect(rig.gateway.payInvoice(second!.invoiceId, 'pay-3')).rejects.toThrow(/cannot be paid/);
  });
});

describe('a donor who changes their mind', () => {
  it('stops at once: nothing is charged again', async () => {
    const { subscriptionId } = await give();
    expect(await rig.gateway.cancelSubscription(subscriptionId, 'now')).toMatchObject({ status: 'canceled' });
    clock.advance(60 * DAY_MS);
    await rig.receiver.waitFor('customer.subscription.deleted');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await invoices(subscriptionId, 1);
  });

  it('stops after the month that is paid for', async () => {
    const { subscriptionId } = await give();
    expect(await rig.gateway.cancelSubscription(subscriptionId, 'at-period-end')).toMatchObject({
      status: 'active',
      cancelAtPeriodEnd: true,
    });
    clock.set(new Date('2026-02-28T08:00:00Z'));
    await rig.receiver.waitFor('customer.subscription.deleted');
    expect(await rig.gateway.retrieveSubscription(subscriptionId)).toMatchObject({ status: 'canceled' });
    await invoices(subscriptionId, 1);
  });

  it('gives another amount from the next month on', async () => {
    const { subscriptionId } = await give();
    const change = { subscriptionId, amountMinor: 8_800n, idempotencyKey: 'change-1' };
    expect(await rig.gateway.changeSubscriptionAmount(change)).toMatchObject({ amountMinor: 8_800n });
    expect(await rig.gateway.changeSubscriptionAmount(change)).toMatchObject({ amountMinor: 8_800n });
    clock.set(new Date('2026-02-28T08:00:00Z'));
    const [first, second] = await invoices(subscriptionId, 2);
    expect([first!.amountMinor, second!.amountMinor]).toEqual([5_000n, 8_800n]);
  });
});
