/**
 * Sending requests as others do: from a process of its own, so that what is measured shares no event loop with whoever
 * measures. The parent names what to send and how fast; the answer says how long each took.
 */
import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When to send it, in milliseconds after the start; each sender sends the next at once where nothing says so. */
  readonly atMs?: number;
  /** What an answer that counts contains. */
  readonly expects: string;
}

interface Load {
  readonly requests: readonly Sent[];
  /** How many are under way at most. */
  readonly senders: number;
}

interface Timed {
  /** Sorted, milliseconds. */
  readonly eachMs: number[];
  readonly allMs: number;
}

interface Requester {
  send(load: Load): Promise<Timed>;
  stop(): void;
}

export function startRequester(): Requester {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv });
  return {
    send: (load) =>
      new Promise((resolve, reject) => {
        child.once('message', (answer: Timed | { readonly failed: string }) => {
          if ('failed' in answer) reject(new Error(answer.failed));
          else resolve(answer);
        });
        child.send(load);
      }),
    stop: () => child.kill(),
  };
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

function post(agent: Agent, { url, headers, body, expects }: Sent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200 && text.includes(expects)) resolve();
        else reject(new Error(`It was answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

async function sendAll({ requests, senders }: Load): Promise<Timed> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const eachMs: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const sender = async () => {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
      const dueAt = startedAt + (one.atMs ?? 0);
      if (one.atMs !== undefined) await sleep(Math.max(0, dueAt - performance.now()));
      // What waits for a sender waits for the answer: an arrival counts from when it was due.
      const from = one.atMs === undefined ? performance.now() : dueAt;
      await post(agent, one);
      eachMs.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  agent.destroy();
  return { eachMs: eachMs.sort((a, b) => a - b), allMs: performance.now() - startedAt };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', (load: Load) => {
    sendAll(load).then(
      (timed) => process.send?.(timed),
      (error: unknown) => process.send?.({ failed: String(error) }),
    );
  });
}
