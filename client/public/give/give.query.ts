/** What the form for giving asks for, and how it becomes the form, empty or as it was sent. */
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

type GiveData = PublicPageData<'give'>;

const EMPTY: GiveData['values'] = {
  amount: '100',
  purpose: 'region',
  sector: '',
  locality: '',
  project: '',
  name: '',
  email: '',
  named: false,
  message: '',
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
  return {
    idempotencyKey: state.idempotencyKey,
    ...givingTerms,
    sectors: names.sectors,
    localities: names.localities,
    projects: projects.map(({ id, title }) => ({ code: id, name: title })),
    values: {
      ...EMPTY,
      ...(chosen === '' ? {} : { purpose: 'project' as const, project: chosen }),
      ...state.values,
    },
    errors: state.errors ?? {},
  };
}
