/** What age costs: the same questions of a young ledger and of an old one. */
import type { CalendarDate } from '../../../server/domain/time.ts';
import type { Database } from '../../../server/db/database.ts';
import { readAccountBalance } from '../../../server/ledger/read-balances.ts';
import { readSealState } from '../../../server/ledger/seal-entries.ts';
import { fill, openBenchLedger, recordWithin, sealAll, someFund } from './bookings.ts';
import type { Section } from './section.ts';
import { atMost, byWriters, median, quantile, ROUNDS, timeOf } from './timing.ts';

const YOUNG = 10_000;

interface Age {
  readonly entries: number;
  readonly writeP99Ms: number;
  readonly balanceMs: number;
  readonly pastMs: number;
}

/** Goes on recording and sealing, as the worker does, so that whoever fills never leaves more than some thousands waiting. */
async function grow(database: Database, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 10_000) {
    await fill(database, Math.min(left, 10_000), someFund);
    await sealAll(database);
  }
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
  await grow(database, YOUNG);
  // The first measure warms this process up: what it gets faster by must not be taken for what age costs.
  await measureAt(database);
  const young = await measureAt(database);
  await grow(database, Math.max(entries - young.entries, 0));
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
