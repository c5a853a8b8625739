/**
 * Solves sparse linear systems in floating point by elimination in a fixed order. The answers are hints
 * only: whoever uses them proves them with exact arithmetic. Invariant: it gives up rather than grow.
 */

/** Elimination that touches more entries than this is not worth a hint. */
const MOST_WORK = 2_000_000;

/** One equation: coefficients by variable, and one right-hand side per system to solve. */
export interface Equation {
  readonly coefficients: Map<number, number>;
  readonly right: number[];
}

/**
 * @param equations the i-th is solved for variable i, in order
 * @returns per variable, its value in each system; `null` when a pivot is not above zero or the work is too much
 */
export function solveSparse(equations: readonly Equation[]): number[][] | null {
  const rowsOf = equations.map(() => new Set<number>());
  for (const [row, { coefficients }] of equations.entries()) {
    for (const column of coefficients.keys()) rowsOf[column]?.add(row);
  }
  let work = 0;
  for (const [step, pivotRow] of equations.entries()) {
    const pivot = pivotRow.coefficients.get(step) ?? 0;
    if (!(pivot > 1e-15)) return null;
    for (const row of rowsOf[step] ?? []) {
      const target = equations[row];
      if (row <= step || target === undefined) continue;
      const factor = (target.coefficients.get(step) ?? 0) / pivot;
      target.coefficients.delete(step);
      for (const [column, value] of pivotRow.coefficients) {
        if (column === step) continue;
        target.coefficients.set(column, (target.coefficients.get(column) ?? 0) - factor * value);
        rowsOf[column]?.add(row);
      }
      for (const [system, value] of pivotRow.right.entries()) {
        target.right[system] = (target.right[system] ?? 0) - factor * value;
      }
      work += pivotRow.coefficients.size;
      if (work > MOST_WORK) return null;
    }
  }
  return substitute(equations);
}

function substitute(equations: readonly Equation[]): number[][] {
  const solved = equations.map((): number[] => []);
  for (let step = equations.length - 1; step >= 0; step -= 1) {
    const { coefficients, right } = equations[step] ?? { coefficients: new Map<number, number>(), right: [] };
    solved[step] = right.map((value, system) => {
      let rest = value;
      for (const [column, coefficient] of coefficients) {
        if (column > step) rest -= coefficient * (solved[column]?.[system] ?? 0);
      }
      return rest / (coefficients.get(step) ?? 1);
    });
  }
  return solved;
}
