/** What the page of a donation asks for, and how it becomes the page. Nothing here tells who gave. */
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import { nameOf, namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const DonationQuery = graphql(
  `
    query DonationPage($id: ID!) {
      region {
        ...RegionNames
      }
      matchesOfDonation(donation: $id) {
        status
        amountMinor
        finalOn
      }
      donation(id: $id) {
        __typename
        ... on QueryDonationSuccess {
          data {
            id
            status
            checkoutUrl
            createdAt
            settledAt
            transfer {
              reference
              accountName
              bankName
              accountNumber
            }
            gift {
              amountMinor
              currency
            }
            feeCover {
              amountMinor
              currency
            }
            parts {
              amount {
                amountMinor
                currency
              }
              restriction {
                sectors
                localities
                projects
              }
            }
          }
        }
      }
    }
  `,
  [RegionNames],
);

const ProjectTitle = graphql(`
  query ProjectTitle($id: ID!) {
    project(id: $id) {
      title {
        zh
        en
      }
    }
  }
`);

const STATUSES = {
  CREATED: 'pending',
  AWAITING_PAYMENT: 'pending',
  AWAITING_TRANSFER: 'transfer',
  PROCESSING: 'processing',
  SETTLED: 'settled',
  FAILED: 'failed',
  EXPIRED: 'expired',
} as const;

async function titleOf(ask: Ask, project: string) {
  const found = await ask(ProjectTitle, { id: project });
  return found.project?.title ?? { zh: project, en: project };
}

/** Null when there is no such donation. */
export async function loadDonation(
  ask: Ask,
  { id, isBack }: { readonly id: string; readonly isBack: boolean },
): Promise<PublicPageData<'donation'> | null> {
  const { region, donation: answer, matchesOfDonation } = await ask(DonationQuery, { id });
  if (answer.__typename !== 'QueryDonationSuccess') return null;
  const donation = answer.data;
  const names = namesOf(region);
  // A gift that waits for several pools says so once.
  const firstWaiting = matchesOfDonation.findIndex(({ status }) => status === 'WAITING');
  const parts = await Promise.all(
    donation.parts.map(async ({ amount, restriction: { sectors, localities, projects } }) => ({
      amount,
      restriction: {
        sectors: sectors?.map((code) => nameOf(names.sectors, code)) ?? null,
        localities: localities?.map((code) => nameOf(names.localities, code)) ?? null,
        projects:
          projects === null ? null : await Promise.all(projects.map((project) => titleOf(ask, project))),
      },
    })),
  );
  const status = STATUSES[donation.status];
  return {
    id: donation.id,
    // Whoever has just paid is not asked to pay.
    status: isBack && status === 'pending' ? 'back' : status,
    amount: donation.gift,
    feeCover: donation.feeCover,
    parts,
    matches: matchesOfDonation.flatMap(({ status: stage, amountMinor, finalOn }, place) =>
      (stage === 'WAITING' && place === firstWaiting) || stage === 'HELD' || stage === 'FINAL'
        ? [{ stage, finalOn, amount: { amountMinor, currency: names.currency } }]
        : [],
    ),
    createdAt: donation.createdAt,
    settledAt: donation.settledAt,
    checkoutUrl: donation.checkoutUrl,
    transfer: donation.transfer,
  };
}
