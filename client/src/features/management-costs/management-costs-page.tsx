/** Management costs, paid or waiting, and proposing another. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ManagementYear } from '../../../components/management-year.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { COST_TONES, ManagementCosts, ThisManagementYear } from './management-cost.query.ts';

const pageOf = ({ managementCosts }: ResultOf<typeof ManagementCosts>) => managementCosts;

export function ManagementCostsPage() {
  const { t, read, locale } = useLanguage();
  const { may } = useSession();
  const pages = usePages({ query: ManagementCosts, variables: {}, page: pageOf });
  return (
    <WorkspacePage
      title={t('workspace:nav.managementCosts')}
      lead={<p>{t('costs:lead')}</p>}
      {...(may('cost.propose')
        ? {
            actions: (
              <a className="button" href={paths.proposeCost()}>
                {t('costs:propose')}
              </a>
            ),
          }
        : {})}
    >
      <DataView reading={pages}>
        {(managementCosts) => (
          <ListTable
            caption={t('workspace:nav.managementCosts')}
            file="management-costs"
            rows={managementCosts}
            rowKey={({ id }) => id}
            pages={pages}
            empty={<EmptyState title={t('costs:empty')}>{t('costs:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'purpose',
                heading: t('costs:purpose'),
                value: ({ purpose }) => purpose,
                cell: ({ id, purpose }) => <a href={paths.managementCost(id)}>{purpose}</a>,
              },
              {
                key: 'fund',
                heading: t('costs:fund'),
                value: ({ fundName }) => (fundName === null ? '' : read(fundName)),
                cell: ({ fundName }) => (fundName === null ? '—' : read(fundName)),
              },
              {
                key: 'status',
                heading: t('costs:statusLabel'),
                value: ({ status, reversed }) =>
                  reversed ? t('costs:reversed') : t(`costs:status.${status}`),
                cell: ({ status, reversed }) => (
                  <StatusBadge tone={reversed ? 'stopped' : COST_TONES[status]}>
                    {reversed ? t('costs:reversed') : t(`costs:status.${status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'paidOn',
                heading: t('costs:paidOn'),
                value: ({ paidOn }) => paidOn ?? '',
                cell: ({ paidOn }) => (paidOn === null ? '—' : formatDate(paidOn, locale)),
              },
              {
                key: 'by',
                heading: t('costs:proposedBy'),
                value: ({ control }) => control.proposedBy.name,
                cell: ({ control }) => control.proposedBy.name,
              },
              {
                key: 'amount',
                heading: t('costs:amount'),
                numeric: true,
                value: ({ amount }) => BigInt(amount.amountMinor),
                exported: ({ amount }) => decimalOf(amount.amountMinor),
                cell: ({ amount }) => <Amount money={amount} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
      <DataView reading={useData(ThisManagementYear, {})}>
        {({ managementYear }) =>
          'data' in managementYear ? <ManagementYear year={managementYear.data} withProposed /> : null
        }
      </DataView>
    </WorkspacePage>
  );
}
