/**
 * Giving in figures: signed webhooks stored per second against a bare handler that checks the same signature and does
 * one durable insert, the wait of a hundred donors at once for their payment page, and how fast a backlog of events is
 * applied. The processor is the sandbox, in this process.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Stripe from 'stripe';
import { enqueueOnlyQueue } from '../../jobs/queue.ts';
import { openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { systemClock } from '../../server/gateways/clock.ts';
import { createStripePayments } from '../../server/gateways/stripe-payments.ts';
import { startStripeSandbox } from '../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';
import type { GivingPlatform } from '../../server/services/context.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import { receivePaymentEvent } from '../../server/services/giving/receive-payment-event.ts';
import { startDonation } from '../../server/services/giving/start-donation.ts';
import { startTestServer } from '../support/mongo.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const SECRET = 'whsec_bench';
const SENDERS = 16;

interface Delivery {
  readonly id: string;
  readonly body: Buffer;
  readonly header: string;
}

/** An event about nothing of ours: what is measured is proving and storing it. */
function deliveryOf(number: number): Delivery {
  const id = `evt_bench${number}`;
  const created = Math.floor(Date.now() / 1000);
  const object = { id: `ch_bench${number}`, object: 'charge', amount: 20_000, currency: 'cny', metadata: {} };
  const payload = JSON.stringify({
    id,
    object: 'event',
    type: 'charge.updated',
    created,
    livemode: false,
    data: { object },
  });
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
  return { id, body: Buffer.from(payload), header };
}

/** Three of ten come twice, in no order. */
function trafficOf(events: number): Delivery[] {
  const once = Array.from({ length: events }, (_, number) => deliveryOf(number));
  const copies = once.filter((_, number) => number % 10 < 3);
  return [...once, ...copies]
    .map((delivery, number) => ({ delivery, place: (number * 7919) % 104_729 }))
    .sort((a, b) => a.place - b.place)
    .map(({ delivery }) => delivery);
}

/** Lets `senders` work through the items at once; returns how long each took, in milliseconds. */
async function workThrough<Item>(
  items: readonly Item[],
  senders: number,
  work: (item: Item) => Promise<unknown>,
): Promise<{ readonly eachMs: number[]; readonly allMs: number }> {
  const eachMs: number[] = [];
  let next = 0;
  const send = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      const startedAt = performance.now();
      await work(item);
      eachMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: senders }, send));
  return { eachMs: eachMs.sort((a, b) => a - b), allMs: performance.now() - startedAt };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** The least that any handler must do: the same HMAC, one majority-acknowledged insert, copies refused by the key. */
async function storeBarely(database: Database, { id, body, header }: Delivery): Promise<void> {
  const [, seconds = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]+)/.exec(header) ?? [];
  const expected = createHmac('sha256', SECRET).update(`${seconds}.`).update(body).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Error('The signature is wrong.');
  const bare = database.connection.collection<{ _id: string; body: string }>('bareEvents');
  await bare
    .insertOne({ _id: id, body: body.toString('utf8') }, { writeConcern: { w: 'majority' } })
    .catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 11000)) throw error;
    });
}

async function measureWebhooks(emit: EmitRow, platform: GivingPlatform, events: number): Promise<void> {
  const traffic = trafficOf(events);
  const bare = await workThrough(traffic, SENDERS, (delivery) => storeBarely(platform.database, delivery));
  const ours = await workThrough(traffic, SENDERS, ({ body, header }) =>
    receivePaymentEvent(platform, body, header),
  );
  const perSecond = ({ allMs }: { allMs: number }) => (traffic.length / allMs) * 1000;
  emit({
    name: 'webhooks stored with their job',
    value: perSecond(ours),
    unit: '1/s',
    ratio: perSecond(ours) / perSecond(bare),
    peer: `the same HMAC and one durable insert, ${Math.round(perSecond(bare))}/s`,
    goal: 'ratio at least 0.5',
  });
  emit({ name: 'webhook stored, p99', value: quantile(ours.eachMs, 0.99), unit: 'ms', goal: 'under 20 ms' });
  const eventIds = [...new Set(traffic.map(({ id }) => id))];
  const applied = await workThrough(eventIds, 10, (eventId) => applyPaymentEvent(platform, eventId));
  emit({ name: 'backlog of events applied', value: (eventIds.length / applied.allMs) * 1000, unit: '1/s' });
}

async function measureCheckouts(emit: EmitRow, platform: GivingPlatform, donors: number): Promise<void> {
  const give = (id: string) =>
    startDonation(platform, {
      id,
      giftMinor: 20_000n,
      coverFee: true,
      restriction: { sectors: ['health'], localities: null, projects: null },
      donor: { name: null, email: null, locale: 'zh' },
      consentToBeNamed: false,
      displayName: null,
      message: null,
    });
  const ids = Array.from({ length: donors }, () => randomUUID());
  const { eachMs, allMs } = await workThrough(ids, 100, give);
  const goal = 'under 300 ms at 100 donors at once';
  emit({ name: 'from give to the payment page, median', value: quantile(eachMs, 0.5), unit: 'ms', goal });
  emit({ name: 'from give to the payment page, p99', value: quantile(eachMs, 0.99), unit: 'ms' });
  emit({ name: 'gifts started', value: (donors / allMs) * 1000, unit: '1/s' });
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const server = await startTestServer();
  const directory = await mkdtemp(join(tmpdir(), 'giving-bench-'));
  const sandbox = await startStripeSandbox({ port: 0, dataDirectory: directory });
  const database = await openDatabase(server.uri, 'giving_bench');
  try {
    await runMigrations(database);
    const platform: GivingPlatform = {
      database,
      clock: systemClock,
      payments: createStripePayments({
        secretKey: sandbox.secretKey,
        webhookSecrets: [SECRET],
        apiUrl: sandbox.url,
      }),
      queue: await enqueueOnlyQueue(database),
      publicUrl: 'https://give.example.org',
      linkKey: 'a secret of the benchmark, long enough to sign',
    };
    await measureWebhooks(emit, platform, quick ? 500 : 5_000);
    await measureCheckouts(emit, platform, quick ? 200 : 2_000);
  } finally {
    await database.connection.close();
    await sandbox.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
