/**
 * How unevenly needs are covered, over sectors and localities: for display, in floating point. Invariant:
 * the same cells give the same figures in whatever order they come.
 */

export interface CoveredCell {
  readonly needMinor: bigint;
  readonly fundedMinor: bigint;
}

export interface Imbalance {
  /** The lowest coverage of any cell, from 0 to 1. */
  readonly lowest: number;
  /** 0 when all cells are covered alike, towards 1 as one has everything (C. Gini, 1912). */
  readonly gini: number;
  /** 0 when all cells are covered alike (H. Theil, 1967); cells without cover count as 0. */
  readonly theil: number;
}

/**
 * Coverage is funded ÷ need, at most 1: what exceeds a need covers nothing more. Cells without need are left out, and
 * all figures are 0 when no cell is left. Every cell counts alike, whatever its size.
 */
export function imbalanceOf(cells: readonly CoveredCell[]): Imbalance {
  const coverage = cells
    .filter(({ needMinor }) => needMinor > 0n)
    .map(({ needMinor, fundedMinor }) => Math.min(1, Number(fundedMinor) / Number(needMinor)))
    .sort((a, b) => a - b);
  const count = coverage.length;
  const sum = coverage.reduce((all, each) => all + each, 0);
  const lowest = coverage[0] ?? 0;
  if (sum === 0) return { lowest, gini: 0, theil: 0 };
  const mean = sum / count;
  const ranked = coverage.reduce((all, each, index) => all + (index + 1) * each, 0);
  const theil = coverage.reduce(
    (all, each) => all + (each === 0 ? 0 : (each / mean) * Math.log(each / mean)),
    0,
  );
  return { lowest, gini: (2 * ranked) / (count * sum) - (count + 1) / count, theil: theil / count };
}
