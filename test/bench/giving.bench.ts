/**
 * Giving in figures: signed webhooks stored per second against a bare HTTP server that checks the same signature and does
 * one durable insert, how long an answer takes, how fast one worker applies a backlog of events, and how long a hundred
 * donors wait for their payment page; all with an empty history and a long one; and that copies and disorder leave one
 * entry for each gift. `only=webhooks`, `only=checkouts` or `only=exactness` measures a part; `history=N` how many
 * donations the long history has, 100,000 where nothing is said; a quick run has none.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeHistory } from './giving/history.ts';
import { measureCheckouts } from './giving/checkouts.ts';
import { startGivingBench } from './giving/rig.ts';
import { measureExactness, measureWebhooks } from './giving/webhooks.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const HISTORY = 100_000;
/** Years of gifts written in a minute are still on their way to their place on disk; a history of years is not. */
const AT_REST_AFTER_MS = 20_000;

export async function run(emit: EmitRow, { quick, settings }: BenchOptions): Promise<void> {
  const bench = await startGivingBench();
  const only = settings.get('only');
  const wanted = (part: string): boolean => only === undefined || only === part;
  const measure = async (history: string) => {
    if (wanted('webhooks')) await measureWebhooks(emit, bench, history, quick);
    if (wanted('checkouts')) await measureCheckouts(emit, bench, history, quick);
  };
  try {
    await measure('empty history');
    if (wanted('exactness')) await measureExactness(emit, bench, quick ? 40 : 200);
    const count = Number(settings.get('history') ?? (quick ? 0 : HISTORY));
    if (count === 0) return;
    const startedAt = performance.now();
    await writeHistory(bench.databaseUri, bench.platform.database.connection.name, count);
    const written = `${count.toLocaleString('en')} donations`;
    emit({
      name: `${written} with their entries, receipts and events written`,
      value: (performance.now() - startedAt) / 1000,
      unit: 's',
    });
    await sleep(AT_REST_AFTER_MS);
    await measure(written);
  } finally {
    await bench.stop();
  }
}
