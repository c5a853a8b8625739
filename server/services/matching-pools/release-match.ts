/**
 * Letting go of the matches of a gift that is refunded or lost: what is not final was never posted, so the pool simply
 * has it again. Called in the transaction that records the refund.
 */
import type { DonationMatch } from '../../domain/matching-pool.ts';
import { minor, type Minor } from '../../domain/money.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';

/** A gift is put before few pools. */
const MAX_MATCHES = 200;

export interface ReleasedMatch {
  /** Given back to its pools, because it was not final. */
  readonly releasedMinor: Minor;
  /** Posted already; it stays where it is. */
  readonly finalMinor: Minor;
}

/** Releases what is not final of a donation's matches. Safe to repeat. */
export async function releaseMatch(
  database: Database,
  session: ClientSession,
  donationId: string,
): Promise<ReleasedMatch> {
  const matches = await donationMatches(database)
    .find({ donation: donationId })
    .limit(MAX_MATCHES)
    .session(session)
    .lean<DonationMatch[]>();
  const open = matches.filter(({ status }) => status === 'waiting' || status === 'held');
  if (open.length > 0) {
    await donationMatches(database).updateMany(
      { _id: operators({ $in: open.map(({ _id }) => _id) }) },
      { $set: { status: 'released' } },
      { session },
    );
  }
  const sum = (list: readonly DonationMatch[]) =>
    minor(list.reduce((total, { amountMinor }) => total + amountMinor, 0n));
  return {
    releasedMinor: sum(open),
    finalMinor: sum(matches.filter(({ status }) => status === 'final')),
  };
}
