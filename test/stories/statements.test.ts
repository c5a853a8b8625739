/** A quarter of a foundation as its finance officer and auditor read it: four statements, and the same as files. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileTooLong, textOfCell, type BookTable } from '../../server/domain/book-table.ts';
import { InvalidInput, NotPermitted } from '../../server/domain/errors.ts';
import { minor } from '../../server/domain/money.ts';
import { allocationApproved, paymentFeeCharged } from '../../server/domain/posting-rules.ts';
import { awardSigned, trancheDisbursed } from '../../server/domain/spending-rules.ts';
import { UNRESTRICTED } from '../../server/domain/restriction.ts';
import { inTransaction } from '../../server/db/database.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { readChart } from '../../server/services/books/chart-of-accounts.ts';
import {
  exportActivities,
  exportFunds,
  exportJournal,
  exportPosition,
  exportReceivables,
  exportTrialBalance,
} from '../../server/services/books/export-tables.ts';
import {
  readActivities,
  readFundsInTime,
  readPosition,
  readReceivables,
} from '../../server/services/books/statements.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { day, giftDraft } from '../support/ledger-rig.ts';

const QUARTER = { from: day('2026-01-01'), through: day('2026-03-31') };
const [ROUND, COUNTY, PLEDGE] = [storyId(1), storyId(2), storyId(4)];

let foundation: Foundation;
let finance: ReturnType<Foundation['as']>;
let auditor: ReturnType<Foundation['as']>;

beforeAll(async () => {
  foundation = await openFoundation();
  finance = foundation.as('Li Zhen', ['finance-officer']);
  auditor = foundation.as('Wu Qing', ['auditor']);
  const programme = foundation.as('Zhou Min', ['programme-officer']);
  await openRound(programme, {
    id: ROUND,
    code: '2026-1',
    title: { zh: '第一轮', en: 'First round' },
    batch: 'batch-1',
    sectors: ['health'],
    localities: ['330421'],
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(100_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  await registerParty(programme, {
    ...{ id: COUNTY, kind: 'government', locality: null, creditCode: null, bankAccount: null },
    name: { zh: '嘉善县财政局', en: 'Jiashan County Finance Bureau' },
  });
  await recordPledge(programme, {
    id: PLEDGE,
    party: COUNTY,
    round: ROUND,
    amountMinor: minor(60_000n),
    restriction: { sectors: ['health'], localities: null, projects: null },
    capPerProjectMinor: null,
    agreementReference: '=2026-01',
    pledgedOn: day('2026-01-05'),
    instalments: [
      { dueOn: day('2026-01-10'), amountMinor: minor(30_000n) },
      { dueOn: day('2026-02-20'), amountMinor: minor(20_000n) },
      { dueOn: day('2026-06-30'), amountMinor: minor(10_000n) },
    ],
  });
  await recordPledgeReceipt(finance, {
    ...{ id: storyId(5), pledge: PLEDGE, amountMinor: minor(35_000n) },
    ...{ bankReference: 'B-1', receivedOn: day('2026-02-01') },
  });
  const spent = {
    ...{ awardId: 'w', project: 'p', sector: 'health', locality: '330421', round: ROUND },
    currency: 'CNY',
    projectFundId: 'project-p',
  } as const;
  const line = { fundId: `pledge-${PLEDGE}`, projectId: 'p', projectFundId: 'project-p' };
  const drafts = [
    giftDraft('g', { effectiveOn: '2025-03-20', giftMinor: 5_000n }),
    giftDraft('h', { effectiveOn: '2026-02-14', giftMinor: 2_500n }),
    paymentFeeCharged({
      ...{ donationId: 'h', effectiveOn: day('2026-02-14'), currency: 'CNY', narrative: 'Fee' },
      feeMinor: minor(50n),
    }),
    allocationApproved({
      ...{ runId: 'a', round: ROUND, effectiveOn: day('2026-03-02'), currency: 'CNY', narrative: 'Run' },
      lines: [{ ...line, sector: 'health', locality: '330421', amountMinor: minor(20_000n) }],
    }),
    awardSigned({
      ...spent,
      effectiveOn: day('2026-03-05'),
      narrative: 'Award',
      amountMinor: minor(20_000n),
    }),
    trancheDisbursed({
      ...{ ...spent, effectiveOn: day('2026-03-20'), narrative: 'Tranche', disbursementId: 't' },
      parts: [{ fundId: line.fundId, amountMinor: minor(12_000n) }],
    }),
  ];
  const { database, clock } = foundation;
  await inTransaction(database, (session) => postEntries(database, session, drafts, clock.now()));
  await sealBatch(database, 4);
});
afterAll(() => foundation.close());

/** A file as its lines, so that a reviewer reads what an accountant would. */
async function linesOf(
  { columns, rows, currency }: BookTable,
  language: 'zh' | 'en' = 'en',
): Promise<string> {
  const lines = [columns.map(({ heading }) => heading[language]).join(' | ')];
  for await (const row of rows)
    lines.push(columns.map(({ kind }, place) => textOfCell(kind, row[place] ?? null, currency)).join(' | '));
  return lines.join('\n').replaceAll(/aaaaaaaa-0000-4000-8000-0*(\d+)/g, '#$1');
}

describe('the statements', () => {
  it('of activities: income and expense by nature, beside the same quarter a year before', async () => {
    expect(await linesOf(await exportActivities(auditor, QUARTER, 'zh'), 'zh')).toMatchInlineSnapshot(`
      "总账科目 | 项目 | 非限定性 | 限定性 | 合计 | 上年同期合计（2025-01-01 – 2025-03-31）
      4401 | 捐赠与认捐收入：政府 | 0.00 | 600.00 | 600.00 | 0.00
      4101 | 捐赠与认捐收入：个人 | 25.00 | 0.00 | 25.00 | 50.00
       | 收入合计 | 25.00 | 600.00 | 625.00 | 50.00
      5101 | 业务活动成本 | 0.00 | 200.00 | 200.00 | 0.00
      5301 | 筹资费用：支付手续费 | 0.50 | 0.00 | 0.50 | 0.00
       | 费用合计 | 0.50 | 200.00 | 200.50 | 0.00
       | 净资产变动额 | 24.50 | 400.00 | 424.50 | 50.00
       | 附注：管理费用（2026-01-01 – 2026-03-31） |  |  | 0.00 | 
       | 附注：总支出（2026-01-01 – 2026-03-31） |  |  | 200.50 | 
       | 附注：按上述支出的管理费用限额（总支出的 10%，或不受比例限制的金额） |  |  | 199999.99 | "
    `);
  });

  it('of funds: opening, movements, closing, and what of it is cash', async () => {
    expect(await linesOf(await exportFunds(auditor, QUARTER, 'en'))).toMatchInlineSnapshot(`
      "Fund id | Fund | Opening | Contributions | Matches (between funds) | Allocations (between funds) | Programme expenses | Management expenses | Fund-raising expenses: payment fees | Less: refunds | Management expenses: pledges written off | Opening balances brought in | Closing | Of it cash-backed | Of it receivable | Money held
      general |  | 50.00 | 25.00 | 0.00 | 0.00 | 0.00 | 0.00 | -0.50 | 0.00 | 0.00 | 0.00 | 74.50 | 74.50 | 0.00 | 74.50
      pledge-#4 | Jiashan County Finance Bureau: Health | 0.00 | 600.00 | 0.00 | -200.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 400.00 | 150.00 | 250.00 | 230.00
      project-p |  | 0.00 | 0.00 | 0.00 | 200.00 | -200.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00
       | Total | 50.00 | 625.00 | 0.00 | 0.00 | -200.00 | 0.00 | -0.50 | 0.00 | 0.00 | 0.00 | 474.50 | 224.50 | 250.00 | 304.50"
    `);
  });

  it('of position: the balance sheet, with the note on promises', async () => {
    expect(await linesOf(await exportPosition(auditor, QUARTER.through, 'zh'), 'zh')).toMatchInlineSnapshot(`
      "项目 | 期末数 2026-03-31 | 年初数 2025-12-31
      银行存款 | 230.00 | 0.00
      支付机构待结算款 | 74.50 | 50.00
      应收认捐 | 250.00 | 0.00
      应收捐赠人退回款 | 0.00 | 0.00
      资产总计 | 554.50 | 50.00
      应付资助款 | 80.00 | 0.00
      应付退款 | 0.00 | 0.00
      负债合计 | 80.00 | 0.00
      非限定基金 | 74.50 | 50.00
      限定基金 | 400.00 | 0.00
      净资产合计 | 474.50 | 50.00
      负债和净资产总计 | 554.50 | 50.00
      附注：净资产（不含应收认捐） | 224.50 | 50.00"
    `);
  });

  it('of receivables: the earliest instalment is paid first, the rest ages', async () => {
    expect(await linesOf(await exportReceivables(auditor, QUARTER.through, 'en'))).toMatchInlineSnapshot(`
      "Party | Agreement | Pledge | Not due | 1–30 days | 31–90 days | 91–365 days | Over a year | Outstanding
      Jiashan County Finance Bureau | '=2026-01 | #4 | 100.00 | 0.00 | 150.00 | 0.00 | 0.00 | 250.00
      Total |  |  | 100.00 | 0.00 | 150.00 | 0.00 | 0.00 | 250.00"
    `);
  });

  it('tie to one another on any day', async () => {
    for (const through of ['2026-01-31', '2026-02-14', '2026-03-05', '2026-03-31'].map(day)) {
      const range = { from: QUARTER.from, through };
      const { statement } = await readActivities(finance, range);
      const { total } = await readFundsInTime(finance, range);
      const { statement: sheet } = await readPosition(finance, through);
      const { totalMinor } = await readReceivables(finance, through);
      const netAssets = sheet.netAssets.reduce((sum, { nowMinor }) => sum + nowMinor, 0n);
      expect(total.closingMinor - total.openingMinor).toBe(statement.change.now.totalMinor);
      expect(total.closingMinor).toBe(netAssets);
      expect(total.receivableMinor).toBe(totalMinor);
      expect(sheet.promisedMinor.now).toBe(totalMinor);
      expect(sheet.totalAssetsMinor).toEqual(sheet.totalClaimsMinor);
      expect(total.differenceMinor).toBe(0n);
    }
  });
});

describe('the journal as a file', () => {
  it('has one row a posting, balances, and holds exactly what the filter lets through', async () => {
    const table = await exportJournal(
      auditor,
      { nature: 'contribution', from: QUARTER.from },
      { language: 'en' },
    );
    const sums = { debit: 0n, credit: 0n, rows: 0 };
    for await (const row of table.rows) {
      sums.debit += (row[10] as bigint | null) ?? 0n;
      sums.credit += (row[11] as bigint | null) ?? 0n;
      sums.rows += 1;
    }
    expect(sums).toEqual({ debit: 62_500n, credit: 62_500n, rows: 4 });
  });

  it('is refused with what to narrow where it would be too long, and that is not on the record', async () => {
    const taken = () => auditLog(foundation.database).countDocuments({ concept: 'LedgerExport' });
    const before = await taken();
    const long = exportJournal(auditor, {}, { language: 'zh', mostEntries: 3 });
    await expect(long).rejects.toThrow(FileTooLong);
    expect(await taken()).toBe(before);
    const whole = await exportJournal(auditor, {}, { language: 'zh', mostEntries: 1_000 });
    expect(whole.columns).toHaveLength(22);
  });

  it('is on the record of the audit log', async () => {
    const taken = await auditLog(foundation.database)
      .find({ concept: 'LedgerExport', actorName: 'Wu Qing' })
      .lean();
    expect(taken.map(({ thing }) => thing)).toContain('journal?nature=contribution&from=2026-01-01');
  });

  it('leaves with finance officers and auditors alone, though others of the staff may look', async () => {
    const others = ['programme-officer', 'approver', 'council'] as const;
    for (const role of others) {
      const colleague = foundation.as('Shen', [role]);
      await expect(exportJournal(colleague, {}, { language: 'zh' })).rejects.toThrow(NotPermitted);
      await expect(exportTrialBalance(colleague, null, 'zh')).rejects.toThrow(NotPermitted);
      await expect(exportActivities(colleague, QUARTER, 'zh')).rejects.toThrow(NotPermitted);
      expect((await readActivities(colleague, QUARTER)).range).toEqual(QUARTER);
    }
  });

  it('adds up in its last row', async () => {
    const rows = [];
    for await (const row of (await exportTrialBalance(finance, null, 'en')).rows) rows.push(row);
    const total = rows.at(-1)!;
    expect(total[4]).toBe(total[5]);
    expect(total[6]).toBe(total[7]);
  });

  it('never lets words be computed', () => {
    expect(textOfCell('text', '=HYPERLINK("x")', 'CNY')).toBe('\'=HYPERLINK("x")');
    expect(textOfCell('text', '＝1+1', 'CNY')).toBe("'＝1+1");
    expect(textOfCell('amount', -5n, 'CNY')).toBe('-0.05');
  });
});

it('refuses days that end before they begin', async () => {
  const backwards = { from: QUARTER.through, through: QUARTER.from };
  await expect(readActivities(auditor, backwards)).rejects.toThrow(InvalidInput);
  await expect(readFundsInTime(auditor, backwards)).rejects.toThrow(InvalidInput);
});

describe('a pledge without restriction', () => {
  it('is unrestricted wherever restriction is shown: activities, balance sheet, chart and account balances', async () => {
    const programme = foundation.as('Zhou Min', ['programme-officer']);
    await recordPledge(programme, {
      ...{ id: storyId(6), party: COUNTY, round: ROUND, amountMinor: minor(9_000n) },
      ...{ restriction: UNRESTRICTED, capPerProjectMinor: null, agreementReference: '2026-02' },
      ...{ pledgedOn: day('2026-03-02'), instalments: [] },
    });
    const { statement } = await readActivities(finance, QUARTER);
    const granted = statement.lines.find(({ partyKind }) => partyKind === 'government');
    expect(granted?.now).toEqual({
      ...{ unrestrictedMinor: 9_000n, restrictedMinor: 60_000n, totalMinor: 69_000n },
    });
    const sheet = (await readPosition(finance, QUARTER.through)).statement;
    const held = sheet.netAssets.map(({ nowMinor }) => nowMinor);
    expect(held).toEqual([16_450n, 40_000n]);
    const chart = await readChart(finance, QUARTER.through);
    const balances = chart
      .filter(({ description }) => description.account.element === 'net-assets')
      .map(({ creditMinor, debitMinor }) => creditMinor - debitMinor);
    expect(balances).toEqual(held);
    const lines = (await linesOf(await exportTrialBalance(auditor, QUARTER.through, 'en'))).split('\n');
    expect(lines.find((line) => line.includes('fund:pledge-#6'))).toMatch(
      /^3101 \| Unrestricted net assets \|/,
    );
    expect(lines.find((line) => line.includes('fund:pledge-#4'))).toMatch(/^3102 \|/);
  });
});
