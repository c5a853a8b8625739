/** The whole platform as `npm start` starts it, on a port and a data directory of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FROM_SOURCE } from './from-source.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_WAIT_MS = 90_000;

export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}

export interface RunningPlatform {
  readonly origin: string;
  readonly process: ChildProcess;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts the server without npm between, so that a signal reaches it; returns when it is ready. */
export async function startPlatform(
  environment: NodeJS.ProcessEnv,
  port: number,
  stdio: 'inherit' | 'ignore' = 'ignore',
): Promise<RunningPlatform> {
  const child = spawn(process.execPath, [FROM_SOURCE, join(ROOT, 'server/main.ts')], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), ...environment },
    stdio: ['ignore', stdio, stdio],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  const origin = `http://localhost:${port}`;
  const deadline = Date.now() + START_WAIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error('The platform did not start; its own words are above.');
    const ready = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { origin, process: child, stop };
    if (Date.now() > deadline) {
      await stop();
      throw new Error('The platform did not get ready in time.');
    }
    await sleep(100);
  }
}
