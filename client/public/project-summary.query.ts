/** What a list of projects asks for, and how one becomes its card. */
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import type { ProjectSummary } from './project-card.tsx';
import { nameOf } from './region.query.ts';
import type { namesOf } from './region.query.ts';

export const ProjectSummaryFields = graphql(`
  fragment ProjectSummaryFields on Project {
    id
    sector
    locality
    openTo
    title {
      zh
      en
    }
    summary {
      zh
      en
    }
    grantee {
      name {
        zh
        en
      }
    }
    need {
      amountMinor
      currency
    }
    funded {
      amountMinor
      currency
    }
  }
`);

export function projectSummary(
  project: ResultOf<typeof ProjectSummaryFields>,
  names: ReturnType<typeof namesOf>,
): ProjectSummary {
  const { id, title, summary, need, funded } = project;
  return {
    id,
    title,
    summary,
    need,
    funded,
    sector: nameOf(names.sectors, project.sector),
    locality: nameOf(names.localities, project.locality),
    grantee: project.grantee?.name ?? { zh: '', en: '' },
    inclusive: project.openTo === 'EVERYONE',
  };
}
