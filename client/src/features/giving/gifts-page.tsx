/** Every gift with what its donor said, newest first: for those who may read who gave. A gift leads to its refunds. */
import { useSearchParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge, type StatusTone } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatInstant } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Gifts = graphql(`
  query Gifts($status: DonationStatus, $first: Int!, $after: ID) {
    donations(status: $status, first: $first, after: $after) {
      items {
        id
        status
        createdAt
        settledAt
        gift {
          amountMinor
          currency
        }
        parts {
          amount {
            amountMinor
            currency
          }
          restriction {
            sectors
            localities
            projectTitles {
              zh
              en
            }
          }
        }
        donor {
          name
          email
          message
          dedication
        }
      }
      next
    }
  }
`);

type Gift = ResultOf<typeof Gifts>['donations']['items'][number];

const pageOf = ({ donations }: ResultOf<typeof Gifts>) => donations;

const TONES: Record<Gift['status'], StatusTone> = {
  CREATED: 'waiting',
  AWAITING_PAYMENT: 'waiting',
  AWAITING_TRANSFER: 'waiting',
  PROCESSING: 'moving',
  SETTLED: 'done',
  FAILED: 'stopped',
  EXPIRED: 'stopped',
};

const STATUSES = Object.keys(TONES) as Gift['status'][];

export function GiftsPage() {
  const { t, locale } = useLanguage();
  const region = useRegion();
  const [search] = useSearchParams();
  const status = STATUSES.find((one) => one === search.get('status')) ?? null;
  const pages = usePages({ query: Gifts, variables: { status }, page: pageOf });
  const donorOf = ({ donor }: Gift): string =>
    donor === null ? t('gifts:erased') : (donor.name ?? donor.email ?? t('gifts:nameless'));
  const wordsOf = ({ donor }: Gift): string =>
    [donor?.message, donor?.dedication].filter((text) => (text ?? '') !== '').join(' · ');
  return (
    <WorkspacePage title={t('workspace:nav.gifts')} lead={<p>{t('gifts:lead')}</p>}>
      <DataView reading={pages}>
        {(donations) => (
          <ListTable
            caption={t('workspace:nav.gifts')}
            file="gifts"
            rows={donations}
            rowKey={({ id }) => id}
            pages={pages}
            empty={<EmptyState title={t('gifts:empty')}>{t('gifts:emptyNext')}</EmptyState>}
            filters={[
              {
                key: 'status',
                label: t('gifts:column.status'),
                options: STATUSES.map((value) => ({
                  value,
                  label: t(`gifts:status.${value}`),
                })),
              },
            ]}
            columns={[
              {
                key: 'on',
                heading: t('gifts:column.on'),
                value: ({ createdAt }) => createdAt,
                cell: ({ id, createdAt }) => (
                  <a href={paths.giftToRefund(id)}>{formatInstant(createdAt, locale)}</a>
                ),
              },
              {
                key: 'donor',
                heading: t('gifts:column.donor'),
                value: donorOf,
                cell: (gift) => (
                  <div>
                    {donorOf(gift)}
                    {typeof gift.donor?.name === 'string' && (
                      <span className="under">{gift.donor.email}</span>
                    )}
                  </div>
                ),
              },
              {
                key: 'status',
                heading: t('gifts:column.status'),
                value: ({ status }) => t(`gifts:status.${status}`),
                cell: ({ status }) => (
                  <StatusBadge tone={TONES[status]}>{t(`gifts:status.${status}`)}</StatusBadge>
                ),
              },
              {
                key: 'purpose',
                heading: t('common:restriction.label'),
                cell: ({ parts }) =>
                  parts.map(({ amount, restriction }, place) => (
                    <div key={place}>
                      <RestrictionChips restriction={namedRestriction(restriction, region)} />
                      {parts.length > 1 && (
                        <span className="under">
                          <Amount money={amount} as="exact" />
                        </span>
                      )}
                    </div>
                  )),
              },
              { key: 'words', heading: t('gifts:column.words'), value: wordsOf, cell: wordsOf },
              {
                key: 'amount',
                heading: t('gifts:column.amount'),
                numeric: true,
                value: ({ gift }) => BigInt(gift.amountMinor),
                exported: ({ gift }) => decimalOf(gift.amountMinor),
                cell: ({ gift }) => <Amount money={gift} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
