/** The parties that give, apply and are paid. */
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Parties = graphql(`
  query Parties {
    parties(first: 500) {
      id
      kind
      name {
        zh
        en
      }
      locality
      creditCode
    }
  }
`);

export function PartiesPage() {
  const { t, read, locale } = useLanguage();
  const { may } = useSession();
  const region = useRegion();
  const reading = useData(Parties, {});
  const collator = new Intl.Collator(locale === 'zh-CN' ? 'zh-CN-u-co-pinyin' : 'en');
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
      <DataView reading={reading}>
        {({ parties }) => (
          <DataTable
            caption={t('workspace:nav.parties')}
            captionHidden
            rows={[...parties].sort((a, b) => collator.compare(read(a.name), read(b.name)))}
            rowKey={(party) => party.id}
            empty={<EmptyState title={t('parties:empty')}>{t('parties:emptyNext')}</EmptyState>}
            columns={[
              { key: 'name', heading: t('parties:column.name'), cell: (party) => read(party.name) },
              {
                key: 'kind',
                heading: t('parties:column.kind'),
                cell: (party) => t(`common:partyKind.${PARTY_KINDS[party.kind]}`),
              },
              {
                key: 'locality',
                heading: t('parties:column.locality'),
                cell: (party) =>
                  party.locality === null
                    ? t('parties:elsewhere')
                    : read(nameOfCode(region.localities, party.locality)),
              },
              {
                key: 'credit',
                heading: t('parties:column.creditCode'),
                cell: (party) => <span className="code">{party.creditCode ?? '—'}</span>,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
