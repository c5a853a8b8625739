/** Accepting a proposal, which makes it a project with a fund of its own, and declining one. */
import { requireRight, type Person } from '../../domain/access.ts';
import { InvalidInput, NotFound, NotPermitted, SignInRequired, WrongState } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import type { Project } from '../../domain/project.ts';
import {
  ConflictOfInterest,
  faultsOfDecision,
  projectOf,
  type Decision,
  type Proposal,
} from '../../domain/proposal.ts';
import { UNRESTRICTED } from '../../domain/restriction.ts';
import { RelatedParty } from '../../domain/party-standing.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { projects } from '../../db/models/project.ts';
import { proposals } from '../../db/models/proposal.ts';
import type { ServiceContext } from '../context.ts';
import { assertUnrelated } from '../party-standing.ts';
import { openFund } from '../funds.ts';
import { loadRegion } from '../region.ts';
import { loadProposal } from './read-proposals.ts';

const decideErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  WrongState,
  ConflictOfInterest,
  RelatedParty,
] as const;

export const acceptProposalErrors = decideErrors;

export const declineProposalErrors = decideErrors;

type Outcome = 'accepted' | 'declined';

/** True when this person decided exactly so before: a retry. */
const decidedBefore = ({ status, decision: past }: Proposal, outcome: Outcome, decision: Decision): boolean =>
  status === outcome &&
  past?.decidedBy.personId === decision.decidedBy.personId &&
  past.score === decision.score &&
  past.reason === decision.reason;

function assertNoConflict(person: Person, proposal: Proposal): void {
  const belongs = person.memberships.some(({ partyId }) => partyId === proposal.grantee);
  if (belongs || proposal.submittedBy?.personId === person.personId) throw new ConflictOfInterest();
}

async function decide(
  context: ServiceContext,
  outcome: Outcome,
  input: { readonly id: string; readonly score: string | null; readonly reason: string },
  consequence: (proposal: Proposal, session: ClientSession, at: Date) => Promise<void>,
): Promise<Proposal> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'proposal.decide');
  const faults = faultsOfDecision(input.score, input.reason);
  if (faults.length > 0) throw new InvalidInput(faults);
  return inTransaction(database, async (session) => {
    const now = clock.now();
    const decision = { score: input.score, reason: input.reason, decidedBy: signatureOf(person, now) };
    const proposal = await loadProposal(database, input.id, session);
    if (decidedBefore(proposal, outcome, decision)) return proposal;
    if (proposal.status !== 'submitted') {
      throw new WrongState('proposal', proposal._id, proposal.status, ['submitted']);
    }
    assertNoConflict(person, proposal);
    await assertUnrelated(database, session, [person.personId], [proposal.grantee]);
    const change = { status: outcome, decision };
    await proposals(database).updateOne(
      { _id: proposal._id, status: 'submitted' },
      { $set: change },
      { session },
    );
    await consequence(proposal, session, now);
    return { ...proposal, ...change };
  });
}

async function openProject(database: Database, session: ClientSession, project: Project): Promise<void> {
  await projects(database).create([project], { session });
  await openFund(database, session, {
    _id: project.fundId,
    kind: 'project',
    restriction: { ...UNRESTRICTED, projects: [project._id] },
    capPerProjectMinor: null,
    name: { zh: `项目：${project.title.zh}`, en: `Project: ${project.title.en}` },
    openedAt: project.acceptedAt,
  });
}

/** Accepts a proposal with its score: the project and its fund come to be in the same transaction. */
export async function acceptProposal(
  context: ServiceContext,
  input: { readonly id: string; readonly score: string; readonly reason: string },
): Promise<Proposal> {
  const { currency } = await loadRegion(context.database);
  return decide(context, 'accepted', input, (proposal, session, acceptedAt) =>
    openProject(context.database, session, projectOf(proposal, { score: input.score, currency, acceptedAt })),
  );
}

/** Declines a proposal; its organization reads the reason. */
export async function declineProposal(
  context: ServiceContext,
  input: { readonly id: string; readonly score: string | null; readonly reason: string },
): Promise<Proposal> {
  return decide(context, 'declined', input, () => Promise.resolve());
}
