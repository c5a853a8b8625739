/**
 * The mail server of development: real SMTP on loopback, which keeps every mail and delivers none. What the
 * platform sends passes through the same protocol as in production, so a mail that is wrong is wrong here.
 */
import type { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import { openMailBox, type MailBox } from './mail-box.ts';

interface MailCatcherOptions {
  readonly directory: string;
  /** 0 for any free port. */
  readonly port: number;
  /**
   * Asked before a mail is kept: a reply such as `451 try later` or `550 no such person` makes the server
   * refuse it, which is how a half-working mail server is played.
   */
  readonly refuse?: (recipient: string) => string | null;
}

export interface MailCatcher extends Pick<MailBox, 'listMails' | 'readMail'> {
  /** What `createSmtpMailer` takes. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_MAIL_BYTES = 25 * 1024 * 1024;

export async function startMailCatcher({
  directory,
  port,
  refuse,
}: MailCatcherOptions): Promise<MailCatcher> {
  const box = openMailBox(directory);
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: 1_000,
    onRcptTo({ address }, _session, callback) {
      const reply = refuse?.(address) ?? null;
      callback(reply === null ? null : smtpError(reply));
    },
    onData(stream, session, callback) {
      const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
      const to = session.envelope.rcptTo.map(({ address }) => address);
      readAll(stream)
        .then((raw) => {
          if (stream.sizeExceeded) throw smtpError('552 the mail is too large');
          return box.keepMail({ from, to }, raw, new Date());
        })
        .then(
          (id) => callback(null, `kept as ${id}`),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
        );
    },
  });
  // A client that vanishes mid-mail is that client's trouble; unhandled it would end the process.
  server.on('error', () => undefined);
  const listening = await listen(server, port);
  return {
    url: `smtp://${HOST}:${listening}`,
    port: listening,
    listMails: (limit) => box.listMails(limit),
    readMail: (id) => box.readMail(id),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      const address = server.server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('The mail catcher has no port.'));
        return;
      }
      resolve(address.port);
    });
  });
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function smtpError(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}
