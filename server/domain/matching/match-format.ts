/**
 * The format of `match`: a pool, donations, and the rule by which the pool follows them.
 */
import { z } from 'zod';
import {
  type ProblemFault,
  duplicateFaults,
  identifier,
  jsonPath,
  minorAmount,
  parseFormat,
  rationalText,
  recordOf,
  refuse,
  versionOne,
} from './problem-format.ts';

const donation = z.strictObject({
  id: identifier,
  donor: identifier,
  project: identifier,
  amountMinor: minorAmount,
});

const ratioRule = z.strictObject({
  kind: z.literal('ratio'),
  ratio: rationalText,
  localityRates: recordOf(identifier, rationalText),
});

const thresholdRule = z.strictObject({
  kind: z.literal('threshold'),
  /** What a project receives once it has reached both marks. */
  fixedMinor: minorAmount,
  atLeastMinor: minorAmount,
  atLeastDonors: z.int().nonnegative(),
});

const quadraticRule = z.strictObject({ kind: z.literal('quadratic'), saturation: z.boolean().optional() });

export const matchProblemSchema = z.strictObject({
  version: versionOne,
  pool: z.strictObject({ id: identifier, availableMinor: minorAmount }),
  donations: z.array(donation),
  projects: z.array(z.strictObject({ id: identifier, locality: identifier, sector: identifier })),
  rule: z.discriminatedUnion('kind', [ratioRule, thresholdRule, quadraticRule]),
  caps: z.strictObject({
    perDonationMinor: minorAmount.nullable(),
    perDonorMinor: minorAmount.nullable(),
    perProjectMinor: minorAmount.nullable(),
  }),
  exclude: z.strictObject({ donorProjectPairs: z.array(z.tuple([identifier, identifier])) }),
});

/** A problem of `match`: amounts are whole minor units as strings; `donorProjectPairs` are `[donor, project]`. */
export type MatchProblem = z.infer<typeof matchProblemSchema>;

const capName = z.enum(['perDonation', 'perDonor', 'perProject']);

export type CapName = z.infer<typeof capName>;

export const matchResultSchema = z.strictObject({
  version: versionOne,
  inputHash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  leftMinor: minorAmount,
  projects: z.array(
    z.strictObject({
      id: identifier,
      uncappedMinor: minorAmount,
      matchedMinor: minorAmount,
      boundBy: capName.nullable(),
    }),
  ),
  donations: z
    .array(z.strictObject({ id: identifier, matchedMinor: minorAmount, boundBy: capName.nullable() }))
    .optional(),
});

export type MatchResult = z.infer<typeof matchResultSchema>;

/**
 * Reads a problem from JSON. Donations and projects are checked by hand, because there may be millions; the schema is
 * asked only to say what is wrong.
 * @throws ProblemFaults naming every fault
 */
export function parseMatchProblem(value: unknown): MatchProblem {
  const donations = listOf(value, 'donations');
  const projects = listOf(value, 'projects');
  if (donations?.every(isDonation) !== true || projects?.every(isProject) !== true) {
    return refuseUnknown(parseFormat(matchProblemSchema, value));
  }
  const problem = parseFormat(matchProblemSchema, { ...(value as object), donations: [], projects: [] });
  return refuseUnknown({
    ...problem,
    donations: donations as MatchProblem['donations'],
    projects: projects as MatchProblem['projects'],
  });
}

function listOf(value: unknown, name: 'donations' | 'projects'): unknown[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const list = (value as Record<string, unknown>)[name];
  return Array.isArray(list) ? list : null;
}

const AMOUNT = /^(?:0|[1-9]\d{0,27})$/;
const SURROGATE = /[\uD800-\uDFFF]/;

/** True for a faultless donation; false also for some rare good ones, which the schema then judges. */
function isDonation(entry: unknown): boolean {
  if (!hasKeys(entry, 4)) return false;
  const { id, donor, project, amountMinor } = entry;
  return (
    isPlainId(id) &&
    isPlainId(donor) &&
    isPlainId(project) &&
    typeof amountMinor === 'string' &&
    AMOUNT.test(amountMinor)
  );
}

/** The same for a project. */
function isProject(entry: unknown): boolean {
  return (
    hasKeys(entry, 3) && isPlainId(entry['id']) && isPlainId(entry['locality']) && isPlainId(entry['sector'])
  );
}

function hasKeys(entry: unknown, count: number): entry is Record<string, unknown> {
  if (typeof entry !== 'object' || entry === null) return false;
  let keys = 0;
  for (const _ in entry) keys += 1;
  return keys === count;
}

function isPlainId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !SURROGATE.test(value);
}

function refuseUnknown(problem: MatchProblem): MatchProblem {
  const known = new Set(problem.projects.map(({ id }) => id));
  const faults: ProblemFault[] = [
    ...duplicateFaults(
      'donations',
      problem.donations.map(({ id }) => id),
    ),
    ...duplicateFaults(
      'projects',
      problem.projects.map(({ id }) => id),
    ),
  ];
  const requireKnown = (project: string, path: PropertyKey[]): void => {
    if (known.has(project)) return;
    const message = `No project has the id ${JSON.stringify(project)}; list it under projects or remove it here.`;
    faults.push({ path: jsonPath(path), message });
  };
  for (const [index, { project }] of problem.donations.entries()) {
    requireKnown(project, ['donations', index, 'project']);
  }
  for (const [index, [, project]] of problem.exclude.donorProjectPairs.entries()) {
    requireKnown(project, ['exclude', 'donorProjectPairs', index, 1]);
  }
  refuse(faults);
  return problem;
}
