/** Giving online, told in accounting: what each journey of a gift leaves in the ledger. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../../jobs/queue.ts';
import { operators } from '../../server/db/database.ts';
import { donations } from '../../server/db/models/donation.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { PaymentUnavailable } from '../../server/domain/donation.ts';
import { IdAlreadyUsed, InvalidInput } from '../../server/domain/errors.ts';
import type { PaymentState } from '../../server/gateways/payments.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { applyPaymentEvent, applyPaymentEvents } from '../../server/services/giving/apply-payment-event.ts';
import { findDonation } from '../../server/services/giving/find-donation.ts';
import { pollCheckout } from '../../server/services/giving/poll-checkout.ts';
import { receivePaymentEvent } from '../../server/services/giving/receive-payment-event.ts';
import { sendDonationThanks } from '../../server/services/giving/send-donation-thanks.ts';
import { startDonation } from '../../server/services/giving/start-donation.ts';
import { storeEvent } from '../../server/services/giving/store-events.ts';
import { sweepGiving } from '../../server/services/giving/sweep-giving.ts';
import {
  deliver,
  deliverAndApply,
  eventStatuses,
  giftId,
  giftOf,
  giveAndPay,
  ledgerOf,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { control, press, waitUntil } from '../support/stripe-sandbox.ts';

let rig: GivingRig;
let used = 0;
const nextId = () => giftId((used += 1));

beforeAll(async () => {
  rig = await startGivingRig();
});
afterAll(() => rig.stop());

const statusOf = async (id: string) => (await findDonation(rig.database, id)).status;
const withoutDates = (text: string) =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2}(?!\d)/g, 'YYYY-MM-DD')
    .replaceAll(/\d{4}年\d{1,2}月\d{1,2}日/g, 'YYYY年M月D日')
    .replaceAll(/\b\d{4}-\d{6}\b/g, 'YYYY-NNNNNN')
    .replaceAll(/my-giving\/[\w-]+/g, 'my-giving/LINK');
const jobsNamed = (handlerName: string, donationId: string) =>
  rig.database.connection
    .collection('backgroundjobs')
    .countDocuments({ handlerName, 'data.donationId': donationId });

/** Sessions that the sandbox holds for a donation. */
async function checkoutsOf(donationId: string): Promise<number> {
  const { url, secretKey } = rig.sandbox.sandbox;
  const response = await fetch(`${url}/v1/checkout/sessions?limit=100`, {
    headers: { Authorization: `Bearer ${secretKey}` },
  });
  const { data } = (await response.json()) as { data: { client_reference_id: string }[] };
  return data.filter((session) => session.client_reference_id === donationId).length;
}

describe('a gift of ¥200.00 for health in Jiashan, by card, with the fee covered', () => {
  const id = nextId();

  it('is awaiting payment once its page is open, and nothing is in the ledger', async () => {
    const restriction = { sectors: ['health'], localities: ['330421'], projects: null };
    const { checkoutUrl } = await startDonation(rig.platform, giftOf(id, { coverFee: true, restriction }));
    expect(checkoutUrl).toContain(rig.sandbox.sandbox.url);
    expect(await statusOf(id)).toBe('awaiting-payment');
    expect(await ledgerOf(rig, id)).toMatch(/^total +0\.00 +0\.00$/m);
    await press(checkoutUrl!, { outcome: 'card' });
  });

  it('is in the ledger once the signed webhook is applied: gift, cover and fee', async () => {
    await deliverAndApply(rig.platform, await webhooksOf(rig, id, 'checkout.session.completed'));
    expect(await statusOf(id)).toBe('settled');
    expect(withoutDates(await ledgerOf(rig, id))).toMatchInlineSnapshot(`
      "entry                        account                       debit  credit  nature        dimensions
      YYYY-MM-DD donation-settled  stripe-clearing              200.00                        fund=gifts-2e87e064ad917549 partyKind=individual
                                   fund:gifts-2e87e064ad917549          200.00  contribution  fund=gifts-2e87e064ad917549 partyKind=individual
                                   stripe-clearing                9.48                        fund=general partyKind=individual
                                   fund:general                           9.48  contribution  fund=general partyKind=individual
      YYYY-MM-DD payment-fee       fund:general                   9.47          payment-fees  fund=general
                                   stripe-clearing                        9.47                fund=general
      total                                                     218.95  218.95"
    `);
  });

  it('is thanked for by one letter in the donor’s language', async () => {
    expect(await jobsNamed('send-donation-thanks', id)).toBe(1);
    rig.mails.down = true;
    await expect(sendDonationThanks(rig.platform, id)).rejects.toThrow('away');
    rig.mails.down = false;
    expect(await sendDonationThanks(rig.platform, id)).toBe('sent');
    expect(await sendDonationThanks(rig.platform, id)).toBe('not-needed');
    expect(rig.mails.mails).toHaveLength(1);
    const [mail] = rig.mails.mails;
    expect(mail).toMatchObject({
      messageId: `donation-thanks-${id}`,
      to: 'wang@example.org',
      locale: 'zh-CN',
    });
    expect(withoutDates(mail?.text ?? '')).toMatchInlineSnapshot(`
      "尊敬的王芳：

      我们已于 YYYY年M月D日收到您的捐赠 ¥200.00，以及您为支付手续费另付的 ¥9.48。

      用途：卫生健康·嘉善。

      捐赠收据 YYYY-NNNNNN 见附件。

      查看我的捐赠与去向
      https://give.example.org/zh/my-giving/LINK

      捐赠编号：aaaaaaaa-0000-4000-8000-000000000001

      这是演示环境：没有任何真实资金发生转移。

      长三角生态绿色一体化发展示范区公共产品供给基金会
      "
    `);
  });
});

describe('events that come twice, late and in another order', () => {
  it('leave one settled donation and one pair of entries', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    await deliverAndApply(rig.platform, [...bodies].reverse());
    const once = await ledgerOf(rig, id);
    await deliverAndApply(rig.platform, [...bodies, ...bodies]);
    expect(await ledgerOf(rig, id)).toBe(once);
    expect(once.match(/donation-settled/g)).toHaveLength(1);
    expect(once.match(/payment-fee /g)).toHaveLength(1);
    expect((await eventStatuses(rig, id)).every(({ status }) => status === 'applied')).toBe(true);
  });

  it('are answered as known when they are copies, also fifty at once', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = await webhooksOf(rig, id, 'checkout.session.completed');
    const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(rig.platform, body!)));
    expect(answers.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'already-stored')).toHaveLength(49);
  });

  it('are stored together when many come at once; one that cannot be stored holds up no other', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    await webhooksOf(rig, id, 'checkout.session.completed');
    const real = rig.sandbox.receiver.events.filter(({ donationId }) => donationId === id);
    const others = Array.from({ length: 40 }, (_, number) => ({
      ...real[0]!,
      ...{ id: `evt_together_${number}`, type: 'charge.updated', donationId: null, paymentIntentId: null },
    }));
    const broken = { ...others[0]!, id: 'evt_together_broken', createdAt: new Date(Number.NaN) };
    const traffic = [...others.slice(0, 20), broken, ...real, ...others.slice(20), ...others.slice(0, 9)];
    const answers = await Promise.allSettled(traffic.map((event) => storeEvent(rig.platform, event)));
    const outcomes = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'));
    const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
    expect([count('stored'), count('already-stored'), count('failed')]).toEqual([40 + real.length, 9, 1]);
    const jobs = rig.database.connection.collection('backgroundjobs');
    const together = await jobs.find({ handlerName: 'apply-payment-events' }).sort({ _id: -1 }).toArray();
    const batches = together.map(({ data }) => (data as { eventIds: string[] }).eventIds);
    for (const eventIds of batches) await applyPaymentEvents(rig.platform, eventIds);
    const alone = await jobs.find({ handlerName: 'apply-payment-event' }).toArray();
    for (const { data } of alone)
      await applyPaymentEvent(rig.platform, (data as { eventId: string }).eventId);
    expect(await statusOf(id)).toBe('settled');
    const ids = [...others, ...real].map((event) => event.id);
    expect(
      await paymentEvents(rig.database).countDocuments({ _id: operators({ $in: ids }), status: 'applied' }),
    ).toBe(ids.length);
  });

  it('that never come are made up for by the poll', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    await pollCheckout(rig.platform, id);
    expect(await statusOf(id)).toBe('settled');
    expect((await ledgerOf(rig, id)).match(/donation-settled/g)).toHaveLength(1);
  });

  it('that come after the poll change nothing', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    await pollCheckout(rig.platform, id);
    const before = await ledgerOf(rig, id);
    await deliverAndApply(rig.platform, await webhooksOf(rig, id, 'checkout.session.completed'));
    expect(await ledgerOf(rig, id)).toBe(before);
  });

  it('race with the poll and with one another, and one of them books', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    await Promise.all([
      ...bodies.map((body) => deliverAndApply(rig.platform, [body])),
      pollCheckout(rig.platform, id),
      pollCheckout(rig.platform, id),
    ]);
    expect(await statusOf(id)).toBe('settled');
    expect((await ledgerOf(rig, id)).match(/donation-settled/g)).toHaveLength(1);
    expect(await jobsNamed('send-donation-thanks', id)).toBe(1);
  });
});

describe('gifts that settle at once', () => {
  it('share the fund of their restriction, whichever opened it', async () => {
    const restriction = { sectors: ['education', 'health'], localities: null, projects: null };
    const ids = Array.from({ length: 6 }, nextId);
    for (const id of ids) await giveAndPay(rig, giftOf(id, { restriction }));
    await Promise.all(ids.map((id) => pollCheckout(rig.platform, id)));
    const { fundId } = (await donations(rig.database).findById(ids[0]).lean())!;
    const positions = await readFundPositions(rig.database, [fundId]);
    expect(positions.get(fundId)?.balanceMinor).toBe(120_000n);
  });
});

describe('the year end', () => {
  it('books a gift on the day of its payment in the region’s time zone, however late its event is applied', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = (await webhooksOf(rig, id, 'checkout.session.completed')).slice(-1);
    const lateInUtc = Date.parse('2025-12-31T16:30:00Z') / 1000;
    const event = { ...(JSON.parse(body!.toString('utf8')) as object), created: lateInUtc };
    await deliverAndApply(rig.platform, [Buffer.from(JSON.stringify(event))]);
    expect(await ledgerOf(rig, id)).toContain('2026-01-01 donation-settled');
  });
});

describe('a crash', () => {
  it('between the payment and the entries leaves nothing half done, and the next attempt books once', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = (await webhooksOf(rig, id, 'checkout.session.completed')).slice(-1);
    const received = await deliver(rig.platform, body!);
    const eventId = received.outcome === 'refused' ? '' : received.eventId;
    const crashing = {
      ...rig.platform,
      queue: { enqueue: () => Promise.reject(new Error('The process ends here.')) },
    };
    await expect(applyPaymentEvent(crashing, eventId)).rejects.toThrow('ends here');
    expect(await statusOf(id)).toBe('awaiting-payment');
    expect(await ledgerOf(rig, id)).not.toContain('donation-settled');
    await applyPaymentEvent(rig.platform, eventId);
    await applyPaymentEvent(rig.platform, eventId);
    expect(await statusOf(id)).toBe('settled');
    expect((await ledgerOf(rig, id)).match(/donation-settled/g)).toHaveLength(1);
  });

  it('after the processor made the page and before we knew it leads to the same page', async () => {
    const id = nextId();
    await control(rig.sandbox.sandbox, 'faults', {
      api: 'server-error-after-success',
      path: 'checkout/sessions',
      method: 'POST',
    });
    await expect(startDonation(rig.platform, giftOf(id))).rejects.toBeInstanceOf(PaymentUnavailable);
    expect(await statusOf(id)).toBe('created');
    const { checkoutUrl } = await startDonation(rig.platform, giftOf(id));
    expect(checkoutUrl).not.toBeNull();
    expect(await checkoutsOf(id)).toBe(1);
  });

  it('that loses the jobs is mended by the sweep', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = await webhooksOf(rig, id, 'checkout.session.completed');
    await deliver(rig.platform, body!);
    await rig.database.connection.collection('backgroundjobs').deleteMany({});
    const longAgo = new Date(Date.now() - 24 * 3_600_000);
    await paymentEvents(rig.database).updateMany({}, { $set: { enqueuedAt: longAgo } });
    await donations(rig.database).updateOne({ _id: id }, { $set: { checkedAt: longAgo } });
    const swept = await sweepGiving(rig.platform);
    expect(swept.events).toBeGreaterThanOrEqual(1);
    expect(await jobsNamed('poll-checkout', id)).toBe(1);
    expect(await sweepGiving(rig.platform)).toEqual({
      ...{ events: 0, donations: 0, monthly: 0, transfers: 0, refunds: 0 },
    });
  });
});

describe('a hundred clicks on "give"', () => {
  it('make one donation with one page, also all at once', async () => {
    const id = nextId();
    const started = await Promise.all(
      Array.from({ length: 100 }, () => startDonation(rig.platform, giftOf(id))),
    );
    expect(new Set(started.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(1);
    expect(await checkoutsOf(id)).toBe(1);
    expect(await donations(rig.database).countDocuments({ _id: id })).toBe(1);
    expect(await jobsNamed('poll-checkout', id)).toBe(1);
  });

  it('after paying show that there is nothing to pay', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    await pollCheckout(rig.platform, id);
    const again = await startDonation(rig.platform, giftOf(id));
    expect(again).toMatchObject({ checkoutUrl: null, donation: { status: 'settled' } });
  });

  it('under the same id with another amount are refused', async () => {
    const id = nextId();
    await startDonation(rig.platform, giftOf(id));
    await expect(startDonation(rig.platform, giftOf(id, { giftMinor: 1_000n }))).rejects.toBeInstanceOf(
      IdAlreadyUsed,
    );
  });
});

describe('a processor that is away', () => {
  it('costs the donor one more click, and nothing is lost', async () => {
    const id = nextId();
    await control(rig.sandbox.sandbox, 'faults', { api: 'server-error', path: 'checkout/sessions' });
    await expect(startDonation(rig.platform, giftOf(id))).rejects.toThrow(
      'Nothing was charged and your choices are kept',
    );
    expect((await startDonation(rig.platform, giftOf(id))).checkoutUrl).not.toBeNull();
  });
});

describe('payments that do not come', () => {
  it('a declined card leaves the page open for another try', async () => {
    const id = nextId();
    const { checkoutUrl } = await giveAndPay(rig, giftOf(id), 'card_decline');
    await pollCheckout(rig.platform, id);
    expect(await statusOf(id)).toBe('awaiting-payment');
    const next = { uniqueKey: `poll-checkout-${id}` };
    expect(await rig.database.connection.collection('backgroundjobs').countDocuments(next)).toBe(1);
    await press(checkoutUrl, { outcome: 'card' });
    await pollCheckout(rig.platform, id);
    expect(await statusOf(id)).toBe('settled');
  });

  it('a wallet that refuses in the end makes the gift fail, with nothing in the ledger', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id), 'alipay_failure');
    await deliverAndApply(rig.platform, await webhooksOf(rig, id, 'checkout.session.async_payment_failed'));
    expect(await statusOf(id)).toBe('failed');
    expect(await ledgerOf(rig, id)).not.toContain('donation-settled');
  });

  it('a wallet that takes its time is processing, then settled', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id), 'alipay');
    await deliverAndApply(
      rig.platform,
      await webhooksOf(rig, id, 'checkout.session.async_payment_succeeded'),
    );
    expect(await statusOf(id)).toBe('settled');
  });

  it('a page that nobody paid on expires', async () => {
    const id = nextId();
    await startDonation(rig.platform, giftOf(id));
    const { checkout } = (await donations(rig.database).findById(id).lean())!;
    await rig.sandbox.gateway.expireCheckout(checkout!.sessionId);
    await pollCheckout(rig.platform, id);
    expect(await statusOf(id)).toBe('expired');
  });
});

describe('what disagrees with our record is set aside, not credited', () => {
  const tampered: readonly (readonly [string, Partial<PaymentState>])[] = [
    ['other-amount', { amountMinor: 1n }],
    ['other-amount', { amountReceivedMinor: 19_999n }],
    ['other-currency', { currency: 'USD' }],
    ['other-mode', { liveMode: true }],
    ['other-donation', { donationId: giftId(999) }],
    ['other-settlement-currency', { settlementCurrency: 'HKD' }],
  ];

  it.each(tampered)('%s: %o', async (mismatch, change) => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const real = rig.sandbox.gateway;
    const payments = {
      ...real,
      retrievePayment: async (paymentIntentId: string) => ({
        ...(await real.retrievePayment(paymentIntentId)),
        ...change,
      }),
    };
    const platform = { ...rig.platform, payments };
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    await deliverAndApply(platform, bodies.slice(-1));
    await pollCheckout(platform, id);
    expect(await statusOf(id)).toBe('awaiting-payment');
    expect(await ledgerOf(rig, id)).not.toContain('donation-settled');
    const aside = (await eventStatuses(rig, id)).filter(({ status }) => status === 'quarantined');
    expect(aside).toContainEqual(expect.objectContaining({ type: 'poll.checkout', mismatch }));
    expect(aside).toHaveLength(2);
  });

  it('an event whose amount was changed and signed all the same', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = (await webhooksOf(rig, id, 'checkout.session.completed')).slice(-1);
    const changed = body!
      .toString('utf8')
      .replaceAll('20000', '2000000')
      .replace(/evt_\w+/, 'evt_tampered1');
    await deliverAndApply(rig.platform, [Buffer.from(changed)]);
    expect(await statusOf(id)).toBe('awaiting-payment');
    expect(await eventStatuses(rig, id)).toContainEqual(
      expect.objectContaining({ status: 'quarantined', mismatch: 'other-amount' }),
    );
  });

  it('a paid checkout for a donation that we never recorded', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id));
    const [body] = (await webhooksOf(rig, id, 'checkout.session.completed')).slice(-1);
    const changed = body!
      .toString('utf8')
      .replaceAll(id, giftId(998))
      .replace(/evt_\w+/, 'evt_tampered2');
    await deliverAndApply(rig.platform, [Buffer.from(changed)]);
    expect(await eventStatuses(rig, giftId(998))).toEqual([
      expect.objectContaining({ status: 'quarantined', mismatch: 'unknown-donation' }),
    ]);
  });

  it('a request with a wrong signature is refused and not stored', async () => {
    const before = await paymentEvents(rig.database).countDocuments({});
    const forged = Buffer.from(JSON.stringify({ id: 'evt_forged', object: 'event' }));
    const header = `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`;
    expect(await receivePaymentEvent(rig.platform, forged, header)).toMatchObject({
      outcome: 'refused',
      reason: 'wrong-signature',
    });
    expect(await paymentEvents(rig.database).countDocuments({})).toBe(before);
  });
});

describe('wrong input', () => {
  const faultsFor = async (change: Parameters<typeof giftOf>[1], id = nextId()) => {
    const error: unknown = await startDonation(rig.platform, giftOf(id, change)).catch(
      (caught: unknown) => caught,
    );
    if (!(error instanceof InvalidInput)) throw new Error(`expected InvalidInput, got ${String(error)}`);
    return error.faults.map(({ path, reason }) => `${path}: ${reason}`);
  };

  it('is refused with each fault beside its field, and nothing is recorded', async () => {
    const before = await donations(rig.database).countDocuments({});
    expect(
      await faultsFor({
        giftMinor: -1n,
        restriction: { sectors: ['weapons'], localities: ['110000'], projects: [] },
        donor: { name: null, email: 'a@example.org, b@example.org', locale: 'en' },
        displayName: 'Somebody',
      }),
    ).toEqual([
      'giftMinor: below-minimum',
      'displayName: name-without-consent',
      'restriction.sectors[0]: unknown-sector',
      'restriction.localities[0]: unknown-locality',
      'restriction.projects: empty-list',
      'donor.email: not-an-address',
    ]);
    expect(await faultsFor({}, 'not-a-uuid')).toEqual(['id: not-a-uuid']);
    expect(await donations(rig.database).countDocuments({})).toBe(before);
  });
});

describe('an anonymous donor', () => {
  it('cannot be seen in the public state of the gift', async () => {
    const id = nextId();
    await startDonation(rig.platform, giftOf(id, { message: '给孩子们' }));
    const shown = JSON.stringify(await findDonation(rig.database, id), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const secret of ['王芳', 'wang@example.org', '给孩子们']) expect(shown).not.toContain(secret);
  });
});

describe('a worker', () => {
  it('applies what webhooks bring and sends the letters, by itself', async () => {
    const id = nextId();
    await giveAndPay(rig, giftOf(id, { donor: { name: null, email: 'li@example.org', locale: 'en' } }));
    const bodies = await webhooksOf(rig, id, 'checkout.session.completed');
    await rig.database.connection.collection('backgroundjobs').deleteMany({});
    const errors: object[] = [];
    const log = { info: () => undefined, error: (details: object) => void errors.push(details) };
    const worker = await startWorker(rig.platform, log);
    try {
      for (const body of bodies) await deliver(rig.platform, body);
      const arrived = () => rig.mails.mails.some(({ to }) => to === 'li@example.org');
      await waitUntil(arrived, 'the letter of thanks');
      const allApplied = async () =>
        (await eventStatuses(rig, id)).every(({ status }) => status === 'applied');
      await waitUntil(allApplied, 'every event to be applied');
    } finally {
      await worker.stop();
    }
    expect(await statusOf(id)).toBe('settled');
    expect(errors).toEqual([]);
    expect(rig.mails.mails.at(-1)?.subject).toBe('Thank you for your gift of ¥200.00');
  });
});
