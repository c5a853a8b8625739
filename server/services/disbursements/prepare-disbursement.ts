/** Preparing the payment of an accepted milestone's tranche. */
import { requireRight } from '../../domain/access.ts';
import { moveMilestone, type Award, type Milestone } from '../../domain/award.ts';
import {
  NoBankAccount,
  PayeeInDoubt,
  termsOfDisbursement,
  type Disbursement,
  type Payee,
} from '../../domain/disbursement.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
} from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { inTransaction } from '../../db/database.ts';
import { disbursements, type StoredDisbursement } from '../../db/models/disbursement.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { storeMilestones } from '../awards/move-milestones.ts';
import { loadAward, requireMilestone } from '../awards/read-awards.ts';
import { findParty } from '../parties.ts';
import { assertNoDoubt, payeeOf } from './read-disbursements.ts';

export const prepareDisbursementErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  WrongState,
  NoBankAccount,
  PayeeInDoubt,
] as const;

function draftOf(
  id: string,
  award: Award,
  milestone: Milestone,
  payee: Payee,
): Omit<Disbursement, 'control'> {
  const { project, round, grantee, currency } = award;
  return {
    _id: id,
    award: award._id,
    milestone: milestone.id,
    project,
    round,
    grantee,
    currency,
    amountMinor: milestone.trancheMinor,
    payee,
    status: 'prepared',
    parts: [],
    bankReference: null,
    executedOn: null,
    cancellation: null,
    sentBack: null,
  };
}

/**
 * Prepares a disbursement to the grantee's account as it stands now. The milestone is then in payment, so that its
 * tranche cannot be prepared twice.
 */
export async function prepareDisbursement(
  context: ServiceContext,
  input: { readonly id: string; readonly award: string; readonly milestone: string },
): Promise<Disbursement> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'disbursement.prepare');
  assertUuid(input.id);
  const requestDigest = digestOf(input);
  return inTransaction(database, async (session) => {
    const model = disbursements(database);
    const created = await findCreated(model, 'disbursement', input.id, requestDigest, session);
    if (created !== null) return created;
    const award = await loadAward(database, input.award, session);
    const milestone = requireMilestone(award, input.milestone);
    const milestones = moveMilestone(award.milestones, milestone.id, 'in-payment');
    const grantee = await findParty(database, award.grantee);
    const payee = payeeOf(grantee);
    if (payee === null) throw new NoBankAccount(award.grantee);
    assertNoDoubt(grantee);
    const draft = draftOf(input.id, award, milestone, payee);
    const stored: StoredDisbursement = {
      ...draft,
      control: openControl(digestOf(termsOfDisbursement(draft)), signatureOf(person, clock.now())),
      tranche: `${award._id}/${milestone.id}`,
      requestDigest,
    };
    await model.create([stored], { session });
    await storeMilestones(database, session, award, milestones);
    return stored;
  });
}
