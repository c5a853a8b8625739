/** Handing a letter to the mail server: an address that it refuses for good is remembered, not tried again. */
import { MailRefused, type Mailer } from '../../gateways/mailer.ts';
import { mailOf, type Letter } from './letters.ts';

export type LetterOutcome = 'sent' | 'refused' | 'not-needed';

/** @throws MailerUnavailable: the same letter, with the same Message-ID, may be sent again */
export async function sendLetter(mailer: Mailer, letter: Letter): Promise<'sent' | 'refused'> {
  try {
    await mailer.send(mailOf(letter));
    return 'sent';
  } catch (error) {
    if (error instanceof MailRefused) return 'refused';
    throw error;
  }
}
