/** What the page of imbalance asks for, and how it becomes the page. */
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import type { PublicPageData } from '../render-page.tsx';

const ImbalanceQuery = graphql(`
  query Imbalance {
    region {
      currency
      sectors {
        code
        name {
          zh
          en
        }
      }
      localities {
        code
        shortName {
          zh
          en
        }
      }
    }
    imbalance {
      round {
        code
        status
        title {
          zh
          en
        }
      }
      cells {
        sector
        locality
        targetMinor
        beforeMinor
        afterMinor
      }
      byCell {
        before {
          lowest
          gini
          theil
        }
        after {
          lowest
          gini
          theil
        }
      }
      bySector {
        before {
          lowest
          gini
          theil
        }
        after {
          lowest
          gini
          theil
        }
      }
      byLocality {
        before {
          lowest
          gini
          theil
        }
        after {
          lowest
          gini
          theil
        }
      }
    }
  }
`);

/** The latest round first. */
export async function loadImbalance(ask: Ask): Promise<PublicPageData<'imbalance'>> {
  const { region, imbalance } = await ask(ImbalanceQuery, {});
  const money = (amountMinor: string) => ({ amountMinor, currency: region.currency });
  return {
    sectors: region.sectors,
    localities: region.localities.map(({ code, shortName }) => ({ code, name: shortName })),
    rounds: imbalance
      .map(({ round, cells, ...indices }) => ({
        ...indices,
        code: round.code,
        title: round.title,
        isAllocated: round.status === 'ALLOCATED',
        cells: cells.map(({ sector, locality, targetMinor, beforeMinor, afterMinor }) => ({
          ...{ sector, locality },
          need: money(targetMinor),
          before: money(beforeMinor),
          funded: money(afterMinor),
        })),
      }))
      .reverse(),
  };
}
