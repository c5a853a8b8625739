/** A cost that localities have in common: what the ledger says each has paid, and a statement that holds only as long. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FiguresMoved, statementOfCompensation } from '../../server/domain/compensation.ts';
import { InvalidInput } from '../../server/domain/errors.ts';
import { fundIdOfPledge, fundIdOfProject } from '../../server/domain/fund.ts';
import { minor } from '../../server/domain/money.ts';
import { RelatedParty } from '../../server/domain/party-standing.ts';
import { trancheDisbursed } from '../../server/domain/spending-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { inTransaction } from '../../server/db/database.ts';
import { projects } from '../../server/db/models/project.ts';
import { postEntries } from '../../server/ledger/post-entries.ts';
import {
  approveCompensation,
  proposeCompensation,
  publishCompensation,
} from '../../server/services/compensations/decide-compensation.ts';
import { keepCompensation } from '../../server/services/compensations/keep-compensation.ts';
import { listPublishedCompensations } from '../../server/services/compensations/read-compensations.ts';
import { showPaid } from '../../server/services/compensations/read-paid.ts';
import { registerParty } from '../../server/services/parties.ts';
import { declareRelation } from '../../server/services/party-standing.ts';
import { recordPledge } from '../../server/services/pledges.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const ROUND = storyId(1);
const [QINGPU, WUJIANG, ENTERPRISE] = [storyId(2), storyId(3), storyId(4)];
const PROJECT = storyId(20);
const OTHER_PROJECT = storyId(21);
const day = (text: string) => text as CalendarDate;

let foundation: Foundation;
let programme: ReturnType<Foundation['as']>;
let finance: ReturnType<Foundation['as']>;
let approver: ReturnType<Foundation['as']>;

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
  await openRound(programme, {
    ...{ id: ROUND, code: '2026-1', title: { zh: '第一轮', en: 'First round' }, batch: 'batch-1' },
    ...{ sectors: ['environment'], localities: ['310118', '320509', '330421'] },
    needs: [{ sector: 'environment', locality: '310118', targetMinor: minor(100_000n), source: 'survey' }],
    level: 'project',
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
    ...{ opensOn: day('2026-01-01'), closesOn: day('2026-12-31') },
  });
  for (const [id, kind, locality] of [
    [QINGPU, 'government', '310118'],
    [WUJIANG, 'government', '320509'],
    [ENTERPRISE, 'enterprise', '330421'],
  ] as const) {
    const name = { zh: id, en: id };
    await registerParty(programme, { id, kind, name, locality, creditCode: null, bankAccount: null });
    await recordPledge(programme, {
      ...{ id: pledgeOf(id), party: id, round: ROUND, amountMinor: minor(5_000n) },
      restriction: { sectors: null, localities: null, projects: null },
      ...{ capPerProjectMinor: null, agreementReference: id, pledgedOn: day('2026-02-01') },
      instalments: [],
    });
  }
  for (const id of [PROJECT, OTHER_PROJECT]) await accept(id);
  await disburse(PROJECT, [
    [QINGPU, 400n],
    [WUJIANG, 500n],
    [ENTERPRISE, 70n],
  ]);
  await disburse(OTHER_PROJECT, [[QINGPU, 30n]]);
});

beforeEach(() => foundation.clock.advance(60_000));

afterAll(() => foundation.close());

const pledgeOf = (party: string) => party.replace(/0(\d)$/, '5$1');

async function accept(id: string): Promise<void> {
  const title = { zh: '联合污水处理', en: 'Joint sewage works' };
  await projects(foundation.database).create({
    ...{ _id: id, round: ROUND, grantee: ENTERPRISE, title, summary: title, sector: 'environment' },
    ...{ serviceItem: null, locality: '310118', localTerm: null, needMinor: minor(9_000n) },
    ...{ minimumMinor: minor(0n), openTo: 'everyone', milestones: [], currency: 'CNY', score: '80' },
    ...{ fundId: fundIdOfProject(id), status: 'awarded', acceptedAt: foundation.clock.now() },
  });
}

async function disburse(project: string, parts: readonly (readonly [string, bigint])[]): Promise<void> {
  const entry = trancheDisbursed({
    ...{ disbursementId: randomUUID(), awardId: project, project, projectFundId: fundIdOfProject(project) },
    ...{ sector: 'environment', locality: '310118', round: ROUND, effectiveOn: day('2026-03-01') },
    ...{ currency: 'CNY', narrative: 'First tranche' },
    parts: parts.map(([party, amount]) => ({
      fundId: fundIdOfPledge(pledgeOf(party)),
      amountMinor: minor(amount),
    })),
  });
  await inTransaction(foundation.database, (session) =>
    postEntries(foundation.database, session, [entry], foundation.clock.now()),
  );
}

const ledger = (locality: string, amountMinor: bigint) => ({
  ...{ locality, amountMinor: minor(amountMinor), source: 'ledger' as const, note: '' },
});

const keep = (paid: readonly ReturnType<typeof ledger>[], project: string | null = PROJECT) =>
  keepCompensation(programme, {
    ...{ id: randomUUID(), revises: null, title: { zh: '联合污水处理', en: 'Joint sewage works' } },
    ...{ round: ROUND, project, localities: ['310118', '320509', '330421'], coalitions: null },
    costsSource: 'Feasibility study',
    rule: {
      standAlone: [
        { locality: '310118', amountMinor: minor(200n) },
        { locality: '320509', amountMinor: minor(300n) },
        { locality: '330421', amountMinor: minor(100n) },
      ],
      sharedMinor: minor(300n),
    },
    paid,
  });

describe('what each locality has paid', () => {
  it('is what was disbursed of its governments’ pledges, for one project or for all of the round', async () => {
    const amounts = async (project: string | null) =>
      (await showPaid(finance, { round: ROUND, project })).map(({ locality, amountMinor }) => [
        ...[locality, amountMinor],
      ]);
    expect(await amounts(PROJECT)).toEqual([
      ['310118', 400n],
      ['320509', 500n],
    ]);
    expect(await amounts(null)).toEqual([
      ['310118', 430n],
      ['320509', 500n],
    ]);
  });

  it('cannot be said to be of the ledger where the ledger says otherwise', async () => {
    const refused = keep([ledger('310118', 999n), ledger('320509', 500n), ledger('330421', 0n)]);
    await expect(refused).rejects.toThrow(InvalidInput);
    await expect(refused).rejects.toMatchObject({
      faults: [{ path: 'paid[0].amountMinor', reason: 'ledger-differs' }],
    });
  });
});

describe('a statement on figures of the ledger', () => {
  const paid = () => [ledger('310118', 400n), ledger('320509', 500n), ledger('330421', 0n)];

  it('is kept out of the hands of whoever is related to a government that paid, and posts nothing', async () => {
    const before = await foundation.ledger();
    const { _id: id, control } = await keep(paid());
    const seen = { id, digest: control.digest };
    await proposeCompensation(programme, { id });
    const cousin = foundation.as('Xu Lan', ['approver']);
    await declareRelation(cousin, {
      ...{ id: null, person: null, party: QINGPU, kind: 'family' as const, note: '' },
    });
    await expect(approveCompensation(cousin, seen)).rejects.toThrow(RelatedParty);
    await approveCompensation(approver, seen);
    const published = await publishCompensation(finance, seen);
    expect(await publishCompensation(finance, seen)).toMatchObject({ status: 'published' });
    expect((await listPublishedCompensations(foundation.database)).map(({ _id }) => _id)).toEqual([id]);
    expect(statementOfCompensation(published).transfers).toEqual([
      { from: '330421', to: '310118', amountMinor: 100n },
      { from: '330421', to: '320509', amountMinor: 100n },
    ]);
    expect(await foundation.ledger()).toBe(before);
  });

  it('is not published once more was disbursed: it says which figure moved, from what to what', async () => {
    const { _id: id, control } = await keep(paid());
    const seen = { id, digest: control.digest };
    await proposeCompensation(programme, { id });
    await approveCompensation(approver, seen);
    await disburse(PROJECT, [[WUJIANG, 25n]]);
    await expect(publishCompensation(finance, seen)).rejects.toThrow(FiguresMoved);
    await expect(publishCompensation(finance, seen)).rejects.toThrow('320509: ¥5.00 → ¥5.25');
  });
});
