/** Security requirement 16, against a real SMTP server: no header injected, one recipient a message. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from './mail-catcher.ts';
import {
  createSmtpMailer,
  isOneMailAddress,
  type Mail,
  type Mailer,
  MailerUnavailable,
  MailRefused,
} from './mailer.ts';

let directory: string;
let catcher: MailCatcher;
let mailer: Mailer;
const FROM = '区域公共产品供给基金会 <noreply@supply.example>';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mail-catcher-'));
  catcher = await startMailCatcher({ directory, port: 0, refuse: refuseByName });
  mailer = createSmtpMailer({ url: catcher.url, from: FROM, timeoutMs: 5_000 });
});
afterAll(async () => {
  await catcher.close();
  await rm(directory, { recursive: true, force: true });
});

function refuseByName(recipient: string): string | null {
  if (recipient.startsWith('busy')) return '451 try again later';
  if (recipient.startsWith('nobody')) return '550 no such person';
  return null;
}

const RECEIPT: Mail = {
  messageId: 'receipt-2026-000001',
  to: 'donor@example.org',
  subject: '捐赠收据 2026-000001',
  text: '感谢您的捐赠。',
  html: '<p>感谢您的捐赠。</p>',
  locale: 'zh-CN',
  attachments: [
    { filename: '收据-2026-000001.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') },
  ],
};

describe('the mailer', () => {
  it('delivers the mail as written, in Chinese, with its attachment', async () => {
    await mailer.send(RECEIPT);
    const [caught] = await catcher.listMails();
    const mail = await catcher.readMail(caught!.id);
    expect(mail).toMatchObject({
      messageId: '<receipt-2026-000001@supply.example>',
      deliveredTo: ['donor@example.org'],
      to: 'donor@example.org',
      subject: '捐赠收据 2026-000001',
      html: '<p>感谢您的捐赠。</p>',
      duplicateOf: null,
    });
    expect(mail!.from).toContain('区域公共产品供给基金会');
    expect(mail!.text.trim()).toBe('感谢您的捐赠。');
    expect(mail!.attachments[0]).toMatchObject({
      filename: '收据-2026-000001.pdf',
      contentType: 'application/pdf',
    });
    expect(Buffer.from(mail!.attachments[0]!.content).toString()).toBe('%PDF-1.7');
  });

  it('sends the same mail again under the same Message-ID, and the box shows which was first', async () => {
    const again = { ...RECEIPT, messageId: 'statement-2026-7', to: 'twice@example.org' };
    await mailer.send(again);
    await mailer.send(again);
    const both = (await catcher.listMails()).filter((mail) => mail.to === 'twice@example.org');
    expect(both.map((mail) => mail.duplicateOf)).toEqual([both[1]!.id, null]);
  });

  it('tells a refusal for good from a server that is busy or away', async () => {
    await expect(mailer.send({ ...RECEIPT, to: 'nobody@example.org' })).rejects.toBeInstanceOf(MailRefused);
    await expect(mailer.send({ ...RECEIPT, to: 'busy@example.org' })).rejects.toBeInstanceOf(
      MailerUnavailable,
    );
    const away = createSmtpMailer({ url: 'smtp://127.0.0.1:1', from: FROM, timeoutMs: 1_000 });
    await expect(away.send(RECEIPT)).rejects.toBeInstanceOf(MailerUnavailable);
  });

  it('refuses a sender that is not one address', () => {
    for (const from of ['', 'nobody', 'a@b.c, d@e.f', 'x <a@b.c>\r\nBcc: d@e.f', 'x <a@b.c> <d@e.f>']) {
      expect(() => createSmtpMailer({ url: catcher.url, from })).toThrow(MailRefused);
    }
  });
});

describe('injection', () => {
  it.each([
    'a@example.org, b@example.org',
    'a@example.org; b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    'a@example.org\nb@example.org',
    'a@example.org b@example.org',
    'Name <a@example.org>',
    '<a@example.org>',
    '"a@evil.org, b"@example.org',
    'a(comment)@example.org',
    'group: a@example.org, b@example.org;',
    'a@[127.0.0.1]',
    '@relay.example:a@example.org',
    'a@b@example.org',
    'a..b@example.org',
    'a@-example.org',
    '',
    `${'a'.repeat(250)}@example.org`,
  ])('refuses %j as a recipient', async (to) => {
    await expect(mailer.send({ ...RECEIPT, to })).rejects.toBeInstanceOf(MailRefused);
  });

  it('takes the addresses that people have', () => {
    const addresses = [
      'a@example.org',
      'first.last+tag@mail.example.co.uk',
      "o'neil@example.ie",
      '王@例子.中国',
    ];
    for (const address of addresses) expect(isOneMailAddress(address)).toBe(true);
  });

  it.each([
    ['subject', { subject: 'Receipt\r\nBcc: thief@example.org' }],
    ['subject with a bare line feed', { subject: 'Receipt\nBcc: thief@example.org' }],
    ['subject with a Unicode line separator', { subject: 'Receipt\u2028Bcc: thief@example.org' }],
    ['message id', { messageId: 'receipt>\r\nBcc: thief@example.org' }],
    ['message id with a domain of its own', { messageId: 'receipt@thief.example' }],
    ['language', { locale: 'zh\r\nBcc: thief@example.org' }],
    [
      'file name',
      { attachments: [{ filename: 'a\r\nB: c', contentType: 'text/plain', content: Buffer.from('') }] },
    ],
    [
      'file type',
      { attachments: [{ filename: 'a', contentType: 'text/plain\r\nB: c', content: Buffer.from('') }] },
    ],
    [
      'file path',
      { attachments: [{ filename: '../../a', contentType: 'text/plain', content: Buffer.from('') }] },
    ],
  ])('refuses a line break or a path in the %s', async (_, part: Partial<Mail>) => {
    await expect(mailer.send({ ...RECEIPT, ...part })).rejects.toBeInstanceOf(MailRefused);
  });

  it('whatever a person types, a mail that goes out has one recipient and only our headers', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '(',
        ')',
        '<',
        '>',
        ',',
        ';',
        ':',
        '"',
        '@',
        ' ',
        '\u0000',
        '\u2028',
        'Bcc: ',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    );
    const typed = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const ours = new Set([
      'auto-submitted', 'content-language', 'content-transfer-encoding', 'content-type', 'date', 'delivered-to',
      'from', 'message-id', 'mime-version', 'return-path', 'subject', 'to',
    ]); // prettier-ignore
    const { html: _html, attachments: _attachments, ...plain } = RECEIPT;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(typed, typed, typed, async (localPart, subject, text) => {
        run += 1;
        const messageId = `fuzz-${run}`;
        const to = `${localPart}x@example.org`;
        try {
          await mailer.send({ ...plain, messageId, to, subject, text });
        } catch (error) {
          expect(error).toBeInstanceOf(MailRefused);
          return;
        }
        const listed = (await catcher.listMails()).find((mail) =>
          mail.messageId.startsWith(`<${messageId}@`),
        );
        const caught = await catcher.readMail(listed!.id);
        expect(caught!.deliveredTo).toHaveLength(1);
        const names = caught!.headers.map(({ name }) => name);
        expect(names.filter((name) => !ours.has(name))).toEqual([]);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 60 },
    );
  });
});
