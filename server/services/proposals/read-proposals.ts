/** Reading proposals: a draft belongs to its organization alone until it is submitted. */
import { holdsRight, requireRight } from '../../domain/access.ts';
import { NotFound, NotPermitted, SignInRequired, type InputFault } from '../../domain/errors.ts';
import { checklistOf, type Proposal, type ProposalStatus } from '../../domain/proposal.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { proposals } from '../../db/models/proposal.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { loadRegion } from '../region.ts';
import { findRound } from '../rounds.ts';
import { inTexts } from '../found-by-name.ts';
import { newestBy, readPage, type Page, type PageOf } from '../page.ts';

export async function seekProposal(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Proposal | null> {
  return proposals(database).findById(id).session(session).lean<Proposal>();
}

/** How a refusal speaks of a proposal, and whose it is. */
export const proposalNamed = (id: string) => ({
  concept: 'proposal',
  id,
  owner: ({ grantee }: Proposal) => grantee,
});

export async function loadProposal(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Proposal> {
  const proposal = await seekProposal(database, id, session);
  if (proposal === null) throw new NotFound('proposal', id);
  return proposal;
}

export const findProposalErrors = [NotFound, NotPermitted, SignInRequired] as const;

export async function findProposal(context: ServiceContext, id: string): Promise<Proposal> {
  const found = await seekProposal(context.database, id, null);
  const { thing: proposal } = requireRightOver(context.actor, 'proposal.read', found, proposalNamed(id));
  // A draft is its organization's alone.
  if (proposal.status === 'draft') requireRight(context.actor, 'proposal.submit', proposal.grantee);
  return proposal;
}

/** What still keeps a draft from being submitted; nothing for one that was. */
export async function gapsOf(database: Database, proposal: Proposal): Promise<InputFault[]> {
  if (proposal.status !== 'draft') return [];
  const [region, round] = await Promise.all([loadRegion(database), findRound(database, proposal.round)]);
  return checklistOf(proposal.plan, round, region);
}

interface ProposalFilter {
  readonly round: string | null;
  readonly status: ProposalStatus | null;
  /** The organization whose proposals a member asks for. */
  readonly grantee: string | null;
  /** Words of the title in any language. */
  readonly search: string | null;
}

/** Proposals, the newest first: submitted ones for staff, an organization's own with its drafts for its members. */
export async function listProposals(
  context: ServiceContext,
  { round, status, grantee, search }: ProposalFilter,
  page: Page,
): Promise<PageOf<Proposal>> {
  requireRight(context.actor, 'proposal.read', grantee ?? undefined);
  const maySeeDrafts = holdsRight(context.actor, 'proposal.submit', grantee ?? undefined);
  if (status === 'draft' && !maySeeDrafts) return { items: [], next: null };
  const submitted = maySeeDrafts ? {} : { status: operators({ $ne: 'draft' as const }) };
  return readPage(
    proposals(context.database),
    {
      ...(round === null ? {} : { round }),
      ...(grantee === null ? {} : { grantee }),
      ...(status === null ? submitted : { status }),
      $and: inTexts(['plan.title.zh', 'plan.title.en'], search),
    },
    newestBy('startedAt'),
    page,
  );
}
