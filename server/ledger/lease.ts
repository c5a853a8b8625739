/** Taking and keeping a lease: one holder at a time, and whoever dies loses it when its time is over. */
import { isDuplicateKey, operators, type Database } from '../db/database.ts';
import { leases } from './models/lease.ts';

/**
 * Takes a lease that is free, expired or already held by the same holder, and keeps it for `leaseMs` from now.
 * @returns false while somebody else holds it
 */
export async function takeLease(
  database: Database,
  name: string,
  holder: string,
  { now, leaseMs }: { readonly now: Date; readonly leaseMs: number },
): Promise<boolean> {
  try {
    const { matchedCount, upsertedCount } = await leases(database).updateOne(
      { _id: name, $or: [{ holder }, { leasedUntil: operators({ $lte: now }) }] },
      { $set: { holder, leasedUntil: new Date(now.getTime() + leaseMs) } },
      { upsert: true },
    );
    return matchedCount + upsertedCount > 0;
  } catch (error) {
    // The lease is there and held by another, so the upsert found no place.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export async function giveBackLease(database: Database, name: string, holder: string): Promise<void> {
  await leases(database).deleteOne({ _id: name, holder });
}
