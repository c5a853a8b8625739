/** The allocation lab (分配试算台): snapshots of a round, and the drafts that staff keep on them. */
import type { CodeWeight, TrialSettings } from '../server/domain/allocation-lab.ts';
import {
  contentOf,
  deleteDraft,
  deleteDraftErrors,
  findSnapshot,
  findSnapshotErrors,
  keepDraft,
  keepDraftErrors,
  listDrafts,
  listSnapshots,
  takeSnapshot,
  takeSnapshotErrors,
  type StoredDraft,
  type StoredSnapshot,
} from '../server/services/allocation-lab.ts';
import { findFundOf } from '../server/services/funds.ts';
import { findProject } from '../server/services/projects.ts';
import { allOf } from './allocation.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { FundType } from './fund.ts';
import { ProjectType } from './project.ts';
import { AllocationLevelType } from './round.ts';
import { MoneyType } from './scalars.ts';

const AllocationRuleType = builder.enumType('AllocationRule', {
  values: {
    LEXIMIN: { value: 'leximin', description: 'The lowest level first.' },
    PRO_RATA: { value: 'pro-rata', description: 'By need, to compare with.' },
    PRIORITY: { value: 'priority', description: 'By score, to compare with.' },
  } as const,
});

const SnapshotType = builder.objectRef<StoredSnapshot>('AllocationSnapshot').implement({
  readers: 'as-parent',
  description: 'What funds held and projects lacked at one instant, kept with its hash (快照).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    hash: t.exposeString('hash', { description: 'SHA-256 of `snapshotJson`.' }),
    snapshotJson: t.exposeString('snapshotJson', {
      description: 'Canonical JSON: the problem under the published rules, and targets with what was funded.',
    }),
    rulesVersion: t.exposeInt('rulesVersion'),
    takenAt: t.expose('takenAt', { type: 'DateTime' }),
    takenBy: t.string({ resolve: ({ taken }) => taken.name }),
    funds: t.field({
      type: [FundType],
      resolve: (snapshot, _args, context) =>
        allOf(
          contentOf(snapshot).problem.funds.map(({ id }) => id),
          (id) => findFundOf(context, id),
        ),
    }),
    projects: t.field({
      type: [ProjectType],
      resolve: (snapshot, _args, context) =>
        allOf(
          contentOf(snapshot).problem.projects.map(({ id }) => id),
          (id) => findProject(context, id),
        ),
    }),
  }),
});

const CodeWeightType = builder.objectRef<CodeWeight>('CodeWeight').implement({
  readers: 'as-parent',
  fields: (t) => ({
    code: t.exposeString('code'),
    weight: t.exposeString('weight', { description: 'Exact rational above zero: `3/2`.' }),
  }),
});

const TrialSettingsType = builder.objectRef<TrialSettings>('TrialSettings').implement({
  readers: 'as-parent',
  description: 'What a trial computes with, in place of the published rules.',
  fields: (t) => ({
    rule: t.expose('rule', { type: AllocationRuleType }),
    level: t.expose('level', { type: AllocationLevelType }),
    localityWeights: t.expose('localityWeights', { type: [CodeWeightType] }),
    sectorWeights: t.expose('sectorWeights', { type: [CodeWeightType] }),
  }),
});

const DraftType = builder.objectRef<StoredDraft>('AllocationDraft').implement({
  readers: 'as-parent',
  description: 'A trial that somebody kept under a name (试算草案). It moves nothing.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    round: t.exposeString('round'),
    snapshot: t.exposeString('snapshot', { description: 'Id of the snapshot.' }),
    name: t.exposeString('name'),
    settings: t.expose('settings', { type: TrialSettingsType }),
    resultHash: t.exposeString('resultHash', { description: 'SHA-256 of the canonical JSON of the result.' }),
    total: t.field({
      type: MoneyType,
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
    keptAt: t.expose('keptAt', { type: 'DateTime' }),
    keptBy: t.string({ resolve: ({ kept }) => kept.name }),
    isMine: t.boolean({
      resolve: ({ kept }, _args, { actor }) => actor.kind === 'person' && actor.personId === kept.personId,
    }),
  }),
});

const CodeWeightInput = builder.inputType('CodeWeightInput', {
  fields: (t) => ({ code: t.string({ required: true }), weight: t.string({ required: true }) }),
});

const TrialSettingsInput = builder.inputType('TrialSettingsInput', {
  fields: (t) => ({
    rule: t.field({ type: AllocationRuleType, required: true }),
    level: t.field({ type: AllocationLevelType, required: true }),
    localityWeights: t.field({ type: [CodeWeightInput], required: true }),
    sectorWeights: t.field({ type: [CodeWeightInput], required: true }),
  }),
});

const KeepDraftInput = builder.inputType('KeepAllocationDraftInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    snapshot: t.id({ required: true }),
    name: t.string({ required: true }),
    settings: t.field({ type: TrialSettingsInput, required: true }),
    resultHash: t.string({
      required: true,
      description: 'What whoever asks computed; kept only where the server comes to the same.',
    }),
  }),
});

builder.mutationField('takeAllocationSnapshot', (t) =>
  t.field({
    type: SnapshotType,
    authScopes: { byUseCase: 'allocation.propose' },
    description: 'Keeps what funds hold and projects lack now, to try rules on.',
    errors: refusals(takeSnapshotErrors),
    args: { id: t.arg.id({ required: true }), round: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => takeSnapshot(context, args),
  }),
);

builder.mutationField('keepAllocationDraft', (t) =>
  t.field({
    type: DraftType,
    authScopes: { byUseCase: 'allocation.propose' },
    errors: refusals(keepDraftErrors),
    args: { input: t.arg({ type: KeepDraftInput, required: true }) },
    resolve: (_root, { input }, context) => keepDraft(context, input),
  }),
);

builder.mutationField('deleteAllocationDraft', (t) =>
  t.field({
    type: DraftType,
    authScopes: { byUseCase: 'allocation.propose' },
    description: 'Deletes a draft of one’s own.',
    errors: refusals(deleteDraftErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => deleteDraft(context, id),
  }),
);

builder.queryField('allocationSnapshots', (t) =>
  t.field({
    type: [SnapshotType],
    authScopes: { right: 'allocation.read' },
    description: 'The latest snapshots of a round, newest first.',
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, context) => listSnapshots(context, round),
  }),
);

builder.queryField('allocationSnapshot', (t) =>
  t.field({
    type: SnapshotType,
    authScopes: { byUseCase: 'allocation.read' },
    errors: refusals(findSnapshotErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findSnapshot(context, id),
  }),
);

builder.queryField('allocationDrafts', (t) =>
  t.field({
    type: [DraftType],
    authScopes: { right: 'allocation.read' },
    description: 'The latest drafts of a round, newest first.',
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, context) => listDrafts(context, round),
  }),
);
