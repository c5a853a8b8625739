/** Compensation statements, every version of each, and drawing up another. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatInstantDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { COMPENSATION_TONES } from './compensation-status.ts';
import { Compensations } from './compensation.query.ts';

const pageOf = ({ compensations }: ResultOf<typeof Compensations>) => compensations;

export function CompensationsPage() {
  const { t, locale, read } = useLanguage();
  const { may } = useSession();
  const pages = usePages({ query: Compensations, variables: {}, page: pageOf });
  return (
    <WorkspacePage
      title={t('workspace:nav.compensations')}
      lead={<p>{t('compensation:lead')}</p>}
      {...(may('compensation.prepare')
        ? {
            actions: (
              <a className="button" href={paths.prepareCompensation()}>
                {t('compensation:prepare.title')}
              </a>
            ),
          }
        : {})}
    >
      <DataView reading={pages}>
        {(compensations) => (
          <ListTable
            caption={t('workspace:nav.compensations')}
            file="compensations"
            rows={compensations}
            rowKey={({ id }) => id}
            pages={pages}
            empty={<EmptyState title={t('compensation:none')}>{t('compensation:noneNext')}</EmptyState>}
            columns={[
              {
                key: 'title',
                heading: t('compensation:column.title'),
                value: ({ title }) => read(title),
                cell: ({ id, title }) => <a href={paths.compensation(id)}>{read(title)}</a>,
              },
              {
                key: 'version',
                heading: t('compensation:column.version'),
                numeric: true,
                value: ({ version }) => version,
                cell: ({ version }) => version,
              },
              {
                key: 'status',
                heading: t('compensation:column.status'),
                value: ({ status }) => t(`compensation:status.${status}`),
                cell: ({ status }) => (
                  <StatusBadge tone={COMPENSATION_TONES[status]}>
                    {t(`compensation:status.${status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'total',
                heading: t('compensation:column.total'),
                numeric: true,
                value: ({ total }) => BigInt(total.amountMinor),
                exported: ({ total }) => decimalOf(total.amountMinor),
                cell: ({ total }) => <Amount money={total} as="exact" />,
              },
              {
                key: 'transferred',
                heading: t('compensation:column.transferred'),
                numeric: true,
                value: ({ transferred }) => BigInt(transferred.amountMinor),
                exported: ({ transferred }) => decimalOf(transferred.amountMinor),
                cell: ({ transferred }) => <Amount money={transferred} as="exact" />,
              },
              {
                key: 'by',
                heading: t('compensation:column.by'),
                value: ({ keptBy }) => keptBy,
                cell: ({ keptBy }) => keptBy,
              },
              {
                key: 'at',
                heading: t('compensation:column.at'),
                value: ({ keptAt }) => keptAt,
                cell: ({ keptAt }) => formatInstantDate(keptAt, locale),
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
