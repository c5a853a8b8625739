/** The parties that give, apply and are paid. */
import { DataView } from '../../../components/data-view.tsx';
import { useFilter, useSearchWords } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Parties = graphql(`
  query Parties($search: String, $kind: PartyKind, $locale: Locale!, $first: Int!, $after: ID) {
    parties(search: $search, kind: $kind, locale: $locale, first: $first, after: $after) {
      items {
        id
        kind
        name {
          zh
          en
        }
        locality
        creditCode
      }
      next
    }
  }
`);

const pageOf = ({ parties }: ResultOf<typeof Parties>) => parties;

const KINDS = Object.keys(PARTY_KINDS) as (keyof typeof PARTY_KINDS)[];

export function PartiesPage() {
  const { t, read, locale } = useLanguage();
  const { may } = useSession();
  const region = useRegion();
  const kind = useFilter('kind', KINDS);
  const variables = { search: useSearchWords(), kind, locale: locale === 'en' ? 'EN' : 'ZH' } as const;
  const pages = usePages({ query: Parties, variables, page: pageOf });
  const localityOf = ({ locality: code }: { locality: string | null }) =>
    code === null ? t('parties:elsewhere') : read(nameOfCode(region.localities, code));
  const register = may('party.register') ? (
    <a className="button" href={paths.registerParty()}>
      {t('parties:register.title')}
    </a>
  ) : undefined;
  return (
    <WorkspacePage
      title={t('workspace:nav.parties')}
      {...(register === undefined ? {} : { actions: register })}
    >
      <DataView reading={pages}>
        {(parties) => (
          <ListTable
            caption={t('workspace:nav.parties')}
            file="parties"
            rows={parties}
            pages={pages}
            asksByWords
            filters={[
              {
                key: 'kind',
                label: t('parties:column.kind'),
                options: Object.entries(PARTY_KINDS).map(([value, kind]) => ({
                  value,
                  label: t(`common:partyKind.${kind}`),
                })),
              },
            ]}
            rowKey={(party) => party.id}
            empty={<EmptyState title={t('parties:empty')}>{t('parties:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'name',
                heading: t('parties:column.name'),
                value: ({ name }) => read(name),
                cell: (party) => <a href={paths.party(party.id)}>{read(party.name)}</a>,
              },
              {
                key: 'kind',
                heading: t('parties:column.kind'),
                value: ({ kind }) => t(`common:partyKind.${PARTY_KINDS[kind]}`),
                cell: (party) => t(`common:partyKind.${PARTY_KINDS[party.kind]}`),
              },
              {
                key: 'locality',
                heading: t('parties:column.locality'),
                value: localityOf,
                cell: localityOf,
              },
              {
                key: 'credit',
                heading: t('parties:column.creditCode'),
                value: ({ creditCode }) => creditCode,
                cell: (party) => <span className="code">{party.creditCode ?? '—'}</span>,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
