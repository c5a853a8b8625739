/**
 * The yearly statement as a file that a donor takes along: the paper that is also mailed, or a table for a spreadsheet, in
 * the language of the page.
 */
import { stringify } from 'csv-stringify/sync';
import { NotFound } from '../../domain/errors.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { toMajorText } from '../../domain/money.ts';
import type { PdfPrinter } from '../../gateways/pdf.ts';
import type { GivingPlatform } from '../context.ts';
import { LETTER_WORDS } from '../letters/letter-words.ts';
import { loadRegion } from '../region.ts';
import { readGivingLink } from './giving-links.ts';
import { statementPaper } from './receipt-paper.ts';
import { readStatement, type YearlyStatement } from './send-statement.ts';

export const STATEMENT_FORMATS = ['pdf', 'csv'] as const;

export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

export interface StatementFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** @throws GivingLinkNotValid; NotFound for a year without gifts, or where nothing is printed */
export async function makeStatementFile(
  platform: GivingPlatform & { readonly pdf?: PdfPrinter },
  token: string,
  asked: { readonly year: number; readonly format: StatementFormat; readonly locale: Locale },
): Promise<StatementFile> {
  const { database, payments, pdf } = platform;
  const { year, format, locale } = asked;
  const { emailKey } = await readGivingLink(platform, token);
  const region = await loadRegion(database);
  const statement = await readStatement(database, emailKey, year, { locale, region });
  if (statement === null) throw new NotFound('statement of the year', String(year));
  const name = `statement-${year}.${format}`;
  if (format === 'csv') {
    const content = new TextEncoder().encode(tableOf(statement, locale));
    return { name, contentType: 'text/csv; charset=utf-8', content };
  }
  if (pdf === undefined) throw new NotFound('statement of the year', String(year));
  const rehearsal = !payments.liveMode;
  const paper = statementPaper(String(year), statement.donor, statement.lines, { locale, region, rehearsal });
  return { name, contentType: 'application/pdf', content: await pdf.print(paper) };
}

/** A byte-order mark so that spreadsheets read the Chinese, and no cell that could run as a formula. */
function tableOf({ lines }: YearlyStatement, locale: Locale): string {
  const { paper } = LETTER_WORDS[locale];
  const rows = lines.map(({ receipt, purpose }) => [
    receipt.givenOn,
    receipt._id,
    purpose,
    toMajorText(receipt.amountMinor, receipt.currency),
    receipt.currency,
    receipt.donationId,
  ]);
  return stringify(
    [[paper.givenOn, paper.number, paper.purpose, paper.amount, paper.currency, paper.gift], ...rows],
    { bom: true, escape_formulas: true, record_delimiter: 'windows' },
  );
}
