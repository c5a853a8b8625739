/**
 * In which order rules are applied in a sweep: the more of what a rule looks at comes before it, the further news goes in
 * one sweep, and the fewer sweeps it takes. Any order comes to the same outcome.
 */
import type { Pledges } from './conditional-pledges.ts';

/** After so many rounds few find a better place. */
const ROUNDS = 3;
/** Who looks at more others than this stays where it is. */
const MOST_LOOKS = 64;

/** Pledges with a rule, in the order of a sweep. */
export function sweepOrder({ parties, pledges }: Pledges): Int32Array {
  const rulesOf = parties.map((): number[] => []);
  const looksAt = parties.map((): number[] => []);
  const namedBy = parties.map((): number[] => []);
  for (const [index, { party, rule }] of pledges.entries()) {
    if (rule !== null) rulesOf[party]?.push(index);
    for (const other of rule?.among ?? []) {
      looksAt[party]?.push(other);
      namedBy[other]?.push(party);
    }
  }
  let order = alongPaths(namedBy);
  for (let round = 0; round < ROUNDS; round += 1) order = sifted(order, looksAt, namedBy);
  return Int32Array.from(order.flatMap((party) => rulesOf[party] ?? []));
}

/** Those who name a party come after it, but for the looks that close a circle. */
function alongPaths(namedBy: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const isSeen = new Uint8Array(namedBy.length);
  for (const root of namedBy.keys()) {
    if (isSeen[root] === 1) continue;
    isSeen[root] = 1;
    const path = [{ party: root, at: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = namedBy[top.party]?.[top.at];
      top.at += 1;
      if (next === undefined) {
        order.push(top.party);
        path.pop();
      } else if (isSeen[next] === 0) {
        isSeen[next] = 1;
        path.push({ party: next, at: 0 });
      }
    }
  }
  return order.reverse();
}

/** Moves each in turn to where the fewest looks go to somebody who comes later: its own, and those at it. */
function sifted(
  order: readonly number[],
  looksAt: readonly (readonly number[])[],
  namedBy: readonly (readonly number[])[],
): number[] {
  const placeOf = new Float64Array(order.length);
  for (const [place, party] of order.entries()) placeOf[party] = place;
  for (const [place, party] of order.entries()) {
    const looks = looksAt[party] ?? [];
    if (looks.length > MOST_LOOKS) continue;
    const named = namedBy[party] ?? [];
    let [best, fewest] = [place, lateAt(place, looks, named, placeOf)];
    for (const other of looks) {
      // Just after somebody whom it looks at; those who come to the same place stay in their order.
      const after = (placeOf[other] ?? 0) + (place + 1) / (order.length + 1) / 2;
      const late = lateAt(after, looks, named, placeOf);
      if (late < fewest) [best, fewest] = [after, late];
    }
    placeOf[party] = best;
  }
  return order.toSorted((a, b) => (placeOf[a] ?? 0) - (placeOf[b] ?? 0));
}

/** How many looks go to somebody who comes later if a party stands at a place. */
function lateAt(
  place: number,
  looks: readonly number[],
  named: readonly number[],
  placeOf: Float64Array,
): number {
  let late = 0;
  for (const other of looks) if ((placeOf[other] ?? 0) > place) late += 1;
  for (const other of named) if ((placeOf[other] ?? 0) < place) late += 1;
  return late;
}
