/** The letter with the account and the reference of a transfer, in the donor's language. */
import { formatMoney } from '../../domain/money.ts';
import { spacedReference } from '../../domain/transfer-reference.ts';
import type { WorkerPlatform } from '../context.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { purposeOf } from './receipt-paper.ts';

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
  const reference = spacedReference(transfer.reference);
  const purpose = await purposeOf(database, donation, { locale, region });
  return sendLetter(mailer, {
    letter: 'transfer-instructions',
    facts: {
      ...{
        name: donor.name,
        amount: formatMoney(giftMinor, currency),
        account: transfer,
        reference,
        purpose,
      },
      address: `${publicUrl}/${locale}/donations/${donationId}`,
    },
    messageId: `transfer-instructions-${donationId}`,
    to: donor.email,
    locale,
    regionName: region.name[locale],
    rehearsal: !payments.liveMode,
  });
}
