/** Answers about allocations and the lab in which they are drafted. */
import { text, money, controlOf, project, fund } from './basics.ts';

const allocation = {
  id: 'run',
  status: 'PROPOSED',
  rule: 'leximin',
  inputHash: 'sha256:9b2f4d0c7c1e5a86f3d2b1c0e9f8a7d6c5b4a3928170f6e5d4c3b2a190817263',
  proposedAt: '2026-06-30T02:00:00Z',
  total: money(2_400_000),
  control: controlOf('陆远', '沈清'),
  rulesVersion: 1,
  override: {
    reason: '罗星街道日托中心须在冬季前开工，执委会要求先行保障。',
    changedBy: '陆远',
    approvedBy: ['沈清'],
    lines: [{ computedMinor: '200000000', amountMinor: '240000000', fund, project }],
  },
  lines: [{ amountMinor: '240000000', sector: 'elderly-care', locality: '330421', fund, project }],
  levels: [{ level: '20/47', fundedMinor: '240000000', bottleneck: 0, project }],
  bottlenecks: [
    {
      level: '20/47',
      nextLevel: '1/2',
      reliefMinor: '42000000',
      projects: [project],
      exhaustedFunds: [fund],
    },
  ],
  dropped: [],
  unused: [
    {
      amountMinor: '66000000',
      fund: { ...fund, name: text('限定医疗保障的捐赠', 'Donations for medical insurance') },
    },
  ],
};

/** What the allocation lab computes on in the browser: two funds, three projects. */
const anyFund = { sectors: null, localities: null, projects: null, capPerProjectMinor: null };

const labProject = (id: string, sector: string, locality: string, yuan: number, score: string) => ({
  ...{ id, sector, locality, needMinor: `${yuan}00`, minimumMinor: '0', score },
});

const labSnapshot = {
  id: 'snapshot',
  round: 'round',
  hash: 'sha256:9b2f4d0c7c1e5a86f3d2b1c0e9f8a7d6c5b4a3928170f6e5d4c3b2a190817263',
  takenAt: '2026-06-30T02:00:00Z',
  takenBy: '周敏',
  rulesVersion: 1,
  funds: [fund, { id: 'f2', name: text('非限定捐赠', 'Unrestricted gifts') }],
  projects: [
    project,
    { id: 'p2', title: text('青浦社区诊所', 'Community clinic, Qingpu') },
    { id: 'p3', title: text('吴江双语课程', 'Bilingual classes, Wujiang') },
  ],
  snapshotJson: JSON.stringify({
    version: 1,
    problem: {
      version: 1,
      currency: 'CNY',
      funds: [
        { ...anyFund, id: 'f1', availableMinor: '300000000', localities: ['330421'] },
        { ...anyFund, id: 'f2', availableMinor: '200000000' },
      ],
      projects: [
        labProject('project', 'elderly-care', '330421', 5_640_000, '82.5'),
        labProject('p2', 'health', '310118', 3_000_000, '91'),
        labProject('p3', 'education', '320509', 2_000_000, '76'),
      ],
      policy: {
        rule: 'leximin',
        level: 'cell-then-project',
        weights: { localities: { '330421': '3/2' }, sectors: {} },
      },
    },
    cells: [
      { sector: 'elderly-care', locality: '330421', targetMinor: '800000000', fundedMinor: '100000000' },
      { sector: 'health', locality: '310118', targetMinor: '500000000', fundedMinor: '200000000' },
      { sector: 'education', locality: '320509', targetMinor: '400000000', fundedMinor: '0' },
    ],
  }),
};

const labDraft = {
  id: 'draft',
  snapshot: 'snapshot',
  name: '遵循公布规则的方案',
  resultHash: labSnapshot.hash,
  keptAt: '2026-06-30T03:00:00Z',
  keptBy: '周敏',
  isMine: true,
  total: money(5_000_000),
  settings: {
    ...{ rule: 'LEXIMIN', level: 'CELL_THEN_PROJECT' },
    ...{ localityWeights: [{ code: '330421', weight: '3/2' }], sectorWeights: [] },
  },
};

/** Kept for comparison: not what the round has published. */
const departingDraft = {
  ...labDraft,
  ...{ id: 'departing', name: '按需求比例，供执委会讨论', keptBy: '陆远', isMine: false },
  settings: { ...labDraft.settings, rule: 'PRO_RATA' },
};

/** The step on the sample run: it is confirmed first. */
const confirmationNeeded = {
  ...{ __typename: 'ConfirmationNeeded', code: 'CONFIRMATION_NEEDED', message: '', faults: [] },
  details: [
    { name: 'kind', values: ['override'] },
    { name: 'thing', values: ['run'] },
    { name: 'step', values: ['approve'] },
    { name: 'digest', values: ['digest'] },
    { name: 'amountMinor', values: ['240000000'] },
    { name: 'subjectZh', values: ['2026 年第一批公共服务清单'] },
    { name: 'subjectEn', values: ['Public-service list, first batch of 2026'] },
  ],
};

/** The first time the snapshot has moved; once that is said in the reason, the draft becomes a run. */
function answerToForward({ changes, reason }: { changes: readonly unknown[]; reason: string }): unknown {
  const refusal = { message: '', details: [], faults: [] as unknown[] };
  if (changes.length > 0 && reason === '') {
    const faults = [{ path: 'reason', reason: 'empty', message: 'Say why.' }];
    return { ...refusal, __typename: 'InvalidInput', code: 'INVALID_INPUT', faults };
  }
  if (reason.includes('快照')) return { __typename: 'MutationPutDraftForwardSuccess', data: { id: 'run' } };
  const moved = [
    {
      ...{ beforeMinor: '300000000', nowMinor: '250000000', movedByRunMinor: '300000000', hinders: true },
      ...{ fund, project: null },
    },
  ];
  return { ...refusal, __typename: 'SnapshotMoved', code: 'SNAPSHOT_MOVED', moved };
}

export const allocationAnswers = {
  ApproveAllocation: { approveAllocation: confirmationNeeded },
  ConfirmSteps: {
    confirmSteps: {
      ...{ __typename: 'WrongCode', code: 'WRONG_CODE', message: '', details: [], faults: [] },
    },
  },
  AllocationRuns: { allocationRuns: [allocation] },
  OneAllocation: { allocationRun: allocation },
  LabOfRound: { allocationSnapshots: [labSnapshot], allocationDrafts: [labDraft, departingDraft] },
  KeepAllocationDraft: {
    keepAllocationDraft: { __typename: 'MutationKeepAllocationDraftSuccess', data: { id: 'kept' } },
  },
  PutDraftForward: ({ input }: { input: { changes: readonly unknown[]; reason: string } }) => ({
    putDraftForward: answerToForward(input),
  }),
  OneSnapshot: {
    allocationSnapshot: { __typename: 'QueryAllocationSnapshotSuccess', data: labSnapshot },
  },
};
