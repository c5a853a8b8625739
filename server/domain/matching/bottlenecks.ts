/**
 * Why projects stopped where they did: those of one level, the funds that may pay them, and the money
 * that would lift them. Invariant: every project below its need is in exactly one bottleneck.
 */
import {
  type Rational,
  add,
  ceiling,
  compare,
  formatRational,
  multiply,
  rational,
  subtract,
  ZERO,
} from '../rational.ts';
import type { AllocateResult } from './allocate-format.ts';
import type { Market } from './eligibility.ts';
import type { FundingNetwork } from './funding-network.ts';
import { levelOf } from './leximin.ts';

interface Explanation {
  readonly bottlenecks: AllocateResult['bottlenecks'];
  /** Per project, the index of its bottleneck, or `null` when it has all it needs or takes no part. */
  readonly bottleneckOf: readonly (number | null)[];
}

interface Group {
  readonly level: Rational;
  readonly slots: number[];
}

/**
 * @param amounts the exact optimum per slot
 * @param unused what each fund has left, in minor units
 */
export function explainBottlenecks(
  market: Market,
  network: FundingNetwork,
  amounts: readonly Rational[],
  unused: readonly bigint[],
): Explanation {
  const groups = groupByLevel(market, network, amounts);
  const groupOf = new Int32Array(network.slots.length).fill(-1);
  for (const [index, group] of groups.entries()) for (const slot of group.slots) groupOf[slot] = index;
  const payers = payersOf(market, network, groupOf, groups.length);
  const bottleneckOf = market.projects.map((_, project) => {
    const slot = network.slotOf[project] ?? -1;
    const group = slot < 0 ? -1 : (groupOf[slot] ?? -1);
    return group < 0 ? null : group;
  });
  const members = groups.map<string[]>(() => []);
  for (const [project, group] of bottleneckOf.entries()) {
    if (group !== null) members[group]?.push(market.projects[project]?.id ?? '');
  }
  const bottlenecks = groups.map((group, index) => ({
    level: formatRational(group.level),
    projects: members[index] ?? [],
    ...splitPayers(market, payers[index] ?? [], unused),
    relief: reliefOf(market, network, amounts, group, groups[index + 1]?.level),
  }));
  return { bottlenecks, bottleneckOf };
}

/** Slots below their need, by level, lowest first. */
function groupByLevel(market: Market, network: FundingNetwork, amounts: readonly Rational[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [index, slot] of network.slots.entries()) {
    const amount = amounts[index] ?? ZERO;
    const weight = market.cells[slot.cell]?.weight;
    if (weight === undefined || compare(amount, rational(slot.needMinor)) >= 0) continue;
    const level = levelOf(amount, slot.needMinor, weight);
    const key = formatRational(level);
    const group = groups.get(key);
    if (group) group.slots.push(index);
    else groups.set(key, { level, slots: [index] });
  }
  return [...groups.values()].sort((a, b) => compare(a.level, b.level));
}

/** Per group, the classes that may pay any of its slots. */
function payersOf(
  market: Market,
  network: FundingNetwork,
  groupOf: Int32Array,
  groupCount: number,
): number[][] {
  const groupsOfCell = market.cells.map(() => new Set<number>());
  for (const [index, slot] of network.slots.entries()) {
    const group = groupOf[index] ?? -1;
    if (group >= 0) groupsOfCell[slot.cell]?.add(group);
  }
  const payers = Array.from({ length: groupCount }, (): number[] => []);
  for (const [index, fundClass] of market.classes.entries()) {
    const reached = new Set<number>();
    for (const cell of fundClass.cells ?? [])
      for (const group of groupsOfCell[cell] ?? []) reached.add(group);
    for (const project of fundClass.projects ?? []) {
      const slot = network.slotOf[project] ?? -1;
      const group = slot < 0 ? -1 : (groupOf[slot] ?? -1);
      if (group >= 0) reached.add(group);
    }
    for (const group of reached) payers[group]?.push(index);
  }
  return payers;
}

function splitPayers(
  market: Market,
  classes: readonly number[],
  unused: readonly bigint[],
): { exhaustedFunds: string[]; cappedFunds: string[] } {
  const funds = classes.flatMap((index) => market.classes[index]?.funds ?? []).sort((a, b) => a - b);
  const exhaustedFunds: string[] = [];
  const cappedFunds: string[] = [];
  for (const index of funds) {
    const fund = market.funds[index];
    if (fund === undefined || fund.availableMinor === 0n) continue;
    if (unused[index] === 0n) exhaustedFunds.push(fund.id);
    else cappedFunds.push(fund.id);
  }
  return { exhaustedFunds, cappedFunds };
}

/** The money that lifts every slot of the group to the next level, or to its need where that is less. */
function reliefOf(
  market: Market,
  network: FundingNetwork,
  amounts: readonly Rational[],
  group: Group,
  next: Rational | undefined,
): { amountMinor: string; nextLevel: string } {
  let missing = ZERO;
  let target = next ?? ZERO;
  for (const index of group.slots) {
    const slot = network.slots[index];
    const weight = slot && market.cells[slot.cell]?.weight;
    if (slot === undefined || weight === undefined) continue;
    const need = rational(slot.needMinor);
    const raised = next && multiply(multiply(need, weight), next);
    const goal = raised && compare(raised, need) < 0 ? raised : need;
    missing = add(missing, subtract(goal, amounts[index] ?? ZERO));
    const full = rational(weight.denominator, weight.numerator);
    if (next === undefined && compare(full, target) > 0) target = full;
  }
  return { amountMinor: ceiling(missing).toString(), nextLevel: formatRational(target) };
}
