/**
 * One mail to one person. The caller makes the Message-ID, so that a mail that is sent again after a crash
 * is recognised as the same mail; nothing a person typed can add a header or a second recipient.
 */
import { createTransport } from 'nodemailer';

export interface Mail {
  /** Stable and made by the caller, e.g. `receipt-2026-000123`; the sender's domain is added to it. */
  readonly messageId: string;
  /** Exactly one bare address, `name@example.org`. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The language of the mail, as a BCP 47 tag: `zh-CN`, `en`. */
  readonly locale: string;
  readonly attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface Mailer {
  /**
   * Returns when the mail server has taken responsibility for the mail.
   * @throws MailRefused when sending the same mail again cannot help; MailerUnavailable when it can.
   */
  send(mail: Mail): Promise<void>;
}

/** The mail itself is wrong, or the server refuses it for good: do not retry. */
export class MailRefused extends Error {
  readonly code = 'MAIL_REFUSED';
}

/** The server is away, busy or broken: the same mail, with the same Message-ID, may be sent again. */
export class MailerUnavailable extends Error {
  readonly code = 'MAILER_UNAVAILABLE';
}

interface SmtpMailerOptions {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly url: string;
  /** The sender: `Name <address@domain>` or a bare address. */
  readonly from: string;
  readonly timeoutMs?: number;
}

const MAX_ADDRESS_LENGTH = 254;
const MAX_SUBJECT_LENGTH = 500;

/**
 * One bare address and nothing else: no display name, comment, quoted part, route, list or group. Narrower
 * than RFC 5322 on purpose, since everything that it leaves out is how a second recipient gets in.
 */
const ONE_ADDRESS =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;

const STABLE_MESSAGE_ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9])?$/;
const LANGUAGE_TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9.+-]+(?:; ?charset=[a-z0-9-]+)?$/i;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** Whether `address` can stand alone in a To header as exactly one recipient. */
export function isOneMailAddress(address: string): boolean {
  return address.length <= MAX_ADDRESS_LENGTH && ONE_ADDRESS.test(address);
}

export function createSmtpMailer({ url, from, timeoutMs = 20_000 }: SmtpMailerOptions): Mailer {
  const sender = parseSender(from);
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      assertSendable(mail);
      try {
        await transport.sendMail({
          messageId: `<${mail.messageId}@${sender.domain}>`,
          from: { name: sender.name, address: sender.address },
          to: { name: '', address: mail.to },
          envelope: { from: sender.address, to: [mail.to] },
          subject: mail.subject,
          text: mail.text,
          ...(mail.html === undefined ? {} : { html: mail.html }),
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
          attachments: (mail.attachments ?? []).map((attachment) => ({
            filename: attachment.filename,
            contentType: attachment.contentType,
            content: Buffer.from(attachment.content),
          })),
        });
      } catch (error) {
        throw asMailError(error, mail.messageId);
      }
    },
  };
}

/** Refuses everything that could become a header, a recipient or a file that nobody meant to send. */
function assertSendable(mail: Mail): void {
  if (!STABLE_MESSAGE_ID.test(mail.messageId)) {
    throw new MailRefused('A Message-ID is made of letters, digits, dots, dashes and underscores.');
  }
  if (!isOneMailAddress(mail.to)) {
    throw new MailRefused('A mail goes to exactly one address, such as name@example.org.');
  }
  if (mail.subject.length > MAX_SUBJECT_LENGTH || CONTROL_CHARACTER.test(mail.subject)) {
    throw new MailRefused(`A subject is one line of at most ${MAX_SUBJECT_LENGTH} characters.`);
  }
  if (!LANGUAGE_TAG.test(mail.locale)) {
    throw new MailRefused('The language of a mail is a tag such as zh-CN or en.');
  }
  for (const attachment of mail.attachments ?? []) {
    if (CONTROL_CHARACTER.test(attachment.filename) || /[/\\]/.test(attachment.filename)) {
      throw new MailRefused('The name of an attachment has no slashes and no control characters.');
    }
    if (!CONTENT_TYPE.test(attachment.contentType)) {
      throw new MailRefused('The type of an attachment is a media type such as application/pdf.');
    }
  }
}

function parseSender(from: string): { name: string; address: string; domain: string } {
  const named = /^(?<name>[^<>"]*)<(?<address>[^<>]+)>$/.exec(from);
  const address = (named?.groups?.['address'] ?? from).trim();
  const name = (named?.groups?.['name'] ?? '').trim();
  if (!isOneMailAddress(address) || CONTROL_CHARACTER.test(name)) {
    throw new MailRefused(
      'The sender of the platform’s mail must be `Name <address@domain>` or a bare address.',
    );
  }
  return { name, address, domain: address.slice(address.lastIndexOf('@') + 1) };
}

/** A reply in the 500s is final; everything else, a broken connection above all, may be tried again. */
function asMailError(error: unknown, messageId: string): MailRefused | MailerUnavailable {
  const details = error instanceof Error ? error : new Error(String(error));
  const responseCode = 'responseCode' in details ? Number(details.responseCode) : Number.NaN;
  const command = 'command' in details ? String(details.command) : '';
  const aboutThisMail = ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command);
  if (responseCode >= 500 && responseCode < 600 && aboutThisMail) {
    return new MailRefused(`The mail server refused mail ${messageId} with ${responseCode}.`, {
      cause: error,
    });
  }
  return new MailerUnavailable(`The mail server did not take mail ${messageId}: ${details.message}`, {
    cause: error,
  });
}
