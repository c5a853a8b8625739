/**
 * Sparse linear systems in floating point: eliminated once, cheapest variable first, then solved for as many right-hand
 * sides as asked. The answers are hints only: whoever uses them proves them with exact arithmetic. Invariant: it gives
 * up rather than grow.
 */

/** A system that cannot be thinned out below this many dense variables is not worth a hint. */
const MOST_DENSE = 1_024;
/** A variable whose elimination touches more entries than this waits for the dense rest. */
const MOST_FILL = 250;
/** No pivot may be smaller: beyond it the system has no answer above zero. */
const LEAST_PIVOT = 1e-13;

/** A row of the system: coefficients by variable. The i-th row is solved for variable i. */
export type Row = Map<number, number>;

interface Elimination {
  readonly variable: number;
  readonly pivot: number;
  /** Rows that the variable was subtracted from, and by what factor. */
  readonly rows: Int32Array;
  readonly factors: Float64Array;
  /** What else its own row contains. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export class SparseFactors {
  private readonly eliminated: readonly Elimination[];
  /** The variables of the dense rest, and the inverse of its matrix by columns. */
  private readonly dense: Int32Array;
  private readonly inverse: Float64Array;
  private readonly gathered: Float64Array;

  private constructor(eliminated: readonly Elimination[], dense: Int32Array, inverse: Float64Array) {
    this.eliminated = eliminated;
    this.dense = dense;
    this.inverse = inverse;
    this.gathered = new Float64Array(dense.length);
  }

  /**
   * @param system is used up
   * @returns `null` when a pivot is not above zero or the work is too much
   */
  static of(system: readonly Row[]): SparseFactors | null {
    const thinned = thinOut(system);
    if (thinned === null || thinned.dense.length > MOST_DENSE) return null;
    const inverse = invert(system, thinned.dense);
    return inverse && new SparseFactors(thinned.eliminated, thinned.dense, inverse);
  }

  /** Solves in place: a right-hand side becomes the values of the variables. */
  solve(values: Float64Array): Float64Array {
    for (const { variable, rows, factors } of this.eliminated) {
      const value = values[variable] ?? 0;
      if (value === 0) continue;
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at] ?? 0;
        values[row] = (values[row] ?? 0) - (factors[at] ?? 0) * value;
      }
    }
    this.solveDense(values);
    for (let step = this.eliminated.length - 1; step >= 0; step -= 1) {
      const elimination = this.eliminated[step];
      if (elimination === undefined) continue;
      const { variable, pivot, columns, values: own } = elimination;
      let rest = values[variable] ?? 0;
      for (let at = 0; at < columns.length; at += 1) rest -= (own[at] ?? 0) * (values[columns[at] ?? 0] ?? 0);
      values[variable] = rest / pivot;
    }
    return values;
  }

  private solveDense(values: Float64Array): void {
    const { dense, inverse, gathered } = this;
    const size = dense.length;
    gathered.fill(0);
    for (let column = 0; column < size; column += 1) {
      const value = values[dense[column] ?? 0] ?? 0;
      if (value === 0) continue;
      const from = column * size;
      for (let row = 0; row < size; row += 1)
        gathered[row] = (gathered[row] ?? 0) + value * (inverse[from + row] ?? 0);
    }
    for (let row = 0; row < size; row += 1) values[dense[row] ?? 0] = gathered[row] ?? 0;
  }
}

/** Eliminates variables as long as one is cheap; the rest of the system stays in the rows of those left. */
function thinOut(system: readonly Row[]): { eliminated: Elimination[]; dense: Int32Array } | null {
  const rowsOf = system.map(() => new Set<number>());
  for (const [row, entries] of system.entries())
    for (const column of entries.keys()) rowsOf[column]?.add(row);
  const fillOf = (variable: number): number =>
    ((system[variable]?.size ?? 1) - 1) * ((rowsOf[variable]?.size ?? 1) - 1);
  const waiting = Array.from({ length: MOST_FILL + 1 }, (): number[] => []);
  const isDone = new Uint8Array(system.length);
  for (const variable of system.keys()) waiting[fillOf(variable)]?.push(variable);
  const eliminated: Elimination[] = [];
  for (let fill = 0; fill <= MOST_FILL;) {
    const variable = waiting[fill]?.pop();
    if (variable === undefined) {
      fill += 1;
      continue;
    }
    if (isDone[variable] === 1 || fillOf(variable) !== fill) continue;
    const elimination = eliminate(system, rowsOf, variable);
    if (elimination === null) return null;
    isDone[variable] = 1;
    eliminated.push(elimination);
    for (const touched of new Set([...elimination.rows, ...elimination.columns])) {
      const next = fillOf(touched);
      waiting[next]?.push(touched);
      if (next < fill) fill = next;
    }
  }
  const dense = Int32Array.from([...system.keys()].filter((variable) => isDone[variable] === 0));
  return { eliminated, dense };
}

function eliminate(
  system: readonly Row[],
  rowsOf: readonly Set<number>[],
  variable: number,
): Elimination | null {
  const own: Row = system[variable] ?? new Map<number, number>();
  const pivot = own.get(variable) ?? 0;
  if (!(pivot > LEAST_PIVOT)) return null;
  own.delete(variable);
  rowsOf[variable]?.delete(variable);
  for (const column of own.keys()) rowsOf[column]?.delete(variable);
  const rows: number[] = [];
  const factors: number[] = [];
  for (const row of rowsOf[variable] ?? []) {
    const target = system[row];
    if (target === undefined) continue;
    const factor = (target.get(variable) ?? 0) / pivot;
    target.delete(variable);
    for (const [column, value] of own) {
      target.set(column, (target.get(column) ?? 0) - factor * value);
      rowsOf[column]?.add(row);
    }
    rows.push(row);
    factors.push(factor);
  }
  return {
    variable,
    pivot,
    rows: Int32Array.from(rows),
    factors: Float64Array.from(factors),
    columns: Int32Array.from(own.keys()),
    values: Float64Array.from(own.values()),
  };
}

/** The inverse of the dense rest, by columns (Gauss and Jordan, with pivots on the diagonal). */
function invert(system: readonly Row[], dense: Int32Array): Float64Array | null {
  const size = dense.length;
  const placeOf = new Map<number, number>([...dense].map((variable, place) => [variable, place]));
  const matrix = new Float64Array(size * size);
  for (const [row, variable] of dense.entries())
    for (const [column, value] of system[variable] ?? [])
      matrix[(placeOf.get(column) ?? 0) * size + row] = value;
  for (let step = 0; step < size; step += 1) {
    const pivot = matrix[step * size + step] ?? 0;
    if (!(pivot > LEAST_PIVOT)) return null;
    reduceBy(matrix, size, step, pivot);
  }
  return matrix;
}

function reduceBy(matrix: Float64Array, size: number, step: number, pivot: number): void {
  const own = step * size;
  // Column `step` holds the factors; every other column loses them times its entry in row `step`.
  for (let column = 0; column < size; column += 1) {
    if (column === step) continue;
    const from = column * size;
    const share = (matrix[from + step] ?? 0) / pivot;
    if (share === 0) continue;
    for (let row = 0; row < size; row += 1)
      matrix[from + row] = (matrix[from + row] ?? 0) - share * (matrix[own + row] ?? 0);
    matrix[from + step] = share;
  }
  for (let row = 0; row < size; row += 1) matrix[own + row] = -(matrix[own + row] ?? 0) / pivot;
  matrix[own + step] = 1 / pivot;
}
