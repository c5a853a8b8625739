/** Approving an award: by somebody who did not prepare it. */
import { requireRight } from '../../domain/access.ts';
import { termsOfAward, type Award } from '../../domain/award.ts';
import { NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import {
  approve,
  APPROVAL_POLICIES,
  ChangedSinceSeen,
  isApproved,
  SamePersonTwice,
} from '../../domain/four-eyes.ts';
import { inTransaction } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { approvalOf, assertUnchanged } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { loadAward } from './read-awards.ts';

export const approveAwardErrors = [
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
  SamePersonTwice,
  ChangedSinceSeen,
] as const;

/** Approves an award as it was seen: `digest` is the one shown with it. Approving again changes nothing. */
export async function approveAward(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<Award> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'award.approve');
  return inTransaction(database, async (session) => {
    const award = await loadAward(database, input.id, session);
    const given = award.control.approvals.some(
      ({ personId, digest }) => personId === person.personId && digest === input.digest,
    );
    if (award.status === 'approved' && given) return award;
    if (award.status !== 'prepared') throw new WrongState('award', award._id, award.status, ['prepared']);
    assertUnchanged(award.control, termsOfAward(award), input.digest);
    const approval = approvalOf(person, 'award.approve', input.digest, clock.now());
    const control = approve(award.control, approval);
    const status = isApproved(control, APPROVAL_POLICIES.award) ? 'approved' : 'prepared';
    await awards(database).updateOne(
      { _id: award._id, status: 'prepared' },
      { $set: { control, status } },
      { session },
    );
    return { ...award, control, status };
  });
}
