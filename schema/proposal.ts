/** Proposals: drafts with what is missing in them, submission, and the decision. */
import type { Decision, Proposal } from '../server/domain/proposal.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { findGrantee, findProject, localTermOf } from '../server/services/projects.ts';
import {
  acceptProposal,
  acceptProposalErrors,
  declineProposal,
  declineProposalErrors,
} from '../server/services/proposals/decide-proposal.ts';
import {
  findProposal,
  findProposalErrors,
  gapsOf,
  listProposals,
} from '../server/services/proposals/read-proposals.ts';
import { saveDraft, saveDraftErrors } from '../server/services/proposals/save-draft.ts';
import { submitProposal, submitProposalErrors } from '../server/services/proposals/submit-proposal.ts';
import { builder } from './builder.ts';
import { FaultType, refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { PartyType } from './party.ts';
import { LocalTermType, MilestonePlanType, OpenToType, ProjectType } from './project.ts';
import { LocalizedTextInput, LocalizedTextType, minorOrNull } from './scalars.ts';

const ProposalStatusType = builder.enumType('ProposalStatus', {
  values: {
    DRAFT: { value: 'draft' },
    SUBMITTED: { value: 'submitted' },
    ACCEPTED: { value: 'accepted' },
    DECLINED: { value: 'declined' },
  } as const,
});

const DecisionType = builder.objectRef<Decision>('ProposalDecision').implement({
  readers: 'as-parent',
  fields: (t) => ({
    score: t.exposeString('score', { nullable: true }),
    reason: t.exposeString('reason'),
    decidedAt: t.field({ type: 'DateTime', resolve: ({ decidedBy }) => decidedBy.at }),
  }),
});

const ProposalType = builder.objectRef<Proposal>('Proposal').implement({
  readers: 'as-parent',
  description: 'What a social organization asks to be supported (申请).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    grantee: t.field({
      type: PartyType,
      nullable: true,
      resolve: ({ grantee }, _args, context) => findGrantee(context, grantee),
    }),
    title: t.field({ type: LocalizedTextType, resolve: ({ plan }) => plan.title }),
    summary: t.field({ type: LocalizedTextType, resolve: ({ plan }) => plan.summary }),
    sector: t.string({ nullable: true, resolve: ({ plan }) => plan.sector }),
    serviceItem: t.string({ nullable: true, resolve: ({ plan }) => plan.serviceItem }),
    locality: t.string({ nullable: true, resolve: ({ plan }) => plan.locality }),
    localTerm: t.field({
      type: LocalTermType,
      nullable: true,
      resolve: ({ plan }, _args, context) => localTermOf(context, plan),
    }),
    needMinor: t.field({ type: 'MinorUnits', nullable: true, resolve: ({ plan }) => plan.needMinor }),
    minimumMinor: t.field({ type: 'MinorUnits', nullable: true, resolve: ({ plan }) => plan.minimumMinor }),
    openTo: t.field({ type: OpenToType, nullable: true, resolve: ({ plan }) => plan.openTo }),
    milestones: t.field({ type: [MilestonePlanType], resolve: ({ plan }) => [...plan.milestones] }),
    revision: t.exposeInt('revision', { description: 'Counts the saved versions of the draft.' }),
    status: t.expose('status', { type: ProposalStatusType }),
    savedAt: t.field({ type: 'DateTime', resolve: ({ savedBy }) => savedBy.at }),
    submittedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ submittedBy }) => submittedBy?.at,
    }),
    gaps: t.field({
      type: [FaultType],
      description: 'For a draft: what still keeps it from being submitted.',
      resolve: (proposal, _args, { database }) => gapsOf(database, proposal),
    }),
    decision: t.expose('decision', { type: DecisionType, nullable: true }),
    project: t.field({
      type: ProjectType,
      nullable: true,
      description: 'What it became, once accepted.',
      resolve: ({ _id, status }, _args, context) =>
        status === 'accepted' ? findProject(context, _id) : null,
    }),
  }),
});

const MilestoneInput = builder.inputType('MilestoneInput', {
  fields: (t) => ({
    title: t.field({ type: LocalizedTextInput, required: true }),
    dueOn: t.field({ type: 'Date', required: true }),
    shareBasisPoints: t.int({ required: true }),
  }),
});

const SaveDraftInput = builder.inputType('SaveDraftInput', {
  description: 'Texts may be empty and choices left out until the draft is submitted.',
  fields: (t) => ({
    id: t.id({ required: true }),
    basedOn: t.int({
      required: true,
      defaultValue: 0,
      description: 'The revision that was edited; 0 for a new draft.',
    }),
    round: t.id({ required: true }),
    grantee: t.id({ required: true }),
    title: t.field({ type: LocalizedTextInput, required: true }),
    summary: t.field({ type: LocalizedTextInput, required: true }),
    sector: t.string(),
    serviceItem: t.string(),
    locality: t.string(),
    localTerm: t.string({ description: 'What the locality calls the service, as it writes it.' }),
    needMinor: t.field({ type: 'MinorUnits' }),
    minimumMinor: t.field({ type: 'MinorUnits' }),
    openTo: t.field({ type: OpenToType }),
    milestones: t.field({ type: [MilestoneInput], required: true, defaultValue: [] }),
  }),
});

builder.mutationField('saveDraft', (t) =>
  t.field({
    type: ProposalType,
    authScopes: { byUseCase: 'proposal.submit' },
    errors: refusals(saveDraftErrors),
    args: { input: t.arg({ type: SaveDraftInput, required: true }) },
    resolve: (_root, { input }, context) =>
      saveDraft(context, {
        ...input,
        sector: input.sector ?? null,
        serviceItem: input.serviceItem ?? null,
        locality: input.locality ?? null,
        localTerm: input.localTerm?.trim() || null,
        needMinor: minorOrNull(input.needMinor),
        minimumMinor: minorOrNull(input.minimumMinor),
        openTo: input.openTo ?? null,
        milestones: input.milestones.map((milestone) => ({
          ...milestone,
          dueOn: milestone.dueOn as CalendarDate,
        })),
      }),
  }),
);

builder.mutationField('submitProposal', (t) =>
  t.field({
    type: ProposalType,
    authScopes: { byUseCase: 'proposal.submit' },
    errors: refusals(submitProposalErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => submitProposal(context, { id }),
  }),
);

builder.mutationField('acceptProposal', (t) =>
  t.field({
    type: ProposalType,
    authScopes: { byUseCase: 'proposal.decide' },
    description: 'The project and its fund come to be at once, under the same id.',
    errors: refusals(acceptProposalErrors),
    args: {
      id: t.arg.id({ required: true }),
      score: t.arg.string({ required: true, description: 'Decimal from 0 to 100.' }),
      reason: t.arg.string({ required: true }),
    },
    resolve: (_root, input, context) => acceptProposal(context, input),
  }),
);

builder.mutationField('declineProposal', (t) =>
  t.field({
    type: ProposalType,
    authScopes: { byUseCase: 'proposal.decide' },
    errors: refusals(declineProposalErrors),
    args: {
      id: t.arg.id({ required: true }),
      score: t.arg.string(),
      reason: t.arg.string({ required: true }),
    },
    resolve: (_root, { id, score, reason }, context) =>
      declineProposal(context, { id, score: score ?? null, reason }),
  }),
);

builder.queryField('proposals', (t) =>
  t.field({
    type: pageType(ProposalType),
    authScopes: { byUseCase: 'proposal.read' },
    description:
      'The newest first. Submitted ones for staff; for members of an organization, their own with drafts: name it as `grantee`.',
    args: {
      round: t.arg.id(),
      status: t.arg({ type: ProposalStatusType }),
      grantee: t.arg.id(),
      search: t.arg.string({ description: 'Words of the title in any language.' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { round, status, grantee, search, ...page }, context) =>
      listProposals(
        context,
        {
          ...{ round: round ?? null, status: status ?? null },
          ...{ grantee: grantee ?? null, search: search ?? null },
        },
        pageOfArgs(page),
      ),
  }),
);

builder.queryField('proposal', (t) =>
  t.field({
    type: ProposalType,
    authScopes: { byUseCase: ['proposal.read', 'proposal.submit'] },
    errors: refusals(findProposalErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findProposal(context, id),
  }),
);
