/**
 * The rules `pro-rata` and `priority`, for comparison with `leximin`. Invariant: both obey every
 * restriction, cap, need and balance, and leave no unit that some project could still take.
 */
import { compare } from '../rational.ts';
import { type Market, eligibleProjects } from './eligibility.ts';
import type { UnitFlow } from './unit-flow.ts';
import { type ClassGrant } from './fund-draws.ts';
import type { FundingNetwork } from './funding-network.ts';

/**
 * Fills projects by score, highest first, ties by id; each takes all that can reach it without taking
 * from one before it.
 * @returns minor units per project
 */
export function fillByPriority(market: Market, network: FundingNetwork, flow: UnitFlow): bigint[] {
  const funded = market.projects.map(() => 0n);
  const order = network.slots.flatMap((slot) => slot.members);
  order.sort((a, b) => {
    const [left, right] = [market.projects[a]?.score, market.projects[b]?.score];
    return left && right ? compare(right, left) || a - b : a - b;
  });
  for (const project of order) {
    const node = network.firstSlot + (network.slotOf[project] ?? 0);
    funded[project] = flow.draw(node, market.projects[project]?.needMinor ?? 0n);
  }
  return funded;
}

/**
 * Spreads each class of funds over its eligible projects by the need they have left; a project that is
 * offered more than it needs accepts in proportion to the offers; what is not accepted is offered again,
 * until nothing moves. Every division is by largest remainder, ties by id.
 */
export function spreadProRata(market: Market, takesPart: (project: number) => boolean): ClassGrant[] {
  const left = market.projects.map((project, index) => (takesPart(index) ? project.needMinor : 0n));
  const money = market.classes.map((fundClass) => fundClass.availableMinor);
  const given = market.classes.map(() => new Map<number, bigint>());
  const reach = market.classes.map((fundClass) => eligibleProjects(market, fundClass).filter(takesPart));
  for (;;) {
    const offers = new Map<number, { fundClass: number; amount: bigint }[]>();
    for (const [fundClass, available] of money.entries()) {
      const limits = roomsOf(market, fundClass, reach[fundClass] ?? [], left, given[fundClass]);
      for (const [project, amount] of offersOf(available, limits)) {
        const list = offers.get(project);
        if (list) list.push({ fundClass, amount });
        else offers.set(project, [{ fundClass, amount }]);
      }
    }
    if (offers.size === 0) break;
    for (const [project, list] of offers) accept(project, list, left, money, given);
  }
  return given.flatMap((projects, fundClass) =>
    [...projects].map(([project, amountMinor]) => ({ fundClass, project, amountMinor })),
  );
}

interface RoomOf {
  readonly project: number;
  readonly need: bigint;
  readonly room: bigint;
}

function roomsOf(
  market: Market,
  fundClass: number,
  reach: readonly number[],
  left: readonly bigint[],
  given: ReadonlyMap<number, bigint> | undefined,
): RoomOf[] {
  const cap = market.classes[fundClass]?.capMinor ?? null;
  return reach.flatMap((project) => {
    const need = left[project] ?? 0n;
    const under = cap === null ? need : cap - (given?.get(project) ?? 0n);
    const room = under < need ? under : need;
    return room > 0n ? [{ project, need, room }] : [];
  });
}

/** Splits the money by need; an offer is never above what the class may still give the project. */
function offersOf(available: bigint, rooms: readonly RoomOf[]): [number, bigint][] {
  if (available === 0n || rooms.length === 0) return [];
  const parts = splitByWeight(
    available,
    rooms.map(({ need }) => need),
  );
  const offers = rooms.map<[number, bigint]>(({ project, room }, index) => {
    const part = parts[index] ?? 0n;
    return [project, part < room ? part : room];
  });
  return offers.filter(([, amount]) => amount > 0n);
}

function accept(
  project: number,
  offers: readonly { fundClass: number; amount: bigint }[],
  left: bigint[],
  money: bigint[],
  given: readonly Map<number, bigint>[],
): void {
  const need = left[project] ?? 0n;
  const offered = offers.reduce((sum, { amount }) => sum + amount, 0n);
  const amounts = offers.map(({ amount }) => amount);
  const taken = offered <= need ? amounts : splitByWeight(need, amounts);
  for (const [index, { fundClass }] of offers.entries()) {
    const amount = taken[index] ?? 0n;
    if (amount === 0n) continue;
    left[project] = (left[project] ?? 0n) - amount;
    money[fundClass] = (money[fundClass] ?? 0n) - amount;
    const record = given[fundClass];
    record?.set(project, (record.get(project) ?? 0n) + amount);
  }
}

/** Divides `total` by weights that are not all zero, in whole units, by largest remainder, ties to the first. */
export function splitByWeight(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  const parts = weights.map((weight) => (total * weight) / sum);
  const rest = Number(total - parts.reduce((all, part) => all + part, 0n));
  if (rest === 0) return parts;
  const remainders = weights.map((weight, index) => ({ index, remainder: (total * weight) % sum }));
  remainders.sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index } of remainders.slice(0, rest)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
