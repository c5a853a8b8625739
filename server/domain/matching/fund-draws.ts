/**
 * Which fund pays what, once every project's amount is known: least flexible money first, in proportion
 * within a rank. Invariant: the grants of a project sum to its amount, those of a fund to its draw.
 */
import { floor, rational } from '../rational.ts';
import type { Market } from './eligibility.ts';
import { type UnitFlow, unitFlow } from './unit-flow.ts';
import { type Claim, askedAt, settleLevels } from './fair-levels.ts';
import type { FundingNetwork } from './funding-network.ts';
import { handOutUnits } from './whole-units.ts';

/** What a fund (by index) gives a project (by index). */
export interface Grant {
  readonly fund: number;
  readonly project: number;
  readonly amountMinor: bigint;
}

/** Money of a class for a project. */
export interface ClassGrant {
  readonly fundClass: number;
  readonly project: number;
  readonly amountMinor: bigint;
}

/** The grants that pay exactly `funded` (minor units per project), restricted money first. */
export function drawFunds(market: Market, network: FundingNetwork, funded: readonly bigint[]): Grant[] {
  const reversed = { from: network.arcs.to, to: network.arcs.from, capacity: network.arcs.capacity };
  const supply = new Array<bigint>(network.firstCell).fill(0n);
  for (const [index, slot] of network.slots.entries()) {
    supply[network.firstSlot + index] = slot.members.reduce(
      (sum, member) => sum + (funded[member] ?? 0n),
      0n,
    );
  }
  const draws = exactDraws(market, reversed, supply);
  const demand = new Array<bigint>(network.firstCell).fill(0n);
  for (const [index, fund] of market.funds.entries()) {
    demand[fund.classIndex] = (demand[fund.classIndex] ?? 0n) + (draws[index] ?? 0n);
  }
  const flow = unitFlow(network.firstCell, reversed, supply, demand);
  flow.run();
  handOutByRank(market, flow, draws);
  return spreadOverFunds(market, classGrants(network, flow, funded), draws);
}

/** Per fund, the exact draw rounded down: rank by rank, each rank as evenly as restrictions allow. */
function exactDraws(market: Market, reversed: FundingNetwork['arcs'], supply: readonly bigint[]): bigint[] {
  const claims = market.classes.flatMap<Claim>((fundClass, node) =>
    fundClass.availableMinor === 0n
      ? []
      : [
          {
            node,
            start: BigInt(fundClass.flexibility),
            slope: fundClass.availableMinor,
            limit: fundClass.availableMinor,
          },
        ],
  );
  const drawn = market.classes.map(() => rational(0n));
  for (const part of settleLevels(reversed, supply, claims)) {
    for (const index of part.claims) {
      const claim = claims[index];
      if (claim) drawn[claim.node] = rational(askedAt(claim, part.level), part.level.denominator);
    }
  }
  return market.funds.map((fund) => {
    const whole = market.classes[fund.classIndex]?.availableMinor ?? 0n;
    const share = drawn[fund.classIndex] ?? rational(0n);
    if (whole === 0n) return 0n;
    return floor({
      numerator: share.numerator * fund.availableMinor,
      denominator: share.denominator * whole,
    });
  });
}

function handOutByRank(market: Market, flow: UnitFlow, draws: bigint[]): void {
  const ranks = new Map<number, number[]>();
  for (const [index, fund] of market.funds.entries()) {
    if (fund.availableMinor === 0n) continue;
    const rank = market.classes[fund.classIndex]?.flexibility ?? 0;
    const members = ranks.get(rank);
    if (members) members.push(index);
    else ranks.set(rank, [index]);
  }
  for (const [, members] of [...ranks].sort(([a], [b]) => a - b)) {
    const amounts = members.map((index) => draws[index] ?? 0n);
    const takers = members.map((index) => {
      const { availableMinor = 0n, classIndex = 0 } = market.funds[index] ?? {};
      return { node: classIndex, limit: availableMinor, scale: availableMinor, group: 0 };
    });
    handOutUnits(flow, takers, amounts);
    for (const [position, index] of members.entries()) draws[index] = amounts[position] ?? 0n;
  }
}

/** Reads the flow back: first class by slot, then class by project. */
function classGrants(network: FundingNetwork, flow: UnitFlow, funded: readonly bigint[]): ClassGrant[] {
  const { arcs, firstHub, firstSlot, slots } = network;
  const payers = slots.map<Portion[]>(() => []);
  const intoHub = new Map<number, Portion[]>();
  const outOfHub = new Map<number, Portion[]>();
  for (let arc = 0; arc < arcs.from.length; arc += 1) {
    const amount = flow.flowOn(arc);
    if (amount === 0n) continue;
    const [from, to] = [arcs.from[arc] ?? 0, arcs.to[arc] ?? 0];
    if (from >= firstHub) append(outOfHub, from, { key: to - firstSlot, amount });
    else if (to < firstSlot) append(intoHub, to, { key: from, amount });
    else payers[to - firstSlot]?.push({ key: from, amount });
  }
  for (const [hub, classes] of intoHub) {
    for (const pair of pairOff(classes, outOfHub.get(hub) ?? [])) {
      payers[pair.right]?.push({ key: pair.left, amount: pair.amount });
    }
  }
  return slots.flatMap((slot, index) => {
    const classes = (payers[index] ?? []).sort((a, b) => a.key - b.key);
    const members = slot.members.map((key) => ({ key, amount: funded[key] ?? 0n }));
    return pairOff(classes, members).map(({ left, right, amount }) => ({
      fundClass: left,
      project: right,
      amountMinor: amount,
    }));
  });
}

/** Splits each class's grants over its funds, both in order of id. */
export function spreadOverFunds(
  market: Market,
  grants: readonly ClassGrant[],
  draws: readonly bigint[],
): Grant[] {
  const byClass = new Map<number, Portion[]>();
  for (const { fundClass, project, amountMinor } of grants) {
    append(byClass, fundClass, { key: project, amount: amountMinor });
  }
  const spread: Grant[] = [];
  for (const [index, projects] of byClass) {
    projects.sort((a, b) => a.key - b.key);
    const funds = market.classes[index]?.funds ?? [];
    const portions = funds.map((key) => ({ key, amount: draws[key] ?? 0n }));
    for (const { left, right, amount } of pairOff(portions, projects)) {
      spread.push({ fund: left, project: right, amountMinor: amount });
    }
  }
  return spread.sort((a, b) => a.fund - b.fund || a.project - b.project);
}

interface Portion {
  readonly key: number;
  readonly amount: bigint;
}

function append(map: Map<number, Portion[]>, key: number, portion: Portion): void {
  const list = map.get(key);
  if (list) list.push(portion);
  else map.set(key, [portion]);
}

/** Matches two lists of equal total, each in its order, with the fewest pairs that such a walk gives. */
function pairOff(
  left: readonly Portion[],
  right: readonly Portion[],
): { left: number; right: number; amount: bigint }[] {
  const pairs: { left: number; right: number; amount: bigint }[] = [];
  let position = 0;
  let room = right[0]?.amount ?? 0n;
  for (const portion of left) {
    let rest = portion.amount;
    while (rest > 0n) {
      while (room === 0n && position < right.length) {
        position += 1;
        room = right[position]?.amount ?? 0n;
      }
      const to = right[position];
      if (to === undefined) throw new Error('Two lists that are matched have different totals.');
      const amount = rest < room ? rest : room;
      pairs.push({ left: portion.key, right: to.key, amount });
      rest -= amount;
      room -= amount;
    }
  }
  return pairs;
}
