/**
 * Handing a letter of the book to the mail server, the only place that does: an address that it refuses for good is
 * remembered, not tried again.
 */
import { MailRefused, type MailAttachment, type Mailer } from '../../gateways/mailer.ts';
import { composeLetter, type LetterFacts, type LetterFrame, type LetterName } from './letter-book.ts';
import { mailOf } from './letter-mail.ts';

export type LetterOutcome = 'sent' | 'refused' | 'not-needed';

export interface LetterOrder<Name extends LetterName> extends LetterFrame {
  readonly letter: Name;
  readonly facts: LetterFacts[Name];
  /** Follows from what the letter is about, so that a letter sent again is known as the same. */
  readonly messageId: string;
  readonly to: string;
  readonly attachments?: readonly MailAttachment[];
}

/** @throws MailerUnavailable: the same letter, with the same Message-ID, may be sent again */
export async function sendLetter<Name extends LetterName>(
  mailer: Mailer,
  { letter, facts, messageId, to, attachments, ...frame }: LetterOrder<Name>,
): Promise<'sent' | 'refused'> {
  const { locale } = frame;
  const composed = composeLetter(letter, facts, frame);
  try {
    await mailer.send(
      mailOf({ ...composed, messageId, to, locale, ...(attachments === undefined ? {} : { attachments }) }),
    );
    return 'sent';
  } catch (error) {
    if (error instanceof MailRefused) return 'refused';
    throw error;
  }
}
