/** Reading reports: published ones for everybody, drafts for staff, and the bytes of a file. */
import { requireRight } from '../../domain/access.ts';
import { operators, type Database } from '../../db/database.ts';
import { reports, type ReportFile, type StoredReport } from '../../db/models/report.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';

export type { ReportFile, StoredReport } from '../../db/models/report.ts';

const MAX_REPORTS = 200;

/** Published reports, newest first; every version. */
export async function listPublishedReports(database: Database, page: Page): Promise<PageOf<StoredReport>> {
  return readPage(reports(database), { status: 'published' }, newestBy('publishedAt'), page);
}

/** Reports of a round that are waiting to be approved or published, for staff. */
export async function listPreparedReports(context: ServiceContext): Promise<StoredReport[]> {
  requireRight(context.actor, 'ledger.read');
  return reports(context.database)
    .find({ status: 'prepared' })
    .sort({ publishedAt: -1 })
    .limit(MAX_REPORTS)
    .lean<StoredReport[]>();
}

/** A published report by number: the given version, or the latest. */
export async function findPublishedReport(
  database: Database,
  number: string,
  version: number | null,
): Promise<StoredReport | null> {
  const found = await reports(database)
    .find({ number, status: 'published', ...(version === null ? {} : { version }) })
    .sort({ version: -1 })
    .limit(1)
    .lean<StoredReport[]>();
  return found[0] ?? null;
}

export async function findReport(context: ServiceContext, id: string): Promise<StoredReport> {
  const report = await reports(context.database).findById(id).lean<StoredReport>();
  if (report?.status === 'published') return report;
  return requireRightOver(context.actor, 'ledger.read', report, { concept: 'report', id }).thing;
}

async function readLatestVersions(
  database: Database,
  numbers: readonly string[],
): Promise<Map<string, number>> {
  const found = await reports(database)
    .find({ number: operators({ $in: [...numbers] }), status: 'published' })
    .select({ number: 1, version: 1 })
    .limit(MAX_REPORTS)
    .lean<Pick<StoredReport, 'number' | 'version'>[]>();
  const latest = new Map<string, number>();
  for (const { number, version } of found) latest.set(number, Math.max(version, latest.get(number) ?? 0));
  return latest;
}

/** The newest published version of a number, or null. */
export const latestVersion = batched(readLatestVersions);

/** One file of a published version with its bytes, or null where there is none. */
export async function readReportFile(
  context: Pick<ServiceContext, 'database' | 'files'>,
  address: { readonly number: string; readonly version: number; readonly name: string },
): Promise<{ readonly file: ReportFile; readonly bytes: Uint8Array } | null> {
  const report = await findPublishedReport(context.database, address.number, address.version);
  const file = report?.files.find(({ name }) => name === address.name);
  if (file === undefined) return null;
  const bytes = await context.files.get(file.storageKey);
  return bytes === null ? null : { file, bytes };
}
