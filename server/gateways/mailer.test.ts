/** The mailer, against a real SMTP server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from './mail-catcher.ts';
import { createSmtpMailer, type Mail, type Mailer, MailerUnavailable, MailRefused } from './mailer.ts';

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
