/** The clearing account: what the payment processor holds for us, line by line, and what to do where records differ. */
import type { Mismatch } from '../../../../server/domain/donation-payment.ts';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatExact, formatInstant } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useData } from '../../../lib/use-data.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const QuarantinedQuery = graphql(`
  query QuarantinedPayments($first: Int!, $after: ID) {
    quarantinedPayments(first: $first, after: $after) {
      items {
        id
        type
        reason
        donationId
        paymentIntentId
        amountMinor
        currency
        receivedAt
      }
      next
    }
  }
`);

const ClearingQuery = graphql(`
  query Clearing {
    clearing {
      seenUntil
      balance {
        amountMinor
        currency
      }
      explained {
        amountMinor
        currency
      }
      inTransit {
        amountMinor
        currency
      }
      payouts {
        id
        arrivalOn
        automatic
        amount {
          amountMinor
          currency
        }
      }
      items {
        id
        category
        sourceId
        donationId
        createdAt
        payoutId
        advice
        gross {
          amountMinor
          currency
        }
        fee {
          amountMinor
          currency
        }
        theirs {
          amountMinor
          currency
        }
        ours {
          amountMinor
          currency
        }
      }
    }
  }
`);

type Clearing = ResultOf<typeof ClearingQuery>['clearing'];
type Item = Clearing['items'][number];
const pageOf = ({ quarantinedPayments }: ResultOf<typeof QuarantinedQuery>) => quarantinedPayments;

const CATEGORIES = {
  charge: 'bank:clearing.category.charge',
  refund: 'bank:clearing.category.refund',
  refund_failure: 'bank:clearing.category.refundFailure',
  dispute: 'bank:clearing.category.dispute',
  dispute_reversal: 'bank:clearing.category.disputeReversal',
  'donation-settled': 'bank:clearing.category.charge',
  'payment-fee': 'bank:clearing.category.fee',
  fee: 'bank:clearing.category.ownCharge',
  network_cost: 'bank:clearing.category.ownCharge',
  tax: 'bank:clearing.category.ownCharge',
  other_adjustment: 'bank:clearing.category.adjustment',
  'payout-ahead': 'bank:clearing.category.ahead',
} as const;

export function ClearingPage() {
  const { t } = useLanguage();
  return (
    <WorkspacePage
      title={t('bank:clearing.title')}
      lead={<p>{t('bank:clearing.lead')}</p>}
      back={{ href: paths.bank(), name: t('workspace:nav.bank') }}
    >
      <DataView reading={useData(ClearingQuery, {})}>
        {({ clearing }) => (
          <>
            <Sums clearing={clearing} />
            <Differences items={clearing.items.filter(({ advice }) => advice !== null)} />
            <QuarantinedPayments />
            <Payouts payouts={clearing.payouts} />
            <Items items={clearing.items} />
          </>
        )}
      </DataView>
    </WorkspacePage>
  );
}

function Sums({ clearing: { balance, explained, inTransit, seenUntil } }: { readonly clearing: Clearing }) {
  const { t, locale } = useLanguage();
  const less = (one: string, other: string) => (BigInt(one) - BigInt(other)).toString();
  const { currency } = balance;
  const held = { amountMinor: less(balance.amountMinor, inTransit.amountMinor), currency };
  const rest = { amountMinor: less(balance.amountMinor, explained.amountMinor), currency };
  return (
    <FactList
      facts={[
        {
          name: t('bank:clearing.balance'),
          value: <Amount money={balance} as="exact" href={paths.journal({ account: 'stripe-clearing' })} />,
        },
        { name: t('bank:clearing.held'), value: formatExact(held) },
        { name: t('bank:clearing.inTransit'), value: formatExact(inTransit) },
        { name: t('bank:clearing.unexplained'), value: formatExact(rest) },
        {
          name: t('bank:clearing.seenUntil'),
          value: seenUntil === null ? t('bank:clearing.never') : formatInstant(seenUntil, locale),
        },
      ]}
    />
  );
}

function Differences({ items }: { readonly items: readonly Item[] }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="differences">
      <h2 id="differences">{t('bank:clearing.differences')}</h2>
      <DataTable
        caption={t('bank:clearing.differences')}
        captionHidden
        rows={items}
        rowKey={({ id }) => id}
        empty={<p>{t('bank:clearing.noDifference')}</p>}
        columns={[
          ...lineColumns(t),
          {
            key: 'theirs',
            heading: t('bank:clearing.theirs'),
            numeric: true,
            cell: ({ theirs }) => <Amount money={theirs} as="exact" />,
          },
          {
            key: 'ours',
            heading: t('bank:clearing.ours'),
            numeric: true,
            cell: ({ ours }) => <Amount money={ours} as="exact" />,
          },
          {
            key: 'advice',
            heading: t('bank:clearing.advice.title'),
            cell: ({ advice }) => (advice === null ? '—' : t(`bank:clearing.advice.${advice}`)),
          },
        ]}
      />
    </section>
  );
}

/** Why a payment was not credited. */
const REASONS = {
  'unknown-donation': 'bank:clearing.reason.unknownDonation',
  'other-account': 'bank:clearing.reason.otherAccount',
  'other-mode': 'bank:clearing.reason.otherMode',
  'other-donation': 'bank:clearing.reason.otherDonation',
  'other-checkout': 'bank:clearing.reason.otherCheckout',
  'other-payment': 'bank:clearing.reason.otherPayment',
  'other-amount': 'bank:clearing.reason.otherAmount',
  'other-currency': 'bank:clearing.reason.otherCurrency',
  'other-settlement-currency': 'bank:clearing.reason.otherSettlementCurrency',
} as const satisfies Record<Mismatch, string>;

/** What contradicts our record and was not credited. */
function QuarantinedPayments() {
  const { t, locale } = useLanguage();
  const list = { query: QuarantinedQuery, variables: {}, page: pageOf };
  const pages = usePages(list, { place: 'payments', size: 20 });
  const payments = pages.data ?? [];
  if (payments.length === 0) return null;
  return (
    <section className="section" aria-labelledby="quarantined">
      <h2 id="quarantined">{t('bank:clearing.quarantined')}</h2>
      <ul className="plain-list">
        {payments.map(
          ({ id, type, reason, donationId, paymentIntentId, amountMinor, currency, receivedAt }) => (
            <li key={id}>
              {t('bank:clearing.quarantinedLine', {
                at: formatInstant(receivedAt, locale),
                reason:
                  reason !== null && reason in REASONS ? t(REASONS[reason as keyof typeof REASONS]) : type,
                about: donationId ?? paymentIntentId ?? id,
                amount:
                  amountMinor === null ? '—' : formatExact({ amountMinor, currency: currency ?? 'CNY' }),
              })}
            </li>
          ),
        )}
      </ul>
      {pages.more !== null && <ListEnd pages={pages} shown={payments.length} />}
    </section>
  );
}

const lineColumns = (t: ReturnType<typeof useLanguage>['t']) => [
  {
    key: 'kind',
    heading: t('bank:clearing.line'),
    cell: ({ category, donationId, sourceId, id }: Item) => (
      <div>
        {category in CATEGORIES
          ? t(CATEGORIES[category as keyof typeof CATEGORIES])
          : t('bank:clearing.category.other', { category })}
        <span className="under">{donationId ?? sourceId ?? id}</span>
      </div>
    ),
  },
];

function Payouts({ payouts }: { readonly payouts: Clearing['payouts'] }) {
  const { t, locale } = useLanguage();
  if (payouts.length === 0) return null;
  return (
    <section className="section" aria-labelledby="payouts">
      <h2 id="payouts">{t('bank:clearing.payouts')}</h2>
      <ul className="plain-list">
        {payouts.map(({ id, amount, arrivalOn, automatic }) => (
          <li key={id}>
            {t('bank:clearing.payout', {
              id,
              amount: formatExact(amount),
              day: formatDate(arrivalOn, locale),
            })}
            {!automatic && ` ${t('bank:clearing.manual')}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Items({ items }: { readonly items: readonly Item[] }) {
  const { t, locale } = useLanguage();
  return (
    <section className="section" aria-labelledby="items">
      <h2 id="items">{t('bank:clearing.items')}</h2>
      <DataTable
        caption={t('bank:clearing.items')}
        captionHidden
        rows={items}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('bank:clearing.empty')}>{t('bank:clearing.emptyNext')}</EmptyState>}
        columns={[
          ...lineColumns(t),
          {
            key: 'at',
            heading: t('bank:clearing.at'),
            cell: ({ createdAt }) => formatInstant(createdAt, locale),
          },
          {
            key: 'gross',
            heading: t('bank:clearing.gross'),
            numeric: true,
            cell: ({ gross }) => <Amount money={gross} as="exact" />,
          },
          {
            key: 'fee',
            heading: t('bank:clearing.category.fee'),
            numeric: true,
            cell: ({ fee }) => <Amount money={fee} as="exact" />,
          },
          {
            key: 'net',
            heading: t('bank:clearing.net'),
            numeric: true,
            cell: ({ ours }) => <Amount money={ours} as="exact" />,
          },
          {
            key: 'where',
            heading: t('bank:clearing.where'),
            cell: ({ payoutId }) =>
              payoutId === null ? (
                <StatusBadge tone="waiting">{t('bank:clearing.withProcessor')}</StatusBadge>
              ) : (
                <StatusBadge tone="moving">{t('bank:clearing.onItsWay')}</StatusBadge>
              ),
          },
        ]}
      />
    </section>
  );
}
