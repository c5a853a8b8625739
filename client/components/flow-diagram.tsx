/**
 * Where money came from and where it went: a small Sankey diagram drawn from the same rows as the table
 * behind it. On a phone the table, with a bar in each row, is the diagram.
 */
import { formatSummary, sumMoney } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import { Amount } from './amount.tsx';
import { layOutFlow, LINE_HEIGHT } from './flow-layout.ts';
import type { FlowBox, FlowLink, FlowNode } from './flow-layout.ts';
import { useLanguage } from './locale-context.tsx';

interface FlowDiagramProps {
  readonly caption: string;
  /** The headings of the columns, left to right. */
  readonly columns: readonly string[];
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
  readonly currency: string;
  /** As wide as the drawing is on a desk, in pixels, so that its labels have the size of the style sheet. */
  readonly width?: number;
}

/** As the style sheet sets labels. */
const LABEL_SIZE = 13;

export function FlowDiagram({ caption, columns, nodes, links, currency, width = 880 }: FlowDiagramProps) {
  const { t, locale } = useLanguage();
  const money = (amountMinor: bigint): MoneyValue => ({ amountMinor: amountMinor.toString(), currency });
  const layout = layOutFlow(nodes, links, {
    width,
    fontSize: LABEL_SIZE,
    labelOf: (node, amountMinor) => [node.label, formatSummary(money(amountMinor), locale)],
  });
  return (
    <figure className="flow">
      <figcaption>{caption}</figcaption>
      <svg className="flow-drawing" viewBox={`0 0 ${width} ${layout.height}`} aria-hidden="true">
        {layout.ribbons.map((ribbon) => (
          <path key={ribbon.id} className={`flow-ribbon flow-ribbon-${ribbon.column}`} d={ribbon.path} />
        ))}
        {layout.boxes.map((box) => (
          <g key={box.node.id}>
            <rect className="flow-node" x={box.x} y={box.y} width={box.width} height={box.height} rx="1.5" />
            <FlowLabel box={box} />
          </g>
        ))}
      </svg>
      <details className="flow-table">
        <summary>{t('components:flow.asTable')}</summary>
        <table className="table">
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t('components:flow.from')}</th>
              <th scope="col">{t('components:flow.to')}</th>
              <th scope="col" className="numeric">
                {t('components:flow.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <tr key={`${link.from} ${link.to}`}>
                <th scope="row" data-heading={t('components:flow.from')}>
                  {labelOf(nodes, link.from)}
                </th>
                <td data-heading={t('components:flow.to')}>{labelOf(nodes, link.to)}</td>
                <td className="numeric" data-heading={t('components:flow.amount')}>
                  <Amount money={{ amountMinor: link.amountMinor, currency }} as="exact" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <div className="flow-bars">
        {columns.map((heading, column) => {
          const boxes = layout.boxes.filter((box) => box.node.column === column);
          if (boxes.length === 0) return null;
          return (
            <FlowBars
              key={heading}
              heading={heading}
              boxes={boxes.map((box) => ({ label: box.node.label, money: money(box.amountMinor) }))}
              total={sumMoney(
                boxes.map((box) => money(box.amountMinor)),
                currency,
              )}
            />
          );
        })}
      </div>
    </figure>
  );
}

/** The name in as many lines as it takes, and the figure under it, around the middle of the box. */
function FlowLabel({ box }: { box: FlowBox }) {
  const top = box.y + box.height / 2 - ((box.labelLines.length - 1) * LINE_HEIGHT) / 2;
  return (
    <text className="flow-label" textAnchor={box.labelSide === 'left' ? 'end' : 'start'}>
      {box.labelLines.map((line, index) => (
        <tspan
          key={index}
          x={box.labelX}
          y={Math.round((top + index * LINE_HEIGHT) * 100) / 100}
          dy="0.35em"
          className={index === box.labelLines.length - 1 ? 'flow-figure' : undefined}
        >
          {line}
        </tspan>
      ))}
    </text>
  );
}

function labelOf(nodes: readonly FlowNode[], id: string): string {
  return nodes.find((node) => node.id === id)?.label ?? id;
}

interface FlowBarsProps {
  readonly heading: string;
  readonly boxes: readonly { readonly label: string; readonly money: MoneyValue }[];
  readonly total: MoneyValue;
}

function FlowBars({ heading, boxes, total }: FlowBarsProps) {
  const whole = BigInt(total.amountMinor);
  return (
    <table className="bars">
      <caption>{heading}</caption>
      <tbody>
        {boxes.map(({ label, money }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="bars-bar" aria-hidden="true">
              <svg viewBox="0 0 100 8" preserveAspectRatio="none">
                <rect
                  width={whole === 0n ? 0 : Number((BigInt(money.amountMinor) * 100n) / whole)}
                  height="8"
                />
              </svg>
            </td>
            <td className="numeric">
              <Amount money={money} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
