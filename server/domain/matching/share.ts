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

function shapleyShares(table: CostTable): Rational[] {
  const count = table.parties.length;
  const factorials = [1n];
  for (let n = 1; n <= count; n += 1) factorials.push((factorials[n - 1] ?? 1n) * BigInt(n));
  const { all, holding } = table.costs.sumsBySize();
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
  const { all, holding } = table.costs.sumsBySize();
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
 * core. Plain numbers leave few coalitions, as a rule, of which one saves most; these are compared exactly.
 */
function largestObjection(
  { parties, costs }: CostTable,
  exact: readonly Rational[],
): ShareResult['objection'] {
  const scale = exact.reduce((common, { denominator }) => {
    return common % denominator === 0n ? common : lcm(common, denominator);
  }, 1n);
  const scaled = exact.map(({ numerator, denominator }) => numerator * (scale / denominator));
  const [early, late] = sumsOfHalves(scaled, 0n, (a, b) => a + b);
  let best = 0;
  let bestSaving = 0n;
  for (const mask of savingMost(costs.rough(), exact)) {
    const shares = (early[mask & EARLY] ?? 0n) + (late[mask >> EARLY_PARTIES] ?? 0n);
    const saving = shares - costs.exact(mask) * scale;
    if (saving > bestSaving || (saving === bestSaving && saving > 0n && comesBefore(mask, best))) {
      best = mask;
      bestSaving = saving;
    }
  }
  if (best === 0) return null;
  const members = parties.filter((_, index) => (best & (1 << index)) !== 0);
  return { coalition: members.join('+'), savingExact: formatRational(rational(bestSaving, scale)) };
}

/** Roundings of plain numbers, two dozen for each coalition, come to less than this part of what is added up. */
const ROUNDINGS = 2 ** -46;

/** Coalitions of which some may save and none of the others saves more than the one of them that saves most. */
function savingMost(costs: Float64Array, exact: readonly Rational[]): number[] {
  const shares = exact.map(({ numerator, denominator }) => Number(numerator) / Number(denominator));
  const [early, late] = sumsOfHalves(shares, 0, (a, b) => a + b).map((sums) => Float64Array.from(sums));
  const savingOf = (mask: number): number =>
    (early?.[mask & EARLY] ?? 0) + (late?.[mask >> EARLY_PARTIES] ?? 0) - (costs[mask] ?? 0);
  let most = 0;
  let largest = 0;
  for (let mask = 1; mask < costs.length; mask += 1) {
    most = Math.max(most, savingOf(mask));
    largest = Math.max(largest, costs[mask] ?? 0);
  }
  const unsure = ROUNDINGS * shares.reduce((sum, share) => sum + Math.abs(share), largest);
  const found: number[] = [];
  for (let mask = 1; mask < costs.length; mask += 1)
    if (savingOf(mask) >= most - 2 * unsure) found.push(mask);
  return found;
}

/** A coalition is one of the first ten parties and one of the others: a thousand sums of each give a million. */
const EARLY_PARTIES = 10;
const EARLY = 2 ** EARLY_PARTIES - 1;

/** The sums of all coalitions of the early parties, and of all those of the others, by bit mask. */
function sumsOfHalves<T>(values: readonly T[], none: T, add: (a: T, b: T) => T): [early: T[], late: T[]] {
  const sumsOf = (part: readonly T[]): T[] =>
    part.reduce((sums, value) => [...sums, ...sums.map((sum) => add(sum, value))], [none]);
  return [sumsOf(values.slice(0, EARLY_PARTIES)), sumsOf(values.slice(EARLY_PARTIES))];
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
