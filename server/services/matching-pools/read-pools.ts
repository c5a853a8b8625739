/** Reading pools, what they matched, and what a gift would be matched with. */
import { requireRight } from '../../domain/access.ts';
import { InvalidInput, NotFound } from '../../domain/errors.ts';
import { fundIdOfGifts } from '../../domain/fund.ts';
import {
  covers,
  entitledMinor,
  estimateMatch,
  localityRateOf,
  rateOf,
  type DonationMatch,
  type MatchEstimate,
  type MatchingPool,
} from '../../domain/matching-pool.ts';
import { minorFromStored } from '../../domain/money.ts';
import { compare, formatRational, ONE, parseRational, ZERO } from '../../domain/rational.ts';
import { normalizeRestriction, type Restriction } from '../../domain/restriction.ts';
import { rulesOn, type RoundRules } from '../../domain/round-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { UNFINISHED_STATUSES } from '../../domain/donation.ts';
import { operators, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';
import { donations } from '../../db/models/donation.ts';
import { matchingPools, type StoredMatchingPool } from '../../db/models/matching-pool.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';
import { namedProjects, poolsOpenOn } from './await-match.ts';
import { readPoolPosition } from './pool-position.ts';

const MAX_POOLS = 200;

/** The pools of a round, in order of id: their terms are public. */
export async function listPools(database: Database, round: string): Promise<MatchingPool[]> {
  return matchingPools(database)
    .find({ round })
    .sort({ _id: 1 })
    .limit(MAX_POOLS)
    .lean<StoredMatchingPool[]>();
}

export async function findPool(database: Database, id: string): Promise<MatchingPool> {
  const pool = await matchingPools(database).findById(id).lean<StoredMatchingPool>();
  if (pool === null) throw new NotFound('matching pool', id);
  return pool;
}

/** What a pool did about single gifts, the latest first, for staff: amounts and limits, nothing about givers. */
export async function listMatchesOfPool(
  context: ServiceContext,
  pool: string,
  page: Page,
): Promise<DonationMatch[]> {
  requireRight(context.actor, 'pool.read');
  return donationMatches(context.database)
    .find({ pool, ...(page.after === null ? {} : { _id: operators({ $gt: page.after }) }) })
    .sort({ _id: 1 })
    .limit(limitOf(page))
    .lean<DonationMatch[]>();
}

const MAX_MATCHES = 200;

/** The matches of one donation, for whoever may see the donation. */
export async function listMatchesOfDonation(database: Database, donation: string): Promise<DonationMatch[]> {
  return donationMatches(database)
    .find({ donation, status: operators({ $in: ['waiting', 'held', 'final'] }) })
    .limit(MAX_MATCHES)
    .lean<DonationMatch[]>();
}

export interface PoolEstimate extends MatchEstimate {
  readonly pool: MatchingPool;
  /** What one unit of the gift earns, exact. */
  readonly rate: string;
  readonly availableMinor: bigint;
  /** What gifts that are waiting or being paid right now would earn before this one. */
  readonly aheadMinor: bigint;
  readonly refundWindowDays: number;
  /** The pool limits what one person gets, so it matches only gifts with an e-mail address. */
  readonly needsEmail: boolean;
}

/** A payment page is open for so long at most; later its gift is not ahead of anybody. */
const BEING_PAID_MS = 60 * 60_000;

/**
 * What gifts that wait or are being paid now would earn at most, if they settled first: what is being paid counts at the
 * highest rate that the round gives, because nobody asks yet what it is for.
 */
async function aheadOf(
  database: Database,
  pool: MatchingPool,
  rules: Pick<RoundRules, 'localityWeights'>,
  now: Date,
): Promise<bigint> {
  const [waiting, unfinished] = await Promise.all([
    donationMatches(database).aggregate<{ _id: string; giftMinor: unknown }>([
      { $match: { pool: pool._id, status: 'waiting' } },
      { $group: { _id: '$rate', giftMinor: { $sum: '$giftMinor' } } },
    ]),
    donations(database).aggregate<{ _id: null; giftMinor: unknown }>([
      {
        $match: {
          status: { $in: [...UNFINISHED_STATUSES] },
          createdAt: { $gte: new Date(now.getTime() - BEING_PAID_MS) },
        },
      },
      { $group: { _id: null, giftMinor: { $sum: '$giftMinor' } } },
    ]),
  ]);
  const settled = waiting.reduce(
    (sum, { _id, giftMinor }) => sum + entitledMinor(minorFromStored(giftMinor), parseRational(_id) ?? ZERO),
    0n,
  );
  const beingPaid = minorFromStored(unfinished[0]?.giftMinor ?? 0n);
  const highest = rules.localityWeights
    .map(({ weight }) => parseRational(weight) ?? ZERO)
    .reduce((most, weight) => (compare(weight, most) > 0 ? weight : most), ONE);
  return settled + entitledMinor(beingPaid, rateOf(pool, highest));
}

/** What gifts of one purpose have had of a pool, held or final. */
async function usedByPurpose(database: Database, pool: MatchingPool, fundId: string): Promise<bigint> {
  if (pool.caps.perPurposeMinor === null) return 0n;
  const [sum] = await donationMatches(database).aggregate<{ amountMinor: unknown }>([
    { $match: { pool: pool._id, fundId, status: { $in: ['held', 'final'] } } },
    { $group: { _id: null, amountMinor: { $sum: '$amountMinor' } } },
  ]);
  return minorFromStored(sum?.amountMinor ?? 0n);
}

export const estimateMatchErrors = [InvalidInput] as const;

/** What a gift of an amount and a purpose would be matched with, pool by pool: a range, never a promise. */
export async function estimateMatches(
  context: ServiceContext,
  gift: { readonly giftMinor: bigint; readonly restriction: Restriction },
): Promise<PoolEstimate[]> {
  const { database, clock } = context;
  if (gift.giftMinor <= 0n) {
    throw new InvalidInput([{ path: 'giftMinor', reason: 'not-positive', message: 'A gift is above zero.' }]);
  }
  const region = await loadRegion(database);
  const now = clock.now();
  const today = dayOf(now, region.timeZone);
  const restriction = normalizeRestriction(gift.restriction);
  const [open, named] = await Promise.all([
    poolsOpenOn(database, today),
    namedProjects(database, restriction),
  ]);
  const covering = open.filter((pool) => covers(pool.scope, restriction, named));
  return Promise.all(
    covering.map(async (pool) => {
      const rules = rulesOn(await findRound(database, pool.round), today);
      const [position, aheadMinor, usedByPurposeMinor] = await Promise.all([
        readPoolPosition(database, pool),
        aheadOf(database, pool, rules, now),
        usedByPurpose(database, pool, fundIdOfGifts(restriction)),
      ]);
      const rate = rateOf(pool, localityRateOf(restriction, named, rules));
      const { availableMinor } = position;
      return {
        pool,
        rate: formatRational(rate),
        availableMinor,
        aheadMinor,
        refundWindowDays: rules.refundWindowDays,
        needsEmail: pool.caps.perGiverMinor !== null,
        ...estimateMatch(
          { giftMinor: gift.giftMinor, rate },
          { availableMinor, caps: pool.caps, aheadMinor, usedByPurposeMinor },
        ),
      };
    }),
  );
}
