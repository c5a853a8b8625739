/**
 * Refunding a gift that was paid online: three people decide, a job asks the processor, and its own word makes the entry
 * by the waterfall, once, whether its answer, its event or the poll comes first, and wherever a worker dies.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import { WrongState } from '../../server/domain/errors.ts';
import { ledgerTable } from '../../server/domain/journal.ts';
import { RefundExceedsGift, type GiftRefund } from '../../server/domain/gift-refund.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { PaymentGatewayUnavailable, type PaymentGateway } from '../../server/gateways/payments.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { findEntriesById } from '../../server/ledger/read-ledger.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { issueReceipt } from '../../server/services/giving/issue-receipt.ts';
import { refundOnline, sweepOnlineRefunds } from '../../server/services/giving/online-refunds.ts';
import { recoverEvents } from '../../server/services/giving/recover-events.ts';
import { syncProcessor } from '../../server/services/giving/sync-processor.ts';
import {
  approveGiftRefund,
  executeGiftRefund,
  proposeGiftRefund,
  readGiftToRefund,
} from '../../server/services/giving/gift-refunds.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import {
  giftId,
  giftOf,
  giveAndPay,
  giveAndSettle,
  startGivingRig,
  type GivingRig,
} from '../support/giving-rig.ts';
import { control } from '../support/stripe-sandbox.ts';

let rig: GivingRig;
let li: ServiceContext;
let zhao: ServiceContext;
let qian: ServiceContext;
const clock = new SteppableClock(new Date('2026-03-12T02:00:00Z'));

beforeAll(async () => {
  rig = await startGivingRig(clock, true);
  li = as('Li Zhen', ['finance-officer']);
  zhao = as('Zhao Min', ['approver']);
  qian = as('Qian Bo', ['finance-officer']);
});
afterAll(() => rig.stop());

function as(name: string, roles: readonly Role[]): ServiceContext {
  const actor = { kind: 'person' as const, personId: name, name, roles, memberships: [] };
  return {
    ...rig.platform,
    secondFactor: { consume: () => Promise.resolve() },
    actor,
    database: actingAs(rig.database, actor, clock, null),
  } as unknown as ServiceContext;
}

const purpose = (sector: string) => ({ sectors: [sector], localities: null, projects: null });

/** 300.00 yuan, a third of it for health and the rest for education, and what was added for the fee. */
const paid = (number: number) =>
  giveAndSettle(
    rig,
    giftOf(giftId(number), {
      ...{ giftMinor: 30_000n, coverFee: true },
      split: [
        { restriction: purpose('health'), amountMinor: 10_000n },
        { restriction: purpose('education'), amountMinor: 20_000n },
      ],
    }),
  );

const proposal = (number: number, donation: string, amountMinor: bigint) => ({
  ...{ id: giftId(number), donation, amountMinor, payee: null, reason: '捐赠人重复支付，要求退回' },
});

/** Proposed, approved and executed by three people; the processor has not been asked yet. */
async function decided(number: number, donation: string, amountMinor: bigint): Promise<string> {
  const { _id: id, control: seen } = await proposeGiftRefund(li, proposal(number, donation, amountMinor));
  await approveGiftRefund(zhao, { id, digest: seen.digest });
  await executeGiftRefund(qian, { id, digest: seen.digest });
  return id;
}

const refundOf = async (donation: string, id: string): Promise<GiftRefund | undefined> =>
  (await readGiftToRefund(li, donation)).refunds.find(({ _id }) => _id === id);

/** The processor's own ids change at every run. */
async function entriesOf(donation: string): Promise<string> {
  const { refunds, others } = await readGiftToRefund(li, donation);
  const theirs = [...refunds.map(({ online }) => online?.refundId ?? ''), ...others.map(({ _id }) => _id)];
  // In the order in which they were asked for: the processor's ids have none.
  const ids = theirs.flatMap((id) => [`refund:${id}`, `reversal:refund:${id}`]);
  const entries = await findEntriesById(rig.database, ids);
  const table = ledgerTable(entries.sort((a, b) => ids.indexOf(a._id) - ids.indexOf(b._id)));
  return theirs.reduce((text, id, place) => (id === '' ? text : text.replaceAll(id, `re_${place}`)), table);
}

const failing = async () => (await checkLedger(rig.database)).flatMap(({ breaches }) => breaches);

const made = async (donation: string): Promise<number> =>
  (await rig.platform.payments.listRefunds(await paymentOf(donation))).length;

async function paymentOf(donation: string): Promise<string> {
  const found = await rig.database.connection.collection('donations').findOne({ _id: donation as never });
  return String(found?.['paymentIntentId']);
}

/** A worker whose connection to the processor does something else for one call. */
const workerWith = (change: Partial<PaymentGateway>) => ({
  ...rig.platform,
  payments: { ...rig.platform.payments, ...change },
});

describe('a refund of a gift that was paid online', () => {
  it('is decided by three people, leaves as a job, and is booked by what the processor says', async () => {
    const { _id: donation } = await paid(1);
    const receipt = await issueReceipt(rig.platform, donation);
    const id = await decided(11, donation, 10_001n);
    // Decided, and nothing is booked: the processor has not moved any money.
    expect(await refundOf(donation, id)).toMatchObject({ status: 'executed', online: { refundId: null } });
    expect(await entriesOf(donation)).toBe(ledgerTable([]));
    await expect(proposeGiftRefund(li, proposal(12, donation, 1n))).rejects.toThrow(WrongState);
    // Two who ask while the first is being answered are told to come again, as workers do.
    const asked = await Promise.allSettled([1, 2, 3].map(() => refundOnline(rig.platform, id)));
    for (const one of asked)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(PaymentGatewayUnavailable);
    await refundOnline(rig.platform, id);
    expect(await made(donation)).toBe(1);
    expect(await refundOf(donation, id)).toMatchObject({ online: { processorStatus: 'succeeded' } });
    expect(await entriesOf(donation)).toMatchSnapshot();
    // A donor names the receipt, not the gift.
    expect(await readGiftToRefund(li, receipt?._id ?? '')).toMatchObject({
      ...{ _id: donation, isOnline: true, others: [] },
      leftMinor: (await leftAfter(donation)) - 10_001n,
    });
    expect(await issueReceipt(rig.platform, donation)).toMatchObject({ replaces: receipt?._id });
    expect(await failing()).toEqual([]);
  });

  it('of the whole rest takes the addition for the fee last, and leaves nothing to refund', async () => {
    const donation = giftId(1);
    const { leftMinor } = await readGiftToRefund(li, donation);
    await expect(proposeGiftRefund(li, proposal(13, donation, leftMinor + 1n))).rejects.toThrow(
      RefundExceedsGift,
    );
    await refundOnline(rig.platform, await decided(14, donation, leftMinor));
    expect(await readGiftToRefund(li, donation)).toMatchObject({ leftMinor: 0n });
    expect(await entriesOf(donation)).toMatchSnapshot();
    expect(await issueReceipt(rig.platform, donation)).toMatchObject({ amountMinor: 0n });
    expect(await failing()).toEqual([]);
  });

  it('is one refund wherever a worker dies: before asking, after it was done, before it is noted', async () => {
    const { _id: donation } = await paid(2);
    const id = await decided(21, donation, 5_000n);
    const dies = () => Promise.reject(new PaymentGatewayUnavailable('The worker dies here.'));
    await expect(refundOnline(workerWith({ createRefund: dies }), id)).rejects.toThrow('dies here');
    expect(await made(donation)).toBe(0);
    const done = workerWith({
      createRefund: async (request) => {
        await rig.platform.payments.createRefund(request);
        return dies();
      },
    });
    await expect(refundOnline(done, id)).rejects.toThrow('dies here');
    expect(await made(donation)).toBe(1);
    // Two days later, when the processor has forgotten the key.
    clock.advance(2 * 86_400_000);
    await expect(refundOnline(workerWith({ listDisputes: dies }), id)).rejects.toThrow('dies here');
    expect(await sweepOnlineRefunds(rig.platform)).toBe(1);
    await Promise.all([refundOnline(rig.platform, id), refundOnline(rig.platform, id)]);
    expect(await made(donation)).toBe(1);
    expect(await readGiftToRefund(li, donation)).toMatchObject({ refunds: [{ online: { refusal: null } }] });
    expect(await sweepOnlineRefunds(rig.platform)).toBe(0);
    expect(await entriesOf(donation)).toMatchSnapshot();
    expect(await failing()).toEqual([]);
  });

  it('is booked by its event or the poll, when the answer to the job never comes', async () => {
    for (const [number, learn] of [
      [3, learnFromEvents],
      [4, () => syncProcessor(rig.platform)],
    ] as const) {
      const { _id: donation } = await paid(number);
      const id = await decided(number * 10 + 1, donation, 5_000n);
      const lost = workerWith({
        createRefund: async (request) => {
          await rig.platform.payments.createRefund(request);
          throw new PaymentGatewayUnavailable('The answer is lost.');
        },
      });
      await expect(refundOnline(lost, id)).rejects.toThrow('lost');
      await learn();
      const before = await entriesOf(donation);
      expect(before).not.toBe(ledgerTable([]));
      expect(await refundOf(donation, id)).toMatchObject({ online: { processorStatus: 'succeeded' } });
      await refundOnline(rig.platform, id);
      expect(await entriesOf(donation)).toBe(before);
      expect(await made(donation)).toBe(1);
    }
    expect(await failing()).toEqual([]);
  });

  it('that the processor does not take says so, and another can be proposed', async () => {
    const { _id: donation } = await paid(5);
    const id = await decided(51, donation, 20_000n);
    // Somebody has refunded most of it on the processor's own page in the meantime.
    await rig.platform.payments.createRefund({
      ...{ paymentIntentId: await paymentOf(donation), amountMinor: 25_000n, idempotencyKey: 'by-hand' },
    });
    await refundOnline(rig.platform, id);
    expect(await refundOf(donation, id)).toMatchObject({ status: 'refused' });
    await syncProcessor(rig.platform);
    const { leftMinor, others } = await readGiftToRefund(li, donation);
    expect(others).toMatchObject([{ kind: 'refund', amountMinor: 25_000n, status: 'taken' }]);
    await refundOnline(rig.platform, await decided(52, donation, leftMinor));
    expect(await readGiftToRefund(li, donation)).toMatchObject({ leftMinor: 0n });
    expect(await failing()).toEqual([]);
  });

  it('that fails after it was made comes back: the entry is undone and the gift can be refunded again', async () => {
    const { _id: donation } = await paid(6);
    const id = await decided(61, donation, 5_000n);
    await refundOnline(rig.platform, id);
    const refundId = (await refundOf(donation, id))?.online?.refundId ?? '';
    // It left on one day and came back on another, and we hear of it a day later still: each entry is of its own day.
    clock.advance(3 * 86_400_000);
    await control(rig.sandbox.sandbox, `refunds/${refundId}/fail`, {});
    clock.advance(86_400_000);
    await syncProcessor(rig.platform);
    expect(await refundOf(donation, id)).toMatchObject({
      status: 'came-back',
      online: { processorStatus: 'failed' },
    });
    expect(await entriesOf(donation)).toMatchSnapshot();
    await refundOnline(rig.platform, await decided(62, donation, 5_000n));
    expect(await made(donation)).toBe(2);
    expect(await failing()).toEqual([]);
  });

  it('that stays pending is booked when it succeeds, and when it fails nothing ever was', async () => {
    const { _id: donation } = await paid(9);
    await control(rig.sandbox.sandbox, 'refunds/hold', { count: 2 });
    const id = await decided(91, donation, 5_000n);
    const before = (await readGiftToRefund(li, donation)).leftMinor;
    await refundOnline(rig.platform, id);
    const pending = { status: 'executed', online: { processorStatus: 'pending', refusal: null } };
    expect(await refundOf(donation, id)).toMatchObject(pending);
    expect(await entriesOf(donation)).toBe(ledgerTable([]));
    // It is on its way: what it will take is left to nobody, and another refund waits for it.
    expect(await readGiftToRefund(li, donation)).toMatchObject({ leftMinor: before - 5_000n });
    await expect(proposeGiftRefund(li, proposal(92, donation, 1n))).rejects.toThrow(WrongState);
    expect(await sweepOnlineRefunds(rig.platform)).toBe(1);
    clock.advance(5 * 86_400_000);
    await refundOnline(rig.platform, id);
    expect(await made(donation)).toBe(1);
    const refundId = (await refundOf(donation, id))?.online?.refundId ?? '';
    await control(rig.sandbox.sandbox, `refunds/${refundId}/settle`, {});
    await learnFromEvents();
    expect(await refundOf(donation, id)).toMatchObject({ online: { processorStatus: 'succeeded' } });
    const booked = await entriesOf(donation);
    expect(booked).toMatchSnapshot();
    await Promise.all([refundOnline(rig.platform, id), syncProcessor(rig.platform)]);
    expect(await entriesOf(donation)).toBe(booked);

    const failed = await decided(93, donation, 4_000n);
    await refundOnline(rig.platform, failed);
    expect(await refundOf(donation, failed)).toMatchObject(pending);
    const second = (await refundOf(donation, failed))?.online?.refundId ?? '';
    await control(rig.sandbox.sandbox, `refunds/${second}/fail`, {});
    await syncProcessor(rig.platform);
    await refundOnline(rig.platform, failed);
    expect(await refundOf(donation, failed)).toMatchObject({
      ...{ status: 'refused', online: { processorStatus: 'failed', refusal: 'failed' } },
    });
    expect(await entriesOf(donation)).toBe(booked);
    expect(await readGiftToRefund(li, donation)).toMatchObject({ leftMinor: before - 5_000n });
    await refundOnline(rig.platform, await decided(94, donation, 4_000n));
    expect(await readGiftToRefund(li, donation)).toMatchObject({ leftMinor: before - 9_000n });
    expect(await failing()).toEqual([]);
  });

  it('names no account, and a gift by transfer must name one', async () => {
    const { _id: donation } = await paid(7);
    const payee = { accountName: '王芳', bankName: '示例银行', accountNumber: '6222021001000001' };
    await expect(proposeGiftRefund(li, { ...proposal(71, donation, 1_000n), payee })).rejects.toMatchObject({
      faults: [{ path: 'payee.accountNumber', reason: 'goes-back-as-it-came' }],
    });
    await giveAndPay(rig, giftOf(giftId(8)), 'decline');
    await expect(proposeGiftRefund(li, proposal(72, giftId(8), 1_000n))).rejects.toThrow(WrongState);
  });
});

const leftAfter = async (donation: string): Promise<bigint> => {
  const found = await rig.database.connection
    .collection<{ giftMinor: bigint; feeCoverMinor: bigint }>('donations')
    .findOne({ _id: donation as never });
  return (found?.giftMinor ?? 0n) + (found?.feeCoverMinor ?? 0n);
};

/** Everything that the processor's events tell, applied. */
async function learnFromEvents(): Promise<void> {
  await recoverEvents(rig.platform);
  const received = await paymentEvents(rig.database).find({ status: 'received' }).limit(1_000).lean();
  for (const { _id } of received) await applyPaymentEvent(rig.platform, _id);
}
