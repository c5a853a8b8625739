/** Reading the limits of management cost that were decided. */
import { limitsOfRegion, type ManagementLimit } from '../../domain/management-limit.ts';
import type { ClientSession, Database } from '../../db/database.ts';
import { managementLimits, type StoredManagementLimit } from '../../db/models/management-limit.ts';
import { loadRegion } from '../region.ts';

/** More than are decided in a century. */
export const MAX_VERSIONS = 200;

/** The versions in force, in the order in which they came into force. */
export const limitsInForce = (
  database: Database,
  session: ClientSession | null,
): Promise<StoredManagementLimit[]> =>
  managementLimits(database)
    .find({ status: 'in-force' })
    .sort({ inForceFrom: 1, _id: 1 })
    .limit(MAX_VERSIONS)
    .session(session)
    .lean<StoredManagementLimit[]>();

/**
 * Every limit that holds or will: those that the region began with, then those decided since, in the order of their
 * decision, so that of two for the same year the one decided later counts.
 */
export async function readLimits(
  database: Database,
  session: ClientSession | null = null,
): Promise<readonly ManagementLimit[]> {
  const region = await loadRegion(database);
  const decided = await limitsInForce(database, session);
  return [...limitsOfRegion(region), ...decided.map(({ limit }) => limit)];
}
