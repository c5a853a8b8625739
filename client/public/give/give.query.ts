/** What the form for giving asks for, and how it becomes the form, empty or as it was sent. */
import { parseYuan } from '../../lib/amount-input.ts';
import { graphql } from '../../lib/graphql.ts';
import { askForAll } from '../ask.ts';
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
  query GiveProjects($round: ID!, $after: ID) {
    projects(first: 200, after: $after, round: $round) {
      items {
        id
        title {
          zh
          en
        }
      }
      next
    }
  }
`);

const MatchQuery = graphql(`
  query GiveMatches($giftMinor: MinorUnits!, $restriction: RestrictionInput!, $split: [GiftPartInput!]) {
    matchEstimates(giftMinor: $giftMinor, restriction: $restriction, split: $split) {
      __typename
      ... on QueryMatchEstimatesSuccess {
        data {
          leastMinor
          mostMinor
          certainty
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
  const projects =
    open === undefined
      ? []
      : await askForAll(ask, {
          document: GiveProjectsQuery,
          variables: { round: open.id },
          page: (answer) => answer.projects,
        });
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

/** Null when it is not said yet how much is given for what. */
async function matchesOf(
  ask: Ask,
  values: GiveData['values'],
  currency: string,
): Promise<GiveData['matches']> {
  const giftMinor = parseYuan(values.amount);
  const { purpose } = values;
  const chosen = purpose === 'region' || purpose === 'several' ? '' : values[purpose];
  const split = purpose === 'several' ? splitOf(values.parts, giftMinor) : null;
  if (giftMinor === null || typeof split === 'string' || split?.length === 0) return null;
  if (purpose !== 'region' && purpose !== 'several' && chosen === '') return null;
  const restriction = restrictionOf(purpose, chosen) ?? {};
  const { matchEstimates } = await ask(MatchQuery, { giftMinor, restriction, split });
  if (matchEstimates.__typename !== 'QueryMatchEstimatesSuccess') return null;
  return matchEstimates.data.map(({ pool, leastMinor, mostMinor, certainty, ...rest }) => ({
    ...rest,
    certainty,
    pool: pool.name,
    least: { amountMinor: leastMinor, currency },
    most: { amountMinor: mostMinor, currency },
  }));
}

/**
 * The rows that are used; the one without an amount takes what the others leave of the gift.
 * @returns null where there is no amount to split, or a word for what is wrong with the rows
 */
export function splitOf(parts: GiveData['values']['parts'], giftMinor: string | null) {
  const used = parts.filter(({ to }) => to !== '');
  const amounts = used.map(({ amount }) => (amount === '' ? '' : parseYuan(amount)));
  if (amounts.includes(null)) return 'not-an-amount' as const;
  // What the parts add up to is looked at once there is an amount.
  if (giftMinor === null) return null;
  const rest = amounts.reduce(
    (left, amount) => left - BigInt(amount === '' || amount === null ? 0 : amount),
    BigInt(giftMinor),
  );
  const empty = amounts.filter((amount) => amount === '').length;
  if (empty > 1 || (empty === 1 ? rest <= 0n : rest !== 0n)) return 'does-not-add-up' as const;
  return used.map(({ to }, place) => {
    const [kind = '', code = ''] = to.split(/:(.*)/s);
    const amount = amounts[place];
    return {
      restriction: restrictionOf(kind, code),
      amountMinor: amount === '' || amount === undefined || amount === null ? rest.toString() : amount,
    };
  });
}
