/** The instalments of a pledge: when each is due, what has come, what is late. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { formatDate } from '../../../lib/format.ts';
import { useRegion } from '../../../lib/region.tsx';

interface Instalment {
  readonly dueOn: string;
  readonly amountMinor: string;
  readonly paidMinor: string;
  readonly isOverdue: boolean;
}

const stateOf = ({ isOverdue, paidMinor, amountMinor }: Instalment) =>
  isOverdue
    ? ({ tone: 'waiting', word: 'late' } as const)
    : paidMinor === amountMinor
      ? ({ tone: 'done', word: 'done' } as const)
      : ({ tone: 'moving', word: 'open' } as const);

export function PledgeInstalments({ instalments }: { instalments: readonly Instalment[] }) {
  const { t, locale } = useLanguage();
  const { currency } = useRegion();
  if (instalments.length === 0) return null;
  return (
    <section className="section" aria-labelledby="instalments">
      <h2 id="instalments">{t('pledges:plan.title')}</h2>
      <DataTable
        caption={t('pledges:plan.title')}
        captionHidden
        rows={instalments}
        rowKey={({ dueOn }) => dueOn}
        empty={null}
        columns={[
          { key: 'due', heading: t('pledges:plan.due'), cell: ({ dueOn }) => formatDate(dueOn, locale) },
          {
            key: 'state',
            heading: t('pledges:plan.state'),
            cell: (instalment) => {
              const { tone, word } = stateOf(instalment);
              return <StatusBadge tone={tone}>{t(`pledges:plan.${word}`)}</StatusBadge>;
            },
          },
          {
            key: 'amount',
            heading: t('pledges:column.amount'),
            numeric: true,
            cell: ({ amountMinor }) => <Amount money={{ amountMinor, currency }} as="exact" />,
          },
          {
            key: 'paid',
            heading: t('pledges:plan.paid'),
            numeric: true,
            cell: ({ paidMinor }) => <Amount money={{ amountMinor: paidMinor, currency }} as="exact" />,
          },
        ]}
      />
    </section>
  );
}
