/** What the pages about allocation ask for, and how it becomes the pages. */
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import type { PublicPageData } from '../render-page.tsx';

const PublishedRuns = graphql(`
  query PublishedAllocations {
    rounds {
      id
      title {
        zh
        en
      }
    }
    publishedAllocations {
      id
      round
      rule
      executedAt
      total {
        amountMinor
        currency
      }
    }
  }
`);

const PublishedRun = graphql(`
  query PublishedAllocation($id: ID!) {
    rounds {
      id
      code
      title {
        zh
        en
      }
    }
    publishedAllocation(id: $id) {
      id
      round
      rule
      inputHash
      executedAt
      total {
        amountMinor
        currency
      }
      override {
        reason
        changedBy
        approvedBy
        lines {
          computedMinor
          amountMinor
          fund {
            name {
              zh
              en
            }
          }
          project {
            title {
              zh
              en
            }
          }
        }
      }
      levels {
        level
        fundedMinor
        project {
          id
          title {
            zh
            en
          }
        }
      }
      bottlenecks {
        level
        nextLevel
        reliefMinor
        projects {
          id
          title {
            zh
            en
          }
        }
        exhaustedFunds {
          name {
            zh
            en
          }
        }
      }
    }
  }
`);

const NO_NAME = { zh: '', en: '' };

export async function loadHowAllocation(ask: Ask): Promise<PublicPageData<'howAllocation'>> {
  const { rounds, publishedAllocations } = await ask(PublishedRuns, {});
  return {
    runs: publishedAllocations.map(({ id, round, rule, executedAt, total }) => ({
      ...{ id, rule: ruleOf(rule), executedAt: executedAt ?? '', total },
      round: rounds.find((one) => one.id === round)?.title ?? NO_NAME,
    })),
  };
}

/** Null where no executed run has the id. */
export async function loadAllocationRun(
  ask: Ask,
  id: string,
): Promise<PublicPageData<'allocationRun'> | null> {
  const { rounds, publishedAllocation: run } = await ask(PublishedRun, { id });
  if (run === null) return null;
  const round = rounds.find((one) => one.id === run.round);
  const money = (amountMinor: string) => ({ amountMinor, currency: run.total.currency });
  return {
    id: run.id,
    rule: ruleOf(run.rule),
    inputHash: run.inputHash,
    executedAt: run.executedAt ?? '',
    total: run.total,
    round: round === undefined ? null : { code: round.code, title: round.title },
    byHand:
      run.override === null
        ? null
        : {
            ...run.override,
            lines: run.override.lines.map(({ fund, project, computedMinor, amountMinor }) => ({
              fund: fund?.name ?? NO_NAME,
              project: project?.title ?? NO_NAME,
              computed: money(computedMinor),
              amount: money(amountMinor),
            })),
          },
    levels: run.levels.flatMap(({ level, fundedMinor, project }) =>
      project === null ? [] : [{ ...project, level, funded: money(fundedMinor) }],
    ),
    bottlenecks: run.bottlenecks.map(({ level, nextLevel, reliefMinor, projects, exhaustedFunds }) => ({
      ...{ level, nextLevel, relief: money(reliefMinor) },
      projects: projects.map(({ title }) => title),
      funds: exhaustedFunds.map(({ name }) => name),
    })),
  };
}

export type AllocationRule = 'leximin' | 'pro-rata' | 'priority';

const RULES: readonly AllocationRule[] = ['leximin', 'pro-rata', 'priority'];

const ruleOf = (rule: string): AllocationRule => RULES.find((one) => one === rule) ?? 'leximin';
