/** The published reports as a feed: one entry for each number, updated when a corrected version is published. */
import { Feed } from 'feed';
import { formatSummary } from '../../lib/format.ts';
import { translatorOf } from '../../lib/i18n.ts';
import { readText } from '../../lib/locale.ts';
import type { Locale } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import type { PublicPageData } from '../render-page.tsx';

const MEDIA_TYPES = { atom: 'application/atom+xml', json: 'application/feed+json' } as const;

export interface RenderedFeed {
  readonly mediaType: string;
  readonly text: string;
}

/**
 * @param origin scheme and host of the site, because readers of feeds know no relative addresses
 */
export function reportsFeed(
  { reports }: PublicPageData<'reports'>,
  { locale, origin, format }: { locale: Locale; origin: string; format: 'atom' | 'json' },
): RenderedFeed {
  const t = translatorOf(locale);
  const address = (path: string) => `${origin}${path}`;
  const list = address(paths.reports(locale));
  const published = reports.map(({ publishedAt }) => new Date(publishedAt)).sort((a, b) => +b - +a);
  const feed = new Feed({
    id: list,
    link: list,
    title: t('common:site.title', { page: t('reports:title') }),
    description: t('reports:lead'),
    language: locale,
    copyright: t('common:site.name'),
    generator: 'Supply Foundation',
    author: { name: t('common:site.name'), link: address(paths.home(locale)) },
    // Of a feed without entries nothing was ever updated; the format still wants a time.
    updated: published[0] ?? new Date(0),
    feedLinks: {
      atom: address(paths.feed(locale, 'atom')),
      json: address(paths.feed(locale, 'json')),
    },
  });
  for (const { number, version, title, publishedAt, disbursed } of reports) {
    const date = new Date(publishedAt);
    const said = t('reports:entry', {
      disbursed: formatSummary(disbursed, locale),
      numbered: t('reports:numbered', { number, version }),
    });
    feed.addItem({
      id: address(paths.report(locale, number)),
      link: address(paths.report(locale, number)),
      title: readText(title, locale),
      // Atom shows the description; JSON Feed the content.
      description: said,
      content: said,
      date,
      published: date,
    });
  }
  return { mediaType: MEDIA_TYPES[format], text: format === 'atom' ? feed.atom1() : feed.json1() };
}
