/** Telling a monthly donor that a month could not be charged, or that their giving has ended; each once. */
import { formatMoney } from '../../domain/money.ts';
import { monthlyTotalMinor, presentAmount } from '../../domain/monthly-giving.ts';
import type { WorkerPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { openGivingLink } from './giving-links.ts';
import { LETTER_WORDS } from './letter-words.ts';
import { loadMonthly } from './monthly-records.ts';
import { sendLetter, type LetterOutcome } from './send-letter.ts';

/**
 * @param occasion `ended`, or `declined-` with the invoice and the number of the attempt
 * @throws MailerUnavailable: the same mail may be sent again
 */
export async function sendMonthlyLetter(
  platform: WorkerPlatform,
  monthlyGivingId: string,
  occasion: string,
): Promise<LetterOutcome> {
  const { database, mailer, payments } = platform;
  const monthly = await loadMonthly(database, monthlyGivingId);
  const { donor, locale, currency } = monthly;
  if (typeof donor?.email !== 'string' || typeof donor.emailKey !== 'string') return 'not-needed';
  const region = await loadRegion(database);
  const words = LETTER_WORDS[locale];
  const amount = formatMoney(monthlyTotalMinor(presentAmount(monthly)), currency);
  const link = await openGivingLink(platform, {
    emailKey: donor.emailKey,
    locale,
    occasion: `monthly ${monthlyGivingId} ${occasion}`,
  });
  const ended = occasion === 'ended';
  return sendLetter(mailer, {
    messageId: `monthly-${monthlyGivingId}-${occasion.replaceAll('_', '-')}`,
    to: donor.email,
    locale,
    subject: ended ? words.endedSubject : words.declinedSubject,
    parts: [
      words.greeting(donor.name),
      ...(ended
        ? [words.ended(amount), { address: link.url, label: words.follow }]
        : [words.declined(amount), words.declinedWhatNow, { address: link.url, label: words.declinedLabel }]),
      ...(payments.liveMode ? [] : [words.rehearsal]),
      words.signature(region.name[locale]),
    ],
  });
}
