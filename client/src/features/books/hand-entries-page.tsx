/** Entries made by hand, posted or waiting, and preparing another. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ENTRY_TONES } from './books-status.ts';
import { HandEntries } from './books.query.ts';

const pageOf = ({ handEntries }: ResultOf<typeof HandEntries>) => handEntries;

export function HandEntriesPage() {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const pages = usePages({ query: HandEntries, variables: {}, page: pageOf });
  return (
    <WorkspacePage title={t('workspace:nav.entries')} lead={<p>{t('books:entries.lead')}</p>}>
      {may('entry.prepare') && (
        <div className="page-actions">
          <a className="button" href={paths.prepareEntry()}>
            {t('books:entries.prepare')}
          </a>
        </div>
      )}
      <DataView reading={pages}>
        {(handEntries) => (
          <ListTable
            caption={t('workspace:nav.entries')}
            file="hand-entries"
            rows={handEntries}
            rowKey={({ id }) => id}
            pages={pages}
            empty={<EmptyState title={t('books:entries.empty')}>{t('books:entries.emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'narrative',
                heading: t('books:entry.narrative'),
                value: ({ narrative }) => narrative,
                cell: ({ id, narrative }) => <a href={paths.handEntry(id)}>{narrative}</a>,
              },
              {
                key: 'on',
                heading: t('books:entry.effectiveOn'),
                value: ({ effectiveOn }) => effectiveOn,
                cell: ({ effectiveOn }) => formatDate(effectiveOn, locale),
              },
              {
                key: 'kind',
                heading: t('books:entry.kindLabel'),
                value: ({ kind }) => t(`books:entry.kind.${kind}`),
                cell: ({ kind }) => t(`books:entry.kind.${kind}`),
              },
              {
                key: 'status',
                heading: t('books:entry.statusLabel'),
                value: ({ status }) => t(`books:entry.status.${status}`),
                cell: ({ status }) => (
                  <StatusBadge tone={ENTRY_TONES[status]}>{t(`books:entry.status.${status}`)}</StatusBadge>
                ),
              },
              {
                key: 'by',
                heading: t('books:entry.preparedBy'),
                value: ({ control }) => control.proposedBy.name,
                cell: ({ control }) => control.proposedBy.name,
              },
              {
                key: 'amount',
                heading: t('books:entry.amount'),
                numeric: true,
                value: ({ amount }) => BigInt(amount.amountMinor),
                exported: ({ amount }) => decimalOf(amount.amountMinor),
                cell: ({ amount }) => <Amount money={amount} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
