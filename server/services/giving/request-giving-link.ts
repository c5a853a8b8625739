/** Asking for a link to "My giving": the answer is the same whether or not anything was given under the address. */
import { donations } from '../../db/models/donation.ts';
import { givingLinks, type GivingLink } from '../../db/models/giving-link.ts';
import { monthlyGivings } from '../../db/models/monthly-giving.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Locale } from '../../domain/localized-text.ts';
import { isOneMailAddress } from '../../gateways/mailer.ts';
import type { GivingPlatform, WorkerPlatform } from '../context.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { emailKeyOf } from './gift-terms.ts';
import { addressOf, openGivingLink } from './giving-links.ts';

export const requestGivingLinkErrors = [InvalidInput] as const;

/** Sends a link to the address, at most one an hour, if something was given under it. */
export async function requestGivingLink(
  platform: GivingPlatform,
  email: string,
  locale: Locale,
): Promise<true> {
  const { database, clock, queue } = platform;
  const address = email.trim();
  if (!isOneMailAddress(address)) {
    const message = 'Write the one e-mail address that you gave under, such as name@example.org.';
    throw new InvalidInput([{ path: 'email', reason: 'not-an-address', message }]);
  }
  const emailKey = emailKeyOf(address);
  const given = await donations(database).exists({ 'donor.emailKey': emailKey });
  const monthly = await monthlyGivings(database).exists({ 'donor.emailKey': emailKey });
  if (given === null && monthly === null) return true;
  const hour = Math.floor(clock.now().getTime() / 3_600_000);
  const { id: linkId } = await openGivingLink(platform, {
    emailKey,
    locale,
    occasion: `asked ${emailKey} ${hour}`,
  });
  await queue.enqueue(
    'send-giving-link',
    { linkId },
    { session: null, uniqueKey: `send-giving-link-${linkId}` },
  );
  return true;
}

export async function sendGivingLink(platform: WorkerPlatform, linkId: string): Promise<LetterOutcome> {
  const { database, mailer, linkKey, publicUrl, payments } = platform;
  const link = await givingLinks(database).findById(linkId).lean<GivingLink>();
  if (link === null || link.revokedAt !== null) return 'not-needed';
  const region = await loadRegion(database);
  return sendLetter(mailer, {
    letter: 'giving-link',
    facts: { address: addressOf(publicUrl, linkKey, link) },
    messageId: `giving-link-${linkId}`,
    to: link.emailKey,
    locale: link.locale,
    regionName: region.name[link.locale],
    rehearsal: !payments.liveMode,
  });
}
