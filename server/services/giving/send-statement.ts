/** The yearly statement: every gift of a year under one address, with its receipt that counts, as PDF by mail. */
import { operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { givingLinks, type GivingLink } from '../../db/models/giving-link.ts';
import type { Locale } from '../../domain/localized-text.ts';
import type { Region } from '../../domain/region.ts';
import type { WorkerPlatform } from '../context.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { addressOf, openGivingLink } from './giving-links.ts';
import { latestReceipt } from './issue-receipt.ts';
import { purposeOf, statementPaper, type StatementLine } from './receipt-paper.ts';

const MAX_GIFTS = 2_000;

/** @throws MailerUnavailable: the same mail may be sent again */
export async function sendStatement(
  platform: WorkerPlatform,
  linkId: string,
  year: number,
): Promise<LetterOutcome> {
  const { database, mailer, pdf, payments, publicUrl, linkKey } = platform;
  const link = await givingLinks(database).findById(linkId).lean<GivingLink>();
  if (link === null) return 'not-needed';
  const region = await loadRegion(database);
  const { locale } = link;
  const statement = await readStatement(database, link.emailKey, year, { locale, region });
  if (statement === null) return 'not-needed';
  const { donor, lines } = statement;
  const rehearsal = !payments.liveMode;
  const paper = statementPaper(String(year), donor, lines, { locale, region, rehearsal });
  return sendLetter(mailer, {
    letter: 'yearly-statement',
    facts: {
      name: donor,
      year: String(year),
      address: addressOf(publicUrl, linkKey, link),
    },
    messageId: `statement-${year}-${linkId}`,
    to: link.emailKey,
    locale,
    regionName: region.name[locale],
    rehearsal,
    attachments: [
      {
        filename: `statement-${year}.pdf`,
        contentType: 'application/pdf',
        content: await pdf.print(paper),
      },
    ],
  });
}

export interface YearlyStatement {
  /** The name on the latest gift; null where none was given. */
  readonly donor: string | null;
  readonly lines: readonly StatementLine[];
}

/** Every gift of a year under one address, with its receipt that counts; null for a year without any. */
export async function readStatement(
  database: Database,
  emailKey: string,
  year: number,
  { locale, region }: { readonly locale: Locale; readonly region: Region },
): Promise<YearlyStatement | null> {
  const given = await settledIn(database, emailKey, year);
  const lines: StatementLine[] = [];
  for (const donation of given) {
    const receipt = await latestReceipt(database, donation._id);
    if (receipt === null || !receipt.givenOn.startsWith(`${year}-`)) continue;
    lines.push({ receipt, purpose: await purposeOf(database, donation, { locale, region }) });
  }
  if (lines.length === 0) return null;
  const named = given.findLast((donation) => typeof donation.donor?.name === 'string');
  return { donor: named?.donor?.name ?? null, lines };
}

const DAY_MS = 24 * 3_600_000;

/** A day more on each side for the region's time zone; the receipts say which year it is. */
const aroundYear = (year: number) => ({
  from: new Date(Date.UTC(year, 0, 1) - DAY_MS),
  to: new Date(Date.UTC(year + 1, 0, 1) + DAY_MS),
});

function settledIn(database: Database, emailKey: string, year: number): Promise<StoredDonation[]> {
  const { from, to } = aroundYear(year);
  return donations(database)
    .find({ 'donor.emailKey': emailKey, settledAt: operators({ $gte: from, $lt: to }) })
    .sort({ settledAt: 1 })
    .limit(MAX_GIFTS)
    .lean<StoredDonation[]>();
}

/**
 * Early in a year, everybody who gave in the last gets a statement of it, once: a job for each.
 * @returns how many were asked for
 */
export async function askForStatements(platform: WorkerPlatform): Promise<number> {
  const { database, clock, queue } = platform;
  const year = clock.now().getUTCFullYear() - 1;
  const { from, to } = aroundYear(year);
  const donors = donations(database)
    .aggregate<{ _id: string; locale: 'zh' | 'en' }>([
      {
        $match: {
          status: 'settled',
          settledAt: { $gte: from, $lt: to },
          'donor.emailKey': { $type: 'string' },
        },
      },
      { $group: { _id: '$donor.emailKey', locale: { $last: '$locale' } } },
    ])
    .cursor({ batchSize: 500 });
  let asked = 0;
  for await (const donor of donors as AsyncIterable<{ _id: string; locale: 'zh' | 'en' }>) {
    const occasion = `statement ${donor._id} ${year}`;
    const { id: linkId } = await openGivingLink(platform, {
      emailKey: donor._id,
      locale: donor.locale,
      occasion,
    });
    await queue.enqueue(
      'send-statement',
      { linkId, year },
      { session: null, uniqueKey: `send-statement-${linkId}-${year}` },
    );
    asked += 1;
  }
  return asked;
}
