/** Reading the region that this installation serves. */
import { NotFound } from '../domain/errors.ts';
import type { Region } from '../domain/region.ts';
import type { Database } from '../db/database.ts';
import { regions, type StoredRegion } from '../db/models/region.ts';

/** Migrations alone write the region, before a process serves; another's are seen after so long. */
const READ_AGAIN_AFTER_MS = 5_000;

const lastRead = new WeakMap<object, { readonly at: number; readonly region: Promise<Region> }>();

/** The region; an installation serves exactly one. */
export function loadRegion(database: Database): Promise<Region> {
  const { connection } = database;
  const now = performance.now();
  const last = lastRead.get(connection);
  if (last !== undefined && now - last.at < READ_AGAIN_AFTER_MS) return last.region;
  const region = readRegion(database);
  lastRead.set(connection, { at: now, region });
  // A failure is told to whoever asked, and kept for nobody.
  region.catch(() => lastRead.delete(connection));
  return region;
}

async function readRegion(database: Database): Promise<Region> {
  const stored = await regions(database).findOne().sort({ _id: 1 }).lean<StoredRegion>();
  if (stored === null) throw new NotFound('region', 'of this installation');
  const { _id: code, ...rest } = stored;
  return { code, ...rest };
}
