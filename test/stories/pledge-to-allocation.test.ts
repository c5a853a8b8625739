import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput, NotPermitted } from '../../server/domain/errors.ts';
import { NotYetApproved, SamePersonTwice, ChangedSinceSeen } from '../../server/domain/four-eyes.ts';
import { resultOf, SnapshotMoved } from '../../server/domain/allocation-run.ts';
import { minor } from '../../server/domain/money.ts';
import { ReceiptExceedsPledge } from '../../server/domain/pledge.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { inTransaction } from '../../server/db/database.ts';
import { projects } from '../../server/db/models/project.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import { allocationApproved } from '../../server/domain/posting-rules.ts';
import {
  approveAllocation,
  executeAllocation,
  withdrawAllocation,
} from '../../server/services/allocations.ts';
import { proposeAllocation } from '../../server/services/propose-allocation.ts';
import { registerParty } from '../../server/services/parties.ts';
import { recordPledge, recordPledgeReceipt, type RecordPledgeInput } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const GOVERNMENT = storyId(2);
const GRANTEE = storyId(3);
const day = (text: string) => text as CalendarDate;

const pledgeInput = (number: number, change: Partial<RecordPledgeInput> = {}): RecordPledgeInput => ({
  id: storyId(number),
  party: GOVERNMENT,
  round: ROUND,
  amountMinor: minor(60_000n),
  restriction: { sectors: ['health'], localities: null, projects: null },
  capPerProjectMinor: null,
  agreementReference: '2026-01',
  pledgedOn: day('2026-02-01'),
  instalments: [],
  ...change,
});

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;
let approver: ReturnType<Foundation['as']>;
let council: ReturnType<Foundation['as']>;

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  council = foundation.as('Shen Heng', ['council']);
  await openRound(programme, {
    id: ROUND,
    code: '2026-1',
    title: { zh: '第一轮', en: 'First round' },
    batch: 'batch-1',
    sectors: ['health', 'education'],
    localities: ['310118', '330421'],
    needs: [
      { sector: 'health', locality: '310118', targetMinor: minor(100_000n), source: 'survey' },
      { sector: 'health', locality: '330421', targetMinor: minor(100_000n), source: 'survey' },
      { sector: 'education', locality: '330421', targetMinor: minor(50_000n), source: 'survey' },
    ],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  for (const [id, kind] of [
    [GOVERNMENT, 'government'],
    [GRANTEE, 'social-organization'],
  ] as const) {
    await registerParty(programme, {
      id,
      kind,
      name: { zh: kind, en: kind },
      locality: null,
      creditCode: null,
      bankAccount: null,
    });
  }
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

describe('from a pledge to an allocation', () => {
  it('a pledge beyond what its restriction can reach is refused, and nothing is written', async () => {
    const tooMuch = recordPledge(programme, pledgeInput(10, { amountMinor: minor(200_001n) }));
    await expect(tooMuch).rejects.toMatchObject({ faults: [{ reason: 'beyond-scope' }] });
    await expect(recordPledge(programme, pledgeInput(10, { amountMinor: minor(-1n) }))).rejects.toThrow(
      InvalidInput,
    );
    const unknown = pledgeInput(10, {
      restriction: { sectors: ['space'], localities: null, projects: null },
    });
    await expect(recordPledge(programme, unknown)).rejects.toMatchObject({
      faults: [{ path: 'restriction.sectors[0]', reason: 'unknown-sector' }],
    });
    await expect(recordPledge(approver, pledgeInput(10))).rejects.toThrow(NotPermitted);
    expect(await foundation.ledger()).not.toContain('pledge');
  });

  it('a pledge binds once, however often it is sent, and becomes cash by its receipts', async () => {
    await Promise.all([1, 2, 3].map(() => recordPledge(programme, pledgeInput(11))));
    await recordPledge(
      programme,
      pledgeInput(12, {
        amountMinor: minor(30_000n),
        restriction: { sectors: null, localities: null, projects: null },
      }),
    );
    const receipt = {
      id: storyId(21),
      pledge: storyId(11),
      amountMinor: minor(40_000n),
      bankReference: 'B-1',
      receivedOn: day('2026-03-01'),
    };
    foundation.clock.advance(1_000);
    await recordPledgeReceipt(finance, receipt);
    await recordPledgeReceipt(finance, receipt);
    await expect(recordPledgeReceipt(finance, { ...receipt, id: storyId(22) })).rejects.toMatchObject({
      code: 'RECEIPT_EXCEEDS_PLEDGE',
    });
    const same = { ...receipt, id: storyId(23), amountMinor: minor(1n) };
    await expect(recordPledgeReceipt(finance, same)).rejects.toMatchObject({
      faults: [{ reason: 'already-recorded' }],
    });
    await expect(
      recordPledgeReceipt(finance, { ...same, amountMinor: minor(20_001n), bankReference: 'B-2' }),
    ).rejects.toThrow(ReceiptExceedsPledge);
    const positions = await readFundPositions(foundation.database, [`pledge-${storyId(11)}`]);
    expect(positions.get(`pledge-${storyId(11)}`)).toMatchObject({
      balanceMinor: 60_000n,
      cashMinor: 40_000n,
      receivableMinor: 20_000n,
    });
  });

  it('the allocation raises the lowest project first, and only other people may let it pass', async () => {
    await acceptedProject(31, 'health', '310118', 100_000n);
    await acceptedProject(32, 'health', '330421', 50_000n);
    await acceptedProject(33, 'education', '330421', 50_000n);
    const run = await proposeAllocation(programme, { id: storyId(41), round: ROUND });
    const funded = Object.fromEntries(resultOf(run).projects.map(({ id, fundedMinor }) => [id, fundedMinor]));
    // 90,000 over needs of 200,000 is a level of 9/20 for everybody, since free money makes up for education.
    expect(funded).toEqual({ [storyId(31)]: '45000', [storyId(32)]: '22500', [storyId(33)]: '22500' });
    const digest = run.control.digest;
    await expect(executeAllocation(finance, { id: run._id })).rejects.toThrow(NotYetApproved);
    const both = foundation.as('Zhou Min', ['programme-officer', 'approver']);
    await expect(approveAllocation(both, { id: run._id, digest })).rejects.toThrow(SamePersonTwice);
    await expect(approveAllocation(approver, { id: run._id, digest: 'another' })).rejects.toThrow(
      ChangedSinceSeen,
    );
    await approveAllocation(approver, { id: run._id, digest });
    await expect(approveAllocation(approver, { id: run._id, digest })).rejects.toThrow(SamePersonTwice);
    await expect(executeAllocation(finance, { id: run._id })).rejects.toThrow(NotYetApproved);
    await approveAllocation(council, { id: run._id, digest });
    const executor = foundation.as('Chen Jing', ['approver', 'finance-officer']);
    await expect(executeAllocation(executor, { id: run._id })).rejects.toThrow(SamePersonTwice);
    await executeAllocation(finance, { id: run._id });
    await executeAllocation(finance, { id: run._id });
    expect(await foundation.ledger()).toMatchSnapshot();
  });

  it('a run that no longer fits what funds hold is refused, naming what moved', async () => {
    await recordMorePledge(13, 20_000n);
    const run = await proposeAllocation(programme, { id: storyId(42), round: ROUND });
    await approveAllocation(approver, { id: run._id, digest: run.control.digest });
    await approveAllocation(council, { id: run._id, digest: run.control.digest });
    await spendElsewhere(`pledge-${storyId(13)}`, 5_000n);
    await expect(executeAllocation(finance, { id: run._id })).rejects.toThrow(SnapshotMoved);
    await withdrawAllocation(programme, { id: run._id });
    await expect(executeAllocation(finance, { id: run._id })).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});

/** Money that came by another round's rules: the fund of a second pledge, written by its posting rule. */
async function recordMorePledge(number: number, amountMinor: bigint): Promise<void> {
  await openRound(programme, {
    id: storyId(50),
    code: '2026-2',
    title: { zh: '第二轮', en: 'Second round' },
    batch: 'batch-2',
    sectors: ['health'],
    localities: ['330421'],
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(100_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'gdp', k: '3/5', floor: '1/2', ceiling: '3/2' },
    opensOn: day('2026-01-01'),
    closesOn: day('2026-12-31'),
  });
  await recordPledge(programme, pledgeInput(number, { round: storyId(50), amountMinor: minor(amountMinor) }));
  await foundation.database.connection
    .collection('pledges')
    .updateOne({ _id: storyId(number) as never }, { $set: { round: ROUND } });
}

async function spendElsewhere(fundId: string, amountMinor: bigint): Promise<void> {
  const entry = allocationApproved({
    runId: 'elsewhere',
    round: storyId(50),
    effectiveOn: day('2026-03-02'),
    currency: 'CNY',
    narrative: 'another decision',
    lines: [
      {
        fundId,
        projectId: 'x',
        projectFundId: 'project-x',
        sector: 'health',
        locality: '330421',
        amountMinor: minor(amountMinor),
      },
    ],
  });
  await inTransaction(foundation.database, (session) =>
    postEntries(foundation.database, session, [entry], new Date()),
  );
}

async function acceptedProject(
  number: number,
  sector: string,
  locality: string,
  need: bigint,
): Promise<void> {
  await projects(foundation.database).create({
    _id: storyId(number),
    round: ROUND,
    grantee: GRANTEE,
    title: { zh: '项目', en: 'Project' },
    summary: { zh: '项目', en: 'Project' },
    sector,
    serviceItem: null,
    locality,
    localTerm: null,
    needMinor: minor(need),
    minimumMinor: minor(0n),
    openTo: 'everyone',
    milestones: [],
    currency: 'CNY',
    score: '80',
    fundId: `project-${storyId(number)}`,
    status: 'eligible',
    acceptedAt: foundation.clock.now(),
  });
}
