/**
 * The four computations in figures, each against its peer in the same run: `allocate` against HiGHS on the same model,
 * `match` against the plain definition in `bigint`, growth against itself. Every figure is the median of five processes
 * (one, where a single run of the peer takes minutes), run from one bundle as `npm run engine` is: time of the
 * computation, and the peak memory of the whole process.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCity } from './matching/workloads.ts';
import type { Measurement } from './matching/run-measure.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const MEASURE = join(import.meta.dirname, 'matching/run-measure.ts');
const FROM_SOURCE = join(import.meta.dirname, '../../server/start/from-source.mjs');
const MEGABYTE = 1_000_000;
/** Of all threads: what compiling and clearing away beside the computation take is in it. */
const PROCESSOR =
  'from the parsed problem to the answer, in a process that has computed nothing yet: checking the problem, computing, hashing it; with what the engine compiles and clears away meanwhile in all threads; what building the problem left in memory is cleared away before; without the start of the process, loading code and reading JSON';
const ELAPSED = 'the same by the clock';
const runProgram = promisify(execFile);

async function once(work: string, size: number): Promise<Measurement> {
  const args = [FROM_SOURCE, MEASURE, work, String(size)];
  const { stdout } = await runProgram(process.execPath, args, { maxBuffer: 256 * MEGABYTE });
  return JSON.parse(stdout) as Measurement;
}

/** The run with the median processor time. */
async function median(runs: number, work: string, size = 0): Promise<Measurement> {
  const all: Measurement[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await once(work, size));
  return middleOf(all);
}

function middleOf(all: readonly Measurement[]): Measurement {
  const sorted = all.toSorted((a, b) => a.processMs - b.processMs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('At least one run is needed.');
  return middle;
}

/** The same for two works that take turns, so that a slow minute of the machine falls on both. */
async function medians(
  runs: number,
  [first, second]: readonly [string, string],
  size: number,
): Promise<[Measurement, Measurement]> {
  const [firsts, seconds]: [Measurement[], Measurement[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    firsts.push(await once(first, size));
    seconds.push(await once(second, size));
  }
  return [middleOf(firsts), middleOf(seconds)];
}

/** The greatest difference between two answers, in minor units. */
function greatestGap(ours: Measurement, theirs: Measurement): number {
  return ours.amounts.reduce(
    (most, amount, index) => Math.max(most, Math.abs(amount - (theirs.amounts[index] ?? Number.NaN))),
    0,
  );
}

const inWords = ({ processMs, programs }: Measurement): string =>
  `${Math.round(processMs)} ms${programs === undefined ? '' : `, ${programs} programs`}`;

async function againstPrograms(
  emit: EmitRow,
  name: string,
  goal: string,
  runs: { readonly ours: number; readonly theirs: number },
  works: readonly [ours: string, theirs: string, size?: number],
): Promise<void> {
  const [own, peer, size] = works;
  const ours = await median(runs.ours, own, size);
  const theirs = await median(runs.theirs, peer, size);
  emit({
    name: `allocate, ${name}: processor time`,
    value: ours.processMs,
    unit: 'ms',
    ratio: theirs.processMs / ours.processMs,
    peer: `HiGHS, the solver alone: ${inWords(theirs)}, median of ${runs.theirs}`,
    goal,
  });
  emit({
    name: `allocate, ${name}: greatest difference of a project's money from HiGHS`,
    value: greatestGap(ours, theirs),
    unit: 'minor units',
    goal: 'under 1 (whole units against fractions) and the tolerance of HiGHS: our optimum is proven exactly, by leximin.test.ts',
  });
  emit({ name: `allocate, ${name}: peak memory`, value: ours.peakBytes / MEGABYTE, unit: 'MB' });
}

async function alone(
  emit: EmitRow,
  name: string,
  goal: string,
  runs: number,
  work: string,
  size?: number,
): Promise<Measurement> {
  const measured = await median(runs, work, size);
  emit({
    name: `${name}: processor time`,
    value: measured.processMs,
    unit: 'ms',
    counted: PROCESSOR,
    goal,
  });
  emit({ name: `${name}: elapsed`, value: measured.wallMs, unit: 'ms', counted: ELAPSED });
  emit({ name: `${name}: peak memory`, value: measured.peakBytes / MEGABYTE, unit: 'MB' });
  return measured;
}

/** The time of the largest against that of the smallest, as a factor for each doubling. */
async function growth(emit: EmitRow, runs: number, sizes: readonly number[]): Promise<void> {
  const measured: Measurement[] = [];
  for (const size of sizes) {
    const each = await median(runs, 'allocate-arcs', size);
    measured.push(each);
    emit({ name: `allocate, ${each.size} arcs: processor time`, value: each.processMs, unit: 'ms' });
  }
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) return;
  emit({
    name: `allocate, growth from ${first.size} to ${last.size} arcs, per doubling`,
    value: (last.processMs / first.processMs) ** (1 / Math.log2(last.size / first.size)),
    unit: 'times',
    goal: 'at most 2.5',
  });
  emit({
    name: `allocate, ${last.size} arcs: peak memory`,
    value: last.peakBytes / MEGABYTE,
    unit: 'MB',
  });
}

async function matching(emit: EmitRow, runs: number, donations: number): Promise<void> {
  const [ours, theirs] = await medians(runs, ['match-text', 'match-text-plainly'], donations);
  const [read, theirsRead] = await medians(Math.min(runs, 3), ['match-amounts', 'match-plainly'], donations);
  const name = `match, quadratic, ${donations} donations, caps`;
  emit({
    name: `${name}: processor time`,
    value: ours.processMs,
    unit: 'ms',
    counted:
      'from the text of the problem to the amounts, for both sides; ours checks every donation on the way, the peer reads JSON and trusts it',
    ratio: theirs.processMs / ours.processMs,
    peer: `the definition in bigint: ${inWords(theirs)}`,
    goal: 'ratio at least 20',
  });
  emit({
    name: 'match: greatest difference of a project from the definition',
    value: greatestGap(ours, theirs),
    unit: 'minor units',
    goal: '0',
  });
  emit({
    name: `${name}: processor time of the amounts alone, of donations already read as objects`,
    value: read.processMs,
    unit: 'ms',
    ratio: theirsRead.processMs / read.processMs,
    peer: `the same definition: ${inWords(theirsRead)}`,
    goal: 'for orientation',
  });
  await alone(
    emit,
    'match, from its text to its result with the hash of the input',
    'for orientation',
    runs,
    'match-text-hash',
    donations,
  );
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const runs = quick ? 1 : 5;
  await alone(
    emit,
    'allocate, 3,000 funds, 5,000 projects, 240 cells',
    'under 1 s, under 300 MB',
    runs,
    'allocate-region',
  );
  await alone(
    emit,
    'allocate, the same region with caps per project and named projects',
    'for orientation',
    runs,
    'allocate-capped-region',
  );
  if (hasCity()) {
    await alone(emit, 'allocate, Warsaw 2020, 1,324 proposals', 'under 200 ms', runs, 'allocate-city');
    const cityWorks = ['allocate-city-projects', 'programs-city-projects'] as const;
    await againstPrograms(
      emit,
      'Warsaw at project level',
      'same optimum',
      { ours: runs, theirs: runs },
      cityWorks,
    );
  }
  const settling = [
    ['settle, each of 1,000 pays nearly what three others do', 'settle'],
    ['settle, each of 1,000 pays nearly what the one before does', 'settle-ring'],
    ['settle, each of 1,000 pays nearly the mean of all others', 'settle-mean'],
    ['settle, 1,000 in pairs pay 999/1000 of each other', 'settle-pairs'],
    ['settle, each of 1,000 pays nearly the mean of fifty others', 'settle-dense'],
    ['settle, each of 1,000 pays a thousandth of all others', 'settle-equal-parts'],
    ['settle, the first at rates of fifteen digits, 300 pledges', 'settle-long-rates', 300],
    ['settle, provisos of 500 fail one after another below 500 in pairs', 'settle-provisos'],
  ] as const;
  for (const [name, work, size = 1_000] of settling) await alone(emit, name, 'under 1 s', runs, work, size);
  await alone(emit, 'share, 20 parties', 'under 2 s', runs, 'share', quick ? 16 : 20);
  await matching(emit, runs, quick ? 50_000 : 1_000_000);
  const works = (arcs: number) => ['allocate-arcs', 'programs-arcs', arcs] as const;
  await againstPrograms(emit, '16,000 arcs', 'ratio at least 3', { ours: runs, theirs: runs }, works(16_000));
  if (!quick) {
    const peerRuns = { ours: runs, theirs: 1 };
    await againstPrograms(emit, '80,000 arcs', 'ratio at least 25', peerRuns, works(80_000));
  }
  const most = quick ? 40_000 : 1_280_000;
  const sizes: number[] = [];
  for (let size = 10_000; size <= most; size *= 2) sizes.push(size);
  await growth(emit, quick ? 1 : 3, sizes);
}
