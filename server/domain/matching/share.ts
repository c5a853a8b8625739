/**
 * `share`: who should bear which part of a common cost. Invariant: the shares are the exact Shapley
 * values, they sum to the cost of all, and the transfers settle every net position they can.
 */
import { type Rational, compare, floor, formatRational, rational, subtract } from '../rational.ts';
import { fewestTransfers } from './fewest-transfers.ts';
import {
  type CostRule,
  type CostTable,
  type ShareProblem,
  type ShareResult,
  parseShareProblem,
  readCosts,
} from './share-format.ts';

/**
 * Shares a cost by the Shapley value: each party's mean extra cost over all orders of joining
 * (L. S. Shapley, 1953), exact, then rounded by largest remainder, ties by id.
 * @throws ProblemFaults when the problem is not valid
 */
export function share(problem: ShareProblem): ShareResult {
  const costs = readCosts(parseShareProblem(problem));
  const exact = 'alone' in costs ? sharesByRule(costs) : shapleyShares(costs);
  const rounded = roundShares(exact);
  const nets = costs.paid.map((paid, index) => paid - (rounded[index] ?? 0n));
  const transfers = fewestTransfers(nets);
  // By a rule no group would save: it would bear all that is shared, of which its shares are a part.
  const objection = 'alone' in costs ? null : largestObjection(costs, exact);
  const nameOf = (index: number): string => costs.parties[index] ?? '';
  return {
    version: 1,
    parties: costs.parties.map((id, index) => ({
      id,
      shareExact: formatRational(exact[index] ?? rational(0n)),
      shareMinor: (rounded[index] ?? 0n).toString(),
      paidMinor: (costs.paid[index] ?? 0n).toString(),
      netMinor: (nets[index] ?? 0n).toString(),
    })),
    transfers: transfers.map(({ from, to, amount }) => ({
      from: nameOf(from),
      to: nameOf(to),
      amountMinor: amount.toString(),
    })),
    inCore: objection === null,
    objection,
  };
}

/** Own cost, and of what is shared as much as everybody: Shapley's formula for costs by a rule. */
function sharesByRule({ alone, shared }: CostRule): Rational[] {
  return alone.map((own) => rational(own * BigInt(alone.length) + shared, BigInt(alone.length)));
}

const LIMB_BITS = 30n;
const LIMB = 1n << LIMB_BITS;

/**
 * The sums that Shapley's formula needs, per size of coalition: of all costs, and of the costs of the
 * coalitions that hold a party. Costs are cut into limbs of 30 bits, so a million of them add up exactly
 * in plain numbers.
 */
function sumsBySize({ parties, costs }: CostTable): { all: bigint[]; holding: bigint[][] } {
  const count = parties.length;
  const all = new Array<bigint>(count + 1).fill(0n);
  const holding = parties.map(() => new Array<bigint>(count + 1).fill(0n));
  const largest = costs.reduce((most, cost) => (cost > most ? cost : most), 0n);
  const limbs = new Float64Array(costs.length);
  for (let shift = 0n; shift === 0n || largest >> shift > 0n; shift += LIMB_BITS) {
    for (const [mask, cost] of costs.entries()) limbs[mask] = Number((cost >> shift) % LIMB);
    const sums = limbSums(limbs, count);
    for (let size = 0; size <= count; size += 1) {
      all[size] = (all[size] ?? 0n) + (BigInt(sums[size] ?? 0) << shift);
      for (const [party, row] of holding.entries()) {
        row[size] = (row[size] ?? 0n) + (BigInt(sums[(party + 1) * (count + 1) + size] ?? 0) << shift);
      }
    }
  }
  return { all, holding };
}

/** Row 0: sums over all coalitions by size; row i + 1: over those that hold party i. */
function limbSums(limbs: Float64Array, count: number): Float64Array {
  const width = count + 1;
  const sums = new Float64Array(width * width);
  const sizes = new Uint8Array(limbs.length);
  for (let mask = 1; mask < limbs.length; mask += 1) {
    const size = (sizes[mask >> 1] ?? 0) + (mask & 1);
    sizes[mask] = size;
    const limb = limbs[mask] ?? 0;
    sums[size] = (sums[size] ?? 0) + limb;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const at = (32 - Math.clz32(rest & -rest)) * width + size;
      sums[at] = (sums[at] ?? 0) + limb;
    }
  }
  return sums;
}

function shapleyShares(table: CostTable): Rational[] {
  const count = table.parties.length;
  const factorials = [1n];
  for (let n = 1; n <= count; n += 1) factorials.push((factorials[n - 1] ?? 1n) * BigInt(n));
  const { all, holding } = sumsBySize(table);
  return holding.map((row) => {
    let total = 0n;
    for (let size = 0; size < count; size += 1) {
      const weight = (factorials[size] ?? 1n) * (factorials[count - size - 1] ?? 1n);
      total += weight * ((row[size + 1] ?? 0n) - ((all[size] ?? 0n) - (row[size] ?? 0n)));
    }
    return rational(total, factorials[count]);
  });
}

/**
 * The share in parts that anyone can follow: what a party adds to the cost on average when it joins first, second, and
 * so on to the last. Its share is the plain mean of these, because every place in the order is equally likely.
 * @returns per party, in order of id, as many exact numbers as there are parties; they sum to share × parties
 * @throws ProblemFaults when the problem is not valid
 */
export function averageExtraCosts(problem: ShareProblem): { id: string; extraExact: string[] }[] {
  const costs = readCosts(parseShareProblem(problem));
  if ('alone' in costs) return extraCostsByRule(costs);
  const table = costs;
  const count = table.parties.length;
  const { all, holding } = sumsBySize(table);
  return table.parties.map((id, party) => {
    const row = holding[party] ?? [];
    let orders = 1n;
    const extraExact = table.parties.map((_, size) => {
      const extra = (row[size + 1] ?? 0n) - ((all[size] ?? 0n) - (row[size] ?? 0n));
      const text = formatRational(rational(extra, orders));
      // From the coalitions of this size among the others to those of the next: n over k, step by step.
      orders = (orders * BigInt(count - 1 - size)) / BigInt(size + 1);
      return text;
    });
    return { id, extraExact };
  });
}

/** Whoever joins first brings its own cost and all that is shared; whoever joins later brings its own. */
function extraCostsByRule({ parties, alone, shared }: CostRule): { id: string; extraExact: string[] }[] {
  return parties.map((id, party) => {
    const own = alone[party] ?? 0n;
    return { id, extraExact: parties.map((_, place) => String(place === 0 ? own + shared : own)) };
  });
}

function roundShares(exact: readonly Rational[]): bigint[] {
  const rounded = exact.map(floor);
  const total = exact.reduce((sum, each) => {
    return rational(
      sum.numerator * each.denominator + each.numerator * sum.denominator,
      sum.denominator * each.denominator,
    );
  }, rational(0n));
  const rest = Number(floor(total) - rounded.reduce((sum, each) => sum + each, 0n));
  const order = exact.map((each, index) => ({
    index,
    remainder: subtract(each, rational(rounded[index] ?? 0n)),
  }));
  order.sort((a, b) => compare(b.remainder, a.remainder) || a.index - b.index);
  for (const { index } of order.slice(0, rest)) rounded[index] = (rounded[index] ?? 0n) + 1n;
  return rounded;
}

/**
 * The coalition that would save most by standing alone (its exact shares less its own cost); ties go to
 * the smaller coalition, then to the earlier parties. `null` when none would save: the shares are in the
 * core.
 */
function largestObjection(table: CostTable, exact: readonly Rational[]): ShareResult['objection'] {
  const { parties, costs } = table;
  const scale = exact.reduce((common, { denominator }) => {
    return common % denominator === 0n ? common : lcm(common, denominator);
  }, 1n);
  const scaled = exact.map(({ numerator, denominator }) => numerator * (scale / denominator));
  let best = 0;
  let bestSaving = 0n;
  let sum = 0n;
  let mask = 0;
  // Gray code: one party joins or leaves at a time.
  for (let step = 1; step < costs.length; step += 1) {
    const party = 31 - Math.clz32(step & -step);
    mask ^= 1 << party;
    sum += (mask & (1 << party)) === 0 ? -(scaled[party] ?? 0n) : (scaled[party] ?? 0n);
    const saving = sum - (costs[mask] ?? 0n) * scale;
    if (saving > bestSaving || (saving === bestSaving && saving > 0n && comesBefore(mask, best))) {
      best = mask;
      bestSaving = saving;
    }
  }
  if (best === 0) return null;
  const members = parties.filter((_, index) => (best & (1 << index)) !== 0);
  return { coalition: members.join('+'), savingExact: formatRational(rational(bestSaving, scale)) };
}

function lcm(a: bigint, b: bigint): bigint {
  return a * rational(b, a).numerator;
}

function sizeOf(mask: number): number {
  let size = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}

function comesBefore(a: number, b: number): boolean {
  const [sizeA, sizeB] = [sizeOf(a), sizeOf(b)];
  if (sizeA !== sizeB) return sizeA < sizeB;
  // The first party in which they differ decides.
  const difference = a ^ b;
  return (a & (difference & -difference)) !== 0;
}

export { parseShareProblem } from './share-format.ts';
export type { ShareProblem, ShareResult } from './share-format.ts';
