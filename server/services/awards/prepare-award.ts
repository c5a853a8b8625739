/** Preparing an award from what an executed allocation gave a project. */
import { requireRight } from '../../domain/access.ts';
import {
  milestonesOfAward,
  NothingToAward,
  termsOfAward,
  totalOfSources,
  type Award,
} from '../../domain/award.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import type { Project } from '../../domain/project.ts';
import { sumMinor, type Minor } from '../../domain/money.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../../db/database.ts';
import { awards, type StoredAward } from '../../db/models/award.ts';
import { guardFunds } from '../../ledger/post-entries.ts';
import { readAllocationSources, type AllocationSource } from '../../ledger/read-ledger.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadProject } from '../projects.ts';
import { MAX_AWARDS_PER_PROJECT } from './read-awards.ts';

export const prepareAwardErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
  NothingToAward,
] as const;

/** What executed runs gave to projects and no award holds yet, by project; in order of run and fund. */
export async function readUnawarded(
  database: Database,
  projectIds: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, AllocationSource[]>> {
  const allocated = await readAllocationSources(database, projectIds, session);
  const existing = await awards(database)
    .find({ project: operators({ $in: [...projectIds] }) }, { project: 1, run: 1 })
    .limit(projectIds.length * MAX_AWARDS_PER_PROJECT)
    .session(session)
    .lean<Pick<Award, 'project' | 'run'>[]>();
  const awarded = new Set(existing.map(({ project, run }) => `${project} ${run}`));
  return new Map(
    [...allocated].map(([project, sources]) => [
      project,
      sources.filter(({ runId }) => !awarded.has(`${project} ${runId}`)),
    ]),
  );
}

const findUnawarded = batched((database, ids) => readUnawarded(database, ids));

/** How much an award can still be prepared of. */
export async function unawardedOf(context: ServiceContext, projectId: string): Promise<Minor> {
  const sources = (await findUnawarded(context, projectId)) ?? [];
  return sumMinor(sources.map(({ amountMinor }) => amountMinor));
}

/** The first run, in order of id, that gave the project money and has no award yet, with what each fund gave. */
async function unawardedRun(database: Database, session: ClientSession, projectId: string) {
  const open = (await readUnawarded(database, [projectId], session)).get(projectId) ?? [];
  const run = open[0]?.runId;
  if (run === undefined) throw new NothingToAward(projectId);
  const sources = open
    .filter(({ runId }) => runId === run)
    .map(({ fundId, amountMinor }) => ({ fundId, amountMinor }));
  return { run, sources };
}

function awardOf(
  id: string,
  project: Project,
  grant: Pick<Award, 'run' | 'sources'>,
): Omit<Award, 'control'> {
  const amountMinor = totalOfSources(grant.sources);
  const { _id, round, grantee, sector, locality, currency } = project;
  return {
    _id: id,
    project: _id,
    ...grant,
    round,
    grantee,
    sector,
    locality,
    currency,
    amountMinor,
    milestones: milestonesOfAward(amountMinor, project.milestones),
    status: 'prepared',
  };
}

/**
 * Prepares the award of a project on the earliest allocation run that has none: all that the run gave it, split into
 * tranches by its milestones. Nothing moves until the grantee signs.
 */
export async function prepareAward(
  context: ServiceContext,
  input: { readonly id: string; readonly project: string },
): Promise<Award> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'award.prepare');
  assertUuid(input.id);
  const requestDigest = digestOf(input);
  return inTransaction(database, async (session) => {
    const created = await findCreated(awards(database), 'award', input.id, requestDigest, session);
    if (created !== null) return created;
    const project = await loadProject(database, input.project, session);
    // Two preparations of one project conflict here, and the later one sees the earlier one's award.
    await guardFunds(database, session, [project.fundId]);
    const award = awardOf(input.id, project, await unawardedRun(database, session, project._id));
    const control = openControl(digestOf(termsOfAward(award)), signatureOf(person, clock.now()));
    const stored: StoredAward = { ...award, control, requestDigest };
    await awards(database).create([stored], { session });
    return stored;
  });
}
