/** Every letter that the platform sends is in one book, which the jobs send from and `/dev/mail` shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentGateway } from '../../server/gateways/payments.ts';
import { LETTER_BOOK, LETTER_NAMES } from '../../server/services/letters/letter-book.ts';
import { sampleLetters } from '../../server/services/letters/letter-samples.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

const payments = { liveMode: false } as PaymentGateway;
const samples = sampleLetters(true);
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, { payments });
});
afterAll(() => app.close());

const read = async (path: string): Promise<string> => (await app.client().send(path)).text();
const HTML: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const unescape = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (name) => HTML[name] ?? '');

const sources = ['server', 'jobs']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((n) => join(folder, n)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

describe('the page of templates', () => {
  it('has every letter in Chinese and in English, with its subject, its text and its HTML', async () => {
    const index = unescape(await read('/dev/mail'));
    for (const letter of LETTER_NAMES) {
      const shown = samples.filter((sample) => sample.letter === letter);
      const languages = new Set(shown.map(({ locale }) => locale));
      expect([...languages]).toEqual(['zh', 'en']);
      expect(shown.some(({ together }) => together)).toBe(LETTER_BOOK[letter].mayBeInBoth);
      for (const { locale, number, subject, text, html } of shown) {
        const address = `/dev/mail/templates/${letter}/${locale}/${number}`;
        expect(index).toContain(`<a href="${address}">${subject}</a>`);
        const page = unescape(await read(address));
        expect(page).toContain(subject);
        expect(page).toContain(text);
        expect(await read(`${address}/html`)).toBe(html);
      }
    }
  });

  it('says nothing unfinished, and each letter in the language of its reader', () => {
    for (const { letter, locale, together, subject, text, html } of samples) {
      expect(`${subject}${text}${html}`, letter).not.toMatch(/undefined|\bnull\b|NaN|\[object/);
      const hanzi = /\p{Script=Han}/u;
      if (!together && locale === 'en')
        expect(`${subject}${text}`.replace(/[（(].*?[）)]/g, ''), letter).not.toMatch(/[，。；：]/);
      if (locale === 'zh' || together) expect(subject, letter).toMatch(hanzi);
    }
  });

  it('shows a letter under a content policy that runs and fetches nothing', async () => {
    const response = await app.client().send('/dev/mail/templates/donation-thanks/zh/1/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await app.client().send('/dev/mail/templates/no-such-letter/zh/1')).status).toBe(404);
  });

  it('is not there in production', async () => {
    const production = await startTestApp({ production: true }, { payments });
    for (const path of ['/dev/mail', '/dev/mail/templates/donation-thanks/zh/1']) {
      expect((await production.client().send(path)).status, path).toBe(404);
    }
    await production.close();
  });
});

describe('the book of letters', () => {
  it('is the only way to the mail server', () => {
    const sending = sources.filter(({ text }) => /\bmailer\s*\.\s*send\b|\bmailOf\(/.test(text));
    expect(sending.map(({ path }) => path).sort()).toEqual([
      'server/services/letters/letter-mail.ts',
      'server/services/letters/letter-samples.ts',
      'server/services/letters/send-letter.ts',
    ]);
  });

  it('has no letter that nobody sends', () => {
    const senders = sources.filter(({ text }) => text.includes('sendLetter(')).map(({ text }) => text);
    const purposes = readFileSync('server/db/models/account-link.ts', 'utf8');
    for (const letter of LETTER_NAMES) {
      const named = [...senders, purposes].some((text) => text.includes(`'${letter}'`));
      expect(named, letter).toBe(true);
    }
  });
});
