/** Entries made by hand, posted or waiting, and preparing another. */
import { useSearchParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatDate } from '../../../lib/format.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ENTRY_TONES } from './books-status.ts';
import { HandEntries } from './books.query.ts';

const PAGE = 50;

export function HandEntriesPage() {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const [search] = useSearchParams();
  const reading = useData(HandEntries, { after: search.get('after') });
  return (
    <WorkspacePage title={t('workspace:nav.entries')} lead={<p>{t('books:entries.lead')}</p>}>
      {may('entry.prepare') && (
        <div className="page-actions">
          <a className="button" href={paths.prepareEntry()}>
            {t('books:entries.prepare')}
          </a>
        </div>
      )}
      <DataView reading={reading}>
        {({ handEntries }) => (
          <ListTable
            caption={t('workspace:nav.entries')}
            file="hand-entries"
            rows={handEntries}
            rowKey={({ id }) => id}
            next={handEntries.length < PAGE ? null : (handEntries.at(-1)?.id ?? null)}
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
