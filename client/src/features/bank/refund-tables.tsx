/** Tables of what went back of a gift: what was decided here, and what was not. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { formatDate, formatInstantDate } from '../../../lib/format.ts';
import type { GiftToRefund, GiftRefund } from './gift-to-refund.query.ts';

const TONES = {
  PROPOSED: 'waiting',
  EXECUTED: 'done',
  CAME_BACK: 'stopped',
  REFUSED: 'stopped',
  WITHDRAWN: 'stopped',
} as const;

/** Where a refund goes; digits in groups of four, as people read them out and compare them. */
export function usePayeeOf(): (refund: GiftRefund) => string {
  const { t } = useLanguage();
  return ({ payee, isOnline }) => {
    if (isOnline) return t('bank:refund.asItCame');
    return payee === null
      ? '—'
      : `${payee.accountName} · ${payee.bankName} · ${payee.accountNumber.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}`;
  };
}

/** What is known of money on its way, beside the state itself. */
function Beside({ refund }: { readonly refund: GiftRefund }) {
  const { t } = useLanguage();
  const { status, isOnline, isTaken, hasLeft, processorStatus, refusal } = refund;
  if (status === 'REFUSED')
    return <span className="under">{t('bank:refund.refusedBy', { refusal: refusal ?? '' })}</span>;
  if (isOnline && processorStatus !== null)
    return <span className="under">{t('bank:refund.processorSays', { status: processorStatus })}</span>;
  if (status !== 'EXECUTED') return null;
  if (isOnline)
    return <span className="under">{t(isTaken ? 'bank:refund.taken' : 'bank:refund.notTaken')}</span>;
  return <span className="under">{t(hasLeft ? 'bank:refund.hasLeft' : 'bank:refund.notLeft')}</span>;
}

const stateOf = ({ status, isOnline }: GiftRefund) =>
  isOnline && status === 'CAME_BACK' ? 'FAILED' : status;

/** Refunds that are decided. */
export function Refunds({ refunds }: { readonly refunds: readonly GiftRefund[] }) {
  const { t, locale } = useLanguage();
  const payeeOf = usePayeeOf();
  return (
    <DataTable
      caption={t('bank:refund.title')}
      captionHidden
      rows={refunds}
      rowKey={({ id }) => id}
      empty={null}
      columns={[
        {
          key: 'amount',
          heading: t('bank:column.amount'),
          numeric: true,
          cell: ({ amount }) => <Amount money={amount} as="exact" />,
        },
        { key: 'payee', heading: t('bank:refund.payee'), cell: payeeOf },
        { key: 'reason', heading: t('bank:refund.reason'), cell: ({ reason }) => reason },
        {
          key: 'status',
          heading: t('bank:refund.status'),
          cell: (refund) => (
            <div>
              <StatusBadge tone={TONES[refund.status]}>
                {t(`bank:refund.statuses.${stateOf(refund)}`)}
              </StatusBadge>
              {refund.executedOn !== null && (
                <span className="under">{formatDate(refund.executedOn, locale)}</span>
              )}
              <Beside refund={refund} />
            </div>
          ),
        },
      ]}
    />
  );
}

/** Refunds and disputes that nobody here decided on. */
export function OtherReturns({ others }: { readonly others: GiftToRefund['others'] }) {
  const { t, locale } = useLanguage();
  return (
    <DataTable
      caption={t('bank:refund.others')}
      rows={others}
      rowKey={({ id }) => id}
      empty={null}
      columns={[
        {
          key: 'what',
          heading: t('bank:refund.what'),
          cell: ({ isDispute, startedAt }) => (
            <div>
              {t(isDispute ? 'bank:refund.dispute' : 'bank:refund.refundThere')}
              <span className="under">{formatInstantDate(startedAt, locale)}</span>
            </div>
          ),
        },
        {
          key: 'amount',
          heading: t('bank:column.amount'),
          numeric: true,
          cell: ({ amount }) => <Amount money={amount} as="exact" />,
        },
        {
          key: 'status',
          heading: t('bank:refund.status'),
          cell: ({ status }) => t(`bank:refund.returned.${status}`),
        },
      ]}
    />
  );
}
