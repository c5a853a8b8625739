/**
 * The format of `share`: a cost for every coalition, or a rule that gives one, and what each has paid.
 */
import { z } from 'zod';
import { compareCodePoints } from '../code-point-order.ts';
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

/** A problem with its parties in order and the cost of every coalition by bit mask. */
export interface CostTable {
  readonly parties: readonly string[];
  readonly costs: readonly bigint[];
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

const AMOUNT = /^(?:0|[1-9]\d{0,27})$/;

function costsByTable(table: Record<string, string>, parties: readonly string[]): bigint[] {
  const faults: ProblemFault[] = [];
  const costs = new Array<bigint>(1 << parties.length).fill(0n);
  const given = new Uint8Array(costs.length);
  const maskOf = coalitionReader(parties);
  for (const key of Object.keys(table)) {
    const mask = maskOf(key);
    const amount: unknown = table[key];
    if (mask === 0) faults.push(unknownCoalition(key));
    else if (typeof amount !== 'string' || !AMOUNT.test(amount)) faults.push(notAnAmount(key));
    else costs[mask] = BigInt(amount);
    given[mask] = 1;
  }
  for (let mask = given.indexOf(0, 1); mask !== -1; mask = given.indexOf(0, mask + 1)) {
    faults.push(missing(parties.filter((_, index) => (mask & (1 << index)) !== 0).join('+')));
  }
  refuse(faults);
  return costs;
}

/**
 * Reads coalition keys with a trie of the ids, because a million keys are too many to take apart as
 * strings. Answers 0 for a key that is no coalition.
 */
function coalitionReader(parties: readonly string[]): (key: string) => number {
  const letters = new Map(
    [...new Set(parties.join(''))]
      .join('')
      .split('')
      .map((unit, index) => [unit, index]),
  );
  const symbolOf = new Int32Array(0x10000).fill(-1);
  for (const [unit, index] of letters) symbolOf[unit.charCodeAt(0)] = index;
  const width = letters.size;
  const next: number[] = new Array<number>(width).fill(0);
  const endsAt = [-1];
  for (const [party, id] of parties.entries()) {
    let node = 0;
    for (let at = 0; at < id.length; at += 1) {
      const edge = node * width + (symbolOf[id.charCodeAt(at)] ?? 0);
      if (next[edge] === 0) {
        next[edge] = endsAt.length;
        endsAt.push(-1);
        for (let symbol = 0; symbol < width; symbol += 1) next.push(0);
      }
      node = next[edge] ?? 0;
    }
    endsAt[node] = party;
  }
  const edges = Int32Array.from(next);
  return (key) => {
    let mask = 0;
    let node = 0;
    for (let at = 0; at <= key.length; at += 1) {
      const code = at === key.length ? PLUS : key.charCodeAt(at);
      if (code === PLUS) {
        const party = endsAt[node] ?? -1;
        // Ids are in order and each is named once: the next bit is above all bits so far.
        if (party < 0 || mask >> party !== 0) return 0;
        mask |= 1 << party;
        node = 0;
      } else {
        const symbol = symbolOf[code] ?? -1;
        node = symbol < 0 ? 0 : (edges[node * width + symbol] ?? 0);
        if (node === 0) return 0;
      }
    }
    return mask;
  };
}

const PLUS = '+'.charCodeAt(0);

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
