/** Pages of reports with made-up data: the list, a report, verifying. */
import { text, yuan, sectors, coverage, disbursements, type SamplePage } from './zone.ts';

const HASH = 'sha256:9b2f4d0c7c1e5a86f3d2b1c0e9f8a7d6c5b4a3928170f6e5d4c3b2a190817263';

export const reportPages: readonly SamplePage[] = [
  {
    path: '/reports',
    name: 'reports',
    request: {
      page: 'reports',
      data: {
        reports: [
          {
            number: 'SF-2026-002',
            version: 2,
            title: text('2026 年第二季度拨付公示', 'Disbursement report, second quarter of 2026'),
            publishedAt: '2026-07-10T02:00:00Z',
            disbursed: yuan(3_512_000),
          },
          {
            number: 'SF-2026-001',
            version: 1,
            title: text('2026 年第一季度拨付公示', 'Disbursement report, first quarter of 2026'),
            publishedAt: '2026-04-09T02:00:00Z',
            disbursed: yuan(19_616_000),
          },
        ],
      },
    },
  },
  {
    path: '/verify',
    name: 'verify',
    request: { page: 'verify', data: { reports: [{ number: 'SF-2026-002', version: 2 }], gift: null } },
  },
  {
    path: '/verify?gift=g1',
    name: 'verify-gift',
    request: { page: 'verify', data: { reports: [], gift: 'g1' } },
  },
  { path: '/reports?none=yes', name: 'reports-empty', request: { page: 'reports', data: { reports: [] } } },
  {
    path: '/reports/SF-2026-002',
    name: 'report',
    request: {
      page: 'report',
      data: {
        number: 'SF-2026-002',
        version: 2,
        latestVersion: 2,
        title: text('2026 年第二季度拨付公示', 'Disbursement report, second quarter of 2026'),
        publishedAt: '2026-07-10T02:00:00Z',
        recordedUntil: '2026-07-09T08:30:00Z',
        currency: 'CNY',
        totals: {
          pledged: yuan(92_000_000),
          received: yuan(86_320_000),
          allocated: yuan(61_350_000),
          disbursed: yuan(23_128_000),
          donated: yuan(100_000),
          fees: yuan(3_912),
          remaining: yuan(30_746_088),
        },
        fromKinds: sectors.flatMap(({ code }, index) => {
          const total = coverage.cells
            .filter((cell) => cell.sector === code)
            .reduce((sum, cell) => sum + BigInt(cell.funded.amountMinor), 0n);
          const parts = [45n + BigInt(index), 30n, 20n - BigInt(index), 5n];
          return (['government', 'enterprise', 'socialOrganization', 'individual'] as const).map(
            (kind, at) => ({
              kind,
              sector: code,
              amount: { amountMinor: ((total * parts[at]!) / 100n).toString(), currency: 'CNY' },
            }),
          );
        }),
        coverage,
        covered: { needCount: 24, coveredCount: 23, lowestCoveredBasisPoints: 600 },
        disbursements,
        returns: [
          {
            id: '1.1',
            closedOn: '2026-06-20',
            projectCode: disbursements[0]!.projectCode,
            projectTitle: disbursements[0]!.projectTitle,
            grantee: disbursements[0]!.grantee,
            fund: text('吴江区财政局认捐（卫生健康）', 'Pledge of the Wujiang Finance Bureau (health)'),
            amount: yuan(120_000),
          },
        ],
        contentHash: HASH,
        allocation: { rule: 'leximin', inputHash: HASH },
        files: [
          { name: 'report.json', bytes: 48_213, sha256: HASH.slice(7) },
          { name: 'disbursements.csv', bytes: 6_120, sha256: HASH.slice(7) },
        ],
        versions: [
          { version: 2, publishedAt: '2026-07-10T02:00:00Z', reason: '更正一笔拨付的日期。' },
          { version: 1, publishedAt: '2026-07-08T02:00:00Z', reason: null },
        ],
      },
    },
  },
];
