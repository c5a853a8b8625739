/** Approving an award: by somebody who did not prepare it. */
import { requireRight } from '../../domain/access.ts';
import { controlMatterOfAward, termsOfAward, type Award } from '../../domain/award.ts';
import { NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import { inTransaction } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { approvalErrors, approveMatter, assertUnchanged, isMatterApproved } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { loadAward } from './read-awards.ts';

export const approveAwardErrors = [...approvalErrors, SignInRequired, NotFound, WrongState] as const;

/** Approves an award as it was seen: `digest` is the one shown with it. Approving again changes nothing. */
export async function approveAward(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<Award> {
  const { database, actor } = context;
  const person = requireRight(actor, 'award.approve');
  return inTransaction(database, async (session) => {
    const award = await loadAward(database, input.id, session);
    const given = award.control.approvals.some(
      ({ personId, digest }) => personId === person.personId && digest === input.digest,
    );
    const matter = controlMatterOfAward(award);
    const complete = award.status === 'approved' && (await isMatterApproved(database, session, matter));
    if (complete && given) return award;
    if (complete || (award.status !== 'prepared' && award.status !== 'approved')) {
      throw new WrongState('award', award._id, award.status, ['prepared']);
    }
    assertUnchanged(award.control, termsOfAward(award), input.digest);
    const step = { right: 'award.approve', seenDigest: input.digest } as const;
    const { control, approved } = await approveMatter(context, session, matter, step);
    const status = approved ? 'approved' : 'prepared';
    await awards(database).updateOne(
      { _id: award._id, status: award.status },
      { $set: { control, status } },
      { session },
    );
    return { ...award, control, status };
  });
}
