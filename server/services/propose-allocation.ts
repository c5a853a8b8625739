/** Proposing an allocation run: on what funds hold now, or by putting a draft of the allocation lab forward. */
import { requireRight, type Person } from '../domain/access.ts';
import { followsPublished, trialProblem } from '../domain/allocation-lab.ts';
import {
  allocationLines,
  DepartsFromRules,
  RulesReplaced,
  SnapshotMoved,
  totalOfLines,
  type AllocationRun,
} from '../domain/allocation-run.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { openControl, signatureOf } from '../domain/four-eyes.ts';
import {
  changedLines,
  faultsOfHandChanges,
  type HandChange,
  type HandOverride,
} from '../domain/hand-change.ts';
import { allocate, type AllocateProblem } from '../domain/matching/allocate.ts';
import type { AllocateResult } from '../domain/matching/allocate-format.ts';
import type { Currency } from '../domain/money.ts';
import { rulesOn } from '../domain/round-rules.ts';
import { dayOf } from '../domain/time.ts';
import { allocationRuns, type StoredAllocationRun } from '../db/models/allocation-run.ts';
import { contentOf, loadDraft, loadSnapshot } from './allocation-lab.ts';
import { assertStillHolds, readProblem } from './allocation-sources.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, createOnce, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';
import { findRound } from './rounds.ts';

/** What an approver of a run signs: the input, every line of the result, and everything that was changed by hand. */
const digestOfRun = (run: {
  readonly inputHash: string;
  readonly resultJson: string;
  readonly override: HandOverride | null;
}) =>
  digestOf({
    inputHash: run.inputHash,
    resultJson: run.resultJson,
    ...(run.override === null ? {} : { override: run.override }),
  });

interface Proposed {
  readonly id: string;
  readonly round: string;
  readonly currency: Currency;
  readonly problem: AllocateProblem;
  readonly result: AllocateResult;
  readonly override: HandOverride | null;
  readonly snapshot: string | null;
  readonly rulesVersion: number;
  readonly requestDigest: string;
}

function runOf(proposed: Proposed, person: Person, now: Date): StoredAllocationRun {
  const { id, round, currency, problem, result, override, snapshot, rulesVersion, requestDigest } = proposed;
  const resultJson = canonicalJson(result);
  const digest = digestOfRun({ inputHash: result.inputHash, resultJson, override });
  return {
    ...{ _id: id, round, currency, override, snapshot, rulesVersion, resultJson, requestDigest },
    problemJson: canonicalJson(problem),
    inputHash: result.inputHash,
    totalMinor: totalOfLines(allocationLines(problem, result, override)),
    status: 'proposed',
    control: openControl(digest, signatureOf(person, now)),
    proposedAt: now,
    executedAt: null,
  };
}

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
  const now = clock.now();
  const rules = rulesOn(round, dayOf(now, region.timeZone));
  const problem = await readProblem(database, round, rules, region.currency);
  const run = runOf(
    {
      ...{ id: input.id, round: round._id, currency: region.currency, problem, requestDigest },
      ...{ result: allocate(problem), override: null, snapshot: null, rulesVersion: rules.version },
    },
    person,
    now,
  );
  return createOnce(database, allocationRuns(database), 'allocation run', run);
}

export interface PutForwardInput {
  readonly id: string;
  readonly draft: string;
  /** Lines that people set otherwise than computed. */
  readonly changes: readonly HandChange[];
  /** Why lines are changed by hand; published with the run. */
  readonly reason: string;
}

export const putDraftForwardErrors = [
  ...proposeAllocationErrors,
  DepartsFromRules,
  RulesReplaced,
  SnapshotMoved,
] as const;

/**
 * Puts a kept draft forward for approval, with what is changed by hand in it. Only a draft that follows the published
 * rules may be put forward, and only while its snapshot holds.
 */
export async function putDraftForward(
  context: ServiceContext,
  input: PutForwardInput,
): Promise<AllocationRun> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.propose');
  assertUuid(input.id);
  const reason = input.reason.trim();
  const requestDigest = digestOf({ ...input, reason });
  const created = await findCreated(allocationRuns(database), 'allocation run', input.id, requestDigest);
  if (created !== null) return created;
  const draft = await loadDraft(database, input.draft);
  const [region, round, snapshot] = await Promise.all([
    loadRegion(database),
    findRound(database, draft.round),
    loadSnapshot(database, draft.snapshot),
  ]);
  const content = contentOf(snapshot);
  if (!followsPublished(content, draft.settings)) throw new DepartsFromRules(snapshot.rulesVersion);
  const problem = trialProblem(content, draft.settings);
  const result = allocate(problem);
  const faults = faultsOfHandChanges(problem, result, input.changes, reason);
  if (faults.length > 0) throw new InvalidInput(faults);
  const override = input.changes.length === 0 ? null : { reason, lines: changedLines(result, input.changes) };
  const now = clock.now();
  const run = runOf(
    {
      ...{ id: input.id, round: round._id, currency: snapshot.currency, problem, result, override },
      ...{ snapshot: snapshot._id, rulesVersion: snapshot.rulesVersion, requestDigest },
    },
    person,
    now,
  );
  await assertStillHolds(database, null, run, rulesOn(round, dayOf(now, region.timeZone)));
  return createOnce(database, allocationRuns(database), 'allocation run', run);
}
