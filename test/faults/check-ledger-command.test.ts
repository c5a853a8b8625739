/** `npm run check-ledger` on a database: every invariant with its figure, 0 where all hold and 1 where one does not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FROM_SOURCE } from '../support/from-source.ts';
import { openLedger, transfer, type LedgerRig } from '../support/ledger-rig.ts';

let ledger: LedgerRig;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.post(transfer('a', 'fund:general', 'bank:main', 5_000n, { fund: 'general' }));
  await ledger.seal();
});
afterAll(() => ledger.stop());

async function command(): Promise<{ readonly status: number | null; readonly text: string }> {
  const uri = new URL(ledger.uri);
  uri.pathname = `/${ledger.databaseName}`;
  const child = spawn(process.execPath, [FROM_SOURCE, 'jobs/check-ledger.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, MONGODB_URI: uri.href },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  const [status] = (await once(child, 'exit')) as [number | null];
  return { status, text };
}

it('prints each invariant with its figure and ends with 0', async () => {
  const { status, text } = await command();
  expect(text).toContain('✓ debits equal credits, per entry and in all (1 entries, 5000 = 5000)');
  expect(text.split('\n').filter((line) => line.startsWith('✓')).length).toBeGreaterThan(10);
  expect(status).toBe(0);
});

it('names the breach and ends with 1', async () => {
  const entries = ledger.database.connection.collection('journalEntries');
  await entries.updateOne({ sequence: 0 }, { $set: { 'postings.0.debitMinor': 5_001n } });
  const { status, text } = await command();
  expect(text).toContain('✗ debits equal credits');
  expect(text).toContain('entry manual:a (0) is not what was sealed');
  expect(status).toBe(1);
});
