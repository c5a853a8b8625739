import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROM_SOURCE } from '../support/from-source.ts';
import { playRound, type Narrator } from '../demo/play-round.ts';
import { ledgerSummary } from '../demo/told-tables.ts';
import { processTree } from '../support/process-tree.ts';
import { freePort, startPlatform, type RunningPlatform } from '../support/running-platform.ts';

const ADMINISTRATOR = { email: 'admin@example.org', password: 'a-password-of-the-test' };
const MAX_PLAYS = 8;

let data: string;
let platform: RunningPlatform;

async function start(port: number): Promise<RunningPlatform> {
  return startPlatform(
    {
      SUPPLY_DATA_DIR: data,
      SUPPLY_FIRST_ADMIN_EMAIL: ADMINISTRATOR.email,
      SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
    },
    port,
  );
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'supply-killed-'));
  platform = await start(await freePort());
});

afterAll(async () => {
  await platform.stop();
  await rm(data, { recursive: true, force: true });
});

async function killChild(pattern: RegExp): Promise<void> {
  const victim = (await processTree(platform.process.pid ?? 0)).find(({ command }) => pattern.test(command));
  if (victim === undefined) throw new Error(`Nothing to kill like ${String(pattern)}.`);
  process.kill(victim.pid, 'SIGKILL');
}

async function checkLedger(): Promise<number | null> {
  const child = spawn(process.execPath, [FROM_SOURCE, 'jobs/check-ledger.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, SUPPLY_DATA_DIR: data },
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

describe('a round during which processes are killed', () => {
  it('ends as if nothing had happened, once it is played on', async () => {
    const port = Number(new URL(platform.origin).port);
    const kills = new Map<string, () => Promise<void>>([
      ['3', () => killChild(/jobs\/worker/)],
      ['4', () => killChild(/jobs\/worker/)],
      ['5', () => killChild(/embedded-mongod/)],
      [
        '7',
        async () => {
          const gone = once(platform.process, 'exit');
          platform.process.kill('SIGKILL');
          await gone;
          platform = await start(port);
        },
      ],
    ]);
    const due: Promise<void>[] = [];
    const narrator: Narrator = {
      chapter: (title) => {
        const chapter = title.charAt(0);
        const kill = kills.get(chapter);
        kills.delete(chapter);
        // In the middle of what follows, not before it.
        if (kill !== undefined) due.push(new Promise((resolved) => setTimeout(resolved, 300)).then(kill));
      },
      tell: () => undefined,
    };
    let interrupted = 0;
    for (let play = 1; ; play += 1) {
      try {
        const { staff } = await playRound(platform.origin, ADMINISTRATOR, narrator);
        await Promise.all(due);
        if (kills.size > 0) throw new Error('The round ended before everything was killed.');
        const { text, holds } = await ledgerSummary(staff['auditor']!);
        expect(holds, text).toBe(true);
        break;
      } catch (error) {
        interrupted += 1;
        await Promise.all(due);
        if (play === MAX_PLAYS) throw error;
      }
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(await checkLedger()).toBe(0);
  }, 300_000);
});
