/** Bank reconciliation: a statement is imported, every line is looked at, and nothing is booked before somebody says what it is. */
import { listPledgesDue } from '../../server/services/bank/pledges-due.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BankLineDoesNotFit } from '../../server/domain/bank-line.ts';
import { IdAlreadyUsed, NotPermitted, WrongState } from '../../server/domain/errors.ts';
import { minor } from '../../server/domain/money.ts';
import { ReceiptExceedsPledge } from '../../server/domain/pledge.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { bankLines } from '../../server/db/models/bank-statement.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import {
  confirmBankLine,
  listBankLines,
  listBankStatements,
  reopenBankLine,
  setAsideBankLine,
} from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import { registerParty } from '../../server/services/parties.ts';
import { findPledge, recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { GBK_STATEMENT } from '../support/gbk-statement.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const day = (text: string) => text as CalendarDate;
const utf8 = (text: string) => new TextEncoder().encode(text);

const HEAD = '交易日期,交易流水号,贷方发生额,借方发生额,对方户名,对方账号,附言\n';

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;
let auditor: ReturnType<Foundation['as']>;

beforeAll(async () => {
  foundation = await openFoundation(new Date('2026-03-12T02:00:00Z'));
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  auditor = foundation.as('Xu Lan', ['auditor']);
  await openRound(programme, {
    id: ROUND,
    code: '2026-1',
    title: { zh: '第一轮', en: 'First round' },
    batch: 'batch-1',
    sectors: ['health'],
    localities: ['310118'],
    needs: [{ sector: 'health', locality: '310118', targetMinor: minor(900_000_00n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  for (const [number, zh] of [
    [2, '嘉善县财政局'],
    [3, '太浦河实业集团'],
  ] as const) {
    await registerParty(programme, {
      id: storyId(number),
      kind: number === 2 ? 'government' : 'enterprise',
      name: { zh, en: `Party ${number}` },
      locality: null,
      creditCode: null,
      bankAccount: null,
    });
  }
  await pledge(11, 2, 90_000_00n, 'RJ-2026-018');
  await pledge(12, 3, 30_000_00n, 'TP-2026-7');
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

const pledge = (number: number, party: number, amountMinor: bigint, agreementReference: string) =>
  recordPledge(programme, {
    id: storyId(number),
    party: storyId(party),
    round: ROUND,
    amountMinor: minor(amountMinor),
    restriction: { sectors: ['health'], localities: null, projects: null },
    capPerProjectMinor: null,
    agreementReference,
    pledgedOn: day('2026-02-01'),
    instalments: [],
    instalmentPlan: { count: 3, firstDueOn: day('2026-03-01'), everyMonths: 3 },
  });

const bring = (number: number, bytes: Uint8Array, as = finance) =>
  importStatement(as, { id: storyId(number), fileName: 'statement.csv', bytes, columns: null });

const openLines = async () =>
  (await listBankLines(finance, 'open', { first: 50, after: null })).items.map(
    ({ serial, reason, suggestions }) => ({
      serial,
      reason,
      suggestions: suggestions.map(({ id, grounds }) => `${id.slice(-2)} ${grounds.join(' ')}`),
    }),
  );

describe('a bank statement', () => {
  it('is taken as the bank writes it, and books nothing by itself', async () => {
    const before = await foundation.ledger();
    expect(await bring(101, GBK_STATEMENT)).toMatchObject({
      lineCount: 4,
      newCount: 4,
      firstOn: '2026-03-02',
    });
    expect(await openLines()).toEqual([
      { serial: '20260311-00004', reason: 'went-out', suggestions: [] },
      { serial: '20260310-00003', reason: 'nobody-known', suggestions: [] },
      { serial: '20260305-00002', reason: null, suggestions: ['12 name'] },
      { serial: '20260302-00001', reason: null, suggestions: ['11 reference name amount'] },
    ]);
    expect(await foundation.ledger()).toBe(before);
  });

  it('brings a line once, in whatever file and however often it comes', async () => {
    await bring(101, GBK_STATEMENT);
    expect(await bring(102, GBK_STATEMENT)).toMatchObject({ lineCount: 4, newCount: 0 });
    const overlapping = utf8(
      `${HEAD}2026-03-11,20260311-00004,,35.00,,,手续费\n2026-03-12,20260312-00005,10.00,,,,\n`,
    );
    const together = await Promise.all([103, 104, 105].map((number) => bring(number, overlapping)));
    expect(together.every(({ lineCount }) => lineCount === 2)).toBe(true);
    expect(await bankLines(foundation.database).countDocuments({})).toBe(5);
    await expect(bring(101, overlapping)).rejects.toThrow(IdAlreadyUsed);
    const altered = utf8(`${HEAD}2026-03-12,20260312-00005,11.00,,,,\n2026-03-12,20260312-00006,1.00,,,,\n`);
    await expect(bring(106, altered)).rejects.toMatchObject({ faults: [{ reason: 'serial-differs' }] });
    expect(await bankLines(foundation.database).countDocuments({})).toBe(5);
  });

  it('is refused with a reason when it is no table, of days to come, or brought by somebody who may not', async () => {
    await expect(bring(107, new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).rejects.toMatchObject({
      faults: [{ path: 'file', reason: 'not-a-table' }],
    });
    await expect(bring(107, utf8('a,b\n1,2\n'))).rejects.toMatchObject({ code: 'STATEMENT_COLUMNS_MISSING' });
    await expect(bring(107, utf8(`${HEAD}2026-12-31,x,1.00,,,,\n`))).rejects.toMatchObject({
      faults: [{ reason: 'not-a-date' }],
    });
    await expect(bring(107, GBK_STATEMENT, programme)).rejects.toThrow(NotPermitted);
    await expect(bring(107, GBK_STATEMENT, auditor)).rejects.toThrow(NotPermitted);
  });
});

describe('a line', () => {
  const confirm = (serial: string, number: number, as = finance) =>
    confirmBankLine(as, { line: `main:${serial}`, match: { kind: 'pledge', id: storyId(number) } });

  it('that is confirmed becomes a receipt of the pledge, once, whoever presses how often', async () => {
    await expect(confirm('20260302-00001', 11, auditor)).rejects.toThrow(NotPermitted);
    await Promise.all([1, 2, 3].map(() => confirm('20260302-00001', 11)));
    await confirm('20260302-00001', 11);
    expect(await findPledge(finance, storyId(11))).toMatchObject({
      status: 'binding',
      receipts: [{ bankReference: '20260302-00001', amountMinor: 30_000_00n, receivedOn: '2026-03-02' }],
    });
    await expect(confirm('20260302-00001', 12)).rejects.toThrow(WrongState);
    expect(await foundation.ledger()).toMatchSnapshot();
  });

  it('that was recorded by hand before is tied to that receipt and booked no second time', async () => {
    await recordPledgeReceipt(finance, {
      id: storyId(21),
      pledge: storyId(12),
      amountMinor: minor(8_000_00n),
      bankReference: '20260305-00002',
      receivedOn: day('2026-03-05'),
    });
    expect((await openLines()).find(({ serial }) => serial === '20260305-00002')).toMatchObject({
      suggestions: ['12 recorded'],
    });
    const before = await foundation.ledger();
    await expect(confirm('20260305-00002', 11)).rejects.toThrow(BankLineDoesNotFit);
    await confirm('20260305-00002', 12);
    expect(await foundation.ledger()).toBe(before);
  });

  it('that does not fit what was chosen is refused and stays open', async () => {
    await expect(confirm('20260311-00004', 11)).rejects.toThrow(BankLineDoesNotFit);
    await bring(108, utf8(`${HEAD}2026-03-12,20260312-00007,"900,000.00",,嘉善县财政局,,\n`));
    await expect(confirm('20260312-00007', 11)).rejects.toThrow(ReceiptExceedsPledge);
    expect((await openLines()).map(({ serial, reason }) => `${serial} ${reason ?? ''}`)).toContain(
      '20260312-00007 more-than-due',
    );
  });

  it('that needs no entry is set aside with a reason, stays visible, and can be taken up again', async () => {
    const line = 'main:20260311-00004';
    await expect(setAsideBankLine(finance, { line, reason: ' ' })).rejects.toMatchObject({
      faults: [{ reason: 'empty' }],
    });
    await setAsideBankLine(finance, { line, reason: '银行手续费，月末统一入账' });
    expect((await listBankLines(auditor, 'set-aside', { first: 10, after: null })).items).toMatchObject([
      { _id: line, note: '银行手续费，月末统一入账', decidedBy: { name: 'Li Zhen' } },
    ]);
    await reopenBankLine(finance, line);
    expect((await openLines()).map(({ serial }) => serial)).toContain('20260311-00004');
    await expect(reopenBankLine(finance, 'main:20260302-00001')).rejects.toThrow(WrongState);
  });

  it('and who said what it is are in the audit log, without the payer', async () => {
    const told = await auditLog(foundation.database).find({ thing: 'main:20260302-00001' }).lean();
    expect(told.map(({ action, actorName }) => `${action} ${actorName}`)).toEqual(
      expect.arrayContaining(['create Li Zhen', 'read Li Zhen', 'update Li Zhen']),
    );
    expect(
      JSON.stringify(told, (_key, value: unknown) => (typeof value === 'bigint' ? '' : value)),
    ).not.toContain('嘉善');
  });
});

describe('a bank with headings of its own', () => {
  const FILE = (serial: string) => utf8(`When,Number,How much,Who\n2026-03-12,${serial},12.00,陈晓\n`);

  it('is explained once: the next file is read as the last one was, unless the usual names are there', async () => {
    await expect(bring(110, FILE('W-1'))).rejects.toMatchObject({ code: 'STATEMENT_COLUMNS_MISSING' });
    const columns = { bookedOn: 'When', serial: 'Number', amount: 'How much', counterpartyName: 'Who' };
    await importStatement(finance, { id: storyId(111), fileName: 'w.csv', bytes: FILE('W-1'), columns });
    expect(await bring(112, FILE('W-2'))).toMatchObject({ lineCount: 1, newCount: 1, columns });
    const usual = utf8(`${HEAD}2026-03-12,U-1,10.00,,,,\n`);
    expect(await bring(113, usual)).toMatchObject({ newCount: 1, columns: null });
    expect(await bring(114, FILE('W-3'))).toMatchObject({ newCount: 1 });
    await expect(bring(115, utf8('a,b\n1,2\n'))).rejects.toMatchObject({
      code: 'STATEMENT_COLUMNS_MISSING',
    });
  });

  it('its lines wait for whoever reconciles, as one task, and may be told as a receipt of any pledge that is due', async () => {
    const told = (await listWaiting(finance)).filter(({ kind }) => kind === 'bank-lines');
    const open = await bankLines(foundation.database).countDocuments({ status: 'open' });
    expect(told).toMatchObject([{ step: 'reconcile', title: { zh: `${open} 条银行流水待认领` } }]);
    expect((await listWaiting(auditor)).map(({ kind }) => kind)).not.toContain('bank-lines');
    const page = { first: 50, after: null };
    const due = await listPledgesDue(finance, { amountMinor: 1_200n, search: null }, page);
    expect(due.every(({ status }) => status === 'binding')).toBe(true);
    const [chosen] = due;
    if (chosen === undefined) throw new Error('No pledge is due.');
    const match = { kind: 'pledge', id: chosen._id } as const;
    expect((await confirmBankLine(finance, { line: 'main:W-3', match })).match).toEqual(match);
    const sought = (search: string) => listPledgesDue(finance, { amountMinor: 1n, search }, page);
    const reference = due.at(-1)?.agreementReference ?? '';
    const found = await sought(`  ${reference.slice(1).toLowerCase()}`);
    expect(found.map(({ agreementReference }) => agreementReference)).toContain(reference);
    expect(await sought('no such pledger')).toEqual([]);
    const tooMuch = { amountMinor: 10n ** 12n, search: null };
    expect(await listPledgesDue(finance, tooMuch, page)).toEqual([]);
    await expect(listPledgesDue(programme, tooMuch, page)).rejects.toThrow(NotPermitted);
  });
});

it('imports are listed, and every invariant of the ledger holds', async () => {
  const imports = (await listBankStatements(auditor, { first: 10, after: null })).items;
  const kept = imports.reduce((sum, { newCount }) => sum + newCount, 0);
  expect(kept).toBe(await bankLines(foundation.database).countDocuments({}));
  for (const { invariant, holds, breaches } of await checkLedger(foundation.database)) {
    expect(breaches, invariant).toEqual([]);
    expect(holds, invariant).toBe(true);
  }
});
