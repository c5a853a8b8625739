/**
 * `npm run demo`: starts the platform with nothing configured and plays a whole funding round through its public API,
 * telling the story. It leaves the site running; with `--once` it stops everything and exits, with 1 when an invariant
 * of the ledger fails.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPlatform, type RunningPlatform } from '../support/running-platform.ts';
import { Authenticators } from './authenticators.ts';
import { playRound, type Narrator } from './play-round.ts';
import { currentCodes, DEMO_AUTHENTICATORS } from './demo-codes.ts';
import { allocationTable, ledgerSummary } from './told-tables.ts';

const ADMINISTRATOR = { email: 'admin@demo.example.org', password: 'a-demo-password-2026' };

const FIRST_ADMINISTRATOR = {
  SUPPLY_FIRST_ADMIN_EMAIL: ADMINISTRATOR.email,
  SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
};

const write = (text: string) => process.stdout.write(`${text}\n`);

const narrator: Narrator = {
  chapter: (title) => write(`\n— ${title}`),
  tell: (sentence) => write(`  ${sentence}`),
};

async function play(platform: RunningPlatform, authenticators: Authenticators): Promise<boolean> {
  const startedAt = Date.now();
  const played = await playRound(platform.origin, ADMINISTRATOR, narrator, authenticators);
  authenticators.save();
  const { auditor, programme } = played.staff;
  if (auditor === undefined || programme === undefined) throw new Error('The demo lost its staff.');
  narrator.chapter('The allocation');
  write(await allocationTable(programme, played.runId));
  narrator.chapter('The ledger');
  const ledger = await ledgerSummary(auditor);
  write(ledger.text);
  narrator.chapter('Look around');
  for (const path of [
    '/zh/',
    '/en/',
    '/zh/give',
    '/app',
    '/dev/mail',
    `/zh/reports/${played.reportNumber}`,
    '/zh/compensation',
  ]) {
    narrator.tell(`${platform.origin}${path}`);
  }
  narrator.tell('Accounts (all with the same password):');
  for (const { email, roles } of played.accounts) narrator.tell(`  ${email.padEnd(34)} ${roles}`);
  narrator.tell(`  password: ${ADMINISTRATOR.password}`);
  narrator.tell('Then the page asks for a code of the second factor: run "npm run demo-codes" to read it.');
  write(
    `\nPlayed in ${Math.round((Date.now() - startedAt) / 100) / 10} s. ${ledger.holds ? 'Every invariant holds.' : 'An invariant FAILED.'}`,
  );
  return ledger.holds;
}

async function playOnce(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'supply-demo-'));
  try {
    const platform = await startPlatform(
      { ...FIRST_ADMINISTRATOR, SUPPLY_DATA_DIR: data },
      await freePort(),
      'inherit',
    );
    try {
      if (!(await play(platform, new Authenticators(null)))) process.exitCode = 1;
    } finally {
      await platform.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function playAndStay(): Promise<void> {
  const platform = await startPlatform(FIRST_ADMINISTRATOR, Number(process.env.PORT ?? '4000'), 'inherit');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void platform.stop());
  try {
    await play(platform, new Authenticators(DEMO_AUTHENTICATORS));
    write('The site is running. Press Enter for the codes to sign in with; stop it with Ctrl-C.');
    process.stdin.on('data', () => write(currentCodes()));
  } catch (error) {
    await platform.stop();
    throw error;
  }
  await once(platform.process, 'exit');
  process.stdin.pause();
}

try {
  await (process.argv.includes('--once') ? playOnce() : playAndStay());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
