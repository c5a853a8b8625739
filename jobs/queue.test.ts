/** The queue on a real database: enqueued with its cause or not at all, tried again, and seen when it fails for ever. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../server/db/database.ts';
import { PaymentGatewayUnavailable } from '../server/gateways/payments.ts';
import type { WorkerPlatform } from '../server/services/context.ts';
import { startDonation } from '../server/services/giving/start-donation.ts';
import { giftId, giftOf, startGivingRig, type GivingRig } from '../test/support/giving-rig.ts';
import { waitUntil } from '../test/support/stripe-sandbox.ts';
import { startWorker } from './queue.ts';

interface JobDocument {
  readonly attemptsCount: number;
  readonly lockedAt?: Date;
  readonly nextRunAt?: Date;
  readonly failedAt?: Date;
  readonly lastError?: string;
}

let rig: GivingRig;
const jobs = () => rig.database.connection.collection('backgroundjobs');
const jobOf = async (donationId: string) =>
  (await jobs().findOne({ 'data.donationId': donationId })) as unknown as JobDocument | null;

beforeAll(async () => {
  rig = await startGivingRig();
});
afterAll(() => rig.stop());
beforeEach(() => jobs().deleteMany({}));

describe('enqueuing', () => {
  const enqueue = (donationId: string, extra: { uniqueKey?: string } = {}) =>
    rig.platform.queue.enqueue('poll-checkout', { donationId }, { session: null, ...extra });

  it('belongs to the transaction that causes it: without the cause there is no job', async () => {
    const undone = inTransaction(rig.database, async (session) => {
      await rig.platform.queue.enqueue('poll-checkout', { donationId: 'undone' }, { session });
      throw new Error('The cause did not happen.');
    });
    await expect(undone).rejects.toThrow('did not happen');
    expect(await jobs().countDocuments({})).toBe(0);
  });

  it('keeps one waiting job for a key, and as many as asked for without one', async () => {
    await Promise.all([1, 2, 3].map(() => enqueue('keyed', { uniqueKey: 'one' })));
    await Promise.all([1, 2, 3].map(() => enqueue('free')));
    expect(await jobs().countDocuments({ 'data.donationId': 'keyed' })).toBe(1);
    expect(await jobs().countDocuments({ 'data.donationId': 'free' })).toBe(3);
  });
});

describe('a job that fails', () => {
  const logged: { details: object; message: string }[] = [];
  const log = {
    info: () => undefined,
    error: (details: object, message: string) => void logged.push({ details, message }),
  };
  let worker: { stop: () => Promise<void> } | null = null;
  afterEach(async () => {
    await worker?.stop();
    worker = null;
    logged.length = 0;
  });

  /** A worker for which the processor is away. */
  const startUnluckyWorker = () => {
    const away = () => Promise.reject(new PaymentGatewayUnavailable('The processor is away.'));
    const platform: WorkerPlatform = {
      ...rig.platform,
      payments: { ...rig.sandbox.gateway, retrieveCheckout: away },
    };
    return startWorker(platform, log);
  };

  it('is logged with its id and tried again later', async () => {
    const id = giftId(1);
    await startDonation(rig.platform, giftOf(id));
    await jobs().updateMany({}, { $set: { nextRunAt: new Date() } });
    worker = await startUnluckyWorker();
    await waitUntil(async () => (await jobOf(id))?.attemptsCount === 1, 'the first attempt');
    expect((await jobOf(id))?.failedAt).toBeUndefined();
    expect((await jobOf(id))?.nextRunAt?.getTime()).toBeGreaterThan(Date.now());
    expect(logged[0]?.message).toBe('The job poll-checkout failed; at most 10 attempts.');
    expect(logged[0]?.details).toMatchObject({ attempt: 1, payload: { donationId: id } });
  });

  it('is left as failed, with its error, and said so, after its last attempt', async () => {
    const id = giftId(2);
    await startDonation(rig.platform, giftOf(id));
    await jobs().updateMany({}, { $set: { nextRunAt: new Date(), attemptsCount: 9 } });
    worker = await startUnluckyWorker();
    await waitUntil(async () => (await jobOf(id))?.failedAt !== undefined, 'the job to be left');
    expect((await jobOf(id))?.lastError).toContain('The processor is away.');
    const last = logged.find(({ message }) => message.startsWith('Background Job Failed'));
    expect(last?.message).toBe('Background Job Failed: poll-checkout');
    expect(last?.details).toHaveProperty('jobId');
  });
});

describe('a job that runs for long', () => {
  const silent = { info: () => undefined, error: () => undefined };
  const running: { stop: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((worker) => worker.stop()));
  });

  /** Workers that count how often they ask the processor for a checkout, which then takes so long and fails. */
  async function startCounting(workers: number, askingMs: number): Promise<{ asked: number }> {
    const counted = { asked: 0 };
    const retrieveCheckout = async () => {
      counted.asked += 1;
      await setTimeout(askingMs);
      throw new PaymentGatewayUnavailable('The processor answered too late.');
    };
    const payments = { ...rig.sandbox.gateway, retrieveCheckout };
    for (let started = 0; started < workers; started += 1)
      running.push(await startWorker({ ...rig.platform, payments }, silent, { leaseMs: 500 }));
    return counted;
  }

  it('is done once, though it takes longer than the lease of a worker that died', async () => {
    const id = giftId(3);
    await startDonation(rig.platform, giftOf(id));
    await jobs().updateMany({}, { $set: { nextRunAt: new Date() } });
    const counted = await startCounting(2, 1_500);
    await waitUntil(async () => (await jobOf(id))?.attemptsCount === 1, 'the first attempt');
    expect(counted.asked).toBe(1);
  });

  it('is done by another worker when its own no longer renews its lease', async () => {
    const id = giftId(4);
    await startDonation(rig.platform, giftOf(id));
    // As a worker leaves it that is killed in the middle.
    await jobs().updateMany({}, { $set: { nextRunAt: new Date(), lockedAt: new Date() } });
    const counted = await startCounting(1, 0);
    await waitUntil(async () => (await jobOf(id))?.attemptsCount === 1, 'the job to be done by another');
    expect(counted.asked).toBe(1);
  });
});
