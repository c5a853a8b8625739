/**
 * The page of a report as a file: rendered once when the report is published, with its styles inside and no script, so
 * that the same bytes can be read in ten years.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../server/domain/canonical-json.ts';
import type { ReportDocument } from '../../../server/domain/report-document.ts';
import { sha256Hex } from '../../../server/domain/sha-256.ts';
import { paths } from '../paths.ts';
import { renderPublicPage } from '../render-page.tsx';
import { reportDataOf } from './report-data.ts';

interface Installation {
  /** The whole style sheet of the public pages, as text. */
  readonly stylesheet: () => string;
  /** Scheme and host of the site. */
  readonly origin: string;
  /** Payments are made in a sandbox, and the page says so. */
  readonly sandbox: boolean;
}

interface Publication {
  readonly locale: 'zh' | 'en';
  readonly publishedAt: Date;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string }[];
}

const policyFor = (stylesheet: string): string => {
  const digest = createHash('sha256').update(stylesheet).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
};

/** What the platform renders report pages with; see `server/gateways/report-pages.ts`. */
export function createReportPages({ stylesheet, origin, sandbox }: Installation) {
  return {
    render(
      document: ReportDocument,
      publication: Publication,
    ): { html: string; contentSecurityPolicy: string } {
      const styles = stylesheet();
      const publishedAt = publication.publishedAt.toISOString();
      const data = reportDataOf(document, {
        publishedAt,
        documentSha256: sha256Hex(canonicalJson(document)),
        latestVersion: document.version,
        files: publication.files.map(({ name, sizeBytes: bytes, sha256 }) => ({ name, bytes, sha256 })),
        versions: [{ version: document.version, publishedAt, reason: document.corrects?.reason ?? null }],
      });
      const locale = publication.locale === 'zh' ? 'zh-CN' : 'en';
      const page = renderPublicPage(
        { page: 'report', data },
        {
          locale,
          nonce: '',
          assets: { styles: [], scripts: [] },
          path: paths.report(locale, document.number, document.version),
          site: { origin, region: document.region.name, sandbox, roundCode: null },
        },
      );
      return {
        html: page.replace('</head>', () => `<style>${styles}</style></head>`),
        contentSecurityPolicy: policyFor(styles),
      };
    },
  };
}
