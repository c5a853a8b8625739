/** Reading compensation statements: all versions for staff, the published ones for everyone. */
import { requireRight } from '../../domain/access.ts';
import type { Compensation } from '../../domain/compensation.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Database } from '../../db/database.ts';
import { compensations, type StoredCompensation } from '../../db/models/compensation.ts';
import type { ServiceContext } from '../context.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';

/** Latest kept first. */
export async function listCompensations(context: ServiceContext, page: Page): Promise<PageOf<Compensation>> {
  requireRight(context.actor, 'compensation.read');
  return readPage<StoredCompensation>(compensations(context.database), {}, newestBy('kept.at'), page);
}

/** A published version for everyone, any version for staff; others get one answer for both kinds of nothing. */
export async function showCompensation(context: ServiceContext, id: string): Promise<Compensation> {
  const found = await compensations(context.database).findById(id).lean<StoredCompensation>();
  if (found?.status === 'published') return found;
  requireRight(context.actor, 'compensation.read');
  if (found === null) throw new NotFound('compensation statement', id);
  return found;
}

const MAX_VERSIONS = 200;

/** Every version of a matter, the latest first: the published ones, and the others too for staff. */
export async function listVersions(
  database: Database,
  series: string,
  { all }: { readonly all: boolean },
): Promise<Compensation[]> {
  return compensations(database)
    .find({ series, ...(all ? {} : { status: 'published' as const }) })
    .sort({ version: -1 })
    .limit(MAX_VERSIONS)
    .lean<StoredCompensation[]>();
}

const MAX_PUBLISHED = 100;

/** The latest published versions of all matters, newest first. */
export async function listPublishedCompensations(database: Database): Promise<Compensation[]> {
  return compensations(database)
    .find({ status: 'published' })
    .sort({ publishedAt: -1 })
    .limit(MAX_PUBLISHED)
    .lean<StoredCompensation[]>();
}

/** A published version; null for any other id. */
export async function findPublishedCompensation(
  database: Database,
  id: string,
): Promise<Compensation | null> {
  const found = await compensations(database).findById(id).lean<StoredCompensation>();
  return found?.status === 'published' ? found : null;
}
