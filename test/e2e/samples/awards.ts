/** Answers about awards, what is paid on them, and the reports that tell of it. */
import { text, money, controlOf, project, fund, pageOf } from './basics.ts';

const control = controlOf('陆远');

/** Approved and signed. */
const signed = {
  ...controlOf('陆远', '沈清'),
  executedBy: { name: '王芳', at: '2026-03-05T02:00:00Z' },
};

export const award = {
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
  control: signed,
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
  milestone: 'm1',
  milestoneTitle: text('完成场地改造', 'Building converted'),
  entry: null,
  cancellation: null,
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
  entry: 'disbursement:sent-back',
  sentBack: {
    ...{
      on: '2026-10-12',
      reason: '退汇：账户已销户',
      confirmedBy: '李珍',
      kept: { amountMinor: '5000', currency: 'CNY' },
    },
  },
};

export const awardAnswers = {
  Awards: {
    awards: pageOf([award]),
  },
  ProjectsToAward: {
    projects: pageOf([
      { id: 'project', title: project.title, toAward: money(2_400_000) },
      {
        id: 'p2',
        title: text('青浦社区诊所', 'Community clinic, Qingpu'),
        toAward: { amountMinor: '0', currency: 'CNY' },
      },
    ]),
  },
  OneAward: { award: { __typename: 'QueryAwardSuccess', data: award } },
  Disbursements: { disbursements: pageOf([disbursement, { ...disbursement, ...sentBackDisbursement }]) },
  AwardPayments: { disbursements: pageOf([{ ...disbursement, ...sentBackDisbursement }]) },
  OneDisbursement: { disbursement: { __typename: 'QueryDisbursementSuccess', data: disbursement } },
  Reports: {
    preparedReports: [],
  },
  ReportsPublished: {
    reports: pageOf([
      { id: 'report', number: 'SF-2026-001', version: 1, publishedAt: '2026-07-10T02:00:00Z' },
    ]),
  },
};
