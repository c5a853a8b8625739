/** What a pool has, what of it is held for matches that are not final, and what is left. */
import type { MatchingPool } from '../../domain/matching-pool.ts';
import { minor, minorFromStored, type Minor } from '../../domain/money.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { donationMatches } from '../../db/models/donation-match.ts';
import { matchingPools } from '../../db/models/matching-pool.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';

export interface PoolPosition {
  /** Money of the sponsor at the bank that is not matched yet. */
  readonly cashMinor: Minor;
  /** Pledged to the pool and not yet received. */
  readonly promisedMinor: Minor;
  readonly heldMinor: Minor;
  readonly finalMinor: Minor;
  /** Gifts that wait for their match, and what they were. */
  readonly waitingGiftsMinor: Minor;
  /** Cash less what is held. */
  readonly availableMinor: Minor;
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

/** Matches are paid from money that has come: a receivable counts only when it is received. */
export async function readPoolPosition(
  database: Database,
  pool: Pick<MatchingPool, '_id' | 'fundId'>,
  session: ClientSession | null = null,
): Promise<PoolPosition> {
  const positions = await readFundPositions(database, [pool.fundId], session);
  const fund = positions.get(pool.fundId);
  const sums = await donationMatches(database)
    .aggregate<{ _id: string; amountMinor: unknown; giftMinor: unknown }>([
      { $match: { pool: pool._id } },
      {
        $group: {
          _id: '$status',
          amountMinor: { $sum: '$amountMinor' },
          giftMinor: { $sum: '$giftMinor' },
        },
      },
    ])
    .session(session);
  const of = (status: string, name: 'amountMinor' | 'giftMinor') =>
    minorFromStored(sums.find(({ _id }) => _id === status)?.[name] ?? 0n);
  const cashMinor = minor(smaller(fund?.cashMinor ?? 0n, fund?.balanceMinor ?? 0n));
  const heldMinor = of('held', 'amountMinor');
  return {
    cashMinor,
    promisedMinor: minor(fund?.receivableMinor ?? 0n),
    heldMinor,
    finalMinor: of('final', 'amountMinor'),
    waitingGiftsMinor: of('waiting', 'giftMinor'),
    availableMinor: minor(cashMinor - heldMinor),
  };
}

/** What pools hold for matches that are not final, by their funds: nobody takes that out of them. */
export async function readHeldOfFunds(
  database: Database,
  fundIds: readonly string[],
  session: ClientSession,
): Promise<ReadonlyMap<string, bigint>> {
  const pools = await matchingPools(database)
    .find({ fundId: operators({ $in: [...fundIds] }) })
    .limit(fundIds.length + 1)
    .session(session)
    .lean<Pick<MatchingPool, '_id' | 'fundId'>[]>();
  const held = new Map<string, bigint>();
  for (const pool of pools) {
    held.set(pool.fundId, (await readPoolPosition(database, pool, session)).heldMinor);
  }
  return held;
}
