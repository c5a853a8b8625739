/** Awards: preparing, approving, signing, and their milestones, which release the tranches. */
import type { Award, Milestone } from '../server/domain/award.ts';
import { listAwardClosings, restOfAwardNow } from '../server/services/awards/close-award.ts';
import { approveAward, approveAwardErrors } from '../server/services/awards/approve-award.ts';
import {
  acceptMilestone,
  acceptMilestoneErrors,
  reportMilestone,
  reportMilestoneErrors,
} from '../server/services/awards/move-milestones.ts';
import { prepareAward, prepareAwardErrors } from '../server/services/awards/prepare-award.ts';
import {
  findAward,
  findAwardErrors,
  listAwards,
  signedAwardsOf,
} from '../server/services/awards/read-awards.ts';
import { signAward, signAwardErrors } from '../server/services/awards/sign-award.ts';
import { findGrantee, findProject } from '../server/services/projects.ts';
import { AwardClosingType, AwardSourceType, type InCurrency } from './award-closing.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep } from './controlled-steps.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { PartyType } from './party.ts';
import { ProjectType } from './project.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

const AwardStatusType = builder.enumType('AwardStatus', {
  values: {
    PREPARED: { value: 'prepared' },
    APPROVED: { value: 'approved' },
    SIGNED: { value: 'signed' },
    COMPLETED: { value: 'completed' },
    CLOSED: { value: 'closed' },
  } as const,
});

const MilestoneStatusType = builder.enumType('MilestoneStatus', {
  values: {
    PLANNED: { value: 'planned' },
    REPORTED: { value: 'reported' },
    ACCEPTED: { value: 'accepted' },
    IN_PAYMENT: { value: 'in-payment' },
    PAID: { value: 'paid' },
    CANCELLED: { value: 'cancelled' },
  } as const,
});

const MilestoneReportType = builder.objectRef<NonNullable<Milestone['report']>>('MilestoneReport').implement({
  readers: 'as-parent',
  fields: (t) => ({
    evidence: t.exposeString('evidence'),
    reportedAt: t.field({ type: 'DateTime', resolve: ({ reportedBy }) => reportedBy.at }),
  }),
});

const AwardMilestoneType = builder.objectRef<InCurrency<Milestone>>('AwardMilestone').implement({
  readers: 'as-parent',
  description: 'A milestone of an award with the tranche that it releases (分期款).',
  fields: (t) => ({
    id: t.exposeString('id'),
    title: t.expose('title', { type: LocalizedTextType }),
    dueOn: t.expose('dueOn', { type: 'Date' }),
    shareBasisPoints: t.exposeInt('shareBasisPoints', { description: 'Of 10 000.' }),
    tranche: t.field({
      type: MoneyType,
      resolve: ({ trancheMinor, currency }) => ({ amountMinor: trancheMinor, currency }),
    }),
    status: t.expose('status', { type: MilestoneStatusType }),
    report: t.expose('report', { type: MilestoneReportType, nullable: true }),
    acceptedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ acceptedBy }) => acceptedBy?.at }),
  }),
});

const AwardType = builder.objectRef<Award>('Award').implement({
  readers: 'as-parent',
  description: 'The signed agreement on an allocation (资助协议).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ project }, _args, context) => findProject(context, project),
    }),
    run: t.exposeString('run', { description: 'Id of the allocation run that it rests on.' }),
    grantee: t.field({
      type: PartyType,
      nullable: true,
      resolve: ({ grantee }, _args, context) => findGrantee(context, grantee),
    }),
    amount: t.field({ type: MoneyType, resolve: (award) => award }),
    sources: t.field({
      type: [AwardSourceType],
      resolve: ({ sources, currency }) => sources.map((source) => ({ ...source, currency })),
    }),
    milestones: t.field({
      type: [AwardMilestoneType],
      resolve: ({ milestones, currency }) => milestones.map((milestone) => ({ ...milestone, currency })),
    }),
    rest: t.field({
      type: [AwardSourceType],
      description:
        'What is not paid of an award that is under way, by the funds that it goes back to when it is closed.',
      resolve: async (award, _args, context) => {
        const rest = await restOfAwardNow(context, award);
        return rest.map((part) => ({ ...part, currency: award.currency }));
      },
    }),
    closings: t.field({
      type: [AwardClosingType],
      description: 'What was proposed to close it, the latest last; for staff.',
      resolve: ({ _id }, _args, context) => listAwardClosings(context, _id),
    }),
    status: t.expose('status', { type: AwardStatusType }),
    control: t.field({
      type: ControlType,
      description: 'The owner of the grantee executes: the signature.',
      resolve: ({ control, amountMinor }) => ({ control, kind: 'award' as const, amountMinor }),
    }),
  }),
});

const ProjectMilestoneType = builder.objectRef<InCurrency<Milestone>>('ProjectMilestone').implement({
  readers: 'everyone',
  description: 'Where a milestone of a signed award stands, as everyone may see it.',
  fields: (t) => ({
    id: t.exposeString('id'),
    title: t.expose('title', { type: LocalizedTextType }),
    dueOn: t.expose('dueOn', { type: 'Date' }),
    tranche: t.field({
      type: MoneyType,
      resolve: ({ trancheMinor, currency }) => ({ amountMinor: trancheMinor, currency }),
    }),
    status: t.expose('status', { type: MilestoneStatusType }),
  }),
});

builder.objectField(ProjectType, 'timeline', (t) =>
  t.field({
    type: [ProjectMilestoneType],
    description: 'The milestones of its signed awards; empty before the first is signed.',
    resolve: async ({ _id }, _args, context) => {
      const signed = await signedAwardsOf(context, _id);
      return signed.flatMap(({ milestones, currency }) =>
        milestones.map((milestone) => ({ ...milestone, currency })),
      );
    },
  }),
);

builder.mutationField('prepareAward', (t) =>
  t.field({
    type: AwardType,
    authScopes: { byUseCase: 'award.prepare' },
    description: 'On the earliest executed allocation run of the project that has no award yet.',
    errors: refusals(prepareAwardErrors),
    args: { id: t.arg.id({ required: true }), project: t.arg.id({ required: true }) },
    resolve: (_root, input, context) => prepareAward(context, input),
  }),
);

signingStep('approveAward', AwardType, {
  right: 'award.approve',
  errors: approveAwardErrors,
  act: approveAward,
});

signingStep('signAward', AwardType, {
  right: 'award.sign',
  description: 'By the owner of the grantee; from then on the foundation owes it.',
  errors: signAwardErrors,
  act: signAward,
});

builder.mutationField('reportMilestone', (t) =>
  t.field({
    type: AwardType,
    authScopes: { byUseCase: 'milestone.report' },
    description: 'A report may be replaced until it is accepted.',
    errors: refusals(reportMilestoneErrors),
    args: {
      award: t.arg.id({ required: true }),
      milestone: t.arg.string({ required: true }),
      evidence: t.arg.string({ required: true }),
    },
    resolve: (_root, input, context) => reportMilestone(context, input),
  }),
);

builder.mutationField('acceptMilestone', (t) =>
  t.field({
    type: AwardType,
    authScopes: { byUseCase: 'milestone.accept' },
    description: 'Releases its tranche.',
    errors: refusals(acceptMilestoneErrors),
    args: { award: t.arg.id({ required: true }), milestone: t.arg.string({ required: true }) },
    resolve: (_root, input, context) => acceptMilestone(context, input),
  }),
);

builder.queryField('awards', (t) =>
  t.field({
    type: pageType(AwardType),
    authScopes: { byUseCase: 'award.read' },
    description:
      'The latest prepared first. All for staff; for members of an organization, their own: name it as `grantee`.',
    args: {
      project: t.arg.id(),
      status: t.arg({ type: AwardStatusType }),
      grantee: t.arg.id(),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { project, status, grantee, ...page }, context) =>
      listAwards(
        context,
        { project: project ?? null, status: status ?? null, grantee: grantee ?? null },
        pageOfArgs(page),
      ),
  }),
);

builder.queryField('award', (t) =>
  t.field({
    type: AwardType,
    authScopes: { byUseCase: 'award.read' },
    errors: refusals(findAwardErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findAward(context, id),
  }),
);
