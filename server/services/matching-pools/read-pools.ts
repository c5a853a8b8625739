/** Reading pools, what they matched, and what a gift would be matched with. */
import { requireRight } from '../../domain/access.ts';
import { InvalidInput, NotFound } from '../../domain/errors.ts';
import {
  covers,
  entitledMinor,
  estimateMatch,
  localityRateOf,
  rateOf,
  type DonationMatch,
  type EstimatedPart,
  type MatchedProject,
  type MatchEstimate,
  type MatchingPool,
} from '../../domain/matching-pool.ts';
import { minorFromStored } from '../../domain/money.ts';
import {
  add,
  compare,
  divide,
  formatRational,
  multiply,
  ONE,
  parseRational,
  rational,
  ZERO,
  type Rational,
} from '../../domain/rational.ts';
import type { Restriction } from '../../domain/restriction.ts';
import { rulesOn, type RoundRules } from '../../domain/round-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { UNFINISHED_STATUSES } from '../../domain/donation.ts';
import { operators, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';
import { donations } from '../../db/models/donation.ts';
import { matchingPools, type StoredMatchingPool } from '../../db/models/matching-pool.ts';
import type { ServiceContext } from '../context.ts';
import { faultsOfPartCount, partsOfSplit, type SplitInput } from '../giving/gift-terms.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';
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
): Promise<PageOf<DonationMatch>> {
  requireRight(context.actor, 'pool.read');
  return readPage(donationMatches(context.database), { pool }, newestBy('settledAt'), page);
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

interface EstimatedGift {
  readonly giftMinor: bigint;
  readonly restriction: Restriction;
  /** Several restrictions instead of one; what they sum to is the gift. */
  readonly split?: readonly SplitInput[] | null;
}

/** Of an estimate: so much for one purpose, and the projects that it names. */
interface PurposePart {
  readonly giftMinor: bigint;
  readonly restriction: Restriction;
  readonly fundId: string;
  readonly named: readonly MatchedProject[];
}

/** @throws InvalidInput where an amount is not above zero, or there are more parts than a gift may have */
async function purposesOf(
  database: Database,
  { giftMinor, restriction, split }: EstimatedGift,
): Promise<PurposePart[]> {
  const given = split ?? [{ restriction, amountMinor: giftMinor }];
  if (giftMinor <= 0n || given.some(({ amountMinor }) => amountMinor <= 0n)) {
    throw new InvalidInput([{ path: 'giftMinor', reason: 'not-positive', message: 'A gift is above zero.' }]);
  }
  const faults = faultsOfPartCount(given.length);
  if (faults.length > 0) throw new InvalidInput(faults);
  return Promise.all(
    partsOfSplit(given).map(async ({ amountMinor, ...part }) => ({
      ...part,
      giftMinor: amountMinor,
      named: await namedProjects(database, part.restriction),
    })),
  );
}

/** What a gift of an amount and a purpose, or of several, would be matched with, pool by pool: a range, never a promise. */
export async function estimateMatches(context: ServiceContext, gift: EstimatedGift): Promise<PoolEstimate[]> {
  const { database, clock } = context;
  const region = await loadRegion(database);
  const now = clock.now();
  const today = dayOf(now, region.timeZone);
  const parts = await purposesOf(database, gift);
  const open = await poolsOpenOn(database, today);
  const estimates = open.map(async (pool): Promise<PoolEstimate[]> => {
    const covered = parts.filter(({ restriction, named }) => covers(pool.scope, restriction, named));
    if (covered.length === 0) return [];
    const rules = rulesOn(await findRound(database, pool.round), today);
    const [{ availableMinor }, aheadMinor, estimated] = await Promise.all([
      readPoolPosition(database, pool),
      aheadOf(database, pool, rules, now),
      Promise.all(
        covered.map(async ({ giftMinor, restriction, named, fundId }) => ({
          giftMinor,
          rate: rateOf(pool, localityRateOf(restriction, named, rules)),
          usedByPurposeMinor: await usedByPurpose(database, pool, fundId),
        })),
      ),
    ]);
    return [
      {
        pool,
        rate: formatRational(meanRateOf(estimated)),
        availableMinor,
        aheadMinor,
        refundWindowDays: rules.refundWindowDays,
        needsEmail: pool.caps.perGiverMinor !== null,
        ...estimateMatch(estimated, { availableMinor, caps: pool.caps, aheadMinor }),
      },
    ];
  });
  return (await Promise.all(estimates)).flat();
}

/** What one unit of the parts earns, exact: of one part its own rate. */
function meanRateOf(parts: readonly EstimatedPart[]): Rational {
  const given = parts.reduce((sum, { giftMinor }) => sum + giftMinor, 0n);
  const earned = parts.reduce(
    (sum, { giftMinor, rate }) => add(sum, multiply(rational(giftMinor), rate)),
    ZERO,
  );
  return divide(earned, rational(given));
}
