/**
 * Who looks at whom. Invariant: what a party pays can matter only to those whom it reaches: those who look at it, who
 * look at them, and so on.
 */
import type { Pledges } from './conditional-pledges.ts';

export class Looking {
  private readonly pledges: Pledges;
  /** By party, those who name it. */
  private readonly namedBy: readonly (readonly number[])[];
  /** Those who look at all others. */
  private readonly atAll: readonly number[];
  private readonly everybody: Uint8Array;
  private readonly reachesEverybody = new Set<number>();

  constructor(pledges: Pledges) {
    this.pledges = pledges;
    const namedBy = pledges.parties.map((): number[] => []);
    const atAll = new Set<number>();
    for (const { party, rule } of pledges.pledges) {
      if (rule?.among === null) atAll.add(party);
      for (const other of rule?.among ?? []) namedBy[other]?.push(party);
    }
    this.namedBy = namedBy;
    this.atAll = [...atAll];
    this.everybody = new Uint8Array(namedBy.length).fill(1);
  }

  /** The parties that a party reaches, and itself: 1 for each of them. */
  reachedFrom(party: number): Uint8Array {
    if (this.reachesEverybody.has(party)) return this.everybody;
    const isReached = new Uint8Array(this.namedBy.length);
    const found = [party];
    isReached[party] = 1;
    const reach = (others: readonly number[]): void => {
      for (const other of others) {
        if (isReached[other] === 1) continue;
        isReached[other] = 1;
        found.push(other);
      }
    };
    reach(this.atAll);
    for (let at = 0; at < found.length && found.length < isReached.length; at += 1) {
      const next = found[at] ?? 0;
      if (this.reachesEverybody.has(next)) found.length = isReached.length;
      else reach(this.namedBy[next] ?? []);
    }
    if (found.length < isReached.length) return isReached;
    this.reachesEverybody.add(party);
    return this.everybody;
  }

  /**
   * Pledges with a rule, in the order of a sweep: those who name a party come after it, but for the looks that close a
   * circle, so that news goes around most of a circle in one sweep.
   */
  order(): Int32Array {
    const rulesOf = this.namedBy.map((): number[] => []);
    for (const [index, { party, rule }] of this.pledges.pledges.entries())
      if (rule !== null) rulesOf[party]?.push(index);
    const order: number[] = [];
    const isSeen = new Uint8Array(this.namedBy.length);
    for (const root of this.namedBy.keys()) {
      if (isSeen[root] === 1) continue;
      isSeen[root] = 1;
      const path = [{ party: root, at: 0 }];
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const next = this.namedBy[top.party]?.[top.at];
        top.at += 1;
        if (next === undefined) {
          order.push(...(rulesOf[top.party] ?? []));
          path.pop();
        } else if (isSeen[next] === 0) {
          isSeen[next] = 1;
          path.push({ party: next, at: 0 });
        }
      }
    }
    return Int32Array.from(order.reverse());
  }
}
