/** What a receipt and a yearly statement say on paper. */
import { operators, type Database } from '../../db/database.ts';
import type { StoredDonation } from '../../db/models/donation.ts';
import { projects } from '../../db/models/project.ts';
import { partsOfGift } from '../../domain/donation.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { formatMoney, sumMinor } from '../../domain/money.ts';
import type { Project } from '../../domain/project.ts';
import { amountInCapitals, type Receipt } from '../../domain/receipt.ts';
import type { Region } from '../../domain/region.ts';
import type { PrintedDocument } from '../../gateways/pdf.ts';
import { nameOfRestriction } from '../funds.ts';
import { LETTER_WORDS } from '../letters/letter-words.ts';

interface Occasion {
  readonly locale: Locale;
  readonly region: Region;
  readonly rehearsal: boolean;
}

/** What the gift is for, in the reader's language: projects by their titles, the parts of a split gift with amounts. */
export async function purposeOf(
  database: Database,
  donation: StoredDonation,
  { locale, region }: Pick<Occasion, 'locale' | 'region'>,
): Promise<string> {
  const parts = partsOfGift(donation);
  const ids = [...new Set(parts.flatMap(({ restriction }) => restriction.projects ?? []))];
  const titles = await readTitles(database, ids);
  const comma = locale === 'zh' ? '、' : ', ';
  const names = parts.map(({ restriction, amountMinor }) => {
    const named = restriction.projects?.map((id) => titles.get(id)?.[locale] ?? id).join(comma);
    const name = named ?? nameOfRestriction(restriction, region)[locale];
    return parts.length === 1 ? name : `${name} ${formatMoney(amountMinor, donation.currency)}`;
  });
  return names.join(locale === 'zh' ? '；' : '; ');
}

async function readTitles(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Project['title']>> {
  if (ids.length === 0) return new Map();
  const found = await projects(database)
    .find({ _id: operators({ $in: [...ids] }) }, { title: 1 })
    .limit(ids.length)
    .lean<Pick<Project, '_id' | 'title'>[]>();
  return new Map(found.map(({ _id, title }) => [_id, title]));
}

const issuerOf = ({ locale, region }: Occasion): string =>
  LETTER_WORDS[locale].signature(region.name[locale]);

export function receiptPaper(receipt: Receipt, purpose: string, occasion: Occasion): PrintedDocument {
  const { locale, rehearsal } = occasion;
  const { paper } = LETTER_WORDS[locale];
  const { payer, amountMinor, currency, replaces } = receipt;
  const isVoid = amountMinor === 0n;
  return {
    lang: locale,
    title: isVoid ? paper.voided : paper.receipt,
    subtitle: `${paper.number} ${receipt._id}`,
    facts: [
      ...(replaces === null ? [] : [[paper.replaces, replaces] as const]),
      [paper.payer, payer?.title ?? paper.someone],
      ...(typeof payer?.creditCode !== 'string' ? [] : [[paper.creditCode, payer.creditCode] as const]),
      [paper.amount, formatMoney(amountMinor, currency)],
      ...(locale === 'zh' && currency === 'CNY'
        ? [[paper.capitals, amountInCapitals(amountMinor)] as const]
        : []),
      [paper.purpose, purpose],
      [paper.givenOn, receipt.givenOn],
      [paper.issuedOn, receipt.issuedOn],
      [paper.gift, receipt.donationId],
    ],
    table: null,
    remarks: [paper.note],
    issuer: issuerOf(occasion),
    watermark: rehearsal ? paper.watermark : '',
  };
}

export interface StatementLine {
  readonly receipt: Receipt;
  readonly purpose: string;
}

/** Every gift of a year with its receipt that counts, and their sum. */
export function statementPaper(
  year: string,
  donor: string | null,
  lines: readonly StatementLine[],
  occasion: Occasion,
): PrintedDocument {
  const { locale, region, rehearsal } = occasion;
  const { paper } = LETTER_WORDS[locale];
  const total = sumMinor(lines.map(({ receipt }) => receipt.amountMinor));
  const currency = region.currency;
  return {
    lang: locale,
    title: paper.statement(year),
    subtitle: donor ?? paper.someone,
    facts: [
      [paper.period, `${year}-01-01 – ${year}-12-31`],
      [paper.total, formatMoney(total, currency)],
    ],
    table: {
      head: [paper.givenOn, paper.number, paper.purpose, paper.amount],
      rows: lines.map(({ receipt, purpose }) => [
        receipt.givenOn,
        receipt._id,
        purpose,
        formatMoney(receipt.amountMinor, receipt.currency),
      ]),
      amounts: [3],
    },
    remarks: [],
    issuer: issuerOf(occasion),
    watermark: rehearsal ? paper.watermark : '',
  };
}
