/** What the page of a round asks for, and how it becomes the page. */
import { basisPoints, sumMoney } from '../../lib/format.ts';
import { graphql } from '../../lib/graphql.ts';
import { RulesFields } from '../../lib/round-rules-fragment.ts';
import { askForAll } from '../ask.ts';
import type { Ask } from '../ask.ts';
import type { ProjectFilter } from '../paths.ts';
import { projectSummary, ProjectSummaryFields } from '../project-summary.query.ts';
import { namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const RoundQuery = graphql(
  `
    query RoundHead($code: String!) {
      region {
        ...RegionNames
      }
      round(code: $code) {
        id
        code
        status
        opensOn
        closesOn
        sectors
        localities
        rules {
          version
        }
        rulesVersions {
          ...RulesFields
          localityWeights {
            locality
            exact
            rounded
          }
        }
        title {
          zh
          en
        }
        overview {
          coverage {
            target {
              amountMinor
              currency
            }
            funded {
              amountMinor
              currency
            }
          }
        }
      }
    }
  `,
  [RegionNames, RulesFields],
);

const RoundProjectsQuery = graphql(
  `
    query RoundProjects($round: ID!, $sector: String, $locality: String, $openTo: OpenTo, $after: ID) {
      projects(
        first: 200
        after: $after
        round: $round
        sector: $sector
        locality: $locality
        openTo: $openTo
      ) {
        items {
          ...ProjectSummaryFields
        }
        next
      }
    }
  `,
  [ProjectSummaryFields],
);

const CountQuery = graphql(`
  query RoundProjectCount($round: ID!, $after: ID) {
    projects(first: 200, after: $after, round: $round) {
      items {
        id
      }
      next
    }
  }
`);

const PoolsQuery = graphql(`
  query RoundPools($round: ID!) {
    matchingPools(round: $round) {
      id
      status
      ratio
      sponsor {
        name {
          zh
          en
        }
      }
      caps {
        perGiverMinor
      }
      position {
        availableMinor
      }
    }
  }
`);

const AllocationsQuery = graphql(`
  query RoundAllocations($round: ID!) {
    executedAllocations(round: $round) {
      id
      executedAt
      total {
        amountMinor
        currency
      }
    }
  }
`);

/** Null when there is no such round. */
export async function loadRound(
  ask: Ask,
  code: string,
  filter: ProjectFilter,
): Promise<PublicPageData<'round'> | null> {
  const { region, round } = await ask(RoundQuery, { code });
  if (round === null) return null;
  const names = namesOf(region);
  const projects = await askForAll(ask, {
    document: RoundProjectsQuery,
    variables: {
      round: round.id,
      sector: filter.sector ?? null,
      locality: filter.locality ?? null,
      openTo: filter.inclusive === true ? 'EVERYONE' : null,
    },
    page: (answer) => answer.projects,
  });
  const all = await askForAll(ask, {
    document: CountQuery,
    variables: { round: round.id },
    page: (answer) => answer.projects,
  });
  const { matchingPools } = await ask(PoolsQuery, { round: round.id });
  const { executedAllocations } = await ask(AllocationsQuery, { round: round.id });
  const { coverage } = round.overview;
  return {
    code: round.code,
    name: round.title,
    status: round.status,
    opensOn: round.opensOn,
    closesOn: round.closesOn,
    need: sumMoney(
      coverage.map(({ target }) => target),
      names.currency,
    ),
    funded: sumMoney(
      coverage.map(({ funded }) => funded),
      names.currency,
    ),
    // Pools of a round are few; a closed one matches nothing any more.
    matching: matchingPools
      .filter(({ status }) => status === 'OPEN')
      .map(({ id, ratio, sponsor, caps, position }) => ({
        ...{ id, ratio, sponsor: sponsor.name },
        left: { amountMinor: position.availableMinor, currency: names.currency },
        perPerson:
          caps.perGiverMinor === null ? null : { amountMinor: caps.perGiverMinor, currency: names.currency },
      })),
    allocations: executedAllocations.flatMap(({ id, executedAt, total }) =>
      executedAt === null ? [] : [{ id, executedAt, total }],
    ),
    rules: {
      ...{ holding: round.rules.version, versions: round.rulesVersions },
      currency: names.currency,
    },
    sectors: names.sectors.filter((sector) => round.sectors.includes(sector.code)),
    localities: names.localities.filter((locality) => round.localities.includes(locality.code)),
    filter,
    projects: projects
      .map((project) => projectSummary(project, names))
      .sort((a, b) => basisPoints(a.funded, a.need) - basisPoints(b.funded, b.need)),
    projectCount: all.length,
  };
}
