/** Imbalance before and after each round, on two rounds small enough to compute by hand. */
import { describe, expect, it } from 'vitest';
import { cellKey, NO_TOTALS, type Figures } from './figures.ts';
import { imbalanceOverRounds } from './imbalance-over-rounds.ts';
import type { Round } from './round.ts';

const need = (sector: string, locality: string, targetMinor: bigint) => ({
  ...{ sector, locality, targetMinor, source: 'survey' },
});
const round = (code: string, opensOn: string, needs: ReturnType<typeof need>[]) =>
  ({ _id: code, code, opensOn, needs }) as unknown as Round;

const first = round('2025-1', '2025-01-01', [need('health', 'qp', 100n), need('health', 'js', 100n)]);
const second = round('2026-1', '2026-01-01', [need('health', 'js', 100n), need('education', 'js', 50n)]);

const allocated: Record<string, Record<string, bigint>> = {
  '2025-1': { [cellKey('health', 'qp')]: 100n },
  '2026-1': { [cellKey('health', 'js')]: 100n, [cellKey('education', 'js')]: 60n },
};
const figuresOf = (id: string) =>
  ({
    byCell: new Map(
      Object.entries(allocated[id] ?? {}).map(([key, amount]) => [
        key,
        { ...NO_TOTALS, allocatedMinor: amount },
      ]),
    ),
  }) as unknown as Figures;

describe('imbalance over rounds', () => {
  const [one, two] = imbalanceOverRounds([second, first], figuresOf);

  it('goes from the first round to the last, and what stands after one stands before the next', () => {
    expect([one?.round.code, two?.round.code]).toEqual(['2025-1', '2026-1']);
    expect(one?.cells).toEqual([
      { sector: 'health', locality: 'qp', targetMinor: 100n, beforeMinor: 0n, afterMinor: 100n },
      { sector: 'health', locality: 'js', targetMinor: 100n, beforeMinor: 0n, afterMinor: 0n },
    ]);
    expect(two?.cells).toEqual([
      { sector: 'health', locality: 'qp', targetMinor: 100n, beforeMinor: 100n, afterMinor: 100n },
      { sector: 'health', locality: 'js', targetMinor: 200n, beforeMinor: 0n, afterMinor: 100n },
      { sector: 'education', locality: 'js', targetMinor: 50n, beforeMinor: 0n, afterMinor: 60n },
    ]);
  });

  it('measures over cells, sectors and localities, and counts nothing beyond a target', () => {
    // Coverage of one cell of two: Gini is one half, Theil the logarithm of two.
    expect(one?.byCell.after).toMatchObject({ lowest: 0, gini: 0.5 });
    expect(one?.byCell.after.theil).toBeCloseTo(Math.log(2));
    expect(one?.bySector.after).toEqual({ lowest: 0.5, gini: 0, theil: 0 });
    expect(one?.byLocality.after.gini).toBe(0.5);
    // 1, 1/2 and 1, for 60 of 50 is the whole of it.
    expect(two?.byCell.after.lowest).toBe(0.5);
    expect(two?.byCell.after.gini).toBeCloseTo(2 / 15);
    // Localities: Qingpu 100 of 100, Jiashan 150 of 250.
    expect(two?.byLocality.after.lowest).toBeCloseTo(0.6);
    expect(two?.byCell.after.gini).toBeLessThan(two?.byCell.before.gini ?? 0);
  });

  it('is nothing without rounds, and even without money', () => {
    expect(imbalanceOverRounds([], figuresOf)).toEqual([]);
    const [open] = imbalanceOverRounds([round('open', '2027-01-01', first.needs as never)], figuresOf);
    expect(open?.byCell).toEqual({
      before: { lowest: 0, gini: 0, theil: 0 },
      after: { lowest: 0, gini: 0, theil: 0 },
    });
  });
});
