/** Security requirement 16, against a real SMTP server: no header injected, one recipient a message. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from '../../server/gateways/mail-catcher.ts';
import {
  createSmtpMailer,
  isOneMailAddress,
  type Mail,
  type Mailer,
  MailRefused,
} from '../../server/gateways/mailer.ts';

let directory: string;
let catcher: MailCatcher;
let mailer: Mailer;
const FROM = '区域公共产品供给基金会 <noreply@supply.example>';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mail-catcher-'));
  catcher = await startMailCatcher({ directory, port: 0 });
  mailer = createSmtpMailer({ url: catcher.url, from: FROM, timeoutMs: 5_000 });
});
afterAll(async () => {
  await catcher.close();
  await rm(directory, { recursive: true, force: true });
});

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

describe('whatever is typed into a mail', () => {
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
