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
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { awards, type StoredAward } from '../../db/models/award.ts';
import { guardFunds } from '../../ledger/post-entries.ts';
import { readAllocationSources } from '../../ledger/read-ledger.ts';
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

/** The first run, in order of id, that gave the project money and has no award yet, with what each fund gave. */
async function unawardedRun(database: Database, session: ClientSession, projectId: string) {
  const allocated = await readAllocationSources(database, [projectId], session);
  const existing = await awards(database)
    .find({ project: projectId })
    .limit(MAX_AWARDS_PER_PROJECT)
    .session(session)
    .lean<Award[]>();
  const awarded = new Set(existing.map((award) => award.run));
  const open = (allocated.get(projectId) ?? []).filter(({ runId }) => !awarded.has(runId));
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
