/** Pledges: what was promised, what has arrived, what is outstanding. */
import { useSearchParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { OwnPartyChooser, useOwnParty } from '../../../components/own-party.tsx';
import { PartyName } from '../../../components/party-name.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatExact } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PLEDGE_TONES } from './pledge-status.ts';

const Pledges = graphql(`
  query Pledges($party: ID, $status: PledgeStatus, $first: Int!, $after: ID) {
    pledges(party: $party, status: $status, first: $first, after: $after) {
      items {
        id
        status
        party {
          kind
          name {
            zh
            en
          }
        }
        restriction {
          sectors
          localities
          projectTitles {
            zh
            en
          }
        }
        amount {
          amountMinor
          currency
        }
        condition {
          capMinor
        }
        overdue {
          amountMinor
          currency
        }
        outstanding {
          amountMinor
          currency
        }
      }
      next
    }
  }
`);

type Pledge = ResultOf<typeof Pledges>['pledges']['items'][number];

const pageOf = ({ pledges }: ResultOf<typeof Pledges>) => pledges;

const STATUSES = Object.keys(PLEDGE_TONES) as Pledge['status'][];

export function PledgesPage() {
  const { t, read } = useLanguage();
  const { may, person } = useSession();
  const region = useRegion();
  const [search] = useSearchParams();
  const ownParty = useOwnParty('pledge.read');
  const status = STATUSES.find((one) => one === search.get('status')) ?? null;
  const pages = usePages({ query: Pledges, variables: { party: ownParty, status }, page: pageOf });
  const mayRecord =
    may('pledge.record') || person.memberships.some(({ partyId }) => may('pledge.record', partyId));
  return (
    <WorkspacePage
      title={t('workspace:nav.pledges')}
      {...(mayRecord
        ? {
            actions: (
              <a className="button" href={paths.recordPledge()}>
                {t('pledges:record.title')}
              </a>
            ),
          }
        : {})}
    >
      <OwnPartyChooser right="pledge.read" />
      <DataView reading={pages}>
        {(pledges) => (
          <ListTable
            caption={t('workspace:nav.pledges')}
            file="pledges"
            rows={pledges}
            pages={pages}
            rowKey={(pledge) => pledge.id}
            empty={<EmptyState title={t('pledges:empty')}>{t('pledges:emptyNext')}</EmptyState>}
            filters={[
              {
                key: 'status',
                label: t('pledges:column.status'),
                options: STATUSES.map((value) => ({ value, label: t(`pledges:status.${value}`) })),
              },
            ]}
            columns={[
              {
                key: 'party',
                heading: t('pledges:column.party'),
                value: ({ party }) => read(party.name),
                cell: ({ id, party }) => (
                  <PartyName name={party.name} kind={PARTY_KINDS[party.kind]} href={paths.pledge(id)} />
                ),
              },
              {
                key: 'status',
                heading: t('pledges:column.status'),
                value: (pledge) => t(`pledges:status.${pledge.status}`),
                cell: (pledge) => (
                  <StatusBadge tone={PLEDGE_TONES[pledge.status]}>
                    {t(`pledges:status.${pledge.status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'restriction',
                heading: t('common:restriction.label'),
                cell: ({ restriction }) => (
                  <RestrictionChips restriction={namedRestriction(restriction, region)} />
                ),
              },
              {
                key: 'amount',
                heading: t('pledges:column.amount'),
                numeric: true,
                value: ({ amount }) => BigInt(amount.amountMinor),
                exported: ({ amount }) => decimalOf(amount.amountMinor),
                cell: ({ amount, condition, ...pledge }) =>
                  pledge.status === 'CONDITIONAL' && condition !== null ? (
                    t('pledges:column.most', {
                      amount: formatExact({ amountMinor: condition.capMinor, currency: amount.currency }),
                    })
                  ) : (
                    <Amount money={amount} as="exact" />
                  ),
              },
              {
                key: 'outstanding',
                heading: t('pledges:column.outstanding'),
                numeric: true,
                value: ({ outstanding }) => BigInt(outstanding.amountMinor),
                exported: ({ outstanding }) => decimalOf(outstanding.amountMinor),
                cell: ({ outstanding }) => <Amount money={outstanding} as="exact" />,
              },
              {
                key: 'overdue',
                heading: t('pledges:column.overdue'),
                numeric: true,
                value: ({ overdue }) => BigInt(overdue.amountMinor),
                exported: ({ overdue }) => decimalOf(overdue.amountMinor),
                cell: ({ overdue }) =>
                  overdue.amountMinor === '0' ? '—' : <Amount money={overdue} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
