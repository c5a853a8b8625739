/** The files of a published report, all made from its canonical document. */
import { stringify } from 'csv-stringify/sync';
import type { AllocationRun } from '../../domain/allocation-run.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { HandOverride } from '../../domain/hand-change.ts';
import { toMajorText } from '../../domain/money.ts';
import type { ReportDocument } from '../../domain/report-document.ts';
import { sha256Hex } from '../../domain/sha-256.ts';
import type { ReportPageRenderer } from '../../gateways/report-pages.ts';

export interface RenderedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly contentSecurityPolicy: string | null;
}

const encoder = new TextEncoder();

function fileOf(
  name: string,
  mediaType: string,
  text: string,
  contentSecurityPolicy: string | null = null,
): RenderedFile {
  const bytes = encoder.encode(text);
  return { name, mediaType, bytes, sha256: sha256Hex(bytes), contentSecurityPolicy };
}

/** Rows for spreadsheets: a byte-order mark so that Excel reads the Chinese, and no cell that could run as a formula. */
function csvOf(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { bom: true, escape_formulas: true, record_delimiter: 'windows' },
  );
}

function disbursementsCsv(document: ReportDocument): string {
  const titles = new Map(document.projects.map((project) => [project.id, project]));
  return csvOf([
    [
      'date 日期',
      'grantee 受资助方',
      'grantee (en)',
      'project 项目',
      'project (en)',
      'sector 领域',
      'locality 属地',
      'tranche 分期款',
      'amount 金额',
      'currency 币种',
      'sent back 银行退回',
    ],
    ...document.disbursements.map(({ executedOn, grantee, project: id, tranche, amountMinor, sentBack }) => {
      const project = titles.get(id);
      return [
        executedOn,
        grantee.zh,
        grantee.en,
        project?.title.zh ?? id,
        project?.title.en ?? id,
        document.sectorNames[project?.sector ?? '']?.zh ?? '',
        document.localityNames[project?.locality ?? '']?.zh ?? '',
        tranche.zh,
        toMajorText(BigInt(amountMinor), document.currency),
        document.currency,
        sentBack === true ? 'yes 是' : '',
      ];
    }),
  ]);
}

function allocationsCsv(document: ReportDocument): string {
  const titles = new Map(document.projects.map((project) => [project.id, project]));
  return csvOf([
    [
      'allocation 分配',
      'date 日期',
      'fund 基金',
      'fund (en)',
      'project 项目',
      'project (en)',
      'sector 领域',
      'locality 属地',
      'amount 金额',
      'currency 币种',
    ],
    ...document.allocations.flatMap((run) =>
      run.lines.map(({ fund, project: id, amountMinor }) => {
        const project = titles.get(id);
        return [
          run.id,
          run.executedOn,
          fund.zh,
          fund.en,
          project?.title.zh ?? id,
          project?.title.en ?? id,
          document.sectorNames[project?.sector ?? '']?.zh ?? '',
          document.localityNames[project?.locality ?? '']?.zh ?? '',
          toMajorText(BigInt(amountMinor), document.currency),
          document.currency,
        ];
      }),
    ),
  ]);
}

function returnsCsv(document: ReportDocument): string {
  const titles = new Map(document.projects.map((project) => [project.id, project.title]));
  return csvOf([
    [
      'date 日期',
      'grantee 受资助方',
      'grantee (en)',
      'project 项目',
      'project (en)',
      'fund 基金',
      'fund (en)',
      'amount 金额',
      'currency 币种',
    ],
    ...(document.returns ?? []).flatMap(({ closedOn, grantee, project, lines }) =>
      lines.map(({ fund, amountMinor }) => [
        closedOn,
        grantee.zh,
        grantee.en,
        titles.get(project)?.zh ?? project,
        titles.get(project)?.en ?? project,
        fund.zh,
        fund.en,
        toMajorText(BigInt(amountMinor), document.currency),
        document.currency,
      ]),
    ),
  ]);
}

/** What was changed by hand in a run, as canonical JSON with amounts as text. */
const changesJson = (override: HandOverride | null): string =>
  canonicalJson({
    reason: override?.reason ?? '',
    lines: (override?.lines ?? []).map(({ fund, project, computedMinor, amountMinor }) => ({
      ...{ fund, project },
      computedMinor: String(computedMinor),
      amountMinor: String(amountMinor),
    })),
  });

/**
 * Renders every format of a report: the canonical document, tables for spreadsheets, the problem and result of each
 * allocation so that anyone may compute it anew, and the page in both languages, which lists the others.
 */
export function renderReportFiles(
  report: { readonly documentJson: string; readonly document: ReportDocument; readonly publishedAt: Date },
  runs: readonly AllocationRun[],
  pages: ReportPageRenderer,
): RenderedFile[] {
  const { documentJson, document, publishedAt } = report;
  const data = [
    fileOf('report.json', 'application/json; charset=utf-8', documentJson),
    fileOf('disbursements.csv', 'text/csv; charset=utf-8', disbursementsCsv(document)),
    fileOf('allocations.csv', 'text/csv; charset=utf-8', allocationsCsv(document)),
    ...(document.returns === undefined
      ? []
      : [fileOf('returns.csv', 'text/csv; charset=utf-8', returnsCsv(document))]),
    ...runs.flatMap((run, index) => [
      fileOf(`allocation-${index + 1}-problem.json`, 'application/json; charset=utf-8', run.problemJson),
      fileOf(`allocation-${index + 1}-result.json`, 'application/json; charset=utf-8', run.resultJson),
      ...((run.override ?? null) === null
        ? []
        : [
            fileOf(
              `allocation-${index + 1}-changes.json`,
              'application/json; charset=utf-8',
              changesJson(run.override ?? null),
            ),
          ]),
    ]),
  ];
  const listed = data.map(({ name, sha256, bytes }) => ({ name, sha256, sizeBytes: bytes.length }));
  const rendered = (['zh', 'en'] as const).map((locale) => {
    const { html, contentSecurityPolicy } = pages.render(document, { locale, publishedAt, files: listed });
    return fileOf(`${locale}.html`, 'text/html; charset=utf-8', html, contentSecurityPolicy);
  });
  return [...data, ...rendered];
}
