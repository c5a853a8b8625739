/** What a list of projects asks for, and how one becomes its card. */
import type { MoneyValue } from '../lib/format.ts';
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import type { LocalizedText } from '../lib/locale.ts';
import type { DisbursementLine } from './disbursement-table.tsx';
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

interface PaidProject {
  readonly id: string;
  readonly title: LocalizedText;
  readonly grantee: { readonly name: LocalizedText } | null;
  readonly disbursements: readonly {
    readonly id: string;
    readonly executedOn: string;
    readonly amount: MoneyValue;
    readonly sentBack: boolean;
    readonly tranche: number | null;
  }[];
}

/** The payments of a project in order, with the number of the tranche that each paid. */
export function disbursementLines(project: PaidProject): DisbursementLine[] {
  return [...project.disbursements]
    .sort((a, b) => (a.executedOn === b.executedOn ? 0 : a.executedOn < b.executedOn ? -1 : 1))
    .map(({ id, executedOn, amount, sentBack, tranche }, index) => ({
      ...{ id, executedOn, amount, sentBack },
      projectCode: project.id,
      projectTitle: project.title,
      grantee: project.grantee?.name ?? { zh: '', en: '' },
      tranche: tranche ?? index + 1,
    }));
}
