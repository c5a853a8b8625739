/**
 * The exact optimum of weighted max-min fairness over a flow network: raise every level together; what
 * a minimum cut shows to be stuck splits off; both sides go on alone. Invariant: each side's levels lie
 * wholly below, or wholly above, the level at which they were split.
 */
import { type Rational, compare, rational } from '../rational.ts';
import { type Arcs, ExactFlow } from './exact-flow.ts';

/** Something at a node that is filled: at level t it asks for slope × (t − start), at most its limit. */
export interface Claim {
  readonly node: number;
  readonly start: bigint;
  /** Whole and above zero. */
  readonly slope: bigint;
  readonly limit: bigint;
}

/** A part of the network that settled at one level, with what the parts around it fixed for it. */
export interface SettledPart {
  readonly level: Rational;
  readonly claims: readonly number[];
  readonly nodes: readonly number[];
  /** Arcs whose flow is still free within the part. */
  readonly arcs: readonly number[];
  /** Supply (or, below zero, demand) of each node of the part. */
  readonly supply: readonly bigint[];
}

interface Part {
  readonly nodes: readonly number[];
  readonly arcs: readonly number[];
  readonly supply: readonly bigint[];
  readonly claims: readonly number[];
}

/**
 * Splits a network into parts of one level each, lowest first.
 * @param supply what each node has to give, in whole units, not negative
 */
export function settleLevels(arcs: Arcs, supply: readonly bigint[], claims: readonly Claim[]): SettledPart[] {
  const whole: Part = {
    nodes: supply.map((_, node) => node),
    arcs: arcs.from.map((_, arc) => arc),
    supply,
    claims: claims.map((_, claim) => claim),
  };
  const settled: SettledPart[] = [];
  const waiting = [whole];
  const place = new Int32Array(supply.length);
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const level = balancingLevel(claims, part);
    const sides = splitAt(level, part, arcs, claims, place);
    if (sides === null) settled.push({ ...part, level });
    else waiting.push(...sides);
  }
  return settled;
}

/** What a claim asks for at a level, times the level's denominator. */
export function askedAt(claim: Claim, level: Rational): bigint {
  const steps = level.numerator - claim.start * level.denominator;
  if (steps <= 0n) return 0n;
  const asked = steps * claim.slope;
  const limit = claim.limit * level.denominator;
  return asked < limit ? asked : limit;
}

/** The level at which the claims ask for exactly what the part has, or for their limits. */
function balancingLevel(claims: readonly Claim[], part: Part): Rational {
  const total = part.supply.reduce((sum, amount) => sum + amount, 0n);
  const bends = bendsOf(claims, part.claims);
  let asked = rational(0n);
  let slope = 0n;
  let level = rational(0n);
  for (const bend of bends) {
    const rise =
      (bend.level.numerator * level.denominator - level.numerator * bend.level.denominator) * slope;
    const span = bend.level.denominator * level.denominator;
    const next = rational(asked.numerator * span + rise * asked.denominator, asked.denominator * span);
    if (next.numerator > total * next.denominator) {
      const missing = rational(total * asked.denominator - asked.numerator, asked.denominator * slope);
      return rational(
        level.numerator * missing.denominator + missing.numerator * level.denominator,
        level.denominator * missing.denominator,
      );
    }
    asked = next;
    level = bend.level;
    slope += bend.change;
  }
  return level;
}

/** Where the sum of the claims changes its slope, lowest level first. */
function bendsOf(
  claims: readonly Claim[],
  indices: readonly number[],
): { level: Rational; change: bigint }[] {
  const changes = new Map<string, { level: Rational; change: bigint }>();
  const bend = (level: Rational, change: bigint): void => {
    const key = `${level.numerator.toString()}/${level.denominator.toString()}`;
    const known = changes.get(key);
    if (known) known.change += change;
    else changes.set(key, { level, change });
  };
  for (const index of indices) {
    const claim = claims[index];
    if (claim === undefined) continue;
    bend(rational(claim.start), claim.slope);
    bend(rational(claim.start * claim.slope + claim.limit, claim.slope), -claim.slope);
  }
  return [...changes.values()].sort((a, b) => compare(a.level, b.level));
}

/** The part's lower and upper side at a level, the lower one last; `null` when all claims are met. */
function splitAt(
  level: Rational,
  part: Part,
  arcs: Arcs,
  claims: readonly Claim[],
  place: Int32Array,
): [Part, Part] | null {
  for (const [index, node] of part.nodes.entries()) place[node] = index;
  const at = (node: number | undefined): number => place[node ?? 0] ?? 0;
  const scale = level.denominator;
  const supply = part.supply.map((amount) => (amount > 0n ? amount * scale : 0n));
  const demand = part.supply.map((amount) => (amount < 0n ? -amount * scale : 0n));
  for (const index of part.claims) {
    const claim = claims[index];
    if (claim) demand[at(claim.node)] = (demand[at(claim.node)] ?? 0n) + askedAt(claim, level);
  }
  const inner: Arcs = {
    from: part.arcs.map((arc) => at(arcs.from[arc])),
    to: part.arcs.map((arc) => at(arcs.to[arc])),
    capacity: part.arcs.map((arc) => {
      const capacity = arcs.capacity[arc] ?? null;
      return capacity === null ? null : capacity * scale;
    }),
  };
  const flow = new ExactFlow(part.nodes.length, inner, supply, demand);
  if (flow.run()) return null;
  const scarce = flow.scarceSide();
  return divide(part, arcs, (node) => scarce[at(node)] === 1, claims, at);
}

function divide(
  part: Part,
  arcs: Arcs,
  isLower: (node: number | undefined) => boolean,
  claims: readonly Claim[],
  at: (node: number | undefined) => number,
): [Part, Part] {
  const supply = part.supply.slice();
  for (const arc of part.arcs) {
    const [from, to, capacity] = [arcs.from[arc], arcs.to[arc], arcs.capacity[arc] ?? null];
    // An arc into the lower side is full, or its tail would be on that side; one out of it is empty.
    if (capacity === null || isLower(from) || !isLower(to)) continue;
    supply[at(from)] = (supply[at(from)] ?? 0n) - capacity;
    supply[at(to)] = (supply[at(to)] ?? 0n) + capacity;
  }
  const side = (lower: boolean): Part => {
    const nodes = part.nodes.filter((node) => isLower(node) === lower);
    return {
      nodes,
      supply: nodes.map((node) => supply[at(node)] ?? 0n),
      arcs: part.arcs.filter((arc) => isLower(arcs.from[arc]) === lower && isLower(arcs.to[arc]) === lower),
      claims: part.claims.filter((index) => isLower(claims[index]?.node) === lower),
    };
  };
  return [side(false), side(true)];
}
