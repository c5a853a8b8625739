/** Submitting a draft: from then on it does not change. */
import { InvalidInput, NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { checklistOf, faultsOfCalendar, type Proposal } from '../../domain/proposal.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction } from '../../db/database.ts';
import { proposals } from '../../db/models/proposal.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';
import { proposalNamed, seekProposal } from './read-proposals.ts';

export const submitProposalErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
] as const;

/** Submits a draft without gaps to its round while that takes proposals; every gap is listed otherwise. */
export async function submitProposal(
  context: ServiceContext,
  input: { readonly id: string },
): Promise<Proposal> {
  const { database, clock, actor } = context;
  if (actor.kind === 'anonymous') throw new SignInRequired();
  const region = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const found = await seekProposal(database, input.id, session);
    const named = proposalNamed(input.id);
    const { person, thing: proposal } = requireRightOver(actor, 'proposal.submit', found, named);
    if (proposal.status === 'submitted' && proposal.submittedBy?.personId === person.personId)
      return proposal;
    if (proposal.status !== 'draft') {
      throw new WrongState('proposal', proposal._id, proposal.status, ['draft']);
    }
    const now = clock.now();
    const round = await findRound(database, proposal.round);
    const faults = [
      ...faultsOfCalendar(round, dayOf(now, region.timeZone)),
      ...checklistOf(proposal.plan, round, region),
    ];
    if (faults.length > 0) throw new InvalidInput(faults);
    const change = { status: 'submitted', submittedBy: signatureOf(person, now) } as const;
    await proposals(database).updateOne(
      { _id: proposal._id, status: 'draft' },
      { $set: change },
      { session },
    );
    return { ...proposal, ...change };
  });
}
