/**
 * The caught mails on disk, one file each exactly as received. A mail that arrived twice is kept twice and
 * says so, because a second sending is what a reader of this box is looking for.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';

export interface CaughtMail {
  readonly id: string;
  readonly messageId: string;
  readonly receivedAt: Date;
  /** Who it was really delivered to, by the envelope and not by the To header. */
  readonly deliveredTo: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly sizeBytes: number;
  /** The id of the earliest mail with the same Message-ID, when this one came again. */
  readonly duplicateOf: string | null;
}

export interface CaughtMailContent extends CaughtMail {
  readonly text: string;
  readonly html: string | null;
  readonly headers: readonly { readonly name: string; readonly line: string }[];
  readonly attachments: readonly CaughtAttachment[];
}

interface CaughtAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface MailEnvelope {
  readonly from: string;
  readonly to: readonly string[];
}

export interface MailBox {
  /** Newest first. */
  listMails(limit?: number): Promise<CaughtMail[]>;
  readMail(id: string): Promise<CaughtMailContent | null>;
  keepMail(envelope: MailEnvelope, raw: Buffer, receivedAt: Date): Promise<string>;
}

const MAIL_ID = /^\d{17}-[0-9a-f]{8}$/;
const DEFAULT_LIMIT = 200;

export function openMailBox(directory: string): MailBox {
  /** Files never change, so a parsed mail stays right. */
  const parsed = new Map<string, { mail: CaughtMail; content: ParsedMail }>();

  async function load(id: string): Promise<{ mail: CaughtMail; content: ParsedMail }> {
    const known = parsed.get(id);
    if (known !== undefined) return known;
    const raw = await readFile(pathOf(directory, id));
    const content = await simpleParser(raw);
    const loaded = { mail: describeMail(id, raw, content), content };
    parsed.set(id, loaded);
    return loaded;
  }

  async function listAll(): Promise<CaughtMail[]> {
    const firstOf = new Map<string, string>();
    const mails: CaughtMail[] = [];
    for (const id of await listIds(directory)) {
      const { mail } = await load(id);
      const first = firstOf.get(mail.messageId);
      if (first === undefined) firstOf.set(mail.messageId, id);
      mails.push({ ...mail, duplicateOf: first ?? null });
    }
    return mails.reverse();
  }

  return {
    async listMails(limit = DEFAULT_LIMIT) {
      return (await listAll()).slice(0, limit);
    },

    async readMail(id) {
      const mail = (await listAll()).find((candidate) => candidate.id === id);
      if (mail === undefined) return null;
      return { ...mail, ...readContent((await load(id)).content) };
    },

    async keepMail(envelope, raw, receivedAt) {
      await mkdir(directory, { recursive: true });
      const id = `${receivedAt.toISOString().replace(/\D/g, '')}-${randomBytes(4).toString('hex')}`;
      const trace = [
        `Return-Path: <${envelope.from}>`,
        ...envelope.to.map((address) => `Delivered-To: ${address}`),
      ];
      await writeDurably(
        pathOf(directory, id),
        Buffer.concat([Buffer.from(`${trace.join('\r\n')}\r\n`), raw]),
      );
      return id;
    },
  };
}

async function listIds(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith('.eml'))
    .map((name) => name.slice(0, -'.eml'.length))
    .filter((id) => MAIL_ID.test(id))
    .sort();
}

function pathOf(directory: string, id: string): string {
  return join(directory, `${id}.eml`);
}

/** A mail is acknowledged only when a power cut would not lose it, as a real server must. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

function describeMail(id: string, raw: Buffer, content: ParsedMail): CaughtMail {
  const addresses = [content.to ?? []].flat();
  return {
    id,
    messageId: content.messageId ?? '',
    receivedAt: parseStamp(id),
    deliveredTo: content.headerLines
      .filter(({ key }) => key === 'delivered-to')
      .map(({ line }) => line.slice(line.indexOf(':') + 1).trim()),
    from: content.from?.text ?? '',
    to: addresses.map(({ text }) => text).join(', '),
    subject: content.subject ?? '',
    sizeBytes: raw.length,
    duplicateOf: null,
  };
}

function readContent(content: ParsedMail): Omit<CaughtMailContent, keyof CaughtMail> {
  return {
    text: content.text ?? '',
    html: content.html === false ? null : (content.html ?? null),
    headers: content.headerLines.map(({ key, line }) => ({ name: key, line })),
    attachments: content.attachments.map((attachment) => ({
      filename: attachment.filename ?? '',
      contentType: attachment.contentType,
      content: attachment.content,
    })),
  };
}

function parseStamp(id: string): Date {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})/.exec(id) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
