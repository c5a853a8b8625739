/** What was paid of an award or is on its way: each payment with its milestone, the latest prepared first. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { formatDate, formatInstantDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import type { Pages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DISBURSEMENT_TONES } from '../../../components/disbursement-tones.ts';

const AwardPaymentsQuery = graphql(`
  query AwardPayments($award: ID!, $grantee: ID, $first: Int!, $after: ID) {
    disbursements(award: $award, grantee: $grantee, first: $first, after: $after) {
      items {
        id
        status
        milestone
        milestoneTitle {
          zh
          en
        }
        executedOn
        amount {
          amountMinor
          currency
        }
        control {
          proposedBy {
            at
          }
        }
      }
      next
    }
  }
`);

export type AwardPayment = ResultOf<typeof AwardPaymentsQuery>['disbursements']['items'][number];

const pageOf = ({ disbursements }: ResultOf<typeof AwardPaymentsQuery>) => disbursements;

/** The payments of an award, as its reader may see them: a member of the grantee asks for its own. */
export function useAwardPayments(award: string, grantee: string | undefined): Pages<AwardPayment> {
  const { may } = useSession();
  const variables = { award, grantee: may('award.read') ? null : (grantee ?? null) };
  return usePages({ query: AwardPaymentsQuery, variables, page: pageOf }, { place: 'payments' });
}

export function AwardPayments({ pages }: { readonly pages: Pages<AwardPayment> }) {
  const { t, read, locale } = useLanguage();
  const payments = pages.data ?? [];
  return (
    <section className="section" aria-labelledby="payments">
      <h2 id="payments">{t('awards:payments.title')}</h2>
      <DataTable
        caption={t('awards:payments.title')}
        captionHidden
        rows={payments}
        rowKey={({ id }) => id}
        empty={<p>{t('awards:payments.empty')}</p>}
        columns={[
          {
            key: 'milestone',
            heading: t('disbursements:milestone'),
            cell: ({ id, milestone, milestoneTitle }) => (
              <a href={paths.disbursement(id)}>
                {milestoneTitle === null ? milestone : read(milestoneTitle)}
              </a>
            ),
          },
          {
            key: 'status',
            heading: t('disbursements:status.heading'),
            cell: ({ status }) => (
              <StatusBadge tone={DISBURSEMENT_TONES[status]}>
                {t(`disbursements:status.${status}`)}
              </StatusBadge>
            ),
          },
          {
            key: 'prepared',
            heading: t('disbursements:preparedOn'),
            cell: ({ control }) => formatInstantDate(control.proposedBy.at, locale),
          },
          {
            key: 'on',
            heading: t('disbursements:executedOn'),
            cell: ({ executedOn }) => (executedOn === null ? '—' : formatDate(executedOn, locale)),
          },
          {
            key: 'amount',
            heading: t('common:disbursement.amount'),
            numeric: true,
            cell: ({ amount }) => <Amount money={amount} as="exact" />,
          },
        ]}
      />
      {pages.more !== null && <ListEnd pages={pages} shown={payments.length} />}
    </section>
  );
}
