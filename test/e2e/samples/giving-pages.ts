/** Pages of giving with made-up data: the form, what became of a gift, my giving. */
import type { GiveData } from '../../../client/public/give/give-data.ts';
import type { MyGivingData } from '../../../client/public/my-giving/my-giving-data.ts';
import { text, yuan, localities, sectors, anyUse, projects, type SamplePage } from './zone.ts';

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
      certainty: 'CONTESTED',
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
  ...{ done: 'receipt', failed: null, minimum: yuan(5), maximum: yuan(500_000) },
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

const TRANSFER = {
  reference: 'JZ123456789',
  accountName: '区域公共产品供给基金会',
  bankName: '示例银行嘉善支行',
  accountNumber: '3304 0011 0000 1234',
};

export const givingPages: readonly SamplePage[] = [
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
    request: { page: 'givingLink', data: { notice: 'asked', failed: null } },
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
        matches: status === 'settled' ? [{ stage: 'HELD', amount: yuan(50), finalOn: '2026-08-01' }] : [],
        createdAt: '2026-06-30T04:20:00Z',
        settledAt: status === 'settled' ? '2026-06-30T04:21:10Z' : null,
        checkoutUrl: status === 'back' ? '/pay' : null,
        transfer: status === 'transfer' ? TRANSFER : null,
      },
    },
  })),
];
