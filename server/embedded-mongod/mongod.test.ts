/** The engine as a process: where it may lie, what it refuses to start on, and how it ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const EXECUTABLE = path.join(import.meta.dirname, 'mongod');

let folder = '';
let running: ChildProcess[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded mongod '));
});

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  running = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Run {
  port: number;
  output: () => string;
  status: () => number | null;
  end: () => Promise<number | null>;
}

/** Starts the engine on `data` in the test's folder; resolves when it waits for connections or has ended. */
async function run(executable = EXECUTABLE, before: string[] = []): Promise<Run> {
  const data = path.join(folder, 'data');
  fs.mkdirSync(data, { recursive: true });
  const port = await freePort();
  const [command, ...first] = [...before, executable];
  const child = spawn(command, [...first, '--port', String(port), '--dbpath', data]);
  running.push(child);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(child, 'close');
  while (!/waiting for connections/i.test(printed) && child.exitCode === null) await sleep(20);
  return {
    port,
    output: () => printed,
    status: () => child.exitCode,
    end: async () => {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}

function clientOf({ port }: Run): MongoClient {
  return new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { retryWrites: false });
}

describe('the executable', () => {
  it('says which version it is', () => {
    const { stdout, status } = spawnSync(EXECUTABLE, ['--version'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^db version v8\.0\.0/);
    expect(status).toBe(0);
  });

  it('starts through a link from a folder with spaces, answers, and ends cleanly on SIGINT', async () => {
    const link = path.join(folder, 'my mongod');
    fs.symlinkSync(EXECUTABLE, link);
    const engine = await run(link);
    expect(engine.output()).toMatch(/not the production database/);
    const client = clientOf(engine);
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    expect(await engine.end()).toBe(0);
  });

  it('refuses an option that it cannot honour, and a port that cannot be', () => {
    const refused = spawnSync(EXECUTABLE, ['--auth'], { encoding: 'utf8' });
    expect(refused.stderr).toMatch(/--auth is not supported/);
    expect(refused.status).toBe(2);
    expect(spawnSync(EXECUTABLE, ['--port', 'high'], { encoding: 'utf8' }).status).toBe(2);
  });
});

describe('a data directory', () => {
  it('is refused while another process has it, and taken over from a killed one', async () => {
    const first = await run();
    const second = await run();
    expect(second.status()).toBe(100);
    expect(second.output()).toMatch(/in use by process \d+; stop it or choose another --dbpath/);
    running[0]?.kill('SIGKILL');
    await once(running[0]!, 'exit');
    expect((await run()).output()).toMatch(/waiting for connections/i);
    expect(first.output()).toMatch(/waiting for connections/i);
  });

  it('of a newer format is refused and left as it is', async () => {
    expect(await (await run()).end()).toBe(0);
    const file = path.join(folder, 'data', 'embedded-mongod.json');
    const newer = JSON.stringify({ engine: 'embedded-mongod', format: 999 });
    fs.writeFileSync(file, newer);
    const refused = await run();
    expect(refused.status()).toBe(100);
    expect(refused.output()).toMatch(/format 999/);
    expect(fs.readFileSync(file, 'utf8')).toBe(newer);
  });

  it('that does not exist, or holds something else, is refused in one line', async () => {
    const absent = spawnSync(EXECUTABLE, ['--dbpath', path.join(folder, 'nowhere')], { encoding: 'utf8' });
    expect(absent.status).toBe(100);
    expect(absent.stderr.trim().split('\n')).toHaveLength(1);
    fs.mkdirSync(path.join(folder, 'data'));
    fs.writeFileSync(path.join(folder, 'data', 'letter.txt'), 'Dear reader');
    const foreign = await run();
    expect(foreign.status()).toBe(100);
    expect(foreign.output()).toMatch(/holds something else \(letter\.txt\)/);
  });
});

describe('a full disk', () => {
  it('ends the engine with one clear line; what it had acknowledged is there when space is', async () => {
    // The limit of a file's size stands for the disk; its unit is 512 bytes.
    const limited = await run(EXECUTABLE, ['sh', '-c', 'ulimit -f 12000; exec "$0" "$@"']);
    const client = clientOf(limited);
    const notes = client.db('test').collection('notes');
    let acknowledged = 0;
    const write = async (): Promise<void> => {
      for (;;) {
        await notes.insertMany(Array.from({ length: 40 }, () => ({ text: 'x'.repeat(2000) })));
        acknowledged += 40;
      }
    };
    await expect(write()).rejects.toThrow();
    await client.close();
    while (limited.status() === null) await sleep(20);
    expect(limited.status()).toBe(14);
    expect(limited.output()).toMatch(/could not be written .* Free space or mend the disk, then start again/);
    const again = await run();
    const after = clientOf(again);
    const found = await after.db('test').collection('notes').countDocuments();
    await after.close();
    expect(acknowledged).toBeGreaterThan(0);
    expect(found).toBeGreaterThanOrEqual(acknowledged);
  });
});
