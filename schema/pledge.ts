/** Pledges and their bank receipts. */
import { listPledgesDue } from '../server/services/bank/pledges-due.ts';
import { minor } from '../server/domain/money.ts';
import type { Condition, ConditionalTerms } from '../server/domain/conditional-pledge.ts';
import { overdueMinorOf, statesOfInstalments, type InstalmentState } from '../server/domain/instalments.ts';
import { receivedMinor, type Pledge, type PledgeReceipt } from '../server/domain/pledge.ts';
import { dayOf, type CalendarDate } from '../server/domain/time.ts';
import type { ServiceContext } from '../server/services/context.ts';
import { findParties, findParty } from '../server/services/parties.ts';
import { listWriteOffs } from '../server/services/pledge-write-offs.ts';
import { loadRegion } from '../server/services/region.ts';
import {
  findPledge,
  listPledges,
  outstandingMinor,
  recordPledge,
  recordPledgeErrors,
  recordPledgeReceipt,
  recordPledgeReceiptErrors,
} from '../server/services/pledges.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { PartyType } from './party.ts';
import { WriteOffType } from './pledge-write-off.ts';
import { RestrictionInput, restrictionFromInput, RestrictionType } from './restriction.ts';
import { minorOrNull, MoneyType } from './scalars.ts';

const PledgeStatusType = builder.enumType('PledgeStatus', {
  values: {
    CONDITIONAL: { value: 'conditional' },
    LAPSED: { value: 'lapsed' },
    BINDING: { value: 'binding' },
    FULFILLED: { value: 'fulfilled' },
    WRITTEN_OFF: { value: 'written-off' },
  } as const,
});

const InstalmentType = builder.objectRef<InstalmentState>('Instalment').implement({
  readers: 'as-parent',
  description: 'A part of a pledge; receipts pay the earliest first.',
  fields: (t) => ({
    dueOn: t.expose('dueOn', { type: 'Date' }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    paidMinor: t.expose('paidMinor', { type: 'MinorUnits' }),
    isOverdue: t.exposeBoolean('isOverdue'),
  }),
});

const ConditionType = builder.objectRef<Condition>('PledgeCondition').implement({
  readers: 'as-parent',
  description:
    'Base + rate × what the others pay, down to the step, at most the cap, provided that enough others join.',
  fields: (t) => ({
    capMinor: t.expose('capMinor', { type: 'MinorUnits' }),
    baseMinor: t.field({ type: 'MinorUnits', resolve: ({ terms }) => terms.baseMinor }),
    ratePerOther: t.string({ resolve: ({ terms }) => terms.ratePerOther }),
    stepMinor: t.field({ type: 'MinorUnits', resolve: ({ terms }) => terms.stepMinor }),
    among: t.field({
      type: [PartyType],
      nullable: true,
      description: 'The parties that count as the others; null for all.',
      resolve: ({ terms }, _args, { database }) =>
        terms.among === null ? null : findParties(database, terms.among),
    }),
    atLeastParties: t.int({ resolve: ({ terms }) => terms.atLeastParties }),
    joinsFromMinor: t.field({ type: 'MinorUnits', resolve: ({ terms }) => terms.joinsFromMinor }),
    othersAtLeastMinor: t.field({ type: 'MinorUnits', resolve: ({ terms }) => terms.othersAtLeastMinor }),
  }),
});

/** The instalments of a pledge as they stand today. */
async function instalmentsOf(
  pledge: Pledge,
  { database, clock }: ServiceContext,
): Promise<InstalmentState[]> {
  const { timeZone } = await loadRegion(database);
  const isClosed = pledge.status === 'written-off';
  const states = statesOfInstalments(pledge.instalments, receivedMinor(pledge), dayOf(clock.now(), timeZone));
  return isClosed ? states.map((state) => ({ ...state, isOverdue: false })) : states;
}

const PledgeReceiptType = builder.objectRef<PledgeReceipt>('PledgeReceipt').implement({
  readers: 'as-parent',
  description: 'Money that reached the bank for a pledge.',
  fields: (t) => ({
    id: t.exposeID('id'),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    bankReference: t.exposeString('bankReference'),
    receivedOn: t.expose('receivedOn', { type: 'Date' }),
  }),
});

const PledgeType = builder.objectRef<Pledge>('Pledge').implement({
  readers: 'as-parent',
  description: 'A promise of money (认捐).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    party: t.field({
      type: PartyType,
      resolve: ({ party }, _args, { database }) => findParty(database, party),
    }),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    amount: t.field({ type: MoneyType, resolve: (pledge) => pledge }),
    received: t.field({
      type: MoneyType,
      resolve: (pledge) => ({ amountMinor: receivedMinor(pledge), currency: pledge.currency }),
    }),
    outstanding: t.field({
      type: MoneyType,
      resolve: (pledge) => ({ amountMinor: outstandingMinor(pledge), currency: pledge.currency }),
    }),
    restriction: t.expose('restriction', { type: RestrictionType }),
    capPerProjectMinor: t.expose('capPerProjectMinor', { type: 'MinorUnits', nullable: true }),
    managementShareBasisPoints: t.int({
      description: 'The part of what is received that its agreement leaves to management.',
      resolve: ({ managementShareBasisPoints = 0 }) => managementShareBasisPoints,
    }),
    pool: t.exposeString('pool', {
      nullable: true,
      description: 'Id of the matching pool that it fills; null for a pledge to projects.',
    }),
    fundId: t.exposeString('fundId'),
    agreementReference: t.exposeString('agreementReference'),
    pledgedOn: t.expose('pledgedOn', { type: 'Date' }),
    condition: t.expose('condition', {
      type: ConditionType,
      nullable: true,
      description: 'What was promised on condition; it is no money until the pledge binds.',
    }),
    instalments: t.field({
      type: [InstalmentType],
      resolve: (pledge, _args, context) => instalmentsOf(pledge, context),
    }),
    overdue: t.field({
      type: MoneyType,
      description: 'What should have come by now and has not.',
      resolve: async (pledge, _args, context) => ({
        amountMinor: overdueMinorOf(await instalmentsOf(pledge, context)),
        currency: pledge.currency,
      }),
    }),
    writeOffs: t.field({
      type: [WriteOffType],
      authScopes: { byUseCase: 'pledge.read' },
      description: 'For staff alone.',
      resolve: ({ _id }, _args, context) => listWriteOffs(context, _id),
    }),
    receipts: t.field({ type: [PledgeReceiptType], resolve: (pledge) => [...pledge.receipts] }),
    status: t.expose('status', { type: PledgeStatusType }),
  }),
});

const InstalmentInput = builder.inputType('InstalmentInput', {
  fields: (t) => ({
    dueOn: t.field({ type: 'Date', required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const InstalmentPlanInput = builder.inputType('InstalmentPlanInput', {
  fields: (t) => ({
    count: t.int({ required: true }),
    firstDueOn: t.field({ type: 'Date', required: true }),
    everyMonths: t.int({ required: true }),
  }),
});

const ConditionalTermsInput = builder.inputType('ConditionalTermsInput', {
  fields: (t) => ({
    baseMinor: t.field({ type: 'MinorUnits', required: true }),
    ratePerOther: t.string({ required: true }),
    stepMinor: t.field({ type: 'MinorUnits', required: true }),
    among: t.idList({ description: 'Leave out for all other parties.' }),
    atLeastParties: t.int({ required: true }),
    joinsFromMinor: t.field({ type: 'MinorUnits', required: true }),
    othersAtLeastMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const termsOf = (input: typeof ConditionalTermsInput.$inferInput): ConditionalTerms => ({
  baseMinor: minor(input.baseMinor),
  ratePerOther: input.ratePerOther,
  stepMinor: minor(input.stepMinor),
  among: input.among ?? null,
  atLeastParties: input.atLeastParties,
  joinsFromMinor: minor(input.joinsFromMinor),
  othersAtLeastMinor: minor(input.othersAtLeastMinor),
});

const RecordPledgeInput = builder.inputType('RecordPledgeInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    party: t.id({ required: true }),
    round: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    restriction: t.field({ type: RestrictionInput, required: true }),
    capPerProjectMinor: t.field({ type: 'MinorUnits' }),
    managementShareBasisPoints: t.int({
      defaultValue: 0,
      description: 'The part of what is received that the agreement leaves to management: 500 is 5 percent.',
    }),
    pool: t.id({ description: 'Fills this matching pool of the party; leave the restriction empty then.' }),
    agreementReference: t.string({ required: true }),
    pledgedOn: t.field({ type: 'Date', required: true }),
    instalments: t.field({ type: [InstalmentInput], required: true, defaultValue: [] }),
    instalmentPlan: t.field({
      type: InstalmentPlanInput,
      description: 'Equal parts instead of single instalments; the remainder is on the last.',
    }),
    terms: t.field({
      type: ConditionalTermsInput,
      description: 'Makes the pledge conditional; the amount is then the most that it may come to.',
    }),
  }),
});

builder.mutationField('recordPledge', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.record' },
    description:
      'Records a pledge. Without terms it binds at once; with terms it is no money until it is settled.',
    errors: refusals(recordPledgeErrors),
    args: { input: t.arg({ type: RecordPledgeInput, required: true }) },
    resolve: (_root, { input }, context) =>
      recordPledge(context, {
        id: input.id,
        party: input.party,
        round: input.round,
        amountMinor: minor(input.amountMinor),
        restriction: restrictionFromInput(input.restriction),
        capPerProjectMinor: minorOrNull(input.capPerProjectMinor),
        ...(input.managementShareBasisPoints
          ? { managementShareBasisPoints: input.managementShareBasisPoints }
          : {}),
        pool: input.pool ?? null,
        agreementReference: input.agreementReference,
        pledgedOn: input.pledgedOn as CalendarDate,
        instalments: input.instalments.map(({ dueOn, amountMinor }) => ({
          dueOn: dueOn as CalendarDate,
          amountMinor: minor(amountMinor),
        })),
        instalmentPlan: input.instalmentPlan
          ? { ...input.instalmentPlan, firstDueOn: input.instalmentPlan.firstDueOn as CalendarDate }
          : null,
        terms: input.terms ? termsOf(input.terms) : null,
      }),
  }),
);

const RecordPledgeReceiptInput = builder.inputType('RecordPledgeReceiptInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    pledge: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    bankReference: t.string({ required: true }),
    receivedOn: t.field({ type: 'Date', required: true }),
  }),
});

builder.mutationField('recordPledgeReceipt', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.record-receipt' },
    errors: refusals(recordPledgeReceiptErrors),
    args: { input: t.arg({ type: RecordPledgeReceiptInput, required: true }) },
    resolve: (_root, { input }, context) =>
      recordPledgeReceipt(context, {
        ...input,
        amountMinor: minor(input.amountMinor),
        receivedOn: input.receivedOn as CalendarDate,
      }),
  }),
);

builder.queryField('pledges', (t) =>
  t.field({
    type: pageType(PledgeType),
    authScopes: { byUseCase: 'pledge.read' },
    description:
      'The latest recorded first. All for staff; for members of an organization, their own: name it as `party`.',
    args: {
      round: t.arg.id(),
      party: t.arg.id(),
      status: t.arg({ type: PledgeStatusType }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { round, party, status, ...page }, context) =>
      listPledges(
        context,
        { round: round ?? null, party: party ?? null, status: status ?? null },
        pageOfArgs(page),
      ),
  }),
);

builder.queryField('pledgesDue', (t) =>
  t.field({
    type: [PledgeType],
    authScopes: { right: 'bank.read' },
    description: 'Binding pledges with at least so much outstanding: what a bank line may be a receipt of.',
    args: {
      amountMinor: t.arg({ type: 'MinorUnits', required: true }),
      search: t.arg.string({ description: 'In the name of the party or the reference of the agreement.' }),
      first: t.arg.int({ defaultValue: 20, required: true }),
    },
    resolve: (_root, { amountMinor, search, first }, context) =>
      listPledgesDue(context, { amountMinor, search: search ?? null }, { first, after: null }),
  }),
);

builder.queryField('pledge', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findPledge(context, id),
  }),
);
