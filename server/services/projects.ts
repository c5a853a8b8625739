/** Reading projects, which are public, and what the ledger says they were given. */
import { NotFound } from '../domain/errors.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import type { Minor } from '../domain/money.ts';
import {
  matchOfLocalTerm,
  type LocallyNamed,
  type OpenTo,
  type Project,
  type ProjectStatus,
} from '../domain/project.ts';
import type { DictionaryTerm, Region } from '../domain/region.ts';
import { readFundingOfProjects } from '../ledger/read-ledger.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { projects } from '../db/models/project.ts';
import { batched } from './batch.ts';
import type { ServiceContext } from './context.ts';
import { findFunds } from './funds.ts';
import { findParties } from './parties.ts';
import { loadRegion } from './region.ts';
import { inTexts } from './found-by-name.ts';
import { chosen, newestBy, readPage, type Page, type PageOf } from './page.ts';

export async function loadProject(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<Project> {
  const project = await projects(database).findById(id).session(session).lean<Project>();
  if (project === null) throw new NotFound('project', id);
  return project;
}

async function readProjects(database: Database, ids: readonly string[]): Promise<Map<string, Project>> {
  const found = await projects(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .lean<Project[]>();
  return new Map(found.map((project) => [project._id, project]));
}

/** The project, or null where there is none (yet). */
export const findProject = batched(readProjects);

/** The party that carries a project out. */
export const findGrantee = batched(
  async (database, ids) => new Map((await findParties(database, ids)).map((party) => [party._id, party])),
);

interface ProjectFilter {
  readonly round: string | null;
  readonly sector: string | null;
  readonly locality: string | null;
  readonly openTo: OpenTo | null;
  readonly grantee: string | null;
  readonly status: ProjectStatus | null;
  /** Words of the title in any language. */
  readonly search: string | null;
  /** The id of the only one that is asked for, to name what was chosen before. */
  readonly only: string | null;
}

/** Projects, the latest accepted first. */
export async function listProjects(
  database: Database,
  { search, only, ...filter }: ProjectFilter,
  page: Page,
): Promise<PageOf<Project>> {
  return readPage(
    projects(database),
    { ...chosen({ ...filter, _id: only }), $and: inTexts(['title.zh', 'title.en'], search) },
    newestBy('acceptedAt'),
    page,
  );
}

/** What one fund gave to a project. */
export interface ProjectFunding {
  readonly fundId: string;
  readonly fundName: LocalizedText;
  readonly amountMinor: Minor;
}

async function readFunding(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, ProjectFunding[]>> {
  const sources = await readFundingOfProjects(database, projectIds);
  const fundIds = new Set([...sources.values()].flat().map((source) => source.fundId));
  const names = new Map((await findFunds(database, [...fundIds])).map((fund) => [fund._id, fund.name]));
  return new Map(
    [...sources].map(([projectId, lines]) => [
      projectId,
      lines.map(({ fundId, amountMinor }) => ({
        fundId,
        fundName: names.get(fundId) ?? { zh: fundId, en: fundId },
        amountMinor,
      })),
    ]),
  );
}

/** What a fund is called. */
export const findFundName = batched(
  async (database, ids) => new Map((await findFunds(database, ids)).map((fund) => [fund._id, fund.name])),
);

const findFunding = batched(readFunding);

/** Who funds a project and with how much, from the ledger: without what was returned; empty before any. */
export async function fundingOf(context: ServiceContext, projectId: string): Promise<ProjectFunding[]> {
  return (await findFunding(context, projectId)) ?? [];
}

/** The one region, read once for all the fields that ask for it together. */
const findRegion = batched<Region>(async (database, keys) => {
  const region = await loadRegion(database);
  return new Map(keys.map((key) => [key, region]));
});

/** What a locality calls a service, and how well that answers to the standard item where the dictionary knows it. */
export interface LocalTerm {
  readonly label: string;
  readonly match: DictionaryTerm['match'] | null;
}

export async function localTermOf(context: ServiceContext, plan: LocallyNamed): Promise<LocalTerm | null> {
  if (plan.localTerm === null) return null;
  const region = await findRegion(context, 'region');
  return { label: plan.localTerm, match: region === null ? null : matchOfLocalTerm(plan, region) };
}
