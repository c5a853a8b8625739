/** Disbursements: prepared, approved and executed by three people; the public sees day, amount and milestone. */
import type {
  Cancellation,
  Disbursement,
  DisbursementPart,
  Payee,
  SentBack,
} from '../server/domain/disbursement.ts';
import { entryId } from '../server/domain/journal.ts';
import { sumMinor, type Currency } from '../server/domain/money.ts';
import type { Project } from '../server/domain/project.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import {
  approveDisbursement,
  approveDisbursementErrors,
} from '../server/services/disbursements/approve-disbursement.ts';
import {
  cancelDisbursement,
  cancelDisbursementErrors,
} from '../server/services/disbursements/cancel-disbursement.ts';
import {
  executeDisbursement,
  executeDisbursementErrors,
} from '../server/services/disbursements/execute-disbursement.ts';
import {
  prepareDisbursement,
  prepareDisbursementErrors,
} from '../server/services/disbursements/prepare-disbursement.ts';
import {
  findDisbursement,
  findDisbursementErrors,
  listDisbursements,
  publicDisbursementsOf,
  type PublicDisbursement,
} from '../server/services/disbursements/read-disbursements.ts';
import { listPaymentsSentBackBy } from '../server/services/bank/returned-payments.ts';
import { titleOfMilestone } from '../server/services/awards/read-awards.ts';
import { findFundName, findGrantee, findProject } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { PartyType } from './party.ts';
import { ProjectType } from './project.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

const DisbursementStatusType = builder.enumType('DisbursementStatus', {
  values: {
    PREPARED: { value: 'prepared' },
    APPROVED: { value: 'approved' },
    EXECUTED: { value: 'executed' },
    SENT_BACK: { value: 'sent-back', description: 'The bank sent it back; its milestone is owed again.' },
    CANCELLED: { value: 'cancelled' },
  } as const,
});

const PayeeType = builder.objectRef<Payee>('Payee').implement({
  readers: 'as-parent',
  description: 'The account as it stood when the payment was prepared.',
  fields: (t) => ({
    accountName: t.exposeString('accountName'),
    bankName: t.exposeString('bankName'),
    accountNumber: t.exposeString('accountNumber'),
  }),
});

const DisbursementPartType = builder
  .objectRef<DisbursementPart & { readonly currency: Currency }>('DisbursementPart')
  .implement({
    readers: 'as-parent',
    description: 'What one fund paid of the tranche.',
    fields: (t) => ({
      fundId: t.exposeID('fundId'),
      fundName: t.field({
        type: LocalizedTextType,
        nullable: true,
        resolve: ({ fundId }, _args, context) => findFundName(context, fundId),
      }),
      amount: t.field({ type: MoneyType, resolve: (part) => part }),
    }),
  });

const CancellationType = builder.objectRef<Cancellation>('Cancellation').implement({
  readers: 'as-parent',
  fields: (t) => ({
    reason: t.exposeString('reason'),
    cancelledAt: t.field({ type: 'DateTime', resolve: ({ cancelledBy }) => cancelledBy.at }),
  }),
});

const SentBackType = builder.objectRef<SentBack & { readonly currency: Currency }>('SentBack').implement({
  readers: 'as-parent',
  description: 'The bank could not deliver the money, and a line of its statement brought it back (退汇).',
  fields: (t) => ({
    on: t.expose('on', { type: 'Date' }),
    reason: t.exposeString('reason', {
      description: 'As the bank’s line says it; empty where it says nothing.',
    }),
    kept: t.field({
      type: MoneyType,
      description: 'What the bank kept as its charge; the general fund bears it.',
      resolve: ({ keptMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    confirmedBy: t.string({ resolve: ({ confirmedBy }) => confirmedBy.name }),
  }),
});

const DisbursementType = builder.objectRef<Disbursement>('Disbursement').implement({
  readers: 'as-parent',
  description: 'Money paid to the grantee (拨付).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    award: t.exposeString('award', { description: 'Id of the award.' }),
    milestone: t.exposeString('milestone', { description: 'Id of the milestone within the award.' }),
    milestoneTitle: t.field({
      type: LocalizedTextType,
      nullable: true,
      description: 'What the milestone is called in the award.',
      resolve: ({ award, milestone }, _args, context) => titleOfMilestone(context, award, milestone),
    }),
    entry: t.id({
      nullable: true,
      description: 'The journal entry that paid it; null before the bank paid.',
      resolve: ({ _id, executedOn }) => (executedOn === null ? null : entryId('disbursement', _id)),
    }),
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ project }, _args, context) => findProject(context, project),
    }),
    grantee: t.field({
      type: PartyType,
      nullable: true,
      resolve: ({ grantee }, _args, context) => findGrantee(context, grantee),
    }),
    amount: t.field({ type: MoneyType, resolve: (disbursement) => disbursement }),
    payee: t.expose('payee', { type: PayeeType }),
    status: t.expose('status', { type: DisbursementStatusType }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'disbursement' as const, amountMinor }),
    }),
    parts: t.field({
      type: [DisbursementPartType],
      description: 'Which funds paid; empty before it is executed.',
      resolve: ({ parts, currency }) => parts.map((part) => ({ ...part, currency })),
    }),
    bankReference: t.exposeString('bankReference', { nullable: true }),
    executedOn: t.expose('executedOn', { type: 'Date', nullable: true }),
    cancellation: t.expose('cancellation', { type: CancellationType, nullable: true }),
    sentBack: t.field({
      type: SentBackType,
      nullable: true,
      resolve: ({ sentBack, currency }) => (sentBack ? { ...sentBack, currency } : null),
    }),
  }),
});

const ProjectDisbursementType = builder
  .objectRef<PublicDisbursement & Pick<Project, 'currency' | 'milestones'>>('ProjectDisbursement')
  .implement({
    readers: 'everyone',
    description:
      'A payment to the grantee, or one that the bank sent back, as everyone may see it, from the ledger.',
    fields: (t) => ({
      id: t.id({
        resolve: ({ disbursementId, sentBack }) => (sentBack ? `${disbursementId}-back` : disbursementId),
      }),
      executedOn: t.expose('effectiveOn', { type: 'Date' }),
      amount: t.field({
        type: MoneyType,
        description: 'Below zero where the bank sent it back.',
        resolve: (line) => line,
      }),
      sentBack: t.exposeBoolean('sentBack'),
      tranche: t.int({
        nullable: true,
        description: 'Which tranche it paid, counted from 1.',
        resolve: ({ milestone, milestones }) =>
          milestones.findIndex(({ id }) => id === milestone) + 1 || null,
      }),
      milestone: t.field({
        type: LocalizedTextType,
        nullable: true,
        resolve: ({ milestone, milestones }) => milestones.find(({ id }) => id === milestone)?.title,
      }),
    }),
  });

builder.objectField(ProjectType, 'disbursements', (t) =>
  t.field({
    type: [ProjectDisbursementType],
    description: 'In order of day.',
    resolve: async ({ _id, currency, milestones }, _args, context) => {
      const lines = await publicDisbursementsOf(context, _id);
      return lines.map((line) => ({ ...line, currency, milestones }));
    },
  }),
);

builder.objectField(ProjectType, 'disbursed', (t) =>
  t.field({
    type: MoneyType,
    description: 'What was paid to the grantee so far, from the ledger.',
    resolve: async ({ _id, currency }, _args, context) => {
      const lines = await publicDisbursementsOf(context, _id);
      return { amountMinor: sumMinor(lines.map((line) => line.amountMinor)), currency };
    },
  }),
);

builder.mutationField('prepareDisbursement', (t) =>
  t.field({
    type: DisbursementType,
    authScopes: { byUseCase: 'disbursement.prepare' },
    description: 'For an accepted milestone; its tranche cannot be prepared twice.',
    errors: refusals(prepareDisbursementErrors),
    args: {
      id: t.arg.id({ required: true }),
      award: t.arg.id({ required: true }),
      milestone: t.arg.string({ required: true }),
    },
    resolve: (_root, input, context) => prepareDisbursement(context, input),
  }),
);

signingStep('approveDisbursement', DisbursementType, {
  right: 'disbursement.approve',
  errors: approveDisbursementErrors,
  act: approveDisbursement,
});

const ExecuteDisbursementInput = builder.inputType('ExecuteDisbursementInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    digest: t.string({ required: true }),
    bankReference: t.string({ required: true }),
    executedOn: t.field({ type: 'Date', required: true }),
  }),
});

builder.mutationField('executeDisbursement', (t) =>
  t.field({
    type: DisbursementType,
    authScopes: { byUseCase: 'disbursement.execute' },
    description: 'Records that the bank paid, and posts it.',
    errors: refusals(executeDisbursementErrors),
    args: { input: t.arg({ type: ExecuteDisbursementInput, required: true }) },
    resolve: (_root, { input }, context) =>
      executeDisbursement(context, { ...input, executedOn: input.executedOn as CalendarDate }),
  }),
);

builder.mutationField('cancelDisbursement', (t) =>
  t.field({
    type: DisbursementType,
    authScopes: { byUseCase: ['disbursement.prepare', 'disbursement.approve'] },
    description: 'Before the bank paid; the milestone may then be paid anew.',
    errors: refusals(cancelDisbursementErrors),
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, input, context) => cancelDisbursement(context, input),
  }),
);

builder.queryField('disbursements', (t) =>
  t.field({
    type: pageType(DisbursementType),
    authScopes: { byUseCase: 'award.read' },
    description:
      'The latest prepared first. All for staff; for members of an organization, their own: name it as `grantee`.',
    args: {
      award: t.arg.id(),
      status: t.arg({ type: DisbursementStatusType }),
      grantee: t.arg.id(),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { award, status, grantee, ...page }, context) =>
      listDisbursements(
        context,
        { award: award ?? null, status: status ?? null, grantee: grantee ?? null },
        pageOfArgs(page),
      ),
  }),
);

builder.queryField('paymentsSentBackBy', (t) =>
  t.field({
    type: [DisbursementType],
    authScopes: { right: 'bank.read' },
    description:
      'Executed disbursements that a line of the bank may be sending back, by amount and day alone: for a line that gives no hint.',
    args: {
      line: t.arg.id({ required: true, description: 'Id of the bank line.' }),
      search: t.arg.string({
        description: 'In the payee, the project, the award, the number at the bank, or the amount.',
      }),
      first: t.arg.int({ defaultValue: 20, required: true }),
    },
    resolve: (_root, { line, search, first }, context) =>
      listPaymentsSentBackBy(context, { line, search: search ?? null }, { first, after: null }),
  }),
);

builder.queryField('disbursement', (t) =>
  t.field({
    type: DisbursementType,
    authScopes: { byUseCase: 'award.read' },
    errors: refusals(findDisbursementErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findDisbursement(context, id),
  }),
);
