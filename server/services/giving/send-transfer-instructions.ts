/** The letter with the account and the reference of a transfer, in the donor's language. */
import { formatMoney } from '../../domain/money.ts';
import { spacedReference } from '../../domain/transfer-reference.ts';
import type { WorkerPlatform } from '../context.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { LETTER_WORDS } from './letter-words.ts';
import { purposeOf } from './receipt-paper.ts';
import { sendLetter, type LetterOutcome } from './send-letter.ts';

/** @throws MailerUnavailable: the same mail may be sent again */
export async function sendTransferInstructions(
  platform: WorkerPlatform,
  donationId: string,
): Promise<LetterOutcome> {
  const { database, mailer, payments, publicUrl } = platform;
  const donation = await loadDonation(database, donationId);
  const { donor, transfer, status, locale, giftMinor, currency } = donation;
  if (
    status !== 'awaiting-transfer' ||
    transfer === undefined ||
    transfer === null ||
    typeof donor?.email !== 'string'
  ) {
    return 'not-needed';
  }
  const region = await loadRegion(database);
  const words = LETTER_WORDS[locale];
  const reference = spacedReference(transfer.reference);
  const purpose = await purposeOf(database, donation, { locale, region });
  return sendLetter(mailer, {
    messageId: `transfer-instructions-${donationId}`,
    to: donor.email,
    locale,
    subject: words.transferSubject(reference),
    parts: [
      words.greeting(donor.name),
      words.transfer(formatMoney(giftMinor, currency)),
      words.transferAccount(transfer),
      words.transferReference(reference),
      words.purpose({ purpose }),
      words.transferLater,
      { address: `${publicUrl}/${locale}/donations/${donationId}`, label: words.transferLabel },
      ...(payments.liveMode ? [] : [words.rehearsal]),
      words.signature(region.name[locale]),
    ],
  });
}
