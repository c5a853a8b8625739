/**
 * Starts the embedded engine as a process of its own, as mongodb-memory-server would, for the tests that
 * need the process itself: to kill it, to restart it on its directory, to talk to its socket.
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoServerError } from 'mongodb';
import { EMBEDDED_MONGOD } from './mongo.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const ALREADY_INITIALIZED = 23;

export interface EmbeddedServer {
  uri: string;
  port: number;
  pid: number;
  dbpath: string;
  /** From the start of the process until it takes connections. */
  startMs: number;
  /** Everything the process has printed so far. */
  output: () => string;
  isAlive: () => boolean;
  /** Ends the process at once, as a crash would, and keeps its directory. */
  kill: () => Promise<void>;
  /** Ends the process cleanly; a directory that was made here is removed. */
  stop: () => Promise<void>;
}

interface EmbeddedServerOptions {
  /** An existing data directory; a temporary one otherwise. */
  dbpath?: string;
  port?: number;
  /** Further flags of mongod. */
  flags?: string[];
}

/** A port that was free a moment ago. */
async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function initiateReplicaSet(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await client.db('admin').command({ replSetInitiate: { _id: 'rs0', members } });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
  } finally {
    await client.close();
  }
}

function launch(
  port: number,
  dbpath: string,
  flags: string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const own = ['--port', String(port), '--dbpath', dbpath, '--bind_ip', '127.0.0.1', '--replSet', 'rs0'];
  return spawn(EMBEDDED_MONGOD, [...own, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function waitForConnections(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('exit', exited);
      if (error === undefined) resolve();
      else reject(error);
    };
    const look = (): void => {
      if (/waiting for connections/i.test(output())) give();
    };
    const exited = (code: number | null): void =>
      give(new Error(`the embedded engine ended with status ${code} before it was ready:\n${output()}`));
    const timer = setTimeout(
      () => give(new Error(`the embedded engine was not ready within ${START_LIMIT_MS} ms:\n${output()}`)),
      START_LIMIT_MS,
    );
    child.stdout?.on('data', look);
    child.on('exit', exited);
  });
}

async function waitForExit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'exit');
}

/** Starts the engine on its directory and kills it after a moment, ready or not. */
export async function interruptStart(dbpath: string, port: number, afterMs: number): Promise<void> {
  const child = launch(port, dbpath, []);
  await sleep(afterMs);
  child.kill('SIGKILL');
  await waitForExit(child);
}

/** Starts the engine as a replica set of one member and waits until it takes writes. */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const port = options.port ?? (await findFreePort());
  const dbpath = options.dbpath ?? (await mkdtemp(join(tmpdir(), 'embedded-mongod-')));
  const startedAt = performance.now();
  const child = launch(port, dbpath, options.flags ?? []);
  let printed = '';
  const collect = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-100_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await Promise.race([
    waitForConnections(child, () => printed),
    once(child, 'error').then(([error]: unknown[]) => Promise.reject(error as Error)),
  ]);
  const startMs = performance.now() - startedAt;
  await initiateReplicaSet(port);
  const removeOwnDirectory = async (): Promise<void> => {
    if (options.dbpath === undefined) await rm(dbpath, { recursive: true, force: true });
  };
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=rs0`,
    port,
    pid: child.pid ?? 0,
    dbpath,
    startMs,
    output: () => printed,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.kill('SIGKILL');
      await waitForExit(child);
    },
    stop: async () => {
      child.kill('SIGINT');
      const forced = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await waitForExit(child);
      clearTimeout(forced);
      await removeOwnDirectory();
    },
  };
}
