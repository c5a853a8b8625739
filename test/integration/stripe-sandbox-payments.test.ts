/** The payment gateway against the sandbox, over the official package: every way a donation can go. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkoutRequest,
  control,
  press,
  startRig,
  waitUntil,
  type SandboxRig,
} from '../support/stripe-sandbox.ts';

let rig: SandboxRig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

let count = 0;
async function openCheckout(over: Parameters<typeof checkoutRequest>[0] = {}) {
  count += 1;
  const donationId = `donation-${count}`;
  const checkout = await rig.gateway.createCheckout(checkoutRequest({ donationId, ...over }));
  return { donationId, ...checkout };
}

async function eventFor(donationId: string, type: string) {
  const find = () =>
    rig.receiver.events.find((event) => event.type === type && event.donationId === donationId);
  await waitUntil(() => find() !== undefined, `${type} of ${donationId}`);
  return find()!;
}

describe('a donation by card', () => {
  it('goes from the page to a verified webhook, and its fee can be read', async () => {
    const { donationId, checkoutSessionId, url } = await openCheckout({ customerEmail: 'donor@example.org' });
    expect(await rig.gateway.retrieveCheckout(checkoutSessionId)).toMatchObject({
      status: 'open',
      paymentStatus: 'unpaid',
      amountMinor: 20_000n,
      currency: 'CNY',
      donationId,
      paymentIntentId: null,
      liveMode: false,
      url,
    });

    const back = await press(url, { outcome: 'card' });
    expect(back.status).toBe(303);
    expect(back.headers.get('location')).toBe(`http://127.0.0.1:9/thanks?session=${checkoutSessionId}`);

    const event = await eventFor(donationId, 'checkout.session.completed');
    expect(event).toMatchObject({
      objectId: checkoutSessionId,
      amountMinor: 20_000n,
      currency: 'CNY',
      liveMode: false,
    });
    const checkout = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(checkout).toMatchObject({
      status: 'complete',
      paymentStatus: 'paid',
      customerEmail: 'donor@example.org',
    });

    const payment = await rig.gateway.retrievePayment(checkout.paymentIntentId!);
    // 200.00 at 3.4% and 2.35: a fee of 9.15.
    expect(payment).toMatchObject({
      status: 'succeeded',
      amountMinor: 20_000n,
      amountReceivedMinor: 20_000n,
      currency: 'CNY',
      donationId,
      methodKind: 'card',
      cardFingerprint: 'sandbox4242card',
      settlementCurrency: 'CNY',
      feeMinor: 915n,
      netMinor: 19_085n,
      disputed: false,
    });
    expect(payment.chargeId).toMatch(/^ch_/);
    expect(payment.balanceTransactionId).toMatch(/^txn_/);
    expect(payment.availableAt!.getTime()).toBeGreaterThan(Date.now());
  });

  it('that is declined takes nothing and may be tried again in another way', async () => {
    const { donationId, checkoutSessionId, url } = await openCheckout();
    const declined = await press(url, { outcome: 'card_decline' });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('没有扣款');
    await eventFor(donationId, 'payment_intent.payment_failed');
    const open = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(open).toMatchObject({ status: 'open', paymentStatus: 'unpaid' });
    expect(await rig.gateway.retrievePayment(open.paymentIntentId!)).toMatchObject({
      status: 'requires_payment_method',
      amountReceivedMinor: 0n,
      balanceTransactionId: null,
      feeMinor: null,
    });

    expect((await press(url, { outcome: 'card' })).status).toBe(303);
    const paid = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(paid).toMatchObject({ paymentStatus: 'paid', paymentIntentId: open.paymentIntentId });
  });

  it('that asks for 3-D Secure is paid once the donor confirms, and not when they refuse', async () => {
    const { checkoutSessionId, url } = await openCheckout();
    const challenge = await press(url, { outcome: 'card_3ds' });
    const page = challenge.headers.get('location')!;
    expect(page).toMatch(/\/c\/authenticate\/pi_/);
    expect(await (await fetch(page)).text()).toContain('不会发生任何真实扣款');

    const refused = await press(page, { result: 'fail' });
    expect(refused.headers.get('location')).toBe(`${url}?declined=1`);
    expect(await rig.gateway.retrieveCheckout(checkoutSessionId)).toMatchObject({ status: 'open' });

    const again = (await press(url, { outcome: 'card_3ds' })).headers.get('location')!;
    const confirmed = await press(again, { result: 'succeed' });
    expect(confirmed.headers.get('location')).toContain(checkoutSessionId);
    expect(await rig.gateway.retrieveCheckout(checkoutSessionId)).toMatchObject({ paymentStatus: 'paid' });
  });

  it('is taken once, however often the button is pressed', async () => {
    const { donationId, url } = await openCheckout();
    const answers = await Promise.all(Array.from({ length: 20 }, () => press(url, { outcome: 'card' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    await eventFor(donationId, 'checkout.session.completed');
    const lines = await rig.gateway.listBalanceLines({ since: new Date(0) });
    const charges = lines.filter(({ type }) => type === 'charge').map(({ sourceId }) => sourceId);
    const succeeded = rig.receiver.events.filter(
      (event) => event.type === 'charge.succeeded' && event.donationId === donationId,
    );
    expect(succeeded).toHaveLength(1);
    expect(new Set(charges).size).toBe(charges.length);
  });
});

describe('a donation by wallet', () => {
  it.each(['alipay', 'wechat_pay'])('%s completes the page first and is paid later', async (wallet) => {
    const { donationId, checkoutSessionId, url } = await openCheckout();
    expect((await press(url, { outcome: wallet })).status).toBe(303);
    expect(await rig.gateway.retrieveCheckout(checkoutSessionId)).toMatchObject({
      status: 'complete',
      paymentStatus: 'unpaid',
    });
    await eventFor(donationId, 'checkout.session.async_payment_succeeded');
    const checkout = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(checkout).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    // 200.00 at 2.2% and 2.35: a fee of 6.75.
    expect(await rig.gateway.retrievePayment(checkout.paymentIntentId!)).toMatchObject({
      status: 'succeeded',
      methodKind: wallet,
      feeMinor: 675n,
    });
  });

  it.each(['alipay_failure', 'wechat_pay_failure'])('%s: no money comes', async (failure) => {
    const { donationId, checkoutSessionId, url } = await openCheckout();
    await press(url, { outcome: failure });
    await eventFor(donationId, 'checkout.session.async_payment_failed');
    const checkout = await rig.gateway.retrieveCheckout(checkoutSessionId);
    expect(checkout).toMatchObject({ status: 'complete', paymentStatus: 'unpaid' });
    expect(await rig.gateway.retrievePayment(checkout.paymentIntentId!)).toMatchObject({
      status: 'requires_payment_method',
      amountReceivedMinor: 0n,
    });
  });
});

describe('a page that is left', () => {
  it('expires on request and can then not be paid', async () => {
    const { donationId, checkoutSessionId, url } = await openCheckout();
    expect(await rig.gateway.expireCheckout(checkoutSessionId)).toMatchObject({
      status: 'expired',
      url: null,
    });
    await eventFor(donationId, 'checkout.session.expired');
    expect((await press(url, { outcome: 'card' })).status).toBe(410);
    expect(await rig.gateway.retrieveCheckout(checkoutSessionId)).toMatchObject({ paymentStatus: 'unpaid' });
  });
});

describe('after the payment', () => {
  async function pay() {
    const { donationId, checkoutSessionId, url } = await openCheckout();
    await press(url, { outcome: 'card' });
    const { paymentIntentId } = await rig.gateway.retrieveCheckout(checkoutSessionId);
    return { donationId, paymentIntentId: paymentIntentId! };
  }

  it('parts and then the rest are refunded, and never a fen more', async () => {
    const { paymentIntentId } = await pay();
    const refund = (amountMinor: bigint, idempotencyKey: string) =>
      rig.gateway.createRefund({
        paymentIntentId,
        amountMinor,
        idempotencyKey,
        reason: 'requested_by_customer',
      });
    const first = await refund(5_000n, `${paymentIntentId}-1`);
    expect(first).toMatchObject({ status: 'succeeded', amountMinor: 5_000n, paymentIntentId });
    expect(await refund(5_000n, `${paymentIntentId}-1`)).toEqual(first);
    await expect(refund(15_001n, `${paymentIntentId}-2`)).rejects.toThrow(/greater than unrefunded amount/);
    await refund(15_000n, `${paymentIntentId}-3`);
    expect(await rig.gateway.retrievePayment(paymentIntentId)).toMatchObject({
      amountRefundedMinor: 20_000n,
    });
    await expect(refund(1n, `${paymentIntentId}-4`)).rejects.toMatchObject({
      providerCode: 'charge_already_refunded',
    });
    const lines = await rig.gateway.listBalanceLines({ since: new Date(0) });
    expect(lines.find(({ sourceId }) => sourceId === first.refundId)).toMatchObject({
      type: 'refund',
      amountMinor: -5_000n,
      feeMinor: 0n,
      netMinor: -5_000n,
    });
    expect(await rig.gateway.retrieveRefund(first.refundId)).toEqual(first);
  });

  it('a dispute takes the money and a fee, and gives the money back when won', async () => {
    const { paymentIntentId } = await pay();
    const { id } = await control(rig.sandbox, 'disputes', { payment_intent: paymentIntentId });
    const opened = await rig.gateway.retrieveDispute(String(id));
    expect(opened).toMatchObject({ status: 'needs_response', amountMinor: 20_000n, paymentIntentId });
    expect(opened.lines.map(({ netMinor }) => netMinor)).toEqual([-28_000n]);
    expect(await rig.gateway.retrievePayment(paymentIntentId)).toMatchObject({ disputed: true });
    await control(rig.sandbox, `disputes/${String(id)}/resolve`, { outcome: 'won' });
    const won = await rig.gateway.retrieveDispute(String(id));
    expect(won.status).toBe('won');
    expect(won.lines.map(({ netMinor }) => netMinor)).toEqual([-28_000n, 20_000n]);
    await rig.receiver.waitFor('charge.dispute.closed');
  });

  it('an automatic payout names the lines it pays out, and they add up to it', async () => {
    await pay();
    const held = await rig.gateway.retrieveBalance();
    const owed = held.reduce(
      (sum, { availableMinor, pendingMinor }) => sum + availableMinor + pendingMinor,
      0n,
    );
    await control(rig.sandbox, 'payouts', { include_pending: true });
    const [payout] = (await rig.gateway.listPayouts({ since: new Date(0) })).slice(-1);
    expect(payout).toMatchObject({ status: 'paid', automatic: true, currency: 'CNY', amountMinor: owed });
    const lines = await rig.gateway.listPayoutLines(payout!.payoutId);
    expect(lines.reduce((sum, { netMinor }) => sum + netMinor, 0n)).toBe(owed);
    expect(await rig.gateway.retrieveBalance()).toEqual([
      { currency: 'CNY', availableMinor: 0n, pendingMinor: 0n },
    ]);
    await rig.receiver.waitFor('payout.paid');
  });

  it('the poller’s list has every event that webhooks brought, oldest first', async () => {
    await pay();
    await waitUntil(
      async () => JSON.stringify((await control(rig.sandbox, 'deliveries', {}, 'GET'))['data']) === '[]',
      'all deliveries',
    );
    const listed = await rig.gateway.listEvents({ since: new Date(0) });
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(rig.receiver.events.map(({ id }) => id)));
    expect(listed.map(({ createdAt }) => createdAt.getTime())).toEqual(
      listed.map(({ createdAt }) => createdAt.getTime()).sort((a, b) => a - b),
    );
    expect(rig.receiver.refusals).toBe(0);
    expect(listed.length).toBeGreaterThan(30);
  });
});
