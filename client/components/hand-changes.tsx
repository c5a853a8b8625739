/** What was changed by hand in an allocation: which lines differ from what was computed, by how much, why, and who approved. */
import type { MoneyValue } from '../lib/format.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { Amount } from './amount.tsx';
import { DataTable } from './data-table.tsx';
import { useLanguage } from './locale-context.tsx';

export interface HandChanges {
  readonly reason: string;
  readonly changedBy: string;
  readonly approvedBy: readonly string[];
  readonly lines: readonly {
    readonly fund: LocalizedText;
    readonly project: LocalizedText;
    readonly computed: MoneyValue;
    readonly amount: MoneyValue;
  }[];
}

export function HandChangesSection({ changes }: { changes: HandChanges }) {
  const { t, read } = useLanguage();
  return (
    <section className="section" aria-labelledby="by-hand">
      <h2 id="by-hand">{t('components:byHand.title')}</h2>
      <p className="section-lead">{t('components:byHand.lead')}</p>
      <dl className="facts">
        <div>
          <dt>{t('components:byHand.reason')}</dt>
          <dd>{changes.reason}</dd>
        </div>
        <div>
          <dt>{t('components:byHand.changedBy')}</dt>
          <dd>{changes.changedBy}</dd>
        </div>
        <div>
          <dt>{t('components:byHand.approvedBy')}</dt>
          <dd>
            {changes.approvedBy.length === 0
              ? t('components:byHand.nobodyYet')
              : changes.approvedBy.join(t('common:listSeparator'))}
          </dd>
        </div>
      </dl>
      <DataTable
        caption={t('components:byHand.title')}
        captionHidden
        rows={changes.lines}
        rowKey={({ fund, project }) => `${fund.zh} ${project.zh}`}
        empty={null}
        columns={[
          {
            key: 'project',
            heading: t('components:byHand.project'),
            cell: ({ project }) => read(project),
          },
          { key: 'fund', heading: t('components:byHand.fund'), cell: ({ fund }) => read(fund) },
          {
            key: 'computed',
            heading: t('components:byHand.computed'),
            numeric: true,
            cell: ({ computed }) => <Amount money={computed} as="exact" />,
          },
          {
            key: 'amount',
            heading: t('components:byHand.amount'),
            numeric: true,
            cell: ({ amount }) => <Amount money={amount} as="exact" />,
          },
          {
            key: 'difference',
            heading: t('components:byHand.difference'),
            numeric: true,
            cell: ({ computed, amount }) => <Amount money={differenceOf(computed, amount)} as="exact" />,
          },
        ]}
      />
    </section>
  );
}

const differenceOf = (computed: MoneyValue, amount: MoneyValue): MoneyValue => ({
  ...amount,
  amountMinor: (BigInt(amount.amountMinor) - BigInt(computed.amountMinor)).toString(),
});
