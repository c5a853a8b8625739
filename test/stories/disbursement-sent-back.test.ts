/** A payment to a grantee that the bank sends back: undone as a whole, owed again, and paid anew once the account is right. */
import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { PayeeInDoubt } from '../../server/domain/disbursement.ts';
import { WrongState } from '../../server/domain/errors.ts';
import { minor } from '../../server/domain/money.ts';
import type { ReportDocument } from '../../server/domain/report-document.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { checkSinceClosing } from '../../server/ledger/check-recent.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import {
  approveAwardClosing,
  executeAwardClosing,
  proposeAwardClosing,
} from '../../server/services/awards/close-award.ts';
import { acceptMilestone, reportMilestone } from '../../server/services/awards/move-milestones.ts';
import { findAward } from '../../server/services/awards/read-awards.ts';
import { listBankLines } from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import { approveDisbursement } from '../../server/services/disbursements/approve-disbursement.ts';
import { executeDisbursement } from '../../server/services/disbursements/execute-disbursement.ts';
import { prepareDisbursement } from '../../server/services/disbursements/prepare-disbursement.ts';
import { findDisbursement } from '../../server/services/disbursements/read-disbursements.ts';
import { bundleOfReport } from '../../server/services/ledger-bundle.ts';
import { findParty } from '../../server/services/parties.ts';
import {
  approvePayeeChange,
  executePayeeChange,
  proposePayeeChange,
} from '../../server/services/payee-changes.ts';
import { recordPledgeReceipt } from '../../server/services/pledges.ts';
import { loadProject } from '../../server/services/projects.ts';
import {
  approveReport,
  prepareReport,
  publishReport,
  rebuildsIdentically,
} from '../../server/services/reports/publish-report.ts';
import { sealDocument } from '../../server/services/reports/rebuild-report.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { sha256, verifySignature } from '../support/ledger-bundles.ts';
import { SIGNED, signAnAward } from '../support/signed-award.ts';

const { round: ROUND, grantee: GRANTEE, project: PROJECT, award: AWARD, funds: FUNDS } = SIGNED;
const HEALTH_PLEDGE = storyId(11);

const day = (text: string) => text as CalendarDate;

type Someone = ReturnType<Foundation['as']>;

let foundation: Foundation;
let [programme, finance, treasurer, approver, owner, auditor]: Someone[] = [];

async function open(): Promise<void> {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  treasurer = foundation.as('Qian Bo', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  auditor = foundation.as('Wu Qing', ['auditor']);
  owner = foundation.as('Wang Fang', [], [{ partyId: GRANTEE, role: 'owner' }]);
  await signAnAward({ as: (...who) => foundation.as(...who), later: () => foundation.clock.advance(1_000) });
}

async function verify(milestone: string): Promise<void> {
  const place = { award: AWARD, milestone };
  await reportMilestone(owner!, { ...place, evidence: 'Contract.' });
  await acceptMilestone(programme!, place);
}

/** From a verified milestone to a payment that the bank has made. */
async function pay(number: number, milestone: string, bankReference: string): Promise<string> {
  const id = storyId(number);
  const { control } = await prepareDisbursement(programme!, { id, award: AWARD, milestone });
  const seen = { id, digest: control.digest };
  await approveDisbursement(approver!, seen);
  foundation.clock.advance(1_000);
  await executeDisbursement(finance!, { ...seen, bankReference, executedOn: day('2026-03-02') });
  return id;
}

const HEADINGS = '交易日期,流水号,收入,支出,对方户名,对方账号,附言';

type Row = readonly [
  ...(readonly [serial: string, credit: string, debit: string, memo: string]),
  ...(readonly [on?: string, from?: string]),
];

/** Lines of the bank: serial number, what came in, what went out, its words, the day, and whose account it names. */
async function bankSays(number: number, rows: readonly Row[]): Promise<void> {
  const lines = rows.map(
    ([serial, credit, debit, memo, on = '2026-03-02', from = 'Lake Health']) =>
      `${on},${serial},${credit},${debit},${from},6222-${from},${memo}`,
  );
  const bytes = new TextEncoder().encode([HEADINGS, ...lines, ''].join('\n'));
  const file = { id: storyId(number), fileName: `s${number}.csv`, bytes, columns: null };
  await importStatement(finance!, file);
}

const CONFIRM = `mutation ($line: ID!, $match: BankMatchInput!, $keptMinor: MinorUnits) {
  confirmBankLine(line: $line, match: $match, keptMinor: $keptMinor) {
    ... on MutationConfirmBankLineSuccess { data { status match { kind } } }
    ... on Refusal { code faults { path reason } } } }`;

const schema = buildSchema();

/** Over the API: the answer, or the refusal's code with its faults. */
async function confirm(who: Someone, serial: string, disbursement: string, keptMinor?: string) {
  const match = { kind: 'DISBURSEMENT', id: disbursement };
  const variableValues = { line: `main:${serial}`, match, keptMinor: keptMinor ?? null };
  const answer = await graphql({ schema, source: CONFIRM, contextValue: who, variableValues });
  // Who may not even ask is refused beside the answer.
  return answer.data?.['confirmBankLine'] ?? answer.errors?.[0]?.originalError;
}

const SENT_BACK_BY = `query ($line: ID!, $search: String) {
  paymentsSentBackBy(line: $line, search: $search) { id } }`;

/** Which payments a line may bring back, as the screen of bank lines asks: their ids, or why nobody is told. */
async function sentBackBy(who: Someone, serial: string, search?: string) {
  const variableValues = { line: `main:${serial}`, search: search ?? null };
  const answer = await graphql({ schema, source: SENT_BACK_BY, contextValue: who, variableValues });
  const found = answer.data?.['paymentsSentBackBy'] as readonly { readonly id: string }[] | undefined;
  return found?.map(({ id }) => id) ?? answer.errors?.[0]?.originalError;
}

const CONFIRMED = { data: { status: 'CONFIRMED', match: { kind: 'DISBURSEMENT' } } };

const refusalOf = (code: string, reason?: string) => ({
  code,
  ...(reason === undefined ? {} : { faults: [expect.objectContaining({ reason }) as unknown] }),
});

const positions = async () => {
  const read = await readFundPositions(foundation.database, [...FUNDS, `project-${PROJECT}`]);
  return [...read.values()].map(({ balanceMinor, cashMinor }) => [balanceMinor, cashMinor]);
};

const breaches = async () => [
  ...(await checkLedger(foundation.database)).flatMap((one) => one.breaches),
  ...(await checkSinceClosing(foundation.database)).flatMap((one) => one.breaches),
];

const milestonesNow = async () => (await findAward(programme!, AWARD)).milestones.map(({ status }) => status);

/** Another account, or the same one once more, under four eyes. */
async function putAccountRight(number: number, accountNumber: string): Promise<void> {
  const id = storyId(number);
  const account = { bankName: '湖滨银行', accountNumber };
  const input = { id, party: GRANTEE, account, reason: '与机构来函核对' };
  const { control } = await proposePayeeChange(programme!, input);
  const seen = { id, digest: control.digest };
  await approvePayeeChange(approver!, seen);
  await executePayeeChange(treasurer!, seen);
}

describe('a payment that the bank sends back', () => {
  let before: unknown;
  let first: string;

  beforeAll(async () => {
    await open();
    await verify('m1');
    before = await positions();
    first = await pay(61, 'm1', 'OUT-1');
    await bankSays(91, [
      ['OUT-1', '', '240.00', '第一期'],
      ['IN-1', '240.00', '', '退汇 OUT-1 户名不符'],
      ['IN-2', '240.00', '', '退汇'],
      ['IN-3', '39.99', '', '退汇'],
      ['IN-4', '240.01', '', '退汇'],
      ['IN-5', '240.00', '', '退汇', '2026-03-01'],
      ['IN-8', '239.00', '', '', '2026-03-02', '待清算款项'],
    ]);
  });
  beforeEach(() => foundation.clock.advance(60_000));
  afterAll(() => foundation.close());

  it('is suggested by the bank’s own words, and by no equal amount alone', async () => {
    const open = (await listBankLines(finance!, 'open', { first: 9, after: null })).items;
    const suggested = Object.fromEntries(open.map(({ serial, suggestions }) => [serial, suggestions]));
    expect(suggested['IN-1']).toEqual([
      { kind: 'disbursement', id: first, grounds: ['reference', 'name', 'returned', 'amount', 'date'] },
    ]);
    // 200.01 yuan less than was paid is more than a bank may charge, and a yuan more was never paid.
    expect([suggested['IN-3'], suggested['IN-4'], suggested['IN-5']]).toEqual([[], [], []]);
  });

  it('is found by hand where the bank gives no hint: by amount and day, and by what people know of it', async () => {
    const open = (await listBankLines(finance!, 'open', { first: 9, after: null })).items;
    expect(open.find(({ serial }) => serial === 'IN-8')?.suggestions).toEqual([]);
    expect(await sentBackBy(finance!, 'IN-8')).toEqual([first]);
    for (const words of ['lake', 'out-1', '240.00', '２４０', AWARD, '6222-Lake'])
      expect([words, await sentBackBy(auditor!, 'IN-8', words)]).toEqual([words, [first]]);
    expect(await sentBackBy(finance!, 'IN-8', 'nobody')).toEqual([]);
    // Too little of it, before it was made, money that left.
    for (const serial of ['IN-3', 'IN-4', 'IN-5', 'OUT-1'])
      expect([serial, await sentBackBy(finance!, serial)]).toEqual([serial, []]);
    expect(await sentBackBy(programme!, 'IN-8')).toMatchObject(refusalOf('NOT_PERMITTED'));
    expect(await sentBackBy(foundation.anyone, 'IN-8')).toMatchObject(refusalOf('SIGN_IN_REQUIRED'));
    expect(await sentBackBy(finance!, 'IN-9')).toMatchObject(refusalOf('NOT_FOUND'));
  });

  it('is taken from nobody who may not reconcile, and from no line that cannot be it', async () => {
    for (const someone of [programme!, approver!, auditor!])
      expect(await confirm(someone, 'IN-1', first)).toMatchObject(refusalOf('NOT_PERMITTED'));
    expect(await confirm(foundation.anyone, 'IN-1', first)).toMatchObject(refusalOf('SIGN_IN_REQUIRED'));
    expect(await confirm(finance!, 'IN-1', storyId(999))).toMatchObject(refusalOf('NOT_FOUND'));
    expect(await confirm(finance!, 'IN-9', first)).toMatchObject(refusalOf('NOT_FOUND'));
    for (const serial of ['IN-3', 'IN-4'])
      expect(await confirm(finance!, serial, first)).toMatchObject(refusalOf('RETURN_NOT_WHOLE'));
    expect(await confirm(finance!, 'IN-5', first)).toMatchObject(
      refusalOf('INVALID_INPUT', 'before-payment'),
    );
    expect(await confirm(finance!, 'IN-1', first, '50')).toMatchObject(
      refusalOf('INVALID_INPUT', 'kept-differs'),
    );
    expect(await confirm(finance!, 'OUT-1', first, '50')).toMatchObject(
      refusalOf('INVALID_INPUT', 'kept-differs'),
    );
    expect(await findDisbursement(finance!, first)).toMatchObject({ status: 'executed', sentBack: null });
  });

  it('is undone once, however often it is pressed: funds, award and cash are as before', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => confirm(finance!, 'IN-1', first)));
    expect(answers).toContainEqual(CONFIRMED);
    expect(await confirm(finance!, 'IN-1', first)).toEqual(CONFIRMED);
    expect(await positions()).toEqual(before);
    expect(await findDisbursement(owner!, first)).toMatchObject({
      status: 'sent-back',
      sentBack: { on: '2026-03-02', reason: '退汇 OUT-1 户名不符', keptMinor: 0n, bankLine: 'main:IN-1' },
    });
    expect(await milestonesNow()).toEqual(['accepted', 'planned']);
    expect(await breaches()).toEqual([]);
  });

  it('comes back once: neither another line nor this line for another payment', async () => {
    expect(await confirm(finance!, 'IN-2', first)).toMatchObject(refusalOf('WRONG_STATE'));
    expect(await confirm(finance!, 'IN-1', storyId(999))).toMatchObject(refusalOf('WRONG_STATE'));
    const open = (await listBankLines(finance!, 'open', { first: 9, after: null })).items;
    expect(open.find(({ serial }) => serial === 'IN-2')?.suggestions).toEqual([]);
    expect([await sentBackBy(finance!, 'IN-2'), await sentBackBy(finance!, 'IN-8')]).toEqual([[], []]);
    // The line of the money that left may be told after the one that brought it back: files come in any order.
    expect(await confirm(finance!, 'OUT-1', first)).toEqual(CONFIRMED);
  });

  it('leaves the account in doubt: nothing is prepared for it until the account is put right under four eyes', async () => {
    expect(await listWaiting(programme!)).toContainEqual(
      expect.objectContaining({ kind: 'milestone', step: 'prepare-disbursement' }),
    );
    expect((await findParty(foundation.database, GRANTEE)).accountDoubt).toEqual({
      ...{ disbursement: first, on: '2026-03-02', reason: '退汇 OUT-1 户名不符' },
    });
    const again = { id: storyId(62), award: AWARD, milestone: 'm1' };
    await expect(prepareDisbursement(programme!, again)).rejects.toThrow(PayeeInDoubt);
    await putAccountRight(71, '6222-Lake Health East');
    expect((await findParty(foundation.database, GRANTEE)).accountDoubt).toBe(null);
  });

  it('is paid anew by another disbursement, with the same signatures; less a charge that the bank keeps', async () => {
    const second = await pay(62, 'm1', 'OUT-2');
    await bankSays(92, [
      ['OUT-2', '', '240.00', '第一期'],
      ['IN-6', '239.50', '', '退汇 OUT-2 账户已销户，扣手续费 0.50'],
    ]);
    const open = (await listBankLines(finance!, 'open', { first: 9, after: null })).items;
    expect(open.find(({ serial }) => serial === 'IN-6')?.suggestions).toEqual([
      {
        kind: 'disbursement',
        id: second,
        grounds: ['reference', 'name', 'returned', 'date'],
        keptMinor: 50n,
      },
    ]);
    expect(await confirm(finance!, 'IN-6', second)).toMatchObject(refusalOf('INVALID_INPUT', 'kept-differs'));
    expect(await confirm(finance!, 'IN-6', second, '50')).toEqual(CONFIRMED);
    expect(await positions()).toEqual(before);
    const general = (await readFundPositions(foundation.database, ['general'])).get('general');
    expect(general).toMatchObject({ balanceMinor: -50n, cashMinor: -50n });
    // The account was right after all: it is proposed again as it is.
    await putAccountRight(72, '6222-Lake Health East');
    await pay(63, 'm1', 'OUT-3');
    expect(await milestonesNow()).toEqual(['paid', 'planned']);
    expect(await breaches()).toEqual([]);
  });

  it('with the last tranche completes nothing: award and project are under way again', async () => {
    await recordPledgeReceipt(finance!, {
      ...{ id: storyId(29), pledge: HEALTH_PLEDGE, amountMinor: minor(30_000n) },
      ...{ bankReference: 'IN-29', receivedOn: day('2026-03-02') },
    });
    await verify('m2');
    const last = await pay(64, 'm2', 'OUT-4');
    expect((await findAward(programme!, AWARD)).status).toBe('completed');
    // The account is changed meanwhile: what comes back says nothing about the new one.
    await putAccountRight(73, '6222-Lake Health West');
    await bankSays(93, [['IN-7', '360.00', '', '退汇 OUT-4']]);
    expect(await confirm(finance!, 'IN-7', last)).toEqual(CONFIRMED);
    expect((await findAward(programme!, AWARD)).status).toBe('signed');
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('awarded');
    expect((await findParty(foundation.database, GRANTEE)).accountDoubt).toBe(null);
    // A milestone that is verified is not verified again.
    const place = { award: AWARD, milestone: 'm1' };
    const other = foundation.as('Sun Li', ['programme-officer']);
    await expect(acceptMilestone(other, place)).rejects.toThrow(WrongState);
    await pay(65, 'm2', 'OUT-5');
    expect((await findAward(programme!, AWARD)).status).toBe('completed');
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('completed');
    expect(await breaches()).toEqual([]);
  });

  it('reads in the ledger as payment and reversal, line by line', async () => {
    const table = (await foundation.ledger()).split('\n');
    const from = table.findIndex((line) => line.includes(' disbursement '));
    expect(table.slice(from).map((line) => line.trimEnd())).toMatchSnapshot();
  });

  it('is a line of its own for everybody, so that the lines sum to what was paid', async () => {
    const source = `{ project(id: "${PROJECT}") { disbursed { amountMinor }
      disbursements { id sentBack tranche amount { amountMinor } } } }`;
    const answer = await graphql({ schema, source, contextValue: foundation.anyone });
    const project = answer.data?.['project'] as {
      readonly disbursed: { readonly amountMinor: string };
      readonly disbursements: readonly {
        readonly id: string;
        readonly sentBack: boolean;
        readonly tranche: number;
        readonly amount: { readonly amountMinor: string };
      }[];
    };
    expect(project.disbursed).toEqual({ amountMinor: '60000' });
    const lines = project.disbursements.map(
      ({ sentBack, tranche, amount }) => `${tranche} ${amount.amountMinor}${sentBack ? ' back' : ''}`,
    );
    expect(lines.toSorted()).toEqual(
      [
        ...['1 24000', '1 -24000 back', '1 24000', '1 -24000 back', '1 24000'],
        ...['2 36000', '2 -36000 back', '2 36000'],
      ].toSorted(),
    );
    expect(new Set(project.disbursements.map(({ id }) => id)).size).toBe(8);
  });

  it('is published with net figures, which anybody can check', async () => {
    const report = await prepareReport(programme!, { id: storyId(81), round: ROUND, correction: null });
    await approveReport(approver!, { id: report._id, digest: report.control.digest });
    await publishReport(finance!, { id: report._id });
    const files = [...foundation.files.stored];
    const named = (name: string) =>
      new TextDecoder().decode(files.find(([key]) => key.endsWith(name))?.[1] ?? new Uint8Array());
    const document = JSON.parse(named('report.json')) as ReportDocument;
    expect(document.totals).toMatchObject({ disbursedMinor: '60000', paymentFeesMinor: '50' });
    expect(document.projects).toMatchObject([{ disbursedMinor: '60000' }]);
    expect(document.foundationWide?.figures).toEqual(['donatedMinor', 'paymentFeesMinor']);
    const { foundationWide: _note, ...told } = document;
    const published = sealDocument({ ...told, schemaVersion: 1 });
    expect(await rebuildsIdentically(programme!, { ...report, ...published })).toBe(true);
    const sum = document.disbursements.reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n);
    expect(sum).toBe(60_000n);
    expect(document.disbursements.filter(({ sentBack }) => sentBack)).toMatchObject([
      { trancheNumber: 1, amountMinor: '-24000', tranche: { en: 'start' } },
      { trancheNumber: 1, amountMinor: '-24000' },
      { trancheNumber: 2, amountMinor: '-36000', tranche: { en: 'finish' } },
    ]);
    expect(named('disbursements.csv')).toContain('-240.00,CNY,yes 是');
    const checked = async (change: (line: string) => string) => {
      const bundle = new BundleCheck({ sha256, verifySignature });
      const address = { number: document.number, version: document.version };
      for await (const line of await bundleOfReport(foundation.anyone, address))
        bundle.take(Buffer.from(change(line)));
      return (await bundle.finish()).findings.map(({ facts }) => facts['path']);
    };
    expect(await checked((line) => line)).toEqual([]);
    // A report that leaves the money out that came back does not follow from the entries.
    expect(await checked((line) => line.replace('"sentBack":true,', ''))).toContain(
      'disbursements[1].sentBack',
    );
    for (const secret of ['户名不符', 'OUT-1', '6222-']) expect(named('report.json')).not.toContain(secret);
  });

  it('is in the audit log with every step', async () => {
    const found = await auditLog(foundation.database)
      .find({ concept: 'disbursements', thing: first })
      .lean<{ actorName: string; action: string }[]>();
    expect(found.map(({ actorName, action }) => `${actorName} ${action}`).toSorted()).toEqual(
      ['Zhou Min create', 'Chen Jing update', 'Li Zhen update', 'Li Zhen update'].toSorted(),
    );
  });

  it('is missed by nobody who changes the record alone', async () => {
    await disbursements(foundation.database).updateOne({ _id: first }, { $set: { status: 'executed' } });
    expect((await checkLedger(foundation.database)).flatMap((one) => one.breaches)).toEqual([
      `disbursement ${first} is "executed" and undone`,
    ]);
  });
});

describe('a payment of a closed award that the bank sends back', () => {
  beforeAll(open);
  beforeEach(() => foundation.clock.advance(60_000));
  afterAll(() => foundation.close());

  it('is owed while the award stays closed, and paid anew from what each fund left in it', async () => {
    await verify('m1');
    const first = await pay(61, 'm1', 'OUT-1');
    const closing = { id: storyId(82), award: AWARD, reason: '第二期由县财政接办' };
    const { control } = await proposeAwardClosing(programme!, closing);
    const seen = { id: closing.id, digest: control.digest };
    await approveAwardClosing(approver!, seen);
    await executeAwardClosing(finance!, seen);
    const paid = await positions();
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('completed');

    await bankSays(91, [['IN-1', '240.00', '', '', '2026-03-02', '待清算款项']]);
    expect(await sentBackBy(finance!, 'IN-1')).toEqual([first]);
    expect(await confirm(finance!, 'IN-1', first)).toEqual(CONFIRMED);
    expect(await findAward(programme!, AWARD)).toMatchObject({ status: 'closed' });
    expect(await milestonesNow()).toEqual(['accepted', 'cancelled']);
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('awarded');
    expect(await listWaiting(programme!)).toContainEqual(
      expect.objectContaining({ kind: 'milestone', step: 'prepare-disbursement' }),
    );
    expect(await breaches()).toEqual([]);

    await putAccountRight(71, '6222-Lake Health East');
    await pay(62, 'm1', 'OUT-2');
    expect(await positions()).toEqual(paid);
    expect(await findAward(programme!, AWARD)).toMatchObject({ status: 'closed' });
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('completed');
    expect(await breaches()).toEqual([]);
  });
});
