/**
 * Giving with real worker processes that are killed between any two steps, events that come many times, in any order, late
 * or never, a processor that fails and answers after it has done it, a mail server that works by half, two workers at
 * once: one donation, one entry, one receipt, every time. `SUPPLY_FAULT_ROUNDS=20` plays it longer.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { donations } from '../../server/db/models/donation.ts';
import { giftRefunds } from '../../server/db/models/gift-refund.ts';
import { receipts } from '../../server/db/models/receipt.ts';
import type { Role } from '../../server/domain/access.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { findEntriesById } from '../../server/ledger/read-ledger.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import {
  approveGiftRefund,
  executeGiftRefund,
  proposeGiftRefund,
} from '../../server/services/giving/gift-refunds.ts';
import { enqueueOnlineRefund } from '../../server/services/giving/online-refunds.ts';
import { startDonation } from '../../server/services/giving/start-donation.ts';
import { syncProcessor } from '../../server/services/giving/sync-processor.ts';
import { FailingMailServer } from '../support/failing-mail-server.ts';
import {
  deliver,
  giftOf,
  giveAndPay,
  giveAndSettle,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { spawnGivingWorker } from '../support/giving-worker.ts';
import { control, press, waitUntil } from '../support/stripe-sandbox.ts';

const ROUNDS = Number(process.env['SUPPLY_FAULT_ROUNDS'] ?? 1);
const PATIENCE_MS = 120_000;

let rig: GivingRig;
let mail: FailingMailServer;
let mailUrl: string;
let directory: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  rig = await startGivingRig();
  mail = new FailingMailServer();
  mailUrl = await mail.start();
  directory = await mkdtemp(join(tmpdir(), 'giving-killed-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await mail.stop();
  await rig.stop();
  await rm(directory, { recursive: true, force: true });
});

async function startWorker(): Promise<ChildProcess> {
  const child = spawnGivingWorker(rig, { databaseUri: rig.databaseUri, mailUrl, directory });
  children.push(child);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await waitUntil(() => said.includes('takes jobs'), 'a worker', PATIENCE_MS);
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** `bbbbbbbb-…-<round><place>`. */
const idOf = (round: number, place: number): string =>
  `bbbbbbbb-0000-4000-8000-${String(round * 100 + place).padStart(12, '0')}`;
const addressOf = (id: string): string => `donor-${id.slice(-4)}@example.org`;

async function give(id: string): Promise<void> {
  await giveAndPay(rig, giftOf(id, { donor: { name: null, email: addressOf(id), locale: 'zh' } }));
}

/** Lets every event of the gifts arrive, each so often, in an order that follows from the round. */
async function deliverShuffled(ids: readonly string[], times: number, round: number): Promise<void> {
  const bodies: Buffer[] = [];
  for (const id of ids) bodies.push(...(await webhooksOf(rig, id, 'checkout.session.completed')));
  const all = Array.from({ length: times }, () => bodies).flat();
  const order = all.map((body, place) => ({ body, key: (place * 7_919 + round * 104_729) % 1_000 }));
  order.sort((a, b) => a.key - b.key);
  await Promise.all(order.map(({ body }) => deliver(rig.platform, body)));
}

const settledOf = async (id: string): Promise<boolean> =>
  (await donations(rig.database).exists({ _id: id, status: 'settled' })) !== null;

async function expectOneOfEach(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect(await donations(rig.database).countDocuments({ _id: id, status: 'settled' }), id).toBe(1);
    expect(await findEntriesById(rig.database, [`donation-settled:${id}`, `payment-fee:${id}`])).toHaveLength(
      2,
    );
    expect(await receipts(rig.database).countDocuments({ donationId: id }), id).toBe(1);
    const letters = mail.taken.get(addressOf(id)) ?? [];
    expect(new Set(letters).size, `one Message-ID for ${id}`).toBe(1);
    expect(letters.length, `letters for ${id}`).toBeLessThanOrEqual(2);
  }
  const issued = await receipts(rig.database).find({}).sort({ sequence: 1 }).limit(10_000).lean();
  expect(issued.map(({ sequence }) => sequence)).toEqual(issued.map((_, place) => place + 1));
}

/** A settled gift of which a part is to go back: decided by three people, and not asked for yet. */
async function decideRefund(donation: string, id: string): Promise<string> {
  await giveAndSettle(rig, giftOf(donation, { donor: { name: null, email: null, locale: 'zh' } }));
  const terms = { id, donation, amountMinor: 5_000n, payee: null, reason: '捐赠人重复支付' };
  const { control: seen } = await proposeGiftRefund(as('Li Zhen', 'finance-officer'), terms);
  await approveGiftRefund(as('Zhao Min', 'approver'), { id, digest: seen.digest });
  const enqueuing = as('Qian Bo', 'finance-officer');
  await executeGiftRefund(enqueuing, { id, digest: seen.digest });
  return id;
}

function as(name: string, role: Role): ServiceContext {
  const actor = { kind: 'person' as const, personId: name, name, roles: [role], memberships: [] };
  return {
    ...rig.platform,
    // The job is put in the queue when the story says so.
    queue: { enqueue: () => Promise.resolve() },
    secondFactor: { consume: () => Promise.resolve() },
    actor,
    database: actingAs(rig.database, actor, rig.platform.clock, null),
  } as unknown as ServiceContext;
}

/** Refunded once at the processor, booked once, and both say the same. */
async function expectOneRefund(round: number): Promise<void> {
  const [donation, id] = [idOf(round, 7), idOf(round, 8)];
  const { paymentIntentId } = (await donations(rig.database).findById(donation).lean()) ?? {};
  const made = await rig.platform.payments.listRefunds(paymentIntentId ?? '');
  expect(made.map(({ amountMinor, status }) => ({ amountMinor, status }))).toEqual([
    { amountMinor: 5_000n, status: 'succeeded' },
  ]);
  expect(await findEntriesById(rig.database, [`refund:${made[0]?.refundId}`])).toHaveLength(1);
  expect(await giftRefunds(rig.database).findById(id).lean()).toMatchObject({
    ...{ status: 'executed', online: { refundId: made[0]?.refundId, processorStatus: 'succeeded' } },
  });
}

async function playKills(round: number): Promise<string[]> {
  const [stored, taken, booked, issued, sent, dropped] = [1, 2, 3, 4, 5, 6].map((place) =>
    idOf(round, place),
  );
  const ids = [stored, taken, booked, issued, sent, dropped].map((id) => id ?? '');
  for (const id of ids) await give(id);
  mail.faults.set(addressOf(issued ?? ''), 'hold-before');
  mail.faults.set(addressOf(sent ?? ''), 'hold-after');
  mail.faults.set(addressOf(dropped ?? ''), 'drop');

  const refunded = idOf(round, 7);
  const refund = await decideRefund(refunded, idOf(round, 8));

  // One worker has issued a receipt whose letter is held up, sent two letters whose answers never come, hangs on the
  // processor for another gift, and is killed at the moment in which it commits the entry of the fifth.
  const worker = await startWorker();
  await deliverShuffled([issued ?? '', sent ?? '', dropped ?? ''], 3, round);
  await waitUntil(() => mail.waiting.size >= 2, 'the mails in between', PATIENCE_MS);
  await control(rig.sandbox.sandbox, 'faults', { api: 'timeout', path: 'checkout/sessions', count: 1 });
  // The processor gives the money back and the worker never hears of it.
  await control(rig.sandbox.sandbox, 'faults', {
    ...{ api: 'timeout-after-success', path: 'refunds', method: 'POST', count: 1 },
  });
  await enqueueOnlineRefund(rig.platform, null, refund);
  await deliverShuffled([taken ?? ''], 2, round);
  await waitUntil(
    async () => {
      const { armed } = await control(rig.sandbox.sandbox, 'faults', {}, 'GET');
      return (armed as unknown[]).length === 0;
    },
    'the jobs that hang on the processor',
    PATIENCE_MS,
  );
  await deliverShuffled([booked ?? ''], 3, round);
  await waitUntil(() => settledOf(booked ?? ''), 'the entry', PATIENCE_MS);
  await killed(worker);
  expect(await giftRefunds(rig.database).findById(refund).lean()).toMatchObject({
    ...{ status: 'executed', online: { refundId: null } },
  });

  // Stored while nobody works, fifty times over.
  await deliverShuffled([stored ?? ''], 50, round);
  mail.faults.clear();
  mail.waiting.clear();
  return ids;
}

describe('giving', () => {
  it(
    'survives kills at each step, duplicates in every order and a mail server that works by half',
    async () => {
      const ids: string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) ids.push(...(await playKills(round)));
      const workers = await Promise.all([startWorker(), startWorker()]);
      const done = async () => {
        const thanked = await donations(rig.database).countDocuments({ 'thanks.outcome': 'sent' });
        const refunded = await giftRefunds(rig.database).countDocuments({
          'online.processorStatus': 'succeeded',
        });
        return thanked === ids.length && refunded === ROUNDS;
      };
      await waitUntil(done, 'everybody to be thanked, and refunds to be made', PATIENCE_MS * ROUNDS);
      await expectOneOfEach(ids);
      for (let round = 1; round <= ROUNDS; round += 1) await expectOneRefund(round);
      // Everything again, as it would come a month later: known by its id, and nothing moves.
      await deliverShuffled(ids, 2, 99);
      await syncProcessor(rig.platform);
      await expectOneOfEach(ids);
      for (let round = 1; round <= ROUNDS; round += 1) await expectOneRefund(round);
      for (const { invariant, breaches } of await checkLedger(rig.database))
        expect(breaches, invariant).toEqual([]);
      for (const worker of workers) await killed(worker);
    },
    60_000 + 180_000 * ROUNDS,
  );

  it.each(
    [
      'conflict',
      'rate-limit',
      'server-error',
      'server-error-after-success',
      'reset-after-success',
      'timeout-after-success',
    ].map((fault, place) => [fault, place] as const),
  )('makes one page and takes one payment when the processor answers with %s', async (fault, place) => {
    const id = idOf(90, place);
    await control(rig.sandbox.sandbox, 'faults', {
      api: fault,
      path: 'checkout/sessions',
      method: 'POST',
      count: 1,
    });
    const input = giftOf(id);
    const pages = new Set<string>();
    for (let click = 0; click < 4; click += 1) {
      const started = await startDonation(rig.platform, input).catch(() => null);
      if (typeof started?.checkoutUrl === 'string') pages.add(started.checkoutUrl);
    }
    expect(pages.size).toBe(1);
    const [page = ''] = pages;
    await Promise.all([press(page, { outcome: 'card' }), press(page, { outcome: 'card' })]);
    await syncProcessor(rig.platform);
    expect(await settledOf(id)).toBe(true);
    const lines = await rig.platform.payments.listBalanceLines({ since: new Date(0) });
    expect(lines.filter(({ donationId }) => donationId === id)).toHaveLength(1);
  });
});
