/**
 * The ledger in figures: recording against the driver and against another ledger on the same server, balances now and in
 * the past, what age costs, whether the seal keeps pace with a burst, and what checking a whole bundle costs. Sizes come
 * from `LEDGER_BENCH_ENTRIES`, a million unless it says otherwise; a quick run takes ten thousand.
 */
import { createHash, hash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Book } from 'medici';
import mongoose from 'mongoose';
import { canonicalJson } from '../../server/domain/canonical-json.ts';
import { signedText } from '../../server/domain/checkpoint.ts';
import { UNSEALED } from '../../server/domain/journal.ts';
import { leafHash, toHex } from '../../server/domain/merkle-tree.ts';
import { minor } from '../../server/domain/money.ts';
import { donationSettled } from '../../server/domain/posting-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import {
  BUNDLE_FORMAT,
  entryLine,
  SEAL_FORMAT,
  sealedText,
} from '../../server/domain/verification/bundle-format.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { inTransaction, openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { readInclusionProof } from '../../server/ledger/merkle-store.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readAccountBalance } from '../../server/ledger/read-balances.ts';
import { readSealState, sealBatch } from '../../server/ledger/seal-entries.ts';
import { streamSealedTexts } from '../../server/ledger/sealed-texts.ts';
import { verifySignature } from '../support/ledger-bundles.ts';
import { startTestServer } from '../support/mongo.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const WRITERS = 16;
const ROUNDS = 5;
const signer = checkpointSignerOf('the secret of the bench of the ledger');

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

let numbered = 0;

const dayOf = (number: number): CalendarDate =>
  `2026-${String((number % 12) + 1).padStart(2, '0')}-${String((number % 28) + 1).padStart(2, '0')}` as CalendarDate;

function draftOf(fundId: string) {
  numbered += 1;
  return donationSettled({
    donationId: `bench-${numbered}`,
    fundId,
    giftMinor: minor(BigInt(100 + (numbered % 9_000))),
    feeCoverMinor: minor(0n),
    partyKind: 'individual',
    effectiveOn: dayOf(numbered),
    currency: 'CNY',
    narrative: `Online gift ${numbered}`,
  });
}

/** Lets sixteen writers do the work so many times; returns what each took and all together, in milliseconds. */
async function byWriters(times: number, work: () => Promise<unknown>) {
  const eachMs: number[] = [];
  let left = times;
  const write = async () => {
    while (left > 0) {
      left -= 1;
      const startedAt = performance.now();
      await work();
      eachMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { eachMs, perSecond: (times / (performance.now() - startedAt)) * 1000 };
}

/** Attempts and commits of transactions that record entries. */
const transactions = { attempts: 0, commits: 0 };

async function record(database: Database, fundId: string): Promise<void> {
  const draft = draftOf(fundId);
  await inTransaction(database, async (session) => {
    transactions.attempts += 1;
    await postEntries(database, session, [draft], new Date());
  });
  transactions.commits += 1;
}

/** The same document by the driver: in a transaction of the same concerns, or in one plain insert. */
async function insertBarely(database: Database, transactional: boolean): Promise<void> {
  const draft = draftOf('general');
  const stored = {
    _id: `${draft.kind}:${draft.cause}`,
    ...draft,
    recordedAt: new Date(),
    salt: '0'.repeat(32),
    sequence: UNSEALED,
    bookedOn: null,
  };
  const bare = database.connection.collection<typeof stored>('bareEntries');
  if (!transactional) {
    await bare.insertOne(stored, { writeConcern: { w: 'majority' } });
    return;
  }
  const session = await database.connection.startSession();
  try {
    await session.withTransaction(() => bare.insertOne(stored, { session }), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    });
  } finally {
    await session.endSession();
  }
}

async function bookByMedici(book: Book): Promise<void> {
  numbered += 1;
  await book
    .entry(`Online gift ${numbered}`, new Date(`${dayOf(numbered)}T00:00:00Z`))
    .debit('Assets:Clearing', 100 + (numbered % 9_000))
    .credit('Funds:general', 100 + (numbered % 9_000))
    .commit();
}

/** The bare collection is kept findable as the journal is, so that only our own work makes the difference. */
async function indexAsTheJournal({ connection }: Database): Promise<void> {
  const indexes = await connection.collection('journalEntries').indexes();
  const bare = connection.collection('bareEntries');
  for (const { key, unique, sparse } of indexes)
    if (!('_id' in key && Object.keys(key).length === 1))
      await bare.createIndex(key, { unique: unique === true, sparse: sparse === true }, {});
}

async function measureWriting(emit: EmitRow, database: Database, book: Book, times: number): Promise<void> {
  await indexAsTheJournal(database);
  const rates = {
    ours: [] as number[],
    driver: [] as number[],
    plain: [] as number[],
    medici: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.driver.push((await byWriters(times, () => insertBarely(database, true))).perSecond);
    rates.ours.push((await byWriters(times, () => record(database, 'general'))).perSecond);
    rates.plain.push((await byWriters(times, () => insertBarely(database, false))).perSecond);
    rates.medici.push((await byWriters(Math.ceil(times / 4), () => bookByMedici(book))).perSecond);
  }
  const value = median(rates.ours);
  const row = { name: 'durable balanced entries, 16 writers', value, unit: '1/s' };
  for (const [peer, rate, goal] of [
    [
      'the driver inserting the same document under the same indexes in such a transaction',
      median(rates.driver),
      'at least 0.7',
    ],
    ['medici 7.4 doing the same bookings', median(rates.medici), 'at least 10'],
    ['the driver in one plain majority insert, without a transaction', median(rates.plain), undefined],
  ] as const)
    emit({
      ...row,
      ratio: value / rate,
      peer: `${peer}, ${Math.round(rate)}/s`,
      ...(goal === undefined ? {} : { goal }),
    });
}

async function measureOneFund(emit: EmitRow, database: Database, times: number): Promise<void> {
  const rates = { one: [] as number[], many: [] as number[] };
  transactions.attempts = 0;
  transactions.commits = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.many.push((await byWriters(times, () => record(database, `f${numbered % 10_000}`))).perSecond);
    rates.one.push((await byWriters(times, () => record(database, 'general'))).perSecond);
  }
  const value = median(rates.one);
  emit({
    name: 'all entries into one fund',
    value,
    unit: '1/s',
    ratio: value / median(rates.many),
    peer: 'the same into 10,000 funds',
    goal: 'at least 0.9',
  });
  emit({
    name: 'retries per commit',
    value: transactions.attempts / transactions.commits - 1,
    unit: 'retries',
    goal: 'at most 0.05',
  });
}

async function sealAll(database: Database): Promise<void> {
  while ((await sealBatch(database)) > 0);
}

/** Entries by the thousand, as the transactions of many use cases would leave them. */
async function fill(database: Database, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    const drafts = Array.from({ length: Math.min(left, 1_000) }, () => draftOf(`f${numbered % 10_000}`));
    await inTransaction(database, (session) => postEntries(database, session, drafts, new Date()));
  }
}

async function timeOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const each: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    await work();
    each.push(performance.now() - startedAt);
  }
  return median(each);
}

async function measureBalances(emit: EmitRow, database: Database, book: Book): Promise<void> {
  const past = '2026-06-15' as CalendarDate;
  for (const [name, goal, ours, theirs] of [
    [
      'balance now',
      'at least 2 times as fast',
      () => readAccountBalance(database, 'stripe-clearing'),
      () => book.balance({ account: 'Assets:Clearing' }),
    ],
    [
      'balance at a past date',
      'at least 100 times as fast',
      () => readAccountBalance(database, 'stripe-clearing', past),
      () => book.balance({ account: 'Assets:Clearing', end_date: new Date(`${past}T23:59:59Z`) }),
    ],
  ] as const) {
    const value = await timeOf(40, ours);
    const peer = await timeOf(ROUNDS, theirs);
    const peerName = `medici's balance() over ${await mongoose.connection.collection('medici_transactions').countDocuments()} lines, ${peer.toFixed(1)} ms`;
    emit({ name, value, unit: 'ms', ratio: peer / value, peer: peerName, goal });
  }
}

interface Age {
  readonly entries: number;
  readonly writeP99Ms: number;
  readonly balanceMs: number;
  readonly pastMs: number;
}

async function measureAt(database: Database): Promise<Age> {
  const writes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    writes.push(quantile((await byWriters(800, () => record(database, 'general'))).eachMs, 0.99));
  await sealAll(database);
  const { treeSize } = await readSealState(database, null);
  return {
    entries: treeSize,
    writeP99Ms: median(writes),
    balanceMs: await timeOf(100, () => readAccountBalance(database, 'stripe-clearing')),
    pastMs: await timeOf(100, () =>
      readAccountBalance(database, 'stripe-clearing', '2026-06-15' as CalendarDate),
    ),
  };
}

function compareAges(emit: EmitRow, young: Age, old: Age): void {
  const peer = (ms: number) => `itself at ${young.entries} entries, ${ms.toFixed(2)} ms`;
  const at = `at ${old.entries} entries`;
  for (const [name, value, before] of [
    ['write, p99', old.writeP99Ms, young.writeP99Ms],
    ['balance now', old.balanceMs, young.balanceMs],
    ['balance at a past date', old.pastMs, young.pastMs],
  ] as const)
    emit({
      name: `${name}, ${at}`,
      value,
      unit: 'ms',
      ratio: value / before,
      peer: peer(before),
      goal: 'at most 1.2',
    });
}

/** A burst from sixteen writers while one keeper seals. */
async function measureBurst(emit: EmitRow, database: Database, entries: number): Promise<void> {
  const burst = new AbortController();
  const isOver = () => burst.signal.aborted;
  const keeping = (async () => {
    for (let sealed = 1; !isOver() || sealed > 0;) {
      sealed = await sealBatch(database);
      if (sealed === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const { perSecond } = await byWriters(entries, () => record(database, 'general'));
  const endedAt = performance.now();
  burst.abort();
  await keeping;
  emit({
    name: `lag of the seal behind a burst of ${entries} entries`,
    value: (performance.now() - endedAt) / 1000,
    unit: 's',
    peer: `written at ${Math.round(perSecond)}/s beside it`,
    goal: 'under 5 s',
  });
}

async function measureSealing(emit: EmitRow, database: Database): Promise<void> {
  await sealAll(database);
  await fill(database, 10_000);
  const startedAt = performance.now();
  await sealAll(database);
  emit({
    name: 'sealing and rolling up what waits',
    value: 10_000 / ((performance.now() - startedAt) / 1000),
    unit: '1/s',
  });
}

async function measureVerifying(emit: EmitRow, database: Database): Promise<void> {
  const checkpoint = await signCheckpoint(database, signer, new Date());
  if (checkpoint === null) throw new Error('Nothing was sealed.');
  const head = canonicalJson({
    format: BUNDLE_FORMAT,
    contents: 'whole-ledger',
    currency: 'CNY',
    checkpoint,
  });
  const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
  const seal = { format: SEAL_FORMAT, lines: [toHex(leafHash(sha256, Buffer.from(head)))] } as const;
  const { publicKey } = signer;
  const lines = [Buffer.from(head)];
  for await (const { text, leaf } of streamSealedTexts(database, checkpoint.treeSize))
    lines.push(Buffer.from(entryLine(text, leaf)));
  lines.push(Buffer.from(canonicalJson({ ...seal, publicKey, signature: signer.sign(sealedText(seal)) })));
  const bare = () => {
    for (const line of lines) sha256(line);
    return Promise.resolve();
  };
  const verified = async () => {
    const bundle = new BundleCheck({ sha256, verifySignature });
    for (const line of lines) bundle.take(line);
    const result = await bundle.finish();
    if (!result.holds) throw new Error(`The bundle does not hold: ${signedText(checkpoint)}`);
  };
  const oneStream = () => {
    const running = createHash('sha256');
    for (const line of lines) running.update(line);
    running.digest();
    return Promise.resolve();
  };
  const value = await timeOf(ROUNDS, verified);
  const row = { name: `verify ${checkpoint.treeSize} entries`, value: value / 1000, unit: 's' };
  const each = await timeOf(ROUNDS, bare);
  const stream = await timeOf(ROUNDS, oneStream);
  const asPeer = (name: string, ms: number) => ({
    ratio: value / ms,
    peer: `${name}, ${(ms / 1000).toFixed(2)} s`,
  });
  emit({ ...row, ...asPeer('SHA-256 of each of its lines', each), goal: 'at most 3' });
  emit({ ...row, ...asPeer('SHA-256 of all its bytes in one stream', stream), goal: 'at most 3' });
  const proof = await readInclusionProof(database, 1, checkpoint.treeSize);
  emit({ name: 'inclusion proof', value: proof.length, unit: 'hashes', goal: 'at most 20' });
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const entries = Number(process.env['LEDGER_BENCH_ENTRIES'] ?? (quick ? 10_000 : 1_000_000));
  const server = await startTestServer();
  const database = await openDatabase(server.uri, 'ledger_bench');
  await mongoose.connect(server.uri, { dbName: 'ledger_bench_medici', writeConcern: { w: 'majority' } });
  try {
    await runMigrations(database);
    const times = quick ? 400 : 4_000;
    await measureWriting(emit, database, new Book('Bench'), times);
    await measureOneFund(emit, database, times);
    await sealAll(database);
    await measureBalances(emit, database, new Book('Bench'));
    const young = await measureAt(database);
    const { treeSize } = await readSealState(database, null);
    await fill(database, Math.max(entries - treeSize, 0));
    await sealAll(database);
    compareAges(emit, young, await measureAt(database));
    await measureSealing(emit, database);
    await measureBurst(emit, database, quick ? 4_000 : 100_000);
    await sealAll(database);
    await measureVerifying(emit, database);
  } finally {
    await mongoose.disconnect();
    await database.connection.close();
    await server.stop();
  }
}
