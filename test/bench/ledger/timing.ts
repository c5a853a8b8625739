/** How the bench of the ledger takes times, and how it says whether a goal is met. */
import { performance } from 'node:perf_hooks';
import type { BenchRow } from '../run-bench.ts';

export const WRITERS = 16;
export const ROUNDS = 5;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Lets sixteen writers do the work so many times; returns what each took and all together, in milliseconds. */
export async function byWriters(times: number, work: () => Promise<unknown>) {
  const eachMs: number[] = [];
  let left = times;
  const write = async () => {
    while (left > 0) {
      left -= 1;
      const startedAt = performance.now();
      await work();
      eachMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { eachMs, perSecond: (times / (performance.now() - startedAt)) * 1000 };
}

/** The median of so many times, in milliseconds, after one that does not count. */
export async function timeOf(times: number, work: () => unknown): Promise<number> {
  await work();
  const each: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    await work();
    each.push(performance.now() - startedAt);
  }
  return median(each);
}

/**
 * The medians of so many times of each work, in milliseconds. They take turns, so that what else the machine does falls on
 * all of them; the first turn does not count.
 */
export async function timesInTurn<const Works extends readonly (() => unknown)[]>(
  times: number,
  works: Works,
): Promise<{ [Work in keyof Works]: number }> {
  const each = works.map((): number[] => []);
  for (let time = 0; time <= times; time += 1)
    for (const [index, work] of works.entries()) {
      const startedAt = performance.now();
      await work();
      if (time > 0) each[index]?.push(performance.now() - startedAt);
    }
  return each.map(median) as { [Work in keyof Works]: number };
}

type Compared = Required<Pick<BenchRow, 'ratio' | 'goal' | 'met'>>;

export const atLeast = (goal: number, ratio: number, words = `at least ${goal}`): Compared => ({
  ratio,
  goal: words,
  met: ratio >= goal,
});

export const atMost = (goal: number, ratio: number, words = `at most ${goal}`): Compared => ({
  ratio,
  goal: words,
  met: ratio <= goal,
});
