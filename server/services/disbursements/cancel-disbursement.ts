/** Cancelling a disbursement that the bank has not paid: its milestone may then be paid anew. */
import { holdsRight, requireRight } from '../../domain/access.ts';
import { moveMilestone } from '../../domain/award.ts';
import type { Disbursement } from '../../domain/disbursement.ts';
import { InvalidInput, NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { inTransaction } from '../../db/database.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { storeMilestones } from '../awards/move-milestones.ts';
import { loadAward } from '../awards/read-awards.ts';
import type { ServiceContext } from '../context.ts';
import { loadDisbursement } from './read-disbursements.ts';

export const cancelDisbursementErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
] as const;

/** Cancels a disbursement with a reason: whoever may prepare or approve one may. Cancelling again changes nothing. */
export async function cancelDisbursement(
  context: ServiceContext,
  input: { readonly id: string; readonly reason: string },
): Promise<Disbursement> {
  const { database, clock, actor } = context;
  const right = holdsRight(actor, 'disbursement.approve') ? 'disbursement.approve' : 'disbursement.prepare';
  const person = requireRight(actor, right);
  if (input.reason.trim() === '') {
    const message = 'Say why the payment is cancelled; it stays on record.';
    throw new InvalidInput([{ path: 'reason', reason: 'missing', message }]);
  }
  return inTransaction(database, async (session) => {
    const disbursement = await loadDisbursement(database, input.id, session);
    const { _id, status, cancellation: earlier } = disbursement;
    if (earlier?.cancelledBy.personId === person.personId) return disbursement;
    if (status !== 'prepared' && status !== 'approved') {
      throw new WrongState('disbursement', _id, status, ['prepared', 'approved']);
    }
    const cancellation = { reason: input.reason, cancelledBy: signatureOf(person, clock.now()) };
    const change = { status: 'cancelled', cancellation } as const;
    await disbursements(database).updateOne({ _id }, { $set: { ...change, tranche: null } }, { session });
    const award = await loadAward(database, disbursement.award, session);
    const milestones = moveMilestone(award.milestones, disbursement.milestone, 'accepted');
    await storeMilestones(database, session, award, milestones);
    return { ...disbursement, ...change };
  });
}
