/**
 * Kills the engine at random moments while many clients write, starts it again, and checks that everything
 * acknowledged is there and that no transaction is there by half.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Binary, type Collection, type Db, MongoClient } from 'mongodb';
import { type EmbeddedServer, interruptStart, startEmbeddedServer } from '../support/embedded-server.ts';
import { type Random, seededRandom } from './random.ts';

const INSERTERS = 4;
const COUNTERS = 2;
const MOVERS = 4;
const ACCOUNTS = 6;
const OPENING_BALANCE = 1000;
/** Blobs are as big as several of them fill an extent of the journal. */
const LARGEST_BLOB = 300_000;
/** One start in ten is itself interrupted, so that recovery is also cut off. */
const INTERRUPTED_STARTS = 0.1;

interface Note {
  _id: string;
  group: number;
  text: string;
}

/** Many bytes, all of the same value. */
interface Blob {
  _id: string;
  fill: number;
  content: Binary;
}

interface Counter {
  _id: string;
  value: number;
}

interface Transfer {
  _id: string;
  from: string;
  to: string;
  amount: number;
}

/** What the clients were told. A write whose answer never came may or may not have happened. */
interface Ledger {
  notes: Set<string>;
  unsureNotes: Set<string>;
  deletedNotes: Set<string>;
  unsureDeletions: Set<string>;
  counts: Map<string, { atLeast: number; atMost: number }>;
  transfers: Set<string>;
  /** Sizes of the blobs written since the last restart. */
  blobs: Map<string, number>;
  unsureBlobs: Map<string, number>;
  sequence: number;
}

interface CrashOptions {
  kills: number;
  seed: number;
  /** Called after each kill that was survived. */
  progress?: (kill: number) => void;
}

interface CrashSummary {
  kills: number;
  notes: number;
  transfers: number;
  slowestRestartMs: number;
}

interface Tables {
  notes: Collection<Note>;
  counters: Collection<Counter>;
  accounts: Collection<Counter>;
  transfers: Collection<Transfer>;
  blobs: Collection<Blob>;
}

function tablesOf(database: Db): Tables {
  return {
    notes: database.collection<Note>('notes'),
    counters: database.collection<Counter>('counters'),
    accounts: database.collection<Counter>('accounts'),
    transfers: database.collection<Transfer>('transfers'),
    blobs: database.collection<Blob>('blobs'),
  };
}

/** How long a writer looks for the server that was killed under it: every kill waits for that. */
const WRITER_PATIENCE_MS = 2_000;
/** Whoever verifies waits for a server that a busy machine starts slowly. */
const VERIFIER_PATIENCE_MS = 30_000;

function clientFor(server: EmbeddedServer, patienceMs: number): MongoClient {
  return new MongoClient(server.uri, {
    retryWrites: false,
    retryReads: false,
    serverSelectionTimeoutMS: patienceMs,
    heartbeatFrequencyMS: 500,
    writeConcern: { w: 'majority', journal: true },
  });
}

async function prepare(client: MongoClient, ledger: Ledger): Promise<void> {
  const { notes, counters, accounts } = tablesOf(client.db('torture'));
  await notes.createIndex({ group: 1, text: 1 }, undefined, undefined);
  await notes.createIndex({ text: 1 }, { unique: true }, undefined);
  await accounts.insertMany(
    Array.from({ length: ACCOUNTS }, (_, index) => ({ _id: `account${index}`, value: OPENING_BALANCE })),
  );
  for (let index = 0; index < COUNTERS; index += 1) {
    await counters.insertOne({ _id: `counter${index}`, value: 0 });
    ledger.counts.set(`counter${index}`, { atLeast: 0, atMost: 0 });
  }
}

async function keepWritingNotes(
  { notes }: Tables,
  ledger: Ledger,
  random: Random,
  running: () => boolean,
): Promise<void> {
  const own: string[] = [];
  while (running()) {
    const id = `note${(ledger.sequence += 1)}`;
    ledger.unsureNotes.add(id);
    await notes.insertOne({ _id: id, group: random.below(10), text: `text of ${id}` });
    ledger.unsureNotes.delete(id);
    ledger.notes.add(id);
    own.push(id);
    if (random.chance(0.3)) await deleteNote(own.splice(random.below(own.length), 1)[0], notes, ledger);
  }
}

async function deleteNote(id: string | undefined, notes: Collection<Note>, ledger: Ledger): Promise<void> {
  if (id === undefined) return;
  ledger.notes.delete(id);
  ledger.unsureDeletions.add(id);
  await notes.deleteOne({ _id: id });
  ledger.unsureDeletions.delete(id);
  ledger.deletedNotes.add(id);
}

async function keepCounting(
  { counters }: Tables,
  ledger: Ledger,
  id: string,
  running: () => boolean,
): Promise<void> {
  const count = ledger.counts.get(id);
  if (count === undefined) throw new Error(`there is no counter ${id}`);
  while (running()) {
    count.atMost += 1;
    await counters.updateOne({ _id: id }, { $inc: { value: 1 } });
    count.atLeast += 1;
  }
}

async function keepWritingBlobs(
  { blobs }: Tables,
  ledger: Ledger,
  random: Random,
  running: () => boolean,
): Promise<void> {
  while (running()) {
    const id = `blob${(ledger.sequence += 1)}`;
    const size = 1 + random.below(LARGEST_BLOB);
    const fill = random.below(256);
    ledger.unsureBlobs.set(id, size);
    await blobs.insertOne({ _id: id, fill, content: new Binary(Buffer.alloc(size, fill)) });
    ledger.unsureBlobs.delete(id);
    ledger.blobs.set(id, size);
  }
}

async function keepMoving(
  client: MongoClient,
  tables: Tables,
  ledger: Ledger,
  random: Random,
  running: () => boolean,
): Promise<void> {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `account${index}`);
  while (running()) {
    const from = random.pick(names);
    const to = random.pick(names.filter((name) => name !== from));
    const transfer = { _id: `transfer${(ledger.sequence += 1)}`, from, to, amount: 1 + random.below(9) };
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await tables.accounts.updateOne({ _id: from }, { $inc: { value: -transfer.amount } }, { session });
        await tables.accounts.updateOne({ _id: to }, { $inc: { value: transfer.amount } }, { session });
        await tables.transfers.insertOne(transfer, { session });
      }),
    );
    ledger.transfers.add(transfer._id);
  }
}

/** Lets all clients write until the server is killed under them. */
async function writeUntilKilled(server: EmbeddedServer, ledger: Ledger, random: Random): Promise<void> {
  const client = clientFor(server, WRITER_PATIENCE_MS);
  await client.connect();
  const tables = tablesOf(client.db('torture'));
  let running = true;
  const isRunning = (): boolean => running;
  const work = [
    ...Array.from({ length: INSERTERS }, () => keepWritingNotes(tables, ledger, random, isRunning)),
    ...Array.from({ length: COUNTERS }, (_, index) =>
      keepCounting(tables, ledger, `counter${index}`, isRunning),
    ),
    keepWritingBlobs(tables, ledger, random, isRunning),
    ...Array.from({ length: MOVERS }, () => keepMoving(client, tables, ledger, random, isRunning)),
  ];
  const settled = Promise.allSettled(work);
  await sleep(20 + random.below(400));
  if (!server.isAlive()) throw new Error(`the engine ended by itself:\n${server.output()}`);
  running = false;
  await server.kill();
  await client.close(true);
  await settled;
}

function demand(holds: boolean, failure: string): void {
  if (!holds) throw new Error(failure);
}

async function verifyNotes({ notes }: Tables, ledger: Ledger): Promise<void> {
  const stored = new Map(
    (await notes.find({}, { hint: { $natural: 1 } }).toArray()).map((note) => [note._id, note]),
  );
  for (const id of ledger.notes) demand(stored.has(id), `the acknowledged ${id} is lost`);
  for (const id of ledger.deletedNotes) demand(!stored.has(id), `the deleted ${id} is back`);
  for (const note of stored.values()) {
    const known =
      ledger.notes.has(note._id) || ledger.unsureNotes.has(note._id) || ledger.unsureDeletions.has(note._id);
    demand(known, `${note._id} was never written`);
    demand(note.text === `text of ${note._id}`, `${note._id} is damaged`);
  }
  const byIndex = await notes.find({ group: { $gte: 0 } }, { hint: { group: 1, text: 1 } }).toArray();
  demand(
    byIndex.length === stored.size,
    `the index has ${byIndex.length} notes, the collection ${stored.size}`,
  );
  for (const { _id, group } of byIndex)
    demand(stored.get(_id)?.group === group, `the index differs on ${_id}`);
  // What was unsure is known from now on.
  for (const id of [...ledger.unsureNotes, ...ledger.unsureDeletions]) {
    if (stored.has(id)) ledger.notes.add(id);
    else ledger.deletedNotes.add(id);
  }
  ledger.unsureNotes.clear();
  ledger.unsureDeletions.clear();
}

async function verifyCounters({ counters }: Tables, ledger: Ledger): Promise<void> {
  for (const { _id, value } of await counters.find().toArray()) {
    const count = ledger.counts.get(_id);
    demand(count !== undefined, `${_id} was never written`);
    if (count === undefined) continue;
    demand(
      value >= count.atLeast && value <= count.atMost,
      `${_id} is ${value}; ${count.atLeast} increments were acknowledged and ${count.atMost} sent`,
    );
    count.atLeast = value;
    count.atMost = value;
  }
}

async function verifyTransfers({ accounts, transfers }: Tables, ledger: Ledger): Promise<void> {
  const expected = new Map<string, number>();
  const stored = await transfers.find().toArray();
  const ids = new Set(stored.map(({ _id }) => _id));
  for (const id of ledger.transfers) demand(ids.has(id), `the committed ${id} is lost`);
  for (const { from, to, amount } of stored) {
    expected.set(from, (expected.get(from) ?? 0) - amount);
    expected.set(to, (expected.get(to) ?? 0) + amount);
  }
  for (const { _id, value } of await accounts.find().toArray()) {
    const due = OPENING_BALANCE + (expected.get(_id) ?? 0);
    demand(value === due, `${_id} holds ${value}; its transfers say ${due}: a transaction is there by half`);
  }
  for (const id of ids) ledger.transfers.add(id);
}

/** Each blob is whole; they are then deleted, so that the directory stays small. */
async function verifyBlobs({ blobs }: Tables, ledger: Ledger): Promise<void> {
  const found = new Set<string>();
  for await (const { _id, fill, content } of blobs.find()) {
    const size = ledger.blobs.get(_id) ?? ledger.unsureBlobs.get(_id);
    demand(size !== undefined, `${_id} was never written`);
    const bytes = content.buffer.subarray(0, content.length());
    const whole = bytes.length === size && bytes.every((byte) => byte === fill);
    demand(whole, `${_id} is damaged`);
    found.add(_id);
  }
  for (const id of ledger.blobs.keys()) demand(found.has(id), `the acknowledged ${id} is lost`);
  await blobs.deleteMany({});
  ledger.blobs.clear();
  ledger.unsureBlobs.clear();
}

async function verify(server: EmbeddedServer, ledger: Ledger): Promise<void> {
  const client = clientFor(server, VERIFIER_PATIENCE_MS);
  try {
    const tables = tablesOf(client.db('torture'));
    await verifyNotes(tables, ledger);
    await verifyCounters(tables, ledger);
    await verifyTransfers(tables, ledger);
    await verifyBlobs(tables, ledger);
  } finally {
    await client.close();
  }
}

/** @throws Error naming the kill and what was lost, half done or damaged after it. */
export async function runCrashes({ kills, seed, progress }: CrashOptions): Promise<CrashSummary> {
  const random = seededRandom(seed);
  const dbpath = await mkdtemp(join(tmpdir(), 'embedded-mongod-torture-'));
  const ledger: Ledger = {
    notes: new Set(),
    unsureNotes: new Set(),
    deletedNotes: new Set(),
    unsureDeletions: new Set(),
    counts: new Map(),
    transfers: new Set(),
    blobs: new Map(),
    unsureBlobs: new Map(),
    sequence: 0,
  };
  let slowestRestartMs = 0;
  let server = await startEmbeddedServer({ dbpath });
  try {
    const client = clientFor(server, VERIFIER_PATIENCE_MS);
    await prepare(client, ledger);
    await client.close();
    for (let kill = 1; kill <= kills; kill += 1) {
      try {
        await writeUntilKilled(server, ledger, random);
        // The replica set remembers its member's address, so the port stays.
        const { port } = server;
        if (random.chance(INTERRUPTED_STARTS)) await interruptStart(dbpath, port, random.below(600));
        server = await startEmbeddedServer({ dbpath, port });
        slowestRestartMs = Math.max(slowestRestartMs, server.startMs);
        await verify(server, ledger);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`after kill ${kill} of seed ${seed}: ${reason}`, { cause });
      }
      progress?.(kill);
    }
    return { kills, notes: ledger.notes.size, transfers: ledger.transfers.size, slowestRestartMs };
  } finally {
    if (server.isAlive()) await server.stop();
    await rm(dbpath, { recursive: true, force: true });
  }
}
