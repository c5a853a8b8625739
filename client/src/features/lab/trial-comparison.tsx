/** Trials side by side: the figures by which they are compared, one column to a trial. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { MessageKey } from '../../../lib/i18n.ts';
import { formatCount, formatFineShare, formatFineLevel, formatIndex } from '../../../lib/format.ts';
import { useRegion } from '../../../lib/region.tsx';
import type { Computed, TrialState } from './use-trials.ts';

interface Figure {
  readonly name: MessageKey;
  readonly show: (trial: Computed) => React.ReactNode;
}

export function TrialComparison({
  names,
  states,
}: {
  names: readonly string[];
  states: readonly TrialState[];
}) {
  const { t } = useLanguage();
  const figures = useFigures();
  return (
    <section className="section" aria-labelledby="comparison">
      <h2 id="comparison">{t('lab:comparison.title')}</h2>
      <p className="section-lead">{t('lab:comparison.lead')}</p>
      <DataTable
        caption={t('lab:comparison.title')}
        captionHidden
        rows={figures}
        rowKey={({ name }) => name}
        empty={null}
        columns={[
          {
            key: 'figure',
            heading: t('lab:comparison.figure'),
            cell: ({ name }: Figure) => t(name),
          },
          ...names.map((name, index) => ({
            key: name,
            heading: name,
            numeric: true,
            cell: ({ show }: Figure) => {
              const state = states[index] ?? 'computing';
              if (state === 'computing') return t('lab:trial.computing');
              return state === 'failed' ? t('lab:trial.failed') : show(state);
            },
          })),
        ]}
      />
    </section>
  );
}

function useFigures(): Figure[] {
  const { locale } = useLanguage();
  const { currency } = useRegion();
  const exact = (amountMinor: bigint) => (
    <Amount money={{ amountMinor: String(amountMinor), currency }} as="exact" />
  );
  return [
    { name: 'lab:figure.total', show: ({ figures }) => exact(figures.totalMinor) },
    { name: 'lab:figure.unused', show: ({ figures }) => exact(figures.unusedMinor) },
    { name: 'lab:figure.funded', show: ({ figures }) => formatCount(figures.projectsFunded, locale) },
    { name: 'lab:figure.dropped', show: ({ figures }) => formatCount(figures.projectsDropped, locale) },
    { name: 'lab:figure.lowestLevel', show: ({ figures }) => formatFineLevel(figures.lowestLevel) },
    { name: 'lab:figure.lowestBefore', show: ({ figures }) => formatFineShare(figures.before.lowest) },
    { name: 'lab:figure.lowest', show: ({ figures }) => formatFineShare(figures.after.lowest) },
    { name: 'lab:figure.giniBefore', show: ({ figures }) => formatIndex(figures.before.gini) },
    { name: 'lab:figure.gini', show: ({ figures }) => formatIndex(figures.after.gini) },
    { name: 'lab:figure.theilBefore', show: ({ figures }) => formatIndex(figures.before.theil) },
    { name: 'lab:figure.theil', show: ({ figures }) => formatIndex(figures.after.theil) },
    { name: 'lab:figure.milliseconds', show: ({ milliseconds }) => formatCount(milliseconds, locale) },
  ];
}
