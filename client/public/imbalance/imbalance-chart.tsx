/** The Gini coefficient before and after each round: a hollow mark moves to a full one; to the left is more even. */
import { useLanguage } from '../../components/locale-context.tsx';

interface ImbalanceChartProps {
  readonly rounds: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

const WIDTH = 640;
const LEFT = 24;
const RIGHT = 24;
const ROW = 56;
const TOP = 28;

/** Where an index from 0 to 1 stands. */
const across = (index: number): number =>
  Math.round((LEFT + Math.min(1, Math.max(0, index)) * (WIDTH - LEFT - RIGHT)) * 10) / 10;

const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function ImbalanceChart({ rounds }: ImbalanceChartProps) {
  const { t } = useLanguage();
  const height = TOP + rounds.length * ROW + 8;
  return (
    <figure className="imbalance">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t('imbalance:chart.label')}>
        {TICKS.map((tick) => (
          <g key={tick}>
            <line className="imbalance-grid" x1={across(tick)} x2={across(tick)} y1={TOP} y2={height} />
            <text className="imbalance-tick" x={across(tick)} y={TOP - 8} textAnchor="middle">
              {tick}
            </text>
          </g>
        ))}
        {rounds.map(({ name, before, after }, index) => {
          const y = TOP + index * ROW + 36;
          return (
            <g key={name}>
              <text className="imbalance-name" x={LEFT} y={y - 18}>
                {name}
              </text>
              <line className="imbalance-way" x1={across(before)} x2={across(after)} y1={y} y2={y} />
              <circle className="imbalance-before" cx={across(before)} cy={y} r="6" />
              <circle className="imbalance-after" cx={across(after)} cy={y} r="6" />
            </g>
          );
        })}
      </svg>
      <figcaption>{t('imbalance:chart.caption')}</figcaption>
    </figure>
  );
}
