/**
 * The embedded engine beside two limits measured in the same run: `ping` through the same driver and
 * connections (the round trip), and the bare libraries on the same bytes (LMDB's put and get, mingo over the
 * same documents in memory). The ratios can be read on any machine.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'bson';
import { open } from 'lmdb';
import { Aggregator } from 'mingo';
import { type Collection, MongoClient } from 'mongodb';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

interface Gift {
  _id: number;
  donor: string;
  sector: number;
  amountMinor: number;
  givenAt: Date;
  remark: string;
}

interface Sizes {
  /** Milliseconds that each rate is measured for. */
  windowMs: number;
  small: number;
  large: number;
  aggregated: number;
}

const FULL: Sizes = { windowMs: 2000, small: 1000, large: 1_000_000, aggregated: 200_000 };
const QUICK: Sizes = { windowMs: 300, small: 1000, large: 20_000, aggregated: 10_000 };
const MANY = 16;
const PAGE = 20;
const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;
const PIPELINE = [
  { $match: { sector: { $lt: 6 } } },
  { $group: { _id: '$sector', gifts: { $sum: 1 }, totalMinor: { $sum: '$amountMinor' } } },
  { $sort: { _id: 1 } },
];

function gift(_id: number): Gift {
  return {
    _id,
    donor: `donor ${(_id * 7919) % 1_000_003}`,
    sector: _id % 12,
    amountMinor: 100 + ((_id * 31) % 99_900),
    givenAt: new Date(1_700_000_000_000 + _id * 1000),
    remark:
      'a gift towards the upkeep of the public library in the old town, with thanks for its quiet rooms',
  };
}

/** How often `work` ends in a second when this many loops run it, after a short warming up. */
async function rate(loops: number, windowMs: number, work: () => Promise<unknown>): Promise<number> {
  const run = async (lengthMs: number): Promise<number> => {
    const startedAt = performance.now();
    let done = 0;
    const loop = async (): Promise<void> => {
      while (performance.now() - startedAt < lengthMs) {
        await work();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: loops }, loop));
    return (done * 1000) / (performance.now() - startedAt);
  };
  await run(windowMs / 4);
  return run(windowMs);
}

async function fill(collection: Collection<Gift>, count: number): Promise<number> {
  const startedAt = performance.now();
  for (let first = 0; first < count; first += 1000) {
    const size = Math.min(1000, count - first);
    await collection.insertMany(
      Array.from({ length: size }, (_, index) => gift(first + index)),
      { ordered: false },
    );
  }
  return (count * 1000) / (performance.now() - startedAt);
}

/**
 * The memory that a process holds for itself. The pages of the data file that it has read are not in it: they are the
 * system's cache, which lends them for as long as nobody else needs the memory, as with any mapped file.
 */
async function ownMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

interface Measured {
  ping: number;
  pingMany: number;
}

async function measurePing(client: MongoClient, sizes: Sizes, emit: EmitRow): Promise<Measured> {
  const admin = client.db('admin');
  const ping = await rate(1, sizes.windowMs, () => admin.command({ ping: 1 }));
  const pingMany = await rate(MANY, sizes.windowMs, () => admin.command({ ping: 1 }));
  emit({ name: 'ping, 1 connection', value: ping, unit: 'per s' });
  emit({ name: `ping, ${MANY} connections`, value: pingMany, unit: 'per s' });
  return { ping, pingMany };
}

async function measureWrites(
  client: MongoClient,
  sizes: Sizes,
  { ping, pingMany }: Measured,
  emit: EmitRow,
): Promise<void> {
  const collection = client.db('bench').collection<Gift>('writes', DURABLE);
  await collection.createIndex({ donor: 1 }, undefined, undefined);
  let next = 0;
  const insert = (): Promise<unknown> => collection.insertOne(gift((next += 1)));
  const one = await rate(1, sizes.windowMs, insert);
  emit({
    name: 'durable insert, 1 connection',
    value: one,
    unit: 'per s',
    ratio: one / ping,
    peer: 'ping',
    goal: 'at least 0.4 of ping',
  });
  const many = await rate(MANY, sizes.windowMs, insert);
  emit({
    name: `durable insert, ${MANY} connections`,
    value: many,
    unit: 'per s',
    ratio: many / pingMany,
    peer: 'ping',
    goal: 'at least 0.7 of ping',
  });
  let turn = 0;
  const upsert = (): Promise<unknown> =>
    collection.updateOne(
      { _id: (turn += 1) % 2 === 0 ? (turn * 17) % next : (next += 1) },
      { $inc: { amountMinor: 1 }, $setOnInsert: { donor: 'upserted' } },
      { upsert: true },
    );
  const upserts = await rate(1, sizes.windowMs, upsert);
  emit({
    name: 'durable upsert, 1 connection',
    value: upserts,
    unit: 'per s',
    ratio: upserts / ping,
    peer: 'ping',
  });
}

async function measureTransactions(
  client: MongoClient,
  sizes: Sizes,
  { ping, pingMany }: Measured,
  emit: EmitRow,
): Promise<void> {
  const accounts = client.db('bench').collection<{ _id: number; balance: number }>('accounts');
  const count = 10_000;
  await accounts.insertMany(Array.from({ length: count }, (_, _id) => ({ _id, balance: 1000 })));
  let turn = 0;
  const transfer = async (): Promise<void> => {
    turn += 2;
    const [from, to] = [turn % count, (turn + 1) % count];
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await accounts.updateOne({ _id: from }, { $inc: { balance: -1 } }, { session });
        await accounts.updateOne({ _id: to }, { $inc: { balance: 1 } }, { session });
      }, DURABLE),
    );
  };
  const one = await rate(1, sizes.windowMs, transfer);
  // Three round trips make one transaction.
  emit({
    name: 'two-document transaction, 1 connection',
    value: one,
    unit: 'per s',
    ratio: (3 * one) / ping,
    peer: 'ping, three a transaction',
  });
  const many = await rate(MANY, sizes.windowMs, transfer);
  emit({
    name: `two-document transaction, ${MANY} connections`,
    value: many,
    unit: 'per s',
    ratio: (3 * many) / pingMany,
    peer: 'ping, three a transaction',
  });
}

interface ReadRates {
  byId: number;
  byIndex: number;
  page: number;
}

async function readRates(collection: Collection<Gift>, count: number, windowMs: number): Promise<ReadRates> {
  let turn = 0;
  const pick = (): number => (turn = (turn + 7919) % count);
  return {
    byId: await rate(1, windowMs, () => collection.findOne({ _id: pick() })),
    byIndex: await rate(1, windowMs, () => collection.findOne({ donor: gift(pick()).donor })),
    page: await rate(1, windowMs, () =>
      collection
        .find({ givenAt: { $gte: gift(pick()).givenAt } })
        .sort({ givenAt: 1 })
        .limit(PAGE)
        .toArray(),
    ),
  };
}

async function prepareGifts(
  client: MongoClient,
  name: string,
  count: number,
): Promise<[Collection<Gift>, number]> {
  const collection = client.db('bench').collection<Gift>(name);
  await collection.createIndex({ donor: 1 }, undefined, undefined);
  await collection.createIndex({ givenAt: 1 }, undefined, undefined);
  return [collection, await fill(collection, count)];
}

async function measureReads(
  client: MongoClient,
  server: EmbeddedServer,
  sizes: Sizes,
  { ping, pingMany }: Measured,
  emit: EmitRow,
): Promise<void> {
  const [small] = await prepareGifts(client, 'small', sizes.small);
  const few = await readRates(small, sizes.small, sizes.windowMs);
  emit({
    name: 'point read by id',
    value: few.byId,
    unit: 'per s',
    ratio: few.byId / ping,
    peer: 'ping',
    goal: 'at least 0.8 of ping',
  });
  let turn = 0;
  const many = await rate(MANY, sizes.windowMs, () => small.findOne({ _id: (turn += 1) % sizes.small }));
  emit({
    name: `point read by id, ${MANY} connections`,
    value: many,
    unit: 'per s',
    ratio: many / pingMany,
    peer: 'ping',
  });
  emit({
    name: 'point read by index',
    value: few.byIndex,
    unit: 'per s',
    ratio: few.byIndex / ping,
    peer: 'ping',
  });
  emit({
    name: `range page of ${PAGE}`,
    value: few.page,
    unit: 'per s',
    ratio: few.page / ping,
    peer: 'ping',
  });

  const memoryBefore = await ownMegabytes(server.pid);
  const [large, loaded] = await prepareGifts(client, 'large', sizes.large);
  emit({ name: `load of ${sizes.large} documents with two indexes`, value: loaded, unit: 'documents per s' });
  const memoryAfter = await ownMegabytes(server.pid);
  emit({ name: 'memory before the load', value: memoryBefore, unit: 'MB' });
  emit({
    name: `memory with ${sizes.large} documents`,
    value: memoryAfter,
    unit: 'MB',
    ratio: memoryAfter / memoryBefore,
    peer: 'memory before the load',
    goal: 'not growing with the collection',
  });

  const lots = await readRates(large, sizes.large, sizes.windowMs);
  const peer = `the same among ${sizes.small}`;
  const goal = 'at most 1.2 times the time';
  emit({
    name: `time of a read by id among ${sizes.large}`,
    value: 1000 / lots.byId,
    unit: 'ms',
    ratio: few.byId / lots.byId,
    peer,
    goal,
  });
  emit({
    name: `time of a read by index among ${sizes.large}`,
    value: 1000 / lots.byIndex,
    unit: 'ms',
    ratio: few.byIndex / lots.byIndex,
    peer,
    goal,
  });
  emit({
    name: `time of a range page among ${sizes.large}`,
    value: 1000 / lots.page,
    unit: 'ms',
    ratio: few.page / lots.page,
    peer,
    goal,
  });
}

async function measureAggregation(client: MongoClient, sizes: Sizes, emit: EmitRow): Promise<void> {
  const collection = client.db('bench').collection<Gift>('aggregated');
  await fill(collection, sizes.aggregated);
  await collection.aggregate(PIPELINE).toArray();
  const startedAt = performance.now();
  const engine = await collection.aggregate(PIPELINE).toArray();
  const engineMs = performance.now() - startedAt;
  const documents = Array.from({ length: sizes.aggregated }, (_, _id) => gift(_id));
  const aggregator = new Aggregator(PIPELINE);
  aggregator.run(documents);
  const mingoStartedAt = performance.now();
  const memory = aggregator.run(documents);
  const mingoMs = performance.now() - mingoStartedAt;
  if (engine.length !== memory.length) throw new Error('the engine and mingo disagree about the aggregation');
  emit({
    name: `aggregation over ${sizes.aggregated} documents`,
    value: engineMs,
    unit: 'ms',
    ratio: engineMs / mingoMs,
    peer: 'mingo over the same documents in memory',
  });
}

/** LMDB alone with the same documents: durable puts from one writer and from many, and gets. */
async function measureRawStorage(sizes: Sizes, emit: EmitRow): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'bench-lmdb-'));
  const store = open({ path, encoding: 'binary', keyEncoding: 'ordered-binary' });
  try {
    let next = 0;
    const put = (): Promise<unknown> => store.put((next += 1), serialize(gift(next)));
    emit({
      name: 'LMDB put of the same bytes, 1 writer',
      value: await rate(1, sizes.windowMs, put),
      unit: 'per s',
    });
    emit({
      name: `LMDB put of the same bytes, ${MANY} writers`,
      value: await rate(MANY, sizes.windowMs, put),
      unit: 'per s',
    });
    let gets = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < sizes.windowMs) {
      for (let index = 0; index < 1000; index += 1) store.get(((gets += 1) % next) + 1);
    }
    const perSecond = (gets * 1000) / (performance.now() - startedAt);
    emit({ name: 'LMDB get of the same bytes', value: perSecond, unit: 'per s' });
  } finally {
    await store.close();
    await rm(path, { recursive: true, force: true });
  }
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const sizes = quick ? QUICK : FULL;
  await measureRawStorage(sizes, emit);
  const dbpath = await mkdtemp(join(tmpdir(), 'bench-embedded-mongod-'));
  let server = await startEmbeddedServer({ dbpath });
  emit({ name: 'start on an empty directory', value: server.startMs, unit: 'ms' });
  emit({ name: 'memory after the start', value: await ownMegabytes(server.pid), unit: 'MB' });
  const client = new MongoClient(server.uri, { maxPoolSize: MANY });
  try {
    const measured = await measurePing(client, sizes, emit);
    await measureWrites(client, sizes, measured, emit);
    await measureTransactions(client, sizes, measured, emit);
    await measureReads(client, server, sizes, measured, emit);
    await measureAggregation(client, sizes, emit);
    await client.close();
    await server.kill();
    server = await startEmbeddedServer({ dbpath, port: server.port });
    emit({
      name: `restart after a crash with ${sizes.large} documents`,
      value: server.startMs,
      unit: 'ms',
      goal: 'under 2000 ms',
    });
    emit({ name: 'memory after that restart', value: await ownMegabytes(server.pid), unit: 'MB' });
  } finally {
    await client.close();
    await server.stop();
    await rm(dbpath, { recursive: true, force: true });
  }
}
