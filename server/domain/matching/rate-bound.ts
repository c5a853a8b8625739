/**
 * A bound on what pledges bound by their rates can come to: the solution of their rules taken as
 * equations, without rounding. Invariant: a bound is only answered after exact proof.
 *
 * Let the rate-bound pledges be N and all others stay at most where they are. An outcome y has
 * y ≤ c + A·y on N. Given w > 0 with A·w < w and u with c + A·u ≤ u: y ≤ u + θ·w for some θ, hence
 * y ≤ c + A·(u + θ·w) ≤ u + θ·q·w with q < 1, again and again, hence y ≤ u.
 */
import type { NumberedPledge, Rule } from './conditional-pledges.ts';
import { type Row, SparseFactors } from './sparse-solver.ts';

interface RateBound {
  readonly index: number;
  readonly party: number;
  readonly rule: Rule;
}

/** The sums that rules look at, for any assignment of amounts to the pledges of N. */
function othersIn(members: readonly RateBound[], partyCount: number, values: readonly bigint[]): bigint[] {
  const byParty = new Array<bigint>(partyCount).fill(0n);
  let all = 0n;
  for (const [position, { party }] of members.entries()) {
    const value = values[position] ?? 0n;
    byParty[party] = (byParty[party] ?? 0n) + value;
    all += value;
  }
  return members.map(({ rule, party }) =>
    rule.among === null
      ? all - (byParty[party] ?? 0n)
      : rule.among.reduce((sum, other) => sum + (byParty[other] ?? 0n), 0n),
  );
}

/**
 * @param members indices of the pledges taken as bound by their rates
 * @param totals what each party pays now
 * @returns a bound per member, or `null` when none could be proven
 */
export function rateBounds(
  pledges: readonly NumberedPledge[],
  members: readonly number[],
  amounts: readonly bigint[],
  totals: readonly bigint[],
): bigint[] | null {
  const bound = members.flatMap((index): RateBound[] => {
    const { rule = null, party = 0 } = pledges[index] ?? {};
    return rule === null ? [] : [{ index, party, rule }];
  });
  const now = bound.map(({ index }) => amounts[index] ?? 0n);
  const inside = othersIn(bound, totals.length, now);
  const everything = totals.reduce((sum, total) => sum + total, 0n);
  const outside = bound.map(({ rule, party }, position) => {
    const others =
      rule.among === null
        ? everything - (totals[party] ?? 0n)
        : rule.among.reduce((sum, other) => sum + (totals[other] ?? 0n), 0n);
    return others - (inside[position] ?? 0n);
  });
  const factors = SparseFactors.of(equationsOf(bound, totals.length));
  if (factors === null) return null;
  const right = new Float64Array(bound.length + 1);
  for (const [position, { rule }] of bound.entries()) {
    const rate = Number(rule.rateNumerator) / Number(rule.rateDenominator);
    right[position] = Number(rule.base) + rate * Number(outside[position] ?? 0n);
  }
  const values = factors.solve(right);
  const rooms = factors.solve(new Float64Array(bound.length + 1).fill(1, 0, bound.length));
  return proven(bound, totals.length, outside, { values, rooms });
}

/** The last variable is the sum of all members, for the rules that look at all. */
function equationsOf(bound: readonly RateBound[], partyCount: number): Row[] {
  const positionsOf = Array.from({ length: partyCount }, (): number[] => []);
  for (const [position, { party }] of bound.entries()) positionsOf[party]?.push(position);
  const sumOfAll = bound.length;
  const rows = bound.map(({ rule, party }, position): Row => {
    const rate = Number(rule.rateNumerator) / Number(rule.rateDenominator);
    const row: Row = new Map([[position, 1]]);
    const subtract = (column: number, value: number): void => {
      row.set(column, (row.get(column) ?? 0) - value);
    };
    if (rule.among === null) {
      subtract(sumOfAll, rate);
      for (const own of positionsOf[party] ?? []) subtract(own, -rate);
    }
    for (const other of rule.among ?? [])
      for (const column of positionsOf[other] ?? []) subtract(column, rate);
    return row;
  });
  const sum: Row = new Map([[sumOfAll, 1]]);
  for (const position of bound.keys()) sum.set(position, -1);
  rows.push(sum);
  return rows;
}

/** Fixed point for the slack vector w: its proof needs more places than whole numbers have. */
const SLACK_SCALE = 2 ** 20;
const ATTEMPTS = 6;

function proven(
  bound: readonly RateBound[],
  partyCount: number,
  outside: readonly bigint[],
  hint: { readonly values: Float64Array; readonly rooms: Float64Array },
): bigint[] | null {
  const slack: bigint[] = [];
  const start: bigint[] = [];
  for (const position of bound.keys()) {
    const value = hint.values[position] ?? Number.NaN;
    const room = hint.rooms[position] ?? Number.NaN;
    if (!(room > 0 && room < 1e18 && Number.isFinite(value))) return null;
    slack.push(BigInt(Math.ceil(room * SLACK_SCALE)));
    start.push(BigInt(Math.ceil(Math.max(value, 0))));
  }
  const answer = othersIn(bound, partyCount, slack);
  for (const [position, { rule }] of bound.entries()) {
    if (rule.rateNumerator * (answer[position] ?? 0n) >= rule.rateDenominator * (slack[position] ?? 0n))
      return null;
  }
  for (let attempt = 0, lift = 1n; attempt < ATTEMPTS; attempt += 1, lift *= 16n) {
    const lifted = start.map((value, position) => {
      return value + (lift * (slack[position] ?? 0n)) / BigInt(SLACK_SCALE) + 1n;
    });
    if (standsAlone(bound, partyCount, outside, lifted)) return lifted;
  }
  return null;
}

/** True when no rule asks for more than the amounts, given the amounts. */
function standsAlone(
  bound: readonly RateBound[],
  partyCount: number,
  outside: readonly bigint[],
  amounts: readonly bigint[],
): boolean {
  const inside = othersIn(bound, partyCount, amounts);
  return bound.every(({ rule }, position) => {
    const others = (outside[position] ?? 0n) + (inside[position] ?? 0n);
    const asked = rule.base * rule.rateDenominator + rule.rateNumerator * others;
    return asked <= (amounts[position] ?? 0n) * rule.rateDenominator;
  });
}
