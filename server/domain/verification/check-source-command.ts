/**
 * Checking a bundle of any size from a file or a stream. The first lines are taken one by one. As soon as the check says
 * what further lines must look like, blocks of them are examined by threads and their outcomes taken in order: reading,
 * hashing entries and growing the tree then go on side by side. A small bundle is done before threads would be up, so
 * that none are started for it.
 */
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { digestAsCharacters } from './digest-command.ts';
import { LineExaminer, type Examined } from './examine-lines.ts';
import { blocksOf } from './read-blocks-command.ts';

/** What checks lines, whatever they are of; one that can take examined lines says so by a currency. */
interface LineCheck<Result> {
  take(line: Uint8Array): void;
  finish(): Promise<Result>;
  readonly currencyToExamine?: string | null;
  takeExamined?(examined: Examined): void;
}

const LINE_FEED = 10;

/** Blocks that are examined without threads. */
const FEW_BLOCKS = 4;

/** Threads that examine besides the one that reads; growing the tree by what they give is work for one. */
const MOST_THREADS = 4;

/** Blocks that a thread has before it. While every thread has as many, the one that reads examines, too. */
const MOST_WAITING = 2;

/** Outcomes that may lie ready behind one that is not, for each thread: they are kept in memory. */
const MOST_AHEAD = 8;

const COMPILED = import.meta.url.endsWith('.js');

function startThread(currency: string): Worker {
  const options = { workerData: { currency } };
  const thread = new URL(`./examine-thread-command.${COMPILED ? 'js' : 'ts'}`, import.meta.url);
  if (COMPILED) return new Worker(thread, options);
  const fromSource = new URL('../../start/from-source.mjs', import.meta.url);
  return new Worker(fromSource, { ...options, argv: [fileURLToPath(thread)], execArgv: [] });
}

/** A thread that examines blocks in the order in which it gets them. */
class Examiner {
  isReady = false;
  readonly #thread: Worker;
  readonly #askers: {
    readonly resolve: (examined: Examined) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];

  constructor(currency: string) {
    this.#thread = startThread(currency);
    this.#thread.on('message', (examined: Examined | 'ready') => {
      if (examined === 'ready') this.isReady = true;
      else this.#askers.shift()?.resolve(examined);
    });
    this.#thread.on('error', (error) => {
      this.isReady = false;
      for (const { reject } of this.#askers.splice(0)) reject(error);
    });
  }

  /** How many blocks it has got and not given back. */
  get waiting(): number {
    return this.#askers.length;
  }

  examine(block: Uint8Array<ArrayBuffer>): Promise<Examined> {
    const examined = new Promise<Examined>((resolve, reject) => this.#askers.push({ resolve, reject }));
    this.#thread.postMessage(block, [block.buffer]);
    return examined;
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}

/** What comes of a block, and whether it has come. */
class Outcome {
  isThere = false;
  readonly examined: Promise<Examined>;

  constructor(examined: Promise<Examined>) {
    this.examined = examined;
    // Whoever waits for an earlier one hears of a failure in its turn.
    const arrived = () => (this.isThere = true);
    examined.then(arrived, arrived);
  }
}

/** The thread that has least to do, if it has little. */
function idlest(threads: readonly Examiner[]): Examiner | undefined {
  return threads
    .filter(({ isReady, waiting }) => isReady && waiting < MOST_WAITING)
    .sort((a, b) => a.waiting - b.waiting)[0];
}

/** The outcomes of blocks in the order of the blocks, by threads once they are there and by this one. */
async function* examined(
  blocks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  currency: string,
): AsyncGenerator<Examined> {
  const here = new LineExaminer(digestAsCharacters, currency);
  const threads: Examiner[] = [];
  const running: Outcome[] = [];
  let count = 0;
  try {
    for await (const block of blocks) {
      count += 1;
      if (count === FEW_BLOCKS)
        for (let more = Math.min(availableParallelism() - 1, MOST_THREADS); more > 0; more -= 1)
          threads.push(new Examiner(currency));
      const thread = idlest(threads);
      running.push(new Outcome(thread?.examine(block) ?? Promise.resolve(here.examine(block))));
      while (running[0]?.isThere === true || running.length > MOST_AHEAD * (threads.length + 1))
        yield await (running.shift() as Outcome).examined;
    }
    for (const { examined: last } of running) yield await last;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** Takes lines one by one while the check wants that; returns the rest of the block. */
function takeEach<Result>(check: LineCheck<Result>, block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let from = 0;
  while (from < block.length && (check.currencyToExamine ?? null) === null) {
    const feed = block.indexOf(LINE_FEED, from);
    const to = feed < 0 ? block.length : feed;
    check.take(block.subarray(from, to));
    from = to + 1;
  }
  return block.slice(Math.min(from, block.length));
}

/**
 * Gives every line to the check that the first line asks for.
 * @throws what the source throws when it cannot be read or unpacked
 */
export async function checkSource<Result>(
  source: Readable,
  checkFor: (firstLine: Uint8Array) => LineCheck<Result>,
): Promise<Result> {
  const blocks = blocksOf(source);
  const opening = await blocks.next();
  const first = opening.done === true ? new Uint8Array() : opening.value;
  const feed = first.indexOf(LINE_FEED);
  const check = checkFor(first.subarray(0, feed < 0 ? first.length : feed));
  let rest = takeEach(check, first);
  const currencyOf = () => check.currencyToExamine ?? null;
  while (currencyOf() === null) {
    const next = await blocks.next();
    if (next.done === true) return check.finish();
    rest = takeEach(check, next.value);
  }
  async function* further() {
    if (rest.length > 0) yield rest;
    yield* blocks;
  }
  for await (const outcome of examined(further(), currencyOf() ?? '')) check.takeExamined?.(outcome);
  return check.finish();
}
