/** Imbalance over all rounds: whether each made the coverage of needs more even, as a chart with its table, and cell by cell. */
import { CoverageMap, type CoverageCell } from '../../components/coverage-map.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { formatFineShare, formatIndex } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import { ImbalanceChart } from './imbalance-chart.tsx';

interface Indices {
  readonly lowest: number;
  readonly gini: number;
  readonly theil: number;
}

interface BeforeAndAfter {
  readonly before: Indices;
  readonly after: Indices;
}

interface RoundOfImbalance {
  readonly code: string;
  readonly title: LocalizedText;
  readonly isAllocated: boolean;
  readonly cells: readonly CoverageCell[];
  readonly byCell: BeforeAndAfter;
  readonly bySector: BeforeAndAfter;
  readonly byLocality: BeforeAndAfter;
}

interface Named {
  readonly code: string;
  readonly name: LocalizedText;
}

interface ImbalanceData {
  readonly sectors: readonly Named[];
  readonly localities: readonly Named[];
  /** The latest round first. */
  readonly rounds: readonly RoundOfImbalance[];
}

export const imbalancePage: PublicPage<ImbalanceData> = {
  head: (_data, { t }) => ({ title: t('imbalance:title'), description: t('imbalance:lead') }),
  Body: ImbalanceBody,
};

function ImbalanceBody({ data }: { data: ImbalanceData }) {
  const { locale, t, read } = useLanguage();
  return (
    <>
      <PageHeader
        title={t('imbalance:title')}
        above={<a href={paths.allocation(locale)}>{t('allocation:title')}</a>}
        lead={<p>{t('imbalance:lead')}</p>}
      />
      {data.rounds.length === 0 ? (
        <EmptyState title={t('imbalance:none')}>{t('imbalance:noneNext')}</EmptyState>
      ) : (
        <>
          <section className="section" aria-labelledby="indices">
            <h2 id="indices">{t('imbalance:indices.title')}</h2>
            <p className="section-lead">{t('imbalance:indices.lead')}</p>
            <ImbalanceChart
              rounds={data.rounds.map(({ title, byCell }) => ({
                name: read(title),
                before: byCell.before.gini,
                after: byCell.after.gini,
              }))}
            />
            <IndicesTable rounds={data.rounds} />
          </section>
          {data.rounds.map((round) => (
            <RoundCoverage key={round.code} round={round} data={data} />
          ))}
        </>
      )}
      <section className="section" aria-labelledby="definition">
        <h2 id="definition">{t('imbalance:definition.title')}</h2>
        <ul className="rule-steps">
          {(['cells', 'coverage', 'gini', 'theil'] as const).map((part) => (
            <li key={part}>{t(`imbalance:definition.${part}`)}</li>
          ))}
        </ul>
      </section>
    </>
  );
}

const SIDES = ['byCell', 'bySector', 'byLocality'] as const;

function IndicesTable({ rounds }: { rounds: readonly RoundOfImbalance[] }) {
  const { t, read } = useLanguage();
  const rows = rounds.flatMap((round) =>
    SIDES.map((side) => ({ key: `${round.code} ${side}`, round, side, ...round[side] })),
  );
  const pair = (index: 'gini' | 'theil' | 'lowest', show: (value: number) => string) =>
    (['before', 'after'] as const).map((moment) => ({
      key: `${index}-${moment}`,
      heading: t(`imbalance:column.${index}.${moment}`),
      numeric: true,
      cell: (row: (typeof rows)[number]) => show(row[moment][index]),
    }));
  return (
    <DataTable
      caption={t('imbalance:indices.caption')}
      rows={rows}
      rowKey={({ key }) => key}
      empty={null}
      columns={[
        {
          key: 'round',
          heading: t('imbalance:column.round'),
          cell: ({ round }) => read(round.title),
        },
        { key: 'over', heading: t('imbalance:column.over'), cell: ({ side }) => t(`imbalance:side.${side}`) },
        ...pair('gini', formatIndex),
        ...pair('theil', formatIndex),
        ...pair('lowest', formatFineShare),
      ]}
    />
  );
}

function RoundCoverage({ round, data }: { round: RoundOfImbalance; data: ImbalanceData }) {
  const { locale, t, read } = useLanguage();
  const id = `round-${round.code}`;
  const sectors = data.sectors.filter(({ code }) => round.cells.some(({ sector }) => sector === code));
  const localities = data.localities.filter(({ code }) =>
    round.cells.some(({ locality: place }) => place === code),
  );
  return (
    <section className="section" aria-labelledby={id}>
      <h2 id={id}>
        <a href={paths.round(locale, round.code)}>{read(round.title)}</a>
      </h2>
      <p className="section-lead">{t(round.isAllocated ? 'imbalance:map.lead' : 'imbalance:map.open')}</p>
      <CoverageMap
        caption={t('imbalance:map.caption', { round: read(round.title) })}
        coverage={{ sectors, localities, cells: round.cells }}
      />
    </section>
  );
}
