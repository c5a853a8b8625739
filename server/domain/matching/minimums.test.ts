import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS, anyProblem } from '../../../test/support/allocation-problems.ts';
import { leximinFault } from '../../../test/support/leximin-certificate.ts';
import { optimumOf } from '../../../test/support/leximin-optimum.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { compare, parseRational } from '../rational.ts';
import { allocate, type AllocateProblem } from './allocate.ts';

type Project = AllocateProblem['projects'][number];

const withProjects = (
  problem: AllocateProblem,
  change: (project: Project) => Partial<Project>,
): AllocateProblem => ({
  ...problem,
  projects: problem.projects.map((project) => ({ ...project, ...change(project) })),
});

/** The rule of minimums read from the text: computed without any, one project dropped, and computed again. */
function byDropping(problem: AllocateProblem): { dropped: string[]; funded: Map<string, string> } {
  const dropped: string[] = [];
  for (;;) {
    const asked = withProjects(problem, ({ id }) => ({
      minimumMinor: '0',
      ...(dropped.includes(id) ? { needMinor: '0' } : {}),
    }));
    const { projects } = allocate(asked);
    const [next] = projects
      .map(({ id, fundedMinor, level }) => ({
        ...{ id, fundedMinor, level: parseRational(level)! },
        ...problem.projects.find((project) => project.id === id)!,
      }))
      .filter(
        ({ fundedMinor, minimumMinor }) => fundedMinor !== '0' && BigInt(fundedMinor) < BigInt(minimumMinor),
      )
      .sort(
        (a, b) =>
          compare(parseRational(a.score)!, parseRational(b.score)!) ||
          compare(a.level, b.level) ||
          compareCodePoints(a.id, b.id),
      );
    if (next === undefined)
      return { dropped, funded: new Map(projects.map(({ id, fundedMinor }) => [id, fundedMinor])) };
    dropped.push(next.id);
  }
}

describe('minimums', () => {
  it('are kept by dropping one project at a time, and what is left is the optimum of what is left', () => {
    fc.assert(
      fc.property(anyProblem({ rules: ['leximin'] }), (problem) => {
        const result = allocate(problem);
        const expected = byDropping(problem);
        expect(result.dropped.map(({ project }) => project)).toEqual(expected.dropped);
        expect(new Map(result.projects.map(({ id, fundedMinor }) => [id, fundedMinor]))).toEqual(
          expected.funded,
        );
        const left = withProjects(problem, ({ id }) =>
          expected.dropped.includes(id) ? { needMinor: '0' } : {},
        );
        expect(leximinFault(left, optimumOf(left))).toBeNull();
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
