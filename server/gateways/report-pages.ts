/**
 * Turns a report's canonical document into the page that people read. The page is rendered once, when the report is
 * published, and served as those bytes from then on; so it carries its own styles and needs nothing else.
 */
import type { Locale } from '../domain/localized-text.ts';
import type { ReportDocument } from '../domain/report-document.ts';

export interface ReportPage {
  readonly html: string;
  /** The content policy that the page needs and nothing more. */
  readonly contentSecurityPolicy: string;
}

export interface ReportPageFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ReportPageRenderer {
  render(
    document: ReportDocument,
    options: {
      readonly locale: Locale;
      readonly publishedAt: Date;
      readonly files: readonly ReportPageFile[];
    },
  ): ReportPage;
}
