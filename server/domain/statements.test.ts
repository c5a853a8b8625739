/** The statements as the rule book has them, and what each must tie to whatever was booked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../test/support/ledger-samples.ts';
import { endOfYearBefore, rangeBefore, splitIntoMonths, type DayRange } from './day-range.ts';
import { NATURES, parseAccount, reversalOf, type EntryDraft, type Posting } from './journal.ts';
import { agesOf, ageOf, AGES } from './receivable-ages.ts';
import {
  activityStatement,
  fundStatement,
  positionStatement,
  totalOfFunds,
  type AccountSums,
  type FundBalance,
  type FundFlow,
} from './statements.ts';
import { minor } from './money.ts';
import { pledgeBecameBinding } from './posting-rules.ts';
import type { CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;

/** The general fund and a pledge without restriction. */
const OURS = new Set(['general', 'pledge-free']);

const flowsOf = (postings: readonly Posting[]): FundFlow[] =>
  postings
    .filter(({ account }) => parseAccount(account)?.class === 'fund')
    .map(({ nature, fund, partyKind, debitMinor, creditMinor }) => ({
      ...{ nature: nature ?? null, fund: fund ?? null, partyKind: partyKind ?? null },
      ...{ debitMinor, creditMinor },
    }));

function balancesOf(postings: readonly Posting[]): FundBalance[] {
  const funds = new Map<string, { balanceMinor: bigint; cashMinor: bigint; receivableMinor: bigint }>();
  for (const { account, fund = '', debitMinor, creditMinor } of postings) {
    const balance = funds.get(fund) ?? { balanceMinor: 0n, cashMinor: 0n, receivableMinor: 0n };
    const parsed = parseAccount(account)?.class;
    const net = debitMinor - creditMinor;
    if (parsed === 'fund') balance.balanceMinor -= net;
    if (parsed === 'receivable') balance.receivableMinor += net;
    if (parsed === 'bank' || parsed === 'stripe-clearing') balance.cashMinor += net;
    funds.set(fund, balance);
  }
  return [...funds].map(([fundId, balance]) => ({ fundId, ...balance }));
}

const accountsOf = (postings: readonly Posting[]): AccountSums[] =>
  postings.map(({ account, debitMinor, creditMinor }) => ({ account, debitMinor, creditMinor }));

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
const draft = fc
  .record({ rule: fc.nat({ max: RULES.length - 1 }), a: amount, b: amount, undone: fc.boolean() })
  .map(({ rule, a, b, undone }): EntryDraft => {
    const made = RULES[rule]![1]({ a, b, effectiveOn: day('2026-03-01') });
    if (!undone) return made;
    return reversalOf({ ...made, _id: 'x', recordedAt: new Date(0) }, day('2026-03-01'), 'wrong');
  });
const history = fc
  .array(draft, { maxLength: 30 })
  .map((drafts) => drafts.flatMap(({ postings }) => postings));

const netAssetsOf = (postings: readonly Posting[]) =>
  balancesOf(postings).reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n);

describe('the statement of activities', () => {
  it('ties to the ledger: income − expense + the rest is what net assets changed by', () => {
    fc.assert(
      fc.property(history, history, (now, before) => {
        const { lines, income, expense, change } = activityStatement(flowsOf(now), flowsOf(before), OURS);
        expect(change.now.totalMinor).toBe(netAssetsOf(now));
        expect(change.before.totalMinor).toBe(netAssetsOf(before));
        const rest = lines
          .filter(({ section }) => section === 'between-funds' || section === 'opening')
          .reduce((sum, line) => sum + line.now.totalMinor, 0n);
        expect(income.now.totalMinor - expense.now.totalMinor + rest).toBe(change.now.totalMinor);
        for (const { now: sums } of lines)
          expect(sums.unrestrictedMinor + sums.restrictedMinor).toBe(sums.totalMinor);
      }),
    );
  });

  it('lets what moves between funds come to nothing in all', () => {
    fc.assert(
      fc.property(history, (postings) => {
        const { lines } = activityStatement(flowsOf(postings), [], OURS);
        for (const { section, now } of lines)
          if (section === 'between-funds') expect(now.totalMinor).toBe(0n);
      }),
    );
  });

  it('shows who gave, takes refunds from income, and bears fees without restriction', () => {
    const postings = [
      'a pledge that became binding',
      'a donation settled',
      'a payment fee',
      'a refund',
    ].flatMap(
      (name) =>
        RULES.find(([rule]) => rule === name)![1]({ a: 100n, b: 7n, effectiveOn: day('2026-03-01') })
          .postings,
    );
    const { lines, income } = activityStatement(flowsOf(postings), [], OURS);
    const shown = lines.map(({ nature, partyKind, code, now }) =>
      [code, nature, partyKind, now.unrestrictedMinor, now.restrictedMinor].join(' '),
    );
    expect(shown).toMatchInlineSnapshot(`
      [
        "4101 contribution enterprise 0 100",
        "4101 contribution individual 7 100",
        "5301 payment-fees  100 0",
        "4101 refund  -14 -107",
      ]
    `);
    expect(income.before.totalMinor).toBe(0n);
  });

  it('shows a pledge without restriction as unrestricted, and so does the balance sheet', () => {
    const [free, bound] = ['free', 'bound'].map((pledgeId) =>
      pledgeBecameBinding({
        ...{ pledgeId, fundId: `pledge-${pledgeId}`, partyKind: 'enterprise', round: 'r' },
        ...{ amountMinor: minor(pledgeId === 'free' ? 300n : 20n), currency: 'CNY', narrative: pledgeId },
        effectiveOn: day('2026-03-01'),
      }),
    );
    const postings = [...free!.postings, ...bound!.postings];
    const { income } = activityStatement(flowsOf(postings), [], OURS);
    expect(income.now).toEqual({ unrestrictedMinor: 300n, restrictedMinor: 20n, totalMinor: 320n });
    const { netAssets } = positionStatement(accountsOf(postings), [], OURS);
    expect(netAssets.map(({ kind, nowMinor }) => [kind, nowMinor])).toEqual([
      ['unrestricted-fund', 300n],
      ['restricted-fund', 20n],
    ]);
  });
});

describe('the statement of funds', () => {
  it('ties for every fund: opening + movements = closing', () => {
    fc.assert(
      fc.property(history, history, (before, now) => {
        const both = [...before, ...now];
        const lines = fundStatement(flowsOf(now), balancesOf(before), balancesOf(both));
        for (const line of lines) {
          expect(line.differenceMinor).toBe(0n);
          const moved = NATURES.reduce((sum, nature) => sum + line.movements[nature], 0n);
          expect(line.openingMinor + moved).toBe(line.closingMinor);
          expect(line.cashBackedMinor + line.receivableMinor).toBe(line.closingMinor);
        }
        expect(totalOfFunds(lines).closingMinor).toBe(netAssetsOf(both));
        expect(totalOfFunds(lines).openingMinor).toBe(netAssetsOf(before));
      }),
    );
  });

  it('says the same of all funds as the statement of activities', () => {
    fc.assert(
      fc.property(history, (postings) => {
        const { movements } = totalOfFunds(fundStatement(flowsOf(postings), [], balancesOf(postings)));
        const { change } = activityStatement(flowsOf(postings), [], OURS);
        expect(NATURES.reduce((sum, nature) => sum + movements[nature], 0n)).toBe(change.now.totalMinor);
      }),
    );
  });

  it('shows a difference where the books are broken', () => {
    const broken = [{ fundId: 'general', balanceMinor: 5n, cashMinor: 5n, receivableMinor: 0n }];
    expect(fundStatement([], [], broken)).toMatchObject([{ fundId: 'general', differenceMinor: 5n }]);
  });
});

describe('the balance sheet', () => {
  it('ties: assets are liabilities and net assets, whatever was booked', () => {
    fc.assert(
      fc.property(history, history, (now, before) => {
        const sheet = positionStatement(accountsOf(now), accountsOf(before), OURS);
        expect(sheet.totalAssetsMinor).toEqual(sheet.totalClaimsMinor);
        const held = sheet.netAssets.reduce((sum, { nowMinor }) => sum + nowMinor, 0n);
        expect(held).toBe(netAssetsOf(now));
      }),
    );
  });
});

describe('the age of receivables', () => {
  it.each([
    ['2026-03-01', 'not-due'],
    ['2026-02-28', 'days-1-30'],
    ['2026-01-30', 'days-1-30'],
    ['2026-01-29', 'days-31-90'],
    ['2025-12-01', 'days-31-90'],
    ['2025-11-30', 'days-91-365'],
    ['2025-03-01', 'days-91-365'],
    ['2025-02-28', 'over-a-year'],
  ])('due on %s is %s on 1 March 2026', (dueOn, age) => {
    expect(ageOf(day(dueOn), day('2026-03-01'))).toBe(age);
  });

  it('leaves open the latest instalments, because receipts pay the earliest first', () => {
    const instalments = ['2025-01-01', '2026-02-15', '2026-06-01'].map((dueOn) => ({
      dueOn: day(dueOn),
      amountMinor: minor(100n),
    }));
    expect(agesOf(130n, instalments, day('2026-03-01'))).toMatchObject({ 'not-due': 100n, 'days-1-30': 30n });
    expect(agesOf(30n, [], day('2026-03-01'))).toMatchObject({ 'not-due': 30n });
  });

  it('sums to what is outstanding', () => {
    const dates = fc.integer({ min: 0, max: 900 }).map((days) => {
      const date = new Date(Date.UTC(2024, 11, 1 + days));
      return day(date.toISOString().slice(0, 10));
    });
    fc.assert(
      fc.property(
        amount,
        fc.array(fc.record({ dueOn: dates, amountMinor: amount.map(minor) }), { maxLength: 6 }),
        dates,
        (outstanding, instalments, asOf) => {
          const ages = agesOf(outstanding, instalments, asOf);
          expect(AGES.reduce((sum, age) => sum + ages[age], 0n)).toBe(outstanding);
        },
      ),
    );
  });
});

describe('days', () => {
  const range = (from: string, through: string): DayRange => ({ from: day(from), through: day(through) });

  it('split into whole months and what is left at either end', () => {
    expect(splitIntoMonths(range('2026-01-01', '2026-03-31'))).toEqual({
      months: { from: '2026-01', through: '2026-03' },
      days: [],
    });
    expect(splitIntoMonths(range('2025-12-31', '2026-02-10'))).toEqual({
      months: { from: '2026-01', through: '2026-01' },
      days: [range('2025-12-31', '2025-12-31'), range('2026-02-01', '2026-02-10')],
    });
    expect(splitIntoMonths(range('2026-02-03', '2026-02-10'))).toEqual({
      months: null,
      days: [range('2026-02-03', '2026-02-10')],
    });
    expect(splitIntoMonths(range('2026-01-20', '2026-02-10'))).toEqual({
      months: null,
      days: [range('2026-01-20', '2026-02-10')],
    });
  });

  it.each([
    ['a year', '2026-01-01', '2026-12-31', '2025-01-01', '2025-12-31'],
    ['a year so far', '2026-01-01', '2026-11-27', '2025-01-01', '2025-11-27'],
    ['a month', '2026-03-01', '2026-03-31', '2025-03-01', '2025-03-31'],
    ['some days', '2026-03-10', '2026-03-12', '2025-03-10', '2025-03-12'],
    ['the end of a February', '2025-02-01', '2025-02-28', '2024-02-01', '2024-02-29'],
    ['a leap day', '2024-02-29', '2024-03-10', '2023-02-28', '2023-03-10'],
    ['three years', '2024-01-01', '2026-12-31', '2021-01-01', '2023-12-31'],
    ['a year and a day', '2025-03-01', '2026-03-01', '2023-03-01', '2024-03-01'],
  ])('of %s are compared with the same days before', (_what, from, through, fromBefore, throughBefore) => {
    expect(rangeBefore(range(from, through))).toEqual(range(fromBefore, throughBefore));
  });

  it('of a balance sheet are compared with the end of the year before', () => {
    expect(endOfYearBefore(day('2026-03-10'))).toBe('2025-12-31');
  });
});
