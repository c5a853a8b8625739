/** What the form for giving asks for, and how it becomes the form, empty or as it was sent. */
import { parseYuan } from '../../lib/amount-input.ts';
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import { namesOf, RegionNames } from '../region.query.ts';
import type { PublicPageData } from '../render-page.tsx';

const GiveQuery = graphql(
  `
    query Give {
      region {
        ...RegionNames
      }
      rounds {
        id
        status
      }
      givingTerms {
        feeCoverRate {
          basisPoints
          fixedMinor
        }
        transferOffered
        presets {
          amountMinor
          currency
        }
        minimum {
          amountMinor
          currency
        }
        maximum {
          amountMinor
          currency
        }
      }
    }
  `,
  [RegionNames],
);

const GiveProjectsQuery = graphql(`
  query GiveProjects($round: ID!) {
    projects(first: 500, round: $round) {
      id
      title {
        zh
        en
      }
    }
  }
`);

const MatchQuery = graphql(`
  query GiveMatches($giftMinor: MinorUnits!, $restriction: RestrictionInput!) {
    matchEstimates(giftMinor: $giftMinor, restriction: $restriction) {
      __typename
      ... on QueryMatchEstimatesSuccess {
        data {
          leastMinor
          mostMinor
          needsEmail
          refundWindowDays
          pool {
            name {
              zh
              en
            }
          }
        }
      }
    }
  }
`);

type GiveData = PublicPageData<'give'>;

/** As many rows as a gift may have parts. */
export const SPLIT_ROWS = 5;

/** What a single choice of the form allows. */
export function restrictionOf(kind: string, chosen: string) {
  switch (kind) {
    case 'sector':
      return { sectors: [chosen] };
    case 'locality':
      return { localities: [chosen] };
    case 'project':
      return { projects: [chosen] };
    default:
      return null;
  }
}

const EMPTY: GiveData['values'] = {
  amount: '100',
  rhythm: 'once',
  purpose: 'region',
  parts: Array.from({ length: SPLIT_ROWS }, () => ({ to: '', amount: '' })),
  sector: '',
  locality: '',
  project: '',
  name: '',
  email: '',
  named: false,
  message: '',
  dedication: '',
  related: false,
  payerKind: 'individual',
  payerTitle: '',
  creditCode: '',
  coverFee: false,
};

export interface GiveFormState {
  /** A UUID: sending the form again with it never charges twice. */
  readonly idempotencyKey: string;
  /** What was sent, when the form comes back with errors. */
  readonly values?: Partial<GiveData['values']> | undefined;
  readonly errors?: GiveData['errors'] | undefined;
  /** The project that the visitor came from. */
  readonly project?: string | undefined;
}

export async function loadGive(ask: Ask, state: GiveFormState): Promise<GiveData> {
  const { region, rounds, givingTerms } = await ask(GiveQuery, {});
  const names = namesOf(region);
  const open = rounds.find(({ status }) => status === 'OPEN');
  const projects = open === undefined ? [] : (await ask(GiveProjectsQuery, { round: open.id })).projects;
  const chosen = projects.some(({ id }) => id === state.project) ? (state.project ?? '') : '';
  const values: GiveData['values'] = {
    ...EMPTY,
    ...(chosen === '' ? {} : { purpose: 'project' as const, project: chosen }),
    ...state.values,
  };
  return {
    idempotencyKey: state.idempotencyKey,
    ...givingTerms,
    sectors: names.sectors,
    localities: names.localities,
    projects: projects.map(({ id, title }) => ({ code: id, name: title })),
    values,
    matches: await matchesOf(ask, values, names.currency),
    errors: state.errors ?? {},
  };
}

/** Null when the amount is none, or the gift is split: each part would be matched by itself. */
async function matchesOf(
  ask: Ask,
  values: GiveData['values'],
  currency: string,
): Promise<GiveData['matches']> {
  const giftMinor = parseYuan(values.amount);
  const { purpose } = values;
  const chosen = purpose === 'region' || purpose === 'several' ? '' : values[purpose];
  if (giftMinor === null || purpose === 'several' || (purpose !== 'region' && chosen === '')) return null;
  const restriction = restrictionOf(purpose, chosen) ?? {};
  const { matchEstimates } = await ask(MatchQuery, { giftMinor, restriction });
  if (matchEstimates.__typename !== 'QueryMatchEstimatesSuccess') return null;
  return matchEstimates.data.map(({ pool, leastMinor, mostMinor, ...rest }) => ({
    ...rest,
    pool: pool.name,
    least: { amountMinor: leastMinor, currency },
    most: { amountMinor: mostMinor, currency },
  }));
}
