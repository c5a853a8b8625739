/** Sample answers of the writing side of the books: entries made by hand, and periods with their checklist. */
import { pageOf } from './basics.ts';
const money = (yuan: number) => ({ amountMinor: String(yuan * 100), currency: 'CNY' });

const control = {
  digest: 'd',
  approvalsMissing: 1,
  councilMissing: false,
  readerPart: null,
  proposedBy: { name: '李真' },
  approvals: [],
  executedBy: null,
};

const blank = { partyKind: null, sector: null, locality: null };

const entry = {
  ...{ id: 'e1', kind: 'MANUAL', status: 'PROPOSED', effectiveOn: '2026-03-31', reverses: null },
  ...{ narrative: '三月办公场地租金', journalEntry: null, reversal: null, amount: money(12_000), control },
  lines: [
    {
      ...{ account: 'fund:general', debitMinor: '1200000', creditMinor: '0', nature: 'management' },
      accountName: { zh: '非限定基金', en: 'Unrestricted fund' },
      ...{ fund: 'general', ...blank },
    },
    {
      ...{ account: 'bank:main', debitMinor: '0', creditMinor: '1200000', nature: null },
      accountName: { zh: '银行存款', en: 'Bank' },
      ...{ fund: 'general', ...blank },
    },
  ],
  documents: [{ id: 'd1', title: '租金发票.pdf', path: '/entry-documents/e1/d1' }],
};

const cost = {
  ...{ id: 'cost', status: 'PROPOSED', reversed: false, purpose: '2026 年度审计费', fundId: 'general' },
  fundName: { zh: '非限定基金', en: 'General fund' },
  amount: money(28_000),
  payee: {
    accountName: '上海诚信会计师事务所（特殊普通合伙）',
    bankName: '示例银行上海青浦支行',
    accountNumber: '6222020200112233',
  },
  documents: [{ id: 'd2', title: '审计业务约定书.pdf', path: '/entry-documents/cost/d2' }],
  ...{ bankReference: null, paidOn: null, journalEntry: null, control },
  standingIfPaid: { shareBasisPoints: 1_349, isWithin: false },
};

const paidCost = {
  ...cost,
  ...{ id: 'cost-2', status: 'PAID', purpose: '六月办公场地租金', amount: money(12_000) },
  standingIfPaid: null,
  ...{ bankReference: '20260630-0101', paidOn: '2026-06-30', journalEntry: 'management-cost:cost-2' },
};

const line = (name: string, state = 'DONE', count: number | null = 0) => ({
  ...{ name, state, count, differenceMinor: null },
});

const closing = {
  ...{ id: 'c1', action: 'CLOSE', reason: '三月结账', status: 'PROPOSED', executedAt: null, control },
  statements: {
    bank: { statedMinor: '598800000', explanation: '租金支票尚未兑付' },
    clearing: { statedMinor: '52000', explanation: '' },
  },
};

const reopening = {
  ...{ id: 'c0', action: 'REOPEN', reason: '补记一笔银行手续费', status: 'WITHDRAWN', executedAt: null },
  ...{ statements: null, control },
};

/** A year whose management cost is above what its spending allows. */
export const managementYear = {
  ...{ from: '2026-01-01', through: '2026-12-31', management: '24000000', total: '196000000' },
  proposed: '2800000',
  limit: {
    ...{ effectiveOn: '2016-09-01', shareBasisPoints: 1_000, exemptBelow: '20000000' },
    source: {
      zh: '《慈善法》第六十一条；《关于慈善组织开展慈善活动年度支出和管理费用的规定》（民发〔2016〕189号）第七条、第十一条',
      en: 'Charity Law, art. 61; Rule on the yearly spending and management cost of charitable organizations (2016, no. 189), arts. 7 and 11',
    },
  },
  standing: {
    ...{ allowed: '19999999', left: '-4000001', shareBasisPoints: 1_225, isExempt: false, isWithin: false },
  },
  standingIfPaid: { isWithin: false },
};

export const sampleBooks: Record<string, unknown> = {
  ThisManagementYear: {
    managementYear: { __typename: 'QueryManagementYearSuccess', data: managementYear },
  },
  ManagementCosts: { managementCosts: pageOf([cost, paidCost]) },
  OneManagementCost: { managementCost: { __typename: 'QueryManagementCostSuccess', data: cost } },
  CostBearers: {
    costBearers: [
      { room: '152000000', fund: { id: 'general', name: cost.fundName } },
      {
        room: '8000000',
        fund: {
          id: 'pledge-p',
          name: { zh: '嘉善县财政局：养老服务·嘉善', en: 'Jiashan Finance Bureau: elderly care · Jiashan' },
        },
      },
    ],
  },
  HandEntries: {
    handEntries: pageOf([entry, { ...entry, id: 'e2', kind: 'OPENING_BALANCE', status: 'POSTED' }]),
  },
  OneHandEntry: { handEntry: { __typename: 'QueryHandEntrySuccess', data: entry } },
  FundsToBook: { funds: pageOf([]) },
  AccountsToBook: {
    handAccounts: [
      {
        ...{ kind: 'BANK', account: 'bank:main' },
        name: { zh: '银行存款', en: 'Bank' },
      },
      {
        ...{ kind: 'UNRESTRICTED_FUND', account: 'fund:general' },
        name: { zh: '非限定基金', en: 'Unrestricted fund' },
      },
      {
        ...{ kind: 'RESTRICTED_FUND', account: null },
        name: { zh: '限定基金', en: 'Restricted funds' },
      },
    ],
  },
  AccountingPeriods: {
    accountingPeriods: [
      { period: '2026-04', status: 'CURRENT', waiting: null },
      { period: '2026-03', status: 'NEXT', waiting: { action: 'CLOSE' } },
      { period: '2026-02', status: 'CLOSED', waiting: null },
    ],
  },
  OneAccountingPeriod: {
    accountingPeriod: {
      __typename: 'QueryAccountingPeriodSuccess',
      data: {
        ...{ period: '2026-03', status: 'NEXT', bankMinor: '600000000', clearingMinor: '52000' },
        currency: 'CNY',
        checklist: [
          ...[line('PERIOD_OVER', 'DONE', null), line('COMES_NEXT', 'DONE', null), line('ENTRIES_SEALED')],
          ...[line('LEDGER_SOUND'), line('NIGHTLY_CHECK'), line('BANK_LINES_TOLD', 'OPEN', 2)],
          { ...line('BANK_AGREES', 'DONE', null), differenceMinor: '1200000' },
          { ...line('CLEARING_AGREES', 'DONE', null), differenceMinor: '0' },
          line('CLEARING_EXPLAINED', 'LOOK', 1),
          ...[line('PAYMENTS_APPLIED'), line('ENTRIES_DECIDED', 'OPEN', 1), line('PAYMENTS_CLEAN')],
          line('DECISIONS_TAKEN', 'LOOK', 3),
        ],
        decisions: [closing, reopening],
      },
    },
  },
};
