/** Whether the seal keeps pace with a burst from sixteen writers, and how much it can do when entries wait. */
import { performance } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import { sealBatch } from '../../../server/ledger/seal-entries.ts';
import { fill, openBenchLedger, recordWithin, sealAll } from './bookings.ts';
import type { Section } from './section.ts';
import { atMost, byWriters } from './timing.ts';

export const burst: Section = async (emit, { uri, quick }) => {
  const entries = quick ? 4_000 : 100_000;
  const database = await openBenchLedger(uri, 'bench_burst');
  const writing = new AbortController();
  const keeping = (async () => {
    for (let sealed = 1; !writing.signal.aborted || sealed > 0;) {
      sealed = await sealBatch(database);
      if (sealed === 0) await rest(50);
    }
  })();
  const { perSecond } = await byWriters(entries, () => recordWithin(database, 'general'));
  const endedAt = performance.now();
  writing.abort();
  await keeping;
  const lagS = (performance.now() - endedAt) / 1000;
  const { goal, met } = atMost(5, lagS, 'under 5 s');
  emit({
    ...{ name: `lag of the seal behind a burst of ${entries} entries`, value: lagS, unit: 's', goal, met },
    peer: `16 writers beside it, each entry in a transaction, ${Math.round(perSecond)}/s`,
  });
  const waiting = quick ? 5_000 : 20_000;
  await fill(database, waiting, () => 'general');
  const startedAt = performance.now();
  await sealAll(database);
  const rate = waiting / ((performance.now() - startedAt) / 1000);
  emit({ name: `sealing and rolling up ${waiting} entries that wait`, value: rate, unit: '1/s' });
  await database.connection.close();
};
