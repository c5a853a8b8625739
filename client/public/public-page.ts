/** What every public page is: a head for search engines and chats, and a body made from its data alone. */
import type { ComponentType } from 'react';
import type { Translate } from '../lib/i18n.ts';
import type { Locale, LocalizedText } from '../lib/locale.ts';

export interface PageHead {
  readonly title: string;
  readonly description: string;
  /** Pages of one visitor are kept out of search engines. */
  readonly private?: boolean;
}

export interface HeadLanguage {
  readonly locale: Locale;
  readonly t: Translate;
  readonly read: (text: LocalizedText) => string;
}

export interface PublicPage<Data> {
  readonly head: (data: Data, language: HeadLanguage) => PageHead;
  readonly Body: ComponentType<{ readonly data: Data }>;
}

/** Facts of this installation that every page shows. */
export interface Site {
  /** Scheme and host, for absolute links in social previews. */
  readonly origin: string;
  readonly region: LocalizedText;
  /** Payments are made in a sandbox: no real money moves, and every page says so. */
  readonly sandbox: boolean;
  /** The open round, or the newest; the navigation leads to its projects. None before the first. */
  readonly roundCode: string | null;
}
