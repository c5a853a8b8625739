/** What the home page asks for, and how it becomes the page. */
import { sumMoney } from '../../lib/format.ts';
import { graphql } from '../../lib/graphql.ts';
import { askForAll } from '../ask.ts';
import type { Ask } from '../ask.ts';
import { disbursementLines } from '../project-summary.query.ts';
import { namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const HomeQuery = graphql(
  `
    query Home {
      region {
        ...RegionNames
      }
      overview {
        totals {
          pledged {
            amountMinor
            currency
          }
          received {
            amountMinor
            currency
          }
          donated {
            amountMinor
            currency
          }
          allocated {
            amountMinor
            currency
          }
          disbursed {
            amountMinor
            currency
          }
        }
        coverage {
          sector
          locality
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
      reports(first: 1) {
        items {
          number
        }
      }
      rounds {
        id
        code
        status
        closesOn
        title {
          zh
          en
        }
      }
    }
  `,
  [RegionNames],
);

const OpenRoundQuery = graphql(`
  query OpenRound($code: String!) {
    round(code: $code) {
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
`);

const PaymentsQuery = graphql(`
  query HomePayments($after: ID) {
    projects(first: 200, after: $after) {
      items {
        id
        title {
          zh
          en
        }
        grantee {
          name {
            zh
            en
          }
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
      }
      next
    }
  }
`);

const CountQuery = graphql(`
  query OpenRoundProjects($round: ID!, $after: ID) {
    projects(first: 200, after: $after, round: $round) {
      items {
        id
      }
      next
    }
  }
`);

/** How many payments the home page shows. */
const LATEST = 5;

export async function loadHome(ask: Ask): Promise<PublicPageData<'home'>> {
  const { region, overview, rounds, reports } = await ask(HomeQuery, {});
  const projects = await askForAll(ask, {
    document: PaymentsQuery,
    variables: {},
    page: (answer) => answer.projects,
  });
  const names = namesOf(region);
  const open = rounds.find(({ status }) => status === 'OPEN');
  const details = open === undefined ? null : await ask(OpenRoundQuery, { code: open.code });
  const inRound =
    open === undefined
      ? []
      : await askForAll(ask, {
          document: CountQuery,
          variables: { round: open.id },
          page: (answer) => answer.projects,
        });
  const cells = details?.round?.overview.coverage ?? [];
  const shown = new Set(overview.coverage.map(({ sector }) => sector));
  return {
    totals: {
      raised: sumMoney([overview.totals.pledged, overview.totals.donated], names.currency),
      received: sumMoney([overview.totals.received, overview.totals.donated], names.currency),
      allocated: overview.totals.allocated,
      disbursed: overview.totals.disbursed,
    },
    roundCode: (open ?? rounds[0])?.code ?? null,
    latestReportNumber: reports.items[0]?.number ?? null,
    coverage: {
      sectors: names.sectors.filter(({ code }) => shown.has(code)),
      localities: names.localities,
      cells: overview.coverage.map(({ target, ...cell }) => ({ ...cell, need: target })),
    },
    openRound:
      open === undefined
        ? null
        : {
            code: open.code,
            name: open.title,
            closesOn: open.closesOn,
            projectCount: inRound.length,
            need: sumMoney(
              cells.map(({ target }) => target),
              names.currency,
            ),
            funded: sumMoney(
              cells.map(({ funded }) => funded),
              names.currency,
            ),
          },
    latestDisbursements: projects
      .flatMap((project) => disbursementLines(project))
      .sort((a, b) => (a.executedOn < b.executedOn ? 1 : -1))
      .slice(0, LATEST),
  };
}
