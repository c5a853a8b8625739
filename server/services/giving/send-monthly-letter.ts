/** Telling a monthly donor that a month could not be charged, or that their giving has ended; each once. */
import { formatMoney } from '../../domain/money.ts';
import { monthlyTotalMinor, presentAmount } from '../../domain/monthly-giving.ts';
import type { WorkerPlatform } from '../context.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { openGivingLink } from './giving-links.ts';
import { loadMonthly } from './monthly-records.ts';

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
  const amount = formatMoney(monthlyTotalMinor(presentAmount(monthly)), currency);
  const link = await openGivingLink(platform, {
    emailKey: donor.emailKey,
    locale,
    occasion: `monthly ${monthlyGivingId} ${occasion}`,
  });
  return sendLetter(mailer, {
    letter: occasion === 'ended' ? 'monthly-ended' : 'monthly-declined',
    facts: { name: donor.name, amount, address: link.url },
    messageId: `monthly-${monthlyGivingId}-${occasion.replaceAll('_', '-')}`,
    to: donor.email,
    locale,
    regionName: region.name[locale],
    rehearsal: !payments.liveMode,
  });
}
