/**
 * The first impression in figures: from `npm start` to the first answer on an empty data directory, a whole demo round,
 * journal entries recorded by sixteen writers, and the memory of server, worker and engine at rest.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FROM_SOURCE } from '../support/from-source.ts';
import { minor } from '../../server/domain/money.ts';
import { donationSettled } from '../../server/domain/posting-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { inTransaction, openDatabase } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { startTestServer } from '../support/mongo.ts';
import { processTree } from '../support/process-tree.ts';
import { freePort } from '../support/running-platform.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WRITERS = 16;
const REST_MS = 5_000;

async function untilAnswered(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const answered = await fetch(url, { headers: { 'accept-language': 'zh' } }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    if (child.exitCode !== null) throw new Error('The platform did not start.');
    await sleep(20);
  }
}

/** Resident memory of a process and everything that it started, in bytes, by what each of them runs. */
async function memoryOfTree(root: number): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { command, residentBytes } of await processTree(root)) {
    if (command.includes('esbuild')) continue;
    const part = command.includes('embedded-mongod')
      ? 'engine'
      : command.includes('worker')
        ? 'worker'
        : 'server';
    sums.set(part, (sums.get(part) ?? 0) + residentBytes);
  }
  return sums;
}

async function measureStart(emit: EmitRow): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'supply-smoke-'));
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [FROM_SOURCE, 'server/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), SUPPLY_DATA_DIR: data },
    stdio: 'ignore',
  });
  try {
    await untilAnswered(`http://localhost:${port}/zh/`, child);
    emit({
      name: 'start to first page',
      value: (performance.now() - startedAt) / 1000,
      unit: 's',
      goal: 'under 5 s',
    });
    await sleep(REST_MS);
    if (child.pid !== undefined) {
      for (const [part, bytes] of await memoryOfTree(child.pid)) {
        emit({ name: `memory at rest, ${part}`, value: bytes / 2 ** 20, unit: 'MiB' });
      }
    }
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true, force: true });
  }
}

async function measureDemo(emit: EmitRow): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [FROM_SOURCE, 'test/demo/run-demo.ts', '--once'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`The demo ended with ${String(status)}.`);
  emit({
    name: 'demo round, start and stop included',
    value: (performance.now() - startedAt) / 1000,
    unit: 's',
    goal: 'under 60 s',
  });
}

async function measureEntries(emit: EmitRow, count: number): Promise<void> {
  const server = await startTestServer();
  try {
    const database = await openDatabase(server.uri, 'smoke');
    await runMigrations(database);
    let next = 0;
    const write = async () => {
      for (let index = next++; index < count; index = next++) {
        const entry = donationSettled({
          donationId: `smoke-${index}`,
          fundId: 'general',
          giftMinor: minor(10_000n),
          feeCoverMinor: minor(0n),
          partyKind: 'individual',
          effectiveOn: '2026-01-01' as CalendarDate,
          currency: 'CNY',
          narrative: 'smoke',
        });
        await inTransaction(database, (session) => postEntries(database, session, [entry], new Date()));
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: WRITERS }, write));
    const perSecond = (count * 1000) / (performance.now() - startedAt);
    emit({
      name: `journal entries, ${WRITERS} writers, one durable transaction each`,
      value: perSecond,
      unit: 'entries/s',
    });
    await database.connection.close();
  } finally {
    await server.stop();
  }
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  await measureEntries(emit, quick ? 500 : 5_000);
  await measureStart(emit);
  await measureDemo(emit);
}
