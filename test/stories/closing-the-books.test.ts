/** Months of the books are closed under four eyes; what comes late is booked in the open month with its own day. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  isPeriod,
  PeriodNotOver,
  PeriodOutOfOrder,
  type PeriodAction,
} from '../../server/domain/accounting-period.ts';
import { InvalidInput, NotPermitted, WrongState } from '../../server/domain/errors.ts';
import { NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import type { Account } from '../../server/domain/journal.ts';
import { inTransaction } from '../../server/db/database.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { readAccountBalance, readFlowTotals, readTrialBalance } from '../../server/ledger/read-balances.ts';
import { streamEntries } from '../../server/ledger/read-ledger.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import {
  approvePeriodDecision,
  executePeriodDecision,
  proposePeriodDecision,
  withdrawPeriodDecision,
} from '../../server/services/periods/decide-period.ts';
import { balancesAtEnd } from '../../server/services/periods/close-facts.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { day, transfer } from '../support/ledger-rig.ts';

type Someone = ReturnType<Foundation['as']>;

let foundation: Foundation;
let finance: Someone;
let approver: Someone;
let council: Someone;
let numbered = 0;

beforeAll(async () => {
  foundation = await openFoundation(new Date('2026-02-10T02:00:00Z'));
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  council = foundation.as('Shen Heng', ['council']);
});
beforeEach(() => foundation.clock.advance(60_000));
afterAll(() => foundation.close());

/** A hundred yuan that the processor holds, or another does. */
const income = (cause: string, effectiveOn: string, holder: Account = 'stripe-clearing') =>
  transfer(cause, 'fund:general', holder, 10_000n, { fund: 'general', effectiveOn });

const post = (cause: string, effectiveOn: string, holder?: Account) =>
  inTransaction(foundation.database, (session) =>
    postEntries(foundation.database, session, [income(cause, effectiveOn, holder)], foundation.clock.now()),
  );

/** What the bank and the processor say, with a reason where it differs from our books. */
const statementsOf = (clearingMinor: bigint, explanation = '') => ({
  bank: { statedMinor: 0n, explanation: '' },
  clearing: { statedMinor: clearingMinor, explanation },
});

async function propose(
  period: string,
  action: PeriodAction = 'close',
  by: Someone = finance,
  reason = '月结',
) {
  const held = isPeriod(period) ? await balancesAtEnd(foundation.database, period) : null;
  const statements = statementsOf(held?.clearingMinor ?? 0n);
  return proposePeriodDecision(by, { id: storyId((numbered += 1)), period, action, reason, statements });
}

/** Proposed by finance, approved and executed by two others. */
async function decide(period: string, action: PeriodAction = 'close') {
  const { _id: id, control } = await propose(period, action);
  const seen = { id, digest: control.digest };
  await approvePeriodDecision(action === 'close' ? approver : council, seen);
  return executePeriodDecision(action === 'close' ? council : approver, seen);
}

const held = async (asOf: string, account: Account = 'stripe-clearing') =>
  (await readAccountBalance(foundation.database, account, day(asOf))).debitMinor;

/** Under which day each gift counts, beside its own. */
async function booked() {
  const rows: string[] = [];
  for await (const { cause, effectiveOn, bookedOn } of streamEntries(foundation.database))
    rows.push(`${cause.padEnd(14)} of ${effectiveOn} counts on ${bookedOn ?? '(not sealed)'}`);
  return rows.sort().join('\n');
}

describe('closing a month', () => {
  it('takes three people, and the month must be over and next', async () => {
    await post('january-1', '2026-01-05');
    await post('january-2', '2026-01-31');
    await expect(propose('2026-02')).rejects.toThrow(PeriodOutOfOrder);
    await expect(propose('2026-1')).rejects.toThrow(InvalidInput);
    await expect(propose('2026-01', 'reopen')).rejects.toThrow(PeriodOutOfOrder);
    await expect(propose('2026-01', 'close', approver)).rejects.toThrow(NotPermitted);
    const differing = {
      id: storyId((numbered += 1)),
      period: '2026-01',
      action: 'close',
      reason: '',
    } as const;
    const unexplained = proposePeriodDecision(finance, { ...differing, statements: statementsOf(1n) });
    await expect(unexplained).rejects.toMatchObject({
      faults: [{ path: 'statements.clearing.explanation', reason: 'difference-unexplained' }],
    });
    await expect(proposePeriodDecision(finance, { ...differing, statements: null })).rejects.toMatchObject({
      faults: [{ reason: 'missing' }],
    });
    const { _id: id, control } = await propose('2026-01');
    await expect(propose('2026-01')).rejects.toThrow(WrongState);
    const seen = { id, digest: control.digest };
    await expect(executePeriodDecision(approver, seen)).rejects.toThrow(NotYetApproved);
    await approvePeriodDecision(approver, seen);
    await expect(executePeriodDecision(finance, seen)).rejects.toThrow(SamePersonTwice);
    await expect(executePeriodDecision(approver, seen)).rejects.toThrow(SamePersonTwice);
    expect(await executePeriodDecision(council, seen)).toMatchObject({ status: 'executed' });
    expect(await executePeriodDecision(council, seen)).toMatchObject({ status: 'executed' });
    await expect(propose('2026-02')).rejects.toThrow(PeriodNotOver);
  });

  it('fixes what it came to: a late fact counts on the first open day and keeps its own', async () => {
    expect(await held('2026-01-31')).toBe(20_000n);
    await post('late', '2026-01-20');
    await post('february', '2026-02-03');
    const expected = [20_000n, 30_000n, 40_000n];
    const read = async () => [await held('2026-01-31'), await held('2026-02-01'), await held('2026-02-28')];
    expect(await read()).toEqual(expected);
    while ((await sealBatch(foundation.database)) > 0);
    expect(await read()).toEqual(expected);
    expect(await booked()).toMatchSnapshot();
    expect(await foundation.ledger()).toMatchSnapshot();
  });

  it('leaves nothing of the month unsealed, however many record at the same time', async () => {
    foundation.clock.advance(30 * 86_400_000);
    const { _id: id, control } = await propose('2026-02');
    const seen = { id, digest: control.digest };
    await approvePeriodDecision(approver, seen);
    const causes = Array.from({ length: 30 }, (_, index) => `race-${String(index).padStart(2, '0')}`);
    await Promise.all([
      executePeriodDecision(council, seen),
      ...causes.map((cause) => post(cause, '2026-02-27', 'refund-payable')),
    ]);
    const atClosing = await held('2026-02-28', 'refund-payable');
    while ((await sealBatch(foundation.database)) > 0);
    expect(await held('2026-02-28', 'refund-payable')).toBe(atClosing);
    expect(await held('2026-03-31', 'refund-payable')).toBe(300_000n);
  });
});

describe('reopening a month', () => {
  it('is approved by the Council alone, for a reason, and only for the month closed last', async () => {
    await expect(propose('2026-02', 'reopen', finance, ' ')).rejects.toThrow(InvalidInput);
    await expect(propose('2026-01', 'reopen')).rejects.toThrow(PeriodOutOfOrder);
    const { _id: id, control } = await propose('2026-02', 'reopen');
    await expect(approvePeriodDecision(approver, { id, digest: control.digest })).rejects.toThrow(
      NotPermitted,
    );
    await withdrawPeriodDecision(finance, { id });
  });

  it('moves nothing that is sealed, and lets the month take entries again', async () => {
    const before = await held('2026-02-28');
    await decide('2026-02', 'reopen');
    await post('found-again', '2026-02-14');
    expect(await held('2026-02-28')).toBe(before + 10_000n);
    await decide('2026-02');
    expect(await held('2026-02-28')).toBe(before + 10_000n);
    await decide('2026-02', 'reopen');
    await decide('2026-01', 'reopen');
    await post('oldest', '2025-12-31');
    expect(await held('2025-12-31')).toBe(10_000n);
  });

  it('leaves period totals that add up to the whole, and a ledger in which every law holds', async () => {
    while ((await sealBatch(foundation.database)) > 0);
    const { database } = foundation;
    const inPeriod = async (period: string) =>
      (await readFlowTotals(database, { from: period, through: period }))
        .filter(({ accountClass }) => accountClass === 'stripe-clearing')
        .reduce((sum, { debitMinor }) => sum + debitMinor, 0n);
    let total = 0n;
    for (const period of ['2025-12', '2026-01', '2026-02', '2026-03']) total += await inPeriod(period);
    const all = (await readTrialBalance(database)).find(({ account }) => account === 'stripe-clearing');
    expect(all?.debitMinor).toBe(total);
    const laws = await checkLedger(database);
    expect(laws.flatMap(({ breaches }) => breaches)).toEqual([]);
    expect(laws.at(-1)?.figure).toMatch(/6 closings and reopenings/);
    const logged = await auditLog(database).find({ concept: 'periodDecisions' }).lean();
    expect(logged.length).toBeGreaterThan(12);
  });
});
