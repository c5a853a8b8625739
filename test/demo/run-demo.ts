/**
 * `npm run demo`: starts the platform with nothing configured and plays a whole funding round through its public API,
 * telling the story. It leaves the site running; with `--once` it stops everything and exits, with 1 when an invariant
 * of the ledger fails.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { playRound, type Narrator } from './play-round.ts';
import { allocationTable, ledgerSummary } from './told-tables.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_WAIT_MS = 60_000;
const ADMINISTRATOR = { email: 'admin@demo.example.org', password: 'a-demo-password-2026' };

const write = (text: string) => process.stdout.write(`${text}\n`);

const narrator: Narrator = {
  chapter: (title) => write(`\n— ${title}`),
  tell: (sentence) => write(`  ${sentence}`),
};

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}

interface RunningPlatform {
  readonly origin: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `npm start` as its user would, only without npm between, so that a signal reaches it. */
async function startPlatform(environment: NodeJS.ProcessEnv, port: number): Promise<RunningPlatform> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'server/main.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      SUPPLY_FIRST_ADMIN_EMAIL: ADMINISTRATOR.email,
      SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const origin = `http://localhost:${port}`;
  const deadline = Date.now() + START_WAIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error('The platform did not start; its own words are above.');
    const ready = await fetch(`${origin}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    if (Date.now() > deadline) throw new Error('The platform did not answer within a minute.');
    await sleep(100);
  }
  return {
    origin,
    process: child,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function play(platform: RunningPlatform): Promise<boolean> {
  const startedAt = Date.now();
  const played = await playRound(platform.origin, ADMINISTRATOR, narrator);
  const { auditor, programme } = played.staff;
  if (auditor === undefined || programme === undefined) throw new Error('The demo lost its staff.');
  narrator.chapter('The allocation');
  write(await allocationTable(programme, played.runId));
  narrator.chapter('The ledger');
  const ledger = await ledgerSummary(auditor);
  write(ledger.text);
  narrator.chapter('Look around');
  for (const path of ['/zh/', '/en/', '/zh/give', '/app', '/dev/mail', `/reports/${played.reportNumber}`]) {
    narrator.tell(`${platform.origin}${path}`);
  }
  narrator.tell('Accounts (all with the same password):');
  for (const { email, roles } of played.accounts) narrator.tell(`  ${email.padEnd(34)} ${roles}`);
  narrator.tell(`  password: ${ADMINISTRATOR.password}`);
  write(
    `\nPlayed in ${Math.round((Date.now() - startedAt) / 100) / 10} s. ${ledger.holds ? 'Every invariant holds.' : 'An invariant FAILED.'}`,
  );
  return ledger.holds;
}

async function playOnce(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'supply-demo-'));
  try {
    const platform = await startPlatform({ SUPPLY_DATA_DIR: data }, await freePort());
    try {
      if (!(await play(platform))) process.exitCode = 1;
    } finally {
      await platform.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function playAndStay(): Promise<void> {
  const platform = await startPlatform({}, Number(process.env.PORT ?? '4000'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void platform.stop());
  try {
    await play(platform);
    write('The site is running. Stop it with Ctrl-C.');
  } catch (error) {
    await platform.stop();
    throw error;
  }
  await once(platform.process, 'exit');
}

try {
  await (process.argv.includes('--once') ? playOnce() : playAndStay());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
