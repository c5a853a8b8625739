/**
 * Signed webhooks: how many are stored in a second against a bare server that does the least that any must, how long an
 * answer takes at a steady rate, and how fast one worker applies what was stored.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { startWorker } from '../../../jobs/queue.ts';
import { operators } from '../../../server/db/database.ts';
import { donations } from '../../../server/db/models/donation.ts';
import { paymentEvents } from '../../../server/db/models/payment-event.ts';
import { startDonation } from '../../../server/services/giving/start-donation.ts';
import { storeEvent } from '../../../server/services/giving/store-events.ts';
import type { EmitRow } from '../run-bench.ts';
import { startBareServer } from './bare-server.ts';
import { median, quantile, type Sent } from './requests.ts';
import { WEBHOOK_SECRET, type GivingBench } from './rig.ts';

/** Requests under way at once where as many as possible are stored. */
const SENDERS = 16;
/** Twenty gifts a second are paid: three times what 2,000 donors make in ten minutes. */
const STEADY_PER_SECOND = 100;
/** The two are measured in turn; the median counts, because other work on the machine disturbs each. */
const TURNS = 5;

/** An event about nothing of ours: what is measured is proving and storing it. */
function deliveryOf(run: string, number: number): Sent {
  const id = `evt_bench${run}${number}`;
  const object = { id: `ch_bench${number}`, object: 'charge', amount: 20_000, currency: 'cny', metadata: {} };
  const body = JSON.stringify({
    ...{ id, object: 'event', type: 'charge.updated', livemode: false, data: { object } },
    created: Math.floor(Date.now() / 1000),
  });
  const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET });
  const headers = { 'stripe-signature': header, 'content-type': 'application/json' };
  return { url: '', headers, body, expects: '{' };
}

/** Three of ten come twice, in no order. */
function trafficOf(run: string, events: number): Sent[] {
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

const PATH = '/webhooks/stripe';
let run = 0;

export async function measureWebhooks(
  emit: EmitRow,
  bench: GivingBench,
  history: string,
  quick: boolean,
): Promise<void> {
  const name = bench.platform.database.connection.name;
  const bareServer = await startBareServer(bench.databaseUri, name, WEBHOOK_SECRET);
  let perSecond: number;
  try {
    perSecond = await measureStoring(emit, bench, bareServer.url, history, quick);
  } finally {
    bareServer.stop();
  }
  await drain(emit, bench, `events about nobody, ${history}`, perSecond);
}

/** @returns how many were stored in a second */
async function measureStoring(
  emit: EmitRow,
  { requester, url }: GivingBench,
  bareUrl: string,
  history: string,
  quick: boolean,
): Promise<number> {
  const to = (address: string, traffic: readonly Sent[]): Sent[] =>
    traffic.map((one) => ({ ...one, url: `${address}${PATH}` }));
  const newTraffic = (events: number): Sent[] => trafficOf(`${(run += 1)}x`, events);
  const [events, steadyEvents] = quick ? [300, 200] : [2_000, 1_000];

  const turns: { bare: number; ours: number; p99Ms: number }[] = [];
  for (let turn = -1; turn < (quick ? 2 : TURNS); turn += 1) {
    const traffic = newTraffic(events);
    const bare = await requester.send({ requests: to(bareUrl, traffic), senders: SENDERS });
    const ours = await requester.send({ requests: to(url, traffic), senders: SENDERS });
    const perSecond = ({ allMs }: { allMs: number }) => (traffic.length / allMs) * 1000;
    // The first warms both up.
    if (turn < 0) continue;
    turns.push({ bare: perSecond(bare), ours: perSecond(ours), p99Ms: quantile(ours.eachMs, 0.99) });
  }
  const bare = median(turns.map((turn) => turn.bare));
  const ours = median(turns.map((turn) => turn.ours));
  emit({
    name: `webhooks stored with their job, ${SENDERS} under way at once, 30% copies, ${history}`,
    value: ours,
    unit: '1/s',
    ratio: median(turns.map((turn) => turn.ours / turn.bare)),
    peer: `a bare server, the same HMAC and one durable insert, ${Math.round(bare)}/s`,
    goal: 'ratio at least 0.5',
  });
  emit({
    name: `webhook answered, p99, as fast as ${SENDERS} senders can, ${history}`,
    value: median(turns.map((turn) => turn.p99Ms)),
    unit: 'ms',
  });

  const steady = async (address: string) => {
    const traffic = newTraffic(steadyEvents).map((one, number) => ({
      ...one,
      atMs: (number * 1000) / STEADY_PER_SECOND,
    }));
    return (await requester.send({ requests: to(address, traffic), senders: 64 })).eachMs;
  };
  await steady(url);
  const [bareMs, oursMs] = [await steady(bareUrl), await steady(url)];
  emit({
    name: `webhook answered, p99, ${STEADY_PER_SECOND} arriving a second, ${history}`,
    value: quantile(oursMs, 0.99),
    unit: 'ms',
    ratio: quantile(oursMs, 0.99) / quantile(bareMs, 0.99),
    peer: `the bare server, p99 ${Math.round(quantile(bareMs, 0.99))} ms`,
    goal: 'under 20 ms: what a burst of twice the machine’s rate waits is the length of the burst',
  });
  return ours;
}

/** A worker takes the jobs of everything that was stored, while nothing new comes. */
async function drain(emit: EmitRow, { platform }: GivingBench, of: string, perSecond: number): Promise<void> {
  const backlog = await paymentEvents(platform.database).countDocuments({ status: 'received' });
  const { queue: _enqueueOnly, ...parts } = platform;
  const startedAt = performance.now();
  const worker = await startWorker(
    {
      ...parts,
      mailer: { send: () => Promise.resolve() },
      pdf: { print: () => Promise.resolve(Buffer.alloc(0)) },
    },
    { info: () => undefined, error: () => undefined },
  );
  // To count them would read all of them again and again while they are worked through.
  const isLeft = () => paymentEvents(platform.database).exists({ status: 'received' });
  while ((await isLeft()) !== null) await sleep(50);
  const applied = (backlog / (performance.now() - startedAt)) * 1000;
  await worker.stop();
  emit({
    name: `backlog of ${backlog} events applied by one worker: ${of}`,
    value: applied,
    unit: '1/s',
    ratio: applied / perSecond,
    peer: `${Math.round(perSecond)} arriving a second`,
    goal: 'keeps pace: ratio at least 1',
  });
}

/** Real gifts, paid in the sandbox; their events come three of ten twice and shuffled, and one worker applies them. */
export async function measureExactness(emit: EmitRow, bench: GivingBench, gifts: number): Promise<void> {
  const { platform } = bench;
  const since = new Date(Date.now() - 1_000);
  const ids = Array.from({ length: gifts }, () => randomUUID());
  for (let from = 0; from < gifts; from += 10)
    await Promise.all(ids.slice(from, from + 10).map((id) => giveAndPay(bench, id)));
  const events = await platform.payments.listEvents({ since, until: new Date(Date.now() + 1_000) });
  const traffic = shuffled([...events, ...events.filter((_, number) => number % 10 < 3)]);
  for (let from = 0; from < traffic.length; from += SENDERS)
    await Promise.all(traffic.slice(from, from + SENDERS).map((event) => storeEvent(platform, event)));
  await drain(emit, bench, `those of ${gifts} gifts being paid`, STEADY_PER_SECOND);
  const settled = await donations(platform.database).countDocuments({
    _id: operators({ $in: ids }),
    status: 'settled',
  });
  if (settled < gifts) throw new Error(`${settled} of ${gifts} gifts settled.`);
  const entries = (kind: string) =>
    platform.database.connection.collection('journalEntries').countDocuments({ kind, cause: { $in: ids } });
  const name = 'of shuffled events with 30% copies';
  emit({
    name: `entries for each paid gift, ${name}`,
    value: (await entries('donation-settled')) / gifts,
    unit: 'entries',
    goal: 'exactly 1',
  });
  emit({
    name: `fee entries for each paid gift, ${name}`,
    value: (await entries('payment-fee')) / gifts,
    unit: 'entries',
    goal: 'exactly 1',
  });
}

async function giveAndPay({ platform }: GivingBench, id: string): Promise<void> {
  const { checkoutUrl } = await startDonation(platform, {
    ...{ id, giftMinor: 20_000n, coverFee: true, consentToBeNamed: false, displayName: null, message: null },
    restriction: { sectors: ['health'], localities: null, projects: null },
    donor: { name: null, email: null, locale: 'zh' },
  });
  if (checkoutUrl === null) throw new Error('There is no page to pay on.');
  const body = new URLSearchParams({ outcome: 'card' });
  await fetch(checkoutUrl, { method: 'POST', body, redirect: 'manual' });
}
