/**
 * What `npm run build` makes starts by itself: compiled files alone, in production mode, with the stand-ins that were
 * allowed by name. Whatever a build forgets (a file beside the source, a package for development only) shows here.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/running-platform.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_WAIT_MS = 120_000;

let folder: string;
let origin: string;
let server: ChildProcess;
let said = '';

/** Installs as the image does: our own code finds the packages that run, and none that only builds or tests. */
async function installFor(production: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const place = join(production, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), place);
  }
  await writeFile(join(production, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supply-production-'));
  const compiler = join(ROOT, 'node_modules/typescript-native/bin/tsc');
  await promisify(execFile)(
    process.execPath,
    // The static checks have examined the types of these same files, which takes half a minute.
    [compiler, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(folder, 'dist')],
    { cwd: ROOT },
  );
  await cp(join(ROOT, 'dist/client'), join(folder, 'dist/client'), { recursive: true });
  const engine = 'server/embedded-mongod/mongod';
  await cp(join(ROOT, engine), join(folder, 'dist', engine));
  await installFor(folder);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  server = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: origin,
      SUPPLY_ALLOW_STAND_INS: 'true',
      // Nobody listens there: letters wait in the queue, and the mail catcher is not in use.
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'no-reply@example.org',
      SUPPLY_SECRET: 'a secret of the test, long enough to sign with',
      SUPPLY_FIRST_ADMIN_EMAIL: 'admin@example.org',
      SUPPLY_DATA_DIR: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await untilReady();
}, 240_000);

async function untilReady(): Promise<void> {
  const giveUpAt = Date.now() + START_WAIT_MS;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`It ended with ${server.exitCode}:\n${said}`);
    const ready = await fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > giveUpAt) throw new Error(`It does not get ready:\n${said}`);
    await sleep(200);
  }
}

afterAll(async () => {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

const read = async (path: string) => {
  const response = await fetch(`${origin}${path}`, { redirect: 'follow' });
  return { status: response.status, text: await response.text() };
};

describe('the production build', () => {
  it('names the stand-ins that it was allowed', () => {
    expect(said).toContain('Stand-ins in use');
  });

  it.each(['/zh/', '/en/give', '/app/', '/zh/allocation', '/en/reports'])('shows %s', async (path) => {
    const { status, text } = await read(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/gu)].map(([, asset]) => asset ?? '');
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) expect(await read(asset).then((found) => found.status)).toBe(200);
  });

  it('answers the API, and keeps what is for development out', async () => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': 'test' },
      body: JSON.stringify({ query: '{ viewer { person { name } } }' }),
    });
    expect(await response.json()).toEqual({ data: { viewer: { person: null } } });
    for (const path of ['/dev/mail', '/zh/dev/components']) expect((await read(path)).status).toBe(404);
  });

  it('ends in good order when it is told to', async () => {
    server.kill('SIGTERM');
    const [status] = (await once(server, 'exit')) as [number | null];
    expect(status).toBe(0);
  });
});
