/**
 * The round that the demo plays. Localities, sectors and service items are the zone's own; the parties, amounts and
 * needs are made up for the demonstration, and say so.
 */

export interface DemoParty {
  readonly key: string;
  readonly kind: 'GOVERNMENT' | 'ENTERPRISE' | 'SOCIAL_ORGANIZATION';
  readonly zh: string;
  readonly en: string;
  readonly locality: string | null;
}

export const PARTIES: readonly DemoParty[] = [
  {
    key: 'gov-qp',
    kind: 'GOVERNMENT',
    zh: '青浦区人民政府（演示）',
    en: 'Qingpu District Government (demo)',
    locality: '310118',
  },
  {
    key: 'gov-wj',
    kind: 'GOVERNMENT',
    zh: '吴江区人民政府（演示）',
    en: 'Wujiang District Government (demo)',
    locality: '320509',
  },
  {
    key: 'gov-js',
    kind: 'GOVERNMENT',
    zh: '嘉善县人民政府（演示）',
    en: 'Jiashan County Government (demo)',
    locality: '330421',
  },
  {
    key: 'ent-fenhu',
    kind: 'ENTERPRISE',
    zh: '汾湖精密制造有限公司（演示）',
    en: 'Fenhu Precision Manufacturing (demo)',
    locality: '320509',
  },
  {
    key: 'ent-dsh',
    kind: 'ENTERPRISE',
    zh: '淀山湖数据科技有限公司（演示）',
    en: 'Dianshan Lake Data Technology (demo)',
    locality: '310118',
  },
  {
    key: 'ent-yd',
    kind: 'ENTERPRISE',
    zh: '元荡新材料有限公司（演示）',
    en: 'Yuandang New Materials (demo)',
    locality: '320509',
  },
  {
    key: 'ent-xt',
    kind: 'ENTERPRISE',
    zh: '西塘文旅发展有限公司（演示）',
    en: 'Xitang Culture and Tourism (demo)',
    locality: '330421',
  },
  {
    key: 'org-union',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '长三角公益联合会（演示）',
    en: 'Delta Public Benefit Union (demo)',
    locality: null,
  },
  {
    key: 'org-charity',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '水乡慈善会（演示）',
    en: 'Water Town Charity (demo)',
    locality: '330421',
  },
  {
    key: 'npo-elder',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '青浦颐养服务中心（演示）',
    en: 'Qingpu Elderly Care Centre (demo)',
    locality: '310118',
  },
  {
    key: 'npo-school',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '吴江社区教育促进会（演示）',
    en: 'Wujiang Community Education (demo)',
    locality: '320509',
  },
  {
    key: 'npo-health',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '嘉善乡村医疗互助会（演示）',
    en: 'Jiashan Rural Health Mutual Aid (demo)',
    locality: '330421',
  },
  {
    key: 'npo-water',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '江南水乡生态保护协会（演示）',
    en: 'Water Town Ecology Association (demo)',
    locality: null,
  },
  {
    key: 'npo-bridge',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '三地文化交流中心（演示）',
    en: 'Three Places Culture Exchange (demo)',
    locality: null,
  },
  {
    key: 'npo-move',
    kind: 'SOCIAL_ORGANIZATION',
    zh: '示范区便民出行服务社（演示）',
    en: 'Zone Mobility Service (demo)',
    locality: null,
  },
];

/** Need of a sector in the mean locality, in 10,000 yuan. */
const SECTOR_NEED_WAN: Readonly<Record<string, number>> = {
  health: 520,
  'medical-insurance': 260,
  education: 680,
  'culture-tourism-sport': 240,
  transport: 360,
  'government-services': 180,
  'elderly-care': 760,
  environment: 380,
};

/** How much larger or smaller a locality's need is, in percent. */
const LOCALITY_PERCENT: Readonly<Record<string, number>> = { '310118': 100, '320509': 110, '330421': 70 };

/** 10,000 yuan in fen. */
const WAN_MINOR = 1_000_000n;

export const wan = (amount: number): string => String(BigInt(Math.round(amount * 100)) * (WAN_MINOR / 100n));

export const NEEDS = Object.entries(SECTOR_NEED_WAN).flatMap(([sector, need]) =>
  Object.entries(LOCALITY_PERCENT).map(([locality, percent]) => ({
    sector,
    locality,
    targetMinor: wan((need * percent) / 100),
    source: '演示数据，非官方统计 · demonstration figure, not official',
  })),
);

export const ROUND = {
  code: '2026-demo',
  title: { zh: '示范区公共服务第一轮（演示）', en: 'First public-service round of the zone (demo)' },
  batch: 'batch-1',
  level: 'CELL_THEN_PROJECT',
  weightPolicy: { measure: 'BUDGET_EXPENDITURE', k: '3/5', floor: '1/2', ceiling: '3/2' },
  opensOn: '2026-01-05',
  closesOn: '2035-12-31',
} as const;

export interface DemoPledge {
  readonly party: string;
  readonly wan: number;
  readonly sectors?: readonly string[];
  readonly localities?: readonly string[];
  readonly capPerProjectWan?: number;
  /** What has reached the bank, in 10,000 yuan; the rest is receivable. */
  readonly receivedWan: number;
}

export const PLEDGES: readonly DemoPledge[] = [
  { party: 'gov-qp', wan: 420, sectors: ['elderly-care'], receivedWan: 420 },
  { party: 'gov-qp', wan: 260, sectors: ['education'], localities: ['310118'], receivedWan: 260 },
  { party: 'gov-qp', wan: 180, receivedWan: 180 },
  { party: 'gov-wj', wan: 300, sectors: ['transport', 'environment'], receivedWan: 300 },
  { party: 'gov-wj', wan: 220, sectors: ['health'], localities: ['320509'], receivedWan: 220 },
  { party: 'gov-wj', wan: 150, receivedWan: 100 },
  {
    party: 'gov-js',
    wan: 120,
    sectors: ['elderly-care', 'health'],
    localities: ['330421'],
    receivedWan: 120,
  },
  { party: 'gov-js', wan: 90, sectors: ['education'], localities: ['330421'], receivedWan: 90 },
  { party: 'gov-js', wan: 60, receivedWan: 60 },
  { party: 'ent-fenhu', wan: 130, sectors: ['education'], capPerProjectWan: 60, receivedWan: 130 },
  { party: 'ent-fenhu', wan: 80, localities: ['320509', '330421'], receivedWan: 40 },
  { party: 'ent-dsh', wan: 110, sectors: ['government-services', 'medical-insurance'], receivedWan: 110 },
  {
    party: 'ent-dsh',
    wan: 60,
    sectors: ['health', 'medical-insurance'],
    localities: ['310118'],
    receivedWan: 60,
  },
  { party: 'ent-yd', wan: 140, sectors: ['environment'], receivedWan: 140 },
  { party: 'ent-yd', wan: 70, receivedWan: 70 },
  { party: 'ent-xt', wan: 100, sectors: ['culture-tourism-sport'], receivedWan: 100 },
  { party: 'org-union', wan: 90, sectors: ['elderly-care', 'education', 'health'], receivedWan: 90 },
  { party: 'org-charity', wan: 50, localities: ['330421'], receivedWan: 50 },
  // The last one gives little to each project; what is left over carries what running the foundation costs.
  { party: 'org-union', wan: 40, capPerProjectWan: 1, receivedWan: 40 },
];

export interface DemoGift {
  readonly yuan: number;
  readonly name: string;
  readonly locale: 'ZH' | 'EN';
  readonly sectors?: readonly string[];
  readonly localities?: readonly string[];
  readonly coverFee?: boolean;
  /** What happens on the payment page. */
  readonly outcome: 'card' | 'card_decline' | 'alipay' | 'wechat_pay';
}

export const GIFTS: readonly DemoGift[] = [
  { yuan: 200, name: '王小姐', locale: 'ZH', sectors: ['elderly-care'], coverFee: true, outcome: 'card' },
  { yuan: 50, name: '陆先生', locale: 'ZH', outcome: 'alipay' },
  { yuan: 1000, name: '沈女士', locale: 'ZH', localities: ['330421'], outcome: 'wechat_pay' },
  { yuan: 500, name: 'A. Rossi', locale: 'EN', sectors: ['environment'], coverFee: true, outcome: 'card' },
  { yuan: 88, name: '顾同学', locale: 'ZH', sectors: ['education'], outcome: 'alipay' },
  {
    yuan: 3000,
    name: '钱老师',
    locale: 'ZH',
    sectors: ['education'],
    localities: ['330421'],
    outcome: 'card',
  },
  { yuan: 5000, name: '示范区之友', locale: 'ZH', outcome: 'card' },
  { yuan: 666, name: '周先生', locale: 'ZH', outcome: 'wechat_pay' },
  { yuan: 120, name: 'M. Chen', locale: 'EN', sectors: ['health'], outcome: 'card' },
  { yuan: 20000, name: '一位校友', locale: 'ZH', sectors: ['education'], outcome: 'card' },
  { yuan: 30, name: '小林', locale: 'ZH', sectors: ['elderly-care'], outcome: 'alipay' },
  { yuan: 260, name: '徐女士', locale: 'ZH', localities: ['320509'], coverFee: true, outcome: 'card' },
  { yuan: 100, name: '郑先生', locale: 'ZH', outcome: 'card_decline' },
  { yuan: 800, name: '何先生', locale: 'ZH', sectors: ['transport'], outcome: 'card' },
  { yuan: 100, name: 'J. Smith', locale: 'EN', sectors: ['culture-tourism-sport'], outcome: 'card' },
];

export interface DemoPerson {
  readonly key: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Party whose owner this is. */
  readonly owns?: string;
}

export const STAFF: readonly DemoPerson[] = [
  { key: 'programme', name: '周敏 Zhou Min', roles: ['PROGRAMME_OFFICER'] },
  { key: 'finance', name: '李珍 Li Zhen', roles: ['FINANCE_OFFICER'] },
  { key: 'approver', name: '陈静 Chen Jing', roles: ['APPROVER'] },
  { key: 'council', name: '沈衡 Shen Heng', roles: ['COUNCIL'] },
  { key: 'auditor', name: '何越 He Yue', roles: ['AUDITOR'] },
];

export const OWNERS: readonly DemoPerson[] = PARTIES.filter((party) => party.key.startsWith('npo-')).map(
  (party) => ({
    key: `owner-${party.key}`,
    name: `${party.zh.slice(0, 2)}负责人`,
    roles: [],
    owns: party.key,
  }),
);

/** A cost that three localities have in common; the amounts are made up, and say so. */
export const COMPENSATION: {
  readonly title: { readonly zh: string; readonly en: string };
  readonly costsSource: string;
  readonly standAloneWan: readonly (readonly [locality: string, wan: number])[];
  readonly sharedWan: number;
} = {
  title: { zh: '元荡联合生态补水（演示）', en: 'Joint water supply of Yuandang lake (demo)' },
  costsSource: '可行性研究报告表 4（演示） / Feasibility study, table 4 (demo)',
  standAloneWan: [
    ['310118', 120],
    ['320509', 150],
    ['330421', 60],
  ],
  sharedWan: 240,
};

/** What running the foundation costs, and why one award does not need all of its money. */
export const RUNNING_COST = {
  paidWan: 12,
  purpose: '2026 年度审计费（演示）Audit of 2026 (demo)',
  payee: {
    ...{ accountName: '演示会计师事务所', bankName: '演示银行 Demo Bank' },
    accountNumber: '6222 0000 7777 0001',
  },
  closingReason: '后两期由属地自行承担（演示）。The locality itself pays for the later stages (demo).',
} as const;
