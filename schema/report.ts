/** Disbursement reports: published versions for everybody, and preparing, approving and publishing them. */
import {
  findPublishedReport,
  findReport,
  latestVersion,
  listPreparedReports,
  listPublishedReports,
  type ReportFile,
  type StoredReport,
} from '../server/services/reports/find-reports.ts';
import {
  approveReport,
  approveReportErrors,
  prepareReport,
  prepareReportErrors,
  publishReport,
  publishReportErrors,
  withdrawReport,
  withdrawReportErrors,
} from '../server/services/reports/publish-report.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';

const ReportStatusType = builder.enumType('ReportStatus', {
  values: {
    PREPARED: { value: 'prepared' },
    PUBLISHED: { value: 'published' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

interface FileParent extends ReportFile {
  readonly number: string;
  readonly version: number;
}

const ReportFileType = builder.objectRef<FileParent>('ReportFile').implement({
  readers: 'everyone',
  description: 'One format of a published report: fixed bytes.',
  fields: (t) => ({
    name: t.exposeString('name'),
    mediaType: t.exposeString('mediaType'),
    sha256: t.exposeString('sha256'),
    sizeBytes: t.exposeInt('sizeBytes'),
    path: t.string({
      description: 'Where it is, from the root of this site.',
      resolve: ({ number, version, name }) => `/reports/${number}/v${version}/${name}`,
    }),
  }),
});

const ReportType = builder.objectRef<StoredReport>('Report').implement({
  readers: 'everyone',
  description: 'A disbursement report (拨付公示): numbered, immutable once published.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    number: t.exposeString('number'),
    version: t.exposeInt('version'),
    latestVersion: t.int({
      description: 'The newest published version of this number.',
      resolve: ({ number, version }, _args, context) =>
        latestVersion(context, number).then((latest) => latest ?? version),
    }),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    status: t.expose('status', { type: ReportStatusType }),
    documentJson: t.exposeString('documentJson', { description: 'The canonical document, RFC 8785.' }),
    documentSha256: t.exposeString('documentSha256'),
    files: t.field({
      type: [ReportFileType],
      resolve: ({ files, number, version }) => files.map((file) => ({ ...file, number, version })),
    }),
    control: t.field({
      type: ControlType,
      authScopes: { right: 'ledger.read' },
      resolve: ({ control }) => ({ control, kind: 'report' as const, amountMinor: null }),
    }),
    preparedAt: t.expose('preparedAt', { type: 'DateTime' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
  }),
});

const CorrectionInput = builder.inputType('ReportCorrectionInput', {
  fields: (t) => ({
    number: t.string({ required: true, description: 'The report to correct.' }),
    reason: t.string({ required: true, description: 'What was wrong, in a sentence; it is published.' }),
  }),
});

const PrepareReportInput = builder.inputType('PrepareReportInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    round: t.id({ required: true }),
    correction: t.field({ type: CorrectionInput }),
  }),
});

builder.mutationField('prepareReport', (t) =>
  t.field({
    type: ReportType,
    authScopes: { byUseCase: 'report.prepare' },
    description: 'Computes the report of a round from the ledger as it stands, and proposes it.',
    errors: refusals(prepareReportErrors),
    args: { input: t.arg({ type: PrepareReportInput, required: true }) },
    resolve: (_root, { input }, context) =>
      prepareReport(context, { id: input.id, round: input.round, correction: input.correction ?? null }),
  }),
);

signingStep('approveReport', ReportType, {
  right: 'report.approve',
  errors: approveReportErrors,
  act: approveReport,
});

unsignedStep('publishReport', ReportType, {
  right: 'report.publish',
  description: 'Renders every format and fixes the bytes.',
  errors: publishReportErrors,
  act: publishReport,
});

unsignedStep('withdrawReport', ReportType, {
  right: 'report.prepare',
  errors: withdrawReportErrors,
  act: withdrawReport,
});

builder.queryField('reports', (t) =>
  t.field({
    type: pageType(ReportType, 'everyone'),
    authScopes: { public: true },
    description: 'Published versions, newest first.',
    args: { first: t.arg.int({ defaultValue: 100, required: true }), after: t.arg.id() },
    resolve: (_root, page, { database }) => listPublishedReports(database, pageOfArgs(page)),
  }),
);

builder.queryField('publishedReport', (t) =>
  t.field({
    type: ReportType,
    nullable: true,
    authScopes: { public: true },
    description: 'By number: the given version, or the latest.',
    args: { number: t.arg.string({ required: true }), version: t.arg.int() },
    resolve: (_root, { number, version }, { database }) =>
      findPublishedReport(database, number, version ?? null),
  }),
);

builder.queryField('preparedReports', (t) =>
  t.field({
    type: [ReportType],
    authScopes: { right: 'ledger.read' },
    description: 'Waiting to be approved or published.',
    resolve: (_root, _args, context) => listPreparedReports(context),
  }),
);

builder.queryField('report', (t) =>
  t.field({
    type: ReportType,
    authScopes: { byUseCase: ['ledger.read', 'everyone'] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findReport(context, id),
  }),
);
