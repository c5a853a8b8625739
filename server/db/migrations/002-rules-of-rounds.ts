/** Rounds of the first release had one set of rules: it becomes the first version, in force since they opened. */
import type { Database } from '../database.ts';
import { ANY_PROJECT, DEFAULT_REFUND_WINDOW_DAYS } from '../../domain/round-rules.ts';

interface FirstRelease {
  readonly _id: string;
  readonly level: string;
  readonly weightPolicy: unknown;
  readonly localityWeights: unknown;
  readonly opensOn: string;
  readonly closesOn: string;
}

const MAX_ROUNDS = 10_000;

export async function giveRoundsTheirFirstRules({ connection }: Database): Promise<void> {
  const stored = connection.collection<FirstRelease>('rounds');
  const old = await stored
    .find({ rules: { $exists: false } })
    .limit(MAX_ROUNDS)
    .toArray();
  for (const { _id, level, weightPolicy, localityWeights, opensOn, closesOn } of old) {
    const rules = {
      version: 1,
      effectiveOn: opensOn,
      reason: '',
      level,
      weightPolicy,
      figures: [],
      localityWeights,
      capPerProjectMinor: null,
      eligibility: ANY_PROJECT,
      refundWindowDays: DEFAULT_REFUND_WINDOW_DAYS,
    };
    await stored.updateOne(
      { _id },
      {
        $set: { rules: [rules], pledgesUntil: closesOn, proposalsUntil: closesOn },
        $unset: { level: '', weightPolicy: '', localityWeights: '' },
      },
    );
  }
}
