/** Management costs (管理费用支出): what running the foundation costs, from funds that may bear it, under four eyes. */
import { MANAGEMENT_COST_STATUSES, type ManagementCost } from '../server/domain/management-cost.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { InvalidInput, NotFound, NotPermitted, SignInRequired } from '../server/domain/errors.ts';
import type { ManagementLimit, ManagementStanding } from '../server/domain/management-limit.ts';
import { listCostsSentBackBy } from '../server/services/bank/returned-costs.ts';
import { listCostBearers, type CostBearer } from '../server/services/management-costs/bearers.ts';
import {
  approveManagementCost,
  approveManagementCostErrors,
  payManagementCost,
  payManagementCostErrors,
  withdrawManagementCost,
  withdrawManagementCostErrors,
} from '../server/services/management-costs/decide-management-cost.ts';
import {
  proposeManagementCost,
  proposeManagementCostErrors,
} from '../server/services/management-costs/propose-management-cost.ts';
import {
  isReversed,
  listManagementCosts,
  showManagementCost,
} from '../server/services/management-costs/read-management-costs.ts';
import {
  readManagementYear,
  standingWith,
  type ManagementYear,
} from '../server/services/management-costs/year-of-management.ts';
import { findFundName } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { FundType } from './fund.ts';
import { EntryDocumentType } from './hand-entry.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';
import { RefundPayeeInput, RefundPayeeType } from './gift-refund.ts';
import { pageOfArgs, pageType } from './page.ts';

const ManagementCostStatusType = builder.enumType('ManagementCostStatus', {
  values: enumValues(MANAGEMENT_COST_STATUSES),
});

export const ManagementLimitType = builder.objectRef<ManagementLimit>('ManagementLimit').implement({
  readers: 'as-parent',
  description: 'How much of a year’s spending management may be (年度管理费用限额), by which source.',
  fields: (t) => ({
    effectiveOn: t.expose('effectiveOn', { type: 'Date' }),
    shareBasisPoints: t.exposeInt('shareBasisPoints', { description: 'Of the year’s total spending.' }),
    exemptBelow: t.expose('exemptBelowMinor', {
      type: 'MinorUnits',
      description: 'Below this a year’s management cost is not measured.',
    }),
    source: t.expose('source', { type: LocalizedTextType }),
  }),
});

const ManagementStandingType = builder.objectRef<ManagementStanding>('ManagementStanding').implement({
  readers: 'as-parent',
  description:
    'Where a year stands with its limit; a measure of the year’s totals, so that nothing is refused for it.',
  fields: (t) => ({
    allowed: t.expose('allowedMinor', {
      type: 'MinorUnits',
      description: 'The most that management may come to while everything else is spent as it is.',
    }),
    left: t.expose('leftMinor', {
      type: 'MinorUnits',
      description: 'Below zero by how much it is exceeded.',
    }),
    shareBasisPoints: t.exposeInt('shareBasisPoints', { description: 'Of total spending, rounded up.' }),
    isExempt: t.exposeBoolean('isExempt'),
    isWithin: t.exposeBoolean('isWithin'),
  }),
});

export const ManagementYearType = builder.objectRef<ManagementYear>('ManagementYear').implement({
  readers: 'as-parent',
  description: 'What management cost in a year beside all that the year spent, and what its limit allows.',
  fields: (t) => ({
    from: t.field({ type: 'Date', resolve: ({ range }) => range.from }),
    through: t.field({ type: 'Date', resolve: ({ range }) => range.through }),
    management: t.field({ type: 'MinorUnits', resolve: ({ spending }) => spending.managementMinor }),
    total: t.field({ type: 'MinorUnits', resolve: ({ spending }) => spending.totalMinor }),
    proposed: t.expose('proposedMinor', {
      type: 'MinorUnits',
      description: 'Proposed and not decided yet; none in the statement of activities.',
    }),
    limit: t.expose('limit', { type: ManagementLimitType, nullable: true }),
    standing: t.expose('standing', { type: ManagementStandingType, nullable: true }),
    standingIfPaid: t.expose('standingIfPaid', {
      type: ManagementStandingType,
      nullable: true,
      description: 'With what is proposed paid.',
    }),
  }),
});

builder.queryField('managementYear', (t) =>
  t.field({
    type: ManagementYearType,
    authScopes: { right: 'ledger.read' },
    errors: refusals([InvalidInput]),
    args: { year: t.arg.int({ description: 'This one where none is named.' }) },
    resolve: (_root, { year }, context) => readManagementYear(context, year ?? null),
  }),
);

const ManagementCostType = builder.objectRef<ManagementCost>('ManagementCost').implement({
  readers: 'as-parent',
  description: 'Money paid to run the foundation, from a fund that may bear it (管理费用支出).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    fundId: t.exposeID('fundId'),
    fundName: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: ({ fundId }, _args, context) => findFundName(context, fundId),
    }),
    amount: t.field({ type: MoneyType, resolve: (cost) => cost }),
    purpose: t.exposeString('purpose'),
    payee: t.expose('payee', { type: RefundPayeeType }),
    documents: t.field({
      type: [EntryDocumentType],
      resolve: ({ _id: entry, documents }) => documents.map((document) => ({ ...document, entry })),
    }),
    status: t.expose('status', { type: ManagementCostStatusType }),
    bankReference: t.exposeString('bankReference', { nullable: true }),
    paidOn: t.expose('paidOn', { type: 'Date', nullable: true }),
    journalEntry: t.id({
      nullable: true,
      description: 'Its entry in the journal, once it is paid.',
      resolve: ({ _id, status }) => (status === 'paid' ? `management-cost:${_id}` : null),
    }),
    reversed: t.boolean({
      description: 'Its entry was reversed by hand: the fund has its money again.',
      resolve: (cost, _args, context) => isReversed(context, cost),
    }),
    standingIfPaid: t.field({
      type: ManagementStandingType,
      nullable: true,
      description: 'Where this year stands with its limit once this is paid; null for one that is decided.',
      resolve: (cost, _args, context) => standingWith(context, cost),
    }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'management-cost' as const, amountMinor }),
    }),
  }),
});

const CostBearerType = builder.objectRef<CostBearer>('CostBearer').implement({
  readers: 'as-parent',
  description: 'A fund that may bear management cost.',
  fields: (t) => ({
    fund: t.expose('fund', { type: FundType }),
    room: t.expose('roomMinor', {
      type: 'MinorUnits',
      description: 'What management may take of it now: cash that is not promised, within the agreed share.',
    }),
  }),
});

builder.queryField('costBearers', (t) =>
  t.field({
    type: [CostBearerType],
    authScopes: { right: 'ledger.read' },
    description: 'The general fund first, then those with most to give.',
    args: {
      search: t.arg.string({ description: 'Words of the fund’s name in any language.' }),
      only: t.arg.id({ description: 'Only this fund: to name what was chosen before.' }),
    },
    resolve: (_root, { search, only }, context) =>
      listCostBearers(context, { search: search ?? null, only: only ?? null }),
  }),
);

builder.queryField('managementCosts', (t) =>
  t.field({
    type: pageType(ManagementCostType),
    authScopes: { right: 'cost.read' },
    description: 'Latest proposed first.',
    args: {
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listManagementCosts(context, pageOfArgs(page)),
  }),
);

builder.queryField('costsSentBackBy', (t) =>
  t.field({
    type: [ManagementCostType],
    authScopes: { right: 'bank.read' },
    description:
      'Paid costs that a line of the bank may be bringing back, by amount and day alone: for a line that gives no hint. The latest twenty.',
    args: {
      line: t.arg.id({ required: true, description: 'Id of the bank line.' }),
      search: t.arg.string({ description: 'In the payee, the purpose or the number at the bank.' }),
    },
    resolve: (_root, { line, search }, context) =>
      listCostsSentBackBy(context, { line, search: search ?? null }),
  }),
);

builder.queryField('managementCost', (t) =>
  t.field({
    type: ManagementCostType,
    authScopes: { byUseCase: 'cost.read' },
    errors: refusals([NotFound, NotPermitted, SignInRequired]),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => showManagementCost(context, id),
  }),
);

const ProposeManagementCostInput = builder.inputType('ProposeManagementCostInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    fund: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    purpose: t.string({ required: true }),
    payee: t.field({ type: RefundPayeeInput, required: true }),
    documents: t.idList({ required: true, description: 'Brought before, under the id of this cost.' }),
  }),
});

builder.mutationField('proposeManagementCost', (t) =>
  t.field({
    type: ManagementCostType,
    authScopes: { byUseCase: 'cost.propose' },
    description: 'Proposes to pay a management cost with its documents. Nothing moves yet.',
    errors: refusals(proposeManagementCostErrors),
    args: { input: t.arg({ type: ProposeManagementCostInput, required: true }) },
    resolve: (_root, { input }, context) => proposeManagementCost(context, input),
  }),
);

signingStep('approveManagementCost', ManagementCostType, {
  right: 'cost.approve',
  errors: approveManagementCostErrors,
  act: approveManagementCost,
});

const PayManagementCostInput = builder.inputType('PayManagementCostInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    digest: t.string({ required: true, description: 'Of the cost as it was seen: `control.digest`.' }),
    bankReference: t.string({ required: true, description: 'The bank’s own reference of the payment.' }),
    paidOn: t.field({ type: 'Date', required: true }),
  }),
});

builder.mutationField('payManagementCost', (t) =>
  t.field({
    type: ManagementCostType,
    authScopes: { byUseCase: 'cost.pay' },
    description: 'Records that the bank paid an approved cost; its fund bears it from then on.',
    errors: refusals(payManagementCostErrors),
    args: { input: t.arg({ type: PayManagementCostInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payManagementCost(context, { ...input, paidOn: input.paidOn as CalendarDate }),
  }),
);

unsignedStep('withdrawManagementCost', ManagementCostType, {
  right: 'cost.propose',
  errors: withdrawManagementCostErrors,
  act: withdrawManagementCost,
});
