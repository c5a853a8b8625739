/** An award that does not need all of its money: what is left is returned to the funds that gave it, under four eyes. */
import { graphql } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { MilestonesToPay } from '../../server/domain/award-closing.ts';
import { InvalidInput, NotPermitted, SignInRequired, WrongState } from '../../server/domain/errors.ts';
import { ChangedSinceSeen, NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import type { ReportDocument } from '../../server/domain/report-document.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { readFundPositions } from '../../server/ledger/read-balances.ts';
import {
  approveAwardClosing,
  executeAwardClosing,
  listAwardClosings,
  proposeAwardClosing,
  withdrawAwardClosing,
} from '../../server/services/awards/close-award.ts';
import { acceptMilestone, reportMilestone } from '../../server/services/awards/move-milestones.ts';
import { findAward } from '../../server/services/awards/read-awards.ts';
import { readActivities } from '../../server/services/books/statements.ts';
import { approveDisbursement } from '../../server/services/disbursements/approve-disbursement.ts';
import { executeDisbursement } from '../../server/services/disbursements/execute-disbursement.ts';
import { prepareDisbursement } from '../../server/services/disbursements/prepare-disbursement.ts';
import { bundleOfReport } from '../../server/services/ledger-bundle.ts';
import { loadProject } from '../../server/services/projects.ts';
import { approveReport, prepareReport, publishReport } from '../../server/services/reports/publish-report.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { sha256, verifySignature } from '../support/ledger-bundles.ts';
import { SIGNED, signAnAward } from '../support/signed-award.ts';

const { round: ROUND, grantee: GRANTEE, project: PROJECT, award: AWARD, funds: FUNDS } = SIGNED;
const [CLOSING, OTHER_CLOSING] = [storyId(81), storyId(82)];

const day = (text: string) => text as CalendarDate;
const reason = '第二期由县财政接办';

type Someone = ReturnType<Foundation['as']>;

let foundation: Foundation;
let [programme, finance, approver, owner]: Someone[] = [];

const first = { award: AWARD, milestone: 'm1' };

async function payFirstTranche(): Promise<void> {
  const prepared = await prepareDisbursement(programme!, { id: storyId(61), ...first });
  const seen = { id: prepared._id, digest: prepared.control.digest };
  await approveDisbursement(approver!, seen);
  foundation.clock.advance(1_000);
  await executeDisbursement(finance!, { ...seen, bankReference: 'OUT-1', executedOn: day('2026-03-02') });
}

const balances = async () => {
  const positions = await readFundPositions(foundation.database, [...FUNDS, `project-${PROJECT}`]);
  return [...positions.values()].map(({ balanceMinor }) => balanceMinor);
};

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  owner = foundation.as('Wang Fang', [], [{ partyId: GRANTEE, role: 'owner' }]);
  await signAnAward({ as: (...who) => foundation.as(...who), later: () => foundation.clock.advance(1_000) });
});
beforeEach(() => foundation.clock.advance(60_000));
afterAll(() => foundation.close());

describe('proposing to close an award', () => {
  it('is refused without a reason, to the grantee, to strangers, and for an award that is not there', async () => {
    const input = { id: CLOSING, award: AWARD, reason };
    for (const [who, change, refusal] of [
      [programme, { reason: ' ' }, InvalidInput],
      [programme, { reason: '长'.repeat(501) }, InvalidInput],
      [programme, { id: 'not a uuid' }, InvalidInput],
      [programme, { award: storyId(99) }, { code: 'NOT_FOUND' }],
      [approver, {}, NotPermitted],
      [owner, {}, NotPermitted],
      [foundation.anyone, {}, SignInRequired],
    ] as const) {
      const refused = expect(proposeAwardClosing(who!, { ...input, ...change })).rejects;
      if (typeof refusal === 'function') await refused.toThrow(refusal);
      else await refused.toMatchObject(refusal);
    }
  });

  it('waits for what is verified to be paid: that money is owed', async () => {
    await reportMilestone(owner!, { ...first, evidence: 'Contract.' });
    await acceptMilestone(programme!, first);
    await expect(proposeAwardClosing(programme!, { id: CLOSING, award: AWARD, reason })).rejects.toThrow(
      MilestonesToPay,
    );
    await payFirstTranche();
  });

  it('says how much goes back to which fund, and is decided one at a time', async () => {
    const input = { id: CLOSING, award: AWARD, reason };
    const closing = await proposeAwardClosing(programme!, input);
    await proposeAwardClosing(programme!, input);
    // The health pledge had 10,000 in cash, so the free pledge stood in for it: each gets back what it has not paid.
    expect(closing).toMatchObject({
      amountMinor: 36_000n,
      parts: [
        { fundId: FUNDS[0], amountMinor: 30_000n },
        { fundId: FUNDS[1], amountMinor: 6_000n },
      ],
    });
    await expect(proposeAwardClosing(finance!, { ...input, id: OTHER_CLOSING })).rejects.toThrow(WrongState);
    expect(await listAwardClosings(owner!, AWARD)).toEqual([]);
    expect(await balances()).toEqual([0n, 0n, 0n]);
  });
});

describe('closing an award', () => {
  const seen = async () => {
    const [closing] = await listAwardClosings(programme!, AWARD);
    return { id: CLOSING, digest: closing?.control.digest ?? '' };
  };

  it('takes three people, of whom none is related to the grantee, on what they have seen', async () => {
    const both = (name: string) => foundation.as(name, ['approver', 'finance-officer']);
    expect(await listWaiting(approver!)).toMatchObject([
      { kind: 'award-closing', id: AWARD, step: 'approve' },
    ]);
    await expect(executeAwardClosing(finance!, await seen())).rejects.toThrow(NotYetApproved);
    await expect(approveAwardClosing(both('Zhou Min'), await seen())).rejects.toThrow(SamePersonTwice);
    await expect(approveAwardClosing(approver!, { id: CLOSING, digest: 'other' })).rejects.toThrow(
      ChangedSinceSeen,
    );
    await approveAwardClosing(approver!, await seen());
    await expect(executeAwardClosing(both('Chen Jing'), await seen())).rejects.toThrow(SamePersonTwice);
    await expect(executeAwardClosing(both('Zhou Min'), await seen())).rejects.toThrow(SamePersonTwice);
    expect(await listWaiting(finance!)).toMatchObject([
      { kind: 'award-closing', id: AWARD, step: 'execute' },
    ]);
  });

  it('is refused when more was verified since, and may be taken back and proposed anew', async () => {
    const second = { award: AWARD, milestone: 'm2' };
    await reportMilestone(owner!, { ...second, evidence: 'Half of it.' });
    await withdrawAwardClosing(finance!, { id: CLOSING });
    await expect(executeAwardClosing(finance!, await seen())).rejects.toThrow(WrongState);
    const anew = await proposeAwardClosing(programme!, { id: OTHER_CLOSING, award: AWARD, reason });
    await approveAwardClosing(approver!, { id: OTHER_CLOSING, digest: anew.control.digest });
    expect((await findAward(owner!, AWARD)).status).toBe('signed');
  });

  it('returns the rest once, whoever presses at the same moment, and never beside a payment of it', async () => {
    const [, closing] = await listAwardClosings(programme!, AWARD);
    const decided = { id: OTHER_CLOSING, digest: closing?.control.digest ?? '' };
    foundation.clock.advance(1_000);
    const outcomes = await Promise.allSettled([
      ...[1, 2, 3].map(() => executeAwardClosing(finance!, decided)),
      acceptMilestone(programme!, { award: AWARD, milestone: 'm2' }),
    ]);
    const accepted = outcomes[3]?.status === 'fulfilled';
    if (accepted) {
      // The milestone was verified first: the closing waits until it is paid, so nothing went back.
      expect(outcomes.slice(0, 3).every(({ status }) => status === 'rejected')).toBe(true);
      expect(await balances()).toEqual([0n, 0n, 0n]);
      await foundation.database.connection.collection('awards').updateOne(
        { _id: AWARD as never },
        {
          $set: { 'milestones.1.status': 'reported', 'milestones.1.acceptedBy': null },
        },
      );
      await executeAwardClosing(finance!, decided);
    }
    expect(await balances()).toEqual([30_000n, 6_000n, 0n]);
    const award = await findAward(owner!, AWARD);
    expect(award.status).toBe('closed');
    expect(award.milestones.map(({ status }) => status)).toEqual(['paid', 'cancelled']);
    expect((await loadProject(foundation.database, PROJECT)).status).toBe('completed');
    await expect(
      prepareDisbursement(programme!, { id: storyId(62), award: AWARD, milestone: 'm2' }),
    ).rejects.toThrow(WrongState);
    await expect(proposeAwardClosing(programme!, { id: storyId(83), award: AWARD, reason })).rejects.toThrow(
      WrongState,
    );
  });

  it('reads in the ledger as the expense taken back, and leaves it sound', async () => {
    expect(await foundation.ledger()).toMatchSnapshot();
    expect((await checkLedger(foundation.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
  });

  it('is in the audit log with every step', async () => {
    const found = await auditLog(foundation.database)
      .find({ concept: 'awardClosings', thing: OTHER_CLOSING })
      .lean<{ actorName: string; action: string }[]>();
    expect(found.map(({ actorName, action }) => `${actorName} ${action}`).toSorted()).toEqual([
      'Chen Jing update',
      'Li Zhen update',
      'Zhou Min create',
    ]);
  });
});

describe('what others see of a closed award', () => {
  it('the statement of activities bears what was spent and no more', async () => {
    const time = { from: day('2026-01-01'), through: day('2026-03-31') };
    const { lines } = (await readActivities(finance!, time)).statement;
    const programmeLine = lines.find(({ nature }) => nature === 'programme');
    expect(programmeLine?.now.totalMinor).toBe(24_000n);
  });

  it('everyone: the project is funded with what it kept, and its milestone is cancelled', async () => {
    const { data, errors } = await graphql({
      schema: buildSchema(),
      source: `query ($id: ID!) { project(id: $id) {
        status funded { amountMinor } disbursed { amountMinor } timeline { status }
        fundedBy { amount { amountMinor } } } }`,
      contextValue: foundation.anyone,
      variableValues: { id: PROJECT },
    });
    expect(errors).toBeUndefined();
    expect(data?.['project']).toEqual({
      status: 'COMPLETED',
      funded: { amountMinor: '24000' },
      disbursed: { amountMinor: '24000' },
      timeline: [{ status: 'PAID' }, { status: 'CANCELLED' }],
      fundedBy: [{ amount: { amountMinor: '10000' } }, { amount: { amountMinor: '14000' } }],
    });
  });

  it('the published report says what was returned to whom, and its figures follow from the entries', async () => {
    const report = await prepareReport(programme!, { id: storyId(71), round: ROUND, correction: null });
    await approveReport(approver!, { id: report._id, digest: report.control.digest });
    const published = await publishReport(finance!, { id: report._id });
    const document = JSON.parse(published.documentJson) as ReportDocument;
    expect(document.totals).toMatchObject({
      ...{ allocatedMinor: '24000', awardedMinor: '24000', disbursedMinor: '24000' },
    });
    expect(document.projects[0]).toMatchObject({ fundedMinor: '24000', disbursedMinor: '24000' });
    expect(document.returns).toMatchObject([
      {
        ...{ closedOn: '2026-03-02', project: PROJECT, amountMinor: '36000' },
        lines: [
          { giver: 'government', amountMinor: '30000' },
          { giver: 'enterprise', amountMinor: '6000' },
        ],
      },
    ]);
    const checked = async (change: (line: string) => string) => {
      const bundle = new BundleCheck({ sha256, verifySignature });
      const address = { number: published.number, version: published.version };
      for await (const line of await bundleOfReport(foundation.anyone, address))
        bundle.take(Buffer.from(change(line)));
      return bundle.finish();
    };
    expect((await checked((line) => line)).findings).toEqual([]);
    const forged = await checked((line) => line.replace('"amountMinor":"30000"', '"amountMinor":"20000"'));
    expect(JSON.stringify(forged.findings)).toContain('returns[0]');
  });
});
