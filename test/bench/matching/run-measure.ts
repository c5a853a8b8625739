/**
 * One measurement in a process of its own: builds a problem, computes it once, and prints what that cost. A fresh
 * process has compiled nothing yet, as an auditor's command or a worker's first run has not either. What building the
 * problem left in memory is cleared away before, for every work: else it would be luck in whose time that falls.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { allocate, type AllocateProblem } from '../../../server/domain/matching/allocate.ts';
import {
  matchAmounts,
  matchWrittenAmounts,
  type MatchProblem,
  parseMatchProblem,
} from '../../../server/domain/matching/match.ts';
import { runComputation } from '../../../server/domain/matching/engine.ts';
import { settle, type SettleProblem } from '../../../server/domain/matching/settle.ts';
import { share } from '../../../server/domain/matching/share.ts';
import { leximinByPrices } from './leximin-programs.ts';
import { quadraticPlainly } from './plain-quadratic.ts';
import {
  arcsOf,
  cappedRegion,
  city,
  coalitionProblem,
  denseProblem,
  equalPartsProblem,
  longRatesProblem,
  meanProblem,
  nearOneProblem,
  pairsProblem,
  problemOfArcs,
  provisosProblem,
  quadraticProblem,
  region,
  ringProblem,
} from './workloads.ts';

/** What a measurement answers; `amounts` are what both sides of a comparison are compared by. */
export interface Measurement {
  /** Processor time of all threads, in milliseconds. */
  readonly processMs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
  readonly size: number;
  readonly amounts: readonly number[];
  readonly programs?: number;
}

interface Work {
  readonly size: number;
  compute(): Promise<Outcome> | Outcome;
}

interface Outcome {
  readonly amounts: readonly number[];
  readonly programs?: number;
  /** Replaces the measured times where only a part of the work counts. */
  readonly solverMs?: number;
}

const ours = (problem: AllocateProblem, size: number): Work => ({
  size,
  compute() {
    const { projects } = allocate(problem);
    const funded = new Map(projects.map(({ id, fundedMinor }) => [id, Number(fundedMinor)]));
    return { amounts: problem.projects.map(({ id }) => funded.get(id) ?? 0) };
  },
});

const settling = (problem: SettleProblem): Work => ({
  size: problem.pledges.length,
  compute: () => ({ amounts: settle(problem).pledges.map(({ amountMinor }) => Number(amountMinor)) }),
});

const theirs = (problem: AllocateProblem, size: number): Work => ({
  size,
  compute: () => leximinByPrices(problem),
});

const atProjectLevel = (problem: AllocateProblem): AllocateProblem => ({
  ...problem,
  policy: { ...problem.policy, level: 'project' },
});

const textOf = (problem: MatchProblem): Uint8Array => new TextEncoder().encode(JSON.stringify(problem));

const WORKS: Record<string, (size: number) => Work> = {
  'allocate-arcs': (arcs) => {
    const problem = problemOfArcs(arcs);
    return ours(problem, arcsOf(problem).length);
  },
  'programs-arcs': (arcs) => {
    const problem = problemOfArcs(arcs);
    return theirs(problem, arcsOf(problem).length);
  },
  'allocate-city': () => ours(city(), 1_324),
  'allocate-city-projects': () => ours(atProjectLevel(city()), 1_324),
  'programs-city-projects': () => theirs(atProjectLevel(city()), 1_324),
  'allocate-region': () => ours(region(), 5_000),
  'allocate-capped-region': () => ours(cappedRegion(), 5_000),
  'match-amounts': (donations) => {
    const problem = parseMatchProblem(quadraticProblem(donations));
    return {
      size: donations,
      compute: () => ({
        amounts: matchAmounts(problem).projects.map(({ matchedMinor }) => Number(matchedMinor)),
      }),
    };
  },
  'match-text': (donations) => {
    const text = textOf(quadraticProblem(donations));
    return {
      size: donations,
      compute() {
        const matched = matchWrittenAmounts(text);
        if (matched === null) throw new Error('The text was not read.');
        return { amounts: matched.projects.map(({ matchedMinor }) => Number(matchedMinor)) };
      },
    };
  },
  'match-text-hash': (donations) => {
    const text = textOf(quadraticProblem(donations));
    return { size: donations, compute: () => ({ amounts: [runComputation('match', text).length] }) };
  },
  'match-text-plainly': (donations) => {
    const text = textOf(quadraticProblem(donations));
    return {
      size: donations,
      compute() {
        const problem = JSON.parse(new TextDecoder().decode(text)) as MatchProblem;
        const amounts = quadraticPlainly(problem);
        const ids = problem.projects.map(({ id }) => id).sort();
        return { amounts: ids.map((id) => Number(amounts.get(id) ?? 0n)) };
      },
    };
  },
  'match-plainly': (donations) => {
    const problem = quadraticProblem(donations);
    return {
      size: donations,
      compute() {
        const amounts = quadraticPlainly(problem);
        const ids = problem.projects.map(({ id }) => id).sort();
        return { amounts: ids.map((id) => Number(amounts.get(id) ?? 0n)) };
      },
    };
  },
  settle: (pledges) => settling(nearOneProblem(pledges)),
  'settle-long-rates': (pledges) => settling(longRatesProblem(pledges)),
  'settle-ring': (pledges) => settling(ringProblem(pledges)),
  'settle-mean': (pledges) => settling(meanProblem(pledges)),
  'settle-pairs': (pledges) => settling(pairsProblem(pledges)),
  'settle-dense': (pledges) => settling(denseProblem(pledges)),
  'settle-equal-parts': (pledges) => settling(equalPartsProblem(pledges)),
  'settle-provisos': (pledges) => settling(provisosProblem(pledges)),
  share: (parties) => {
    const problem = coalitionProblem(parties);
    return {
      size: parties,
      compute: () => ({ amounts: share(problem).parties.map(({ shareMinor }) => Number(shareMinor)) }),
    };
  },
};

/** The memory that is given up is handed back in the background, for so long at most. */
const HANDING_BACK_MS = 500;

/** Collects what nothing refers to any more, and waits until its memory is handed back. */
async function clearAway(): Promise<void> {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  await sleep(HANDING_BACK_MS);
}

async function measure(name: string, size: number): Promise<Measurement> {
  const work = WORKS[name]?.(size);
  if (work === undefined) throw new Error(`There is no work "${name}".`);
  await clearAway();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const { amounts, programs, solverMs } = await work.compute();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return {
    // The solver runs in one thread: of what was measured, its share of the time is its share of the processor.
    processMs: ((user + system) / 1_000) * (solverMs === undefined ? 1 : solverMs / wallMs),
    wallMs: solverMs ?? wallMs,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
    size: work.size,
    amounts,
    ...(programs === undefined ? {} : { programs }),
  };
}

const [name = '', size = '0'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(name, Number(size))));
