/** A letter as a mail: paragraphs and links, as plain text and as HTML that asks nothing of anybody's server. */
import type { Locale } from '../../domain/localized-text.ts';
import type { Mail, MailAttachment } from '../../gateways/mailer.ts';

export type LetterPart = string | { readonly address: string; readonly label: string };

interface Letter {
  readonly messageId: string;
  readonly to: string;
  readonly locale: Locale;
  readonly subject: string;
  readonly parts: readonly LetterPart[];
  readonly attachments?: readonly MailAttachment[];
}

const TAGS = { zh: 'zh-CN', en: 'en' } as const;

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '');

const STYLE = {
  body: 'margin:0;padding:24px 12px;background:#f4f7f6;color:#16211f;font:16px/1.7 "Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif',
  sheet:
    'max-width:560px;margin:0 auto;padding:28px;background:#fff;border-top:4px solid #0f5a54;border-radius:6px',
  button:
    'display:inline-block;padding:10px 18px;background:#0f5a54;color:#fff;text-decoration:none;border-radius:6px',
  address: 'color:#5b6770;font-size:13px;word-break:break-all',
} as const;

function htmlOf(part: LetterPart): string {
  if (typeof part === 'string') return `<p>${escapeHtml(part).replaceAll('\n', '<br>')}</p>`;
  const address = escapeHtml(part.address);
  return `<p><a style="${STYLE.button}" href="${address}">${escapeHtml(part.label)}</a></p><p style="${STYLE.address}">${address}</p>`;
}

const textOf = (part: LetterPart): string =>
  typeof part === 'string' ? part : `${part.label}\n${part.address}`;

export function mailOf({
  messageId,
  to,
  locale,
  subject,
  parts,
  attachments,
}: Letter): Mail & { readonly html: string } {
  const tag = TAGS[locale];
  return {
    messageId,
    to,
    subject,
    locale: tag,
    text: `${parts.map(textOf).join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="${tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>`,
      `<body style='${STYLE.body}'><div style="${STYLE.sheet}">`,
      ...parts.map(htmlOf),
      '</div></body></html>',
    ].join('\n'),
    ...(attachments === undefined ? {} : { attachments }),
  };
}
