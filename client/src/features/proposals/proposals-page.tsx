/** Proposals of a round: for staff those submitted, for members of an organization their own with drafts. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useFilter, useSearchWords } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { OwnPartyChooser, useOwnParty } from '../../../components/own-party.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PROPOSAL_TONES } from './proposal-status.ts';

const Proposals = graphql(`
  query Proposals($grantee: ID, $status: ProposalStatus, $search: String, $first: Int!, $after: ID) {
    proposals(grantee: $grantee, status: $status, search: $search, first: $first, after: $after) {
      items {
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
      next
    }
  }
`);

const pageOf = ({ proposals }: ResultOf<typeof Proposals>) => proposals;

type Proposal = ResultOf<typeof Proposals>['proposals']['items'][number];

const STATUSES = Object.keys(PROPOSAL_TONES) as Proposal['status'][];

export function ProposalsPage() {
  const { t, read } = useLanguage();
  const { may, person } = useSession();
  const region = useRegion();
  const own = useOwnParty('proposal.read');
  const status = useFilter('status', STATUSES);
  const variables = { grantee: own, status, search: useSearchWords() };
  const pages = usePages({ query: Proposals, variables, page: pageOf });
  const titleOf = ({ title }: Proposal) => (read(title) === '' ? t('proposals:untitled') : read(title));
  const placeOf = ({ sector, locality }: Proposal) =>
    t('common:project.place', {
      locality: locality === null ? '—' : read(nameOfCode(region.localities, locality)),
      sector: sector === null ? '—' : read(nameOfCode(region.sectors, sector)),
    });
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
      <OwnPartyChooser right="proposal.read" />
      <DataView reading={pages}>
        {(proposals) => (
          <ListTable
            caption={t('workspace:nav.proposals')}
            file="proposals"
            rows={proposals}
            pages={pages}
            asksByWords
            filters={[
              {
                key: 'status',
                label: t('proposals:column.status'),
                options: STATUSES.filter((one) => one !== 'DRAFT' || own !== null).map((value) => ({
                  value,
                  label: t(`proposals:status.${value}`),
                })),
              },
            ]}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('proposals:empty')}>{t('proposals:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'title',
                heading: t('proposals:column.title'),
                value: titleOf,
                cell: (proposal) => (
                  <div>
                    <a href={paths.proposal(proposal.id)}>{titleOf(proposal)}</a>
                    {proposal.grantee !== null && (
                      <span className="under">{read(proposal.grantee.name)}</span>
                    )}
                  </div>
                ),
              },
              {
                key: 'status',
                heading: t('proposals:column.status'),
                value: (proposal) => t(`proposals:status.${proposal.status}`),
                cell: (proposal) => (
                  <StatusBadge tone={PROPOSAL_TONES[proposal.status]}>
                    {t(`proposals:status.${proposal.status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'place',
                heading: t('proposals:column.place'),
                value: placeOf,
                cell: placeOf,
              },
              {
                key: 'need',
                heading: t('proposals:column.need'),
                numeric: true,
                value: ({ needMinor }) => (needMinor === null ? null : BigInt(needMinor)),
                exported: ({ needMinor }) => (needMinor === null ? '' : decimalOf(needMinor)),
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
