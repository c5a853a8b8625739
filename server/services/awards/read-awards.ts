/** Reading awards: staff all of them, members of an organization their own. */
import { requireRight } from '../../domain/access.ts';
import { milestoneOf, type Award, type AwardStatus, type Milestone } from '../../domain/award.ts';
import { NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { chosen, newestBy, readPage, type Page, type PageOf } from '../page.ts';

export async function seekAward(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Award | null> {
  return awards(database).findById(id).session(session).lean<Award>();
}

export async function loadAward(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Award> {
  const award = await seekAward(database, id, session);
  if (award === null) throw new NotFound('award', id);
  return award;
}

/** How a refusal speaks of an award, and whose it is. */
export const awardNamed = (id: string) => ({ concept: 'award', id, owner: ({ grantee }: Award) => grantee });

export function requireMilestone(award: Award, id: string): Milestone {
  const milestone = milestoneOf(award, id);
  if (milestone === undefined) throw new NotFound('milestone', id);
  return milestone;
}

export const findAwardErrors = [NotFound, NotPermitted, SignInRequired] as const;

export async function findAward(context: ServiceContext, id: string): Promise<Award> {
  const found = await seekAward(context.database, id, null);
  return requireRightOver(context.actor, 'award.read', found, awardNamed(id)).thing;
}

interface AwardFilter {
  readonly project: string | null;
  readonly status: AwardStatus | null;
  /** The organization whose awards a member asks for. */
  readonly grantee: string | null;
}

/** Awards, the latest prepared first. */
export async function listAwards(
  context: ServiceContext,
  filter: AwardFilter,
  page: Page,
): Promise<PageOf<Award>> {
  requireRight(context.actor, 'award.read', filter.grantee ?? undefined);
  return readPage(awards(context.database), chosen(filter), newestBy('control.proposedBy.at'), page);
}

const findAwards = batched(async (database, ids) => {
  const found = await awards(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .lean<Award[]>();
  return new Map(found.map((award) => [award._id, award]));
});

/** What a milestone is called in its award, read together for the rows of a list; null where either is not there. */
export async function titleOfMilestone(
  context: ServiceContext,
  awardId: string,
  milestoneId: string,
): Promise<LocalizedText | null> {
  const award = await findAwards(context, awardId);
  return award?.milestones.find(({ id }) => id === milestoneId)?.title ?? null;
}

/** A project of a round is awarded once per allocation run that funds it; there are few. */
export const MAX_AWARDS_PER_PROJECT = 20;

async function readSignedAwards(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, Award[]>> {
  const signed = await awards(database)
    .find({
      project: operators({ $in: [...projectIds] }),
      status: operators({ $in: ['signed', 'completed', 'closed'] as const }),
    })
    .sort({ project: 1, _id: 1 })
    .limit(projectIds.length * MAX_AWARDS_PER_PROJECT)
    .lean<Award[]>();
  const byProject = new Map<string, Award[]>();
  for (const award of signed) byProject.set(award.project, [...(byProject.get(award.project) ?? []), award]);
  return byProject;
}

const findSignedAwards = batched(readSignedAwards);

/** The signed awards of a project: what the public sees of its milestones rests on them. */
export async function signedAwardsOf(context: ServiceContext, projectId: string): Promise<Award[]> {
  return (await findSignedAwards(context, projectId)) ?? [];
}
