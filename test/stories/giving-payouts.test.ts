/** Clearing: the processor's ledger beside ours, payouts on their way and at the bank, and a week without any webhook. */
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import { BankLineDoesNotFit } from '../../server/domain/bank-line.ts';
import { CLEARING, onClearing, PayoutNotExplained } from '../../server/domain/clearing.ts';
import { ledgerTable } from '../../server/domain/journal.ts';
import { bankLines } from '../../server/db/models/bank-statement.ts';
import { processorLines } from '../../server/db/models/processor-line.ts';
import { systemClock } from '../../server/gateways/clock.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { readAccountBalance } from '../../server/ledger/read-balances.ts';
import { findEntriesById } from '../../server/ledger/read-ledger.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import { confirmBankLine, listBankLines } from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { loadDonation } from '../../server/services/giving/donation-records.ts';
import { readClearing } from '../../server/services/giving/read-clearing.ts';
import { recoverEvents } from '../../server/services/giving/recover-events.ts';
import { syncProcessor } from '../../server/services/giving/sync-processor.ts';
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
let finance: ServiceContext;

beforeAll(async () => {
  rig = await startGivingRig();
  finance = as('Li Zhen', ['finance-officer']);
});
afterAll(() => rig.stop());

function as(name: string, roles: readonly Role[]): ServiceContext {
  const actor = { kind: 'person' as const, personId: name, name, roles, memberships: [] };
  return {
    ...rig.platform,
    actor,
    database: actingAs(rig.database, actor, systemClock, null),
  } as unknown as ServiceContext;
}

async function clearingBalance(): Promise<bigint> {
  const { debitMinor, creditMinor } = await readAccountBalance(rig.database, CLEARING);
  return debitMinor - creditMinor;
}

async function refund(number: number, amountMinor: bigint): Promise<string> {
  const { paymentIntentId } = await loadDonation(rig.database, giftId(number));
  const made = await rig.platform.payments.createRefund({
    ...{ paymentIntentId: paymentIntentId ?? '', amountMinor, idempotencyKey: `refund-${number}` },
  });
  return made.refundId;
}

/** `charge 200.00 - 9.15 = 190.85`: what an accountant reads, without ids that change at every run. */
async function told(): Promise<string[]> {
  const { items } = await readClearing(finance);
  return items
    .map(
      ({ category, oursMinor, theirsMinor, advice }) =>
        `${category} ${theirsMinor} | ${oursMinor} ${advice ?? ''}`,
    )
    .sort();
}

let file = 300;
async function bankBrings(serial: string, minorAmount: bigint): Promise<string> {
  file += 1;
  const yuan = `${minorAmount / 100n}.${String(minorAmount % 100n).padStart(2, '0')}`;
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const bytes = new TextEncoder().encode(
    `日期,流水号,金额,对方户名\n${day},${serial},${yuan},STRIPE PAYMENTS\n`,
  );
  await importStatement(finance, { id: giftId(file), fileName: 's.csv', bytes, columns: null });
  return `main:${serial}`;
}

const failing = async () =>
  (await checkLedger(rig.database)).flatMap(({ breaches, invariant }) =>
    breaches.map((one) => `${invariant}: ${one}`),
  );

describe('the clearing account', () => {
  it('is explained line by line: gifts, fees and refunds sum to its balance, as the processor says', async () => {
    await giveAndSettle(rig, giftOf(giftId(1)));
    await giveAndSettle(rig, giftOf(giftId(2), { giftMinor: 50_000n, coverFee: true }));
    await refund(1, 5_000n);
    // Before the processor's ledger is copied, what our entries say is listed as not compared yet.
    expect(await told()).toEqual([
      'donation-settled 0 | 20000 wait',
      'donation-settled 0 | 52004 wait',
      'payment-fee 0 | -2003 wait',
      'payment-fee 0 | -915 wait',
    ]);
    await syncProcessor(rig.platform);
    const clearing = await readClearing(finance);
    expect(clearing.items.map(({ advice }) => advice)).toEqual([null, null, null]);
    expect(clearing.explainedMinor).toBe(clearing.balanceMinor);
    const [held] = await rig.platform.payments.retrieveBalance();
    expect((held?.availableMinor ?? 0n) + (held?.pendingMinor ?? 0n)).toBe(clearing.balanceMinor);
    expect(await told()).toMatchSnapshot();
    expect(await failing()).toEqual([]);
  });

  it('copied again by two at once, has every line once', async () => {
    const before = await processorLines(rig.database).countDocuments({});
    await Promise.all([syncProcessor(rig.platform), syncProcessor(rig.platform)]);
    expect(await processorLines(rig.database).countDocuments({})).toBe(before);
  });
});

describe('a payout', () => {
  it('is in transit until its line at the bank is confirmed, and drains the account fund by fund', async () => {
    await control(rig.sandbox.sandbox, 'payouts', { include_pending: true });
    await syncProcessor(rig.platform);
    const { payouts, inTransitMinor, balanceMinor, items } = await readClearing(finance);
    expect(payouts).toHaveLength(1);
    expect(inTransitMinor).toBe(balanceMinor);
    expect(items.every(({ payoutId }) => payoutId === payouts[0]?._id)).toBe(true);
    const payoutId = payouts[0]?._id ?? '';
    const wrong = await bankBrings('P-0', inTransitMinor + 1n);
    const match = { kind: 'payout', id: payoutId } as const;
    await expect(confirmBankLine(finance, { line: wrong, match })).rejects.toThrow(BankLineDoesNotFit);
    const line = await bankBrings('P-1', inTransitMinor);
    const lines = (await listBankLines(finance, 'open', { first: 10, after: null })).items;
    expect(lines.find(({ _id }) => _id === line)).toMatchObject({
      suggestions: [{ kind: 'payout', id: payoutId, grounds: ['name', 'amount', 'date'] }],
    });
    await Promise.all([1, 2, 3].map(() => confirmBankLine(finance, { line, match })));
    expect(await clearingBalance()).toBe(0n);
    expect(await readClearing(finance)).toMatchObject({ items: [], payouts: [], explainedMinor: 0n });
    const entries = await findEntriesById(rig.database, [`payout:${payoutId}`]);
    expect(ledgerTable(entries).replaceAll(/\d{4}-\d{2}-\d{2}/g, '<today>   ')).toMatchSnapshot();
    expect(await failing()).toEqual([]);
  });

  it('that our books do not explain is not booked, and the difference is named with what to do', async () => {
    await giveAndPay(rig, giftOf(giftId(3)));
    await giveAndSettle(rig, giftOf(giftId(4)));
    await control(rig.sandbox.sandbox, 'payouts', { include_pending: true });
    // The copy knows the line of a gift whose checkout our record cannot ask about.
    const { database } = rig;
    await database.connection
      .collection('donations')
      .updateOne({ _id: giftId(3) as never }, { $set: { giftMinor: 19_999n } });
    await syncProcessor(rig.platform);
    expect((await told()).filter((line) => line.startsWith('charge') && line.includes('| 0 '))).toHaveLength(
      1,
    );
    const { payouts } = await readClearing(finance);
    const line = await bankBrings('P-2', payouts[0]?.amountMinor ?? 0n);
    const match = { kind: 'payout', id: payouts[0]?._id ?? '' } as const;
    await expect(confirmBankLine(finance, { line, match })).rejects.toThrow(PayoutNotExplained);
    expect((await bankLines(database).findById(line).lean())?.status).toBe('open');
    await database.connection
      .collection('donations')
      .updateOne({ _id: giftId(3) as never }, { $set: { giftMinor: 20_000n } });
    await syncProcessor(rig.platform);
    await confirmBankLine(finance, { line, match });
    expect(await clearingBalance()).toBe(0n);
    expect(await failing()).toEqual([]);
  });
});

const today = /\d{4}-\d{2}-\d{2}/g;

/** A day later, so that the story need not wait for the processor's two days. */
async function payOutByHand(amountMinor: bigint): Promise<string> {
  await control(rig.sandbox.sandbox, 'release');
  const { url, secretKey } = rig.sandbox.sandbox;
  const stripe = new Stripe(secretKey, {
    host: new URL(url).hostname,
    port: new URL(url).port,
    protocol: 'http',
  });
  const { id } = await stripe.payouts.create({ amount: Number(amountMinor), currency: 'cny' });
  await syncProcessor(rig.platform);
  return id;
}

describe('what the processor charges and corrects by itself', () => {
  it('is booked as it is told: the general fund bears it, and the clearing account explains it line by line', async () => {
    await control(rig.sandbox.sandbox, 'charges-of-its-own', { amount: -1_500, description: 'Radar' });
    await control(rig.sandbox.sandbox, 'charges-of-its-own', { type: 'adjustment', amount: 200 });
    await Promise.all([syncProcessor(rig.platform), syncProcessor(rig.platform)]);
    await syncProcessor(rig.platform);
    expect(await told()).toEqual(['fee -1500 | -1500 ', 'other_adjustment 200 | 200 ']);
    const lines = await processorLines(rig.database).find({ isSettled: false }).sort({ createdAt: 1 }).lean();
    const ids = lines.map(({ _id }) => _id).filter((id) => id.startsWith('txn'));
    const entries = await findEntriesById(
      rig.database,
      ids.map((id) => `processor-fee:${id}`),
    );
    expect(entries).toHaveLength(2);
    const inOrder = [...entries].sort((a, b) => Number(onClearing(a.postings) - onClearing(b.postings)));
    expect(ledgerTable(inOrder).replaceAll(today, '<today>   ')).toMatchSnapshot();
    expect(await failing()).toEqual([]);
  });
});

/** The processor's ledger counts in seconds: what comes within one of them is in no order. */
const nextSecond = (): Promise<void> => sleep(1_000 - (Date.now() % 1_000));

describe('a payout by hand', () => {
  it('pays out the oldest lines, the rest ahead of the next one; each fund has its own at the bank', async () => {
    await giveAndSettle(rig, giftOf(giftId(21)));
    await nextSecond();
    await giveAndSettle(
      rig,
      giftOf(giftId(22), { restriction: { sectors: ['elderly-care'], localities: null, projects: null } }),
    );
    await syncProcessor(rig.platform);
    const before = await clearingBalance();
    const first = await payOutByHand(25_000n);
    await confirmBankLine(finance, {
      line: await bankBrings('H-1', 25_000n),
      match: { kind: 'payout', id: first },
    });
    expect(await clearingBalance()).toBe(before - 25_000n);
    // The charges came first, then a whole gift; the second gift is paid out in part and stays listed with what is gone.
    expect(await told()).toMatchSnapshot();
    expect(await readClearing(finance)).toMatchObject({ explainedMinor: before - 25_000n });
    expect(await failing()).toEqual([]);
    const second = await payOutByHand(before - 25_000n);
    await confirmBankLine(finance, {
      line: await bankBrings('H-2', before - 25_000n),
      match: { kind: 'payout', id: second },
    });
    expect(await clearingBalance()).toBe(0n);
    expect(await readClearing(finance)).toMatchObject({ items: [], payouts: [], explainedMinor: 0n });
    const entries = await Promise.all(
      [first, second].map((id) => findEntriesById(rig.database, [`payout:${id}`])),
    );
    expect(ledgerTable(entries.flat()).replaceAll(today, '<today>   ')).toMatchSnapshot();
    expect(await failing()).toEqual([]);
  });
});

describe('an account that changes from payouts by hand to automatic ones and back', () => {
  const confirm = async (serial: string, id: string, amountMinor: bigint) =>
    confirmBankLine(finance, {
      line: await bankBrings(serial, amountMinor),
      match: { kind: 'payout', id },
    });
  const newestPayout = async () =>
    (await readClearing(finance)).payouts.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))[0];
  const explained = async () => {
    const { balanceMinor, explainedMinor } = await readClearing(finance);
    expect(explainedMinor).toBe(balanceMinor);
    expect(await failing()).toEqual([]);
    return balanceMinor;
  };

  it('has every line once: what went ahead by hand is taken off the next payout, whichever it is', async () => {
    await giveAndSettle(rig, giftOf(giftId(31)));
    await nextSecond();
    await syncProcessor(rig.platform);
    const before = await explained();
    const byHand = await payOutByHand(5_000n);
    await confirm('S-1', byHand, 5_000n);
    expect(await explained()).toBe(before - 5_000n);
    await nextSecond();
    await giveAndSettle(
      rig,
      giftOf(giftId(32), { restriction: { sectors: ['elderly-care'], localities: null, projects: null } }),
    );
    await control(rig.sandbox.sandbox, 'payouts', { include_pending: true });
    await syncProcessor(rig.platform);
    const left = await explained();
    const automatic = await newestPayout();
    expect(automatic).toMatchObject({ automatic: true, amountMinor: left });
    await confirm('S-2', automatic?._id ?? '', left);
    expect(await explained()).toBe(0n);
    await giveAndSettle(rig, giftOf(giftId(33)));
    await nextSecond();
    await syncProcessor(rig.platform);
    const rest = await explained();
    await confirm('S-3', await payOutByHand(rest), rest);
    expect(await explained()).toBe(0n);
    expect(await readClearing(finance)).toMatchObject({ items: [], payouts: [] });
    const entries = await Promise.all(
      [byHand, automatic?._id ?? ''].map((id) => findEntriesById(rig.database, [`payout:${id}`])),
    );
    expect(ledgerTable(entries.flat()).replaceAll(today, '<today>   ')).toMatchSnapshot();
  });

  it('waits for the one by hand when the bank tells of the automatic one first', async () => {
    await giveAndSettle(rig, giftOf(giftId(34)));
    await nextSecond();
    await syncProcessor(rig.platform);
    const byHand = await payOutByHand(5_000n);
    await nextSecond();
    await giveAndSettle(rig, giftOf(giftId(35)));
    await control(rig.sandbox.sandbox, 'payouts', { include_pending: true });
    await syncProcessor(rig.platform);
    const automatic = await newestPayout();
    const amountMinor = automatic?.amountMinor ?? 0n;
    await expect(confirm('S-4', automatic?._id ?? '', amountMinor)).rejects.toThrow(PayoutNotExplained);
    await confirm('S-5', byHand, 5_000n);
    expect(await explained()).toBe(amountMinor);
    await confirmBankLine(finance, {
      line: 'main:S-4',
      match: { kind: 'payout', id: automatic?._id ?? '' },
    });
    expect(await explained()).toBe(0n);
  });
});

describe('a week without a single webhook', () => {
  it('changes nothing: the processor’s ledger tells of payments, refunds and disputes', async () => {
    for (const number of [11, 12, 13]) await giveAndPay(rig, giftOf(giftId(number)));
    await giveAndPay(rig, giftOf(giftId(14)), 'decline');
    await syncProcessor(rig.platform);
    const statuses = async () =>
      Promise.all(
        [11, 12, 13, 14].map(async (number) => (await loadDonation(rig.database, giftId(number))).status),
      );
    expect(await statuses()).toEqual(['settled', 'settled', 'settled', 'awaiting-payment']);
    await refund(11, 20_000n);
    const { paymentIntentId } = await loadDonation(rig.database, giftId(12));
    await control(rig.sandbox.sandbox, 'disputes', { payment_intent: paymentIntentId ?? '' });
    await syncProcessor(rig.platform);
    expect((await told()).filter((line) => !line.endsWith(' '))).toEqual([]);
    const balance = await clearingBalance();
    const [held] = await rig.platform.payments.retrieveBalance();
    expect((held?.availableMinor ?? 0n) + (held?.pendingMinor ?? 0n)).toBe(balance);
    // Everything that the webhooks would have told comes now, all at once, and changes nothing.
    await recoverEvents(rig.platform);
    await syncProcessor(rig.platform);
    expect(await clearingBalance()).toBe(balance);
    expect(await failing()).toEqual([]);
  });
});
