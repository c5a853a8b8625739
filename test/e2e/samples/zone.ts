/** What the sample pages are about: the real zone's sectors and localities, with made-up projects and payments. */
import type { Coverage } from '../../../client/components/coverage-map.tsx';
import type { Restriction } from '../../../client/components/restriction-chips.tsx';
import type { MoneyValue } from '../../../client/lib/format.ts';
import type { LocalizedText } from '../../../client/lib/locale.ts';
import type { DisbursementLine } from '../../../client/public/disbursement-table.tsx';
import type { ProjectSummary } from '../../../client/public/project-card.tsx';
import type { PublicPageRequest } from '../../../client/public/render-page.tsx';

export interface SamplePage {
  /** The path after the language, such as `/give`. */
  readonly path: string;
  readonly name: string;
  readonly request: PublicPageRequest;
}

export const text = (zh: string, en: string): LocalizedText => ({ zh, en });
export const yuan = (amount: number): MoneyValue => ({
  amountMinor: (BigInt(amount) * 100n).toString(),
  currency: 'CNY',
});

export const localities = [
  { code: '310118', name: text('青浦', 'Qingpu') },
  { code: '320509', name: text('吴江', 'Wujiang') },
  { code: '330421', name: text('嘉善', 'Jiashan') },
];

export const sectors = [
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

export const coverage: Coverage = {
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

export const anyUse: Restriction = { sectors: null, localities: null, projects: null };

export const projects: readonly ProjectSummary[] = [
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

export const disbursements: readonly DisbursementLine[] = [
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
