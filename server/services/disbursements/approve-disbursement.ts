/** Approving a disbursement: by somebody who did not prepare it, on the amount and the account that they saw. */
import { requireRight } from '../../domain/access.ts';
import {
  controlMatterOfDisbursement,
  PayeeChanged,
  PayeeInDoubt,
  termsOfDisbursement,
  type Disbursement,
} from '../../domain/disbursement.ts';
import { NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import { inTransaction } from '../../db/database.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { approvalErrors, approveMatter, assertUnchanged, isMatterApproved } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { assertSamePayee, loadDisbursement } from './read-disbursements.ts';

export const approveDisbursementErrors = [
  ...approvalErrors,
  SignInRequired,
  NotFound,
  WrongState,
  PayeeChanged,
  PayeeInDoubt,
] as const;

/** Approves a disbursement as it was seen: `digest` is the one shown with it. Approving again changes nothing. */
export async function approveDisbursement(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<Disbursement> {
  const { database, actor } = context;
  const person = requireRight(actor, 'disbursement.approve');
  return inTransaction(database, async (session) => {
    const disbursement = await loadDisbursement(database, input.id, session);
    const { _id, status, control } = disbursement;
    const given = control.approvals.some(
      ({ personId, digest }) => personId === person.personId && digest === input.digest,
    );
    const matter = controlMatterOfDisbursement(disbursement);
    const complete = status === 'approved' && (await isMatterApproved(database, session, matter));
    if (complete && given) return disbursement;
    if (complete || (status !== 'prepared' && status !== 'approved')) {
      throw new WrongState('disbursement', _id, status, ['prepared']);
    }
    assertUnchanged(control, termsOfDisbursement(disbursement), input.digest);
    await assertSamePayee(database, disbursement);
    const step = { right: 'disbursement.approve', seenDigest: input.digest } as const;
    const { control: signed, approved } = await approveMatter(context, session, matter, step);
    const change = { control: signed, status: approved ? 'approved' : 'prepared' } as const;
    await disbursements(database).updateOne({ _id, status }, { $set: change }, { session });
    return { ...disbursement, ...change };
  });
}
