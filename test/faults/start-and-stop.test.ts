/**
 * Starting and stopping the platform as a person does: one command, Ctrl-C, a kill that asks nobody, and every mistake
 * that the first try may hold.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FROM_SOURCE } from '../support/from-source.ts';
import { findFreePort } from '../../server/start/ports.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE_MS = 90_000;
const ADMINISTRATOR = { email: 'admin@example.org', password: 'correct horse battery' };

interface Run {
  readonly child: ChildProcess;
  readonly url: string;
  readonly said: () => string;
  /** Resolves with the exit status. */
  readonly ended: Promise<number | null>;
}

let folder: string;
const runs: Run[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supply-start-'));
});

afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
  await until('the children of killed servers to end', async () => (await processesIn(folder)).length === 0);
  await rm(folder, { recursive: true, force: true });
});

/** `npm start`, without npm between us and the process. */
function start(port: number, environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [FROM_SOURCE, 'server/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      SUPPLY_DATA_DIR: join(folder, 'data'),
      SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  }
  const ended = once(child, 'close').then(([status]) => status as number | null);
  const run = { child, url: `http://127.0.0.1:${port}`, said: () => said, ended };
  runs.push(run);
  return run;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) {
      throw new Error(`Waited in vain for ${what}. It said:\n${runs.map(({ said }) => said()).join('\n')}`);
    }
    await sleep(100);
  }
}

const isReady = (run: Run) => until('the platform', () => run.said().includes('Ready.'));

async function graphql(run: Run, query: string): Promise<unknown> {
  const response = await fetch(`${run.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const answers = async (run: Run) =>
  JSON.stringify(await graphql(run, '{ region { code } }').catch(() => null)).includes('"data"');

function signIn(run: Run): Promise<Response> {
  return fetch(`${run.url}/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMINISTRATOR),
  });
}

/** Processes whose command line names the folder, or whose parent is the run: our engine, worker and server. */
async function processesIn(path: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(path))
    .map((line) => Number(line.trim().split(' ')[0]));
}

async function childOf(run: Run, part: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const line = stdout
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, parent, ...args]) => parent === String(run.child.pid) && args.join(' ').includes(part));
  if (line === undefined) throw new Error(`The server has no child "${part}".`);
  return Number(line[0]);
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('a wrong start', () => {
  it('says in one sentence what to set, and leaves nothing behind', async () => {
    const wrong = start(4000, { PORT: 'four thousand' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.said()).toBe(
      'PORT is "four thousand": set it to a whole number from 1 to 65535, or leave it out for 4000.\n',
    );
    const production = start(await findFreePort(), { NODE_ENV: 'production' });
    expect(await production.ended).toBe(1);
    expect(production.said()).toMatch(/^Production needs PUBLIC_URL, MONGODB_URI, .*\n$/);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('finds a port in use before anything else has started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const run = start(port);
    expect(await run.ended).toBe(1);
    expect(run.said()).toBe(
      `Port ${port} is in use: stop what uses it, or choose another, for example PORT=${port + 1} npm start.\n`,
    );
    expect(existsSync(join(folder, 'data'))).toBe(false);
    other.close();
  });

  it('never writes into a directory that holds something else', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'chapter one');
    const run = start(await findFreePort(), { SUPPLY_DATA_DIR: folder });
    expect(await run.ended).toBe(1);
    expect(run.said()).toBe(
      `The directory ${folder} holds something else (thesis.txt): set SUPPLY_DATA_DIR to an empty directory or to one of this platform.\n`,
    );
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  it('says that a data directory is of another version', async () => {
    await writeFile(join(folder, 'supply-foundation.json'), '{"platform":"supply-foundation","format":99}');
    const run = start(await findFreePort(), { SUPPLY_DATA_DIR: folder });
    expect(await run.ended).toBe(1);
    expect(run.said()).toMatch(/^The data directory .* is of another version of this platform: .*\n$/);
  });
});

describe('a start with nothing configured', () => {
  it('names every stand-in, refuses a second server on its data, stops in order and finds its data again', async () => {
    const first = start(await findFreePort());
    await isReady(first);
    expect(first.said()).toMatch(
      /Stand-ins in use: embedded database engine .*Stripe sandbox .*mail catcher /,
    );
    expect(first.said()).not.toContain(ADMINISTRATOR.password);
    expect((await fetch(`${first.url}/zh/`)).status).toBe(200);
    expect((await fetch(`${first.url}/dev/mail`)).status).toBe(200);
    expect((await signIn(first)).status).toBe(200);

    const second = start(await findFreePort());
    expect(await second.ended).toBe(1);
    expect(second.said()).toMatch(/^The data directory .* is in use by process \d+: .*\n$/);

    const engine = await childOf(first, 'embedded-mongod');
    const worker = await childOf(first, 'jobs/worker');
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect([isGone(engine), isGone(worker)]).toEqual([true, true]);

    const again = start(await findFreePort());
    await isReady(again);
    expect(again.said()).not.toContain('The first administrator');
    expect((await signIn(again)).status).toBe(200);
  }, 240_000);

  it('goes on when its engine or its worker is killed', async () => {
    const run = start(await findFreePort());
    await isReady(run);
    process.kill(await childOf(run, 'embedded-mongod'), 'SIGKILL');
    await until('the engine', () => run.said().includes('The embedded database engine runs again.'));
    await until('an answer', () => answers(run));
    process.kill(await childOf(run, 'jobs/worker'), 'SIGKILL');
    await until('the worker', () => run.said().includes('The worker runs again.'));
    expect((await signIn(run)).status).toBe(200);
  }, 240_000);

  it('takes its children with it when it is killed itself, and starts again at once', async () => {
    const run = start(await findFreePort());
    await isReady(run);
    const engine = await childOf(run, 'embedded-mongod');
    const worker = await childOf(run, 'jobs/worker');
    run.child.kill('SIGKILL');
    const again = start(await findFreePort());
    await isReady(again);
    expect((await signIn(again)).status).toBe(200);
    await until('the children of the killed server to end', () => isGone(engine) && isGone(worker));
  }, 240_000);
});
