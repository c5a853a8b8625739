/**
 * Rounding to whole minor units: floor, then one unit at a time to the lowest level that can still take
 * it. Invariant: the flow stays lawful at every step, and at the end no unit is left that could be taken.
 */
import type { UnitFlow } from './unit-flow.ts';
import { UnitQueue } from './unit-queue.ts';

/** Something that is filled in whole units: its level is amount ÷ scale. */
interface Taker {
  readonly node: number;
  /** What it may hold at most. */
  readonly limit: bigint;
  readonly scale: bigint;
  /** Takers of a group share the group's level, which counts before their own. */
  readonly group: number;
}

interface Group {
  total: bigint;
  scale: bigint;
  readonly waiting: UnitQueue<number>;
}

/**
 * Hands out the units that floors left over, on a flow that already carries the floors.
 * @param amounts the floors; raised in place. Ties go to the taker that comes first.
 */
export function handOutUnits(flow: UnitFlow, takers: readonly Taker[], amounts: bigint[]): void {
  const scaleOf = (index: number): bigint => takers[index]?.scale ?? 1n;
  const lowerTaker = (a: number, b: number): boolean => {
    const difference = (amounts[a] ?? 0n) * scaleOf(b) - (amounts[b] ?? 0n) * scaleOf(a);
    return difference === 0n ? a < b : difference < 0n;
  };
  const lowerGroup = (a: Group, b: Group): boolean => {
    const difference = a.total * b.scale - b.total * a.scale;
    if (difference !== 0n) return difference < 0n;
    return lowerTaker(a.waiting.first() ?? 0, b.waiting.first() ?? 0);
  };
  const groups = new UnitQueue<Group>(lowerGroup);
  for (const group of gatherGroups(takers, amounts, lowerTaker)) groups.add(group);
  for (let group = groups.take(); group !== undefined; group = groups.take()) {
    const index = group.waiting.take();
    const taker = index === undefined ? undefined : takers[index];
    if (index === undefined || taker === undefined) continue;
    if (flow.draw(taker.node, 1n) === 1n) {
      const amount = (amounts[index] ?? 0n) + 1n;
      amounts[index] = amount;
      group.total += 1n;
      if (amount < taker.limit) group.waiting.add(index);
    }
    if (group.waiting.first() !== undefined) groups.add(group);
  }
}

function gatherGroups(
  takers: readonly Taker[],
  amounts: readonly bigint[],
  lowerTaker: (a: number, b: number) => boolean,
): Iterable<Group> {
  const groups = new Map<number, Group>();
  for (const [index, taker] of takers.entries()) {
    const group = groups.get(taker.group) ?? { total: 0n, scale: 0n, waiting: new UnitQueue(lowerTaker) };
    groups.set(taker.group, group);
    const amount = amounts[index] ?? 0n;
    group.total += amount;
    group.scale += taker.scale;
    if (amount < taker.limit) group.waiting.add(index);
  }
  return [...groups.values()].filter((group) => group.waiting.first() !== undefined);
}
