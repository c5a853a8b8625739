/**
 * The peer of `allocate`: HiGHS on the same model, levels one after another. One variable for each fund and project that
 * it may pay; the lowest level is raised, the projects whose prices say that they hold it down stay there, and so on.
 * Money is in units of the mean need: in minor units a level's price would be below the solver's tolerance.
 */
import { performance } from 'node:perf_hooks';
import type { AllocateProblem } from '../../../server/domain/matching/allocate.ts';
import { highs } from '../../support/leximin-oracle.ts';
import { arcsOf } from './workloads.ts';

/** A project whose level row has a price above this holds the level down. */
const PRICED = 1e-6;
const TOLERANCE = 1e-9;

export interface ProgramsResult {
  /** Minor units per project, in the order of the problem, as doubles. */
  readonly amounts: readonly number[];
  readonly programs: number;
  /** Spent in the solver alone: the time to write the programs down does not count. */
  readonly solverMs: number;
}

function ratio(text: string | undefined): number {
  const [numerator = '1', denominator = '1'] = (text ?? '1').split('/');
  return Number(numerator) / Number(denominator);
}

export async function leximinByPrices(problem: AllocateProblem): Promise<ProgramsResult> {
  const solver = await highs();
  const { funds, projects, policy } = problem;
  const unit = projects.reduce((sum, { needMinor }) => sum + Number(needMinor), 0) / projects.length || 1;
  const weightOf = ({ locality, sector }: (typeof projects)[number]): number =>
    ratio(policy.weights.localities[locality]) * ratio(policy.weights.sectors[sector]);
  const needs = projects.map(({ needMinor }) => Number(needMinor) / unit);
  const scales = projects.map((project, index) => (needs[index] ?? 0) * weightOf(project));
  const into = projects.map((): string[] => []);
  const out = funds.map((): string[] => []);
  const bounds: string[] = [];
  for (const { fund, project } of arcsOf(problem)) {
    const name = `x${fund}_${project}`;
    into[project]?.push(name);
    out[fund]?.push(name);
    const cap = funds[fund]?.capPerProjectMinor ?? null;
    if (cap !== null) bounds.push(` ${name} <= ${(Number(cap) / unit).toPrecision(17)}`);
  }
  const fixed = [
    ...out.flatMap((names, fund) =>
      names.length === 0
        ? []
        : [`${names.join(' + ')} <= ${(Number(funds[fund]?.availableMinor) / unit).toPrecision(17)}`],
    ),
    ...into.flatMap((names, project) =>
      names.length === 0 ? [] : [`${names.join(' + ')} <= ${(needs[project] ?? 0).toPrecision(17)}`],
    ),
  ];
  const levels = new Map<number, number>();
  for (const [project, names] of into.entries())
    if (names.length === 0 || needs[project] === 0) levels.set(project, 0);
  const result = { programs: 0, solverMs: 0 };
  while (levels.size < projects.length) {
    const free = projects.map((_, index) => index).filter((index) => !levels.has(index));
    const most = Math.min(...free.map((index) => (needs[index] ?? 0) / (scales[index] ?? 1)));
    const rows = [
      ...fixed.map((row, index) => ` f${index}: ${row}`),
      ...projects.map((_, index) => {
        const sum = into[index]?.join(' + ') ?? '';
        const level = levels.get(index);
        if (level === 0) return '';
        return level === undefined
          ? ` l${index}: ${sum} - ${(scales[index] ?? 0).toPrecision(17)} t >= 0`
          : ` l${index}: ${sum} >= ${(level * (scales[index] ?? 0) - TOLERANCE).toPrecision(17)}`;
      }),
    ].filter((row) => row !== '');
    const text = `Maximize\n obj: t\nSubject To\n${rows.join('\n')}\nBounds\n t <= ${most}\n${bounds.join('\n')}\nEnd`;
    const startedAt = performance.now();
    const answer = solver.solve(text, {
      output_flag: false,
      primal_feasibility_tolerance: TOLERANCE,
      dual_feasibility_tolerance: TOLERANCE,
    });
    result.solverMs += performance.now() - startedAt;
    result.programs += 1;
    if (answer.Status !== 'Optimal') throw new Error(`HiGHS ended with ${answer.Status}.`);
    const level = answer.ObjectiveValue;
    const isFree = new Set(free);
    let stuck = answer.Rows.flatMap((row) => {
      if (!('Dual' in row)) return [];
      const index = Number(row.Name.slice(1));
      const price = Math.abs(row.Dual) * (scales[index] ?? 0);
      return row.Name.startsWith('l') && isFree.has(index) && price > PRICED ? [index] : [];
    });
    if (level >= most - TOLERANCE) {
      stuck = free.filter((index) => (needs[index] ?? 0) / (scales[index] ?? 1) <= most + TOLERANCE);
    }
    if (stuck.length === 0) throw new Error('No project holds the lowest level down.');
    for (const index of stuck) levels.set(index, level);
  }
  return {
    ...result,
    amounts: projects.map((_, index) => (levels.get(index) ?? 0) * (scales[index] ?? 0) * unit),
  };
}
