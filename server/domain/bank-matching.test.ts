import { describe, expect, it } from 'vitest';
import {
  judgeLine,
  type DisbursementCandidate,
  type Candidates,
  type PledgeCandidate,
} from './bank-matching.ts';
import type { StatementLine } from './bank-statement.ts';
import { minor } from './money.ts';
import type { CalendarDate } from './time.ts';
import { spacedReference, transferReferenceOf } from './transfer-reference.ts';

const line = (change: Partial<StatementLine> = {}): StatementLine => ({
  serial: '00871',
  bookedOn: '2026-03-02' as CalendarDate,
  amountMinor: minor(60_000n),
  counterpartyName: null,
  counterpartyAccount: null,
  memo: '',
  ...change,
});

const pledge = (id: string, change: Partial<PledgeCandidate> = {}): PledgeCandidate => ({
  id,
  payerNames: ['嘉善县财政局', 'Jiashan County Finance Bureau'],
  payerAccount: '330400220001',
  agreementReference: 'RJ-2026-018',
  outstandingMinor: 90_000n,
  dueMinor: [60_000n, 30_000n],
  bankReferences: [],
  ...change,
});

const books = (change: Partial<Candidates> = {}): Candidates => ({
  pledges: [pledge('p1')],
  transfers: [],
  payouts: [],
  disbursements: [],
  costs: [],
  refunds: [],
  knownNames: ['嘉善县财政局', '青浦区财政局'],
  ...change,
});

describe('a management cost that comes back', () => {
  const cost = {
    ...{
      id: 'c1',
      amountMinor: 28_000n,
      payeeAccount: '6222020011',
      payeeName: '诚信会计师事务所',
      bankReference: 'OUT-1',
    },
    ...{ executedOn: '2026-03-01' as CalendarDate, cameBack: false },
  };
  const back = (change: Partial<StatementLine> = {}) =>
    line({
      serial: 'B-9',
      amountMinor: minor(28_000n),
      counterpartyName: '诚信会计师事务所',
      memo: '账号户名不符退汇',
      ...change,
    });
  const judged = (of: StatementLine, change: Partial<typeof cost> = {}) =>
    judgeLine(of, books({ costs: [{ ...cost, ...change }] })).suggestions;

  it('is suggested for money of its amount from its payee', () => {
    expect(judged(back())).toEqual([
      { kind: 'management-cost', id: 'c1', grounds: ['name', 'returned', 'amount', 'date'] },
    ]);
    expect(judged(back({ counterpartyAccount: '6222020011' }))[0]?.grounds).toContain('account');
  });

  it('is not, by an equal amount alone, for another amount, too late, too early, or a second time', () => {
    expect(judged(back({ counterpartyName: null, memo: '往来款' }))).toEqual([]);
    expect(judged(back({ amountMinor: minor(27_999n) }))).toEqual([]);
    expect(judged(back({ bookedOn: '2026-04-01' as CalendarDate }))).toEqual([]);
    expect(judged(back({ bookedOn: '2026-02-28' as CalendarDate }))).toEqual([]);
    expect(judged(back(), { cameBack: true })).toEqual([]);
    expect(judged(back(), { executedOn: null as unknown as CalendarDate })).toEqual([]);
  });
});

describe('what a line may be', () => {
  it('is a receipt of a pledge by its reference, its payer, and an instalment that is due', () => {
    const memo = 'rj 2026 018 首期款';
    const named = line({ memo, counterpartyName: '嘉善县 财政局', counterpartyAccount: '330400220001' });
    expect(judgeLine(named, books())).toEqual({
      suggestions: [{ kind: 'pledge', id: 'p1', grounds: ['reference', 'account', 'name', 'amount'] }],
      reason: null,
    });
  });

  it('is nothing by an equal amount alone', () => {
    expect(judgeLine(line(), books())).toEqual({ suggestions: [], reason: 'nobody-known' });
  });

  it('prefers the pledge that is named, then the one with the due amount', () => {
    const three = books({
      pledges: [
        pledge('a', { agreementReference: 'OTHER-1', dueMinor: [], outstandingMinor: 100_000n }),
        pledge('b', { agreementReference: 'OTHER-2' }),
        pledge('c'),
      ],
    });
    const judged = judgeLine(line({ memo: 'RJ-2026-018', counterpartyName: '嘉善县财政局' }), three);
    expect(judged.suggestions.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('says why nothing is suggested', () => {
    const reasonOf = (change: Partial<StatementLine>, candidates = books()) =>
      judgeLine(line(change), candidates).reason;
    expect(reasonOf({ amountMinor: minor(-1n) })).toBe('went-out');
    expect(reasonOf({ counterpartyName: '某人' })).toBe('nobody-known');
    expect(reasonOf({ counterpartyName: '青浦区财政局' })).toBe('nothing-due');
    expect(reasonOf({ counterpartyName: '嘉善县财政局', amountMinor: minor(90_001n) })).toBe('more-than-due');
  });

  it('is a gift that was announced, by its reference and whatever amount came', () => {
    const reference = transferReferenceOf('a gift', 0);
    const gift = { id: 'g1', reference, amountMinor: 60_000n, awaited: true };
    const judge = (memo: string, change: Partial<typeof gift> = {}) =>
      judgeLine(line({ memo }), books({ transfers: [{ ...gift, ...change }] }));
    expect(judge(`${spacedReference(reference)} 善款`).suggestions).toEqual([
      { kind: 'transfer-gift', id: 'g1', grounds: ['reference', 'amount'] },
    ]);
    expect(judge(reference, { amountMinor: 1n }).suggestions).toMatchObject([{ grounds: ['reference'] }]);
    expect(judge(reference, { awaited: false }).reason).toBe('reference-used');
    expect(judge(transferReferenceOf('another', 0)).reason).toBe('reference-unknown');
    const last = reference.at(-1) === '0' ? '1' : '0';
    expect(judge(reference.slice(0, -1) + last).reason).toBe('reference-mistyped');
  });

  it('is a payout of this amount about the day on which it arrives', () => {
    const arriving = (arrivalOn: string) =>
      judgeLine(
        line({ counterpartyName: 'STRIPE PAYMENTS' }),
        books({ payouts: [{ id: 'po_1', amountMinor: 60_000n, arrivalOn: arrivalOn as CalendarDate }] }),
      );
    expect(arriving('2026-03-01').suggestions).toEqual([
      { kind: 'payout', id: 'po_1', grounds: ['name', 'amount', 'date'] },
    ]);
    expect(arriving('2026-02-01').reason).toBe('nobody-known');
  });

  it('recognizes what was recorded by hand under this serial number', () => {
    const recorded = books({ pledges: [pledge('p1', { outstandingMinor: 0n, bankReferences: ['00871'] })] });
    expect(judgeLine(line(), recorded).suggestions).toEqual([
      { kind: 'pledge', id: 'p1', grounds: ['recorded'] },
    ]);
  });

  it('is the bank’s side of a disbursement of this amount, within a few days', () => {
    const paid = (executedOn: string, bankReference: string | null = null) =>
      judgeLine(
        line({ amountMinor: minor(-60_000n), counterpartyAccount: '3100' }),
        books({
          disbursements: [
            {
              id: 'd1',
              amountMinor: 60_000n,
              ...{ payeeAccount: '3100', payeeName: '湖滨服务中心', cameBack: false },
              bankReference,
              executedOn: executedOn as CalendarDate,
            },
          ],
        }),
      ).suggestions;
    expect(paid('2026-03-01')).toEqual([
      { kind: 'disbursement', id: 'd1', grounds: ['account', 'amount', 'date'] },
    ]);
    expect(paid('2026-02-01')).toEqual([]);
    expect(paid('2026-02-01', '00871')).toMatchObject([{ grounds: ['recorded'] }]);
  });

  describe('a disbursement that the bank sends back', () => {
    const paid = (change: Partial<DisbursementCandidate> = {}): DisbursementCandidate => ({
      ...{ id: 'd1', amountMinor: 60_000n, payeeAccount: '3100', payeeName: '湖滨服务中心' },
      ...{ bankReference: 'OUT-0312', executedOn: '2026-02-20' as CalendarDate, cameBack: false },
      ...change,
    });
    const judged = (memo: string, amountMinor: bigint, change?: Partial<DisbursementCandidate>) =>
      judgeLine(
        line({ amountMinor: minor(amountMinor), memo, counterpartyName: null, counterpartyAccount: null }),
        books({ disbursements: [paid(change)] }),
      ).suggestions;

    it('is known by its reference, or by the bank’s words and its exact amount', () => {
      expect(judged('OUT 0312', 60_000n)).toMatchObject([{ grounds: ['reference', 'amount', 'date'] }]);
      expect(judged('退汇', 60_000n)).toMatchObject([{ grounds: ['returned', 'amount', 'date'] }]);
      expect(judged('善款', 60_000n)).toEqual([]);
    });

    it('may be less a charge, where more than its words tell which it is', () => {
      expect(judged('退汇 OUT-0312', 59_950n)).toMatchObject([{ keptMinor: 50n }]);
      expect(judged('退汇', 59_950n)).toEqual([]);
      expect(judged('退汇 OUT-0312', 39_999n)).toEqual([]);
      expect(judged('退汇 OUT-0312', 60_001n)).toEqual([]);
    });

    it('comes back once, after it left, and within some weeks', () => {
      expect(judged('退汇', 60_000n, { cameBack: true })).toEqual([]);
      expect(judged('退汇', 60_000n, { executedOn: '2026-03-21' as CalendarDate })).toEqual([]);
      expect(judged('退汇', 60_000n, { executedOn: '2026-01-01' as CalendarDate })).toEqual([]);
    });
  });
});
