/** A gift by bank transfer: announced on the page, told by mail, recognized in the bank statement, thanked with a receipt. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minor } from '../../server/domain/money.ts';
import { WrongState } from '../../server/domain/errors.ts';
import { spacedReference } from '../../server/domain/transfer-reference.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import { confirmBankLine, listBankLines } from '../../server/services/bank/bank-lines.ts';
import { listAwaitedTransfers } from '../../server/services/bank/awaited-transfers.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import { findDonation } from '../../server/services/giving/find-donation.ts';
import { loadDonation } from '../../server/services/giving/donation-records.ts';
import { sendDonationThanks } from '../../server/services/giving/send-donation-thanks.ts';
import { sendTransferInstructions } from '../../server/services/giving/send-transfer-instructions.ts';
import { startTransferGift, TransferNotOffered } from '../../server/services/giving/start-transfer-gift.ts';
import { sweepGiving } from '../../server/services/giving/sweep-giving.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { donations } from '../../server/db/models/donation.ts';
import { giftId, giftOf, ledgerOf, startGivingRig, type GivingRig } from '../support/giving-rig.ts';

const ACCOUNT = { accountName: '区域公共产品供给基金会', bankName: '示例银行', accountNumber: '3304 0011' };
const DAY_MS = 24 * 3_600_000;

let rig: GivingRig;
let platform: GivingRig['platform'];
let finance: ServiceContext;
const clock = new SteppableClock(new Date('2026-03-12T02:00:00Z'));

beforeAll(async () => {
  rig = await startGivingRig(clock);
  platform = { ...rig.platform, receivingAccount: ACCOUNT };
  const actor = {
    ...{ kind: 'person' as const, personId: 'li', name: 'Li Zhen', memberships: [] },
    roles: ['finance-officer' as const],
  };
  finance = {
    ...platform,
    actor,
    database: actingAs(rig.database, actor, clock, null),
  } as unknown as ServiceContext;
});
afterAll(() => rig.stop());

let file = 200;
async function bankBrings(serial: string, yuan: string, memo: string, name = '王芳'): Promise<string> {
  file += 1;
  const head = '交易日期,流水号,收入,支出,对方户名,对方账号,附言\n';
  const day = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  const bytes = new TextEncoder().encode(`${head}${day},${serial},${yuan},,${name},6222,${memo}\n`);
  await importStatement(finance, { id: giftId(file), fileName: 's.csv', bytes, columns: null });
  return `main:${serial}`;
}

const judged = async (line: string) =>
  (await listBankLines(finance, null, { first: 50, after: null })).items.find(({ _id }) => _id === line);

describe('a gift by transfer', () => {
  it('gets one reference however often it is announced, and a letter that tells what to do', async () => {
    const input = giftOf(giftId(1), { giftMinor: 600_000_00n });
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => startTransferGift(platform, input)));
    expect(new Set(all.map(({ transfer }) => transfer?.reference)).size).toBe(1);
    const { transfer, status } = await findDonation(rig.database, giftId(1));
    expect(status).toBe('awaiting-transfer');
    expect(transfer).toMatchObject(ACCOUNT);
    expect(transfer?.reference).toMatch(/^JZ\d{9}$/);
    await sendTransferInstructions(platform, giftId(1));
    const [letter] = rig.mails.mails;
    expect(letter?.messageId).toBe(`transfer-instructions-${giftId(1)}`);
    expect(letter?.text).toContain(spacedReference(transfer?.reference ?? ''));
    expect(letter?.text).toContain('3304 0011');
    await startTransferGift(platform, {
      ...giftOf(giftId(2)),
      donor: { name: null, email: 'a@example.org', locale: 'en' },
    });
    await sendTransferInstructions(platform, giftId(2));
    expect(rig.mails.mails[1]?.subject).toContain('How to transfer your gift');
  });

  it('is not taken where there is no account, and refused in words where it makes no sense', async () => {
    await expect(startTransferGift(rig.platform, giftOf(giftId(3)))).rejects.toThrow(TransferNotOffered);
    await expect(startTransferGift(platform, giftOf(giftId(3), { giftMinor: 1n }))).rejects.toMatchObject({
      faults: [{ path: 'giftMinor', reason: 'below-minimum' }],
    });
    await expect(
      startTransferGift(platform, giftOf(giftId(3), { giftMinor: 10_000_000_001n })),
    ).rejects.toMatchObject({ faults: [{ reason: 'above-maximum' }] });
  });

  it('is recognized by its reference, booked when somebody confirms it, and thanked with a receipt', async () => {
    const { transfer } = await findDonation(rig.database, giftId(1));
    const line = await bankBrings(
      'T-1',
      '"600,000.00"',
      `捐款 ${spacedReference(transfer?.reference ?? '')}`,
    );
    expect(await judged(line)).toMatchObject({
      suggestions: [{ kind: 'transfer-gift', id: giftId(1), grounds: ['reference', 'amount'] }],
    });
    expect(await ledgerOf(rig, giftId(1))).not.toContain('bank:main');
    const match = { kind: 'transfer-gift', id: giftId(1) } as const;
    await Promise.all([1, 2, 3].map(() => confirmBankLine(finance, { line, match })));
    expect(await ledgerOf(rig, giftId(1))).toMatchSnapshot();
    expect(await findDonation(rig.database, giftId(1))).toMatchObject({ status: 'settled', transfer: null });
    await sendDonationThanks(platform, giftId(1));
    const thanks = rig.mails.mails.at(-1);
    expect(thanks?.subject).toContain('感谢您的捐赠 ¥600,000.00');
    expect(thanks?.attachments?.[0]?.filename).toMatch(/^receipt-2026-\d{6}\.pdf$/);
    const again = await bankBrings('T-2', '1.00', transfer?.reference ?? '');
    expect(await judged(again)).toMatchObject({ suggestions: [], reason: 'reference-used' });
    await expect(confirmBankLine(finance, { line: again, match })).rejects.toThrow(WrongState);
  });

  it('of another amount than announced is what came; a split gift keeps its proportions to the fen', async () => {
    const purpose = (sector: string) => ({ sectors: [sector], localities: null, projects: null });
    await startTransferGift(
      platform,
      giftOf(giftId(4), {
        giftMinor: 30_000n,
        split: [
          { restriction: purpose('health'), amountMinor: 10_000n },
          { restriction: purpose('education'), amountMinor: 20_000n },
        ],
      }),
    );
    const { transfer } = await findDonation(rig.database, giftId(4));
    const line = await bankBrings('T-3', '100.01', transfer?.reference ?? '');
    expect(await judged(line)).toMatchObject({ suggestions: [{ grounds: ['reference'] }] });
    await confirmBankLine(finance, { line, match: { kind: 'transfer-gift', id: giftId(4) } });
    expect(await ledgerOf(rig, giftId(4))).toMatchSnapshot();
  });

  it('that never comes expires in sight of everybody, and is booked still when it comes after all', async () => {
    clock.advance(61 * DAY_MS);
    expect(await sweepGiving(platform)).toMatchObject({ transfers: 1 });
    expect((await listAwaitedTransfers(finance, { first: 10, after: null })).items).toMatchObject([
      { _id: giftId(2), status: 'expired' },
    ]);
    const { transfer } = await loadDonation(rig.database, giftId(2));
    const line = await bankBrings('T-4', '200.00', transfer?.reference ?? '');
    await confirmBankLine(finance, { line, match: { kind: 'transfer-gift', id: giftId(2) } });
    expect((await listAwaitedTransfers(finance, { first: 10, after: null })).items).toEqual([]);
    expect((await loadDonation(rig.database, giftId(2))).settledAt).toEqual(clock.now());
  });

  it('that nobody announced is recorded as what it is, once', async () => {
    const line = await bankBrings('T-5', '520.00', '善款', '陈晓');
    expect(await judged(line)).toMatchObject({ reason: 'nobody-known' });
    const match = { kind: 'unannounced-gift', id: giftId(9) } as const;
    await Promise.all([1, 2].map(() => confirmBankLine(finance, { line, match })));
    expect(await loadDonation(rig.database, giftId(9))).toMatchObject({
      ...{ giftMinor: minor(52_000n), status: 'settled', fundId: 'general' },
      ...{ consentToBeNamed: false, donor: { name: '陈晓' } },
    });
    expect(await donations(rig.database).countDocuments({ _id: giftId(9) })).toBe(1);
    for (const { invariant, breaches } of await checkLedger(rig.database))
      expect(breaches, invariant).toEqual([]);
  });
});
