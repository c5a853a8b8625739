/** The statements of the books: activities, funds, receivables by age, the balance sheet. */
import type { DayRange } from '../server/domain/day-range.ts';
import { NATURES } from '../server/domain/journal.ts';
import { AGES, type ByAge } from '../server/domain/receivable-ages.ts';
import {
  LINE_SECTIONS,
  type ActivityLine,
  type ByNature,
  type ByRestriction,
  type FundLine,
  type PositionLine,
} from '../server/domain/statements.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import {
  readActivities,
  readFundsInTime,
  readPosition,
  readReceivables,
  statementErrors,
  type Activities,
  type FundsInTime,
  type NamedFundLine,
  type PartyReceivables,
  type Position,
  type ReceivableLine,
  type Receivables,
} from '../server/services/books/statements.ts';
import { builder } from './builder.ts';
import { AccountKindType } from './chart-of-accounts.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { NatureType } from './journal.ts';
import { ManagementYearType } from './management-cost.ts';
import { LocalizedTextType } from './scalars.ts';

const SectionType = builder.enumType('ActivitySection', { values: enumValues(LINE_SECTIONS) });

const AgeType = builder.enumType('ReceivableAge', { values: enumValues(AGES) });

const ByRestrictionType = builder.objectRef<ByRestriction>('ByRestriction').implement({
  readers: 'as-parent',
  description: 'A figure by restriction: 非限定性, 限定性, 合计.',
  fields: (t) => ({
    unrestrictedMinor: t.expose('unrestrictedMinor', { type: 'MinorUnits' }),
    restrictedMinor: t.expose('restrictedMinor', { type: 'MinorUnits' }),
    totalMinor: t.expose('totalMinor', { type: 'MinorUnits' }),
  }),
});

const ActivityLineType = builder.objectRef<ActivityLine>('ActivityLine').implement({
  readers: 'as-parent',
  fields: (t) => ({
    section: t.expose('section', { type: SectionType }),
    nature: t.expose('nature', { type: NatureType }),
    partyKind: t.exposeString('partyKind', {
      nullable: true,
      description: 'Who gave, for a contribution; null where nobody knows, and for every other nature.',
    }),
    code: t.exposeString('code', { nullable: true, description: 'General ledger account.' }),
    now: t.expose('now', { type: ByRestrictionType }),
    before: t.expose('before', { type: ByRestrictionType }),
  }),
});

type Compared = { readonly now: ByRestriction; readonly before: ByRestriction };

const ComparedType = builder.objectRef<Compared>('ComparedFigures').implement({
  readers: 'as-parent',
  fields: (t) => ({
    now: t.expose('now', { type: ByRestrictionType }),
    before: t.expose('before', { type: ByRestrictionType }),
  }),
});

const DayRangeType = builder.objectRef<DayRange>('DayRange').implement({
  readers: 'as-parent',
  fields: (t) => ({
    from: t.expose('from', { type: 'Date' }),
    through: t.expose('through', { type: 'Date' }),
  }),
});

const ActivitiesType = builder.objectRef<Activities>('StatementOfActivities').implement({
  readers: 'as-parent',
  description: 'Income and expense by nature (业务活动表), beside the same days of the year before.',
  fields: (t) => ({
    range: t.expose('range', { type: DayRangeType }),
    before: t.expose('before', { type: DayRangeType }),
    lines: t.field({ type: [ActivityLineType], resolve: ({ statement }) => [...statement.lines] }),
    managementYear: t.expose('managementYear', {
      type: ManagementYearType,
      description: 'The year of the last day, up to it, beside the limit of management cost.',
    }),
    income: t.field({ type: ComparedType, resolve: ({ statement }) => statement.income }),
    expense: t.field({ type: ComparedType, resolve: ({ statement }) => statement.expense }),
    change: t.field({ type: ComparedType, resolve: ({ statement }) => statement.change }),
  }),
});

interface Movement {
  readonly nature: keyof ByNature;
  readonly amountMinor: bigint;
}

const MovementType = builder.objectRef<Movement>('FundMovement').implement({
  readers: 'as-parent',
  fields: (t) => ({
    nature: t.expose('nature', { type: NatureType }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

type Figures = Omit<FundLine, 'fundId'>;

const FundFiguresType = builder.objectRef<Figures>('FundFigures').implement({
  readers: 'as-parent',
  description: 'What a fund, or all of them, had, what each nature brought or took, and what it has.',
  fields: (t) => ({
    openingMinor: t.expose('openingMinor', { type: 'MinorUnits' }),
    movements: t.field({
      type: [MovementType],
      resolve: ({ movements }) => NATURES.map((nature) => ({ nature, amountMinor: movements[nature] })),
    }),
    closingMinor: t.expose('closingMinor', { type: 'MinorUnits' }),
    cashBackedMinor: t.expose('cashBackedMinor', {
      type: 'MinorUnits',
      description: 'Of the closing balance: without binding pledges that have not come.',
    }),
    receivableMinor: t.expose('receivableMinor', { type: 'MinorUnits' }),
    cashMinor: t.expose('cashMinor', { type: 'MinorUnits' }),
    differenceMinor: t.expose('differenceMinor', {
      type: 'MinorUnits',
      description: 'Closing less opening and movements: zero, or the books are broken.',
    }),
  }),
});

const FundLineType = builder.objectRef<NamedFundLine>('FundLine').implement({
  readers: 'as-parent',
  fields: (t) => ({
    fundId: t.exposeID('fundId'),
    name: t.expose('name', { type: LocalizedTextType, nullable: true }),
    figures: t.field({ type: FundFiguresType, resolve: (line) => line }),
  }),
});

const FundsInTimeType = builder.objectRef<FundsInTime>('StatementOfFunds').implement({
  readers: 'as-parent',
  fields: (t) => ({
    range: t.expose('range', { type: DayRangeType }),
    lines: t.field({ type: [FundLineType], resolve: ({ lines }) => [...lines] }),
    total: t.expose('total', { type: FundFiguresType }),
  }),
});

interface AgedAmount {
  readonly age: keyof ByAge;
  readonly amountMinor: bigint;
}

const AgedAmountType = builder.objectRef<AgedAmount>('AgedAmount').implement({
  readers: 'as-parent',
  fields: (t) => ({
    age: t.expose('age', { type: AgeType }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

const agedOf = (ages: ByAge): AgedAmount[] => AGES.map((age) => ({ age, amountMinor: ages[age] }));

const ReceivableLineType = builder.objectRef<ReceivableLine>('ReceivableLine').implement({
  readers: 'as-parent',
  fields: (t) => ({
    pledgeId: t.exposeID('pledgeId'),
    agreementReference: t.exposeString('agreementReference', { nullable: true }),
    party: t.exposeID('party', { nullable: true }),
    partyKind: t.exposeString('partyKind', { nullable: true }),
    partyName: t.expose('partyName', { type: LocalizedTextType, nullable: true }),
    outstandingMinor: t.expose('outstandingMinor', { type: 'MinorUnits' }),
    ages: t.field({ type: [AgedAmountType], resolve: ({ ages }) => agedOf(ages) }),
  }),
});

const PartyReceivablesType = builder.objectRef<PartyReceivables>('PartyReceivables').implement({
  readers: 'as-parent',
  description: 'What one party still owes on all of its pledges.',
  fields: (t) => ({
    party: t.exposeID('party', { nullable: true }),
    partyName: t.expose('partyName', { type: LocalizedTextType, nullable: true }),
    outstandingMinor: t.expose('outstandingMinor', { type: 'MinorUnits' }),
    ages: t.field({ type: [AgedAmountType], resolve: ({ ages }) => agedOf(ages) }),
  }),
});

const ReceivablesType = builder.objectRef<Receivables>('StatementOfReceivables').implement({
  readers: 'as-parent',
  description: 'What pledges still owe, by age (应收认捐账龄).',
  fields: (t) => ({
    asOf: t.expose('asOf', { type: 'Date' }),
    lines: t.field({ type: [ReceivableLineType], resolve: ({ lines }) => [...lines] }),
    parties: t.field({ type: [PartyReceivablesType], resolve: ({ parties }) => [...parties] }),
    totalMinor: t.expose('totalMinor', { type: 'MinorUnits' }),
    ages: t.field({ type: [AgedAmountType], resolve: ({ ages }) => agedOf(ages) }),
  }),
});

const PositionLineType = builder.objectRef<PositionLine>('PositionLine').implement({
  readers: 'as-parent',
  fields: (t) => ({
    kind: t.expose('kind', { type: AccountKindType }),
    nowMinor: t.expose('nowMinor', { type: 'MinorUnits' }),
    beforeMinor: t.expose('beforeMinor', { type: 'MinorUnits' }),
  }),
});

type ComparedSum = { readonly now: bigint; readonly before: bigint };

const ComparedSumType = builder.objectRef<ComparedSum>('ComparedSum').implement({
  readers: 'as-parent',
  fields: (t) => ({
    now: t.expose('now', { type: 'MinorUnits' }),
    before: t.expose('before', { type: 'MinorUnits' }),
  }),
});

const PositionType = builder.objectRef<Position>('BalanceSheet').implement({
  readers: 'as-parent',
  description: 'The balance sheet (资产负债表) beside that of the end of the year before.',
  fields: (t) => ({
    asOf: t.expose('asOf', { type: 'Date' }),
    before: t.expose('before', { type: 'Date' }),
    assets: t.field({ type: [PositionLineType], resolve: ({ statement }) => [...statement.assets] }),
    liabilities: t.field({
      type: [PositionLineType],
      resolve: ({ statement }) => [...statement.liabilities],
    }),
    netAssets: t.field({ type: [PositionLineType], resolve: ({ statement }) => [...statement.netAssets] }),
    totalAssets: t.field({ type: ComparedSumType, resolve: ({ statement }) => statement.totalAssetsMinor }),
    totalClaims: t.field({
      type: ComparedSumType,
      description: 'Liabilities and net assets: equal to the assets.',
      resolve: ({ statement }) => statement.totalClaimsMinor,
    }),
    promised: t.field({
      type: ComparedSumType,
      description: 'Net assets that are promises, which the standard leaves to the notes.',
      resolve: ({ statement }) => statement.promisedMinor,
    }),
  }),
});

interface Days {
  readonly from: string;
  readonly through: string;
}

const rangeOf = ({ from, through }: Days): DayRange => ({
  from: from as CalendarDate,
  through: through as CalendarDate,
});

builder.queryField('statementOfActivities', (t) =>
  t.field({
    type: ActivitiesType,
    authScopes: { right: 'ledger.read' },
    errors: refusals(statementErrors),
    args: {
      from: t.arg({ type: 'Date', required: true }),
      through: t.arg({ type: 'Date', required: true }),
    },
    resolve: (_root, days, context) => readActivities(context, rangeOf(days)),
  }),
);

builder.queryField('statementOfFunds', (t) =>
  t.field({
    type: FundsInTimeType,
    authScopes: { right: 'ledger.read' },
    errors: refusals(statementErrors),
    args: {
      from: t.arg({ type: 'Date', required: true }),
      through: t.arg({ type: 'Date', required: true }),
    },
    resolve: (_root, days, context) => readFundsInTime(context, rangeOf(days)),
  }),
);

builder.queryField('statementOfReceivables', (t) =>
  t.field({
    type: ReceivablesType,
    authScopes: { right: 'ledger.read' },
    args: { asOf: t.arg({ type: 'Date', required: true }) },
    resolve: (_root, { asOf }, context) => readReceivables(context, asOf as CalendarDate),
  }),
);

builder.queryField('balanceSheet', (t) =>
  t.field({
    type: PositionType,
    authScopes: { right: 'ledger.read' },
    args: { asOf: t.arg({ type: 'Date', required: true }) },
    resolve: (_root, { asOf }, context) => readPosition(context, asOf as CalendarDate),
  }),
);
