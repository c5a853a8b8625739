/** Answers of the API to the workspaces, by the name of the operation, for tests that look at their screens. */
import { compensationAnswers } from './sample-compensation.ts';
import { ledgerAnswers } from './sample-ledger.ts';
import { sampleBooks } from './sample-books.ts';

type Answer = unknown;

const text = (zh: string, en: string) => ({ zh, en });
const money = (yuan: number) => ({ amountMinor: `${yuan}00`, currency: 'CNY' });
/** One more approval is needed, and the reader may give it. */
const controlOf = (proposer: string, ...approvers: readonly string[]) => ({
  ...{ digest: 'digest', approvalsMissing: 1, councilMissing: false, readerPart: null },
  proposedBy: { name: proposer },
  approvals: approvers.map((name) => ({ name, stands: true })),
});
const anyUse = { sectors: null, localities: null, projects: null };

const pledge = {
  id: '0b6f5f3e-2f0e-4e43-9d3c-6b3f6c1b7a01',
  status: 'BINDING',
  agreementReference: 'RJ-2026-018',
  pledgedOn: '2026-03-02',
  fundId: 'pledge:0b6f5f3e',
  managementShareBasisPoints: 300,
  round: 'round',
  condition: null,
  party: { id: 'p9', kind: 'GOVERNMENT', name: text('嘉善县财政局', 'Jiashan County Finance Bureau') },
  restriction: { ...anyUse, sectors: ['elderly-care', 'health'], localities: ['330421'] },
  instalments: [
    { dueOn: '2026-03-31', amountMinor: '600000000', paidMinor: '600000000', isOverdue: false },
    { dueOn: '2026-06-30', amountMinor: '300000000', paidMinor: '0', isOverdue: true },
  ],
  writeOffs: [
    {
      id: 'w1',
      status: 'PROPOSED',
      reason: '预算调减，余款不再拨付。',
      amount: money(3_000_000),
      control: controlOf('陆远'),
    },
  ],
  overdue: money(3_000_000),
  receipts: [
    { id: 'r1', receivedOn: '2026-03-20', bankReference: '20260320-00871', amountMinor: '600000000' },
  ],
  amount: money(9_000_000),
  received: money(6_000_000),
  outstanding: money(3_000_000),
};

/** The same promise on condition: "we pay if the others do". */
const conditionalPledge = {
  ...pledge,
  id: 'conditional',
  status: 'CONDITIONAL',
  instalments: [],
  writeOffs: [],
  receipts: [],
  condition: {
    capMinor: '900000000',
    baseMinor: '0',
    ratePerOther: '1/2',
    stepMinor: '1000000',
    atLeastParties: 2,
    joinsFromMinor: '100000000',
    othersAtLeastMinor: '0',
  },
  amount: money(0),
  received: money(0),
  outstanding: money(0),
  overdue: money(0),
};

const pledgeOutlook = {
  pledges: [
    {
      pledge: 'conditional',
      isConditional: true,
      capMinor: '900000000',
      amountMinor: '650000000',
      boundBy: 'rate',
      party: pledge.party,
    },
    {
      pledge: 'other',
      isConditional: false,
      capMinor: '1300000000',
      amountMinor: '1300000000',
      boundBy: 'cap',
      party: { name: text('青浦区财政局', 'Qingpu District Finance Bureau') },
    },
  ],
  parties: [
    {
      amountMinor: '650000000',
      othersWouldAddMinor: '0',
      othersWouldLoseMinor: '0',
      party: { id: 'p9' },
    },
  ],
  absences: [
    { party: null, amountMinor: '650000000' },
    {
      party: { id: 'p8', name: text('青浦区财政局', 'Qingpu District Finance Bureau') },
      amountMinor: '0',
    },
  ],
};

const parties = [
  {
    id: 'p1',
    kind: 'GOVERNMENT',
    name: text('青浦区民政局', 'Qingpu Civil Affairs Bureau'),
    locality: '310118',
    creditCode: '11310118MB2F30123X',
  },
  {
    id: 'p2',
    kind: 'ENTERPRISE',
    name: text('太浦河实业集团', 'Taipu River Industries'),
    locality: '320509',
    creditCode: null,
  },
  {
    id: 'p3',
    kind: 'SOCIAL_ORGANIZATION',
    name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services'),
    locality: '330421',
    creditCode: null,
  },
];

const project = {
  id: 'project',
  title: text('嘉善罗星街道跨区域养老日托中心', 'Cross-border day centre for the elderly, Luoxing'),
  need: money(5_640_000),
};
const fund = { id: 'f1', name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau') };
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
  name: '按需求比例，供执委会讨论',
  resultHash: labSnapshot.hash,
  keptAt: '2026-06-30T03:00:00Z',
  keptBy: '周敏',
  isMine: true,
  total: money(5_000_000),
  settings: {
    ...{ rule: 'PRO_RATA', level: 'CELL_THEN_PROJECT' },
    ...{ localityWeights: [{ code: '330421', weight: '3/2' }], sectorWeights: [] },
  },
};
/** The first time the snapshot has moved; once that is said in the reason, the draft becomes a run. */
function answerToForward({ changes, reason }: { changes: readonly unknown[]; reason: string }): Answer {
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

const proposal = {
  id: 'proposal',
  status: 'SUBMITTED',
  round: 'round',
  revision: 3,
  sector: 'elderly-care',
  locality: '330421',
  serviceItem: null,
  openTo: 'EVERYONE',
  needMinor: '564000000',
  minimumMinor: '100000000',
  title: project.title,
  summary: text(
    '为 120 名独居和随迁老人提供日托、助餐和康复。',
    'Day care, meals and rehabilitation for 120 people.',
  ),
  localTerm: null,
  grantee: { id: 'p3', name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services') },
  milestones: [
    {
      id: 'm1',
      dueOn: '2026-09-30',
      shareBasisPoints: 4000,
      title: text('完成场地改造', 'Building converted'),
    },
    {
      id: 'm2',
      dueOn: '2027-03-31',
      shareBasisPoints: 6000,
      title: text('招收首批 60 名老人', 'First 60 people enrolled'),
    },
  ],
  gaps: [],
  decision: null,
};

const control = controlOf('陆远');
const award = {
  id: 'award',
  status: 'SIGNED',
  amount: money(2_400_000),
  grantee: { id: 'p3', name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services') },
  project,
  sources: [{ fundId: 'f1', fundName: fund.name, amount: money(2_400_000) }],
  rest: [{ fundId: 'f1', fundName: fund.name, amount: money(2_400_000) }],
  closings: [
    {
      id: 'closing',
      status: 'PROPOSED',
      reason: '第二期招生由县财政接办。',
      amount: money(2_400_000),
      parts: [{ fundId: 'f1', fundName: fund.name, amount: money(2_400_000) }],
      control,
    },
  ],
  control,
  milestones: [
    {
      id: 'm1',
      dueOn: '2026-09-30',
      status: 'REPORTED',
      title: text('完成场地改造', 'Building converted'),
      tranche: money(960_000),
      report: { evidence: '消防验收意见书 2026-118 号。' },
    },
    {
      id: 'm2',
      dueOn: '2027-03-31',
      status: 'PLANNED',
      title: text('招收首批 60 名老人', 'First 60 people enrolled'),
      tranche: money(1_440_000),
      report: null,
    },
  ],
};
const disbursement = {
  id: 'disbursement',
  status: 'PREPARED',
  award: 'award',
  bankReference: null,
  executedOn: null,
  sentBack: null,
  amount: money(960_000),
  grantee: award.grantee,
  project,
  payee: {
    accountName: '嘉善县银龄社会服务中心',
    accountNumber: '6222020200112233445',
    bankName: '嘉善农商银行',
  },
  parts: award.sources,
  control,
};

/** The bank sent it back, less a charge. */
const sentBackDisbursement = {
  ...{ id: 'sent-back', status: 'SENT_BACK', bankReference: 'OUT-0312', executedOn: '2026-10-08' },
  sentBack: {
    ...{
      on: '2026-10-12',
      reason: '退汇：账户已销户',
      confirmedBy: '李珍',
      kept: { amountMinor: '5000', currency: 'CNY' },
    },
  },
};

const sampleLimit = {
  ...{ effectiveOn: '2016-09-01', shareBasisPoints: 1_000, exemptBelow: '20000000' },
  source: text('《慈善法》第六十一条', 'Charity Law, art. 61'),
};

const approvers = ['APPROVER', 'COUNCIL'];

export const sampleAnswers: Record<string, Answer> = {
  ...sampleBooks,
  ...compensationAnswers,
  Waiting: {
    viewer: {
      person: { id: 'staff' },
      waitingForMe: [
        {
          kind: 'PROPOSAL',
          id: 'proposal',
          step: 'DECIDE',
          since: '2026-04-02T02:00:00Z',
          title: proposal.title,
        },
        {
          kind: 'ALLOCATION',
          id: 'run',
          step: 'APPROVE',
          since: '2026-06-30T02:00:00Z',
          title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        },
        {
          kind: 'MILESTONE',
          id: 'award',
          step: 'PREPARE_DISBURSEMENT',
          since: '2026-07-05T02:00:00Z',
          title: project.title,
        },
        {
          ...{ kind: 'LEDGER_CHECK', id: 'check-2', step: 'LOOK_INTO', since: '2026-03-31T18:30:41Z' },
          title: text('账簿检查发现 1 处差异', 'The check of the books found a difference'),
        },
      ],
    },
  },
  Awards: {
    awards: [award],
    projects: [{ id: 'project', status: 'FUNDED', title: project.title, funded: money(2_400_000) }],
  },
  OneAward: { award: { __typename: 'QueryAwardSuccess', data: award } },
  Disbursements: { disbursements: [disbursement, { ...disbursement, ...sentBackDisbursement }] },
  OneDisbursement: { disbursement: { __typename: 'QueryDisbursementSuccess', data: disbursement } },
  Reports: {
    preparedReports: [],
    reports: [{ id: 'report', number: 'SF-2026-001', version: 1, publishedAt: '2026-07-10T02:00:00Z' }],
  },
  ...ledgerAnswers,
  RoundsToChoose: {
    rounds: [
      {
        id: 'round',
        code: '2026-1',
        status: 'OPEN',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
  },
  AllocationRuns: { allocationRuns: [allocation] },
  OneAllocation: { allocationRun: allocation },
  LabOfRound: { allocationSnapshots: [labSnapshot], allocationDrafts: [labDraft] },
  KeepAllocationDraft: {
    keepAllocationDraft: { __typename: 'MutationKeepAllocationDraftSuccess', data: { id: 'kept' } },
  },
  PutDraftForward: ({ input }: { input: { changes: readonly unknown[]; reason: string } }) => ({
    putDraftForward: answerToForward(input),
  }),
  OneSnapshot: {
    allocationSnapshot: { __typename: 'QueryAllocationSnapshotSuccess', data: labSnapshot },
  },
  Proposals: { proposals: [proposal] },
  OneProposal: { proposal: { __typename: 'QueryProposalSuccess', data: proposal } },
  ServiceItems: { region: { serviceItems: [] } },
  Start: {
    viewer: {
      person: {
        id: 'staff',
        name: '周敏',
        roles: ['PROGRAMME_OFFICER', 'FINANCE_OFFICER', 'APPROVER', 'ADMINISTRATOR'],
        memberships: [{ partyId: 'p3', role: 'OWNER' }],
      },
    },
    region: {
      currency: 'CNY',
      sectors: [
        { code: 'health', name: text('卫生健康', 'Health') },
        { code: 'education', name: text('教育', 'Education') },
        { code: 'elderly-care', name: text('养老', 'Elderly care') },
      ],
      localities: [
        { code: '310118', shortName: text('青浦', 'Qingpu') },
        { code: '320509', shortName: text('吴江', 'Wujiang') },
        { code: '330421', shortName: text('嘉善', 'Jiashan') },
      ],
    },
  },
  Rounds: {
    rounds: [
      {
        id: 'round',
        code: '2026-1',
        status: 'OPEN',
        opensOn: '2026-03-01',
        closesOn: '2026-09-30',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
  },
  RoundsToPledge: {
    rounds: [
      {
        id: 'round',
        status: 'OPEN',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
  },
  Parties: { parties },
  OneParty: {
    party: {
      __typename: 'QueryPartySuccess',
      data: {
        ...parties[2],
        creditCode: '91350100M000100Y43',
        bankAccount: { bankName: '嘉善农商银行', accountNumber: '6222000011112222' },
        accountDoubt: { disbursement: 'sent-back', on: '2026-10-12', reason: '退汇：账户已销户' },
        verification: {
          ...{ outcome: 'VERIFIED', note: '与登记证书核对一致' },
          by: { name: '李珍', at: '2026-03-02T02:00:00Z' },
        },
        documents: [
          {
            ...{ id: 'd1', kind: 'REGISTRATION_CERTIFICATE', title: '民办非企业单位登记证书' },
            ...{ validUntil: '2028-12-31', path: '/party-documents/p3/d1', addedBy: { name: '周敏' } },
          },
        ],
        payeeChanges: [
          {
            ...{ id: 'c1', status: 'PROPOSED', reason: '开户行变更函 2026-03' },
            before: { bankName: '嘉善农商银行', accountNumber: '6222000011112222' },
            after: { bankName: '浙江农商银行', accountNumber: '6222000033334444' },
            control: controlOf('周敏'),
          },
        ],
      },
    },
    relations: [{ id: 'r1', personName: '陈静', kind: 'BOARD', note: '理事' }],
  },
  PartiesToChoose: { parties },
  Pledges: {
    pledges: [
      pledge,
      {
        ...pledge,
        id: 'other',
        status: 'FULFILLED',
        restriction: anyUse,
        outstanding: money(0),
        party: parties[1],
      },
    ],
  },
  OnePledge: ({ id }: { id: string }) => ({ pledge: id === 'conditional' ? conditionalPledge : pledge }),
  PledgeOutlook: { pledgeOutlook },
  PoolsToFill: { matchingPools: [] },
  Funds: {
    funds: [
      {
        balanceMinor: '900000000',
        cashMinor: '600000000',
        receivableMinor: '300000000',
        fund: {
          id: 'f1',
          name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
          restriction: pledge.restriction,
        },
      },
    ],
  },
  People: {
    people: [
      {
        ...{ id: 'staff', name: '周敏', email: 'zhou@fund.example', roles: ['PROGRAMME_OFFICER'] },
        ...{ closedAt: null, memberships: [], pending: false, hasSecondFactor: true },
      },
      {
        ...{ id: 'colleague', name: '陈静', email: 'chen@fund.example', roles: ['APPROVER'] },
        ...{ closedAt: null, memberships: [{ partyId: 'p3', role: 'OWNER' }] },
        ...{ pending: true, hasSecondFactor: false },
      },
    ],
  },
  AuditLog: {
    auditLog: [
      {
        ...{ id: 'e1', at: '2026-03-02T02:00:00Z', actorKind: 'person', actorName: '周敏' },
        ...{ address: '203.0.113.7', action: 'UPDATE', concept: 'people', thing: 'colleague' },
        reason: '换届',
        changes: [{ path: 'roles', before: '["auditor"]', after: '["approver"]' }],
      },
    ],
  },
  Organizations: { organizations: parties },
  SessionsOf: {
    sessionsOf: [
      {
        ...{ id: 's1', startedAt: '2026-03-02T02:00:00Z', lastSeenAt: '2026-03-02T03:00:00Z' },
        ...{ address: '203.0.113.7', device: 'Chrome 147 · Linux' },
      },
    ],
  },
  Sessions: {
    sessions: [
      {
        ...{ id: 's1', startedAt: '2026-03-02T02:00:00Z', address: '203.0.113.7', current: true },
        device: 'Chrome 147 · Linux',
      },
      { id: 's2', startedAt: '2026-03-01T02:00:00Z', address: null, current: false, device: null },
    ],
  },
  Absences: {
    absences: [
      {
        ...{ id: 'a1', personId: 'colleague', name: '陈静', roles: ['APPROVER'], standIn: '周敏' },
        ...{ startsOn: '2026-03-02', endsOn: '2026-03-09' },
      },
    ],
    colleagues: [
      { id: 'staff', name: '周敏' },
      { id: 'colleague', name: '陈静' },
    ],
  },
  ApiTokens: {
    apiTokens: [
      {
        ...{ id: 't1', name: '银行对账脚本', scopes: ['PLEDGE_READ', 'PLEDGE_RECORD_RECEIPT'] },
        ...{ expiresAt: '2026-06-30T02:00:00Z', lastUsedAt: null },
      },
    ],
  },
  Clearing: {
    quarantinedPayments: [
      {
        ...{ id: 'evt_3', type: 'poll.checkout', reason: 'other-amount', donationId: 'd3' },
        ...{ paymentIntentId: 'pi_3', amountMinor: '10000', currency: 'CNY' },
        receivedAt: '2026-03-20T01:05:00Z',
      },
    ],
    clearing: {
      ...{ seenUntil: '2026-03-21T02:00:00Z', balance: money(690), explained: money(690) },
      inTransit: money(480),
      payouts: [{ id: 'po_1', arrivalOn: '2026-03-23', automatic: true, amount: money(480) }],
      items: [
        {
          ...{ id: 'txn_1', category: 'charge', sourceId: 'ch_1', donationId: 'd1', payoutId: 'po_1' },
          ...{ createdAt: '2026-03-20T02:00:00Z', advice: null, gross: money(500), fee: money(20) },
          ...{ theirs: money(480), ours: money(480) },
        },
        {
          ...{ id: 'txn_2', category: 'charge', sourceId: 'ch_2', donationId: 'd2', payoutId: null },
          ...{ createdAt: '2026-03-21T01:00:00Z', advice: null, gross: money(220), fee: money(10) },
          ...{ theirs: money(210), ours: money(210) },
        },
        {
          ...{ id: 'txn_3', category: 'charge', sourceId: 'ch_3', donationId: 'd3', payoutId: null },
          ...{ createdAt: '2026-03-20T01:00:00Z', advice: 'LOOK_INTO_QUARANTINE', gross: money(100) },
          ...{ fee: money(5), theirs: money(95), ours: money(0) },
        },
      ],
    },
  },
  OneGiftToRefund: {
    giftToRefund: {
      __typename: 'QueryGiftToRefundSuccess',
      data: {
        ...{ isOnline: false, others: [] },
        ...{ id: 'd9', reference: 'JZ123456789', settledAt: '2026-03-12T02:00:00Z' },
        ...{ restriction: anyUse, total: money(5_000), left: money(4_000) },
        refunds: [
          {
            ...{
              id: 'f1',
              status: 'PROPOSED',
              reason: '捐赠人误转，要求退回',
              executedOn: null,
              hasLeft: false,
              isOnline: false,
              isTaken: false,
              processorStatus: null,
              refusal: null,
            },
            amount: money(4_000),
            payee: { accountName: '王芳', bankName: '示例银行青浦支行', accountNumber: '6222021001000001' },
            control: controlOf('陆远'),
          },
          {
            ...{ id: 'f0', status: 'EXECUTED', reason: '重复转账', executedOn: '2026-03-13', hasLeft: true },
            ...{ isOnline: false, isTaken: false, processorStatus: null, refusal: null },
            amount: money(1_000),
            payee: null,
            control: controlOf('陆远'),
          },
        ],
      },
    },
  },
  BankLines: {
    bankLines: [
      {
        ...{ id: 'main:20260320-00871', serial: '20260320-00871', bookedOn: '2026-03-20' },
        ...{ amount: money(3_000_000), memo: 'RJ-2026-018 第二期', status: 'OPEN' },
        ...{ counterpartyName: '嘉善县财政局', counterpartyAccount: '330400220001' },
        ...{ reason: null, note: null, decidedBy: null, match: null },
        suggestions: [
          {
            ...{ grounds: ['REFERENCE', 'NAME', 'AMOUNT'], keptMinor: '0' },
            thing: {
              ...{ kind: 'PLEDGE', id: pledge.id, name: pledge.party.name },
              ...{ reference: pledge.agreementReference, due: pledge.outstanding },
            },
          },
        ],
      },
      {
        ...{ id: 'main:20260319-00107', serial: '20260319-00107', bookedOn: '2026-03-19' },
        ...{ amount: money(959_950), memo: '退汇 OUT-0312 账户已销户，扣手续费 50.00', status: 'OPEN' },
        ...{ counterpartyName: '嘉善县银龄社会服务中心', counterpartyAccount: '6222020200112233445' },
        ...{ reason: null, note: null, decidedBy: null, match: null },
        suggestions: [
          {
            ...{ grounds: ['REFERENCE', 'ACCOUNT', 'NAME', 'DATE'], keptMinor: '5000' },
            thing: {
              ...{ kind: 'DISBURSEMENT', id: 'disbursement', name: award.grantee.name },
              ...{ reference: 'OUT-0312', due: money(960_000) },
            },
          },
        ],
      },
      {
        ...{ id: 'main:20260318-00012', serial: '20260318-00012', bookedOn: '2026-03-18' },
        ...{ amount: money(520), memo: '善款', status: 'OPEN' },
        ...{ counterpartyName: '陈晓', counterpartyAccount: '6222000000001' },
        ...{ reason: 'NOBODY_KNOWN', note: null, decidedBy: null, match: null, suggestions: [] },
      },
    ],
    awaitedTransfers: [
      {
        ...{ id: 'g1', reference: 'JZ123456789', amount: money(5_000), isExpired: false },
        announcedAt: '2026-03-19T02:00:00Z',
      },
    ],
    bankStatements: [
      {
        ...{ id: 's1', fileName: '流水-202603.csv', lineCount: 42, newCount: 17 },
        ...{ firstOn: '2026-03-01', lastOn: '2026-03-20', importedBy: '李真' },
        importedAt: '2026-03-21T02:00:00Z',
      },
    ],
  },
  Policies: {
    approvalPolicies: [
      { kind: 'ALLOCATION', approvalsNeeded: 2, councilAboveMinor: null, approvers },
      { kind: 'DISBURSEMENT', approvalsNeeded: 1, councilAboveMinor: '5000000000', approvers },
    ],
    policyVersions: [
      {
        ...{ id: 'v1', kind: 'DISBURSEMENT', approvalsNeeded: 2, councilAboveMinor: '1000000000' },
        ...{ approvers: ['COUNCIL'], reason: '审计建议', status: 'PROPOSED', inForceFrom: null },
        control: { digest: 'd', proposedBy: { name: '何越' } },
      },
    ],
  },
  ManagementLimits: {
    managementLimits: [
      {
        measuresThisYear: false,
        limit: { ...sampleLimit, effectiveOn: '2099-01-01', shareBasisPoints: 800 },
      },
      { measuresThisYear: true, limit: sampleLimit },
    ],
    managementLimitVersions: [
      {
        ...{ id: 'l1', reason: '主管部门新规', status: 'PROPOSED', inForceFrom: null },
        limit: { ...sampleLimit, effectiveOn: '2099-01-01', shareBasisPoints: 850 },
        control: { digest: 'd', proposedBy: { name: '何越' } },
      },
    ],
  },
  RecordPledgeReceipt: {
    recordPledgeReceipt: {
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      message: 'The receipt is recorded.',
      details: [],
      faults: [{ path: 'bankReference', reason: 'already-recorded', message: 'Already recorded.' }],
    },
  },
};

const signedOut = { viewer: { person: null }, region: { currency: 'CNY', sectors: [], localities: [] } };

/**
 * What the API answers to an operation; null for one without a sample, which the page meets as a broken server.
 * @param variables of the operation, which some samples look at
 */
export function sampleAnswer(operation: string, variables: unknown, signedIn: boolean): unknown {
  const answer = operation === 'Start' && !signedIn ? signedOut : sampleAnswers[operation];
  return typeof answer === 'function' ? (answer as (asked: unknown) => unknown)(variables) : (answer ?? null);
}
