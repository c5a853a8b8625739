/** Opening a sponsor's matching pool, with a fund of its own, and closing it. */
import { randomBytes } from 'node:crypto';
import { requireRight } from '../../domain/access.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { fundIdOfPool } from '../../domain/fund.ts';
import { faultsOfPool, type MatchingPool } from '../../domain/matching-pool.ts';
import { codesOf } from '../../domain/region.ts';
import { faultsOfRestriction, normalizeRestriction } from '../../domain/restriction.ts';
import { inTransaction, operators } from '../../db/database.ts';
import { matchingPools, type StoredMatchingPool } from '../../db/models/matching-pool.ts';
import { projects } from '../../db/models/project.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { openFund } from '../funds.ts';
import { findParty } from '../parties.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';

export type OpenPoolInput = Pick<
  MatchingPool,
  'round' | 'sponsor' | 'name' | 'ratio' | 'caps' | 'scope' | 'opensOn' | 'closesOn' | 'leftover'
> & { readonly id: string };

export const openPoolErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
] as const;

const MAX_NAMED_PROJECTS = 200;

/** Opens a pool. Its terms never change; its money comes by pledges of the sponsor to it, at any time. */
export async function openPool(context: ServiceContext, input: OpenPoolInput): Promise<MatchingPool> {
  const { database, clock, actor } = context;
  requireRight(actor, 'pool.open');
  assertUuid(input.id);
  const [region, round] = await Promise.all([
    loadRegion(database),
    findRound(database, input.round),
    findParty(database, input.sponsor),
  ]);
  if (round.status !== 'open') throw new WrongState('round', round.code, round.status, ['open']);
  const named = (input.scope.projects ?? []).slice(0, MAX_NAMED_PROJECTS);
  const known = await projects(database)
    .find({ _id: operators({ $in: [...named] }), round: round._id }, { _id: 1 })
    .limit(Math.max(1, named.length))
    .lean<{ _id: string }[]>();
  const faults = [
    ...faultsOfPool(input, round),
    ...faultsOfRestriction(
      input.scope,
      {
        sectors: codesOf(region.sectors),
        localities: codesOf(region.localities),
        projects: new Set(known.map(({ _id }) => _id)),
      },
      'scope',
    ),
  ];
  if (faults.length > 0) throw new InvalidInput(faults);
  const requestDigest = digestOf(input);
  const { id, ...terms } = input;
  const pool: StoredMatchingPool = {
    _id: id,
    ...terms,
    scope: normalizeRestriction(input.scope),
    fundId: fundIdOfPool(id),
    status: 'open',
    openedAt: clock.now(),
    giverSalt: randomBytes(32).toString('hex'),
    requestDigest,
  };
  return inTransaction(database, async (session) => {
    const created = await findCreated(matchingPools(database), 'matching pool', id, requestDigest, session);
    if (created !== null) return created;
    await openFund(database, session, {
      _id: pool.fundId,
      kind: 'matching-pool',
      restriction: pool.scope,
      capPerProjectMinor: null,
      name: pool.name,
      openedAt: pool.openedAt,
    });
    await matchingPools(database).create([pool], { session });
    return pool;
  });
}

export const closePoolErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Closes a pool before its day: it matches no gift that settles from now on; what is held becomes final as it would. */
export async function closePool(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<MatchingPool> {
  const { database, actor } = context;
  requireRight(actor, 'pool.open');
  return inTransaction(database, async (session) => {
    const pool = await matchingPools(database).findById(input.id).session(session).lean<StoredMatchingPool>();
    if (pool === null) throw new NotFound('matching pool', input.id);
    if (pool.status === 'closed') return pool;
    await matchingPools(database).updateOne({ _id: pool._id }, { $set: { status: 'closed' } }, { session });
    return { ...pool, status: 'closed' };
  });
}
