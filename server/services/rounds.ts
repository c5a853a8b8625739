/** Opening and reading rounds. */
import { requireRight } from '../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { localityWeightsOf } from '../domain/locality-weights.ts';
import { faultsOfRound, type Round } from '../domain/round.ts';
import type { Database } from '../db/database.ts';
import { operators } from '../db/database.ts';
import { rounds, type StoredRound } from '../db/models/round.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';

export type OpenRoundInput = Pick<
  Round,
  | 'code'
  | 'title'
  | 'batch'
  | 'sectors'
  | 'localities'
  | 'needs'
  | 'level'
  | 'weightPolicy'
  | 'opensOn'
  | 'closesOn'
> & { readonly id: string };

export const openRoundErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

/** Opens a round. Its weights are computed here, once, from the published figures, and stored with it. */
export async function openRound(context: ServiceContext, input: OpenRoundInput): Promise<Round> {
  requireRight(context.actor, 'round.open');
  assertUuid(input.id);
  const { database, clock } = context;
  const region = await loadRegion(database);
  const faults = faultsOfRound(input, region);
  const sameCode = await rounds(database).exists({ code: input.code, _id: operators({ $ne: input.id }) });
  if (sameCode !== null) {
    faults.push({
      path: 'code',
      reason: 'taken',
      message: `A round "${input.code}" exists already. Choose another code.`,
    });
  }
  const weights = localityWeightsOf(region, input.localities, input.weightPolicy);
  faults.push(...weights.faults);
  if (faults.length > 0) throw new InvalidInput(faults);
  const requestDigest = digestOf(input);
  const created = await findCreated(rounds(database), 'round', input.id, requestDigest);
  if (created !== null) return created;
  const { id, ...terms } = input;
  const round: StoredRound = {
    _id: id,
    ...terms,
    localityWeights: weights.weights,
    status: 'open',
    openedAt: clock.now(),
    requestDigest,
  };
  await rounds(database).create(round);
  return round;
}

export async function findRound(database: Database, id: string): Promise<Round> {
  const round = await rounds(database).findById(id).lean<StoredRound>();
  if (round === null) throw new NotFound('round', id);
  return round;
}

/** By its public code, as it stands in addresses. */
export async function findRoundByCode(database: Database, code: string): Promise<Round | null> {
  return rounds(database).findOne({ code }).lean<StoredRound>();
}

const MAX_ROUNDS = 100;

/** The latest rounds, newest first. */
export async function listRounds(database: Database): Promise<Round[]> {
  return rounds(database).find().sort({ openedAt: -1 }).limit(MAX_ROUNDS).lean<StoredRound[]>();
}
