/**
 * Thanking a donor by mail, in their language, once the gift is settled. The Message-ID follows from the donation, so
 * that a mail sent again after a crash is known as the same mail.
 */
import { operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { projects } from '../../db/models/project.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Project } from '../../domain/project.ts';
import type { Region } from '../../domain/region.ts';
import { dayOf } from '../../domain/time.ts';
import { MailRefused, type Mail, type Mailer } from '../../gateways/mailer.ts';
import type { WorkerPlatform } from '../context.ts';
import { nameOfRestriction } from '../funds.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { THANKS_WORDS, type ThanksValues } from './thanks-words.ts';

/** @throws MailerUnavailable: the same mail may be sent again */
export async function sendDonationThanks(
  platform: WorkerPlatform,
  donationId: string,
): Promise<'sent' | 'refused' | 'not-needed'> {
  const { database, clock, mailer, payments } = platform;
  const donation = await loadDonation(database, donationId);
  const { donor, settledAt } = donation;
  if (donation.thanks !== null || typeof donor?.email !== 'string' || settledAt === null) return 'not-needed';
  const region = await loadRegion(database);
  const purpose = await purposeOf(database, donation, region);
  const values = valuesOf(donation, settledAt, region, {
    purpose,
    publicUrl: platform.publicUrl,
    rehearsal: !payments.liveMode,
  });
  const outcome = await send(mailer, letterOf(donation, donor.email, values));
  await donations(database).updateOne(
    { _id: donationId, thanks: null },
    { $set: { thanks: { outcome, at: clock.now() } } },
  );
  return outcome;
}

/** An address that the mail server refuses for good is remembered, not tried again. */
async function send(mailer: Mailer, mail: Mail): Promise<'sent' | 'refused'> {
  try {
    await mailer.send(mail);
    return 'sent';
  } catch (error) {
    if (error instanceof MailRefused) return 'refused';
    throw error;
  }
}

/** What the gift is for, in the donor's language; projects by their titles. */
async function purposeOf(
  database: Database,
  { restriction, locale }: StoredDonation,
  region: Region,
): Promise<string> {
  const { projects: ids } = restriction;
  if (ids === null) return nameOfRestriction(restriction, region)[locale];
  const named = await projects(database)
    .find({ _id: operators({ $in: [...ids] }) }, { title: 1 })
    .sort({ _id: 1 })
    .limit(ids.length)
    .lean<Pick<Project, 'title'>[]>();
  return named.map(({ title }) => title[locale]).join(locale === 'zh' ? '、' : ', ');
}

function valuesOf(
  donation: StoredDonation,
  settledAt: Date,
  region: Region,
  occasion: Pick<ThanksValues, 'purpose' | 'rehearsal'> & { readonly publicUrl: string },
): ThanksValues {
  const { _id: donationId, giftMinor, feeCoverMinor, currency, locale } = donation;
  const { purpose, publicUrl, rehearsal } = occasion;
  return {
    name: donation.donor?.name ?? null,
    gift: formatMoney(giftMinor, currency),
    feeCover: feeCoverMinor === 0n ? null : formatMoney(feeCoverMinor, currency),
    purpose,
    region: region.name[locale],
    settledOn: dayOf(settledAt, region.timeZone),
    donationId,
    page: `${publicUrl}/${locale}/donations/${donationId}`,
    rehearsal,
  };
}

function letterOf(donation: StoredDonation, to: string, values: ThanksValues): Mail {
  const words = THANKS_WORDS[donation.locale];
  const opening = [words.greeting(values), words.received(values), words.purpose(values), words.follow];
  const closing = [
    words.reference(values),
    words.notice,
    ...(values.rehearsal ? [words.rehearsal] : []),
    words.signature(values),
  ];
  const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;
  const address = escapeHtml(values.page);
  const link = `<p><a href="${address}">${address}</a></p>`;
  return {
    messageId: `donation-thanks-${donation._id}`,
    to,
    subject: words.subject(values),
    text: `${[...opening, values.page, ...closing].join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="${words.languageTag}"><meta charset="utf-8"><body>`,
      ...opening.map(paragraph),
      link,
      ...closing.map(paragraph),
      '</body></html>',
    ].join('\n'),
    locale: words.languageTag,
  };
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '');
