/**
 * The exact fractional optimum of the rule `leximin`, at either level. Invariant: no project's level
 * can rise without lowering one that is not above it.
 */
import { type Rational, multiply, rational, ZERO } from '../rational.ts';
import { shareWithinCells } from './cell-shares.ts';
import type { Market } from './eligibility.ts';
import { type Claim, type SettledPart, askedAt, settleLevels } from './fair-levels.ts';
import type { FundingNetwork } from './funding-network.ts';

type Level = 'project' | 'cell-then-project';

/**
 * What each slot receives in the exact optimum, in minor units.
 * @param hintFrom how many arcs make a hint worth while; the answer is the same
 */
export function leximinAmounts(
  market: Market,
  network: FundingNetwork,
  level: Level,
  hintFrom?: number,
): Rational[] {
  return level === 'project'
    ? projectLevel(market, network, hintFrom)
    : cellThenProjectLevel(market, network, hintFrom);
}

function slopeOf(market: Market, cell: number, needMinor: bigint): bigint {
  return needMinor * (market.cells[cell]?.scaledWeight ?? 1n);
}

function supplyOf(market: Market, nodeCount: number): bigint[] {
  const supply = new Array<bigint>(nodeCount).fill(0n);
  for (const [index, { availableMinor }] of market.classes.entries()) supply[index] = availableMinor;
  return supply;
}

function projectLevel(market: Market, network: FundingNetwork, hintFrom?: number): Rational[] {
  const claims = network.slots.map<Claim>((slot, index) => ({
    node: network.firstSlot + index,
    start: 0n,
    slope: slopeOf(market, slot.cell, slot.needMinor),
    limit: slot.needMinor,
  }));
  const amounts = new Array<Rational>(claims.length).fill(ZERO);
  for (const part of settleLevels(network.arcs, supplyOf(market, network.firstCell), claims, hintFrom)) {
    for (const index of part.claims) amounts[index] = settledAmount(claims[index], part);
  }
  return amounts;
}

function settledAmount(claim: Claim | undefined, part: SettledPart): Rational {
  return claim ? rational(askedAt(claim, part.level), part.level.denominator) : ZERO;
}

function cellThenProjectLevel(market: Market, network: FundingNetwork, hintFrom?: number): Rational[] {
  const { slots, firstSlot, firstCell } = network;
  const inflow = network.arcs.from.length;
  const arcs = {
    from: [...network.arcs.from, ...slots.map((_, index) => firstSlot + index)],
    to: [...network.arcs.to, ...slots.map((slot) => firstCell + slot.cell)],
    capacity: [...network.arcs.capacity, ...slots.map((slot) => slot.needMinor)],
  };
  const claims = cellClaims(market, network);
  const parts = settleLevels(arcs, supplyOf(market, network.nodeCount), claims, hintFrom);
  const amounts = crossingAmounts(network, parts);
  const metered = arcs.from.map((_, arc) => {
    const slot = slots[arc - inflow];
    return slot ? { slope: slopeOf(market, slot.cell, slot.needMinor), limit: slot.needMinor } : null;
  });
  for (const part of parts) {
    const required = new Map<number, Rational>();
    for (const index of part.claims) {
      const claim = claims[index];
      if (claim) required.set(claim.node, settledAmount(claim, part));
    }
    const balance = part.nodes.map((node, index) => {
      const claimed = required.get(node) ?? ZERO;
      const held = part.supply[index] ?? 0n;
      return rational(held * claimed.denominator - claimed.numerator, claimed.denominator);
    });
    const shared = shareWithinCells(
      { ...arcs, metered },
      { nodes: part.nodes, arcs: part.arcs, balance },
      hintFrom,
    );
    for (const [arc, amount] of shared) amounts[arc - inflow] = amount;
  }
  return amounts;
}

function cellClaims(market: Market, network: FundingNetwork): Claim[] {
  const needs = new Map<number, bigint>();
  for (const { cell, needMinor } of network.slots) needs.set(cell, (needs.get(cell) ?? 0n) + needMinor);
  return [...needs].map(([cell, needMinor]) => ({
    node: network.firstCell + cell,
    start: 0n,
    slope: slopeOf(market, cell, needMinor),
    limit: needMinor,
  }));
}

/** Slots split from their cell: full when the cell is on the lower side, else without a share in it. */
function crossingAmounts(network: FundingNetwork, parts: readonly SettledPart[]): Rational[] {
  const orderOf = new Int32Array(network.nodeCount);
  for (const [order, part] of parts.entries()) for (const node of part.nodes) orderOf[node] = order;
  return network.slots.map((slot, index) => {
    const own = orderOf[network.firstSlot + index] ?? 0;
    const cell = orderOf[network.firstCell + slot.cell] ?? 0;
    return own > cell ? rational(slot.needMinor) : ZERO;
  });
}

/** The level of an amount: amount ÷ (need × weight). A need of zero is met: it stands at its full level. */
export function levelOf(amountMinor: Rational, needMinor: bigint, weight: Rational): Rational {
  const full = rational(weight.denominator, weight.numerator);
  if (needMinor === 0n) return full;
  return multiply(rational(amountMinor.numerator, amountMinor.denominator * needMinor), full);
}
