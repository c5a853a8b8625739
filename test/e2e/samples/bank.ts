/** Answers about money on its way: the account at the processor, refunds, lines of the bank. */
import { award } from './awards.ts';
import { money, controlOf, anyUse, pageOf } from './basics.ts';
import { pledge } from './pledges.ts';

export const bankAnswers = {
  QuarantinedPayments: {
    quarantinedPayments: pageOf([
      {
        ...{ id: 'evt_3', type: 'poll.checkout', reason: 'other-amount', donationId: 'd3' },
        ...{ paymentIntentId: 'pi_3', amountMinor: '10000', currency: 'CNY' },
        receivedAt: '2026-03-20T01:05:00Z',
      },
    ]),
  },
  Clearing: {
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
  Gifts: {
    donations: pageOf([
      {
        ...{ id: 'd9', status: 'SETTLED', createdAt: '2026-03-12T02:00:00Z', settledAt: null },
        gift: money(5_000),
        parts: [
          { amount: money(3_000), restriction: anyUse },
          { amount: money(2_000), restriction: { ...anyUse, localities: ['330421'] } },
        ],
        donor: { name: '王芳', email: 'wang@example.org', message: '谢谢你们', dedication: '外婆李秀英' },
      },
      {
        ...{ id: 'd8', status: 'EXPIRED', createdAt: '2026-03-11T02:00:00Z', settledAt: null },
        ...{ gift: money(100), donor: null },
        parts: [{ amount: money(100), restriction: { ...anyUse, sectors: ['health'] } }],
      },
    ]),
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
  PaymentsSentBackBy: {
    paymentsSentBackBy: [
      {
        ...{ id: 'disbursement', bankReference: 'OUT-0312', executedOn: '2026-03-12' },
        grantee: { name: award.grantee.name },
        project: { title: { zh: '老年助餐点', en: 'Meals for the old' } },
        amount: money(570),
      },
    ],
  },
  CostsSentBackBy: {
    costsSentBackBy: [
      {
        ...{ id: 'cost', bankReference: 'OUT-0313', paidOn: '2026-03-13', purpose: '2025 年度审计费' },
        payee: { accountName: '诚信会计师事务所' },
        amount: money(570),
      },
    ],
  },
  BankLines: {
    bankLines: pageOf([
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
    ]),
  },
  AwaitedTransfers: {
    awaitedTransfers: pageOf([
      {
        ...{ id: 'g1', reference: 'JZ123456789', amount: money(5_000), isExpired: false },
        announcedAt: '2026-03-19T02:00:00Z',
      },
    ]),
  },
  BankStatements: {
    bankStatements: pageOf([
      {
        ...{ id: 's1', fileName: '流水-202603.csv', lineCount: 42, newCount: 17 },
        ...{ firstOn: '2026-03-01', lastOn: '2026-03-20', importedBy: '李真' },
        importedAt: '2026-03-21T02:00:00Z',
      },
    ]),
  },
};
