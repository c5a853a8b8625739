/**
 * The format of `share`: a cost for every coalition, or a rule that gives one, and what each has paid.
 */
import { z } from 'zod';
import { compareCodePoints } from '../code-point-order.ts';
import { CoalitionCosts } from './coalition-costs.ts';
import { coalitionReader } from './coalition-reader.ts';
import {
  type ProblemFault,
  identifier,
  jsonPath,
  minorAmount,
  parseFormat,
  recordOf,
  refuse,
  versionOne,
} from './problem-format.ts';

/** Shares are exact over all coalitions; beyond this number there are more than a million of them. */
const MOST_PARTIES = 20;

const partyId = identifier.regex(
  /^[^+]*$/,
  'A party id may not contain "+", which joins ids in a coalition.',
);
const amounts = recordOf(partyId, minorAmount);

export const shareProblemSchema = z.strictObject({
  version: versionOne,
  parties: z
    .array(partyId)
    .min(1, 'Name at least one party.')
    .max(MOST_PARTIES, `Exact shares are computed for at most ${MOST_PARTIES} parties.`),
  costs: z.record(z.string(), minorAmount).optional(),
  rule: z.strictObject({ standAloneMinor: amounts, sharedMinor: minorAmount }).optional(),
  paidMinor: amounts,
});

/** A problem of `share`. Exactly one of `costs` and `rule` is given. */
export type ShareProblem = z.infer<typeof shareProblemSchema>;

const signedMinor = z.string().regex(/^(?:0|-?[1-9]\d*)$/);
const rationalOutput = z.string().regex(/^-?\d+(?:\/\d+)?$/);

export const shareResultSchema = z.strictObject({
  version: versionOne,
  parties: z.array(
    z.strictObject({
      id: partyId,
      shareExact: rationalOutput,
      shareMinor: signedMinor,
      paidMinor: minorAmount,
      netMinor: signedMinor,
    }),
  ),
  transfers: z.array(z.strictObject({ from: partyId, to: partyId, amountMinor: minorAmount })),
  inCore: z.boolean(),
  objection: z.strictObject({ coalition: z.string(), savingExact: rationalOutput }).nullable(),
});

export type ShareResult = z.infer<typeof shareResultSchema>;

/** A problem with its parties in order and the cost of every coalition. */
export interface CostTable {
  readonly parties: readonly string[];
  readonly costs: CoalitionCosts;
  readonly paid: readonly bigint[];
}

/** A problem whose costs follow a rule: what each party needs alone, and what any group shares. */
export interface CostRule {
  readonly parties: readonly string[];
  readonly alone: readonly bigint[];
  readonly shared: bigint;
  readonly paid: readonly bigint[];
}

/**
 * Reads a problem from JSON.
 * @throws ProblemFaults naming every fault, a coalition without a cost included
 */
export function parseShareProblem(value: unknown): ShareProblem {
  // A million coalitions go past the schema: their keys and amounts are read in `readCosts`.
  const { costs, ...rest } = isRecord(value) ? value : { costs: undefined };
  const whole = isRecord(costs) ? costs : undefined;
  const problem = parseFormat(shareProblemSchema, isRecord(value) ? withCosts(rest, costs, whole) : value);
  return whole === undefined ? problem : { ...problem, costs: whole as Record<string, string> };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withCosts(rest: object, costs: unknown, whole: object | undefined): object {
  if (costs === undefined) return rest;
  return { ...rest, costs: whole === undefined ? costs : {} };
}

/**
 * The cost of every coalition, or the rule that gives it.
 * @throws ProblemFaults when a cost is missing, not an amount, or given for no coalition
 */
export function readCosts(problem: ShareProblem): CostTable | CostRule {
  const parties = problem.parties.toSorted(compareCodePoints);
  refuse([
    ...problem.parties.flatMap((party, index) =>
      problem.parties.indexOf(party) < index
        ? [
            {
              path: jsonPath(['parties', index]),
              message: `The party ${JSON.stringify(party)} is named twice.`,
            },
          ]
        : [],
    ),
    ...unlisted(['paidMinor'], problem.paidMinor, parties),
    ...(problem.rule ? unlisted(['rule', 'standAloneMinor'], problem.rule.standAloneMinor, parties) : []),
    ...((problem.costs === undefined) === (problem.rule === undefined)
      ? [{ path: '$', message: 'Give either costs or rule, and not both.' }]
      : []),
  ]);
  const paid = parties.map((party) => BigInt(problem.paidMinor[party] ?? '0'));
  if (problem.rule === undefined) return { parties, costs: costsByTable(problem.costs ?? {}, parties), paid };
  const { standAloneMinor, sharedMinor } = problem.rule;
  const alone = parties.map((party) => BigInt(standAloneMinor[party] ?? '0'));
  return { parties, alone, shared: BigInt(sharedMinor), paid };
}

function unlisted(
  path: readonly string[],
  record: Record<string, string>,
  parties: readonly string[],
): ProblemFault[] {
  const known = new Set(parties);
  return [
    ...Object.keys(record).flatMap((key) =>
      known.has(key) ? [] : [{ path: jsonPath([...path, key]), message: 'This party is not listed.' }],
    ),
    ...parties.flatMap((party) =>
      Object.hasOwn(record, party)
        ? []
        : [{ path: jsonPath([...path, party]), message: 'Give an amount for this party, "0" for none.' }],
    ),
  ];
}

/** So many amounts are fetched ahead: they lie scattered in memory, and a short loop waits for many at once. */
const BLOCK = 256;

function costsByTable(table: Record<string, string>, parties: readonly string[]): CoalitionCosts {
  const faults: ProblemFault[] = [];
  const costs = new CoalitionCosts(parties.length);
  const given = new Uint8Array(costs.count);
  const maskOf = coalitionReader(parties);
  const keys = Object.keys(table);
  const amounts = new Array<string | undefined>(BLOCK).fill('');
  for (const [at, key] of keys.entries()) {
    if (at % BLOCK === 0) fetchAmounts(table, keys, at, amounts);
    const mask = maskOf(key);
    if (mask === 0) faults.push(unknownCoalition(key));
    else if (!costs.read(mask, amounts[at % BLOCK] ?? '')) faults.push(notAnAmount(key));
    given[mask] = 1;
  }
  for (let mask = given.indexOf(0, 1); mask !== -1; mask = given.indexOf(0, mask + 1)) {
    faults.push(missing(parties.filter((_, index) => (mask & (1 << index)) !== 0).join('+')));
  }
  refuse(faults);
  return costs;
}

/** Puts the amounts of the keys from `from` on into their places, a text without characters for what is none. */
function fetchAmounts(
  table: Record<string, string>,
  keys: readonly string[],
  from: number,
  amounts: (string | undefined)[],
): void {
  const count = Math.min(amounts.length, keys.length - from);
  for (let at = 0; at < count; at += 1) amounts[at] = table[keys[from + at] ?? ''];
  for (let at = 0; at < count; at += 1) if (typeof amounts[at] !== 'string') amounts[at] = '';
}

function notAnAmount(key: string): ProblemFault {
  return { path: jsonPath(['costs', key]), message: 'Write the cost as a string of whole minor units.' };
}

function missing(key: string): ProblemFault {
  return { path: jsonPath(['costs', key]), message: 'This coalition has no cost; give one.' };
}

function unknownCoalition(key: string): ProblemFault {
  return {
    path: jsonPath(['costs', key]),
    message: 'This is no coalition of the parties: join their ids with "+", sorted, each once.',
  };
}
