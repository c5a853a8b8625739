/**
 * `/dev/mail`, for whoever builds the platform or tries it out: every letter that it sends, in each language, over sample
 * facts; and what the mail catcher kept. The templates are never there in production, the caught mail never where mail is
 * delivered.
 */
import { Router, type Response } from 'express';
import { sampleLetters, type SampleLetter } from '../services/letters/letter-samples.ts';

interface CaughtMail {
  readonly id: string;
  readonly receivedAt: Date;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly duplicateOf: string | null;
}

/** The part of the mail catcher that is shown. */
export interface CaughtMails {
  listMails(): Promise<readonly CaughtMail[]>;
  readMail(
    id: string,
  ): Promise<(CaughtMail & { readonly text: string; readonly html: string | null }) | null>;
}

interface DevMailOptions {
  /** Null where mail is delivered. */
  readonly caughtMails: CaughtMails | null;
  /** False in production. */
  readonly showTemplates: boolean;
  /** No real money moves here, and letters say so. */
  readonly rehearsal: () => boolean;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>${body}</body></html>`;
}

const preformatted = (text: string): string => `<pre>${escape(text)}</pre>`;

/** What a mail program would show, with nothing that it could run or fetch. */
function sendAsSeen(response: Response, html: string): void {
  response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  response.type('html').send(html);
}

const LANGUAGES = { zh: '中文', en: 'English' } as const;

const languageOf = ({ locale, together }: SampleLetter): string =>
  together ? `${LANGUAGES.zh} + ${LANGUAGES.en}` : LANGUAGES[locale];

const addressOf = ({ letter, locale, number }: SampleLetter): string =>
  `/dev/mail/templates/${letter}/${locale}/${number}`;

const templateItem = (sample: SampleLetter): string =>
  `<li>${escape(sample.letter)}, ${languageOf(sample)}: <a href="${addressOf(sample)}">${escape(sample.subject)}</a></li>`;

const templateList = (samples: readonly SampleLetter[]): string =>
  `<h2 id="templates">Templates</h2><p>Every letter that the platform sends, over sample facts.</p><ul>${samples.map(templateItem).join('')}</ul>`;

function caughtItem(mail: CaughtMail): string {
  const again = mail.duplicateOf === null ? '' : ' (sent again)';
  return `<li><a href="/dev/mail/${escape(mail.id)}">${escape(mail.subject)}</a> to ${escape(mail.to)}, ${mail.receivedAt.toISOString()}${again}</li>`;
}

function caughtList(mails: readonly CaughtMail[]): string {
  const list =
    mails.length === 0
      ? '<p>No mail yet. A gift that is paid sends one.</p>'
      : `<ul>${mails.map(caughtItem).join('')}</ul>`;
  return `<p><a href="#templates">Templates of every letter</a></p><h2>Caught</h2><p>None of it was delivered. Newest first.</p>${list}`;
}

export function createDevMailRoutes({ caughtMails, showTemplates, rehearsal }: DevMailOptions): Router {
  const router = Router();
  if (caughtMails === null && !showTemplates) return router;
  const samples = () => (showTemplates ? sampleLetters(rehearsal()) : []);
  router.get('/dev/mail', async (_request, response) => {
    const caught = caughtMails === null ? '' : caughtList(await caughtMails.listMails());
    const templates = showTemplates ? templateList(samples()) : '';
    response.type('html').send(page('Mail', `${caught}${templates}`));
  });
  if (showTemplates) router.use(createTemplateRoutes(samples));
  if (caughtMails !== null) router.use(createCaughtMailRoutes(caughtMails));
  return router;
}

function createTemplateRoutes(samples: () => readonly SampleLetter[]): Router {
  const router = Router();
  const find = (path: string) => samples().find((sample) => addressOf(sample) === path);
  router.get('/dev/mail/templates/:letter/:locale/:number', (request, response, next) => {
    const sample = find(request.path);
    if (sample === undefined) {
      next();
      return;
    }
    response
      .type('html')
      .send(
        page(
          sample.subject,
          `<p>${escape(sample.letter)}, ${languageOf(sample)}, sample ${sample.number}</p><p><a href="${addressOf(sample)}/html">As a mail program shows it</a></p>${preformatted(sample.text)}<p><a href="/dev/mail">All mail</a></p>`,
        ),
      );
  });
  router.get('/dev/mail/templates/:letter/:locale/:number/html', (request, response, next) => {
    const sample = find(request.path.replace(/\/html$/, ''));
    if (sample === undefined) next();
    else sendAsSeen(response, sample.html);
  });
  return router;
}

function createCaughtMailRoutes(mails: CaughtMails): Router {
  const router = Router();
  router.get('/dev/mail/:id', async (request, response, next) => {
    const mail = await mails.readMail(request.params.id);
    if (mail === null) {
      next();
      return;
    }
    const asSeen =
      mail.html === null
        ? ''
        : `<p><a href="/dev/mail/${escape(mail.id)}/html">As a mail program shows it</a></p>`;
    response
      .type('html')
      .send(
        page(
          mail.subject,
          `<p>From ${escape(mail.from)} to ${escape(mail.to)}, ${mail.receivedAt.toISOString()}</p>${asSeen}${preformatted(mail.text)}<p><a href="/dev/mail">All mail</a></p>`,
        ),
      );
  });
  router.get('/dev/mail/:id/html', async (request, response, next) => {
    const mail = await mails.readMail(request.params.id);
    if (mail?.html === null || mail === null) next();
    else sendAsSeen(response, mail.html);
  });
  return router;
}
