/** Monthly giving: every paid month is a gift of its own, and what goes wrong with a card is told and mended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { donations } from '../../server/db/models/donation.ts';
import { monthlyGivings } from '../../server/db/models/monthly-giving.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import {
  applyMonthlyAmount,
  changeMonthlyAmount,
  openCardUpdate,
  stopMonthly,
} from '../../server/services/giving/change-monthly.ts';
import { followMonthly } from '../../server/services/giving/follow-monthly.ts';
import { loadMonthly } from '../../server/services/giving/monthly-records.ts';
import { sendMonthlyLetter } from '../../server/services/giving/send-monthly-letter.ts';
import { startMonthly } from '../../server/services/giving/start-monthly.ts';
import {
  ledgerOf,
  deliverAndApply,
  giftId,
  giftOf,
  startGivingRig,
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

async function begin(change: Parameters<typeof giftOf>[1] = {}, outcome = 'card'): Promise<string> {
  const id = nextId();
  const { checkoutUrl } = await startMonthly(rig.platform, giftOf(id, { giftMinor: 5_000n, ...change }));
  await press(checkoutUrl!, { outcome });
  await followMonthly(rig.platform, id);
  return id;
}

const monthsOf = (monthlyGivingId: string) =>
  donations(rig.database).find({ monthlyGivingId }).sort({ createdAt: 1 }).limit(50).lean();

async function nextMonth(id: string): Promise<void> {
  const { subscriptionId } = await loadMonthly(rig.database, id);
  await control(rig.sandbox.sandbox, `subscriptions/${subscriptionId ?? ''}/renew`);
}

const letters = (id: string) =>
  rig.database.connection
    .collection('backgroundjobs')
    .find({ handlerName: 'send-monthly-letter', 'data.monthlyGivingId': id })
    .toArray();

/** The entries of one month, on whichever day they are made. */
const monthInLedger = async (donationId: string): Promise<string> =>
  (await ledgerOf(rig, donationId)).replaceAll(/\d{4}-\d{2}-\d{2}/g, '<today>   ');

describe('a gift of ¥50 every month', () => {
  it('is one wish and one page, however often "give" is pressed', async () => {
    const id = nextId();
    const started = await Promise.all(
      Array.from({ length: 20 }, () => startMonthly(rig.platform, giftOf(id, { giftMinor: 5_000n }))),
    );
    expect(new Set(started.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(1);
    expect(started[0]?.monthlyGiving.status).toBe('awaiting-payment');
  });

  it('needs an address, so that it can be stopped', async () => {
    const donor = { name: null, email: null, locale: 'zh' } as const;
    await expect(startMonthly(rig.platform, giftOf(nextId(), { donor }))).rejects.toMatchObject({
      faults: [{ path: 'donor.email', reason: 'needed-monthly' }],
    });
  });

  it('becomes a donation every month, split as the donor chose, whatever the order of the events', async () => {
    const to = (sector: string) => ({ sectors: [sector], localities: null, projects: null });
    const id = await begin({
      split: [
        { restriction: to('health'), amountMinor: 1_667n },
        { restriction: to('education'), amountMinor: 3_333n },
      ],
    });
    expect((await loadMonthly(rig.database, id)).status).toBe('active');
    await nextMonth(id);
    const { receiver } = rig.sandbox;
    const ours = () => receiver.events.filter((event) => event.monthlyGivingId === id);
    await waitUntil(
      () => ours().filter(({ type }) => type === 'invoice.paid').length === 2,
      'two paid months',
    );
    const bodies = ours().map((event) => Buffer.from(receiver.bodies[receiver.events.indexOf(event)]!));
    await deliverAndApply(rig.platform, [...bodies].reverse());
    await deliverAndApply(rig.platform, bodies);
    const months = await monthsOf(id);
    expect(months.map(({ status, giftMinor }) => [status, giftMinor])).toEqual([
      ['settled', 5_000n],
      ['settled', 5_000n],
    ]);
    expect(months[1]?.parts.map(({ amountMinor }) => amountMinor)).toEqual([1_667n, 3_333n]);
    expect(await monthInLedger(months[1]?._id ?? '')).toMatchSnapshot();
    const funds = months[0]?.parts.map(({ fundId }) => fundId) ?? [];
    const positions = await readFundPositions(rig.database, funds);
    expect(funds.map((fund) => positions.get(fund)?.balanceMinor)).toEqual([3_334n, 6_666n]);
    expect((await checkLedger(rig.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
  });

  it('at another amount from the next month on is right, and one that nobody agreed to is not booked', async () => {
    const id = await begin();
    await changeMonthlyAmount(rig.platform, id, 8_000n);
    await applyMonthlyAmount(rig.platform, id);
    await nextMonth(id);
    await followMonthly(rig.platform, id);
    expect((await monthsOf(id)).map(({ giftMinor }) => giftMinor)).toEqual([5_000n, 8_000n]);
    const { subscriptionId } = await loadMonthly(rig.database, id);
    await rig.sandbox.gateway.changeSubscriptionAmount({
      subscriptionId: subscriptionId!,
      amountMinor: 999_900n,
      idempotencyKey: 'somebody else',
    });
    await nextMonth(id);
    expect(await followMonthly(rig.platform, id)).toBe('other-amount');
    expect(await monthsOf(id)).toHaveLength(2);
  });

  it('stops after the month that is paid for, and is told so once it has ended', async () => {
    const id = await begin();
    await stopMonthly(rig.platform, id);
    expect(await loadMonthly(rig.database, id)).toMatchObject({ status: 'active', stopsAtPeriodEnd: true });
    await nextMonth(id);
    await followMonthly(rig.platform, id);
    expect((await loadMonthly(rig.database, id)).status).toBe('ended');
    expect(await monthsOf(id)).toHaveLength(1);
    expect((await letters(id)).map(({ data }) => (data as { occasion: string }).occasion)).toEqual(['ended']);
  });
});

describe('a card that fails', () => {
  it('is told once for each attempt, and another card pays the month', async () => {
    const id = await begin();
    const { subscriptionId, paidUntil } = await loadMonthly(rig.database, id);
    const back = 'https://give.example.org/zh/my-giving';
    // The donor saves a card that will be declined, and later one that works.
    await press(await openCardUpdate(rig.platform, id, back), { outcome: 'card_fails_later' });
    await followMonthly(rig.platform, id);
    await control(rig.sandbox.sandbox, `subscriptions/${subscriptionId ?? ''}/renew`);
    await followMonthly(rig.platform, id);
    await followMonthly(rig.platform, id);
    const troubled = await loadMonthly(rig.database, id);
    expect(troubled.status).toBe('past-due');
    expect(troubled.paidUntil).toEqual(paidUntil);
    expect(troubled.trouble).not.toBeNull();
    const told = await letters(id);
    expect(told).toHaveLength(1);
    const { occasion } = told[0]!.data as { occasion: string };
    expect(await sendMonthlyLetter(rig.platform, id, occasion)).toBe('sent');
    const letter = rig.mails.mails.at(-1);
    expect(letter?.subject).toBe('本月的月捐没有扣款成功');
    expect(letter?.text).toMatch(/\/zh\/my-giving\/[0-9a-f]{32}-/);

    await monthlyGivings(rig.database).updateOne({ _id: id }, { $set: { cardUpdateSessionId: null } });
    const later = { ...rig.platform, clock: { now: () => new Date(Date.now() + 2 * 3_600_000) } };
    await press(await openCardUpdate(later, id, back), { outcome: 'card' });
    await followMonthly(rig.platform, id);
    const mended = await loadMonthly(rig.database, id);
    expect(mended).toMatchObject({ status: 'active', trouble: null });
    expect(mended.paidUntil?.getTime()).toBeGreaterThan(paidUntil?.getTime() ?? 0);
    const months = await monthsOf(id);
    expect(months).toHaveLength(2);
    // The month whose card failed at first is booked once, when the other card paid it.
    expect(await monthInLedger(months[1]?._id ?? '')).toMatchSnapshot();
  });
});
