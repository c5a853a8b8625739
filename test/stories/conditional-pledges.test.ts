/** "We pay if the others do": recorded, looked ahead at, settled at the deadline; paid in parts, and written off in the end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pledges } from '../../server/db/models/pledge.ts';
import type { ConditionalTerms } from '../../server/domain/conditional-pledge.ts';
import { NotPermitted } from '../../server/domain/errors.ts';
import { NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import { minor } from '../../server/domain/money.ts';
import { RelatedParty } from '../../server/domain/party-standing.ts';
import { UNRESTRICTED } from '../../server/domain/restriction.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import { registerParty } from '../../server/services/parties.ts';
import { declareRelation } from '../../server/services/party-standing.ts';
import { findSettlement, readOutlook, settlePledges } from '../../server/services/pledge-settlement.ts';
import {
  approveWriteOff,
  executeWriteOff,
  proposeWriteOff,
  withdrawWriteOff,
} from '../../server/services/pledge-write-offs.ts';
import { recordPledge, recordPledgeReceipt, type RecordPledgeInput } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const [QINGPU, WUJIANG, JIASHAN] = [storyId(2), storyId(3), storyId(4)];
const DAY_MS = 24 * 60 * 60_000;
const day = (text: string) => text as CalendarDate;

const terms: ConditionalTerms = {
  baseMinor: minor(0n),
  ratePerOther: '1/2',
  stepMinor: minor(1_000n),
  among: null,
  atLeastParties: 1,
  joinsFromMinor: minor(1n),
  othersAtLeastMinor: minor(0n),
};

const pledge = (number: number, party: string, amount: bigint, change: Partial<RecordPledgeInput> = {}) => ({
  ...{ id: storyId(number), party, round: ROUND, amountMinor: minor(amount), restriction: UNRESTRICTED },
  ...{ capPerProjectMinor: null, agreementReference: `A-${number}`, pledgedOn: day('2026-03-01') },
  ...{ instalments: [], ...change },
});

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;
let approver: ReturnType<Foundation['as']>;

const stored = (number: number) => pledges(foundation.database).findById(storyId(number)).lean();

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  await openRound(programme, {
    ...{ id: ROUND, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
    ...{ sectors: ['health'], localities: ['310118', '320509', '330421'] },
    needs: [{ sector: 'health', locality: '330421', targetMinor: minor(1_000_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1/2', ceiling: '3/2' },
    opensOn: day('2026-01-01'),
    pledgesUntil: day('2026-03-31'),
    closesOn: day('2026-12-31'),
  });
  for (const [id, name] of [
    [QINGPU, 'Qingpu'],
    [WUJIANG, 'Wujiang'],
    [JIASHAN, 'Jiashan'],
  ] as const) {
    const names = { zh: name, en: name };
    await registerParty(programme, {
      ...{ id, kind: 'government', name: names, locality: null, creditCode: null, bankAccount: null },
    });
  }
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

describe('pledges that depend on one another', () => {
  it('are memoranda: no entry, no fund, no money in any sum', async () => {
    await recordPledge(programme, pledge(10, QINGPU, 100_000n));
    await recordPledge(programme, pledge(11, WUJIANG, 80_000n, { terms }));
    await recordPledge(programme, pledge(11, WUJIANG, 80_000n, { terms }));
    const plan = { count: 3, firstDueOn: day('2026-04-30'), everyMonths: 1 };
    await recordPledge(programme, pledge(12, JIASHAN, 50_000n, { terms, instalmentPlan: plan }));
    const strict = { ...terms, othersAtLeastMinor: minor(900_000n) };
    await recordPledge(programme, pledge(13, JIASHAN, 70_000n, { terms: strict }));
    expect(await stored(11)).toMatchObject({ status: 'conditional', amountMinor: 0n });
    expect(await foundation.ledger()).not.toContain('#11');
    const unknown = pledge(14, JIASHAN, 1_000n, { terms: { ...terms, among: [storyId(99)] } });
    await expect(recordPledge(programme, unknown)).rejects.toMatchObject({
      faults: [{ path: 'terms.among[0]', reason: 'unknown-party' }],
    });
    const single = pledge(15, JIASHAN, 1_000n, {
      terms,
      instalments: [{ dueOn: day('2026-05-01'), amountMinor: minor(1_000n) }],
    });
    await expect(recordPledge(programme, single)).rejects.toMatchObject({
      faults: [{ path: 'instalments', reason: 'plan-instead' }],
    });
  });

  it('show to those who are bound by them what would come, and what if the others do not', async () => {
    const owner = foundation.as('Owner', [], [{ partyId: WUJIANG, role: 'owner' }]);
    const outlook = await readOutlook(owner, { round: ROUND, party: WUJIANG });
    expect(outlook.pledges.map(({ pledge: id, amountMinor }) => [id, amountMinor])).toEqual([
      [storyId(10), 100_000n],
      [storyId(11), 75_000n],
      [storyId(12), 50_000n],
      [storyId(13), 0n],
    ]);
    expect(outlook.absences).toEqual([
      { party: null, amountMinor: 50_000n },
      { party: QINGPU, amountMinor: 0n },
      { party: JIASHAN, amountMinor: 50_000n },
    ]);
    const stranger = foundation.as('Stranger', [], [{ partyId: storyId(9), role: 'owner' }]);
    const apart = await readOutlook(stranger, { round: ROUND, party: storyId(9) });
    expect(apart).toEqual({ pledges: [], parties: [], absences: [] });
    await expect(readOutlook(stranger, { round: ROUND, party: null })).rejects.toThrow(NotPermitted);
    await expect(readOutlook(stranger, { round: ROUND, party: WUJIANG })).rejects.toThrow(NotPermitted);
  });

  it('are settled once after the deadline, however many workers try: what was met binds, the rest lapses', async () => {
    expect(await settlePledges(programme)).toEqual({ binding: 0, lapsed: 0 });
    foundation.clock.advance(31 * DAY_MS);
    await Promise.all([1, 2, 3].map(() => settlePledges(programme)));
    expect(await stored(11)).toMatchObject({ status: 'binding', amountMinor: 75_000n });
    expect((await stored(12))?.instalments).toMatchObject([
      { dueOn: '2026-04-30', amountMinor: 16_666n },
      { dueOn: '2026-05-30', amountMinor: 16_666n },
      { dueOn: '2026-06-30', amountMinor: 16_668n },
    ]);
    expect(await stored(13)).toMatchObject({ status: 'lapsed', amountMinor: 0n });
    expect(await foundation.ledger()).toMatchSnapshot();
    const settlement = await findSettlement(programme, ROUND);
    expect(JSON.parse(settlement?.resultJson ?? '{}')).toMatchObject({ version: 1 });
    const late = recordPledge(programme, pledge(16, WUJIANG, 10_000n, { terms }));
    await expect(late).rejects.toMatchObject({ faults: [{ reason: 'after-deadline' }] });
    for (const result of await checkLedger(foundation.database)) expect(result.breaches).toEqual([]);
  });
});

describe('what will not come', () => {
  const proposal = { id: storyId(40), pledge: storyId(12), reason: 'The budget was cut.' };

  it('is written off by three people, and only as it was approved', async () => {
    await recordPledgeReceipt(finance, {
      ...{ id: storyId(30), pledge: storyId(12), amountMinor: minor(16_666n), bankReference: 'B-30' },
      receivedOn: day('2026-04-01'),
    });
    await expect(proposeWriteOff(approver, proposal)).rejects.toThrow(NotPermitted);
    const [writeOff, twin] = await Promise.all([
      proposeWriteOff(programme, proposal),
      proposeWriteOff(programme, proposal),
    ]);
    expect(twin._id).toBe(writeOff._id);
    await proposeWriteOff(programme, proposal);
    expect(writeOff.amountMinor).toBe(33_334n);
    await expect(proposeWriteOff(programme, { ...proposal, id: storyId(41) })).rejects.toMatchObject({
      code: 'WRONG_STATE',
    });
    const { digest } = writeOff.control;
    const step = { id: writeOff._id, digest };
    await expect(executeWriteOff(finance, step)).rejects.toThrow(NotYetApproved);
    const both = foundation.as('Zhou Min', ['programme-officer', 'approver']);
    await expect(approveWriteOff(both, step)).rejects.toThrow(SamePersonTwice);
    const pledger = (await stored(12))?.party ?? '';
    const insider = foundation.as('Xu Lan', ['approver']);
    await declareRelation(insider, { id: null, person: null, party: pledger, kind: 'board', note: '' });
    await expect(approveWriteOff(insider, step)).rejects.toThrow(RelatedParty);
    await approveWriteOff(approver, step);
    foundation.clock.advance(1_000);
    await recordPledgeReceipt(finance, {
      ...{ id: storyId(31), pledge: storyId(12), amountMinor: minor(10_000n), bankReference: 'B-31' },
      receivedOn: day('2026-04-01'),
    });
    await expect(executeWriteOff(finance, step)).rejects.toMatchObject({ code: 'CHANGED_SINCE_SEEN' });
    await withdrawWriteOff(programme, { id: writeOff._id });
    const again = await proposeWriteOff(programme, { ...proposal, id: storyId(42) });
    const second = { id: again._id, digest: again.control.digest };
    await approveWriteOff(approver, second);
    await executeWriteOff(finance, second);
    await executeWriteOff(finance, second);
    expect(await stored(12)).toMatchObject({ status: 'written-off' });
    const fundId = `pledge-${storyId(12)}`;
    expect((await readFundPositions(foundation.database, [fundId])).get(fundId)).toMatchObject({
      ...{ balanceMinor: 26_666n, cashMinor: 26_666n, receivableMinor: 0n },
    });
    for (const result of await checkLedger(foundation.database)) expect(result.breaches).toEqual([]);
  });
});
