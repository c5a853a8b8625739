/** Gifts by transfer that were announced and have not come: kept in sight, expired ones too. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { spacedReference } from '../../../../server/domain/transfer-reference.ts';
import type { AwaitedTransfer } from './bank.query.ts';

export function AwaitedTransfers({ transfers }: { readonly transfers: readonly AwaitedTransfer[] }) {
  const { t, locale } = useLanguage();
  return (
    <section className="section" aria-labelledby="awaited">
      <h2 id="awaited">{t('bank:awaited.title')}</h2>
      <DataTable
        caption={t('bank:awaited.title')}
        captionHidden
        rows={transfers}
        rowKey={({ id }) => id}
        empty={<p>{t('bank:awaited.none')}</p>}
        columns={[
          {
            key: 'reference',
            heading: t('bank:awaited.reference'),
            cell: ({ reference }) => <span className="code">{spacedReference(reference)}</span>,
          },
          {
            key: 'amount',
            heading: t('bank:column.amount'),
            numeric: true,
            cell: ({ amount }) => <Amount money={amount} as="exact" />,
          },
          {
            key: 'at',
            heading: t('bank:awaited.at'),
            cell: ({ announcedAt }) => formatInstant(announcedAt, locale),
          },
          {
            key: 'status',
            heading: t('bank:awaited.status'),
            cell: ({ isExpired }) =>
              isExpired ? (
                <StatusBadge tone="stopped">{t('bank:awaited.expired')}</StatusBadge>
              ) : (
                <StatusBadge tone="waiting">{t('bank:awaited.waiting')}</StatusBadge>
              ),
          },
        ]}
      />
    </section>
  );
}
