/** What the page of a project asks for, and how it becomes the page. */
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import { disbursementLines, projectSummary, ProjectSummaryFields } from '../project-summary.query.ts';
import { nameOf, namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const ProjectQuery = graphql(
  `
    query ProjectPage($id: ID!) {
      region {
        ...RegionNames
      }
      rounds {
        id
        code
        status
        title {
          zh
          en
        }
      }
      project(id: $id) {
        ...ProjectSummaryFields
        round
        serviceItem
        fundedBy {
          fundId
          fundName {
            zh
            en
          }
          amount {
            amountMinor
            currency
          }
        }
        disbursed {
          amountMinor
          currency
        }
        disbursements {
          id
          executedOn
          sentBack
          tranche
          amount {
            amountMinor
            currency
          }
        }
        timeline {
          id
          status
        }
        milestones {
          id
          dueOn
          shareBasisPoints
          title {
            zh
            en
          }
        }
      }
    }
  `,
  [RegionNames, ProjectSummaryFields],
);

const LevelsQuery = graphql(`
  query ProjectLevels($round: ID!) {
    executedAllocations(round: $round) {
      levels {
        level
        project {
          id
        }
      }
    }
  }
`);

/** Null when there is no such project. */
export async function loadProject(ask: Ask, id: string): Promise<PublicPageData<'project'> | null> {
  const { region, rounds, project } = await ask(ProjectQuery, { id });
  if (project === null) return null;
  const names = namesOf(region);
  const round = rounds.find((one) => one.id === project.round);
  const { executedAllocations } = await ask(LevelsQuery, { round: project.round });
  const levels = executedAllocations.flatMap((run) => run.levels).filter((one) => one.project?.id === id);
  return {
    ...projectSummary(project, names),
    round: round === undefined ? null : { code: round.code, name: round.title },
    serviceItem: project.serviceItem === null ? null : nameOf(names.serviceItems, project.serviceItem),
    disbursed: project.disbursed,
    milestones: project.milestones.map((milestone) => ({
      ...milestone,
      status: project.timeline.find(({ id: step }) => step === milestone.id)?.status ?? null,
    })),
    funding: project.fundedBy.map(({ fundId, fundName, amount }) => ({
      id: fundId,
      source: fundName,
      amount,
    })),
    level: levels.at(-1)?.level ?? null,
    disbursements: disbursementLines(project),
    open: round?.status === 'OPEN',
  };
}
