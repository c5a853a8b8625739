/**
 * What waits for a person (待办): everything whose next step they have the right to take and have not ruled themselves
 * out of by an earlier one. It shows the way only; each step asks for the right again.
 */
import { holdsRight, type Person } from '../domain/access.ts';
import { kindOfRun } from '../domain/allocation-run.ts';
import { controlMatterOfAward } from '../domain/award.ts';
import type { Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { BankLine } from '../domain/bank-line.ts';
import { operators, type Database } from '../db/database.ts';
import { bankLines } from '../db/models/bank-statement.ts';
import { allocationRuns, type StoredAllocationRun } from '../db/models/allocation-run.ts';
import { awards, type StoredAward } from '../db/models/award.ts';
import { compensations, type StoredCompensation } from '../db/models/compensation.ts';
import { policies, type StoredPolicy } from '../db/models/control.ts';
import { managementLimits, type StoredManagementLimit } from '../db/models/management-limit.ts';
import { disbursements, type StoredDisbursement } from '../db/models/disbursement.ts';
import { payeeChanges, type StoredPayeeChange } from '../db/models/party-standing.ts';
import { projects } from '../db/models/project.ts';
import { proposals } from '../db/models/proposal.ts';
import { reports, type StoredReport } from '../db/models/report.ts';
import { rounds, type StoredRound } from '../db/models/round.ts';
import type { ServiceContext } from './context.ts';
import { latestLedgerCheck } from './check-ledger.ts';
import { readUnawarded } from './awards/prepare-award.ts';
import { matterOfCompensation } from './compensations/decide-compensation.ts';
import { findParties } from './parties.ts';
import { waitingMoney } from './waiting-money.ts';
import { MAX_OF_A_KIND, stepOf, withSteps, type Untitled, type WaitingItem } from './waiting-steps.ts';

/** Oldest first; empty for whoever is not signed in. */
export async function listWaiting(context: ServiceContext): Promise<WaitingItem[]> {
  const { actor: person, database } = context;
  if (person.kind !== 'person') return [];
  const found = await Promise.all([
    waitingDrafts(database, person),
    waitingProposals(database, person),
    waitingAllocations(database, person),
    waitingProjects(database, person),
    waitingAwards(database, person),
    waitingDisbursements(database, person),
    waitingReports(database, person),
    waitingPayeeChanges(database, person),
    waitingPolicies(database, person),
    waitingCompensations(database, person),
    waitingMoney(database, person),
    waitingBankLines(database, person),
    brokenBooks(database, person),
  ]);
  const items = await withTitles(database, found.flat());
  return items.sort((one, other) => one.since.getTime() - other.since.getTime());
}

/** Drafts of a person's organizations that were begun and not submitted. */
async function waitingDrafts(database: Database, person: Person): Promise<Untitled[]> {
  const organizations = person.memberships
    .map(({ partyId }) => partyId)
    .filter((partyId) => holdsRight(person, 'proposal.submit', partyId));
  if (organizations.length === 0) return [];
  const drafts = await proposals(database)
    .find({ grantee: operators({ $in: organizations }), status: 'draft' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<Proposal[]>();
  return drafts.map(({ _id: id, round, plan, savedBy }) => ({
    kind: 'proposal',
    id,
    step: 'complete',
    round,
    titleOf: plan.title,
    since: savedBy.at,
  }));
}

async function waitingProposals(database: Database, person: Person): Promise<Untitled[]> {
  if (!holdsRight(person, 'proposal.decide')) return [];
  const submitted = await proposals(database)
    .find({ status: 'submitted' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<Proposal[]>();
  return submitted
    .filter(({ grantee }) => !person.memberships.some(({ partyId }) => partyId === grantee))
    .map(({ _id: id, round, plan, submittedBy, savedBy }) => ({
      kind: 'proposal',
      id,
      step: 'decide',
      round,
      titleOf: plan.title,
      since: (submittedBy ?? savedBy).at,
    }));
}

async function waitingAllocations(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await allocationRuns(database)
    .find({ status: 'proposed' })
    .sort({ proposedAt: -1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredAllocationRun[]>();
  const rights = { approve: 'allocation.approve', execute: 'allocation.execute' } as const;
  const open = await withSteps(proposed, (run) => {
    const { _id: id, control, totalMinor } = run;
    return stepOf(database, person, { kind: kindOfRun(run), id, control, amountMinor: totalMinor }, rights);
  });
  return open.map(({ thing: { _id: id, round, control }, step }) => ({
    ...({ kind: 'allocation', id, step, round, titleOf: round } as const),
    since: control.proposedBy.at,
  }));
}

/** Projects that an executed allocation gave money which no award holds yet. */
async function waitingProjects(database: Database, person: Person): Promise<Untitled[]> {
  if (!holdsRight(person, 'award.prepare')) return [];
  const funded = await projects(database)
    .find({ status: 'funded' })
    .sort({ acceptedAt: -1, _id: -1 })
    .limit(MAX_OF_A_KIND)
    .lean<Project[]>();
  const unawarded = await readUnawarded(
    database,
    funded.map(({ _id }) => _id),
  );
  const runIds = [...new Set([...unawarded.values()].flat().map(({ runId }) => runId))];
  const runs = await allocationRuns(database)
    .find({ _id: operators({ $in: runIds }) })
    .limit(runIds.length + 1)
    .lean<StoredAllocationRun[]>();
  const executed = new Map(runs.map(({ _id, executedAt, proposedAt }) => [_id, executedAt ?? proposedAt]));
  return funded.flatMap(({ _id: id, round, title: titleOf, acceptedAt }): Untitled[] => {
    const [first] = unawarded.get(id) ?? [];
    if (first === undefined) return [];
    const since = executed.get(first.runId) ?? acceptedAt;
    return [{ kind: 'project', id, step: 'prepare-award', round, titleOf, since }];
  });
}

async function waitingAwards(database: Database, person: Person): Promise<Untitled[]> {
  const open = await awards(database)
    .find({
      $or: [
        { status: operators({ $in: ['prepared', 'approved', 'signed'] }) },
        // The bank sent back what a closed award had paid.
        { status: 'closed', 'milestones.status': 'accepted' },
      ],
    })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredAward[]>();
  const rights = { approve: 'award.approve', execute: 'award.sign' } as const;
  const isBinding = ({ status }: StoredAward) => status === 'signed' || status === 'closed';
  const unsigned = open.filter((award) => !isBinding(award));
  const steps = await withSteps(unsigned, (award) =>
    stepOf(database, person, controlMatterOfAward(award), rights, award.grantee),
  );
  return [
    ...steps.map(({ thing: { _id: id, round, project: titleOf, control }, step }) => ({
      ...({ kind: 'award', id, round, titleOf } as const),
      step: step === 'execute' ? ('sign' as const) : step,
      since: control.proposedBy.at,
    })),
    ...open.filter(isBinding).flatMap((award) => waitingMilestones(person, award)),
  ];
}

function waitingMilestones(person: Person, award: StoredAward): Untitled[] {
  const { _id: id, round, project: titleOf, grantee, control } = award;
  const next = award.milestones.find(({ status }) => status === 'planned');
  if (next !== undefined && holdsRight(person, 'milestone.report', grantee)) {
    const since = control.executedBy?.at ?? control.proposedBy.at;
    return [{ kind: 'milestone', id, round, titleOf, step: 'report', since }];
  }
  return award.milestones.flatMap(({ status, report, acceptedBy }): Untitled[] => {
    const item = { kind: 'milestone' as const, id, round, titleOf };
    if (status === 'reported' && report !== null && holdsRight(person, 'milestone.accept')) {
      return [{ ...item, step: 'accept', since: report.reportedBy.at }];
    }
    if (status === 'accepted' && acceptedBy !== null && holdsRight(person, 'disbursement.prepare')) {
      return [{ ...item, step: 'prepare-disbursement', since: acceptedBy.at }];
    }
    return [];
  });
}

async function waitingDisbursements(database: Database, person: Person): Promise<Untitled[]> {
  const open = await disbursements(database)
    .find({ status: operators({ $in: ['prepared', 'approved'] }) })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredDisbursement[]>();
  const rights = { approve: 'disbursement.approve', execute: 'disbursement.execute' } as const;
  const steps = await withSteps(open, ({ _id: id, control, amountMinor }) =>
    stepOf(database, person, { kind: 'disbursement', id, control, amountMinor }, rights),
  );
  return steps.map(({ thing: { _id: id, round, project: titleOf, control }, step }) => ({
    ...({ kind: 'disbursement', id, step, round, titleOf } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingReports(database: Database, person: Person): Promise<Untitled[]> {
  const prepared = await reports(database)
    .find({ status: 'prepared' })
    .sort({ publishedAt: -1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredReport[]>();
  const rights = { approve: 'report.approve', execute: 'report.publish' } as const;
  const steps = await withSteps(prepared, ({ _id: id, control }) =>
    stepOf(database, person, { kind: 'report', id, control, amountMinor: null }, rights),
  );
  return steps.map(({ thing: { _id: id, round, preparedAt: since }, step }) => ({
    ...({ kind: 'report', id, round, titleOf: round, since } as const),
    step: step === 'execute' ? ('publish' as const) : step,
  }));
}

async function waitingPayeeChanges(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await payeeChanges(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredPayeeChange[]>();
  const rights = { approve: 'payee.approve', execute: 'payee.execute' } as const;
  const steps = await withSteps(proposed, ({ _id: id, control }) =>
    stepOf(database, person, { kind: 'payee-change', id, control, amountMinor: null }, rights),
  );
  return steps.map(({ thing: { party, control }, step }) => ({
    ...({ kind: 'payee-change', id: party, step, round: null, titleOf: party } as const),
    since: control.proposedBy.at,
  }));
}

/** The Council's approval puts a policy or a limit of management cost in force, so that there is nothing to execute. */
async function waitingPolicies(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await policies(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredPolicy[]>();
  const rights = { approve: 'policy.approve', execute: 'policy.approve' } as const;
  const limits = await managementLimits(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredManagementLimit[]>();
  const steps = await withSteps([...proposed, ...limits], ({ _id: id, control }) =>
    stepOf(database, person, { kind: 'policy', id, control, amountMinor: null }, rights),
  );
  return steps.map(({ thing: { _id: id, reason, control } }) => ({
    ...({ kind: 'policy', id, step: 'approve', round: null, titleOf: { zh: reason, en: reason } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingCompensations(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await compensations(database)
    .find({ status: 'proposed' })
    .sort({ publishedAt: -1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredCompensation[]>();
  const rights = { approve: 'compensation.approve', execute: 'compensation.publish' } as const;
  const steps = await withSteps(proposed, (one) =>
    stepOf(database, person, matterOfCompensation(one), rights),
  );
  return steps.map(({ thing: { _id: id, title: titleOf, round, control }, step }) => ({
    ...({ kind: 'compensation', id, round, titleOf } as const),
    step: step === 'execute' ? ('publish' as const) : step,
    since: control.proposedBy.at,
  }));
}

/** All lines that nobody has said anything about are one task: they are told on one screen. */
async function waitingBankLines(database: Database, person: Person): Promise<Untitled[]> {
  if (!holdsRight(person, 'bank.reconcile')) return [];
  const [oldest] = await bankLines(database)
    .find({ status: 'open' })
    .sort({ bookedOn: 1, _id: 1 })
    .limit(1)
    .lean<BankLine[]>();
  if (oldest === undefined) return [];
  const count = await bankLines(database).countDocuments({ status: 'open' });
  const titleOf = {
    zh: `${count} 条银行流水待认领`,
    en: count === 1 ? '1 bank line to tell' : `${count} bank lines to tell`,
  };
  const since = new Date(`${oldest.bookedOn}T00:00:00Z`);
  return [{ kind: 'bank-lines', id: oldest.account, step: 'reconcile', round: null, titleOf, since }];
}

/** The last full check of the books found something: whoever answers for them hears of it until a later one is clean. */
async function brokenBooks(database: Database, person: Person): Promise<Untitled[]> {
  if (!holdsRight(person, 'ledger.follow-check')) return [];
  const check = await latestLedgerCheck(database);
  if (check === null || check.breachCount === 0) return [];
  const { _id: id, breachCount: count, finishedAt: since } = check;
  const titleOf = {
    zh: `账簿检查发现 ${count} 处差异`,
    en:
      count === 1
        ? 'The check of the books found a difference'
        : `The check of the books found ${count} differences`,
  };
  return [{ kind: 'ledger-check', id, step: 'look-into', round: null, titleOf, since }];
}

/** Things are called after their project, their round or their party. */
async function withTitles(database: Database, items: readonly Untitled[]): Promise<WaitingItem[]> {
  const ids = [...new Set(items.flatMap(({ titleOf }) => (typeof titleOf === 'string' ? [titleOf] : [])))];
  const filter = { _id: operators({ $in: ids }) };
  const [ofProjects, ofRounds, ofParties] = await Promise.all([
    projects(database)
      .find(filter)
      .limit(ids.length + 1)
      .lean<Project[]>(),
    rounds(database)
      .find(filter)
      .limit(ids.length + 1)
      .lean<StoredRound[]>(),
    findParties(database, ids),
  ]);
  const titles = new Map([
    ...[...ofProjects, ...ofRounds].map(({ _id, title }) => [_id, title] as const),
    ...ofParties.map(({ _id, name }) => [_id, name] as const),
  ]);
  return items.map(({ titleOf, ...item }) => ({
    ...item,
    title: typeof titleOf === 'string' ? (titles.get(titleOf) ?? { zh: titleOf, en: titleOf }) : titleOf,
  }));
}
