/** Proposals of a round: for staff those submitted, for members of an organization their own with drafts. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PROPOSAL_TONES } from './proposal-status.ts';

const Proposals = graphql(`
  query Proposals($grantee: ID) {
    proposals(first: 500, grantee: $grantee) {
      id
      status
      sector
      locality
      needMinor
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
    }
  }
`);

export function ProposalsPage() {
  const { t, read } = useLanguage();
  const { may, person } = useSession();
  const region = useRegion();
  const own = may('proposal.read') ? null : (person.memberships[0]?.partyId ?? null);
  const reading = useData(Proposals, { grantee: own });
  const maySubmit = person.memberships.some(({ partyId }) => may('proposal.submit', partyId));
  return (
    <WorkspacePage
      title={t('workspace:nav.proposals')}
      {...(maySubmit
        ? {
            actions: (
              <a className="button" href={paths.submitProposal()}>
                {t('proposals:draft.title')}
              </a>
            ),
          }
        : {})}
    >
      <DataView reading={reading}>
        {({ proposals }) => (
          <DataTable
            caption={t('workspace:nav.proposals')}
            captionHidden
            rows={proposals}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('proposals:empty')}>{t('proposals:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'title',
                heading: t('proposals:column.title'),
                cell: ({ id, title, grantee }) => (
                  <>
                    <a href={paths.proposal(id)}>
                      {read(title) === '' ? t('proposals:untitled') : read(title)}
                    </a>
                    {grantee !== null && <span className="under">{read(grantee.name)}</span>}
                  </>
                ),
              },
              {
                key: 'status',
                heading: t('proposals:column.status'),
                cell: ({ status }) => (
                  <StatusBadge tone={PROPOSAL_TONES[status]}>{t(`proposals:status.${status}`)}</StatusBadge>
                ),
              },
              {
                key: 'place',
                heading: t('proposals:column.place'),
                cell: ({ sector, locality }) =>
                  t('common:project.place', {
                    locality: locality === null ? '—' : read(nameOfCode(region.localities, locality)),
                    sector: sector === null ? '—' : read(nameOfCode(region.sectors, sector)),
                  }),
              },
              {
                key: 'need',
                heading: t('proposals:column.need'),
                numeric: true,
                cell: ({ needMinor }) =>
                  needMinor === null ? (
                    '—'
                  ) : (
                    <Amount money={{ amountMinor: needMinor, currency: region.currency }} as="exact" />
                  ),
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
