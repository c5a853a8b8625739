/**
 * Giving in figures: signed webhooks stored per second against a bare HTTP server that checks the same signature and
 * does one durable insert, how fast one worker applies a backlog of them, the wait of a hundred donors at once for
 * their payment page, all with an empty history and a long one; and that copies and disorder leave one entry for each
 * gift. The processor is the sandbox, in this process, as is whoever sends.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { pino } from 'pino';
import Stripe from 'stripe';
import { enqueueOnlyQueue, startWorker } from '../../jobs/queue.ts';
import { openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { systemClock } from '../../server/gateways/clock.ts';
import { createStripePayments } from '../../server/gateways/stripe-payments.ts';
import { startStripeSandbox } from '../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';
import { createStripeWebhook } from '../../server/http/stripe-webhook.ts';
import type { GivingPlatform } from '../../server/services/context.ts';
import { applyPaymentEvent } from '../../server/services/giving/apply-payment-event.ts';
import { startDonation, type StartDonationInput } from '../../server/services/giving/start-donation.ts';
import { storeEvent } from '../../server/services/giving/store-events.ts';
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
function deliveryOf(run: string, number: number): Delivery {
  const id = `evt_bench${run}${number}`;
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
function trafficOf(run: string, events: number): Delivery[] {
  const once = Array.from({ length: events }, (_, number) => deliveryOf(run, number));
  return shuffled([...once, ...once.filter((_, number) => number % 10 < 3)]);
}

/** The same order at every run. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item, number) => ({ item, place: (number * 7919) % 104_729 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
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

/** The least that any server must do: the same HMAC, one majority-acknowledged insert, copies refused by the key. */
async function storeBarely(database: Database, body: Buffer, header: string): Promise<void> {
  const [, seconds = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]+)/.exec(header) ?? [];
  const expected = createHmac('sha256', SECRET).update(`${seconds}.`).update(body).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Error('The signature is wrong.');
  const bare = database.connection.collection<{ _id: string; body: string }>('bareEvents');
  const { id } = JSON.parse(body.toString('utf8')) as { id: string };
  await bare
    .insertOne({ _id: id, body: body.toString('utf8') }, { writeConcern: { w: 'majority' } })
    .catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 11000)) throw error;
    });
}

function bareServer(database: Database): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      storeBarely(database, Buffer.concat(chunks), String(request.headers['stripe-signature'])).then(
        () => response.end('{}'),
        () => response.writeHead(500).end(),
      );
    });
  });
}

/** Our own endpoint as the application mounts it. */
function ourServer(platform: GivingPlatform): Server {
  const app = express();
  app.use(createStripeWebhook(platform, pino({ level: 'silent' })));
  return createServer(app);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
}

const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });

/** Sends one signed webhook and waits for its answer. */
function send(url: string, { body, header }: Delivery): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'stripe-signature': header, 'content-type': 'application/json' };
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A webhook was answered ${response.statusCode}.`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** How many times the two are measured in turn; the median counts, because other work on the machine disturbs each. */
const TURNS = 5;

const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

async function measureWebhooks(
  emit: EmitRow,
  platform: GivingPlatform,
  events: number,
  history: string,
): Promise<void> {
  const servers = { bare: bareServer(platform.database), ours: ourServer(platform) };
  const urls = { bare: await listening(servers.bare), ours: await listening(servers.ours) };
  const turns: { bare: number; ours: number; p99Ms: number; bareP99Ms: number }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const traffic = trafficOf(`${history.replaceAll(/\W/g, '')}${turn}x`, events);
    const bare = await workThrough(traffic, SENDERS, (delivery) => send(urls.bare, delivery));
    const ours = await workThrough(traffic, SENDERS, (delivery) => send(urls.ours, delivery));
    const perSecond = ({ allMs }: { allMs: number }) => (traffic.length / allMs) * 1000;
    turns.push({
      bare: perSecond(bare),
      ours: perSecond(ours),
      p99Ms: quantile(ours.eachMs, 0.99),
      bareP99Ms: quantile(bare.eachMs, 0.99),
    });
  }
  for (const server of Object.values(servers)) server.close();
  const bare = median(turns.map((turn) => turn.bare));
  const ours = median(turns.map((turn) => turn.ours));
  const p99Ms = median(turns.map((turn) => turn.p99Ms));
  const bareP99Ms = median(turns.map((turn) => turn.bareP99Ms));
  emit({
    name: `webhooks stored with their job, ${history}`,
    value: ours,
    unit: '1/s',
    ratio: median(turns.map((turn) => turn.ours / turn.bare)),
    peer: `a bare server, the same HMAC and one durable insert, ${Math.round(bare)}/s`,
    goal: 'ratio at least 0.5',
  });
  emit({
    name: `webhook answered, p99, ${history}`,
    value: p99Ms,
    unit: 'ms',
    ratio: p99Ms / bareP99Ms,
    peer: `the bare server, p99 ${Math.round(bareP99Ms)} ms`,
    goal: 'under 20 ms',
  });
  await drain(emit, platform, ours, history);
}

/** A worker takes the jobs of everything that was stored, while nothing new comes. */
async function drain(
  emit: EmitRow,
  { queue: _enqueueOnly, ...platform }: GivingPlatform,
  storedPerSecond: number,
  history: string,
): Promise<void> {
  const waiting = () => paymentEvents(platform.database).countDocuments({ status: 'received' });
  const backlog = await waiting();
  const startedAt = performance.now();
  const worker = await startWorker(workerPartsOf(platform), {
    info: () => undefined,
    error: () => undefined,
  });
  while ((await waiting()) > 0) await sleep(50);
  const perSecond = (backlog / (performance.now() - startedAt)) * 1000;
  await worker.stop();
  emit({
    name: `backlog of events applied by one worker, ${history}`,
    value: perSecond,
    unit: '1/s',
    ratio: perSecond / storedPerSecond,
    peer: 'stored per second, copies among them',
    goal: 'keeps pace: ratio at least 1',
  });
}

/** Real gifts, paid in the sandbox; its events come three of ten twice and shuffled, and are applied four at once. */
async function measureExactness(emit: EmitRow, platform: GivingPlatform, gifts: number): Promise<void> {
  const ids = Array.from({ length: gifts }, () => randomUUID());
  const since = new Date(Date.now() - 1_000);
  await workThrough(ids, 8, async (id) => {
    const { checkoutUrl } = await startDonation(platform, giftOf(id));
    if (checkoutUrl === null) throw new Error('There is no page to pay on.');
    const body = new URLSearchParams({ outcome: 'card' });
    await fetch(checkoutUrl, { method: 'POST', body, redirect: 'manual' });
  });
  const events = await platform.payments.listEvents({ since, until: new Date(Date.now() + 1_000) });
  const traffic = shuffled([...events, ...events.filter((_, number) => number % 10 < 3)]);
  await workThrough(traffic, SENDERS, (event) => storeEvent(platform, event));
  await workThrough([...new Set(traffic.map(({ id }) => id))], 4, (id) => applyPaymentEvent(platform, id));
  const entries = (kind: string) =>
    platform.database.connection.collection('journalEntries').countDocuments({ kind, cause: { $in: ids } });
  emit({
    name: 'entries for each paid gift, of shuffled events with 30% copies',
    value: (await entries('donation-settled')) / gifts,
    unit: 'entries',
    goal: 'exactly 1',
  });
  emit({
    name: 'fee entries for each paid gift',
    value: (await entries('payment-fee')) / gifts,
    unit: 'entries',
    goal: 'exactly 1',
  });
}

const giftOf = (id: string): StartDonationInput => ({
  id,
  giftMinor: 20_000n,
  coverFee: true,
  restriction: { sectors: ['health'], localities: null, projects: null },
  donor: { name: null, email: null, locale: 'zh' },
  consentToBeNamed: false,
  displayName: null,
  message: null,
});

/** A hundred donors press the button at once, again and again; each waits for the address of the page to pay on. */
async function measureCheckouts(
  emit: EmitRow,
  platform: GivingPlatform,
  donors: number,
  history: string,
): Promise<void> {
  const ids = Array.from({ length: donors }, () => randomUUID());
  const { eachMs, allMs } = await workThrough(ids, 100, (id) => startDonation(platform, giftOf(id)));
  const alone = await workThrough(
    Array.from({ length: 50 }, () => randomUUID()),
    1,
    (id) => startDonation(platform, giftOf(id)),
  );
  const goal = 'under 300 ms at 100 donors at once';
  const medianMs = quantile(eachMs, 0.5);
  emit({ name: `from give to the payment page, median, ${history}`, value: medianMs, unit: 'ms', goal });
  emit({ name: `the same, p99, ${history}`, value: quantile(eachMs, 0.99), unit: 'ms' });
  emit({
    name: `the same for one donor alone, median, ${history}`,
    value: quantile(alone.eachMs, 0.5),
    unit: 'ms',
  });
  emit({ name: `gifts started, ${history}`, value: (donors / allMs) * 1000, unit: '1/s' });
}

/** Settled gifts of years, written past the services: they weigh on the indexes as real ones do. */
async function fillHistory({ connection }: Database, count: number): Promise<void> {
  const collection = connection.collection<{ _id: string }>('donations');
  const restriction = { sectors: ['health'], localities: null, projects: null };
  for (let from = 0; from < count; from += 5_000) {
    const documents = Array.from({ length: Math.min(5_000, count - from) }, (_, number) => {
      const createdAt = new Date(Date.UTC(2022, 0, 1) + (from + number) * 1_000_000);
      return {
        ...{ _id: randomUUID(), giftMinor: 20_000n, feeCoverMinor: 0n, currency: 'CNY', restriction },
        ...{ fundId: 'general', parts: [], status: 'settled', locale: 'zh', consentToBeNamed: false },
        donor: { emailKey: `donor${number}@example.org` },
        checkout: { sessionId: `cs_history_${from + number}`, url: null },
        ...{ paymentIntentId: `pi_history_${from + number}`, feeMinor: 915n, requestDigest: '' },
        ...{ createdAt, checkedAt: createdAt, settledAt: createdAt, monthlyGivingId: null, thanks: null },
      };
    });
    await collection.insertMany(documents, { ordered: false });
  }
}

const HISTORY = 100_000;

const workerPartsOf = (platform: Omit<GivingPlatform, 'queue'>): Parameters<typeof startWorker>[0] => ({
  ...platform,
  mailer: { send: () => Promise.resolve() },
  pdf: { print: () => Promise.resolve(Buffer.alloc(0)) },
  checkpointSigner: checkpointSignerOf('the secret of the benchmark'),
});

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
    const [events, donors, gifts] = quick ? [300, 200, 20] : [2_000, 1_000, 100];
    const measure = async (history: string) => {
      await measureWebhooks(emit, platform, events, history);
      await measureCheckouts(emit, platform, donors, history);
    };
    await measure('empty history');
    await measureExactness(emit, platform, gifts);
    if (quick) return;
    await fillHistory(database, HISTORY);
    await measure('100,000 donations');
  } finally {
    agent.destroy();
    await database.connection.close();
    await sandbox.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
