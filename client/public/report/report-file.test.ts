import { describe, expect, it } from 'vitest';
import type { ReportDocument } from '../../../server/domain/report-document.ts';
import { createReportPages } from './report-file.ts';

const words = { zh: '第二轮', en: 'Round two' };
const document: ReportDocument = {
  ...{ schema: 'supply-foundation/disbursement-report', schemaVersion: 1, number: '2026-0002', version: 1 },
  ...{ corrects: null, currency: 'CNY', region: { code: 'zone', name: words } },
  round: { code: 'two', title: words, batch: '2', level: 'share', localityWeights: [] },
  ledger: {
    recordedUntil: '2026-11-20T02:00:00.000Z',
    checkpoint: { treeSize: 1, rootHash: '' },
    ...{ entryCount: 1, digest: '' },
  },
  totals: {
    ...{ pledgedMinor: '900000', receivedMinor: '400000', donatedMinor: '123400', paymentFeesMinor: '700' },
    ...{ allocatedMinor: '300000', awardedMinor: '0', disbursedMinor: '0' },
  },
  ...{ givers: [], pledges: [], coverage: [], allocations: [], projects: [], disbursements: [] },
  coverageSummary: { needCount: 0, coveredCount: 0, lowestCoveredBasisPoints: null },
  openToEveryoneBasisPoints: 0,
  ...{ sectorNames: {}, localityNames: {}, localityShortNames: {} },
};

/** The text of the page as it is published, without its marks. */
const pageIn = (locale: 'zh' | 'en') =>
  createReportPages({ stylesheet: () => '', origin: 'https://fund.example', sandbox: false })
    .render(document, { locale, publishedAt: new Date('2026-11-21T02:00:00Z'), files: [] })
    .html.replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the page of a report', () => {
  it('tells the gifts of all rounds apart from what the round received, and not to add them', () => {
    const page = pageIn('en');
    expect(page).toMatch(/Pledges received ¥ ?4,000/);
    expect(page).toMatch(/recorded until 20 November 2026.* do not add these figures across reports\./);
    expect(page).toMatch(/Gifts, all rounds ¥ ?1,234/);
    expect(page).toMatch(/Not allocated by this round ¥ ?7,227/);
  });

  it('says the same in Chinese, of a document that was published before it said so itself', () => {
    expect(document.schemaVersion).toBe(1);
    const page = pageIn('zh');
    expect(page).toMatch(/认捐到账 ¥ ?4,000/);
    expect(page).toMatch(/截至 2026年11月20日.*请勿跨公示相加。/);
    expect(page).toMatch(/捐赠（全部轮次） ¥ ?1,234/);
  });
});
