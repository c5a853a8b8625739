/** Projects, as everyone may see them: what they need, who funded them, what they have done and been paid. */
import { sumMinor } from '../server/domain/money.ts';
import type { MilestonePlan, Project } from '../server/domain/project.ts';
import {
  findGrantee,
  findProject,
  fundingOf,
  listProjects,
  localTermOf,
  type LocalTerm,
  type ProjectFunding,
} from '../server/services/projects.ts';
import type { Party } from '../server/domain/party.ts';
import { unawardedOf } from '../server/services/awards/prepare-award.ts';
import { builder } from './builder.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

export const OpenToType = builder.enumType('OpenTo', {
  description: 'Who can use the service: everyone, or only holders of a local registration.',
  values: {
    EVERYONE: { value: 'everyone' },
    REGISTERED_RESIDENTS: { value: 'registered-residents' },
  } as const,
});

const ProjectStatusType = builder.enumType('ProjectStatus', {
  values: {
    ELIGIBLE: { value: 'eligible' },
    FUNDED: { value: 'funded' },
    AWARDED: { value: 'awarded' },
    COMPLETED: { value: 'completed' },
  } as const,
});

const TermMatchType = builder.enumType('TermMatch', {
  description: 'How well a local service answers to the standard item.',
  values: {
    EXACT: { value: 'exact' },
    CLOSE: { value: 'close' },
    BROAD: { value: 'broad' },
    NARROW: { value: 'narrow' },
  } as const,
});

export const LocalTermType = builder.objectRef<LocalTerm>('LocalTerm').implement({
  readers: 'everyone',
  description: 'What the locality calls the service, as it writes it.',
  fields: (t) => ({
    label: t.exposeString('label'),
    match: t.expose('match', {
      type: TermMatchType,
      nullable: true,
      description: 'Null while the dictionary does not know the term.',
    }),
  }),
});

export const MilestonePlanType = builder.objectRef<MilestonePlan>('MilestonePlan').implement({
  readers: 'everyone',
  description: 'A condition that releases a share of the award (里程碑).',
  fields: (t) => ({
    id: t.exposeString('id'),
    title: t.expose('title', { type: LocalizedTextType }),
    dueOn: t.expose('dueOn', { type: 'Date' }),
    shareBasisPoints: t.exposeInt('shareBasisPoints', { description: 'Of 10 000.' }),
  }),
});

const GranteeType = builder.objectRef<Party>('Grantee').implement({
  readers: 'everyone',
  description: 'The organization that carries a project out: its public face.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    name: t.expose('name', { type: LocalizedTextType }),
    locality: t.exposeString('locality', { nullable: true }),
  }),
});

const ProjectFundingType = builder
  .objectRef<ProjectFunding & Pick<Project, 'currency'>>('ProjectFunding')
  .implement({
    readers: 'everyone',
    description: 'What one fund gave to the project, from the ledger.',
    fields: (t) => ({
      fundId: t.exposeID('fundId'),
      fundName: t.expose('fundName', { type: LocalizedTextType }),
      amount: t.field({ type: MoneyType, resolve: (funding) => funding }),
    }),
  });

export const ProjectType = builder.objectRef<Project>('Project').implement({
  readers: 'everyone',
  description: 'An accepted proposal (项目).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    grantee: t.field({
      type: GranteeType,
      nullable: true,
      resolve: ({ grantee }, _args, context) => findGrantee(context, grantee),
    }),
    title: t.expose('title', { type: LocalizedTextType }),
    summary: t.expose('summary', { type: LocalizedTextType }),
    sector: t.exposeString('sector'),
    serviceItem: t.exposeString('serviceItem', { nullable: true }),
    locality: t.exposeString('locality'),
    localTerm: t.field({
      type: LocalTermType,
      nullable: true,
      resolve: (project, _args, context) => localTermOf(context, project),
    }),
    need: t.field({
      type: MoneyType,
      resolve: ({ needMinor, currency }) => ({ amountMinor: needMinor, currency }),
    }),
    minimum: t.field({
      type: MoneyType,
      description: 'Below this the project cannot start.',
      resolve: ({ minimumMinor, currency }) => ({ amountMinor: minimumMinor, currency }),
    }),
    openTo: t.expose('openTo', { type: OpenToType }),
    score: t.exposeString('score', { description: 'From 0 to 100.' }),
    status: t.expose('status', { type: ProjectStatusType }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime' }),
    funded: t.field({
      type: MoneyType,
      description: 'What executed allocations gave it so far, less what went back, from the ledger.',
      resolve: async ({ _id, currency }, _args, context) => {
        const funding = await fundingOf(context, _id);
        return { amountMinor: sumMinor(funding.map((line) => line.amountMinor)), currency };
      },
    }),
    toAward: t.field({
      type: MoneyType,
      description: 'What executed allocations gave it that no award holds yet, signed or not.',
      resolve: async ({ _id, currency }, _args, context) => ({
        amountMinor: await unawardedOf(context, _id),
        currency,
      }),
    }),
    fundedBy: t.field({
      type: [ProjectFundingType],
      resolve: async ({ _id, currency }, _args, context) => {
        const funding = await fundingOf(context, _id);
        return funding.map((line) => ({ ...line, currency }));
      },
    }),
    milestones: t.field({ type: [MilestonePlanType], resolve: ({ milestones }) => [...milestones] }),
  }),
});

builder.queryField('projects', (t) =>
  t.field({
    type: pageType(ProjectType, 'everyone'),
    authScopes: { public: true },
    description: 'The latest accepted first. `round` is an id.',
    args: {
      round: t.arg.id(),
      sector: t.arg.string(),
      locality: t.arg.string(),
      openTo: t.arg({ type: OpenToType }),
      grantee: t.arg.id(),
      status: t.arg({ type: ProjectStatusType }),
      search: t.arg.string({ description: 'Words of the title in any language.' }),
      only: t.arg.id({ description: 'Only this one: to name what was chosen before.' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { first, after, ...filter }, { database }) =>
      listProjects(
        database,
        {
          round: filter.round ?? null,
          sector: filter.sector ?? null,
          locality: filter.locality ?? null,
          openTo: filter.openTo ?? null,
          grantee: filter.grantee ?? null,
          status: filter.status ?? null,
          search: filter.search ?? null,
          only: filter.only ?? null,
        },
        pageOfArgs({ first, after }),
      ),
  }),
);

builder.queryField('project', (t) =>
  t.field({
    type: ProjectType,
    nullable: true,
    authScopes: { public: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findProject(context, id),
  }),
);
