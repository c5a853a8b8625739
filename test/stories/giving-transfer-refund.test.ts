/**
 * Refunding a gift that came by bank transfer: three people, the waterfall, and the bank's own lines of the money that
 * left and of the money that could not be delivered.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import { BankLineDoesNotFit } from '../../server/domain/bank-line.ts';
import { NotPermitted, WrongState } from '../../server/domain/errors.ts';
import { NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import { ledgerTable } from '../../server/domain/journal.ts';
import { RefundExceedsGift } from '../../server/domain/gift-refund.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { findEntriesById } from '../../server/ledger/read-ledger.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import { confirmBankLine, listBankLines } from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { eraseMyData, exportMyData } from '../../server/services/giving/change-my-giving.ts';
import { openGivingLink } from '../../server/services/giving/giving-links.ts';
import { issueReceipt } from '../../server/services/giving/issue-receipt.ts';
import { findDonation } from '../../server/services/giving/find-donation.ts';
import { startTransferGift } from '../../server/services/giving/start-transfer-gift.ts';
import {
  approveGiftRefund,
  executeGiftRefund,
  proposeGiftRefund,
  readGiftToRefund,
  withdrawGiftRefund,
} from '../../server/services/giving/gift-refunds.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { giftId, giftOf, startGivingRig, type GivingRig } from '../support/giving-rig.ts';

const OUR_ACCOUNT = { accountName: '基金会', bankName: '示例银行', accountNumber: '3304 0011' };
const PAYEE = { accountName: '王芳', bankName: '示例银行青浦支行', accountNumber: '6222 0210 0100 0001' };

let rig: GivingRig;
let li: ServiceContext;
let zhao: ServiceContext;
let qian: ServiceContext;
let sun: ServiceContext;
const clock = new SteppableClock(new Date('2026-03-12T02:00:00Z'));

beforeAll(async () => {
  rig = await startGivingRig(clock);
  li = as('Li Zhen', ['finance-officer']);
  zhao = as('Zhao Min', ['approver']);
  qian = as('Qian Bo', ['finance-officer']);
  sun = as('Sun Yi', ['programme-officer']);
});
afterAll(() => rig.stop());

function as(name: string, roles: readonly Role[]): ServiceContext {
  const actor = { kind: 'person' as const, personId: name, name, roles, memberships: [] };
  return {
    ...rig.platform,
    receivingAccount: OUR_ACCOUNT,
    secondFactor: { consume: () => Promise.resolve() },
    actor,
    database: actingAs(rig.database, actor, clock, null),
  } as unknown as ServiceContext;
}

let file = 400;
/** One line; below zero went out. */
async function bankBrings(serial: string, yuan: string, memo: string, who = PAYEE): Promise<string> {
  file += 1;
  const head = '交易日期,流水号,收入,支出,对方户名,对方账号,附言\n';
  const day = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  const [went, came] = yuan.startsWith('-') ? [yuan.slice(1), ''] : ['', yuan];
  const account = who.accountNumber.replaceAll(' ', '');
  const row = `${day},${serial},${came},${went},${who.accountName},${account},${memo}\n`;
  const bytes = new TextEncoder().encode(`${head}${row}`);
  await importStatement(li, { id: giftId(file), fileName: 's.csv', bytes, columns: null });
  return `main:${serial}`;
}

const suggestionsFor = async (line: string) =>
  (await listBankLines(li, null, { first: 50, after: null })).items.find(({ _id }) => _id === line)
    ?.suggestions;

/** A gift of 300.00 yuan, a third of it for health and the rest for education, that has come. */
async function giftThatCame(number: number): Promise<string> {
  const id = giftId(number);
  const purpose = (sector: string) => ({ sectors: [sector], localities: null, projects: null });
  await startTransferGift(
    li,
    giftOf(id, {
      giftMinor: 30_000n,
      split: [
        { restriction: purpose('health'), amountMinor: 10_000n },
        { restriction: purpose('education'), amountMinor: 20_000n },
      ],
    }),
  );
  const { transfer } = await findDonation(rig.database, id);
  const line = await bankBrings(`G-${number}`, '300.00', transfer?.reference ?? '');
  await confirmBankLine(li, { line, match: { kind: 'transfer-gift', id } });
  await issueReceipt(rig.platform, id);
  return id;
}

const proposal = (number: number, donation: string, amountMinor: bigint) => ({
  ...{ id: giftId(number), donation, amountMinor, payee: PAYEE },
  reason: '捐赠人误转，要求退回',
});

async function refunded(number: number, donation: string, amountMinor: bigint): Promise<string> {
  const { _id: id, control } = await proposeGiftRefund(li, proposal(number, donation, amountMinor));
  await approveGiftRefund(zhao, { id, digest: control.digest });
  await executeGiftRefund(qian, { id, digest: control.digest });
  return id;
}

async function entriesOf(id: string): Promise<string> {
  const kinds = [`refund:${id}`, `reversal:refund:${id}`];
  return ledgerTable((await findEntriesById(rig.database, kinds)).sort((a, b) => (a._id < b._id ? -1 : 1)));
}

const failing = async () => (await checkLedger(rig.database)).flatMap(({ breaches }) => breaches);

describe('a refund by transfer', () => {
  it('is proposed, approved and executed by three people; each part of the gift bears its share', async () => {
    const donation = await giftThatCame(1);
    await expect(proposeGiftRefund(zhao, proposal(11, donation, 10_001n))).rejects.toThrow(NotPermitted);
    const asked = await Promise.all([1, 2].map(() => proposeGiftRefund(li, proposal(11, donation, 10_001n))));
    const [{ _id: id, control }] = asked as [(typeof asked)[number]];
    const seen = { id, digest: control.digest };
    await expect(proposeGiftRefund(li, proposal(12, donation, 1n))).rejects.toThrow(WrongState);
    expect(await listWaiting(zhao)).toMatchObject([{ kind: 'gift-refund', id: donation, step: 'approve' }]);
    expect(await listWaiting(sun)).toEqual([]);
    await expect(executeGiftRefund(qian, seen)).rejects.toThrow(NotYetApproved);
    await approveGiftRefund(zhao, seen);
    await expect(executeGiftRefund(li, seen)).rejects.toThrow(SamePersonTwice);
    expect(await listWaiting(qian)).toMatchObject([{ kind: 'gift-refund', id: donation, step: 'execute' }]);
    await Promise.all([1, 2].map(() => executeGiftRefund(qian, seen)));
    expect(await entriesOf(id)).toMatchSnapshot();
    expect(await readGiftToRefund(li, donation)).toMatchObject({
      ...{ totalMinor: 30_000n, leftMinor: 19_999n },
      refunds: [{ status: 'executed', executedOn: '2026-03-12', bankLineId: null }],
    });
    expect(await issueReceipt(rig.platform, donation)).toMatchObject({ amountMinor: 19_999n });
    expect(await failing()).toEqual([]);
  });

  it('is found in the bank’s statement, which confirms that the money left, once', async () => {
    const id = giftId(11);
    const line = await bankBrings('R-1', '-100.01', '退款');
    expect(await suggestionsFor(line)).toMatchObject([
      { kind: 'transfer-refund', id, grounds: ['account', 'name', 'amount', 'date'] },
    ]);
    const before = await entriesOf(id);
    const match = { kind: 'transfer-refund', id } as const;
    await Promise.all([1, 2, 3].map(() => confirmBankLine(li, { line, match })));
    expect(await entriesOf(id)).toBe(before);
    const other = await bankBrings('R-2', '-100.01', '退款');
    expect(await suggestionsFor(other)).toEqual([]);
    await expect(confirmBankLine(li, { line: other, match })).rejects.toThrow(WrongState);
    const wrong = await bankBrings('R-3', '99.00', '退款退回');
    await expect(confirmBankLine(li, { line: wrong, match })).rejects.toThrow(BankLineDoesNotFit);
  });

  it('that the bank could not deliver comes back: the entry is undone and the gift can be refunded again', async () => {
    const id = giftId(11);
    clock.advance(3 * 86_400_000);
    const line = await bankBrings('R-4', '100.01', '账号户名不符，退回');
    expect(await suggestionsFor(line)).toMatchObject([{ kind: 'transfer-refund', id }]);
    await confirmBankLine(li, { line, match: { kind: 'transfer-refund', id } });
    expect(await entriesOf(id)).toMatchSnapshot();
    expect(await readGiftToRefund(li, giftId(1))).toMatchObject({
      leftMinor: 30_000n,
      refunds: [{ status: 'came-back' }],
    });
    const again = await refunded(13, giftId(1), 30_000n);
    expect(await entriesOf(again)).toMatchSnapshot();
    expect(await issueReceipt(rig.platform, giftId(1))).toMatchObject({ amountMinor: 0n });
    expect(await failing()).toEqual([]);
  });

  it('gives back no more than is left, and nothing once withdrawn', async () => {
    const donation = await giftThatCame(2);
    await refunded(21, donation, 20_000n);
    await expect(proposeGiftRefund(li, proposal(22, donation, 10_001n))).rejects.toThrow(RefundExceedsGift);
    const { _id: id, control } = await proposeGiftRefund(li, proposal(24, donation, 10_000n));
    await withdrawGiftRefund(li, { id });
    await expect(approveGiftRefund(zhao, { id, digest: control.digest })).rejects.toThrow(WrongState);
  });

  it('is refused in words, field by field', async () => {
    const payee = { accountName: ' ', bankName: '', accountNumber: '12' };
    await expect(
      proposeGiftRefund(li, { ...proposal(31, giftId(2), 0n), payee, reason: ' ' }),
    ).rejects.toMatchObject({
      faults: [
        { path: 'amountMinor', reason: 'not-positive' },
        { path: 'reason', reason: 'empty' },
        { path: 'payee.accountName', reason: 'empty' },
        { path: 'payee.bankName', reason: 'empty' },
        { path: 'payee.accountNumber', reason: 'not-an-account' },
      ],
    });
  });

  it('tells the donor where the money went, and forgets it when the donor asks for that', async () => {
    const { url } = await openGivingLink(rig.platform, {
      ...{ emailKey: 'wang@example.org', locale: 'zh', occasion: 'story' },
    });
    const token = url.slice(url.lastIndexOf('/') + 1);
    expect(await exportMyData(rig.platform, token)).toContain('6222021001000001');
    await eraseMyData(rig.platform, token);
    const { refunds } = await readGiftToRefund(li, giftId(1));
    expect(refunds.map(({ payee }) => payee)).toEqual([null, null]);
    expect(await failing()).toEqual([]);
  });
});
