/**
 * Imbalance over all rounds (不均衡程度): how unevenly needs were covered before and after each round, over cells, sectors
 * and localities. Invariant: what stands after one round stands before the next, and after the last it is the coverage
 * that the home page shows.
 */
import { cellKey, NO_TOTALS, type Figures } from './figures.ts';
import { imbalanceOf, type Imbalance } from './matching/imbalance.ts';
import type { Round } from './round.ts';

/** A sector in a locality with its target so far, and what was allocated to it before and after the round. */
export interface CellOverRound {
  readonly sector: string;
  readonly locality: string;
  /** Targets of this round and of every earlier one. */
  readonly targetMinor: bigint;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
}

export interface BeforeAndAfter {
  readonly before: Imbalance;
  readonly after: Imbalance;
}

export interface RoundImbalance {
  readonly round: Round;
  readonly cells: readonly CellOverRound[];
  readonly byCell: BeforeAndAfter;
  readonly bySector: BeforeAndAfter;
  readonly byLocality: BeforeAndAfter;
}

type RoundTerms = Pick<Round, '_id' | 'code' | 'opensOn' | 'needs'>;

/** In the order in which rounds opened, ties by code. */
const inOrder = (a: RoundTerms, b: RoundTerms): number =>
  a.opensOn === b.opensOn ? (a.code < b.code ? -1 : 1) : a.opensOn < b.opensOn ? -1 : 1;

/**
 * Imbalance before and after each round, the first round first.
 *
 * The cells of a round are the sectors in localities for which it, or an earlier round, published a target above zero.
 * A cell's target is the sum of those targets. Before the round it has what earlier rounds allocated to it, after the
 * round also what the round allocated; refunds and reversals that undo an allocation count in the round of that
 * allocation. Coverage is allocated ÷ target, and what goes beyond a target counts as the target. The lowest coverage,
 * Gini and Theil are unweighted over these cells; `bySector` and `byLocality` first add the targets and the amounts of
 * a sector's or a locality's cells, each cell's amount within its target, and are unweighted over those sums.
 * @param figuresOf the sums of the ledger's postings of one round
 */
export function imbalanceOverRounds(
  rounds: readonly Round[],
  figuresOf: (roundId: string) => Figures,
): RoundImbalance[] {
  const cells = new Map<string, CellOverRound>();
  return [...rounds].sort(inOrder).map((round) => {
    for (const [key, cell] of cells) cells.set(key, { ...cell, beforeMinor: cell.afterMinor });
    for (const { sector, locality, targetMinor } of round.needs) {
      if (targetMinor <= 0n) continue;
      const key = cellKey(sector, locality);
      const known = cells.get(key) ?? { sector, locality, targetMinor: 0n, beforeMinor: 0n, afterMinor: 0n };
      cells.set(key, { ...known, targetMinor: known.targetMinor + targetMinor });
    }
    const { byCell } = figuresOf(round._id);
    for (const [key, cell] of cells) {
      const { allocatedMinor } = byCell.get(key) ?? NO_TOTALS;
      cells.set(key, { ...cell, afterMinor: cell.beforeMinor + allocatedMinor });
    }
    const now = [...cells.values()];
    return {
      round,
      cells: now,
      byCell: indicesOf(now, ({ sector, locality }) => cellKey(sector, locality)),
      bySector: indicesOf(now, ({ sector }) => sector),
      byLocality: indicesOf(now, ({ locality }) => locality),
    };
  });
}

function indicesOf(
  cells: readonly CellOverRound[],
  groupOf: (cell: CellOverRound) => string,
): BeforeAndAfter {
  const of = (part: 'beforeMinor' | 'afterMinor'): Imbalance => {
    const groups = new Map<string, { needMinor: bigint; fundedMinor: bigint }>();
    for (const cell of cells) {
      const group = groups.get(groupOf(cell)) ?? { needMinor: 0n, fundedMinor: 0n };
      const funded = cell[part] > cell.targetMinor ? cell.targetMinor : cell[part];
      groups.set(groupOf(cell), {
        needMinor: group.needMinor + cell.targetMinor,
        fundedMinor: group.fundedMinor + funded,
      });
    }
    return imbalanceOf([...groups.values()]);
  };
  return { before: of('beforeMinor'), after: of('afterMinor') };
}
