/**
 * `npm run torture -- embedded-mongod [--kills N] [--histories N] [--operations N] [--messages N]
 * [--races N] [--seed S]`: the long run of the tests that try to break the embedded engine. A count of 0
 * leaves that part out. The same seed repeats the same choices.
 */
import { parseArgs } from 'node:util';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import { runCrashes } from './crash-recovery.ts';
import { runHistories } from './isolation-histories.ts';
import { runOperations } from './random-operations.ts';
import { runUniqueRaces } from './unique-races.ts';
import { runWireFuzz } from './wire-fuzz.ts';

const SUBJECT = 'embedded-mongod';
const USAGE = `Usage: npm run torture -- ${SUBJECT} [--kills N] [--histories N] [--operations N] [--messages N] [--races N] [--seed S]`;

function countFrom(text: string, name: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0)
    throw new Error(`--${name} needs a whole number, not "${text}".`);
  return count;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says how far a part is, at every tenth of the way. */
function everyTenth(total: number, what: string): (done: number) => void {
  const step = Math.max(1, Math.ceil(total / 10));
  let next = step;
  return (done) => {
    if (done < next) return;
    next += step;
    say(`  ${done} of ${total} ${what}`);
  };
}

async function withServer(run: (server: EmbeddedServer) => Promise<void>): Promise<void> {
  const server = await startEmbeddedServer();
  try {
    await run(server);
  } finally {
    await server.stop();
  }
}

interface Counts {
  seed: number;
  kills: number;
  histories: number;
  operations: number;
  messages: number;
  races: number;
}

async function tortureEngine({ seed, kills, histories, operations, messages, races }: Counts): Promise<void> {
  if (histories > 0) {
    await withServer(async ({ uri }) => {
      const summary = await runHistories(uri, {
        histories,
        seed,
        progress: everyTenth(histories, 'histories'),
      });
      say(
        `Snapshot isolation: ${summary.histories} histories of ${summary.steps} steps agree with the model; ` +
          `${summary.conflicts} write conflicts and ${summary.duplicates} duplicates, each at once and rightly labelled`,
      );
    });
  }
  if (races > 0) {
    await withServer(async ({ uri }) => {
      const { rounds, refused } = await runUniqueRaces(uri, races);
      say(`Unique indexes: ${rounds} races with one winner each, ${refused} contenders refused`);
    });
  }
  if (operations > 0) {
    await withServer(async ({ uri }) => {
      say(`Single operations: ${await runOperations(uri, { operations, seed })} agree with the model`);
    });
  }
  if (messages > 0) {
    await withServer(async (server) => {
      const sent = await runWireFuzz(server, { messages, seed, progress: everyTenth(messages, 'messages') });
      say(`Wire protocol: ${sent} damaged messages, no end, no hang`);
    });
  }
  if (kills > 0) {
    const summary = await runCrashes({ kills, seed, progress: everyTenth(kills, 'kills') });
    say(
      `Crashes: ${summary.kills} kills survived, ${summary.notes} notes and ${summary.transfers} transfers kept; ` +
        `slowest restart ${Math.round(summary.slowestRestartMs)} ms`,
    );
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kills: { type: 'string', default: '200' },
      histories: { type: 'string', default: '10000' },
      operations: { type: 'string', default: '50000' },
      messages: { type: 'string', default: '1000000' },
      races: { type: 'string', default: '500' },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== SUBJECT) throw new Error(USAGE);
  const counts: Counts = {
    seed: countFrom(values.seed, 'seed'),
    kills: countFrom(values.kills, 'kills'),
    histories: countFrom(values.histories, 'histories'),
    operations: countFrom(values.operations, 'operations'),
    messages: countFrom(values.messages, 'messages'),
    races: countFrom(values.races, 'races'),
  };
  say(`Seed ${counts.seed}`);
  await tortureEngine(counts);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
