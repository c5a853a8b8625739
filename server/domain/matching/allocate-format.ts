/**
 * The format of `allocate`: what a problem and a result look like as JSON, and the reading of a problem.
 */
import { z } from 'zod';
import {
  type ProblemFault,
  duplicateFaults,
  identifier,
  jsonPath,
  minorAmount,
  parseFormat,
  positiveRationalText,
  recordOf,
  refuse,
  signedRationalText,
  versionOne,
} from './problem-format.ts';

const restriction = z.array(identifier).nullable();

const fund = z.strictObject({
  id: identifier,
  availableMinor: minorAmount,
  sectors: restriction,
  localities: restriction,
  projects: restriction,
  capPerProjectMinor: minorAmount.nullable(),
});

const project = z.strictObject({
  id: identifier,
  sector: identifier,
  locality: identifier,
  needMinor: minorAmount,
  minimumMinor: minorAmount,
  score: signedRationalText,
});

const weights = recordOf(identifier, positiveRationalText);

export const allocateProblemSchema = z.strictObject({
  version: versionOne,
  currency: z.string().regex(/^[A-Z]{3}$/, 'Write the currency as three capital letters, such as "CNY".'),
  funds: z.array(fund),
  projects: z.array(project),
  policy: z.strictObject({
    rule: z.enum(['leximin', 'pro-rata', 'priority']),
    level: z.enum(['project', 'cell-then-project']),
    weights: z.strictObject({ localities: weights, sectors: weights }),
  }),
});

/** A problem of `allocate`: amounts are whole minor units as strings, `null` means any. */
export type AllocateProblem = z.infer<typeof allocateProblemSchema>;

export const UNUSED_BECAUSE = [
  'no project is eligible',
  'every eligible project was dropped',
  'no eligible project has need left',
  'every eligible project with need left has reached the cap per project',
] as const;

export type UnusedBecause = (typeof UNUSED_BECAUSE)[number];

export const allocateResultSchema = z.strictObject({
  version: versionOne,
  inputHash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  rule: z.enum(['leximin', 'pro-rata', 'priority']),
  grants: z.array(z.strictObject({ fund: identifier, project: identifier, amountMinor: minorAmount })),
  projects: z.array(
    z.strictObject({
      id: identifier,
      fundedMinor: minorAmount,
      level: z.string(),
      bottleneck: z.int().nonnegative().nullable(),
    }),
  ),
  bottlenecks: z.array(
    z.strictObject({
      level: z.string(),
      projects: z.array(identifier),
      exhaustedFunds: z.array(identifier),
      cappedFunds: z.array(identifier),
      relief: z.strictObject({ amountMinor: minorAmount, nextLevel: z.string() }),
    }),
  ),
  dropped: z.array(
    z.strictObject({
      project: identifier,
      fundedMinor: minorAmount,
      minimumMinor: minorAmount,
      shortMinor: minorAmount,
    }),
  ),
  unused: z.array(
    z.strictObject({ fund: identifier, amountMinor: minorAmount, because: z.enum(UNUSED_BECAUSE) }),
  ),
});

/** What `allocate` answers; see the README of this folder for the meaning of each field. */
export type AllocateResult = z.infer<typeof allocateResultSchema>;

/**
 * Reads a problem from JSON.
 * @throws ProblemFaults naming every fault: a shape that is not the format, an id taken twice, a fund
 * restricted to a project that does not exist.
 */
export function parseAllocateProblem(value: unknown): AllocateProblem {
  const problem = parseFormat(allocateProblemSchema, value);
  const known = new Set(problem.projects.map((entry) => entry.id));
  refuse([
    ...duplicateFaults(
      'funds',
      problem.funds.map((entry) => entry.id),
    ),
    ...duplicateFaults(
      'projects',
      problem.projects.map((entry) => entry.id),
    ),
    ...problem.funds.flatMap((entry, index) => unknownProjects(entry.projects ?? [], index, known)),
  ]);
  return problem;
}

function unknownProjects(ids: readonly string[], fundIndex: number, known: Set<string>): ProblemFault[] {
  return ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            path: jsonPath(['funds', fundIndex, 'projects', index]),
            message: `No project has the id ${JSON.stringify(id)}; list it under projects or remove it here.`,
          },
        ],
  );
}
