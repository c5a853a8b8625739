/** Reading the region that this installation serves. */
import { NotFound } from '../domain/errors.ts';
import type { Region } from '../domain/region.ts';
import type { Database } from '../db/database.ts';
import { regions, type StoredRegion } from '../db/models/region.ts';

/** The region; an installation serves exactly one. */
export async function loadRegion(database: Database): Promise<Region> {
  const stored = await regions(database).findOne().sort({ _id: 1 }).lean<StoredRegion>();
  if (stored === null) throw new NotFound('region', 'of this installation');
  const { _id: code, ...rest } = stored;
  return { code, ...rest };
}
