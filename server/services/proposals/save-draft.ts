/** Saving a draft as often as its authors like, without one of them overwriting another unseen. */
import { requireRight } from '../../domain/access.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import type { Party } from '../../domain/party.ts';
import type { MilestonePlan } from '../../domain/project.ts';
import {
  DraftChangedElsewhere,
  errorsOfDraft,
  type DraftPlan,
  type Proposal,
} from '../../domain/proposal.ts';
import { inTransaction } from '../../db/database.ts';
import { proposals } from '../../db/models/proposal.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf } from '../create-once.ts';
import { findParty } from '../parties.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';

export interface SaveDraftInput extends Omit<DraftPlan, 'milestones'> {
  readonly id: string;
  readonly round: string;
  readonly grantee: string;
  /** The revision that the author edited; 0 for a new draft. */
  readonly basedOn: number;
  /** In their order; ids follow from it. */
  readonly milestones: readonly Omit<MilestonePlan, 'id'>[];
}

export const saveDraftErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  DraftChangedElsewhere,
] as const;

function assertMayApply(party: Party): void {
  if (party.kind === 'social-organization') return;
  throw new InvalidInput([
    {
      path: 'grantee',
      reason: 'not-a-social-organization',
      message: 'Projects are proposed by social organizations. Choose one that you belong to.',
    },
  ]);
}

/** True when the draft already stands as this request wants it: the answer to an earlier try was lost. */
const saidBefore = (existing: Proposal, proposal: Proposal): boolean =>
  existing.revision === proposal.revision &&
  digestOf([existing.round, existing.plan]) === digestOf([proposal.round, proposal.plan]);

function assertReplaceable(existing: Proposal, { grantee }: Proposal, basedOn: number): void {
  if (existing.grantee !== grantee) throw new IdAlreadyUsed('proposal', existing._id);
  if (existing.status !== 'draft') throw new WrongState('proposal', existing._id, existing.status, ['draft']);
  if (existing.revision !== basedOn) throw new DraftChangedElsewhere(basedOn, existing.revision);
}

/** Saves the draft of a member of its organization. Gaps are welcome, errors are not. */
export async function saveDraft(context: ServiceContext, input: SaveDraftInput): Promise<Proposal> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'proposal.submit', input.grantee);
  assertUuid(input.id);
  const [region, round, party] = await Promise.all([
    loadRegion(database),
    findRound(database, input.round),
    findParty(database, input.grantee),
  ]);
  assertMayApply(party);
  const { id, round: roundId, grantee, basedOn, milestones, ...rest } = input;
  const plan = {
    ...rest,
    milestones: milestones.map((milestone, index) => ({ id: `m${index + 1}`, ...milestone })),
  };
  const faults = errorsOfDraft(plan, round, region);
  if (faults.length > 0) throw new InvalidInput(faults);
  const proposal: Proposal = {
    _id: id,
    round: roundId,
    grantee,
    plan,
    revision: basedOn + 1,
    status: 'draft',
    startedAt: clock.now(),
    savedBy: signatureOf(person, clock.now()),
    submittedBy: null,
    decision: null,
  };
  return inTransaction(database, async (session) => {
    const existing = await proposals(database).findById(id).session(session).lean<Proposal>();
    if (existing !== null) {
      if (existing.grantee === grantee && saidBefore(existing, proposal)) return existing;
      assertReplaceable(existing, proposal, basedOn);
      const next = { ...proposal, startedAt: existing.startedAt };
      await proposals(database).replaceOne({ _id: id, status: 'draft' }, next, { session });
      return next;
    }
    const first = { ...proposal, revision: 1 };
    await proposals(database).create([first], { session });
    return first;
  });
}
