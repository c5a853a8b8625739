/** What "My giving" asks for through a donor's link, and how it becomes the page. */
import { graphql } from '../../lib/graphql.ts';
import type { ResultOf } from '../../lib/graphql.ts';
import type { Locale, LocalizedText } from '../../lib/locale.ts';
import type { Ask } from '../ask.ts';
import type { FailedStep } from './my-giving-data.ts';
import { nameOf, namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const MyGivingQuery = graphql(
  `
    query MyGivingPage($token: String!) {
      region {
        ...RegionNames
      }
      givingTerms {
        minimum {
          amountMinor
          currency
        }
        maximum {
          amountMinor
          currency
        }
      }
      myGiving(token: $token) {
        __typename
        ... on QueryMyGivingSuccess {
          data {
            address
            linkExpiresAt
            monthly {
              id
              status
              stopsAtPeriodEnd
              paidUntil
              total {
                amountMinor
                currency
              }
              gift {
                amountMinor
                currency
              }
            }
            gifts {
              id
              status
              monthlyGivingId
              dedication
              createdAt
              settledAt
              total {
                amountMinor
                currency
              }
              returned {
                amountMinor
                currency
              }
              receipts {
                number
                replaces
                payerTitle
                issuedOn
              }
              flow {
                restriction {
                  sectors
                  localities
                  projects
                }
                amount {
                  amountMinor
                  currency
                }
                waiting {
                  amountMinor
                  currency
                }
                projects {
                  projectId
                  allocated {
                    amountMinor
                    currency
                  }
                  disbursed {
                    amountMinor
                    currency
                  }
                }
              }
            }
          }
        }
      }
    }
  `,
  [RegionNames],
);

const TitleQuery = graphql(`
  query MyGivingProject($id: ID!) {
    project(id: $id) {
      title {
        zh
        en
      }
    }
  }
`);

type Answer = Extract<
  ResultOf<typeof MyGivingQuery>['myGiving'],
  { readonly __typename: 'QueryMyGivingSuccess' }
>['data'];
type Data = PublicPageData<'myGiving'>;
type Gift = Data['gifts'][number];

/** What a visit brings along: the notice of what was just done, or what went wrong. */
export interface MyGivingVisit {
  readonly done?: string | undefined;
  readonly failed?: FailedStep | undefined;
}

/** Null when the link is not valid any more. */
export async function loadMyGiving(ask: Ask, token: string, visit: MyGivingVisit): Promise<Data | null> {
  const { region, givingTerms, myGiving } = await ask(MyGivingQuery, { token });
  if (myGiving.__typename !== 'QueryMyGivingSuccess') return null;
  const { gifts, monthly, address, linkExpiresAt } = myGiving.data;
  const names = namesOf(region);
  const titles = await titlesOf(ask, gifts);
  const titleOf = (id: string): LocalizedText => titles.get(id) ?? { zh: id, en: id };
  return {
    token,
    address,
    linkExpiresAt,
    currency: names.currency,
    minimum: givingTerms.minimum,
    maximum: givingTerms.maximum,
    done: visit.done ?? null,
    failed: visit.failed ?? null,
    monthly: monthly.map((one) => ({ ...one, status: one.status })),
    gifts: gifts.map((gift): Gift => ({
      ...gift,
      flow: gift.flow.map(({ restriction, projects, ...part }) => ({
        ...part,
        restriction: {
          sectors: restriction.sectors?.map((code) => nameOf(names.sectors, code)) ?? null,
          localities: restriction.localities?.map((code) => nameOf(names.localities, code)) ?? null,
          projects: restriction.projects?.map(titleOf) ?? null,
        },
        projects: projects.map((project) => ({ ...project, title: titleOf(project.projectId) })),
      })),
    })),
  };
}

async function titlesOf(ask: Ask, gifts: Answer['gifts']): Promise<Map<string, LocalizedText>> {
  const ids = new Set(
    gifts.flatMap(({ flow }) =>
      flow.flatMap(({ restriction, projects }) => [
        ...(restriction.projects ?? []),
        ...projects.map(({ projectId }) => projectId),
      ]),
    ),
  );
  const titles = new Map<string, LocalizedText>();
  for (const id of ids) {
    const { project } = await ask(TitleQuery, { id });
    if (project !== null) titles.set(id, project.title);
  }
  return titles;
}

export const localeInput = (locale: Locale) => (locale === 'en' ? ('EN' as const) : ('ZH' as const));
