/** `/dev/mail`: what the mail catcher kept, for whoever tries the platform out. Never there when mail is delivered. */
import { Router } from 'express';

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

function listItem(mail: CaughtMail): string {
  const again = mail.duplicateOf === null ? '' : ' (sent again)';
  return `<li><a href="/dev/mail/${escape(mail.id)}">${escape(mail.subject)}</a> to ${escape(mail.to)}, ${mail.receivedAt.toISOString()}${again}</li>`;
}

export function createCaughtMailRoutes(mails: CaughtMails): Router {
  const router = Router();
  router.get('/dev/mail', async (_request, response) => {
    const caught = await mails.listMails();
    const list =
      caught.length === 0
        ? '<p>No mail yet. A gift that is paid sends one.</p>'
        : `<ul>${caught.map(listItem).join('')}</ul>`;
    response.type('html').send(page('Caught mail', `<p>None of it was delivered. Newest first.</p>${list}`));
  });
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
          `<p>From ${escape(mail.from)} to ${escape(mail.to)}, ${mail.receivedAt.toISOString()}</p>${asSeen}<pre>${escape(mail.text)}</pre><p><a href="/dev/mail">All mail</a></p>`,
        ),
      );
  });
  router.get('/dev/mail/:id/html', async (request, response, next) => {
    const mail = await mails.readMail(request.params.id);
    if (mail?.html === null || mail === null) {
      next();
      return;
    }
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.type('html').send(mail.html);
  });
  return router;
}
