/** Allocation runs: the computation, its explanation, its signatures, and executing it. */
import { allocationLines, problemOf, resultOf, type AllocationRun } from '../server/domain/allocation-run.ts';
import type { AllocateResult } from '../server/domain/matching/allocate-format.ts';
import type { AllocationLine } from '../server/domain/posting-rules.ts';
import {
  approveAllocation,
  approveAllocationErrors,
  executeAllocation,
  executeAllocationErrors,
  findAllocationRun,
  findPublishedRun,
  listAllocationRuns,
  listExecutedRuns,
  listPublishedRuns,
  proposeAllocation,
  proposeAllocationErrors,
  withdrawAllocation,
  withdrawAllocationErrors,
} from '../server/services/allocations.ts';
import { findFundOf } from '../server/services/funds.ts';
import { findProject } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { refusals } from './errors.ts';
import { FundType } from './fund.ts';
import { ProjectType } from './project.ts';
import { MoneyType } from './scalars.ts';

const AllocationRunStatusType = builder.enumType('AllocationRunStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    EXECUTED: { value: 'executed' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const AllocationLineType = builder.objectRef<AllocationLine>('AllocationLine').implement({
  readers: 'everyone',
  description: 'What one fund gives one project (分配额).',
  fields: (t) => ({
    fund: t.field({
      type: FundType,
      nullable: true,
      resolve: ({ fundId }, _args, context) => findFundOf(context, fundId),
    }),
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ projectId }, _args, context) => findProject(context, projectId),
    }),
    sector: t.exposeString('sector'),
    locality: t.exposeString('locality'),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

type ProjectLevel = AllocateResult['projects'][number];

const ProjectLevelType = builder.objectRef<ProjectLevel>('ProjectLevel').implement({
  readers: 'everyone',
  description: 'How far a project was raised, as an exact fraction of its weighted need.',
  fields: (t) => ({
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ id }, _args, context) => findProject(context, id),
    }),
    fundedMinor: t.field({ type: 'MinorUnits', resolve: ({ fundedMinor }) => BigInt(fundedMinor) }),
    level: t.exposeString('level'),
    bottleneck: t.exposeInt('bottleneck', { nullable: true, description: 'Index into `bottlenecks`.' }),
  }),
});

/** Reads each id; the readers gather them into one query. Unknown ones are left out. */
export async function allOf<Value>(
  ids: readonly string[],
  read: (id: string) => Promise<Value | null>,
): Promise<Value[]> {
  const found = await Promise.all(ids.map(read));
  return found.filter((value) => value !== null);
}

type BottleneckOf = AllocateResult['bottlenecks'][number];

const BottleneckType = builder.objectRef<BottleneckOf>('Bottleneck').implement({
  readers: 'everyone',
  description: 'Why these projects stopped at this level: the funds that may pay them are used up.',
  fields: (t) => ({
    level: t.exposeString('level'),
    projects: t.field({
      type: [ProjectType],
      resolve: ({ projects }, _args, context) => allOf(projects, (id) => findProject(context, id)),
    }),
    exhaustedFunds: t.field({
      type: [FundType],
      resolve: ({ exhaustedFunds }, _args, context) => allOf(exhaustedFunds, (id) => findFundOf(context, id)),
    }),
    reliefMinor: t.field({
      type: 'MinorUnits',
      description: 'The least unrestricted money that would lift this group to the next level.',
      resolve: ({ relief }) => BigInt(relief.amountMinor),
    }),
    nextLevel: t.string({ resolve: ({ relief }) => relief.nextLevel }),
  }),
});

type UnusedOf = AllocateResult['unused'][number];

const UnusedFundType = builder.objectRef<UnusedOf>('UnusedFund').implement({
  readers: 'everyone',
  fields: (t) => ({
    fund: t.field({
      type: FundType,
      nullable: true,
      resolve: ({ fund }, _args, context) => findFundOf(context, fund),
    }),
    amountMinor: t.field({ type: 'MinorUnits', resolve: ({ amountMinor }) => BigInt(amountMinor) }),
    because: t.exposeString('because'),
  }),
});

type DroppedOf = AllocateResult['dropped'][number];

const DroppedProjectType = builder.objectRef<DroppedOf>('DroppedProject').implement({
  readers: 'everyone',
  description: 'A project that could not reach its minimum.',
  fields: (t) => ({
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ project }, _args, context) => findProject(context, project),
    }),
    shortMinor: t.field({ type: 'MinorUnits', resolve: ({ shortMinor }) => BigInt(shortMinor) }),
  }),
});

const AllocationRunType = builder.objectRef<AllocationRun>('AllocationRun').implement({
  readers: 'everyone',
  description: 'One computation of the allocation (分配), with what it was computed from.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    status: t.expose('status', { type: AllocationRunStatusType }),
    rule: t.string({ resolve: (run) => problemOf(run).policy.rule }),
    inputHash: t.exposeString('inputHash'),
    total: t.field({
      type: MoneyType,
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
    lines: t.field({
      type: [AllocationLineType],
      resolve: (run) => allocationLines(problemOf(run), resultOf(run)),
    }),
    levels: t.field({ type: [ProjectLevelType], resolve: (run) => resultOf(run).projects }),
    bottlenecks: t.field({ type: [BottleneckType], resolve: (run) => resultOf(run).bottlenecks }),
    dropped: t.field({ type: [DroppedProjectType], resolve: (run) => resultOf(run).dropped }),
    unused: t.field({ type: [UnusedFundType], resolve: (run) => resultOf(run).unused }),
    problemJson: t.exposeString('problemJson', {
      description: 'The problem, canonical JSON: compute it anew.',
    }),
    resultJson: t.exposeString('resultJson'),
    control: t.field({
      type: ControlType,
      authScopes: { right: 'allocation.read' },
      resolve: ({ control, totalMinor }) => ({
        control,
        kind: 'allocation' as const,
        amountMinor: totalMinor,
      }),
    }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime' }),
    executedAt: t.expose('executedAt', { type: 'DateTime', nullable: true }),
  }),
});

const ProposeAllocationInput = builder.inputType('ProposeAllocationInput', {
  fields: (t) => ({ id: t.id({ required: true }), round: t.id({ required: true }) }),
});

builder.mutationField('proposeAllocation', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: 'allocation.propose' },
    description:
      'Computes the allocation of a round on what funds hold now, and proposes it. Nothing moves yet.',
    errors: refusals(proposeAllocationErrors),
    args: { input: t.arg({ type: ProposeAllocationInput, required: true }) },
    resolve: (_root, { input }, context) => proposeAllocation(context, input),
  }),
);

builder.mutationField('approveAllocation', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: 'allocation.approve' },
    errors: refusals(approveAllocationErrors),
    args: {
      id: t.arg.id({ required: true }),
      digest: t.arg.string({ required: true, description: 'Of the run as it was seen: `control.digest`.' }),
    },
    resolve: (_root, args, context) => approveAllocation(context, args),
  }),
);

builder.mutationField('executeAllocation', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: 'allocation.execute' },
    description: 'Moves an approved run into the ledger.',
    errors: refusals(executeAllocationErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => executeAllocation(context, args),
  }),
);

builder.mutationField('withdrawAllocation', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: 'allocation.propose' },
    errors: refusals(withdrawAllocationErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => withdrawAllocation(context, args),
  }),
);

builder.queryField('allocationRuns', (t) =>
  t.field({
    type: [AllocationRunType],
    authScopes: { right: 'allocation.read' },
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, context) => listAllocationRuns(context, round),
  }),
);

builder.queryField('executedAllocations', (t) =>
  t.field({
    type: [AllocationRunType],
    authScopes: { public: true },
    description: 'What was allocated in a round, for everybody to compute anew.',
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, { database }) => listExecutedRuns(database, round),
  }),
);

builder.queryField('publishedAllocations', (t) =>
  t.field({
    type: [AllocationRunType],
    authScopes: { public: true },
    description: 'The latest executed allocations of all rounds, newest first.',
    resolve: (_root, _args, { database }) => listPublishedRuns(database),
  }),
);

builder.queryField('publishedAllocation', (t) =>
  t.field({
    type: AllocationRunType,
    nullable: true,
    authScopes: { public: true },
    description: 'An executed allocation; null for any other id.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { database }) => findPublishedRun(database, id),
  }),
);

builder.queryField('allocationRun', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: ['allocation.read', 'everyone'] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findAllocationRun(context, id),
  }),
);
