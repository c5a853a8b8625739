/** Gifts by transfer that were announced and have not come: kept in sight, expired ones too. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { spacedReference } from '../../../../server/domain/transfer-reference.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { AwaitedTransfersQuery } from './bank.query.ts';

const pageOf = ({ awaitedTransfers }: ResultOf<typeof AwaitedTransfersQuery>) => awaitedTransfers;

export function AwaitedTransfers() {
  const { t, locale } = useLanguage();
  const list = { query: AwaitedTransfersQuery, variables: {}, page: pageOf };
  const pages = usePages(list, { place: 'transfers', size: 20 });
  return (
    <section className="section" aria-labelledby="awaited">
      <h2 id="awaited">{t('bank:awaited.title')}</h2>
      <DataView reading={pages} lines={2}>
        {(transfers) => (
          <>
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
            {pages.more !== null && <ListEnd pages={pages} shown={transfers.length} />}
          </>
        )}
      </DataView>
    </section>
  );
}
