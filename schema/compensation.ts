/** Compensation statements (成本分担与补偿表): what each locality should bear, has paid, and would owe or get. */
import {
  statementOfCompensation,
  type Compensation,
  type CompensationLine,
  type CompensationStatement,
  type PaidFigure,
} from '../server/domain/compensation.ts';
import { NotFound } from '../server/domain/errors.ts';
import { holdsRight } from '../server/domain/access.ts';
import {
  approveCompensation,
  approveCompensationErrors,
  proposeCompensation,
  proposeCompensationErrors,
  publishCompensation,
  publishCompensationErrors,
  withdrawCompensation,
  withdrawCompensationErrors,
} from '../server/services/compensations/decide-compensation.ts';
import {
  keepCompensation,
  keepCompensationErrors,
} from '../server/services/compensations/keep-compensation.ts';
import {
  findPublishedCompensation,
  listCompensations,
  listPublishedCompensations,
  listVersions,
  showCompensation,
} from '../server/services/compensations/read-compensations.ts';
import {
  showPaid,
  showPaidErrors,
  type PaidByLocality,
  type PaidFromPledge,
} from '../server/services/compensations/read-paid.ts';
import { minor } from '../server/domain/money.ts';
import { findFundName } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextInput, LocalizedTextType, MoneyType } from './scalars.ts';

const CompensationStatusType = builder.enumType('CompensationStatus', {
  values: {
    DRAFT: { value: 'draft' },
    PROPOSED: { value: 'proposed' },
    PUBLISHED: { value: 'published' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const PaidSourceType = builder.enumType('PaidSource', {
  description: 'Where the figure of what a locality has paid comes from.',
  values: {
    LEDGER: { value: 'ledger', description: 'Disbursed money of its governments’ pledges, by our ledger.' },
    STATED: { value: 'stated', description: 'A source that is named.' },
  } as const,
});

type LineParent = CompensationLine & { readonly figure: PaidFigure | undefined };

const CompensationLineType = builder.objectRef<LineParent>('CompensationLine').implement({
  readers: 'everyone',
  description: 'One locality in a compensation statement, in whole minor units.',
  fields: (t) => ({
    locality: t.exposeString('locality', { description: 'Its code.' }),
    standAloneMinor: t.expose('standAloneMinor', {
      type: 'MinorUnits',
      description: 'What it would pay without the others.',
    }),
    extraExact: t.stringList({
      description:
        'What it adds to the cost on average when it joins first, second, … last: exact rationals. Their mean is `shareExact`.',
      resolve: ({ extraExact }) => [...extraExact],
    }),
    shareExact: t.exposeString('shareExact', { description: 'Its Shapley value, an exact rational.' }),
    shareMinor: t.expose('shareMinor', {
      type: 'MinorUnits',
      description: 'Rounded by largest remainder: the shares sum to the cost to the unit.',
    }),
    savingMinor: t.expose('savingMinor', {
      type: 'MinorUnits',
      description: 'Stand-alone cost less share: below zero where it would be better off alone.',
    }),
    paidMinor: t.expose('paidMinor', { type: 'MinorUnits' }),
    paidSource: t.field({ type: PaidSourceType, resolve: ({ figure }) => figure?.source ?? 'stated' }),
    paidNote: t.string({
      description: 'The source in words; empty for a figure of the ledger.',
      resolve: ({ figure }) => figure?.note ?? '',
    }),
    netMinor: t.expose('netMinor', {
      type: 'MinorUnits',
      description: 'Paid less share: above zero it would get, below zero it would owe.',
    }),
  }),
});

type Transfer = CompensationStatement['transfers'][number];

const CompensationTransferType = builder.objectRef<Transfer>('CompensationTransfer').implement({
  readers: 'everyone',
  description: 'Who would pay whom: the fewest payments that settle every position.',
  fields: (t) => ({
    from: t.exposeString('from', { description: 'Code of the locality that would pay.' }),
    to: t.exposeString('to', { description: 'Code of the locality that would get it.' }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

type Objection = NonNullable<CompensationStatement['objection']>;

const CompensationObjectionType = builder.objectRef<Objection>('CompensationObjection').implement({
  readers: 'everyone',
  description: 'The group of localities that would save most on its own.',
  fields: (t) => ({
    localities: t.stringList({ resolve: ({ localities }) => [...localities] }),
    savingExact: t.exposeString('savingExact', { description: 'In minor units, an exact rational.' }),
  }),
});

const CompensationType = builder.objectRef<Compensation>('Compensation');

CompensationType.implement({
  readers: 'everyone',
  description:
    'One version of a compensation statement. It is a statement: it posts nothing and moves no money.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    version: t.exposeInt('version'),
    title: t.expose('title', { type: LocalizedTextType }),
    round: t.exposeID('round', { nullable: true }),
    project: t.exposeID('project', { nullable: true }),
    costsSource: t.exposeString('costsSource', { description: 'Where the costs come from.' }),
    figuresAt: t.expose('figuresAt', {
      type: 'DateTime',
      description: 'When the figures of the ledger were read.',
    }),
    lines: t.field({
      type: [CompensationLineType],
      resolve: (one) =>
        statementOfCompensation(one).lines.map((line) => ({
          ...line,
          figure: one.paid.find(({ locality }) => locality === line.locality),
        })),
    }),
    transfers: t.field({
      type: [CompensationTransferType],
      resolve: (one) => [...statementOfCompensation(one).transfers],
    }),
    transferred: t.field({
      type: MoneyType,
      description: 'The sum of the transfers.',
      resolve: ({ transfersMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    total: t.field({
      type: MoneyType,
      description: 'The cost of all together, which the shares sum to.',
      resolve: (one) => ({ amountMinor: statementOfCompensation(one).totalMinor, currency: one.currency }),
    }),
    unpaid: t.field({
      type: MoneyType,
      description:
        'Cost that nobody here has paid yet; below zero: paid beyond the cost. No transfer settles it.',
      resolve: (one) => ({ amountMinor: statementOfCompensation(one).unpaidMinor, currency: one.currency }),
    }),
    inCore: t.boolean({
      description: 'No group of localities would pay less on its own.',
      resolve: (one) => statementOfCompensation(one).inCore,
    }),
    objection: t.field({
      type: CompensationObjectionType,
      nullable: true,
      resolve: (one) => statementOfCompensation(one).objection,
    }),
    problemJson: t.exposeString('problemJson', {
      description: 'Canonical JSON: what `engine -- share` is asked.',
    }),
    resultJson: t.exposeString('resultJson', { description: 'What `engine -- share` answers, to the byte.' }),
    status: t.expose('status', { type: CompensationStatusType }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
    keptAt: t.field({ type: 'DateTime', resolve: ({ kept }) => kept.at }),
    keptBy: t.string({
      authScopes: { right: 'compensation.read' },
      resolve: ({ kept }) => kept.name,
    }),
    isMine: t.boolean({
      authScopes: { right: 'compensation.read' },
      resolve: ({ kept }, _args, { actor }) => actor.kind === 'person' && actor.personId === kept.personId,
    }),
    versions: t.field({
      type: [CompensationType],
      description: 'Every version of the matter, the latest first; for the public those that are published.',
      resolve: ({ series }, _args, { database, actor }) =>
        listVersions(database, series, { all: holdsRight(actor, 'compensation.read') }),
    }),
    control: t.field({
      type: ControlType,
      authScopes: { right: 'compensation.read' },
      resolve: ({ control, transfersMinor: amountMinor }) => ({
        ...{ control, amountMinor },
        kind: 'compensation' as const,
      }),
    }),
  }),
});

const LocalityAmountInput = builder.inputType('LocalityAmountInput', {
  fields: (t) => ({
    locality: t.string({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const CompensationRuleInput = builder.inputType('CompensationRuleInput', {
  description: 'The cost of any group is what each of it needs alone plus what they share.',
  fields: (t) => ({
    standAlone: t.field({ type: [LocalityAmountInput], required: true }),
    sharedMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const CoalitionCostInput = builder.inputType('CoalitionCostInput', {
  description: 'What these localities would pay together, without the others.',
  fields: (t) => ({
    localities: t.stringList({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const PaidFigureInput = builder.inputType('PaidFigureInput', {
  fields: (t) => ({
    locality: t.string({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    source: t.field({ type: PaidSourceType, required: true }),
    note: t.string({ required: true, defaultValue: '', description: 'For a stated figure: its source.' }),
  }),
});

const KeepCompensationInput = builder.inputType('KeepCompensationInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    revises: t.id({ description: 'The version that this one replaces; left out for a new matter.' }),
    title: t.field({ type: LocalizedTextInput, required: true }),
    round: t.id({ description: 'Whose payments the ledger shall give; left out for a cost from outside.' }),
    project: t.id({ description: 'Of the round; left out: all of its projects.' }),
    localities: t.stringList({ required: true, description: 'Codes of those that share the cost.' }),
    costsSource: t.string({ required: true }),
    rule: t.field({ type: CompensationRuleInput, description: 'Either this or `coalitions`.' }),
    coalitions: t.field({
      type: [CoalitionCostInput],
      description: 'The cost of every group of the localities, single ones included.',
    }),
    paid: t.field({ type: [PaidFigureInput], required: true }),
  }),
});

builder.mutationField('keepCompensation', (t) =>
  t.field({
    type: CompensationType,
    authScopes: { byUseCase: 'compensation.prepare' },
    description: 'Computes the shares and keeps them as a draft. All that is wrong is said at once.',
    errors: refusals(keepCompensationErrors),
    args: { input: t.arg({ type: KeepCompensationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      keepCompensation(context, {
        ...input,
        ...{ revises: input.revises ?? null, round: input.round ?? null, project: input.project ?? null },
        rule: input.rule
          ? {
              standAlone: input.rule.standAlone.map(amountOf),
              sharedMinor: minor(input.rule.sharedMinor),
            }
          : null,
        coalitions: input.coalitions?.map(amountOf) ?? null,
        paid: input.paid.map(amountOf),
      }),
  }),
);

const amountOf = <Given extends { readonly amountMinor: bigint }>(given: Given) => ({
  ...given,
  amountMinor: minor(given.amountMinor),
});

builder.mutationField('proposeCompensation', (t) =>
  t.field({
    type: CompensationType,
    authScopes: { byUseCase: 'compensation.prepare' },
    description: 'Puts one’s own draft forward for approval.',
    errors: refusals(proposeCompensationErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => proposeCompensation(context, args),
  }),
);

signingStep('approveCompensation', CompensationType, {
  right: 'compensation.approve',
  errors: approveCompensationErrors,
  act: approveCompensation,
});

signingStep('publishCompensation', CompensationType, {
  right: 'compensation.publish',
  description: 'Publishes an approved version, if the ledger still says what it was computed from.',
  errors: publishCompensationErrors,
  act: publishCompensation,
});

unsignedStep('withdrawCompensation', CompensationType, {
  right: 'compensation.prepare',
  errors: withdrawCompensationErrors,
  act: withdrawCompensation,
});

builder.queryField('compensations', (t) =>
  t.field({
    type: pageType(CompensationType),
    authScopes: { right: 'compensation.read' },
    description: 'Latest kept first.',
    args: {
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listCompensations(context, pageOfArgs(page)),
  }),
);

builder.queryField('compensation', (t) =>
  t.field({
    type: CompensationType,
    authScopes: { byUseCase: ['compensation.read', 'everyone'] },
    errors: refusals([NotFound]),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => showCompensation(context, id),
  }),
);

builder.queryField('publishedCompensations', (t) =>
  t.field({
    type: [CompensationType],
    authScopes: { public: true },
    description: 'Published statements, newest first.',
    resolve: (_root, _args, { database }) => listPublishedCompensations(database),
  }),
);

builder.queryField('publishedCompensation', (t) =>
  t.field({
    type: CompensationType,
    nullable: true,
    authScopes: { public: true },
    description: 'A published version; null for any other id.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { database }) => findPublishedCompensation(database, id),
  }),
);

const PaidFromPledgeType = builder.objectRef<PaidFromPledge>('PaidFromPledge').implement({
  readers: 'as-parent',
  description: 'Disbursed money of one government’s pledge.',
  fields: (t) => ({
    party: t.exposeID('party'),
    name: t.expose('name', { type: LocalizedTextType }),
    fundId: t.exposeID('fundId'),
    fundName: t.field({
      type: LocalizedTextType,
      nullable: true,
      description: 'Tells the pledges of one government apart.',
      resolve: ({ fundId }, _args, context) => findFundName(context, fundId),
    }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

const PaidByLocalityType = builder.objectRef<PaidByLocality>('PaidByLocality').implement({
  readers: 'as-parent',
  description: 'What the governments of a locality have paid, by our ledger.',
  fields: (t) => ({
    locality: t.exposeString('locality'),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    pledges: t.field({ type: [PaidFromPledgeType], resolve: ({ pledges }) => [...pledges] }),
  }),
});

builder.queryField('paidByLocality', (t) =>
  t.field({
    type: [PaidByLocalityType],
    authScopes: { right: 'compensation.read' },
    description:
      'What the ledger would put into a statement; localities that have paid nothing are left out.',
    args: { round: t.arg.id({ required: true }), project: t.arg.id() },
    errors: refusals(showPaidErrors),
    resolve: (_root, { round, project }, context) => showPaid(context, { round, project: project ?? null }),
  }),
);
