/** What running the foundation costs: paid from funds that may bear it, within what they hold in cash, under four eyes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BankLineDoesNotFit } from '../../server/domain/bank-line.ts';
import { InvalidInput, NotPermitted, SignInRequired, WrongState } from '../../server/domain/errors.ts';
import {
  ChangedSinceSeen,
  CouncilNeeded,
  NotYetApproved,
  SamePersonTwice,
} from '../../server/domain/four-eyes.ts';
import { credit, debit, type EntryDraft } from '../../server/domain/journal.ts';
import { FundBearsNoManagement, ManagementBeyondFund } from '../../server/domain/management-cost.ts';
import { standingOf } from '../../server/domain/management-limit.ts';
import { minor } from '../../server/domain/money.ts';
import { GENERAL_FUND } from '../../server/domain/posting-rules.ts';
import { UNRESTRICTED } from '../../server/domain/restriction.ts';
import { inTransaction } from '../../server/db/database.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { regions } from '../../server/db/models/region.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { listCostsSentBackBy } from '../../server/services/bank/returned-costs.ts';
import { confirmBankLine, listBankLines } from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import { readActivities } from '../../server/services/books/statements.ts';
import { openGiftFund } from '../../server/services/funds.ts';
import { approveHandEntry, postHandEntry } from '../../server/services/hand-entries/decide-hand-entry.ts';
import { addEntryDocument } from '../../server/services/hand-entries/entry-documents.ts';
import { prepareReversal } from '../../server/services/hand-entries/prepare-hand-entry.ts';
import { listCostBearers } from '../../server/services/management-costs/bearers.ts';
import {
  approveManagementCost,
  payManagementCost,
  withdrawManagementCost,
} from '../../server/services/management-costs/decide-management-cost.ts';
import {
  proposeManagementCost,
  type ProposeManagementCostInput,
} from '../../server/services/management-costs/propose-management-cost.ts';
import {
  isReversed,
  listManagementCosts,
  showManagementCost,
} from '../../server/services/management-costs/read-management-costs.ts';
import {
  readManagementYear,
  standingWith,
} from '../../server/services/management-costs/year-of-management.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { loadRegion } from '../../server/services/region.ts';
import { openRound } from '../../server/services/rounds.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { day } from '../support/ledger-rig.ts';

const [ROUND, COUNTY, SHARING, STRICT] = [1, 2, 11, 12].map(storyId) as [string, string, string, string];
const [SHARED_FUND, STRICT_FUND] = [`pledge-${SHARING}`, `pledge-${STRICT}`];
const PAYEE = { accountName: '诚信会计师事务所', bankName: '示例银行', accountNumber: '6222 0200 1122' };
const PDF = new TextEncoder().encode('%PDF-1.4\nan invoice\n%%EOF\n');

type Someone = ReturnType<Foundation['as']>;

let foundation: Foundation;
let programme: Someone;
let finance: Someone;
let treasurer: Someone;
let approver: Someone;
let council: Someone;

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  treasurer = foundation.as('Qian Bo', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  council = foundation.as('Shen Heng', ['council']);
  await openRound(programme, {
    ...{ id: ROUND, code: '2026-1', batch: 'batch-1', sectors: ['health'], localities: ['330421'] },
    title: { zh: '第一轮', en: 'First round' },
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(10_000_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    ...{ opensOn: day('2026-01-01'), closesOn: day('2026-12-31') },
  });
  await registerParty(programme, {
    ...{ id: COUNTY, kind: 'government', locality: null, creditCode: null, bankAccount: null },
    name: { zh: '嘉善县财政局', en: 'Jiashan County Finance Bureau' },
  });
  await pledgeWith(SHARING, 500);
  await pledgeWith(STRICT, 0);
  await startWith('opening-1', 50_000n);
});
beforeEach(() => foundation.clock.advance(60_000));
afterAll(() => foundation.close());

const pledgeOf = (id: string, share: number | undefined) => ({
  ...{ id, party: COUNTY, round: ROUND, amountMinor: minor(1_000_000n), capPerProjectMinor: null },
  restriction: { sectors: ['health'], localities: null, projects: null },
  ...{ agreementReference: '2026-01', pledgedOn: day('2026-02-01'), instalments: [] },
  ...(share === undefined ? {} : { managementShareBasisPoints: share }),
});

/** A pledge of 10,000 yuan for health, of which 4,000 have come. */
async function pledgeWith(id: string, share: number): Promise<void> {
  foundation.clock.advance(1_000);
  await recordPledge(programme, pledgeOf(id, share));
  await recordPledgeReceipt(finance, {
    ...{ id: id.replace(/^a/, 'b'), pledge: id, amountMinor: minor(400_000n) },
    ...{ bankReference: `IN-${id}`, receivedOn: day('2026-03-02') },
  });
}

/** Money without restriction that is at the bank. */
async function startWith(cause: string, amountMinor: bigint): Promise<void> {
  const { database, clock } = foundation;
  const region = await loadRegion(database);
  const fund = { fund: GENERAL_FUND };
  await inTransaction(database, async (session) => {
    await openGiftFund(database, session, { restriction: UNRESTRICTED, region, openedAt: clock.now() });
    const entry: EntryDraft = {
      ...{
        kind: 'opening-balance',
        cause,
        effectiveOn: day('2026-03-02'),
        currency: 'CNY',
        narrative: 'Opening',
      },
      postings: [
        debit('bank:main', amountMinor, fund),
        credit(`fund:${GENERAL_FUND}`, amountMinor, { ...fund, nature: 'opening' }),
      ],
    };
    await postEntries(database, session, [entry], clock.now());
  });
}

const proposal = async (
  number: number,
  change: Partial<ProposeManagementCostInput> = {},
): Promise<ProposeManagementCostInput> => {
  const id = storyId(number);
  const document = storyId(number + 500);
  await addEntryDocument(finance, { id: document, entry: id, title: '发票.pdf', bytes: PDF });
  return {
    ...{ id, fund: GENERAL_FUND, amountMinor: 30_000n, purpose: '年度审计费', payee: PAYEE },
    ...{ documents: [document], ...change },
  };
};

async function approved(number: number, change: Partial<ProposeManagementCostInput> = {}) {
  const { _id: id, control } = await proposeManagementCost(finance, await proposal(number, change));
  await approveManagementCost(approver, { id, digest: control.digest });
  return { id, digest: control.digest, bankReference: `OUT-${number}`, paidOn: day('2026-03-02') };
}

const balanceOf = async (fund: string) =>
  (await readFundPositions(foundation.database, [fund])).get(fund)?.balanceMinor;

describe('proposing a management cost', () => {
  it('is refused in words, field by field', async () => {
    const wrong = {
      ...{ amountMinor: 0n, purpose: ' ', documents: [] },
      payee: { accountName: '', bankName: '银'.repeat(201), accountNumber: '12' },
    };
    await expect(proposeManagementCost(finance, await proposal(101, wrong))).rejects.toMatchObject({
      faults: [
        { path: 'amountMinor', reason: 'not-positive' },
        { path: 'purpose', reason: 'empty' },
        { path: 'payee.accountName', reason: 'empty' },
        { path: 'payee.bankName', reason: 'too-long' },
        { path: 'payee.accountNumber', reason: 'not-an-account' },
        { path: 'documents', reason: 'document-missing' },
      ],
    });
    for (const [change, refusal] of [
      [{ documents: [storyId(999)] }, InvalidInput],
      [{ purpose: '长'.repeat(501) }, InvalidInput],
      [{ id: 'not a uuid' }, InvalidInput],
      [{ fund: 'nowhere' }, { code: 'NOT_FOUND' }],
      [{ fund: STRICT_FUND }, FundBearsNoManagement],
      [{ amountMinor: 50_001n }, ManagementBeyondFund],
      [{ amountMinor: 2n ** 60n }, ManagementBeyondFund],
    ] as const) {
      const refused = expect(proposeManagementCost(finance, { ...(await proposal(102)), ...change })).rejects;
      if (typeof refusal === 'function') await refused.toThrow(refusal);
      else await refused.toMatchObject(refusal);
    }
    for (const someone of [programme, approver, foundation.as('Wu Qing', ['auditor'])])
      await expect(proposeManagementCost(someone, await proposal(103))).rejects.toThrow(NotPermitted);
    await expect(proposeManagementCost(foundation.anyone, await proposal(103))).rejects.toThrow(
      SignInRequired,
    );
    await expect(listManagementCosts(programme, { first: 5, after: null })).rejects.toThrow(NotPermitted);
  });

  it('shows which funds may bear it, and how much of each is free', async () => {
    const bearers = await listCostBearers(finance, { search: null, only: null });
    expect(bearers.map(({ fund, roomMinor }) => [fund._id, roomMinor])).toEqual([
      [GENERAL_FUND, 50_000n],
      // 5 percent of the 4,000 yuan that have come; what is only promised bears nothing.
      [SHARED_FUND, 20_000n],
    ]);
  });

  it('asked twice, even at once, gives one', async () => {
    const input = await proposal(1);
    await Promise.allSettled([1, 2].map(() => proposeManagementCost(finance, input)));
    await proposeManagementCost(finance, input);
    const listed = (await listManagementCosts(finance, { first: 5, after: null })).items;
    expect(listed).toMatchObject([{ _id: storyId(1), status: 'proposed', amountMinor: 30_000n }]);
    const other = { ...input, amountMinor: 1n };
    await expect(proposeManagementCost(finance, other)).rejects.toMatchObject({ code: 'ID_ALREADY_USED' });
  });
});

describe('paying a management cost', () => {
  const payment = async () => ({
    id: storyId(1),
    digest: (await showManagementCost(finance, storyId(1))).control.digest,
    ...{ bankReference: 'OUT-1', paidOn: day('2026-03-02') },
  });

  it('takes three people on what they have seen, and the day and reference of the bank', async () => {
    const both = (name: string) => foundation.as(name, ['approver', 'finance-officer']);
    const { id, digest } = await payment();
    expect(await listWaiting(approver)).toMatchObject([{ kind: 'management-cost', id, step: 'approve' }]);
    await expect(payManagementCost(treasurer, await payment())).rejects.toThrow(NotYetApproved);
    await expect(approveManagementCost(both('Li Zhen'), { id, digest })).rejects.toThrow(SamePersonTwice);
    await expect(approveManagementCost(approver, { id, digest: 'other' })).rejects.toThrow(ChangedSinceSeen);
    await approveManagementCost(approver, { id, digest });
    await expect(payManagementCost(finance, await payment())).rejects.toThrow(SamePersonTwice);
    await expect(payManagementCost(both('Chen Jing'), await payment())).rejects.toThrow(SamePersonTwice);
    expect(await listWaiting(treasurer)).toMatchObject([{ kind: 'management-cost', id, step: 'execute' }]);
    for (const [change, path] of [
      [{ bankReference: ' ' }, 'bankReference'],
      [{ paidOn: day('2026-03-03') }, 'paidOn'],
      [{ paidOn: day('2026-02-28') }, 'paidOn'],
    ] as const)
      await expect(payManagementCost(treasurer, { ...(await payment()), ...change })).rejects.toMatchObject({
        faults: [{ path }],
      });
  });

  it('is booked once, however often it is pressed', async () => {
    const asked = await payment();
    await Promise.all([1, 2, 3].map(() => payManagementCost(treasurer, asked)));
    expect(await balanceOf(GENERAL_FUND)).toBe(20_000n);
    expect(await showManagementCost(finance, storyId(1))).toMatchObject({
      ...{ status: 'paid', bankReference: 'OUT-1', paidOn: '2026-03-02' },
    });
    await expect(payManagementCost(treasurer, { ...asked, bankReference: 'OUT-9' })).rejects.toThrow(
      WrongState,
    );
    await expect(withdrawManagementCost(finance, { id: storyId(1) })).rejects.toThrow(WrongState);
  });

  it('never takes more than a fund has: of two at the same moment one is refused', async () => {
    const two = [await approved(2, { amountMinor: 15_000n }), await approved(3, { amountMinor: 15_000n })];
    const outcomes = await Promise.allSettled(two.map((cost) => payManagementCost(treasurer, cost)));
    const lost = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(lost).toEqual([expect.any(ManagementBeyondFund)]);
    expect(await balanceOf(GENERAL_FUND)).toBe(5_000n);
    const left = (await listManagementCosts(finance, { first: 5, after: null })).items.find(
      ({ status }) => status === 'proposed',
    );
    await withdrawManagementCost(finance, { id: left?._id ?? '' });
  });

  it('takes of restricted money the agreed share of what has come, and no more', async () => {
    await payManagementCost(treasurer, await approved(4, { fund: SHARED_FUND, amountMinor: 12_000n }));
    await expect(
      proposeManagementCost(finance, await proposal(5, { fund: SHARED_FUND, amountMinor: 8_001n })),
    ).rejects.toThrow(ManagementBeyondFund);
    const same = {
      ...(await approved(6, { fund: SHARED_FUND, amountMinor: 8_000n })),
      bankReference: 'OUT-4',
    };
    await expect(payManagementCost(treasurer, same)).rejects.toMatchObject({
      faults: [{ path: 'bankReference', reason: 'already-recorded' }],
    });
    // A payment to a grantee is a payment, too.
    await disbursements(foundation.database).collection.insertOne({
      _id: 'paid',
      bankReference: 'PAID-1',
    } as never);
    await expect(payManagementCost(treasurer, { ...same, bankReference: 'PAID-1' })).rejects.toMatchObject({
      faults: [{ path: 'bankReference', reason: 'already-recorded' }],
    });
    await disbursements(foundation.database).collection.deleteOne({ _id: 'paid' as never });
    await payManagementCost(treasurer, { ...same, bankReference: 'OUT-6' });
    expect(await balanceOf(SHARED_FUND)).toBe(980_000n);
  });

  it('of one million yuan needs the Council too', async () => {
    await startWith('opening-2', 200_000_000n);
    const large = await approved(7, { amountMinor: 100_000_000n });
    await expect(payManagementCost(treasurer, large)).rejects.toThrow(NotYetApproved);
    const second = foundation.as('Fang Ke', ['approver']);
    await approveManagementCost(second, large);
    await expect(payManagementCost(treasurer, large)).rejects.toThrow(CouncilNeeded);
    await approveManagementCost(council, large);
    await payManagementCost(treasurer, large);
  });

  it('reads in the ledger as cost of its fund, and leaves it sound', async () => {
    expect(await foundation.ledger()).toMatchSnapshot();
    expect((await checkLedger(foundation.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
  });

  it('is in the audit log with every step', async () => {
    const found = await auditLog(foundation.database)
      .find({ concept: 'managementCosts', thing: storyId(1) })
      .lean<{ actorName: string; action: string }[]>();
    expect(found.map(({ actorName, action }) => `${actorName} ${action}`).toSorted()).toEqual([
      'Chen Jing update',
      'Li Zhen create',
      'Qian Bo update',
    ]);
  });
});

describe('a management cost that is paid', () => {
  it('is an expense of its own in the statement of activities, by restriction', async () => {
    const time = { from: day('2026-01-01'), through: day('2026-03-31') };
    const { lines, expense } = (await readActivities(finance, time)).statement;
    expect(lines.find(({ nature }) => nature === 'management')?.now).toEqual({
      ...{ unrestrictedMinor: 100_045_000n, restrictedMinor: 20_000n, totalMinor: 100_065_000n },
    });
    expect(expense.now.totalMinor).toBe(100_065_000n);
  });

  it('counts against the limit of the year: told to whoever decides, and refused to nobody', async () => {
    const year = await readManagementYear(finance, null);
    expect(year).toMatchObject({
      range: { from: '2026-01-01', through: '2026-12-31' },
      // Nothing was awarded yet: all that the year spent is management, far above 10 percent.
      spending: { managementMinor: 100_065_000n, totalMinor: 100_065_000n },
      limit: { shareBasisPoints: 1_000, exemptBelowMinor: 20_000_000n },
      standing: {
        allowedMinor: 19_999_999n,
        leftMinor: -80_065_001n,
        shareBasisPoints: 10_000,
        isWithin: false,
      },
    });
    const waiting = await proposeManagementCost(finance, await proposal(8, { amountMinor: 700n }));
    expect((await readManagementYear(finance, null)).proposedMinor).toBe(700n);
    expect(await standingWith(finance, waiting)).toMatchObject({ leftMinor: -80_065_701n, isWithin: false });
    await withdrawManagementCost(finance, { id: waiting._id });
    expect(await standingWith(finance, await showManagementCost(finance, waiting._id))).toBe(null);
    // What is spent on programmes makes room: 90 million of awards allow 10 million of management.
    const limit = year.limit!;
    const later = { managementMinor: 100_065_000n, totalMinor: 100_065_000n + 900_585_000n };
    expect(standingOf(later, limit)).toMatchObject({ leftMinor: 0n, isWithin: true });
    expect(await readManagementYear(finance, 2015)).toMatchObject({ limit: null, standing: null });
    await expect(readManagementYear(finance, 99)).rejects.toThrow(InvalidInput);
    await expect(readManagementYear(foundation.anyone, null)).rejects.toThrow(SignInRequired);
  });

  it('is measured by the limits that the region’s own data names', async () => {
    const own = {
      ...{ effectiveOn: '2026-01-01', shareBasisPoints: 2_000, exemptBelowMinor: 200_000_000n },
      source: { zh: '章程', en: 'Charter' },
    };
    const stored = regions(foundation.database);
    await stored.updateOne({}, { $set: { managementLimits: [own] } });
    const again = await foundation.connectAgain();
    const year = await readManagementYear({ ...finance, database: again }, null);
    expect(year).toMatchObject({ limit: own, standing: { isExempt: true, isWithin: true } });
    await again.connection.close();
    await stored.updateOne({}, { $set: { managementLimits: [] } });
  });

  it('is found in the bank’s statement, once', async () => {
    const bytes = new TextEncoder().encode(
      [
        '交易日期,流水号,收入,支出,对方户名,对方账号,附言',
        '2026-03-02,OUT-1,,300.00,诚信会计师事务所,622202001122,审计费',
        '2026-03-02,B-2,,300.00,诚信会计师事务所,622202001122,审计费',
        '',
      ].join('\n'),
    );
    await importStatement(finance, { id: storyId(90), fileName: 's.csv', bytes, columns: null });
    const lines = (await listBankLines(finance, 'open', { first: 5, after: null })).items;
    const line = lines.find(({ serial }) => serial === 'OUT-1');
    expect(line?.suggestions[0]).toMatchObject({
      kind: 'management-cost',
      id: storyId(1),
      grounds: ['recorded'],
    });
    const match = { kind: 'management-cost', id: storyId(1) } as const;
    await confirmBankLine(finance, { line: 'main:OUT-1', match });
    await expect(confirmBankLine(finance, { line: 'main:B-2', match })).rejects.toThrow(InvalidInput);
  });

  it('comes back where its bank could not deliver it: the line undoes it, once, and the fund has its money again', async () => {
    const before = (await balanceOf(GENERAL_FUND)) ?? 0n;
    const paid = await approved(9, { amountMinor: 1_500n });
    await payManagementCost(treasurer, paid);
    expect(await balanceOf(GENERAL_FUND)).toBe(before - 1_500n);
    const row = (serial: string, sum: string) =>
      `2026-03-02,${serial},${sum},诚信会计师事务所,622202001122,账号户名不符退汇`;
    const bytes = new TextEncoder().encode(
      [
        '交易日期,流水号,收入,支出,对方户名,对方账号,附言',
        ...[row('OUT-9', ',15.00'), row('IN-9', '15.00,'), row('IN-10', '15.00,'), row('IN-11', '14.00,')],
        '',
      ].join('\n'),
    );
    await importStatement(finance, { id: storyId(91), fileName: 'back.csv', bytes, columns: null });
    const open = async () => (await listBankLines(finance, 'open', { first: 9, after: null })).items;
    const suggested = (await open()).find(({ serial }) => serial === 'IN-9')?.suggestions[0];
    expect(suggested).toEqual({
      ...{ kind: 'management-cost', id: paid.id, grounds: ['account', 'name', 'returned', 'amount', 'date'] },
    });
    const match = { kind: 'management-cost', id: paid.id } as const;
    const mayBringBack = async (line: string, search: string | null = null) =>
      (await listCostsSentBackBy(finance, { line, search })).map((cost) => cost._id);
    expect(await mayBringBack('main:IN-9')).toEqual([paid.id]);
    expect(await mayBringBack('main:IN-9', 'out- 9')).toEqual([paid.id]);
    expect(await mayBringBack('main:IN-9', '物业')).toEqual([]);
    expect(await mayBringBack('main:IN-11')).toEqual([]);
    expect(await mayBringBack('main:OUT-9')).toEqual([]);
    await expect(confirmBankLine(finance, { line: 'main:IN-11', match })).rejects.toThrow(BankLineDoesNotFit);
    await confirmBankLine(finance, { line: 'main:OUT-9', match });
    await Promise.allSettled([1, 2].map(() => confirmBankLine(finance, { line: 'main:IN-9', match })));
    await confirmBankLine(finance, { line: 'main:IN-9', match });
    expect(await balanceOf(GENERAL_FUND)).toBe(before);
    expect(await isReversed(finance, await showManagementCost(finance, paid.id))).toBe(true);
    // A second one would be money that nobody sent: it is another thing.
    expect(await mayBringBack('main:IN-10')).toEqual([]);
    await expect(confirmBankLine(finance, { line: 'main:IN-10', match })).rejects.toThrow(InvalidInput);
    expect((await open()).find(({ serial }) => serial === 'IN-10')?.suggestions).toEqual([]);
    const table = (await foundation.ledger()).split('\n');
    expect(table.slice(-5, -1).map((line) => line.trimEnd())).toMatchInlineSnapshot(`
      [
        "2026-03-02 management-cost  fund:general          15.00              management    fund=general",
        "                            bank:main                         15.00                fund=general",
        "2026-03-02 reversal         fund:general                      15.00  management    fund=general",
        "                            bank:main             15.00                            fund=general",
      ]
    `);
    expect((await checkLedger(foundation.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
    // A cost that waits for a decision cannot have come back.
    const waiting = await proposeManagementCost(finance, await proposal(10, { amountMinor: 1_500n }));
    const early = { kind: 'management-cost', id: waiting._id } as const;
    await expect(confirmBankLine(finance, { line: 'main:IN-10', match: early })).rejects.toThrow(WrongState);
    await withdrawManagementCost(finance, { id: waiting._id });
  });

  it('that came back is only tied to its line where somebody reversed it by hand before', async () => {
    const paid = await approved(15, { amountMinor: 1_400n });
    await payManagementCost(treasurer, paid);
    const reversal = await prepareReversal(finance, {
      ...{ id: storyId(96), entry: `management-cost:${paid.id}`, effectiveOn: day('2026-03-02') },
      reason: '银行退回',
    });
    const seen = { id: reversal._id, digest: reversal.control.digest };
    await approveHandEntry(approver, seen);
    await postHandEntry(treasurer, seen);
    const balance = await balanceOf(GENERAL_FUND);
    await confirmBankLine(finance, { line: 'main:IN-11', match: { kind: 'management-cost', id: paid.id } });
    expect(await balanceOf(GENERAL_FUND)).toBe(balance);
  });

  it('is taken back by a reversal by hand: the fund has its money again', async () => {
    const before = await balanceOf(GENERAL_FUND);
    const cost = await showManagementCost(finance, storyId(7));
    expect(await isReversed(finance, cost)).toBe(false);
    const reversal = await prepareReversal(finance, {
      ...{ id: storyId(95), entry: `management-cost:${cost._id}`, effectiveOn: day('2026-03-02') },
      reason: '银行退回',
    });
    const seen = { id: reversal._id, digest: reversal.control.digest };
    await approveHandEntry(approver, seen);
    await approveHandEntry(council, seen);
    await postHandEntry(treasurer, seen);
    expect(await isReversed(finance, cost)).toBe(true);
    expect(await balanceOf(GENERAL_FUND)).toBe((before ?? 0n) + 100_000_000n);
    expect((await checkLedger(foundation.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
  });
});

describe('the share that an agreement leaves to management', () => {
  it('is from 0 to 10 percent, and none of a matching pool', async () => {
    for (const share of [-1, 1_001, 2.5])
      await expect(recordPledge(programme, pledgeOf(storyId(13), share))).rejects.toMatchObject({
        faults: [{ path: 'managementShareBasisPoints', reason: 'management-share' }],
      });
  });
});
