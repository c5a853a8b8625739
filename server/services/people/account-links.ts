/**
 * Links by mail to set a password: for an invitation, and when it was forgotten. A link never signs anybody in: after it
 * comes the password, and after that the second factor.
 */
import type { Locale } from '../../domain/localized-text.ts';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DomainError, InvalidInput } from '../../domain/errors.ts';
import { inTransaction, operators, type ClientSession } from '../../db/database.ts';
import { accountLinks, type LinkPurpose, type StoredAccountLink } from '../../db/models/account-link.ts';
import { credentials, people, type StoredPerson } from '../../db/models/person.ts';
import type { Platform, WorkerPlatform } from '../context.ts';
import { sendLetter, type LetterOutcome } from '../letters/send-letter.ts';
import { loadRegion } from '../region.ts';
import { faultsOfPassword, hashPassword } from './passwords.ts';
import { endSessionsOf } from './sessions.ts';

const LIFETIME_MS: Readonly<Record<LinkPurpose, number>> = {
  invitation: 7 * 86_400_000,
  'password-reset': 3_600_000,
};

const digestOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** The link was used, is too old, or was never made: all one, so that nothing can be learnt by trying. */
export class LinkExpired extends DomainError {
  readonly code = 'LINK_EXPIRED';

  constructor() {
    super('This link was used or has expired. Ask for another one on the sign-in page.');
  }
}

/** Puts the mail in the queue, in the transaction that causes it. */
export async function mailAccountLink(
  { queue }: Pick<Platform, 'queue'>,
  session: ClientSession | null,
  personId: string,
  purpose: LinkPurpose,
): Promise<void> {
  const uniqueKey = `account-link:${purpose}:${personId}`;
  await queue.enqueue('send-account-link', { personId, purpose }, { session, uniqueKey });
}

/** For whoever forgot their password. The answer is the same for every address, known or not. */
export async function requestPasswordReset(
  platform: Pick<Platform, 'database' | 'queue'>,
  email: string,
): Promise<void> {
  const person = await people(platform.database)
    .findOne({ email: email.trim().toLowerCase(), closedAt: null })
    .lean<StoredPerson>();
  if (person !== null) await mailAccountLink(platform, null, person._id, 'password-reset');
}

/** Makes a link and mails it. Its secret exists in the mail alone. @throws MailerUnavailable: may be tried again */
export async function sendAccountLink(
  { database, clock, mailer, publicUrl }: WorkerPlatform,
  personId: string,
  purpose: LinkPurpose,
): Promise<LetterOutcome> {
  const person = await people(database).findById(personId).lean<StoredPerson>();
  if (person === null || (person.closedAt !== null && person.closedAt !== undefined)) return 'not-needed';
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(clock.now().getTime() + LIFETIME_MS[purpose]);
  const _id = digestOfSecret(secret);
  await accountLinks(database).create({ _id, personId, purpose, expiresAt, usedAt: null });
  // Behind the hash sign, so that no server or proxy writes it into a log.
  const address = `${publicUrl}/app/#link=${secret}`;
  const region = await loadRegion(database);
  const { locale = null } = person;
  return sendLetter(mailer, {
    letter: purpose,
    facts: { name: person.name, address },
    messageId: `account-link-${_id.slice(0, 32)}`,
    to: person.email,
    ...{ locale: locale ?? 'zh', inBoth: locale === null },
    regionName: region.name[locale ?? 'zh'],
    // A letter about an account says nothing of money.
    rehearsal: false,
  });
}

/**
 * Sets the password of whoever got the link, and remembers the language in which they did. Every session ends; the second factor stays as it is.
 * @throws LinkExpired, InvalidInput
 */
export async function setPasswordByLink(
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  secret: string,
  password: string,
  locale: Locale | null = null,
): Promise<void> {
  const faults = faultsOfPassword(password);
  if (faults.length > 0) throw new InvalidInput(faults);
  const hash = await hashPassword(password);
  const now = clock.now();
  await inTransaction(database, async (session) => {
    const link = await accountLinks(database)
      .findOneAndUpdate(
        { _id: digestOfSecret(secret), usedAt: null, expiresAt: operators({ $gt: now }) },
        { $set: { usedAt: now } },
        { session },
      )
      .lean<StoredAccountLink>();
    if (link === null) throw new LinkExpired();
    const userId = link.personId;
    await credentials(database).deleteMany({ userId }, { session });
    const credential = {
      ...{ _id: randomUUID(), userId, accountId: userId, providerId: 'credential' as const },
      ...{ password: hash, createdAt: now, updatedAt: now },
    };
    await credentials(database).create([credential], { session });
    await people(database).updateOne(
      { _id: userId },
      { $set: { emailVerified: true, updatedAt: now, ...(locale === null ? {} : { locale }) } },
      { session },
    );
    await accountLinks(database).deleteMany({ personId: userId, usedAt: null }, { session });
    await endSessionsOf(database, session, userId);
  });
}
