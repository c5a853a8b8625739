/** What a server would answer to the screens of the ledger. */
import { pageOf } from './basics.ts';
import { managementYear } from './books.ts';

const holding = (invariant: string, figure: string) => ({ invariant, figure, holds: true, breaches: [] });

const brokenCheck = {
  ...{ id: 'check-2', startedAt: '2026-03-31T18:30:00Z', finishedAt: '2026-03-31T18:30:41Z' },
  ...{ entries: 12_043, breachCount: 1 },
  results: [
    ...[holding('debits equal credits, per entry and in all', '12043 entries, 98000000 = 98000000')],
    ...[holding('every settled donation has exactly one entry', '11208 donations')],
    {
      ...{ invariant: 'roll-ups equal a full replay', figure: '412 roll-ups, 96 accounts', holds: false },
      breaches: ['the roll-up "month|2026-03|fund:pledge-0b6f5f3e" differs from a full replay'],
    },
  ],
};

const text = (zh: string, en: string) => ({ zh, en });

const nothing = {
  ...{ nature: null, fund: null, partyKind: null, sector: null, locality: null },
  ...{ fundName: null, projectTitle: null, roundTitle: null },
};

const pledge = 'receivable:0b6f5f3e-2f0e-4e43-9d3c-6b3f6c1b7a01';
const fund = {
  ...{ fund: 'pledge-0b6f5f3e', partyKind: 'government', round: '2026-1' },
  fundName: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
  roundTitle: text('2026 年第一轮', 'First round of 2026'),
};

const postings = [
  {
    ...{ ...nothing, project: null, award: null, ...fund },
    ...{ account: 'bank:main', accountName: text('银行存款', 'Bank') },
    ...{ debitMinor: '600000000', creditMinor: '0' },
  },
  {
    ...{
      ...nothing,
      project: 'project',
      projectTitle: text('嘉善河道共治', 'Shared care of Jiashan rivers'),
    },
    ...{ award: null, ...fund },
    ...{ sector: 'health', locality: '330421', nature: 'CONTRIBUTION' },
    ...{
      account: pledge,
      accountName: text('嘉善县财政局·2026-01', 'Jiashan County Finance Bureau · 2026-01'),
    },
    ...{ debitMinor: '0', creditMinor: '600000000' },
  },
];

const entry = {
  ...{ id: 'pledge-receipt:r1', kind: 'PLEDGE_RECEIPT', cause: 'r1', currency: 'CNY' },
  ...{ effectiveOn: '2026-03-20', bookedOn: '2026-03-20', recordedAt: '2026-03-20T02:00:00Z' },
  ...{ sequence: 41, narrative: '协议 Agreement JX-2026-01 · 银行流水号 Bank reference 20260320-00871' },
  ...{ reverses: null, reversedBy: 'reversal:pledge-receipt:r1' },
  seal: {
    ...{ sequence: 41, unaltered: true, checkpointSize: 64, checkpointSignedAt: '2026-03-20T02:00:05Z' },
    leafHash: '3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea',
  },
  postings,
};

const figures = (unrestrictedMinor: string, restrictedMinor: string, totalMinor: string) => ({
  ...{ unrestrictedMinor, restrictedMinor, totalMinor },
});

const compared = {
  now: figures('2500', '600000000', '600002500'),
  before: figures('500', '0', '500'),
};

const fundFigures = {
  ...{ openingMinor: '0', closingMinor: '400000000', cashBackedMinor: '150000000' },
  ...{ receivableMinor: '250000000', differenceMinor: '0' },
  movements: [
    { nature: 'CONTRIBUTION', amountMinor: '600000000' },
    { nature: 'ALLOCATION', amountMinor: '-200000000' },
    // As many as there may be: a year of all of them is wider than a window.
    ...['MATCH', 'PROGRAMME', 'MANAGEMENT', 'PAYMENT_FEES', 'REFUND', 'WRITE_OFF'].map((nature) => ({
      nature,
      amountMinor: '-100000000',
    })),
  ],
};

const ages = [
  { age: 'NOT_DUE', amountMinor: '100000000' },
  { age: 'DAYS_31_90', amountMinor: '150000000' },
];

const owing = {
  partyName: text('嘉善县财政局', 'Jiashan County Finance Bureau'),
  ...{ outstandingMinor: '250000000', ages },
};

export const ledgerAnswers = {
  StatementOfActivities: {
    statementOfActivities: {
      __typename: 'QueryStatementOfActivitiesSuccess',
      data: {
        before: { from: '2025-01-01', through: '2025-03-31' },
        lines: [
          {
            ...{ section: 'INCOME', nature: 'CONTRIBUTION', partyKind: 'government', code: '4401' },
            ...compared,
          },
          { section: 'EXPENSE', nature: 'PROGRAMME', partyKind: null, code: '5101', ...compared },
        ],
        ...{ income: compared, expense: compared, change: compared, managementYear },
      },
    },
  },
  StatementOfFunds: {
    statementOfFunds: {
      __typename: 'QueryStatementOfFundsSuccess',
      data: {
        lines: [
          {
            ...{ fundId: 'pledge-0b6f5f3e', figures: fundFigures },
            name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
          },
        ],
        total: fundFigures,
      },
    },
  },
  StatementOfReceivables: {
    statementOfReceivables: {
      lines: [{ pledgeId: '0b6f5f3e', agreementReference: '2026-01', ...owing }],
      parties: [{ party: 'p3', ...owing }],
      ...{ totalMinor: '250000000', ages },
    },
  },
  BalanceSheet: {
    balanceSheet: {
      before: '2025-12-31',
      assets: [{ kind: 'BANK', nowMinor: '600000000', beforeMinor: '500' }],
      liabilities: [{ kind: 'AWARD_PAYABLE', nowMinor: '200000000', beforeMinor: '0' }],
      netAssets: [{ kind: 'RESTRICTED_FUND', nowMinor: '400000000', beforeMinor: '500' }],
      totalAssets: { now: '600000000', before: '500' },
      totalClaims: { now: '600000000', before: '500' },
      promised: { now: '250000000', before: '0' },
    },
  },
  Chart: {
    chartOfAccounts: [
      {
        ...{ kind: 'BANK', code: '1002', accounts: 1, normalSide: 'DEBIT' },
        ...{ generalLedgerName: text('银行存款', 'Cash at bank'), name: text('银行存款', 'Bank') },
        purpose: text(
          '基金会在银行的存款，按每一分钱所属的基金核算。',
          'Money at the bank, kept by the fund whose money it is.',
        ),
        ...{ debitMinor: '600000000', creditMinor: '0', balanceMinor: '600000000' },
      },
      {
        ...{ kind: 'RESTRICTED_FUND', code: '3102', accounts: 12, normalSide: 'CREDIT' },
        generalLedgerName: text('限定性净资产', 'Restricted net assets'),
        name: text('限定基金', 'Restricted funds'),
        purpose: text('限定用途的净资产。', 'Net assets with one restriction each.'),
        ...{ debitMinor: '0', creditMinor: '600000000', balanceMinor: '600000000' },
      },
    ],
  },
  Accounts: {
    ledgerAccounts: pageOf([
      {
        ...{ account: 'fund:pledge-0b6f5f3e', debitMinor: '240000000', creditMinor: '600000000' },
        name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
      },
    ]),
  },
  LastLedgerCheck: { ledgerChecks: pageOf([brokenCheck]) },
  LedgerChecks: {
    ledgerChecks: pageOf([
      brokenCheck,
      { ...brokenCheck, id: 'check-1', startedAt: '2026-03-30T18:30:00Z', breachCount: 0, entries: 11_998 },
    ]),
  },
  Journal: {
    journalEntries: {
      __typename: 'QueryJournalEntriesSuccess',
      data: pageOf([entry, { ...entry, id: 'new', sequence: null, bookedOn: null }]),
    },
  },
  JournalTotal: {
    journalTotal: {
      __typename: 'QueryJournalTotalSuccess',
      data: { entries: 214, debitMinor: '600000000', creditMinor: '600000000', mostAddedUp: 10_000 },
    },
  },
  OneEntry: {
    journalEntry: {
      __typename: 'QueryJournalEntrySuccess',
      data: {
        ...{ ...entry, handEntry: 'e1' },
        documents: [
          {
            ...{ id: 'd1', title: '进账单.pdf', path: '/entry-documents/e1/d1' },
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
        ],
      },
    },
  },
};
