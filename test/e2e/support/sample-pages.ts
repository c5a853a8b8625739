/** Public pages with made-up data over the real zone, for the tests that look at them in a browser. */
import type { Coverage } from '../../../client/components/coverage-map.tsx';
import type { Restriction } from '../../../client/components/restriction-chips.tsx';
import type { MoneyValue } from '../../../client/lib/format.ts';
import type { LocalizedText } from '../../../client/lib/locale.ts';
import type { DisbursementLine } from '../../../client/public/disbursement-table.tsx';
import type { GiveData } from '../../../client/public/give/give-data.ts';
import type { MyGivingData } from '../../../client/public/my-giving/my-giving-data.ts';
import type { ProjectSummary } from '../../../client/public/project-card.tsx';
import { TOY_START, toyProblem } from '../../../client/public/allocation/toy.ts';
import type { PublicPageRequest } from '../../../client/public/render-page.tsx';
import { sampleShare, sampleStatement } from './sample-compensation.ts';
import { allocate } from '../../../server/domain/matching/allocate.ts';

interface SamplePage {
  /** The path after the language, such as `/give`. */
  readonly path: string;
  readonly name: string;
  readonly request: PublicPageRequest;
}

const text = (zh: string, en: string): LocalizedText => ({ zh, en });
const yuan = (amount: number): MoneyValue => ({
  amountMinor: (BigInt(amount) * 100n).toString(),
  currency: 'CNY',
});

const localities = [
  { code: '310118', name: text('青浦', 'Qingpu') },
  { code: '320509', name: text('吴江', 'Wujiang') },
  { code: '330421', name: text('嘉善', 'Jiashan') },
];

const sectors = [
  { code: 'health', name: text('卫生健康', 'Health') },
  { code: 'medical-insurance', name: text('医疗保障', 'Medical insurance') },
  { code: 'education', name: text('教育', 'Education') },
  { code: 'culture-tourism-sport', name: text('文化旅游和体育', 'Culture, tourism and sport') },
  { code: 'transport', name: text('公共交通', 'Public transport') },
  { code: 'government-services', name: text('政务服务', 'Government services') },
  { code: 'elderly-care', name: text('养老', 'Elderly care') },
  { code: 'environment', name: text('生态环保', 'Ecology and environment') },
];

const SHARES = [
  62, 48, 35, 71, 66, 58, 33, 29, 27, 100, 84, 41, 96, 88, 52, 77, 69, 44, 31, 18, 6, 55, 73, 38,
];

const coverage: Coverage = {
  sectors,
  localities,
  cells: sectors.flatMap((sector, row) =>
    localities.flatMap((locality, column) => {
      if (sector.code === 'medical-insurance' && locality.code === '320509') return [];
      const need = 1_800_000 + ((row * 7 + column * 5) % 11) * 640_000;
      const share = SHARES[row * 3 + column] ?? 0;
      return [
        {
          sector: sector.code,
          locality: locality.code,
          need: yuan(need),
          funded: yuan((need * share) / 100),
        },
      ];
    }),
  ),
};

const anyUse: Restriction = { sectors: null, localities: null, projects: null };

const projects: readonly ProjectSummary[] = [
  {
    id: 'P-2026-014',
    title: text(
      '嘉善罗星街道跨区域养老日托中心',
      'Cross-border day centre for the elderly, Luoxing, Jiashan',
    ),
    summary: text(
      '为 120 名独居和随迁老人提供日托、助餐和康复，青浦、吴江户籍老人同价入托。',
      'Day care, meals and rehabilitation for 120 older people living alone or with migrant families.',
    ),
    sector: text('养老', 'Elderly care'),
    locality: text('嘉善', 'Jiashan'),
    grantee: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services'),
    inclusive: true,
    need: yuan(5_640_000),
    funded: yuan(338_400),
  },
  {
    id: 'P-2026-009',
    title: text(
      '三地共享云课堂：乡村小学科学课',
      'Shared cloud classroom: science lessons for village schools',
    ),
    summary: text(
      '把青浦的科学课送到 18 所乡村小学，随迁子女同班上课。',
      'Science lessons from Qingpu in 18 village schools, migrant children included.',
    ),
    sector: text('教育', 'Education'),
    locality: text('吴江', 'Wujiang'),
    grantee: text('吴江区青苗教育基金会', 'Wujiang Seedling Education Foundation'),
    inclusive: true,
    need: yuan(3_200_000),
    funded: yuan(1_056_000),
  },
  {
    id: 'P-2026-003',
    title: text('示范区公交 7 路延伸线', 'Zone bus line 7 extension'),
    summary: text(
      '连接西塘与金泽，每日 26 班，全程两元。',
      'Linking Xitang and Jinze, 26 services a day, two yuan all the way.',
    ),
    sector: text('公共交通', 'Public transport'),
    locality: text('青浦', 'Qingpu'),
    grantee: text('青浦水乡公交服务社', 'Qingpu Water Town Bus Cooperative'),
    inclusive: false,
    need: yuan(4_360_000),
    funded: yuan(4_360_000),
  },
];

const disbursements: readonly DisbursementLine[] = [
  ['2026-06-30', 0, 1, 1_128_000],
  ['2026-06-18', 2, 2, 1_744_000],
  ['2026-05-12', 1, 1, 640_000],
].map(([on, project, tranche, amount], index) => {
  const one = projects[Number(project)]!;
  return {
    id: `d${index}`,
    executedOn: String(on),
    projectCode: one.id,
    projectTitle: one.title,
    grantee: one.grantee,
    tranche: Number(tranche),
    sentBack: false,
    amount: yuan(Number(amount)),
  };
});

const give: GiveData = {
  idempotencyKey: '6f1d8f0e-4f6c-4c6e-9a53-0d6b0b4f7f10',
  presets: [yuan(50), yuan(100), yuan(500), yuan(1000)],
  minimum: yuan(5),
  maximum: yuan(500_000),
  transferOffered: true,
  feeCoverRate: { basisPoints: 340, fixedMinor: '235' },
  sectors,
  localities,
  projects: projects.map(({ id, title }) => ({ code: id, name: title })),
  matches: [
    {
      pool: text('水乡企业配捐池', 'Water-town enterprises’ pool'),
      least: yuan(0),
      most: yuan(50),
      needsEmail: true,
      refundWindowDays: 30,
    },
  ],
  values: {
    amount: '100',
    rhythm: 'once',
    purpose: 'region',
    parts: Array.from({ length: 5 }, () => ({ to: '', amount: '' })),
    sector: '',
    locality: '',
    project: '',
    name: '',
    email: '',
    named: false,
    message: '',
    dedication: '',
    related: false,
    payerKind: 'individual',
    payerTitle: '',
    creditCode: '',
    coverFee: false,
  },
  errors: {},
};

const myGiving: MyGivingData = {
  ...{ token: 'token', address: 'w***@example.org', linkExpiresAt: '2027-01-15T00:00:00Z', currency: 'CNY' },
  ...{ done: 'receipt', error: null },
  monthly: [
    {
      id: 'm1',
      status: 'ACTIVE',
      stopsAtPeriodEnd: false,
      paidUntil: '2026-08-01T00:00:00Z',
      total: yuan(100),
      gift: yuan(100),
    },
  ],
  gifts: [
    {
      ...{ id: 'g2', status: 'SETTLED', monthlyGivingId: 'm1', dedication: null },
      ...{ createdAt: '2026-07-01T02:00:00Z', settledAt: '2026-07-01T02:01:00Z' },
      ...{ total: yuan(100), returned: yuan(0) },
      receipts: [{ number: '2026-000102', replaces: null, payerTitle: '王芳', issuedOn: '2026-07-01' }],
      flow: [{ restriction: anyUse, amount: yuan(100), waiting: yuan(100), projects: [] }],
    },
    {
      ...{ id: 'g1', status: 'SETTLED', monthlyGivingId: null, dedication: '我的老师' },
      ...{ createdAt: '2026-03-12T02:00:00Z', settledAt: '2026-03-12T02:01:00Z' },
      ...{ total: yuan(500), returned: yuan(50) },
      receipts: [
        { number: '2026-000007', replaces: null, payerTitle: '王芳', issuedOn: '2026-03-12' },
        {
          number: '2026-000031',
          replaces: '2026-000007',
          payerTitle: '嘉善水乡科技有限公司',
          issuedOn: '2026-03-20',
        },
      ],
      flow: [
        {
          restriction: { ...anyUse, sectors: [text('养老', 'Elderly care')] },
          ...{ amount: yuan(300), waiting: yuan(60) },
          projects: [
            {
              projectId: 'P-2026-014',
              title: projects[0]!.title,
              ...{ allocated: yuan(190), disbursed: yuan(120) },
            },
          ],
        },
        {
          restriction: { ...anyUse, localities: [text('吴江', 'Wujiang')] },
          ...{ amount: yuan(200), waiting: yuan(0) },
          projects: [
            {
              projectId: 'P-2026-009',
              title: projects[1]!.title,
              ...{ allocated: yuan(200), disbursed: yuan(200) },
            },
          ],
        },
      ],
    },
  ],
};

const run = toyProblem(TOY_START);
const runResult = allocate(run);
/** What the sample of an executed allocation was computed from, by the name of its file. */
/** The texts that pages compute again from. */
export const sampleRunFiles: Readonly<Record<string, string>> = {
  '/allocation/runs/run/problem.json': JSON.stringify(run),
  '/allocation/runs/run/result.json': JSON.stringify(runResult),
  '/compensation/statement/problem.json': sampleShare.problemJson,
  '/compensation/statement/result.json': sampleShare.resultJson,
};

const HASH = 'sha256:9b2f4d0c7c1e5a86f3d2b1c0e9f8a7d6c5b4a3928170f6e5d4c3b2a190817263';

const TRANSFER = {
  reference: 'JZ123456789',
  accountName: '区域公共产品供给基金会',
  bankName: '示例银行嘉善支行',
  accountNumber: '3304 0011 0000 1234',
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
  { path: '/give', name: 'give', request: { page: 'give', data: give } },
  {
    path: '/give?wrong=yes',
    name: 'give-wrong',
    request: {
      page: 'give',
      data: {
        ...give,
        values: { ...give.values, amount: '-5', purpose: 'project', email: 'someone', named: true },
        errors: {
          amount: '金额须至少 1 元，例如 20 或 99.50。 / Give at least 1 yuan, such as 20 or 99.50.',
          project: '请选择要资助的项目。 / Choose the project to fund.',
          email: '请填写完整的邮箱地址。 / Enter a full e-mail address.',
        },
      },
    },
  },
  {
    path: '/give?split=yes',
    name: 'give-split',
    request: {
      page: 'give',
      data: {
        ...give,
        matches: null,
        values: {
          ...give.values,
          ...{ rhythm: 'monthly', purpose: 'several', payerKind: 'company' },
          parts: [
            { to: 'sector:health', amount: '33.34' },
            { to: 'locality:330421', amount: '' },
            ...give.values.parts.slice(2),
          ],
        },
        errors: { parts: '各部分之和与捐赠总额不符。', creditCode: '请填写统一社会信用代码。' },
      },
    },
  },
  ...(['AWAITING_PAYMENT', 'ACTIVE', 'PAST_DUE'] as const).map((status): SamplePage => ({
    path: `/monthly/${status}`,
    name: `monthly-${status}`,
    request: {
      page: 'monthly',
      data: {
        ...{ id: '6f1d8f0e-4f6c-4c6e-9a53-0d6b0b4f7f10', status, total: yuan(100) },
        checkoutUrl: status === 'AWAITING_PAYMENT' ? '/pay' : null,
        paidUntil: status === 'ACTIVE' ? '2026-08-01T00:00:00Z' : null,
        isBack: false,
      },
    },
  })),
  { path: '/my-giving/token', name: 'my-giving', request: { page: 'myGiving', data: myGiving } },
  {
    path: '/my-giving',
    name: 'giving-link',
    request: { page: 'givingLink', data: { notice: 'asked', error: null } },
  },
  ...(['back', 'transfer', 'processing', 'settled', 'failed'] as const).map((status): SamplePage => ({
    path: `/donations/${status}`,
    name: `donation-${status}`,
    request: {
      page: 'donation',
      data: {
        id: '01JZ8Y7Q3M4T6V',
        status,
        amount: yuan(100),
        feeCover: { amountMinor: status === 'settled' ? '596' : '0', currency: 'CNY' },
        parts: [
          { amount: yuan(60), restriction: { ...anyUse, sectors: [text('养老', 'Elderly care')] } },
          { amount: yuan(40), restriction: anyUse },
        ],
        createdAt: '2026-06-30T04:20:00Z',
        settledAt: status === 'settled' ? '2026-06-30T04:21:10Z' : null,
        checkoutUrl: status === 'back' ? '/pay' : null,
        transfer: status === 'transfer' ? TRANSFER : null,
      },
    },
  })),
  {
    path: '/allocation',
    name: 'how-allocation',
    request: {
      page: 'howAllocation',
      data: {
        runs: [
          {
            id: 'run',
            round: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
            rule: 'leximin',
            executedAt: '2026-06-30T04:20:00Z',
            total: yuan(61_350_000),
          },
        ],
      },
    },
  },
  {
    path: '/compensation',
    name: 'compensations',
    request: {
      page: 'compensations',
      data: {
        statements: [
          {
            ...{ id: 'statement', version: 2, title: sampleStatement.title },
            ...{ publishedAt: sampleStatement.publishedAt, total: sampleStatement.total },
            transferred: { amountMinor: String(sampleShare.transfersMinor), currency: 'CNY' },
          },
        ],
      },
    },
  },
  {
    path: '/compensation/statement',
    name: 'compensation',
    request: {
      page: 'compensation',
      data: {
        ...{ ...sampleStatement, id: 'statement', localities },
        round: { code: 'R2026-1', title: text('2026 年第一批', 'First batch of 2026') },
        versions: [
          { id: 'statement', version: 2, publishedAt: sampleStatement.publishedAt },
          { id: 'first', version: 1, publishedAt: '2026-05-08T02:00:00Z' },
        ],
      },
    },
  },
  {
    path: '/imbalance',
    name: 'imbalance',
    request: {
      page: 'imbalance',
      data: {
        sectors: [
          { code: 'health', name: text('卫生健康', 'Health') },
          { code: 'education', name: text('教育', 'Education') },
        ],
        localities: [
          { code: '310118', name: text('青浦', 'Qingpu') },
          { code: '330421', name: text('嘉善', 'Jiashan') },
        ],
        rounds: [
          {
            code: '2026-1',
            title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
            isAllocated: true,
            cells: [
              {
                ...{ sector: 'health', locality: '310118' },
                ...{ need: yuan(10_000_000), before: yuan(4_000_000), funded: yuan(6_500_000) },
              },
              {
                ...{ sector: 'education', locality: '330421' },
                ...{ need: yuan(8_000_000), before: yuan(0), funded: yuan(5_000_000) },
              },
            ],
            byCell: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
            bySector: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
            byLocality: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
          },
        ],
      },
    },
  },
  {
    path: '/allocation/runs/run',
    name: 'allocation-run',
    request: {
      page: 'allocationRun',
      data: {
        id: 'run',
        rule: 'leximin',
        inputHash: runResult.inputHash,
        executedAt: '2026-06-30T04:20:00Z',
        total: yuan(2_600_000),
        round: {
          code: 'R2026-1',
          title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        },
        byHand: {
          reason: '罗星街道日托中心须在冬季前开工。',
          changedBy: '陆远',
          approvedBy: ['沈清', '陈静'],
          lines: [
            {
              fund: { zh: '嘉善专款', en: 'Jiashan fund' },
              project: { zh: '罗星街道养老日托', en: 'Day care, Luoxing' },
              computed: { amountMinor: '31000000', currency: 'CNY' },
              amount: { amountMinor: '33000000', currency: 'CNY' },
            },
          ],
        },
        levels: projects.map(({ id: project, title, funded }) => ({
          ...{ id: project, title, level: '2/5', funded },
        })),
        bottlenecks: [
          {
            level: '2/5',
            nextLevel: '1',
            relief: yuan(3_900_000),
            projects: projects.map(({ title }) => title),
            funds: [text('非限定基金', 'Unrestricted fund'), text('嘉善专款', 'For Jiashan')],
          },
        ],
      },
    },
  },
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
        currency: 'CNY',
        totals: {
          pledged: yuan(92_000_000),
          received: yuan(86_420_000),
          allocated: yuan(61_350_000),
          disbursed: yuan(23_128_000),
          fees: yuan(3_912),
          remaining: yuan(25_066_088),
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
