/** Public pages with made-up data over the real zone, for the tests that look at them in a browser. */
import { allocationPages } from './allocation-pages.ts';
import { givingPages } from './giving-pages.ts';
import { reportPages } from './report-pages.ts';
import {
  text,
  yuan,
  localities,
  sectors,
  coverage,
  projects,
  disbursements,
  type SamplePage,
} from './zone.ts';

const firstRules = {
  ...{ version: 1, effectiveOn: '2026-03-01', reason: '', level: 'CELL_THEN_PROJECT' as const },
  weightPolicy: { measure: 'BUDGET_EXPENDITURE' as const, k: '3/5', floor: '1/2', ceiling: '3/2' },
  localityWeights: [
    { locality: '310118', exact: '1/2', rounded: '0.5000' },
    { locality: '330421', exact: '3/2', rounded: '1.5000' },
  ],
  ...{ capPerProjectMinor: null, refundWindowDays: 14 },
  eligibility: { granteeKinds: null, everyoneOnly: false, lowestScore: null },
};
const publishedRules = {
  ...{ holding: 2, currency: 'CNY' },
  versions: [
    firstRules,
    {
      ...{ ...firstRules, version: 2, effectiveOn: '2026-05-01', reason: '主管部门要求延长退款期。' },
      ...{ capPerProjectMinor: '500000000', refundWindowDays: 30 },
      eligibility: {
        ...{ granteeKinds: ['SOCIAL_ORGANIZATION' as const], everyoneOnly: true, lowestScore: '60' },
      },
    },
  ],
};

export const samplePages: readonly SamplePage[] = [
  {
    path: '/',
    name: 'home',
    request: {
      page: 'home',
      data: {
        totals: {
          raised: yuan(86_420_000),
          received: yuan(80_100_000),
          allocated: yuan(61_350_000),
          disbursed: yuan(23_128_000),
        },
        roundCode: 'R2026-1',
        latestReportNumber: 'SF-2026-002',
        coverage,
        openRound: {
          code: 'R2026-1',
          name: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
          closesOn: '2026-09-30',
          projectCount: 20,
          need: yuan(98_000_000),
          funded: yuan(61_350_000),
        },
        latestDisbursements: disbursements,
      },
    },
  },
  {
    path: '/rounds/R2026-1',
    name: 'round',
    request: {
      page: 'round',
      data: {
        code: 'R2026-1',
        name: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        status: 'OPEN',
        opensOn: '2026-03-01',
        closesOn: '2026-09-30',
        need: yuan(98_000_000),
        funded: yuan(61_350_000),
        matching: [
          {
            ...{ id: 'pool', ratio: '0.5', left: yuan(1_250_000), perPerson: yuan(300) },
            sponsor: text('太浦河实业集团', 'Taipu River Industries'),
          },
        ],
        sectors,
        localities,
        filter: {},
        projects,
        projectCount: 20,
        rules: publishedRules,
        allocations: [{ id: 'run', executedAt: '2026-07-01T02:00:00Z', total: yuan(61_350_000) }],
      },
    },
  },
  {
    path: '/rounds/R2026-1?sector=health',
    name: 'round-empty',
    request: {
      page: 'round',
      data: {
        code: 'R2026-1',
        name: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        status: 'ALLOCATED',
        opensOn: '2026-03-01',
        closesOn: '2026-09-30',
        need: yuan(98_000_000),
        funded: yuan(98_000_000),
        matching: [],
        rules: { ...publishedRules, holding: 1, versions: [firstRules] },
        allocations: [],
        sectors,
        localities,
        filter: { sector: 'health', inclusive: true },
        projects: [],
        projectCount: 20,
      },
    },
  },
  {
    path: '/projects/P-2026-014',
    name: 'project',
    request: {
      page: 'project',
      data: {
        ...projects[0]!,
        round: {
          code: 'R2026-1',
          name: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        },
        serviceItem: text('养老资源共享', 'Shared elderly-care resources'),
        summary: text(
          '嘉善每五位居民就有一位超过六十五岁，而全县的日托床位只够四分之一的申请者。许多老人随子女从外地迁来，没有本地户籍，也就没有本地的养老待遇。\n中心设在罗星街道的旧供销社里，一楼助餐，二楼康复。凡在示范区居住的老人，不论户籍，同价入托。',
          'One in five residents of Jiashan is over sixty-five, and day-care places suffice for a quarter of those who apply. Many came with their children from elsewhere and have no local registration, hence no local care.\nThe centre stands in an old cooperative store: meals on the ground floor, rehabilitation above. Whoever lives in the zone pays the same price.',
        ),
        disbursed: yuan(112_800),
        milestones: [
          {
            id: 'm1',
            title: text('完成场地改造并通过消防验收', 'Building converted and passed by the fire service'),
            dueOn: '2026-05-31',
            status: 'ACCEPTED',
            shareBasisPoints: 3333,
          },
          {
            id: 'm2',
            title: text('招收首批 60 名老人', 'First 60 people enrolled'),
            dueOn: '2026-09-30',
            status: 'REPORTED',
            shareBasisPoints: 3333,
          },
          {
            id: 'm3',
            title: text('满意度调查达到 85 分', 'Satisfaction survey reaches 85'),
            dueOn: '2027-03-31',
            status: 'PLANNED',
            shareBasisPoints: 3333,
          },
        ],
        funding: [
          {
            id: 'f1',
            source: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
            amount: yuan(200_000),
          },
          { id: 'f2', source: text('限定养老的捐赠', 'Donations for elderly care'), amount: yuan(38_400) },
          { id: 'f3', source: text('非限定基金', 'Unrestricted fund'), amount: yuan(100_000) },
        ],
        level: '3/50',
        disbursements: disbursements.slice(0, 1),
        open: true,
      },
    },
  },
  ...givingPages,
  ...allocationPages,
  ...reportPages,
  {
    path: '/nowhere',
    name: 'not-found',
    request: { page: 'error', data: { kind: 'notFound', reference: null } },
  },
  {
    path: '/failed',
    name: 'failed',
    request: { page: 'error', data: { kind: 'failed', reference: 'D-7Q3M4T' } },
  },
  { path: '/dev/components', name: 'components', request: { page: 'components', data: null } },
];
