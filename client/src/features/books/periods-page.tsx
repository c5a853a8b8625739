/** The months of the books: which are closed, which one is to close now, and what waits for a decision. */
import { useSearchParams } from 'react-router';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { LastLedgerCheck } from '../../../components/last-ledger-check.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PERIOD_TONES } from './books-status.ts';
import { AccountingPeriods } from './periods.query.ts';

const PAGE = 36;

export function PeriodsPage() {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const before = search.get('before');
  const reading = useData(AccountingPeriods, { before });
  return (
    <WorkspacePage title={t('workspace:nav.periods')} lead={<p>{t('books:periods.lead')}</p>}>
      <DataView reading={reading}>
        {({ accountingPeriods }) => (
          <DataTable
            caption={t('workspace:nav.periods')}
            captionHidden
            rows={accountingPeriods}
            rowKey={({ period }) => period}
            empty={<EmptyState title={t('books:periods.empty')}>{t('books:periods.emptyNext')}</EmptyState>}
            pages={{
              previous: before === null ? null : paths.periods(),
              next:
                accountingPeriods.length < PAGE
                  ? null
                  : `${paths.periods()}?before=${accountingPeriods.at(-1)?.period ?? ''}`,
            }}
            columns={[
              {
                key: 'period',
                heading: t('books:periods.period'),
                cell: ({ period }) => <a href={paths.period(period)}>{period}</a>,
              },
              {
                key: 'status',
                heading: t('books:entry.statusLabel'),
                cell: ({ status }) => (
                  <StatusBadge tone={PERIOD_TONES[status]}>{t(`books:periods.status.${status}`)}</StatusBadge>
                ),
              },
              {
                key: 'waiting',
                heading: t('books:periods.waiting'),
                cell: ({ waiting }) => (waiting === null ? '' : t(`books:periods.action.${waiting.action}`)),
              },
            ]}
          />
        )}
      </DataView>
      <LastLedgerCheck />
    </WorkspacePage>
  );
}
