import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../server/domain/access.ts';
import { allocationRuns } from '../../server/db/models/allocation-run.ts';
import { awards } from '../../server/db/models/award.ts';
import { policies } from '../../server/db/models/control.ts';
import { parties } from '../../server/db/models/party.ts';
import { payeeChanges } from '../../server/db/models/party-standing.ts';
import { pledgeWriteOffs } from '../../server/db/models/pledge-write-off.ts';
import { projects } from '../../server/db/models/project.ts';
import { proposals } from '../../server/db/models/proposal.ts';
import { journalEntries } from '../../server/ledger/models/journal-entry.ts';
import { listWaiting } from '../../server/services/waiting.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

let foundation: Foundation;
const at = new Date('2026-03-01T00:00:00Z');
const signature = (name: string) => ({ personId: `person-${name}`, name, at });
const approval = (name: string) => ({ ...signature(name), role: 'approver', digest: 'd' });

beforeAll(async () => {
  foundation = await openFoundation();
  const { database } = foundation;
  // Only what the list reads: the stories make these things whole.
  await allocationRuns(database).collection.insertOne({
    _id: 'run' as never,
    round: 'round',
    status: 'proposed',
    proposedAt: at,
    control: { digest: 'd', proposedBy: signature('Wu'), approvals: [approval('Lu')], executedBy: null },
  });
  await awards(database).collection.insertOne({
    _id: 'award' as never,
    round: 'round',
    project: 'project',
    grantee: 'school',
    status: 'approved',
    control: { digest: 'd', proposedBy: signature('Wu'), approvals: [approval('Lu')], executedBy: null },
    milestones: [],
  });
  await proposals(database).collection.insertOne({
    _id: 'proposal' as never,
    round: 'round',
    grantee: 'school',
    status: 'submitted',
    plan: { title: { zh: '校车', en: 'School bus' } },
    submittedBy: signature('Xu'),
  });
});
afterAll(() => foundation.close());

const waitingFor = async (name: string, roles: Role[], member?: 'owner' | 'editor') => {
  const memberships = member === undefined ? [] : [{ partyId: 'school', role: member }];
  const items = await listWaiting(foundation.as(name, roles, memberships));
  return items.map(({ kind, step }) => `${step} ${kind}`).sort();
};

describe('what waits for me', () => {
  it('is nothing for a visitor, and nothing for a role that takes no step', async () => {
    expect(await listWaiting(foundation.anyone)).toEqual([]);
    expect(await waitingFor('An', ['auditor'])).toEqual([]);
    expect(await waitingFor('Ad', ['administrator'])).toEqual([]);
  });

  it('is to approve, for whoever may and has not acted before', async () => {
    expect(await waitingFor('Ma', ['approver'])).toEqual(['approve allocation']);
    expect(await waitingFor('Lu', ['approver'])).toEqual([]);
    expect(await waitingFor('Wu', ['programme-officer', 'approver'])).toEqual(['decide proposal']);
  });

  it('is to execute only once enough have approved, and not for those who did', async () => {
    expect(await waitingFor('Fan', ['finance-officer'])).toEqual([]);
    await allocationRuns(foundation.database).collection.updateOne(
      { _id: 'run' as never },
      { $set: { 'control.approvals': [approval('Lu'), approval('Ma')] } },
    );
    expect(await waitingFor('Fan', ['finance-officer'])).toEqual(['execute allocation']);
    expect(await waitingFor('Ma', ['approver', 'finance-officer'])).toEqual([]);
  });

  it('is to prepare the award of a project that was given money, until an award holds it', async () => {
    const { database } = foundation;
    await projects(database).collection.insertOne({
      ...{ _id: 'project' as never, round: 'round', status: 'funded', acceptedAt: at },
      title: { zh: '校车', en: 'School bus' },
    });
    expect(await waitingFor('Wu', ['programme-officer'])).not.toContain('prepare-award project');
    await journalEntries(database).collection.insertOne({
      ...{ _id: 'allocation' as never, kind: 'allocation', cause: 'run-2' },
      postings: [{ project: 'project', fund: 'fund', debitMinor: 5n, creditMinor: 0n }],
    });
    expect(await waitingFor('Wu', ['programme-officer'])).toContain('prepare-award project');
    expect(await waitingFor('Ma', ['approver'])).not.toContain('prepare-award project');
    await awards(database).collection.updateOne({ _id: 'award' as never }, { $set: { run: 'run-2' } });
    expect(await waitingFor('Wu', ['programme-officer'])).not.toContain('prepare-award project');
  });

  it('is to sign an award for the owner of the grantee alone', async () => {
    expect(await waitingFor('Xu', [], 'owner')).toEqual(['sign award']);
    expect(await waitingFor('Qi', [], 'editor')).toEqual([]);
  });

  it('is not to decide about one’s own organization', async () => {
    expect(await waitingFor('Pan', ['programme-officer'])).toEqual(['decide proposal']);
    expect(await waitingFor('Pan', ['programme-officer'], 'editor')).toEqual([]);
  });

  it('is to complete a draft of one’s own organization, and to report its next milestone', async () => {
    const { database } = foundation;
    await proposals(database).collection.insertOne({
      _id: 'draft' as never,
      round: 'round',
      grantee: 'school',
      status: 'draft',
      plan: { title: { zh: '夜校', en: 'Evening school' } },
      savedBy: signature('Xu'),
    });
    await awards(database).collection.insertOne({
      _id: 'signed' as never,
      run: 'earlier run',
      round: 'round',
      project: 'project',
      grantee: 'school',
      status: 'signed',
      control: { digest: 'd', proposedBy: signature('Wu'), approvals: [], executedBy: null },
      milestones: [{ id: 'm1', status: 'planned' }],
    });
    expect(await waitingFor('Xu', [], 'owner')).toEqual([
      'complete proposal',
      'report milestone',
      'sign award',
    ]);
    expect(await waitingFor('Wu', ['programme-officer'])).toEqual(['decide proposal']);
  });
});

describe('what belongs to no round', () => {
  const proposedBy = signature('Wu');
  const control = { digest: 'd', proposedBy, approvals: [], executedBy: null };

  it('waits too: another bank account, a write-off, a policy', async () => {
    const { database } = foundation;
    const named = { zh: '学校', en: 'School' };
    await parties(database).collection.insertOne({ _id: 'school' as never, name: named });
    const open = { status: 'proposed', control, reason: 'r' };
    await payeeChanges(database).collection.insertOne({ _id: 'change' as never, party: 'school', ...open });
    await pledgeWriteOffs(database).collection.insertOne({ _id: 'off' as never, pledge: 'pledge', ...open });
    await policies(database).collection.insertOne({ _id: 'policy' as never, kind: 'report', ...open });
    const ofApprover = await waitingFor('Qi', ['approver']);
    expect(ofApprover).toContain('approve payee-change');
    expect(ofApprover).toContain('approve write-off');
    expect(ofApprover).not.toContain('approve policy');
    expect(await waitingFor('Shen', ['council'])).toContain('approve policy');
    expect(await waitingFor('Wu', ['approver', 'council'])).not.toContain('approve payee-change');
    const items = await listWaiting(foundation.as('Qi', ['approver']));
    expect(items.find(({ kind }) => kind === 'payee-change')).toMatchObject({ id: 'school', title: named });
  });

  it('does not wait for whom the policy in force does not ask', async () => {
    const strict = { approvalsNeeded: 1, councilAboveMinor: null, approvers: ['council'] };
    await policies(foundation.database).collection.insertOne({
      ...{ _id: 'in-force' as never, kind: 'payee-change', policy: strict, status: 'in-force' },
      inForceFrom: at,
    });
    expect(await waitingFor('Qi', ['approver'])).not.toContain('approve payee-change');
    expect(await waitingFor('Shen', ['council'])).toContain('approve payee-change');
  });
});
