/**
 * The ledger in figures: recording against the driver and against another ledger on the same server, balances now and in
 * the past, what age costs, whether the seal keeps pace with a burst, and what checking a whole bundle costs.
 * `only=writing,balances` runs some of the parts: writing, balances, verifying, burst, age. In full the last two take many
 * minutes; `entries=100000` sets the age, which is a million otherwise.
 */
import { performance } from 'node:perf_hooks';
import { startTestServer } from '../support/mongo.ts';
import { age } from './ledger/age.ts';
import { balances } from './ledger/balances.ts';
import { burst } from './ledger/burst.ts';
import type { Section } from './ledger/section.ts';
import { verifying } from './ledger/verifying.ts';
import { writing } from './ledger/writing.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const SECTIONS: Readonly<Record<string, Section>> = { writing, balances, verifying, burst, age };

export async function run(emit: EmitRow, { quick, settings }: BenchOptions): Promise<void> {
  const only = settings.get('only')?.split(',') ?? Object.keys(SECTIONS);
  const unknown = only.filter((name) => !(name in SECTIONS));
  if (unknown.length > 0)
    throw new Error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}.`);
  const entries = Number(settings.get('entries') ?? (quick ? 20_000 : 1_000_000));
  const server = await startTestServer();
  try {
    for (const [name, section] of Object.entries(SECTIONS)) {
      if (!only.includes(name)) continue;
      const startedAt = performance.now();
      await section(emit, { uri: server.uri, quick, entries });
      emit({ name: `the part ${name} took`, value: (performance.now() - startedAt) / 1000, unit: 's' });
    }
  } finally {
    await server.stop();
  }
}
