/**
 * Receipt and thanks for a settled gift, in the donor's language. The receipt is issued whether or not there is an
 * address to send it to. The Message-ID follows from the donation, so that a mail sent again after a crash is known as
 * the same mail.
 */
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Receipt } from '../../domain/receipt.ts';
import { dayOf } from '../../domain/time.ts';
import type { MailAttachment } from '../../gateways/mailer.ts';
import type { WorkerPlatform } from '../context.ts';
import type { LetterFrame } from '../letters/letter-book.ts';
import type { GiftWords, ReceiptWords } from '../letters/letter-words.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { loadDonation } from './donation-records.ts';
import { openGivingLink } from './giving-links.ts';
import { issueReceipt } from './issue-receipt.ts';
import { purposeOf, receiptPaper } from './receipt-paper.ts';

/** @throws MailerUnavailable: the same mail may be sent again */
export async function sendDonationThanks(
  platform: WorkerPlatform,
  donationId: string,
): Promise<LetterOutcome> {
  const { database, clock, mailer } = platform;
  const donation = await loadDonation(database, donationId);
  if (donation.thanks !== null || donation.settledAt === null) return 'not-needed';
  const receipt = await issueReceipt(platform, donationId);
  const { donor } = donation;
  if (receipt === null || typeof donor?.email !== 'string' || typeof donor.emailKey !== 'string') {
    return 'not-needed';
  }
  const prepared = await prepare(platform, donation, receipt);
  const { gift, address } = prepared;
  const outcome = await sendLetter(mailer, {
    ...{ letter: 'donation-thanks', facts: { gift, receipt: prepared.receipt, address } },
    messageId: `donation-thanks-${donationId}`,
    to: donor.email,
    ...prepared.frame,
    attachments: [prepared.attachment],
  });
  await donations(database).updateOne(
    { _id: donationId, thanks: null },
    { $set: { thanks: { outcome, at: clock.now() } } },
  );
  return outcome;
}

/**
 * Sends the receipt of a gift: a new one when it was corrected, the same again when the donor asks for it.
 * @param occasion names the letter, so that the same asking is the same mail
 */
export async function sendReceipt(
  platform: WorkerPlatform,
  donationId: string,
  occasion: string,
): Promise<LetterOutcome> {
  const { database, mailer } = platform;
  const donation = await loadDonation(database, donationId);
  const receipt = await issueReceipt(platform, donationId);
  const { donor } = donation;
  if (receipt === null || typeof donor?.email !== 'string' || typeof donor.emailKey !== 'string') {
    return 'not-needed';
  }
  const prepared = await prepare(platform, donation, receipt);
  const isCorrection = occasion === 'corrected' && receipt.replaces !== null;
  return sendLetter(mailer, {
    letter: isCorrection ? 'receipt-corrected' : 'receipt-again',
    facts: { name: donor.name, receipt: prepared.receipt, address: prepared.address },
    messageId: `receipt-${receipt._id}-${occasion}`,
    to: donor.email,
    ...prepared.frame,
    attachments: [prepared.attachment],
  });
}

interface Prepared {
  readonly gift: GiftWords;
  readonly receipt: ReceiptWords;
  readonly attachment: MailAttachment;
  readonly address: string;
  readonly frame: LetterFrame;
}

async function prepare(
  platform: WorkerPlatform,
  donation: StoredDonation,
  receipt: Receipt,
): Promise<Prepared> {
  const { database, payments, pdf } = platform;
  const { _id: donationId, locale, giftMinor, feeCoverMinor, currency, settledAt, donor } = donation;
  const region = await loadRegion(database);
  const rehearsal = !payments.liveMode;
  const purpose = await purposeOf(database, donation, { locale, region });
  const paper = await pdf.print(receiptPaper(receipt, purpose, { locale, region, rehearsal }));
  const link = await openGivingLink(platform, {
    emailKey: donor?.emailKey ?? '',
    locale,
    occasion: `receipt ${receipt._id}`,
  });
  return {
    gift: {
      name: donor?.name ?? null,
      gift: formatMoney(giftMinor, currency),
      feeCover: feeCoverMinor === 0n ? null : formatMoney(feeCoverMinor, currency),
      purpose,
      settledOn: dayOf(settledAt ?? receipt.issuedAt, region.timeZone),
      donationId,
      dedication: donor?.dedication ?? null,
    },
    receipt: {
      number: receipt._id,
      replaces: receipt.replaces,
      amount: formatMoney(receipt.amountMinor, currency),
      issuedOn: receipt.issuedOn,
    },
    attachment: {
      filename: `receipt-${receipt._id}.pdf`,
      contentType: 'application/pdf',
      content: paper,
    },
    address: link.url,
    frame: { locale, regionName: region.name[locale], rehearsal },
  };
}
