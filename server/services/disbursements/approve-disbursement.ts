/** Approving a disbursement: by somebody who did not prepare it, on the amount and the account that they saw. */
import { requireRight } from '../../domain/access.ts';
import { PayeeChanged, termsOfDisbursement, type Disbursement } from '../../domain/disbursement.ts';
import { NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import {
  approve,
  APPROVAL_POLICIES,
  ChangedSinceSeen,
  isApproved,
  SamePersonTwice,
} from '../../domain/four-eyes.ts';
import { inTransaction } from '../../db/database.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { approvalOf, assertUnchanged } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { assertSamePayee, loadDisbursement } from './read-disbursements.ts';

export const approveDisbursementErrors = [
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
  SamePersonTwice,
  ChangedSinceSeen,
  PayeeChanged,
] as const;

/** Approves a disbursement as it was seen: `digest` is the one shown with it. Approving again changes nothing. */
export async function approveDisbursement(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<Disbursement> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'disbursement.approve');
  return inTransaction(database, async (session) => {
    const disbursement = await loadDisbursement(database, input.id, session);
    const { _id, status, control } = disbursement;
    const given = control.approvals.some(
      ({ personId, digest }) => personId === person.personId && digest === input.digest,
    );
    if (status === 'approved' && given) return disbursement;
    if (status !== 'prepared') throw new WrongState('disbursement', _id, status, ['prepared']);
    assertUnchanged(control, termsOfDisbursement(disbursement), input.digest);
    await assertSamePayee(database, disbursement);
    const approved = approve(control, approvalOf(person, 'disbursement.approve', input.digest, clock.now()));
    const change = {
      control: approved,
      status: isApproved(approved, APPROVAL_POLICIES.disbursement) ? 'approved' : 'prepared',
    } as const;
    await disbursements(database).updateOne({ _id, status: 'prepared' }, { $set: change }, { session });
    return { ...disbursement, ...change };
  });
}
