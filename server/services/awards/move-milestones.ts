/** Milestones of a signed award: the grantee reports, the foundation accepts, and accepting releases the tranche. */
import { requireRight } from '../../domain/access.ts';
import { moveMilestone, type Award, type Milestone } from '../../domain/award.ts';
import { InvalidInput, NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { awardNamed, loadAward, requireMilestone, seekAward } from './read-awards.ts';

const MAX_EVIDENCE = 10_000;

/** Writes the milestones of an award; the award's document makes concurrent changes conflict. */
export async function storeMilestones(
  database: Database,
  session: ClientSession,
  award: Award,
  milestones: readonly Milestone[],
): Promise<Award> {
  await awards(database).updateOne({ _id: award._id }, { $set: { milestones } }, { session });
  return { ...award, milestones };
}

export const reportMilestoneErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
] as const;

function assertEvidence(evidence: string): void {
  const path = 'evidence';
  if (evidence.trim() === '') {
    const message = 'Say what was done and where it can be seen.';
    throw new InvalidInput([{ path, reason: 'missing', message }]);
  }
  if (evidence.length > MAX_EVIDENCE) {
    const message = `Keep the evidence within ${MAX_EVIDENCE} characters.`;
    throw new InvalidInput([{ path, reason: 'too-long', message }]);
  }
}

/** Reports a milestone with its evidence; a report may be replaced until it is accepted. */
export async function reportMilestone(
  context: ServiceContext,
  input: { readonly award: string; readonly milestone: string; readonly evidence: string },
): Promise<Award> {
  const { database, clock, actor } = context;
  if (actor.kind === 'anonymous') throw new SignInRequired();
  assertEvidence(input.evidence);
  return inTransaction(database, async (session) => {
    const found = await seekAward(database, input.award, session);
    const named = awardNamed(input.award);
    const { person, thing: award } = requireRightOver(actor, 'milestone.report', found, named);
    if (award.status !== 'signed') throw new WrongState('award', award._id, award.status, ['signed']);
    const { id } = requireMilestone(award, input.milestone);
    const report = { evidence: input.evidence, reportedBy: signatureOf(person, clock.now()) };
    const milestones = moveMilestone(award.milestones, id, 'reported', { report });
    return storeMilestones(database, session, award, milestones);
  });
}

export const acceptMilestoneErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Accepts a reported milestone: its tranche may be paid. Accepting again changes nothing. */
export async function acceptMilestone(
  context: ServiceContext,
  input: { readonly award: string; readonly milestone: string },
): Promise<Award> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'milestone.accept');
  return inTransaction(database, async (session) => {
    const award = await loadAward(database, input.award, session);
    const milestone = requireMilestone(award, input.milestone);
    if (milestone.acceptedBy?.personId === person.personId) return award;
    if (milestone.status !== 'reported')
      throw new WrongState('milestone', milestone.id, milestone.status, ['reported']);
    const acceptedBy = signatureOf(person, clock.now());
    const milestones = moveMilestone(award.milestones, milestone.id, 'accepted', { acceptedBy });
    return storeMilestones(database, session, award, milestones);
  });
}
