/** What age costs: the same questions of a young ledger and of an old one. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDate } from '../../../server/domain/time.ts';
import type { Database } from '../../../server/db/database.ts';
import { readAccountBalance } from '../../../server/ledger/read-balances.ts';
import { readSealState } from '../../../server/ledger/seal-entries.ts';
import { openBenchLedger, recordWithin, sealAll } from './bookings.ts';
import { writeSealedHistory } from './sealed-history.ts';
import type { Section } from './section.ts';
import { atMost, byWriters, median, quantile, ROUNDS, timeOf } from './timing.ts';

const YOUNG = 10_000;
/** What was written in minutes is still on its way to its place on disk; what was written in years is not. */
const AT_REST_AFTER_MS = 20_000;

/** One of a thousand funds: a region with a few hundred pledges a year has so many. */
const fundOf = (number: number): string => `f${number % 1_000}`;

interface Age {
  readonly entries: number;
  readonly writeP99Ms: number;
  readonly balanceMs: number;
  readonly pastMs: number;
}

async function measureAt(database: Database): Promise<Age> {
  const writes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    writes.push(quantile((await byWriters(800, () => recordWithin(database, 'general'))).eachMs, 0.99));
  await sealAll(database);
  const { treeSize } = await readSealState(database, null);
  const past = '2026-06-15' as CalendarDate;
  return {
    entries: treeSize,
    writeP99Ms: median(writes),
    balanceMs: await timeOf(300, () => readAccountBalance(database, 'stripe-clearing')),
    pastMs: await timeOf(300, () => readAccountBalance(database, 'stripe-clearing', past)),
  };
}

export const age: Section = async (emit, { uri, entries }) => {
  const database = await openBenchLedger(uri, 'bench_age');
  await writeSealedHistory(database, YOUNG, fundOf);
  // The first measure warms this process up: what it gets faster by must not be taken for what age costs.
  await measureAt(database);
  const young = await measureAt(database);
  const startedAt = performance.now();
  const count = Math.max(entries - young.entries, 0);
  await writeSealedHistory(database, count, fundOf);
  emit({
    name: `${count.toLocaleString('en')} sealed entries written`,
    value: (performance.now() - startedAt) / 1000,
    unit: 's',
  });
  await sleep(AT_REST_AFTER_MS);
  const old = await measureAt(database);
  for (const [name, value, before] of [
    ['write, p99', old.writeP99Ms, young.writeP99Ms],
    ['balance now', old.balanceMs, young.balanceMs],
    ['balance at a past date', old.pastMs, young.pastMs],
  ] as const)
    emit({
      ...{ name: `${name}, at ${old.entries} entries`, value, unit: 'ms' },
      peer: `itself at ${young.entries} entries, ${before.toFixed(2)} ms`,
      ...atMost(1.2, value / before),
    });
  await database.connection.close();
};
