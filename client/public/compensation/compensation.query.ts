/** What the pages of compensation statements ask for, and how it becomes the pages. */
import { StatementFields } from '../../lib/compensation-fragment.ts';
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import type { PublicPageData } from '../render-page.tsx';

const PublishedCompensations = graphql(`
  query PublishedCompensations {
    publishedCompensations {
      id
      version
      publishedAt
      title {
        zh
        en
      }
      total {
        amountMinor
        currency
      }
      transferred {
        amountMinor
        currency
      }
    }
  }
`);

const PublishedCompensation = graphql(
  `
    query PublishedCompensation($id: ID!) {
      region {
        localities {
          code
          shortName {
            zh
            en
          }
        }
      }
      rounds {
        id
        code
        title {
          zh
          en
        }
      }
      publishedCompensation(id: $id) {
        ...StatementFields
        versions {
          id
          version
          publishedAt
        }
      }
    }
  `,
  [StatementFields],
);

export async function loadCompensations(ask: Ask): Promise<PublicPageData<'compensations'>> {
  const { publishedCompensations } = await ask(PublishedCompensations, {});
  return {
    statements: publishedCompensations.map(({ publishedAt, ...one }) => ({
      ...one,
      publishedAt: publishedAt ?? '',
    })),
  };
}

/** Null where no published statement has the id. */
export async function loadCompensation(ask: Ask, id: string): Promise<PublicPageData<'compensation'> | null> {
  const { region, rounds, publishedCompensation: found } = await ask(PublishedCompensation, { id });
  if (found === null) return null;
  const { round, publishedAt, versions, ...rest } = found;
  const ofRound = rounds.find((one) => one.id === round);
  return {
    ...rest,
    publishedAt: publishedAt ?? '',
    round: ofRound === undefined ? null : { code: ofRound.code, title: ofRound.title },
    localities: region.localities.map(({ code, shortName }) => ({ code, name: shortName })),
    versions: versions.map((one) => ({ ...one, publishedAt: one.publishedAt ?? '' })),
  };
}
