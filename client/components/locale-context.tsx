/**
 * The reader's language, given once at the root of a page or of the workspaces, so that components say
 * what they show and not how to find its words.
 */
import { createContext, use } from 'react';
import type { ReactNode } from 'react';
import { translatorOf } from '../lib/i18n.ts';
import type { Translate } from '../lib/i18n.ts';
import { readText } from '../lib/locale.ts';
import type { Locale, LocalizedText } from '../lib/locale.ts';

interface Language {
  readonly locale: Locale;
  readonly t: Translate;
  /** Reads a name that the data carries in both languages. */
  readonly read: (text: LocalizedText) => string;
}

const LanguageContext = createContext<Language | null>(null);

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const language: Language = { locale, t: translatorOf(locale), read: (text) => readText(text, locale) };
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  const language = use(LanguageContext);
  if (language === null) throw new Error('Wrap the page in a LocaleProvider.');
  return language;
}
