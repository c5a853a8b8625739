/** Allocation runs once they are proposed: approved by two others, executed into the ledger, or withdrawn; and reading them. */
import { requireRight } from '../domain/access.ts';
import {
  kindOfRun,
  linesOfRun,
  problemOf,
  RulesReplaced,
  SnapshotMoved,
  type AllocationRun,
} from '../domain/allocation-run.ts';
import { NARRATIVES } from '../domain/entry-narratives.ts';
import { NotFound, SignInRequired, WrongState } from '../domain/errors.ts';
import { NotYetApproved, requirementOf, standingApprovals } from '../domain/four-eyes.ts';
import { fundIdOfProject } from '../domain/fund.ts';
import { allocationApproved } from '../domain/posting-rules.ts';
import type { Project } from '../domain/project.ts';
import type { Region } from '../domain/region.ts';
import { rulesOn } from '../domain/round-rules.ts';
import { dayOf } from '../domain/time.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../db/database.ts';
import { allocationRuns, type StoredAllocationRun } from '../db/models/allocation-run.ts';
import { projects } from '../db/models/project.ts';
import { rounds } from '../db/models/round.ts';
import { guardFunds, postEntries } from '../ledger/post-entries.ts';
import { assertStillHolds } from './allocation-sources.ts';
import { executeMatter, executionErrors, isMatterApproved, readPolicy, type Matter } from './approvals.ts';
import {
  approveControlled,
  approveControlledErrors,
  assertWaiting,
  loadControlled,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from './controlled-records.ts';
import type { ServiceContext } from './context.ts';
import { requireRightOver } from './found.ts';
import { loadRegion } from './region.ts';
import { findRound } from './rounds.ts';

const MAX_PROJECTS = 20_000;

/** A run as four-eyes control decides on it: it concerns every grantee whose project competed, funded or not. */
async function controlMatterOfRun(
  run: AllocationRun,
  database: Database,
  session: ClientSession,
): Promise<Matter> {
  const { _id: id, control, totalMinor } = run;
  const competing = problemOf(run).projects.map((project) => project.id);
  const found = await projects(database)
    .find({ _id: operators({ $in: competing }) })
    .limit(MAX_PROJECTS)
    .session(session)
    .lean<Project[]>();
  const parties = [...new Set(found.map((project) => project.grantee))];
  return { kind: kindOfRun(run), id, control, amountMinor: totalMinor, parties };
}

const RUNS: ControlledKindOfRecord<StoredAllocationRun> = {
  name: 'allocation run',
  model: allocationRuns,
  matterOf: controlMatterOfRun,
  waiting: 'proposed',
  approving: 'allocation.approve',
  withdrawing: 'allocation.propose',
};

export const approveAllocationErrors = approveControlledErrors;

/** Approves a run as it was seen: `digest` is the one shown with it. */
export const approveAllocation = (context: ServiceContext, seen: Seen): Promise<AllocationRun> =>
  approveControlled(context, RUNS, seen);

export const withdrawAllocationErrors = withdrawControlledErrors;

/** Takes a proposed run back; it stays readable and moves nothing. */
export const withdrawAllocation = (
  context: ServiceContext,
  input: { readonly id: string },
): Promise<AllocationRun> => withdrawControlled(context, RUNS, input);

export const executeAllocationErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  SnapshotMoved,
  RulesReplaced,
] as const;

async function moveIntoLedger(
  database: Database,
  session: ClientSession,
  run: AllocationRun,
  moving: { readonly region: Region; readonly at: Date },
): Promise<void> {
  const lines = linesOfRun(run);
  // The funds first, so that no other decision on them can pass between reading and writing.
  await guardFunds(database, session, [
    ...lines.map((line) => line.fundId),
    ...lines.map((line) => fundIdOfProject(line.projectId)),
  ]);
  const rules = rulesOn(await findRound(database, run.round), dayOf(moving.at, moving.region.timeZone));
  await assertStillHolds(database, session, run, rules);
  const entry = allocationApproved({
    runId: run._id,
    round: run.round,
    lines,
    effectiveOn: dayOf(moving.at, moving.region.timeZone),
    currency: run.currency,
    narrative: NARRATIVES.allocation(new Set(lines.map((line) => line.projectId)).size, run.inputHash),
  });
  if (lines.length > 0) await postEntries(database, session, [entry], moving.at);
  await projects(database).updateMany(
    { _id: operators({ $in: lines.map((line) => line.projectId) }), status: 'eligible' },
    { $set: { status: 'funded' } },
    { session },
  );
  await rounds(database).updateOne(
    { _id: run.round, status: 'open' },
    { $set: { status: 'allocated' } },
    { session },
  );
}

/** What was changed by hand needs the approvals of an allocation too, should their policies differ. */
async function assertApprovedAsAllocation(
  database: Database,
  session: ClientSession,
  matter: Matter,
): Promise<void> {
  const asAllocation = { ...matter, kind: 'allocation' } as const;
  if (await isMatterApproved(database, session, asAllocation)) return;
  const { approvalsNeeded } = requirementOf(
    await readPolicy(database, 'allocation', session),
    matter.amountMinor,
  );
  throw new NotYetApproved(standingApprovals(matter.control).length, approvalsNeeded);
}

/** Moves an approved run into the ledger, in one transaction, if what it was computed from still holds. */
export async function executeAllocation(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<AllocationRun> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.execute');
  const region = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const run = await loadControlled(RUNS, database, input.id, session);
    if (run.status === 'executed' && run.control.executedBy?.personId === person.personId) return run;
    assertWaiting(RUNS, run);
    const now = clock.now();
    const step = { right: 'allocation.execute' } as const;
    const matter = await controlMatterOfRun(run, database, session);
    if (matter.kind === 'override') await assertApprovedAsAllocation(database, session, matter);
    const control = await executeMatter(context, session, matter, step);
    await moveIntoLedger(database, session, run, { region, at: now });
    const change = { status: 'executed', control, executedAt: now } as const;
    await allocationRuns(database).updateOne({ _id: run._id }, { $set: change }, { session });
    return { ...run, ...change };
  });
}

const MAX_RUNS = 100;

/** The latest runs of a round, newest first, for staff. */
export async function listAllocationRuns(context: ServiceContext, roundId: string): Promise<AllocationRun[]> {
  requireRight(context.actor, 'allocation.read');
  return allocationRuns(context.database)
    .find({ round: roundId })
    .sort({ proposedAt: -1 })
    .limit(MAX_RUNS)
    .lean<StoredAllocationRun[]>();
}

/** Executed runs of a round, oldest first: what the public may see and compute anew. */
export async function listExecutedRuns(database: Database, roundId: string): Promise<AllocationRun[]> {
  return allocationRuns(database)
    .find({ round: roundId, status: 'executed' })
    .sort({ proposedAt: 1 })
    .limit(MAX_RUNS)
    .lean<StoredAllocationRun[]>();
}

const MAX_PUBLISHED = 50;

/** The latest executed runs of all rounds, newest first. */
export async function listPublishedRuns(database: Database): Promise<AllocationRun[]> {
  return allocationRuns(database)
    .find({ status: 'executed' })
    .sort({ proposedAt: -1 })
    .limit(MAX_PUBLISHED)
    .lean<StoredAllocationRun[]>();
}

/** An executed run, as everybody may see it; null for any other id. */
export async function findPublishedRun(database: Database, id: string): Promise<AllocationRun | null> {
  const run = await allocationRuns(database).findById(id).lean<StoredAllocationRun>();
  return run?.status === 'executed' ? run : null;
}

export async function findAllocationRun(context: ServiceContext, id: string): Promise<AllocationRun> {
  const run = await allocationRuns(context.database).findById(id).lean<StoredAllocationRun>();
  if (run?.status === 'executed') return run;
  return requireRightOver(context.actor, 'allocation.read', run, { concept: 'allocation run', id }).thing;
}
