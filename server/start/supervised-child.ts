/**
 * A process of ours that is kept running: started again with growing pauses when it ends by itself, stopped in order,
 * and gone when we are gone.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartError } from './start-error.ts';

interface ChildDescription {
  /** As a sentence begins with it: "The worker". */
  readonly name: string;
  /** An entry of this repository by its path from the root, without extension: "jobs/worker". */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The line on standard output that says that it works. */
  readonly isReady: (line: string) => boolean;
  /** Other lines that it prints. */
  readonly onLine?: (line: string) => void;
  /** Done after every start but the first, before it counts as running. */
  readonly afterRestart?: () => Promise<void>;
}

export interface SupervisedChild {
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const COMPILED = import.meta.url.endsWith('.js');
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 10_000;
const PAUSES_MS = [100, 500, 1_000, 2_000, 5_000, 10_000];
/** After running so long, the next end is not counted with the ones before. */
const STEADY_MS = 60_000;

/** What Node runs for an entry of this repository, compiled or from source as we are, so that it ends with us. */
function commandOf(entry: string): string[] {
  return COMPILED
    ? ['--import', new URL('./end-with-parent.js', import.meta.url).href, join(ROOT, `${entry}.js`)]
    : [join(ROOT, 'server/start/from-source.mjs'), '--end-with-parent', join(ROOT, `${entry}.ts`)];
}

/**
 * Starts the child and returns once it says that it works.
 * @throws StartError with what the child said last
 */
export async function superviseChild(
  description: ChildDescription,
  log: (sentence: string) => void,
): Promise<SupervisedChild> {
  let stopping = false;
  let current = await startChild(description);
  const watching = watch();

  async function watch(): Promise<void> {
    let failures = 0;
    let startedAt = Date.now();
    for (;;) {
      await ended(current);
      if (isStopping()) return;
      if (Date.now() - startedAt > STEADY_MS) failures = 0;
      log(`${description.name} ended unexpectedly (${endOf(current)}); it is started again.`);
      for (;;) {
        await sleep(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]);
        if (isStopping()) return;
        failures += 1;
        try {
          current = await startChild(description);
          await description.afterRestart?.();
          startedAt = Date.now();
          log(`${description.name} runs again.`);
          break;
        } catch (error) {
          log(
            `${description.name} could not be started: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }
    }
  }

  /** Asked through a function, because it changes while we wait. */
  function isStopping(): boolean {
    return stopping;
  }

  return {
    pid: () => current.pid,
    stop: async () => {
      stopping = true;
      await stopChild(current);
      await watching;
    },
  };
}

async function startChild({ name, entry, args, env, isReady, onLine }: ChildDescription): Promise<Child> {
  const child = spawn(process.execPath, [...process.execArgv, ...commandOf(entry), ...args], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C reaches only us, so that we stop the children in order.
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  let lastWords = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords = line;
    onLine?.(line);
  });
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (isReady(line)) resolve();
      else onLine?.(line);
    });
  });
  const outcome = await Promise.race([
    ready.then(() => 'ready' as const),
    ended(child).then(() => 'ended' as const),
    sleep(START_PATIENCE_MS, 'late' as const, { ref: false }),
  ]);
  if (outcome === 'ready') return child;
  await stopChild(child);
  throw new StartError(
    outcome === 'late'
      ? `${name} did not start within ${START_PATIENCE_MS / 1000} seconds.`
      : lastWords || `${name} ended at once (${endOf(child)}).`,
  );
}

async function stopChild(child: Child): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const patience = AbortSignal.timeout(STOP_PATIENCE_MS);
  try {
    await once(child, 'close', { signal: patience });
  } catch {
    child.kill('SIGKILL');
    await ended(child);
  }
}

function hasEnded(child: Child): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ended(child: Child): Promise<void> {
  if (!hasEnded(child)) await once(child, 'close');
}

function endOf({ exitCode, signalCode }: Child): string {
  return signalCode ?? `exit status ${exitCode ?? 'unknown'}`;
}
