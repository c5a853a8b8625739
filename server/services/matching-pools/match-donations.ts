/**
 * Sharing pools among gifts that settled, and posting matches whose refund window is over. Every step is one
 * transaction that first takes the guard of the pool's fund, so that nobody else decides on its money meanwhile.
 */
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import {
  daysAfter,
  shareOfPool,
  type DonationMatch,
  type MatchCandidate,
  type MatchShare,
} from '../../domain/matching-pool.ts';
import { minor, minorFromStored } from '../../domain/money.ts';
import { donationMatched } from '../../domain/posting-rules.ts';
import { parseRational, ZERO } from '../../domain/rational.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';
import { matchingPools, type StoredMatchingPool } from '../../db/models/matching-pool.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import type { Platform } from '../context.ts';
import { findParty } from '../parties.ts';
import { loadRegion } from '../region.ts';
import { readPoolPosition } from './pool-position.ts';

const MAX_POOLS = 200;

/** Gifts of one sharing; the rest come in the next. */
const MAX_SHARED = 2_000;

/** Matches of one posting. */
const MAX_POSTED = 200;

type Matching = Pick<Platform, 'database' | 'clock'>;

/** @returns how many matches came to be held or larger, and how many final, for the log */
export async function matchDonations(platform: Matching): Promise<{ held: number; final: number }> {
  const { database, clock } = platform;
  const busy = await donationMatches(database).distinct('pool', {
    status: operators({ $in: ['waiting', 'held'] }),
  });
  const pools = await matchingPools(database)
    .find({ _id: operators({ $in: busy }) })
    .sort({ _id: 1 })
    .limit(MAX_POOLS)
    .lean<StoredMatchingPool[]>();
  let [held, final] = [0, 0];
  for (const pool of pools) {
    held += await sharePoolOnce(database, pool);
    final += await makeFinal(platform, pool);
  }
  await forgetGivers(database, clock.now());
  return { held, final };
}

const candidateOf = (match: DonationMatch): MatchCandidate => ({
  id: match._id,
  giver: match.giverKey ?? match._id,
  card: match.cardKey ?? null,
  purpose: match.fundId,
  giftMinor: match.giftMinor,
  rate: parseRational(match.rate) ?? ZERO,
  heldMinor: match.amountMinor,
});

/** What the matches of a pool came to by giver or by purpose, for those that are asked for. */
async function usedBy(
  database: Database,
  session: ClientSession,
  pool: string,
  by: 'giverKey' | 'cardKey' | 'fundId',
  keys: readonly string[],
): Promise<Map<string, bigint>> {
  const sums = await donationMatches(database)
    .aggregate<{ _id: string; amountMinor: unknown }>([
      { $match: { pool, [by]: { $in: [...new Set(keys)] }, status: { $in: ['held', 'final'] } } },
      { $group: { _id: `$${by}`, amountMinor: { $sum: '$amountMinor' } } },
    ])
    .session(session);
  return new Map(sums.map(({ _id, amountMinor }) => [_id, minorFromStored(amountMinor)]));
}

/** Shares what a pool has left among the gifts that wait and those that it was too short for before. */
export async function sharePoolOnce(database: Database, pool: StoredMatchingPool): Promise<number> {
  return inTransaction(database, async (session) => {
    await guardFunds(database, session, [pool.fundId]);
    const waiting = await donationMatches(database)
      .find({
        pool: pool._id,
        $or: [{ status: 'waiting' }, { status: 'held', boundBy: 'pool' }],
      })
      .sort({ settledAt: 1, _id: 1 })
      .limit(MAX_SHARED)
      .session(session)
      .lean<DonationMatch[]>();
    if (waiting.length === 0) return 0;
    const { availableMinor } = await readPoolPosition(database, pool, session);
    const shares = shareOfPool(waiting.map(candidateOf), {
      availableMinor,
      caps: pool.caps,
      usedByGiver: await usedBy(
        database,
        session,
        pool._id,
        'giverKey',
        waiting.flatMap(({ giverKey }) => giverKey ?? []),
      ),
      usedByCard: await usedBy(
        database,
        session,
        pool._id,
        'cardKey',
        waiting.flatMap(({ cardKey }) => cardKey ?? []),
      ),
      usedByPurpose: await usedBy(
        database,
        session,
        pool._id,
        'fundId',
        waiting.map(({ fundId }) => fundId),
      ),
    });
    return holdShares(database, session, waiting, shares);
  });
}

/** Writes what changed; a match stays as it is when the pool has nothing more for it. */
async function holdShares(
  database: Database,
  session: ClientSession,
  waiting: readonly DonationMatch[],
  shares: readonly MatchShare[],
): Promise<number> {
  const before = new Map(waiting.map((match) => [match._id, match]));
  let changed = 0;
  for (const { id, amountMinor, boundBy } of shares) {
    const match = before.get(id);
    if (match === undefined) continue;
    if (match.status === 'held' && amountMinor === 0n && boundBy === match.boundBy) continue;
    await donationMatches(database).updateOne(
      { _id: id },
      { $set: { status: 'held', amountMinor: minor(match.amountMinor + amountMinor), boundBy } },
      { session },
    );
    changed += 1;
  }
  return changed;
}

/** Posts the matches of a pool whose refund window is over: one entry each. */
async function makeFinal({ database, clock }: Matching, pool: StoredMatchingPool): Promise<number> {
  const [region, sponsor] = await Promise.all([loadRegion(database), findParty(database, pool.sponsor)]);
  const now = clock.now();
  const today = dayOf(now, region.timeZone);
  return inTransaction(database, async (session) => {
    const due = await donationMatches(database)
      .find({ pool: pool._id, status: 'held', finalOn: operators({ $lte: today }) })
      .sort({ settledAt: 1, _id: 1 })
      .limit(MAX_POSTED)
      .session(session)
      .lean<DonationMatch[]>();
    if (due.length === 0) return 0;
    await guardFunds(database, session, [pool.fundId]);
    const { cashMinor } = await readPoolPosition(database, pool, session);
    const payable = withinCash(due, cashMinor);
    const entries = payable
      .filter(({ amountMinor }) => amountMinor > 0n)
      .map((match) =>
        donationMatched({
          matchId: match._id,
          poolFundId: pool.fundId,
          fundId: match.fundId,
          round: pool.round,
          partyKind: sponsor.kind,
          amountMinor: match.amountMinor,
          effectiveOn: today,
          currency: match.currency,
          narrative: NARRATIVES.match(pool.name, match.donation),
        }),
      );
    await postEntries(database, session, entries, now);
    await donationMatches(database).updateMany(
      { _id: operators({ $in: payable.map(({ _id }) => _id) }), status: 'held' },
      { $set: { status: 'final', finalAt: now } },
      { session },
    );
    return payable.length;
  });
}

/** The first of them that the pool's cash pays; whatever else happened to its fund, the rest waits for money. */
function withinCash(due: readonly DonationMatch[], cashMinor: bigint): DonationMatch[] {
  let left = cashMinor;
  return due.filter(({ amountMinor }) => {
    if (amountMinor > left) return false;
    left -= amountMinor;
    return true;
  });
}

/** Payments that begin on a pool's last day have so long to settle. */
const SETTLING_DAYS = 7;

/** A closed pool without open matches needs its salt no more: without it no giver key can be guessed. */
async function forgetGivers(database: Database, now: Date): Promise<void> {
  const region = await loadRegion(database);
  const today = dayOf(now, region.timeZone);
  const done = await matchingPools(database)
    .find({ status: 'closed', giverSalt: operators({ $ne: null }) })
    .sort({ _id: 1 })
    .limit(MAX_POOLS)
    .lean<StoredMatchingPool[]>();
  for (const pool of done) {
    const open = await donationMatches(database).exists({
      pool: pool._id,
      status: operators({ $in: ['waiting', 'held'] }),
    });
    if (open === null)
      await matchingPools(database).updateOne({ _id: pool._id }, { $set: { giverSalt: null } });
  }
  await matchingPools(database).updateMany(
    { status: 'open', closesOn: operators({ $lt: daysAfter(today, -SETTLING_DAYS) }) },
    { $set: { status: 'closed' } },
  );
}
