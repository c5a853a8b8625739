/** Allocation runs: propose on a snapshot, approve by two others, execute into the ledger. */
import { requireRight } from '../domain/access.ts';
import {
  allocationLines,
  assertSnapshotHolds,
  problemOf,
  resultOf,
  SnapshotMoved,
  totalOfLines,
  type AllocationRun,
} from '../domain/allocation-run.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../domain/errors.ts';
import { openControl, signatureOf } from '../domain/four-eyes.ts';
import { fundIdOfProject } from '../domain/fund.ts';
import { allocate } from '../domain/matching/allocate.ts';
import { formatMoney } from '../domain/money.ts';
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
import { readFundPositions } from '../ledger/read-balances.ts';
import { fundableProjects, readProblem } from './allocation-sources.ts';
import { approvalErrors, approveMatter, executeMatter, executionErrors, type Matter } from './approvals.ts';
import type { ServiceContext } from './context.ts';
import { requireRightOver } from './found.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';
import { findRound } from './rounds.ts';

const MAX_PROJECTS = 20_000;

/** What an approver of a run signs: the input and every line of the result. */
const digestOfRun = (run: { readonly inputHash: string; readonly resultJson: string }) =>
  digestOf({ inputHash: run.inputHash, resultJson: run.resultJson });

export const proposeAllocationErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
] as const;

/** Computes a run on what funds hold and projects need now, and proposes it for approval. Nothing moves yet. */
export async function proposeAllocation(
  context: ServiceContext,
  input: { readonly id: string; readonly round: string },
): Promise<AllocationRun> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.propose');
  assertUuid(input.id);
  const requestDigest = digestOf(input);
  const created = await findCreated(allocationRuns(database), 'allocation run', input.id, requestDigest);
  if (created !== null) return created;
  const [region, round] = await Promise.all([loadRegion(database), findRound(database, input.round)]);
  const rules = rulesOn(round, dayOf(clock.now(), region.timeZone));
  const problem = await readProblem(database, round, rules, region.currency);
  const result = allocate(problem);
  const now = clock.now();
  const resultJson = canonicalJson(result);
  const run: StoredAllocationRun = {
    _id: input.id,
    round: round._id,
    currency: region.currency,
    problemJson: canonicalJson(problem),
    resultJson,
    inputHash: result.inputHash,
    totalMinor: totalOfLines(allocationLines(problem, result)),
    status: 'proposed',
    control: openControl(digestOfRun({ inputHash: result.inputHash, resultJson }), signatureOf(person, now)),
    proposedAt: now,
    executedAt: null,
    requestDigest,
  };
  await inTransaction(database, (session) => allocationRuns(database).create([run], { session }));
  return run;
}

async function loadRun(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<AllocationRun> {
  const run = await allocationRuns(database).findById(id).session(session).lean<StoredAllocationRun>();
  if (run === null) throw new NotFound('allocation run', id);
  return run;
}

/** A run as four-eyes control decides on it: it concerns every grantee whose project competed, funded or not. */
async function controlMatterOfRun(
  database: Database,
  session: ClientSession,
  run: AllocationRun,
): Promise<Matter> {
  const { _id: id, control, totalMinor } = run;
  const competing = problemOf(run).projects.map((project) => project.id);
  const found = await projects(database)
    .find({ _id: operators({ $in: competing }) })
    .limit(MAX_PROJECTS)
    .session(session)
    .lean<Project[]>();
  const parties = [...new Set(found.map((project) => project.grantee))];
  return { kind: 'allocation', id, control, amountMinor: totalMinor, parties };
}

export const approveAllocationErrors = [...approvalErrors, SignInRequired, NotFound, WrongState] as const;

/** Approves a run as it was seen: `digest` is the one shown with it. */
export async function approveAllocation(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<AllocationRun> {
  const { database, actor } = context;
  requireRight(actor, 'allocation.approve');
  return inTransaction(database, async (session) => {
    const run = await loadRun(database, input.id, session);
    if (run.status !== 'proposed') throw new WrongState('allocation run', run._id, run.status, ['proposed']);
    const step = { right: 'allocation.approve', seenDigest: input.digest } as const;
    const matter = await controlMatterOfRun(database, session, run);
    const { control } = await approveMatter(context, session, matter, step);
    await allocationRuns(database).updateOne({ _id: run._id }, { $set: { control } }, { session });
    return { ...run, control };
  });
}

export const withdrawAllocationErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Takes a proposed run back; it stays readable and moves nothing. */
export async function withdrawAllocation(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<AllocationRun> {
  const { database, actor } = context;
  requireRight(actor, 'allocation.propose');
  return inTransaction(database, async (session) => {
    const run = await loadRun(database, input.id, session);
    if (run.status !== 'proposed') throw new WrongState('allocation run', run._id, run.status, ['proposed']);
    await allocationRuns(database).updateOne(
      { _id: run._id },
      { $set: { status: 'withdrawn' } },
      { session },
    );
    return { ...run, status: 'withdrawn' };
  });
}

export const executeAllocationErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  SnapshotMoved,
] as const;

async function assertStillHolds(
  database: Database,
  session: ClientSession,
  run: AllocationRun,
  lines: ReturnType<typeof allocationLines>,
): Promise<void> {
  const positions = await readFundPositions(
    database,
    lines.map((line) => line.fundId),
    session,
  );
  const candidates = await fundableProjects(database, run.round, session);
  assertSnapshotHolds(
    lines,
    {
      balances: new Map([...positions].map(([fundId, position]) => [fundId, position.balanceMinor])),
      remainingNeeds: new Map(
        candidates.map((project) => [project.id, project.needMinor - project.fundedMinor]),
      ),
    },
    run.currency,
  );
}

async function moveIntoLedger(
  database: Database,
  session: ClientSession,
  run: AllocationRun,
  moving: { readonly region: Region; readonly at: Date },
): Promise<void> {
  const lines = allocationLines(problemOf(run), resultOf(run));
  // The funds first, so that no other decision on them can pass between reading and writing.
  await guardFunds(database, session, [
    ...lines.map((line) => line.fundId),
    ...lines.map((line) => fundIdOfProject(line.projectId)),
  ]);
  await assertStillHolds(database, session, run, lines);
  const entry = allocationApproved({
    runId: run._id,
    round: run.round,
    lines,
    effectiveOn: dayOf(moving.at, moving.region.timeZone),
    currency: run.currency,
    narrative: `Allocation of ${formatMoney(run.totalMinor, run.currency)} to ${new Set(lines.map((line) => line.projectId)).size} projects, input ${run.inputHash}`,
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

/** Moves an approved run into the ledger, in one transaction, if what it was computed from still holds. */
export async function executeAllocation(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<AllocationRun> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.execute');
  const region = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const run = await loadRun(database, input.id, session);
    if (run.status === 'executed' && run.control.executedBy?.personId === person.personId) return run;
    if (run.status !== 'proposed') throw new WrongState('allocation run', run._id, run.status, ['proposed']);
    const now = clock.now();
    const step = { right: 'allocation.execute' } as const;
    const matter = await controlMatterOfRun(database, session, run);
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
