/**
 * Putting a settled donation before the pools that match it, in the transaction in which it settles. No shared document
 * is written, so that ten thousand givers do not queue behind one another; the sharing comes later, by a job.
 */
import type { Donation } from '../../domain/donation.ts';
import { cardKeyOf, giverKeyOf } from '../../domain/giver-key.ts';
import {
  covers,
  daysAfter,
  localityRateOf,
  rateOf,
  type DonationMatch,
  type ExcludedBecause,
  type MatchedProject,
} from '../../domain/matching-pool.ts';
import { ZERO } from '../../domain/money.ts';
import { formatRational } from '../../domain/rational.ts';
import type { Region } from '../../domain/region.ts';
import type { Restriction } from '../../domain/restriction.ts';
import type { Round } from '../../domain/round.ts';
import { rulesOn } from '../../domain/round-rules.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';
import { matchingPools, type StoredMatchingPool } from '../../db/models/matching-pool.ts';
import { projects } from '../../db/models/project.ts';
import { rounds } from '../../db/models/round.ts';
import type { Project } from '../../domain/project.ts';
import { isGiverRelated } from './related-giver.ts';

const MAX_POOLS = 200;
const MAX_NAMED_PROJECTS = 100;

/** Pools that match gifts, on whatever days. */
export async function openPools(
  database: Database,
  session: ClientSession | null = null,
): Promise<StoredMatchingPool[]> {
  return matchingPools(database)
    .find({ status: 'open' })
    .sort({ _id: 1 })
    .limit(MAX_POOLS)
    .session(session)
    .lean<StoredMatchingPool[]>();
}

const isOpenOn =
  (day: CalendarDate) =>
  ({ opensOn, closesOn }: StoredMatchingPool): boolean =>
    opensOn <= day && day <= closesOn;

/** Pools that are open on a day. */
export const poolsOpenOn = async (database: Database, day: CalendarDate): Promise<StoredMatchingPool[]> =>
  (await openPools(database)).filter(isOpenOn(day));

/** The projects that a restriction names, as matching sees them. */
export async function namedProjects(
  database: Database,
  restriction: Restriction,
  session: ClientSession | null = null,
): Promise<MatchedProject[]> {
  const ids = (restriction.projects ?? []).slice(0, MAX_NAMED_PROJECTS);
  if (ids.length === 0) return [];
  const found = await projects(database)
    .find({ _id: operators({ $in: [...ids] }) }, { sector: 1, locality: 1, grantee: 1 })
    .limit(ids.length)
    .session(session)
    .lean<Pick<Project, '_id' | 'sector' | 'locality' | 'grantee'>[]>();
  return found.map(({ _id: id, sector, locality, grantee }) => ({ id, sector, locality, grantee }));
}

interface Settled {
  readonly at: Date;
  readonly region: Region;
  /** What the processor calls the card that paid; null where no card did. Never stored as it is. */
  readonly cardFingerprint: string | null;
  /** Which part of a gift for several purposes this is, from 0. */
  readonly part: number;
  /** The pools that match gifts, as this transaction reads them. */
  readonly open: readonly StoredMatchingPool[];
}

/** Names what a pool does about one part of a gift; gifts are mostly of one part. */
const matchIdOf = (pool: string, donation: string, part: number): string =>
  part === 0 ? `${pool}:${donation}` : `${pool}:${donation}:${part + 1}`;

/** Puts a part of a donation before every open pool that covers it. Safe to repeat: a part waits once per pool. */
export async function awaitMatch(
  database: Database,
  session: ClientSession,
  donation: Pick<
    Donation,
    '_id' | 'restriction' | 'fundId' | 'giftMinor' | 'currency' | 'donor' | 'createdAt'
  >,
  settled: Settled,
): Promise<void> {
  const { region, at, cardFingerprint } = settled;
  const given = dayOf(donation.createdAt, region.timeZone);
  const open = settled.open.filter(isOpenOn(given));
  if (open.length === 0) return;
  const named = await namedProjects(database, donation.restriction, session);
  const covering = open.filter((pool) => covers(pool.scope, donation.restriction, named));
  if (covering.length === 0) return;
  const email = donation.donor?.email ?? null;
  const related =
    donation.donor !== null &&
    (await isGiverRelated(
      database,
      session,
      donation.donor,
      named.map(({ grantee }) => grantee),
    ));
  const terms = await rounds(database)
    .find({ _id: operators({ $in: covering.map((pool) => pool.round) }) }, { rules: 1 })
    .limit(covering.length)
    .session(session)
    .lean<Pick<Round, '_id' | 'rules'>[]>();
  const roundsById = new Map(terms.map((round) => [round._id, round]));
  const waiting = covering.flatMap((pool): DonationMatch[] => {
    const round = roundsById.get(pool.round);
    if (round === undefined) return [];
    const rules = rulesOn(round, given);
    const giverKey = email === null || pool.giverSalt === null ? null : giverKeyOf(email, pool.giverSalt);
    const cardKey =
      cardFingerprint === null || pool.giverSalt === null ? null : cardKeyOf(cardFingerprint, pool.giverSalt);
    const because = excludedBecause(pool, { related, giverKey });
    return [
      {
        _id: matchIdOf(pool._id, donation._id, settled.part),
        pool: pool._id,
        round: pool.round,
        donation: donation._id,
        fundId: donation.fundId,
        currency: donation.currency,
        giftMinor: donation.giftMinor,
        rate: formatRational(rateOf(pool, localityRateOf(donation.restriction, named, rules))),
        rulesVersion: rules.version,
        giverKey,
        cardKey,
        amountMinor: ZERO,
        boundBy: null,
        status: because === null ? 'waiting' : 'excluded',
        because,
        settledAt: at,
        finalOn: daysAfter(dayOf(at, region.timeZone), rules.refundWindowDays),
        finalAt: null,
      },
    ];
  });
  for (const match of waiting) {
    await donationMatches(database).updateOne(
      { _id: match._id },
      { $setOnInsert: match },
      { session, upsert: true },
    );
  }
}

/** A limit per person can only be kept where it is known who is who. */
function excludedBecause(
  pool: StoredMatchingPool,
  giver: { readonly related: boolean; readonly giverKey: string | null },
): ExcludedBecause | null {
  if (giver.related) return 'related';
  return giver.giverKey === null && pool.caps.perGiverMinor !== null ? 'unidentified' : null;
}
