/**
 * Requirement 20: a payment that is right in everything but one guard is refused, whichever guard it is, and a guard
 * that cannot be asked refuses. The ledger stays as it was each time; with every guard in place the payment goes through.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import type { Disbursement } from '../../server/domain/disbursement.ts';
import { minor } from '../../server/domain/money.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { policies } from '../../server/db/models/control.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { parties } from '../../server/db/models/party.ts';
import { people } from '../../server/db/models/person.ts';
import { approveAllocation, executeAllocation } from '../../server/services/allocations.ts';
import { proposeAllocation } from '../../server/services/propose-allocation.ts';
import { approveAward } from '../../server/services/awards/approve-award.ts';
import { acceptMilestone, reportMilestone } from '../../server/services/awards/move-milestones.ts';
import { prepareAward } from '../../server/services/awards/prepare-award.ts';
import { signAward } from '../../server/services/awards/sign-award.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { approveDisbursement } from '../../server/services/disbursements/approve-disbursement.ts';
import { executeDisbursement } from '../../server/services/disbursements/execute-disbursement.ts';
import { prepareDisbursement } from '../../server/services/disbursements/prepare-disbursement.ts';
import { registerParty } from '../../server/services/parties.ts';
import { declareRelation, endRelation } from '../../server/services/party-standing.ts';
import { closeAccount, reopenAccount } from '../../server/services/people/manage-account.ts';
import { recordPledge, recordPledgeReceipt } from '../../server/services/pledges.ts';
import { acceptProposal } from '../../server/services/proposals/decide-proposal.ts';
import { saveDraft } from '../../server/services/proposals/save-draft.ts';
import { submitProposal } from '../../server/services/proposals/submit-proposal.ts';
import { openRound } from '../../server/services/rounds.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';

const [ROUND, GIVER, GRANTEE, PLEDGE, PROJECT, AWARD, PAYMENT] = [1, 2, 3, 4, 5, 6, 7].map(storyId) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const day = (text: string) => text as CalendarDate;
const named = (en: string) => ({ zh: en, en });

let foundation: Foundation;
let programme: ServiceContext;
let finance: ServiceContext;
let approver: ServiceContext;
let administrator: ServiceContext;
let payment: Disbursement;

async function member(name: string, roles: Role[]): Promise<ServiceContext> {
  const at = foundation.clock.now();
  await people(foundation.database).create({
    ...{ _id: `person-${name}`, name, email: `${name}@example.org`.toLowerCase(), emailVerified: false },
    ...{ roles, memberships: [], createdBy: null, createdAt: at, updatedAt: at, requestDigest: name },
  });
  return foundation.as(name, roles);
}

const tick = () => foundation.clock.advance(1_000);

/** From an empty foundation to money in an award. */
async function fundProject(owner: ServiceContext): Promise<void> {
  const { bankAccount, ...none } = {
    bankAccount: { bankName: '银行', accountNumber: '62220000' },
    locality: null,
  };
  const common = { ...none, creditCode: null };
  await registerParty(programme, {
    ...{ id: GIVER, kind: 'government', name: named('District'), ...common, bankAccount: null },
  });
  await registerParty(programme, {
    ...{ id: GRANTEE, kind: 'social-organization', name: named('Lake'), ...common, bankAccount },
  });
  await openRound(programme, {
    ...{ id: ROUND, code: '2026-1', title: named('Round'), batch: 'batch-1', sectors: ['health'] },
    ...{ localities: ['310118'], level: 'project', opensOn: day('2026-01-01'), closesOn: day('2026-12-31') },
    needs: [{ sector: 'health', locality: '310118', targetMinor: minor(1_000n), source: 'survey' }],
    weightPolicy: { measure: 'budget-expenditure', k: '3/5', floor: '1', ceiling: '1' },
  });
  await recordPledge(programme, {
    ...{ id: PLEDGE, party: GIVER, round: ROUND, amountMinor: minor(1_000n), capPerProjectMinor: null },
    restriction: { sectors: null, localities: null, projects: null },
    ...{ agreementReference: '2026-01', pledgedOn: day('2026-02-01'), instalments: [] },
  });
  await recordPledgeReceipt(finance, {
    ...{ id: storyId(11), pledge: PLEDGE, amountMinor: minor(1_000n), bankReference: 'IN-1' },
    receivedOn: day('2026-03-02'),
  });
  await saveDraft(owner, {
    ...{ id: PROJECT, basedOn: 0, round: ROUND, grantee: GRANTEE, title: named('P'), summary: named('P') },
    ...{ sector: 'health', serviceItem: 'health.exam-report-recognition', locality: '310118' },
    ...{ localTerm: null, needMinor: minor(1_000n), minimumMinor: null, openTo: 'everyone' },
    milestones: [{ title: named('All'), dueOn: day('2026-09-30'), shareBasisPoints: 10_000 }],
  });
  await submitProposal(owner, { id: PROJECT });
  await acceptProposal(programme, { id: PROJECT, score: '80', reason: 'Sound.' });
}

async function awardProject(owner: ServiceContext): Promise<void> {
  tick();
  const run = await proposeAllocation(programme, { id: storyId(21), round: ROUND });
  await approveAllocation(approver, { id: run._id, digest: run.control.digest });
  await approveAllocation(foundation.as('Shen', ['council']), { id: run._id, digest: run.control.digest });
  await executeAllocation(finance, { id: run._id });
  const award = await prepareAward(programme, { id: AWARD, project: PROJECT });
  await approveAward(approver, { id: AWARD, digest: award.control.digest });
  tick();
  await signAward(owner, { id: AWARD, digest: award.control.digest });
  await reportMilestone(owner, { award: AWARD, milestone: 'm1', evidence: 'Done.' });
  await acceptMilestone(programme, { award: AWARD, milestone: 'm1' });
}

beforeAll(async () => {
  foundation = await openFoundation();
  programme = await member('Zhou', ['programme-officer']);
  finance = await member('Li', ['finance-officer']);
  approver = await member('Chen', ['approver']);
  administrator = await member('He', ['administrator']);
  await member('Qin', ['administrator']);
  await member('Shen', ['council']);
  const owner = foundation.as('Wang', [], [{ partyId: GRANTEE, role: 'owner' }]);
  await fundProject(owner);
  await awardProject(owner);
  payment = await prepareDisbursement(programme, { id: PAYMENT, award: AWARD, milestone: 'm1' });
  tick();
  payment = await approveDisbursement(approver, { id: PAYMENT, digest: payment.control.digest });
  tick();
});
afterAll(() => foundation.close());

const pay = (by: ServiceContext, change: object = {}) =>
  executeDisbursement(by, {
    ...{ id: PAYMENT, digest: payment.control.digest, bankReference: 'OUT-1' },
    ...{ executedOn: day('2026-03-02'), ...change },
  });

/** The finance officer with one part of the platform in another state. */
const withPart = (part: Partial<ServiceContext>): ServiceContext => ({ ...finance, ...part });

const set = (change: object) =>
  disbursements(foundation.database).updateOne({ _id: PAYMENT }, { $set: change });

/** One guard taken away: what is done before, who tries, and how it is put right again. */
interface Guard {
  readonly before?: () => Promise<unknown>;
  readonly attempt?: () => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
}

const account = (accountNumber: string) =>
  parties(foundation.database).updateOne(
    { _id: GRANTEE },
    { $set: { bankAccount: { bankName: '银行', accountNumber } } },
  );

let relation = '';

const GUARDS: Readonly<Record<string, Guard>> = {
  'nobody is signed in': { attempt: () => pay(foundation.anyone) },
  'a job of the platform tries': {
    attempt: () => pay(withPart({ actor: { kind: 'job', name: 'nightly' } })),
  },
  'the right is missing': { attempt: () => pay(foundation.as('Ma', ['auditor', 'administrator'])) },
  'the proposer executes': { attempt: () => pay(foundation.as('Zhou', ['finance-officer'])) },
  'the approver executes': { attempt: () => pay(foundation.as('Chen', ['finance-officer'])) },
  'the second factor was not given': {
    attempt: () =>
      pay(
        withPart({
          secondFactor: {
            ...finance.secondFactor,
            consume: () => Promise.reject(new Error('No confirmation.')),
          },
        }),
      ),
  },
  'the second factor cannot be asked': { attempt: () => pay(withPart({ secondFactor: {} as never })) },
  'an API token tries': {
    attempt: () =>
      pay(
        withPart({
          actor: { ...(finance.actor as object), token: { id: 't', scopes: ['ledger.read'] } } as never,
        }),
      ),
  },
  'something else was seen': { attempt: () => pay(finance, { digest: 'another' }) },
  'the amount was changed afterwards': {
    before: () => set({ amountMinor: minor(999n) }),
    after: () => set({ amountMinor: payment.amountMinor }),
  },
  'the payee was changed afterwards': {
    before: () => set({ 'payee.accountNumber': '6333' }),
    after: () => set({ 'payee.accountNumber': '62220000' }),
  },
  'the account of the party is another one now': {
    before: () => account('6333'),
    after: () => account('62220000'),
  },
  'nobody approved': {
    before: () => set({ 'control.approvals': [] }),
    after: () => set({ 'control.approvals': payment.control.approvals }),
  },
  'the policy asks for more now': {
    before: () =>
      policies(foundation.database).create({
        ...{ _id: 'stricter', kind: 'disbursement', reason: 'r', status: 'in-force', requestDigest: 'r' },
        policy: { approvalsNeeded: 2, councilAboveMinor: null, approvers: ['approver', 'council'] },
        ...{ inForceFrom: foundation.clock.now(), control: payment.control },
      }),
    after: () => policies(foundation.database).deleteOne({ _id: 'stricter' }),
  },
  'whoever executes is related to the payee': {
    before: async () => {
      const input = { id: null, person: null, party: GRANTEE, kind: 'family' as const, note: 'n' };
      relation = (await declareRelation(finance, input))._id;
    },
    after: () => endRelation(programme, relation),
  },
  'the account of whoever executes was closed': {
    before: () => closeAccount(administrator, { person: 'person-Li', reason: 'r' }),
    after: () => reopenAccount(administrator, { person: 'person-Li', reason: 'r' }),
  },
  'it was cancelled': {
    before: () => set({ status: 'cancelled' }),
    after: () => set({ status: 'approved' }),
  },
  'the bank entry paid something else': { attempt: () => pay(finance, { bankReference: '' }) },
  'it lies in the future': { attempt: () => pay(finance, { executedOn: day('2027-01-01') }) },
  'the database is away': {
    attempt: () =>
      pay(
        withPart({
          database: {
            ...finance.database,
            connection: new Proxy(finance.database.connection, {
              get: (target, name) =>
                name === 'startSession'
                  ? () => Promise.reject(new Error('No connection.'))
                  : (Reflect.get(target, name) as unknown),
            }),
          },
        }),
      ),
  },
};

describe('no money moves', () => {
  it.each(Object.entries(GUARDS))(
    'when %s',
    async (_name, { before, attempt = () => pay(finance), after }) => {
      const ledger = await foundation.ledger();
      await before?.();
      try {
        await expect(attempt()).rejects.toThrow();
        expect(await foundation.ledger()).toBe(ledger);
        const stored = await disbursements(foundation.database).findById(PAYMENT).lean<Disbursement>();
        expect(stored?.status).not.toBe('executed');
      } finally {
        await after?.();
      }
    },
  );
});

describe('with every guard in place', () => {
  it('the payment goes through, once', async () => {
    const ledger = await foundation.ledger();
    await pay(finance);
    await pay(finance);
    expect(await foundation.ledger()).not.toBe(ledger);
    const stored = await disbursements(foundation.database).findById(PAYMENT).lean<Disbursement>();
    expect(stored).toMatchObject({ status: 'executed', bankReference: 'OUT-1' });
  });
});
