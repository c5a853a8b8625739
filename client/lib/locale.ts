/**
 * The two languages of the site and how text that exists in both is read. Chinese comes first: it is
 * what a reader gets when nothing else is known.
 */

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** A name or a sentence that the data carries in both languages. */
export interface LocalizedText {
  readonly zh: string;
  readonly en: string;
}

/** The first segment of a public address: `/zh/…` or `/en/…`. */
type LocalePrefix = 'zh' | 'en';

export function prefixOf(locale: Locale): LocalePrefix {
  return locale === 'zh-CN' ? 'zh' : 'en';
}

export function localeOfPrefix(prefix: string): Locale | null {
  if (prefix === 'zh') return 'zh-CN';
  return prefix === 'en' ? 'en' : null;
}

export function otherLocale(locale: Locale): Locale {
  return locale === 'zh-CN' ? 'en' : 'zh-CN';
}

/** Reads a text in the reader's language, or in the other one when it was written in one only. */
export function readText(text: LocalizedText, locale: Locale): string {
  const [wanted, other] = locale === 'zh-CN' ? [text.zh, text.en] : [text.en, text.zh];
  return wanted === '' ? other : wanted;
}

/** Chooses the language of a visitor from an `Accept-Language` header; Chinese unless English is preferred. */
export function localeOfHeader(header: string | undefined): Locale {
  const wishes = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(p)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => quality > 0 && /^(zh|en)(-|$)/.test(tag))
    .sort((a, b) => b.quality - a.quality);
  return wishes[0]?.tag.startsWith('en') === true ? 'en' : 'zh-CN';
}
