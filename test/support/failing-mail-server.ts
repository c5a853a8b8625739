/**
 * A mail server that works by half, per recipient: it may hold a connection before or after it has a mail, or take a mail
 * and break off without an answer. It keeps what it took.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** `hold-before`: never answers to the recipient. `hold-after`: takes the mail and never answers. `drop`: takes it and hangs up. */
export type MailFault = 'hold-before' | 'hold-after' | 'drop';

export class FailingMailServer {
  readonly faults = new Map<string, MailFault>();
  /** Message-IDs of the mails that were taken, by recipient, in order. */
  readonly taken = new Map<string, string[]>();
  readonly waiting = new Set<string>();
  #server: SMTPServer | null = null;

  async start(): Promise<string> {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 500,
      onRcptTo: ({ address }, _session, callback) => {
        if (this.faults.get(address) === 'hold-before') this.waiting.add(address);
        else callback();
      },
      onData: (stream, session, callback) => {
        const [to] = session.envelope.rcptTo.map(({ address }) => address);
        void this.#take(stream, to ?? '').then((fault) => {
          if (fault === undefined) callback(null, 'taken');
          else if (fault === 'drop') callback(Object.assign(new Error('broken off'), { responseCode: 421 }));
        });
      },
    });
    this.#server.on('error', () => undefined);
    const { server } = this.#server;
    this.#server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #take(stream: Readable, to: string): Promise<MailFault | undefined> {
    const { messageId = '' } = await simpleParser(stream);
    this.taken.set(to, [...(this.taken.get(to) ?? []), messageId]);
    const fault = this.faults.get(to);
    if (fault === 'hold-after') this.waiting.add(to);
    // Broken off once; the next time it works.
    if (fault === 'drop') this.faults.delete(to);
    return fault;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
