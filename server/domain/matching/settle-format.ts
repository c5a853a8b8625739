/**
 * The format of `settle`: pledges, of which some are conditional on what the others pay.
 */
import { z } from 'zod';
import {
  type ProblemFault,
  duplicateFaults,
  identifier,
  jsonPath,
  minorAmount,
  parseFormat,
  positiveMinorAmount,
  rationalText,
  refuse,
  versionOne,
} from './problem-format.ts';

const terms = z.strictObject({
  baseMinor: minorAmount,
  ratePerOther: rationalText,
  stepMinor: positiveMinorAmount,
  among: z.array(identifier).nullable(),
  atLeastParties: z.int().nonnegative(),
  joinsFromMinor: minorAmount,
  othersAtLeastMinor: minorAmount,
});

export const settleProblemSchema = z.strictObject({
  version: versionOne,
  pledges: z.array(
    z.strictObject({ id: identifier, party: identifier, capMinor: minorAmount, terms: terms.nullable() }),
  ),
});

/** A problem of `settle`; `terms: null` is an unconditional pledge of its cap, `among: null` means all others. */
export type SettleProblem = z.infer<typeof settleProblemSchema>;

export const settleResultSchema = z.strictObject({
  version: versionOne,
  pledges: z.array(
    z.strictObject({
      id: identifier,
      amountMinor: minorAmount,
      boundBy: z.enum(['cap', 'proviso', 'rate']),
    }),
  ),
  pivotal: z.array(
    z.strictObject({
      party: identifier,
      othersWouldAddMinor: minorAmount,
      othersWouldLoseMinor: minorAmount,
    }),
  ),
});

export type SettleResult = z.infer<typeof settleResultSchema>;

/**
 * Reads a problem from JSON.
 * @throws ProblemFaults naming every fault: a shape that is not the format, a pledge id taken twice, a
 * condition on a party that has no pledge
 */
export function parseSettleProblem(value: unknown): SettleProblem {
  const problem = parseFormat(settleProblemSchema, value);
  const parties = new Set(problem.pledges.map(({ party }) => party));
  refuse([
    ...duplicateFaults(
      'pledges',
      problem.pledges.map(({ id }) => id),
    ),
    ...problem.pledges.flatMap((pledge, index) =>
      (pledge.terms?.among ?? []).flatMap((party, position): ProblemFault[] =>
        parties.has(party)
          ? []
          : [
              {
                path: jsonPath(['pledges', index, 'terms', 'among', position]),
                message: `No pledge is by the party ${JSON.stringify(party)}; add its pledge or remove it here.`,
              },
            ],
      ),
    ),
  ]);
  return problem;
}
