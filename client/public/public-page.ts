/** What every public page is: a head for search engines and chats, and a body made from its data alone. */
import type { ComponentType } from 'react';
import type { Translate } from '../lib/i18n.ts';
import type { Locale, LocalizedText } from '../lib/locale.ts';
import type { SocialPicture } from './social-picture.tsx';

export interface PageHead {
  readonly title: string;
  readonly description: string;
  /** Pages of one visitor are kept out of search engines. */
  readonly private?: boolean;
  /** What chats draw beside a link to the page, under its title or one of its own; none where the link is for one person. */
  readonly picture?: Omit<SocialPicture, 'title'> & Partial<Pick<SocialPicture, 'title'>>;
  /** The address of the page's feed, for readers that subscribe. */
  readonly feed?: string;
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
