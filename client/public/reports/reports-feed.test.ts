import { describe, expect, it } from 'vitest';
import { reportsFeed } from './reports-feed.ts';

const reports = [
  {
    number: '2026-0002',
    version: 2,
    title: { zh: '2026 年第二轮 <更正>', en: 'Round two of 2026' },
    publishedAt: '2026-11-02T02:00:00.000Z',
    disbursed: { amountMinor: '1234567800', currency: 'CNY' },
  },
];
const at = (locale: 'zh-CN' | 'en', format: 'atom' | 'json') =>
  reportsFeed({ reports }, { locale, origin: 'https://fund.example', format });

describe('the feed of reports', () => {
  it('tells in JSON Feed what was published, in words, with whole addresses', () => {
    const { mediaType, text } = at('en', 'json');
    expect(mediaType).toBe('application/feed+json');
    expect(JSON.parse(text)).toMatchObject({
      version: expect.stringContaining('https://jsonfeed.org/version/1') as string,
      home_page_url: 'https://fund.example/en/reports',
      feed_url: 'https://fund.example/en/reports/feed.json',
      items: [
        {
          id: 'https://fund.example/en/reports/2026-0002',
          url: 'https://fund.example/en/reports/2026-0002',
          title: 'Round two of 2026',
          content_html: expect.stringContaining('paid out. 2026-0002 · version 2.') as string,
          date_published: '2026-11-02T02:00:00.000Z',
        },
      ],
    });
  });

  it('is well formed Atom in Chinese, whatever a title holds', () => {
    const { mediaType, text } = at('zh-CN', 'atom');
    expect(mediaType).toBe('application/atom+xml');
    expect(text).toContain('<updated>2026-11-02T02:00:00.000Z</updated>');
    expect(text).toContain('<link rel="self" href="https://fund.example/zh/reports/feed.atom"/>');
    expect(text).toMatch(/<title type="html"><!\[CDATA\[2026 年第二轮 <更正>\]\]><\/title>/);
  });

  it('has no entries before the first report', () => {
    const { text } = reportsFeed(
      { reports: [] },
      { locale: 'en', origin: 'https://fund.example', format: 'json' },
    );
    expect(JSON.parse(text)).toMatchObject({ items: [] });
  });
});
