/** Reports under four eyes: prepared by one person, approved by another, published by a third; then fixed bytes. */
import { requireRight } from '../../domain/access.ts';
import type { AllocationRun } from '../../domain/allocation-run.ts';
import {
  DomainError,
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { REPORT_SCHEMA_VERSION, type ReportDocument } from '../../domain/report-document.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { allocationRuns } from '../../db/models/allocation-run.ts';
import { reports, type ReportFile, type StoredReport } from '../../db/models/report.ts';
import { assertExecutable, executeMatter, executionErrors } from '../approvals.ts';
import {
  approveControlled,
  approveControlledErrors,
  assertWaiting,
  loadControlled,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from '../controlled-records.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { checkpointNow } from '../keep-ledger.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';
import { renderReportFiles, type RenderedFile } from './report-files.ts';
import { loadReportRegisters } from './report-registers.ts';
import { rebuildReportDocument, sealDocument } from './rebuild-report.ts';

/** What the report was told with has changed since it was computed: it must be prepared anew. */
export class LedgerMoved extends DomainError {
  readonly code = 'LEDGER_MOVED';

  constructor() {
    super(
      'The report no longer follows from the ledger and its registers. Withdraw it and prepare it again.',
    );
  }
}

/** No entry was ever recorded. */
export class NothingToReport extends DomainError {
  readonly code = 'NOTHING_TO_REPORT';

  constructor() {
    super('The ledger is empty, so there is nothing to report. Record a pledge or a gift first.');
  }
}

interface Numbering {
  readonly number: string;
  readonly version: number;
  readonly corrects: ReportDocument['corrects'];
}

/** The first free number of the year. */
async function nextNumber(database: Database, year: string, session: ClientSession | null): Promise<string> {
  const taken = await reports(database)
    .find({
      number: operators({ $gte: `${year}-0000`, $lt: `${year}-9999` }),
      status: operators({ $in: ['prepared', 'published'] }),
    })
    .sort({ number: -1 })
    .limit(1)
    .session(session)
    .lean<StoredReport[]>();
  const last = Number(taken[0]?.number.slice(5) ?? '0');
  return `${year}-${String(last + 1).padStart(4, '0')}`;
}

/** The version that follows the latest published one of a number. */
async function nextVersion(
  database: Database,
  correcting: { readonly number: string; readonly reason: string },
): Promise<Numbering> {
  const latest = await reports(database)
    .find({ number: correcting.number, status: operators({ $in: ['prepared', 'published'] }) })
    .sort({ version: -1 })
    .limit(1)
    .lean<StoredReport[]>();
  const report = latest[0];
  if (report === undefined) throw new NotFound('report', correcting.number);
  if (report.status !== 'published')
    throw new WrongState('report', report.number, report.status, ['published']);
  return {
    number: report.number,
    version: report.version + 1,
    corrects: { version: report.version, reason: correcting.reason },
  };
}

export interface PrepareReportInput {
  readonly id: string;
  readonly round: string;
  /** For a correction: the number it corrects, and why. */
  readonly correction: { readonly number: string; readonly reason: string } | null;
}

export const prepareReportErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  NothingToReport,
] as const;

/** Seals and signs what is recorded: the report is computed from that checkpoint and names it. */
async function checkpointOfReport(context: ServiceContext): Promise<ReportDocument['ledger']['checkpoint']> {
  const checkpoint = await checkpointNow(context);
  if (checkpoint === null) throw new NothingToReport();
  return { treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash };
}

/** Computes the report of a round from the ledger as it stands, and proposes it for approval. */
export async function prepareReport(
  context: ServiceContext,
  input: PrepareReportInput,
): Promise<StoredReport> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'report.prepare');
  assertUuid(input.id);
  if (input.correction?.reason.trim() === '') {
    throw new InvalidInput([
      {
        path: 'correction.reason',
        reason: 'empty',
        message: 'Say in a sentence what was wrong; it is published.',
      },
    ]);
  }
  const requestDigest = digestOf(input);
  const created = await findCreated(reports(database), 'report', input.id, requestDigest);
  if (created !== null) return created;
  const [region, round] = await Promise.all([loadRegion(database), findRound(database, input.round)]);
  const now = clock.now();
  const numbering: Numbering =
    input.correction === null
      ? {
          number: await nextNumber(database, dayOf(now, region.timeZone).slice(0, 4), null),
          version: 1,
          corrects: null,
        }
      : await nextVersion(database, input.correction);
  const checkpoint = await checkpointOfReport(context);
  const registers = await loadReportRegisters(
    database,
    region,
    round,
    { schemaVersion: REPORT_SCHEMA_VERSION, ...numbering },
    now,
  );
  const document = await rebuildReportDocument(database, registers, { recordedUntil: now, checkpoint });
  const { documentJson, documentSha256 } = sealDocument(document);
  const report: StoredReport = {
    _id: input.id,
    number: numbering.number,
    version: numbering.version,
    round: round._id,
    status: 'prepared',
    documentJson,
    documentSha256,
    recordedUntil: now,
    control: openControl(documentSha256, signatureOf(person, now)),
    files: [],
    preparedAt: now,
    publishedAt: null,
    requestDigest,
  };
  await inTransaction(database, (session) => reports(database).create([report], { session }));
  return report;
}

const controlMatterOfReport = ({ _id: id, control }: StoredReport) =>
  ({ kind: 'report', id, control, amountMinor: null }) as const;

const REPORTS: ControlledKindOfRecord<StoredReport> = {
  name: 'report',
  model: reports,
  label: ({ number }) => number,
  matterOf: controlMatterOfReport,
  waiting: 'prepared',
  approving: 'report.approve',
  withdrawing: 'report.prepare',
};

export const approveReportErrors = approveControlledErrors;

export const approveReport = (context: ServiceContext, seen: Seen): Promise<StoredReport> =>
  approveControlled(context, REPORTS, seen);

export const withdrawReportErrors = withdrawControlledErrors;

/** Takes back a report that is not published yet; its number is free again. */
export const withdrawReport = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<StoredReport> => withdrawControlled(context, REPORTS, input);

/** Stores every file; storing the same bytes again changes nothing. */
async function storeFiles(
  context: ServiceContext,
  report: StoredReport,
  files: readonly RenderedFile[],
): Promise<ReportFile[]> {
  const stored: ReportFile[] = [];
  for (const { name, mediaType, bytes, sha256, contentSecurityPolicy } of files) {
    // The digest is part of the key, so that an attempt that rendered other bytes never stands in the way.
    const storageKey = `reports/${report.number}/v${report.version}/${sha256.slice(0, 16)}-${name}`;
    await context.files.put(storageKey, bytes);
    stored.push({ name, mediaType, sha256, sizeBytes: bytes.length, storageKey, contentSecurityPolicy });
  }
  return stored;
}

export const publishReportErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  LedgerMoved,
] as const;

const MAX_RUNS = 1_000;

/**
 * Publishes an approved report: computes it once more from the ledger and refuses if it differs, renders every format,
 * stores the bytes, and fixes them. From then on it is only read.
 */
export async function publishReport(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<StoredReport> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'report.publish');
  const report = await loadControlled(REPORTS, database, input.id, null);
  if (report.status === 'published' && report.control.executedBy?.personId === person.personId) return report;
  assertWaiting(REPORTS, report);
  const now = clock.now();
  const step = { right: 'report.publish' } as const;
  await assertExecutable(context, controlMatterOfReport(report), step);
  if (!(await rebuildsIdentically(context, report))) throw new LedgerMoved();
  const document = JSON.parse(report.documentJson) as ReportDocument;
  const runs = await allocationRuns(database)
    .find({ _id: operators({ $in: document.allocations.map(({ id }) => id) }) })
    .sort({ proposedAt: 1 })
    .limit(MAX_RUNS)
    .lean<AllocationRun[]>();
  const rendered = renderReportFiles(
    { documentJson: report.documentJson, document, publishedAt: now },
    runs,
    context.reportPages,
  );
  const files = await storeFiles(context, report, rendered);
  return inTransaction(database, async (session) => {
    const latest = await loadControlled(REPORTS, database, input.id, session);
    assertWaiting(REPORTS, latest);
    const control = await executeMatter(context, session, controlMatterOfReport(latest), step);
    const change = { status: 'published', control, files, publishedAt: now } as const;
    const { matchedCount } = await reports(database).updateOne(
      { _id: report._id, status: 'prepared', 'control.digest': report.control.digest },
      { $set: change },
      { session },
    );
    if (matchedCount === 1) return { ...report, ...change };
    const current = await loadControlled(REPORTS, database, input.id, session);
    throw new WrongState('report', current.number, current.status, ['prepared']);
  });
}

/** Whether the ledger still gives exactly the document of the report. */
export async function rebuildsIdentically(
  context: Pick<ServiceContext, 'database'>,
  report: StoredReport,
): Promise<boolean> {
  const { database } = context;
  const [region, round] = await Promise.all([loadRegion(database), findRound(database, report.round)]);
  const document = JSON.parse(report.documentJson) as ReportDocument;
  const { schemaVersion, number, version, corrects } = document;
  const registers = await loadReportRegisters(
    database,
    region,
    round,
    { schemaVersion, number, version, corrects },
    report.recordedUntil,
  );
  const rebuilt = await rebuildReportDocument(database, registers, {
    recordedUntil: report.recordedUntil,
    checkpoint: document.ledger.checkpoint,
  });
  return sealDocument(rebuilt).documentSha256 === report.documentSha256;
}
