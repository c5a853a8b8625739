/** The statements as rows of a file, in the words that the screens use for them. */
import type { BookColumn, BookRow } from '../../domain/book-table.ts';
import { describeKind } from '../../domain/chart-of-accounts.ts';
import { NATURES, type Nature } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { ManagementLimit } from '../../domain/management-limit.ts';
import type { PartyKind } from '../../domain/party.ts';
import { AGES, type Age, type ByAge } from '../../domain/receivable-ages.ts';
import type {
  ActivityLine,
  ActivityStatement,
  ByRestriction,
  PositionLine,
  PositionStatement,
} from '../../domain/statements.ts';
import type { ManagementYear } from '../management-costs/year-of-management.ts';
import type { FundsInTime, Receivables } from './statements.ts';

type Language = keyof LocalizedText;

const words = (zh: string, en: string): LocalizedText => ({ zh, en });

const NATURE_WORDS: Readonly<Record<Nature, LocalizedText>> = {
  contribution: words('捐赠与认捐收入', 'Contributions'),
  match: words('配捐（基金之间）', 'Matches (between funds)'),
  allocation: words('分配（基金之间）', 'Allocations (between funds)'),
  programme: words('业务活动成本', 'Programme expenses'),
  management: words('管理费用', 'Management expenses'),
  'payment-fees': words('筹资费用：支付手续费', 'Fund-raising expenses: payment fees'),
  refund: words('减：退款', 'Less: refunds'),
  'write-off': words('管理费用：认捐核销损失', 'Management expenses: pledges written off'),
  opening: words('期初导入', 'Opening balances brought in'),
};

const GIVER_WORDS: Readonly<Record<PartyKind, LocalizedText>> = {
  government: words('政府', 'government'),
  enterprise: words('企业', 'enterprises'),
  'social-organization': words('社会组织', 'social organizations'),
  individual: words('个人', 'individuals'),
};

const AGE_WORDS: Readonly<Record<Age, LocalizedText>> = {
  'not-due': words('未到期', 'Not due'),
  'days-1-30': words('逾期 1–30 天', '1–30 days'),
  'days-31-90': words('逾期 31–90 天', '31–90 days'),
  'days-91-365': words('逾期 91–365 天', '91–365 days'),
  'over-a-year': words('逾期一年以上', 'Over a year'),
};

const SUMS = {
  income: words('收入合计', 'Total income'),
  expense: words('费用合计', 'Total expenses'),
  change: words('净资产变动额', 'Change in net assets'),
  assets: words('资产总计', 'Total assets'),
  liabilities: words('负债合计', 'Total liabilities'),
  netAssets: words('净资产合计', 'Total net assets'),
  claims: words('负债和净资产总计', 'Total liabilities and net assets'),
  withoutPromises: words('附注：净资产（不含应收认捐）', 'Note: net assets without pledges receivable'),
  total: words('合计', 'Total'),
} as const;

function nameOfLine({ nature, partyKind }: ActivityLine, language: Language): string {
  const name = NATURE_WORDS[nature][language];
  if (nature !== 'contribution') return name;
  const giver = partyKind === null ? words('其他', 'others') : GIVER_WORDS[partyKind];
  return language === 'zh' ? `${name}：${giver.zh}` : `${name}: ${giver.en}`;
}

type Compared = { readonly now: ByRestriction; readonly before: ByRestriction };

export function activityRows(statement: ActivityStatement, language: Language): BookRow[] {
  const row = (code: string | null, name: string, { now, before }: Compared): BookRow => [
    ...[code, name, now.unrestrictedMinor, now.restrictedMinor, now.totalMinor, before.totalMinor],
  ];
  const rowsOf = (...sections: readonly ActivityLine['section'][]) =>
    statement.lines
      .filter(({ section }) => sections.includes(section))
      .map((line) => row(line.code, nameOfLine(line, language), line));
  return [
    ...rowsOf('income'),
    row(null, SUMS.income[language], statement.income),
    ...rowsOf('expense'),
    row(null, SUMS.expense[language], statement.expense),
    ...rowsOf('between-funds', 'opening'),
    row(null, SUMS.change[language], statement.change),
  ];
}

/** The note below the statement of activities: the year up to its last day beside the limit of management cost. */
export function managementRows(year: ManagementYear, language: Language): BookRow[] {
  const { range, spending, limit, standing } = year;
  const row = (name: LocalizedText, totalMinor: bigint): BookRow => [
    ...[null, name[language], null, null, totalMinor, null],
  ];
  const days = `${range.from} – ${range.through}`;
  return [
    row(words(`附注：管理费用（${days}）`, `Note: management cost (${days})`), spending.managementMinor),
    row(words(`附注：总支出（${days}）`, `Note: total spending (${days})`), spending.totalMinor),
    ...(limit === null || standing === null
      ? []
      : [
          row(
            words(
              `附注：按上述支出的管理费用限额（总支出的 ${percentOf(limit)}，或不受比例限制的金额）`,
              `Note: management cost allowed at this spending (${percentOf(limit)} of the total, or what is not measured)`,
            ),
            standing.allowedMinor,
          ),
        ]),
  ];
}

const percentOf = ({ shareBasisPoints }: ManagementLimit): string => `${shareBasisPoints / 100}%`;

interface Sheet {
  readonly columns: readonly BookColumn[];
  readonly rows: readonly BookRow[];
}

const amountColumn = (heading: LocalizedText): BookColumn => ({ heading, kind: 'amount' });

const textColumn = (heading: LocalizedText): BookColumn => ({ heading, kind: 'text' });

/** Every nature has its column, moved or not, so that two files lie side by side. */
export function fundRows({ lines, total }: FundsInTime, language: Language): Sheet {
  const figures = (line: FundsInTime['total']): BookRow => [
    line.openingMinor,
    ...NATURES.map((nature) => line.movements[nature]),
    ...[line.closingMinor, line.cashBackedMinor, line.receivableMinor, line.cashMinor],
  ];
  return {
    columns: [
      textColumn(words('基金编号', 'Fund id')),
      textColumn(words('基金', 'Fund')),
      amountColumn(words('期初余额', 'Opening')),
      ...NATURES.map((nature) => amountColumn(NATURE_WORDS[nature])),
      amountColumn(words('期末余额', 'Closing')),
      amountColumn(words('其中：已到账', 'Of it cash-backed')),
      amountColumn(words('其中：应收认捐', 'Of it receivable')),
      amountColumn(words('持有的资金', 'Money held')),
    ],
    rows: [
      ...lines.map((line): BookRow => [line.fundId, line.name?.[language] ?? null, ...figures(line)]),
      [null, SUMS.total[language], ...figures(total)],
    ],
  };
}

export function positionRows(statement: PositionStatement, language: Language): BookRow[] {
  const rowsOf = (lines: readonly PositionLine[]) =>
    lines.map(({ kind, nowMinor, beforeMinor }): BookRow => [
      describeKind(kind).name[language],
      ...[nowMinor, beforeMinor],
    ]);
  const sumOf = (lines: readonly PositionLine[]) => ({
    now: lines.reduce((sum, { nowMinor }) => sum + nowMinor, 0n),
    before: lines.reduce((sum, { beforeMinor }) => sum + beforeMinor, 0n),
  });
  const row = (name: LocalizedText, { now, before }: { readonly now: bigint; readonly before: bigint }) => [
    ...[name[language], now, before],
  ];
  const { assets, liabilities, netAssets, promisedMinor } = statement;
  const held = sumOf(netAssets);
  return [
    ...rowsOf(assets),
    row(SUMS.assets, statement.totalAssetsMinor),
    ...rowsOf(liabilities),
    row(SUMS.liabilities, sumOf(liabilities)),
    ...rowsOf(netAssets),
    row(SUMS.netAssets, held),
    row(SUMS.claims, statement.totalClaimsMinor),
    row(SUMS.withoutPromises, {
      now: held.now - promisedMinor.now,
      before: held.before - promisedMinor.before,
    }),
  ];
}

export function receivableRows({ lines, ages, totalMinor }: Receivables, language: Language): Sheet {
  const aged = (byAge: ByAge) => AGES.map((age) => byAge[age]);
  return {
    columns: [
      textColumn(words('认捐方', 'Party')),
      textColumn(words('协议', 'Agreement')),
      textColumn(words('认捐编号', 'Pledge')),
      ...AGES.map((age) => amountColumn(AGE_WORDS[age])),
      amountColumn(words('未到账合计', 'Outstanding')),
    ],
    rows: [
      ...lines.map((line): BookRow => [
        line.partyName?.[language] ?? null,
        ...[line.agreementReference, line.pledgeId],
        ...aged(line.ages),
        line.outstandingMinor,
      ]),
      [SUMS.total[language], null, null, ...aged(ages), totalMinor],
    ],
  };
}
