/** The allocation lab (分配试算台): snapshots of a round, and drafts that staff keep on them. Nothing here moves money. */
import { requireRight } from '../domain/access.ts';
import {
  faultsOfTrial,
  hashOfResult,
  hashOfSnapshot,
  trialProblem,
  type AllocationSnapshot,
  type TrialSettings,
} from '../domain/allocation-lab.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  type InputFault,
} from '../domain/errors.ts';
import { signatureOf } from '../domain/four-eyes.ts';
import { allocate } from '../domain/matching/allocate.ts';
import type { AllocateResult } from '../domain/matching/allocate-format.ts';
import { minor } from '../domain/money.ts';
import { codesOf } from '../domain/region.ts';
import { rulesOn } from '../domain/round-rules.ts';
import { dayOf } from '../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../db/database.ts';
import {
  allocationDrafts,
  allocationSnapshots,
  type StoredDraft,
  type StoredSnapshot,
} from '../db/models/allocation-lab.ts';
import { readProblem } from './allocation-sources.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, createOnce, digestOf, findCreated } from './create-once.ts';
import { readRoundOverview } from './overview.ts';
import { loadRegion } from './region.ts';
import { findRound } from './rounds.ts';

export type { StoredDraft, StoredSnapshot } from '../db/models/allocation-lab.ts';

export const takeSnapshotErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
] as const;

/** Keeps what funds hold and projects lack now, under the rules in force today, with the hash that names it. */
export async function takeSnapshot(
  context: ServiceContext,
  input: { readonly id: string; readonly round: string },
): Promise<StoredSnapshot> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.propose');
  assertUuid(input.id);
  const requestDigest = digestOf(input);
  const created = await findCreated(allocationSnapshots(database), 'snapshot', input.id, requestDigest);
  if (created !== null) return created;
  const [region, round] = await Promise.all([loadRegion(database), findRound(database, input.round)]);
  const now = clock.now();
  const rules = rulesOn(round, dayOf(now, region.timeZone));
  const [problem, overview] = await Promise.all([
    readProblem(database, round, rules, region.currency),
    readRoundOverview(database, round),
  ]);
  const content: AllocationSnapshot = {
    version: 1,
    problem,
    cells: overview.coverage.map(({ sector, locality, targetMinor, fundedMinor }) => ({
      sector,
      locality,
      targetMinor: String(targetMinor),
      fundedMinor: String(fundedMinor),
    })),
  };
  const snapshotJson = canonicalJson(content);
  const snapshot: StoredSnapshot = {
    _id: input.id,
    round: round._id,
    currency: region.currency,
    rulesVersion: rules.version,
    snapshotJson,
    hash: hashOfSnapshot(snapshotJson),
    taken: signatureOf(person, now),
    takenAt: now,
    requestDigest,
  };
  return createOnce(database, allocationSnapshots(database), 'snapshot', snapshot);
}

export const contentOf = ({ snapshotJson }: Pick<StoredSnapshot, 'snapshotJson'>): AllocationSnapshot =>
  JSON.parse(snapshotJson) as AllocationSnapshot;

export async function loadSnapshot(database: Database, id: string): Promise<StoredSnapshot> {
  const found = await allocationSnapshots(database).findById(id).lean<StoredSnapshot>();
  if (found === null) throw new NotFound('snapshot', id);
  return found;
}

export const findSnapshotErrors = [NotPermitted, SignInRequired, NotFound] as const;

export async function findSnapshot(context: ServiceContext, id: string): Promise<StoredSnapshot> {
  requireRight(context.actor, 'allocation.read');
  return loadSnapshot(context.database, id);
}

const MAX_LISTED = 100;
const MAX_SNAPSHOTS = 20;

/** The latest snapshots of a round, newest first. */
export async function listSnapshots(context: ServiceContext, round: string): Promise<StoredSnapshot[]> {
  requireRight(context.actor, 'allocation.read');
  return allocationSnapshots(context.database)
    .find({ round })
    .sort({ takenAt: -1 })
    .limit(MAX_SNAPSHOTS)
    .lean<StoredSnapshot[]>();
}

export interface KeepDraftInput {
  readonly id: string;
  readonly snapshot: string;
  readonly name: string;
  readonly settings: TrialSettings;
  /** What whoever asks computed: kept only where the server comes to the same. */
  readonly resultHash: string;
}

const LONGEST_NAME = 80;

export const keepDraftErrors = [InvalidInput, NotPermitted, SignInRequired, NotFound, IdAlreadyUsed] as const;

/** Keeps a trial under a name, after computing it again and comparing what came out. */
export async function keepDraft(context: ServiceContext, input: KeepDraftInput): Promise<StoredDraft> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'allocation.propose');
  assertUuid(input.id);
  const name = input.name.trim();
  const requestDigest = digestOf({ ...input, name });
  const created = await findCreated(allocationDrafts(database), 'draft', input.id, requestDigest);
  if (created !== null) return created;
  const [region, snapshot] = await Promise.all([
    loadRegion(database),
    loadSnapshot(database, input.snapshot),
  ]);
  const known = { localities: codesOf(region.localities), sectors: codesOf(region.sectors) };
  const faults = [...faultsOfName(name), ...faultsOfTrial(input.settings, known)];
  if (faults.length > 0) throw new InvalidInput(faults);
  const result = allocate(trialProblem(contentOf(snapshot), input.settings));
  const resultHash = hashOfResult(result);
  if (resultHash !== input.resultHash) {
    throw new InvalidInput([
      {
        path: 'resultHash',
        reason: 'other-result',
        message: 'The server computes another result from these settings. Reload the page and try again.',
      },
    ]);
  }
  const now = clock.now();
  const draft: StoredDraft = {
    _id: input.id,
    round: snapshot.round,
    snapshot: snapshot._id,
    name,
    settings: input.settings,
    resultHash,
    totalMinor: totalOf(result),
    currency: snapshot.currency,
    kept: signatureOf(person, now),
    keptAt: now,
    requestDigest,
  };
  return createOnce(database, allocationDrafts(database), 'draft', draft);
}

const totalOf = ({ grants }: AllocateResult) =>
  minor(grants.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n));

function faultsOfName(name: string): InputFault[] {
  if (name !== '' && name.length <= LONGEST_NAME) return [];
  const message = `Name the draft, in ${LONGEST_NAME} characters at most.`;
  return [{ path: 'name', reason: name === '' ? 'empty' : 'too-long', message }];
}

export async function loadDraft(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<StoredDraft> {
  const found = await allocationDrafts(database).findById(id).session(session).lean<StoredDraft>();
  if (found === null) throw new NotFound('draft', id);
  return found;
}

/** The latest drafts of a round, newest first. */
export async function listDrafts(context: ServiceContext, round: string): Promise<StoredDraft[]> {
  requireRight(context.actor, 'allocation.read');
  return allocationDrafts(context.database)
    .find({ round })
    .sort({ keptAt: -1 })
    .limit(MAX_LISTED)
    .lean<StoredDraft[]>();
}

export const deleteDraftErrors = [NotPermitted, SignInRequired, NotFound] as const;

/** Deletes a draft of one's own; the audit log keeps what it was. Somebody else's is refused, naming whose it is. */
export async function deleteDraft(context: ServiceContext, id: string): Promise<StoredDraft> {
  const { database, actor } = context;
  const person = requireRight(actor, 'allocation.propose');
  return inTransaction(database, async (session) => {
    const draft = await loadDraft(database, id, session);
    if (draft.kept.personId !== person.personId) {
      throw new NotPermitted('allocation.propose', [draft.kept.name]);
    }
    await allocationDrafts(database).deleteOne({ _id: id }, { session });
    return draft;
  });
}
