/**
 * Who looks at whom. Invariant: what a party pays can matter only to those whom it reaches: those who look at it, who
 * look at them, and so on.
 */
import type { Pledges } from './conditional-pledges.ts';

export class Looking {
  /** By party, those who name it. */
  private readonly namedBy: readonly (readonly number[])[];
  /** Those who look at all others. */
  private readonly atAll: readonly number[];
  private readonly everybody: Uint8Array;
  private readonly reachesEverybody = new Set<number>();

  constructor(pledges: Pledges) {
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
}
