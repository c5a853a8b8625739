/** Allocation runs: the computation, its explanation, its signatures, and executing it. */
import {
  kindOfRun,
  linesOfRun,
  problemOf,
  resultOf,
  SnapshotMoved,
  type AllocationRun,
  type Movement,
} from '../server/domain/allocation-run.ts';
import { standingApprovals } from '../server/domain/four-eyes.ts';
import { projectsAfter, type ChangedLine } from '../server/domain/hand-change.ts';
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
  withdrawAllocation,
  withdrawAllocationErrors,
} from '../server/services/allocations.ts';
import {
  proposeAllocation,
  proposeAllocationErrors,
  putDraftForward,
  putDraftForwardErrors,
} from '../server/services/propose-allocation.ts';
import { standingControl } from '../server/services/approvals.ts';
import { findFundOf } from '../server/services/funds.ts';
import { findProject } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
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

const ChangedLineType = builder.objectRef<ChangedLine>('ChangedLine').implement({
  readers: 'everyone',
  description: 'A line that people set otherwise than computed.',
  fields: (t) => ({
    fund: t.field({
      type: FundType,
      nullable: true,
      resolve: ({ fund }, _args, context) => findFundOf(context, fund),
    }),
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ project }, _args, context) => findProject(context, project),
    }),
    computedMinor: t.expose('computedMinor', { type: 'MinorUnits' }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

const HandOverrideType = builder.objectRef<AllocationRun>('HandOverride').implement({
  readers: 'everyone',
  description: 'What was changed by hand in a run, by whom and why; published with it.',
  fields: (t) => ({
    reason: t.string({ resolve: ({ override }) => override?.reason ?? '' }),
    lines: t.field({ type: [ChangedLineType], resolve: ({ override }) => [...(override?.lines ?? [])] }),
    changedBy: t.string({ resolve: ({ control }) => control.proposedBy.name }),
    approvedBy: t.stringList({
      resolve: async ({ control }, _args, { database }) => [
        ...new Set(standingApprovals(await standingControl(database, control)).map(({ name }) => name)),
      ],
    }),
  }),
});

const MovementType = builder.objectRef<Movement>('Movement').implement({
  readers: 'everyone',
  description: 'What a fund has available, or a project lacks, before and now.',
  fields: (t) => ({
    fund: t.field({
      type: FundType,
      nullable: true,
      resolve: ({ kind, id }, _args, context) => (kind === 'fund' ? findFundOf(context, id) : null),
    }),
    project: t.field({
      type: ProjectType,
      nullable: true,
      resolve: ({ kind, id }, _args, context) => (kind === 'project' ? findProject(context, id) : null),
    }),
    beforeMinor: t.expose('beforeMinor', { type: 'MinorUnits' }),
    nowMinor: t.expose('nowMinor', { type: 'MinorUnits' }),
    movedByRunMinor: t.expose('movedByRunMinor', {
      type: 'MinorUnits',
      description: 'What the run takes from the fund or gives to the project.',
    }),
    hinders: t.exposeBoolean('hinders', {
      description: 'Whether the run can no longer be carried out because of it.',
    }),
  }),
});

refusals([SnapshotMoved]);

builder.objectField(SnapshotMoved as unknown as new () => SnapshotMoved, 'moved', (t) =>
  t.field({
    type: [MovementType],
    description: 'Everything that moved, what hinders first.',
    resolve: ({ moved }) => [...moved],
  }),
);

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
      description: 'As the ledger books them: with what was changed by hand.',
      resolve: linesOfRun,
    }),
    levels: t.field({
      type: [ProjectLevelType],
      resolve: (run) => projectsAfter(problemOf(run), resultOf(run), run.override ?? null),
    }),
    override: t.field({
      type: HandOverrideType,
      nullable: true,
      description: 'What people set otherwise than computed (人工调整); null where nothing was.',
      resolve: (run) => ((run.override ?? null) === null ? null : run),
    }),
    rulesVersion: t.int({
      nullable: true,
      description: 'The version of the round’s rules that it followed.',
      resolve: ({ rulesVersion }) => rulesVersion ?? null,
    }),
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
      resolve: (run) => ({ control: run.control, kind: kindOfRun(run), amountMinor: run.totalMinor }),
    }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime' }),
    executedAt: t.expose('executedAt', { type: 'DateTime', nullable: true }),
  }),
});

const HandChangeInput = builder.inputType('HandChangeInput', {
  fields: (t) => ({
    fund: t.id({ required: true }),
    project: t.id({ required: true }),
    amountMinor: t.field({
      type: 'MinorUnits',
      required: true,
      description: 'What the line shall be; "0" takes it away.',
    }),
  }),
});

const PutForwardInput = builder.inputType('PutDraftForwardInput', {
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of the run to be.' }),
    draft: t.id({ required: true }),
    changes: t.field({ type: [HandChangeInput], required: true }),
    reason: t.string({ required: true, description: 'Why lines are changed by hand; published.' }),
  }),
});

builder.mutationField('putDraftForward', (t) =>
  t.field({
    type: AllocationRunType,
    authScopes: { byUseCase: 'allocation.propose' },
    description:
      'Puts a draft of the allocation lab forward for approval, with what is changed by hand in it.',
    errors: refusals(putDraftForwardErrors),
    args: { input: t.arg({ type: PutForwardInput, required: true }) },
    resolve: (_root, { input }, context) => putDraftForward(context, input),
  }),
);

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

signingStep('approveAllocation', AllocationRunType, {
  right: 'allocation.approve',
  errors: approveAllocationErrors,
  act: approveAllocation,
});

unsignedStep('executeAllocation', AllocationRunType, {
  right: 'allocation.execute',
  description: 'Moves an approved run into the ledger.',
  errors: executeAllocationErrors,
  act: executeAllocation,
});

unsignedStep('withdrawAllocation', AllocationRunType, {
  right: 'allocation.propose',
  errors: withdrawAllocationErrors,
  act: withdrawAllocation,
});

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
