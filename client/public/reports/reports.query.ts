/** What the list of reports and the page of one ask for, and how they become the pages. */
import type { ReportDocument } from '../../../server/domain/report-document.ts';
import { graphql } from '../../lib/graphql.ts';
import { askForAll } from '../ask.ts';
import type { Ask } from '../ask.ts';
import type { PublicPageData } from '../render-page.tsx';
import { reportDataOf } from '../report/report-data.ts';

const ReportsQuery = graphql(`
  query PublishedReports($after: ID) {
    reports(first: 100, after: $after) {
      items {
        number
        version
        latestVersion
        publishedAt
        documentJson
      }
      next
    }
  }
`);

const ReportQuery = graphql(`
  query PublishedReport($number: String!, $version: Int) {
    publishedReport(number: $number, version: $version) {
      number
      version
      latestVersion
      publishedAt
      documentSha256
      documentJson
      files {
        name
        sizeBytes
        sha256
      }
    }
  }
`);

/** Our own canonical document, written when the report was prepared. */
function documentOf(json: string): ReportDocument {
  return JSON.parse(json) as ReportDocument;
}

/** Each number once, in its newest version. */
export async function loadReports(ask: Ask): Promise<PublicPageData<'reports'>> {
  const reports = await askForAll(ask, {
    document: ReportsQuery,
    variables: {},
    page: (answer) => answer.reports,
  });
  return {
    reports: reports
      .filter(({ version, latestVersion }) => version === latestVersion)
      .map(({ number, version, publishedAt, documentJson }) => {
        const document = documentOf(documentJson);
        return {
          number,
          version,
          title: document.round.title,
          publishedAt: publishedAt ?? '',
          disbursed: { amountMinor: document.totals.disbursedMinor, currency: document.currency },
        };
      }),
  };
}

/** Null when no such report, or no such version of it, was published. */
export async function loadReport(
  ask: Ask,
  number: string,
  version: number | null,
): Promise<PublicPageData<'report'> | null> {
  const { publishedReport: report } = await ask(ReportQuery, { number, version });
  if (report === null) return null;
  const document = documentOf(report.documentJson);
  const publishedAt = report.publishedAt ?? '';
  return reportDataOf(document, {
    publishedAt,
    documentSha256: report.documentSha256,
    latestVersion: report.latestVersion,
    files: report.files.map(({ name, sizeBytes: bytes, sha256 }) => ({ name, bytes, sha256 })),
    versions: [{ version: report.version, publishedAt, reason: document.corrects?.reason ?? null }],
  });
}
