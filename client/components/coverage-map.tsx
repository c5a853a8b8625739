/**
 * Coverage of need by sector and locality: the picture of the fund. It is a table first: every cell says
 * its share in figures, its water level repeats the figure, and the worst-covered cells are named in words.
 */
import { basisPoints, formatShare } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { Amount } from './amount.tsx';
import { useLanguage } from './locale-context.tsx';

interface Named {
  readonly code: string;
  readonly name: LocalizedText;
}

export interface CoverageCell {
  readonly sector: string;
  readonly locality: string;
  readonly need: MoneyValue;
  readonly funded: MoneyValue;
  /** What was funded earlier, to compare with; a dashed line in the basin and a figure beside the share. */
  readonly before?: MoneyValue;
}

export interface Coverage {
  readonly sectors: readonly Named[];
  /** Localities by their short names: they head narrow columns. */
  readonly localities: readonly Named[];
  readonly cells: readonly CoverageCell[];
}

interface CoverageMapProps {
  readonly coverage: Coverage;
  readonly caption: string;
  /** Where a cell leads: the projects of that sector in that locality. */
  readonly hrefOf?: (cell: CoverageCell) => string;
}

/** More localities than this do not share a phone's width: the table scrolls under its fixed first column. */
const MANY = 4;

export function CoverageMap({ coverage, caption, hrefOf }: CoverageMapProps) {
  const { t, read } = useLanguage();
  const lowest = worstCovered(coverage.cells);
  return (
    <div className="coverage" role="region" aria-label={caption} tabIndex={0}>
      <table
        className={coverage.localities.length > MANY ? 'coverage-table coverage-many' : 'coverage-table'}
      >
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('components:coverage.sector')}</th>
            {coverage.localities.map((locality) => (
              <th key={locality.code} scope="col">
                {read(locality.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {coverage.sectors.map((sector) => (
            <tr key={sector.code}>
              <th scope="row">{read(sector.name)}</th>
              {coverage.localities.map((locality) => {
                const cell = coverage.cells.find(
                  (one) => one.sector === sector.code && one.locality === locality.code,
                );
                return (
                  <td key={locality.code}>
                    {cell === undefined ? (
                      <span className="coverage-none">{t('components:coverage.noNeed')}</span>
                    ) : (
                      <CoverageLevel
                        cell={cell}
                        worst={lowest.has(cell)}
                        {...(hrefOf === undefined ? {} : { href: hrefOf(cell) })}
                      />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CoverageLevel({ cell, worst, href }: { cell: CoverageCell; worst: boolean; href?: string }) {
  const { t } = useLanguage();
  const points = pointsOf(cell.funded, cell.need);
  const before = cell.before === undefined ? null : pointsOf(cell.before, cell.need);
  const content = (
    <>
      <span className="coverage-words">
        <span className="coverage-share">{formatShare(points)}</span>
        <span className="coverage-need">
          {before === null ? (
            <Amount money={cell.need} />
          ) : (
            t('components:coverage.before', { share: formatShare(before) })
          )}
        </span>
      </span>
      <svg className="coverage-water" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <rect y={depthOf(points)} width="100" height={points / 100} />
        {points > 0 && (
          <line className="coverage-surface" x2="100" y1={depthOf(points)} y2={depthOf(points)} />
        )}
        {before !== null && (
          <line className="coverage-before" x2="100" y1={depthOf(before)} y2={depthOf(before)} />
        )}
      </svg>
      {worst && <span className="coverage-worst">{t('components:coverage.worst')}</span>}
    </>
  );
  const className = worst ? 'coverage-cell coverage-cell-worst' : 'coverage-cell';
  return href === undefined ? (
    <span className={className}>{content}</span>
  ) : (
    <a className={className} href={href}>
      {content}
    </a>
  );
}

function pointsOf(funded: MoneyValue, need: MoneyValue): number {
  return Math.min(basisPoints(funded, need), 10_000);
}

/** How far below the rim of the basin the water stands. */
function depthOf(points: number): number {
  return 100 - points / 100;
}

/**
 * The cells whose covered share is lowest, every one of equals: to name one of them would tell the others better off.
 * None where all needs are met, or where all stand equally and none is lower than another.
 */
function worstCovered(cells: readonly CoverageCell[]): ReadonlySet<CoverageCell> {
  const needs = cells.filter(({ need }) => BigInt(need.amountMinor) > 0n);
  const shares = needs.map((cell) => ({ cell, points: pointsOf(cell.funded, cell.need) }));
  const points = shares.map((share) => share.points);
  const [lowest, highest] = [Math.min(...points), Math.max(...points)];
  if (lowest === highest && needs.length > 1) return new Set();
  return new Set(
    shares.filter((share) => share.points === lowest && lowest < 10_000).map(({ cell }) => cell),
  );
}
