/** Pledges: what was promised, what has arrived, what is outstanding. */
import { useSearchParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { PartyName } from '../../../components/party-name.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatExact } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PLEDGE_TONES } from './pledge-status.ts';

const Pledges = graphql(`
  query Pledges($party: ID, $after: ID) {
    pledges(first: 50, party: $party, after: $after) {
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
        projects
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
  }
`);

const PAGE = 50;

export function PledgesPage() {
  const { t } = useLanguage();
  const { may, person } = useSession();
  const region = useRegion();
  const [search] = useSearchParams();
  const after = search.get('after');
  const ownParty = may('pledge.read') ? null : (person.memberships[0]?.partyId ?? null);
  const reading = useData(Pledges, { party: ownParty, after });
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
      <DataView reading={reading}>
        {({ pledges }) => (
          <DataTable
            caption={t('workspace:nav.pledges')}
            captionHidden
            rows={pledges}
            rowKey={(pledge) => pledge.id}
            empty={<EmptyState title={t('pledges:empty')}>{t('pledges:emptyNext')}</EmptyState>}
            pages={{
              previous: after === null ? null : paths.pledges(),
              next: pledges.length === PAGE ? `${paths.pledges()}?after=${pledges.at(-1)?.id ?? ''}` : null,
            }}
            columns={[
              {
                key: 'party',
                heading: t('pledges:column.party'),
                cell: ({ id, party }) => (
                  <PartyName name={party.name} kind={PARTY_KINDS[party.kind]} href={paths.pledge(id)} />
                ),
              },
              {
                key: 'status',
                heading: t('pledges:column.status'),
                cell: ({ status }) => (
                  <StatusBadge tone={PLEDGE_TONES[status]}>{t(`pledges:status.${status}`)}</StatusBadge>
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
                cell: ({ amount, condition, status }) =>
                  status === 'CONDITIONAL' && condition !== null ? (
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
                cell: ({ outstanding }) => <Amount money={outstanding} as="exact" />,
              },
              {
                key: 'overdue',
                heading: t('pledges:column.overdue'),
                numeric: true,
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
