/**
 * The exact optimum of weighted max-min fairness over a flow network: raise every level together; what
 * a minimum cut shows to be stuck splits off; both sides go on alone. Invariant: each side's levels lie
 * wholly below, or wholly above, the level at which they were split.
 */
import { type Rational, compare, rational } from '../rational.ts';
import { type Arcs, ExactFlow } from './exact-flow.ts';
import { type Asked, HINT_FROM, HintedFlow } from './flow-hint.ts';

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

interface Part extends Omit<SettledPart, 'level'> {
  /** Cut off from more money: its levels may not pass this, and it may leave nothing. */
  readonly most: Rational | null;
  /** Levels may be below this only where every claim is met in full. */
  readonly least: Rational | null;
}

/**
 * Splits a network into parts of one level each, lowest first.
 * @param supply what each node has to give, in whole units, not negative
 * @param hintFrom parts of so many arcs are split with the help of a hint; the answer is the same
 */
export function settleLevels(
  arcs: Arcs,
  supply: readonly bigint[],
  claims: readonly Claim[],
  hintFrom = HINT_FROM,
): SettledPart[] {
  const network = { arcs, claims, place: new Int32Array(supply.length), upper: doublesOf(arcs) };
  const splitter: Splitter = (...given) =>
    given[1].arcs.length < hintFrom ? splitExactly(...given) : splitByHint(...given);
  const parts = settleAll(network, supply, splitter) ?? settleAll(network, supply, splitExactly);
  if (parts === null) throw new Error('The levels of a network do not follow its minimum cuts.');
  return parts;
}

interface Network {
  readonly arcs: Arcs;
  readonly claims: readonly Claim[];
  /** Scratch: where in the part at hand a node stands. */
  readonly place: Int32Array;
  readonly upper: Float64Array;
}

/** The nodes of the part that are short of money at the level, by position; `null` when all claims are met. */
type Splitter = (network: Network, part: Part, level: Rational) => Uint8Array | null;

function doublesOf({ capacity }: Arcs): Float64Array {
  const doubles = new Float64Array(capacity.length);
  for (const [arc, amount] of capacity.entries()) doubles[arc] = amount === null ? Infinity : Number(amount);
  return doubles;
}

/** The settled parts, or `null` when a cut turns out not to have been a minimum cut. */
function settleAll(network: Network, supply: readonly bigint[], splitter: Splitter): SettledPart[] | null {
  const settled: SettledPart[] = [];
  const waiting: Part[] = [
    {
      nodes: supply.map((_, node) => node),
      arcs: network.arcs.from.map((_, arc) => arc),
      supply,
      claims: network.claims.map((_, claim) => claim),
      most: null,
      least: null,
    },
  ];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { level, meetsAll, leaves } = balancingLevel(network.claims, part);
    for (const [index, node] of part.nodes.entries()) network.place[node] = index;
    const short = splitter(network, part, level);
    if (short !== null) {
      waiting.push(...divide(network, part, level, short));
      continue;
    }
    if (part.most !== null && (leaves || compare(level, part.most) > 0)) return null;
    if (part.least !== null && !meetsAll && compare(level, part.least) < 0) return null;
    settled.push({ ...part, level });
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

interface Balance {
  readonly level: Rational;
  /** Every claim is met in full. */
  readonly meetsAll: boolean;
  /** Money is left over. */
  readonly leaves: boolean;
}

/** The level at which the claims ask for exactly what the part has, or for their limits. */
function balancingLevel(claims: readonly Claim[], part: Part): Balance {
  const total = part.supply.reduce((sum, amount) => sum + amount, 0n);
  const bends = bendsOf(claims, part.claims);
  // What is asked at the level, times the level's denominator.
  let asked = 0n;
  let slope = 0n;
  let level = rational(0n);
  for (const bend of bends) {
    const rise =
      (bend.level.numerator * level.denominator - level.numerator * bend.level.denominator) * slope;
    // Both times bend.denominator × level.denominator.
    const next = asked * bend.level.denominator + rise;
    const span = bend.level.denominator * level.denominator;
    if (next > total * span) {
      const missing = total * level.denominator - asked;
      return {
        level: rational(level.numerator * slope + missing, level.denominator * slope),
        meetsAll: false,
        leaves: false,
      };
    }
    asked = next / level.denominator;
    level = bend.level;
    slope += bend.change;
  }
  return { level, meetsAll: true, leaves: asked < total * level.denominator };
}

/** Where the sum of the claims changes its slope, lowest level first. */
function bendsOf(
  claims: readonly Claim[],
  indices: readonly number[],
): { level: Rational; change: bigint }[] {
  const bends: { level: Rational; roughly: number; change: bigint }[] = [];
  const bend = (level: Rational, change: bigint): void => {
    bends.push({ level, roughly: Number(level.numerator) / Number(level.denominator), change });
  };
  const starts = new Map<bigint, bigint>();
  for (const index of indices) {
    const claim = claims[index];
    if (claim === undefined) continue;
    starts.set(claim.start, (starts.get(claim.start) ?? 0n) + claim.slope);
    // Not in lowest terms: a common divisor would cost more to find than it saves.
    bend({ numerator: claim.start * claim.slope + claim.limit, denominator: claim.slope }, -claim.slope);
  }
  for (const [start, slope] of starts) bend(rational(start), slope);
  return bends.sort((a, b) =>
    Math.abs(a.roughly - b.roughly) > 1e-12 * b.roughly ? a.roughly - b.roughly : compare(a.level, b.level),
  );
}

/** By the definition: a maximum flow in exact numbers. */
function splitExactly({ arcs, claims, place }: Network, part: Part, level: Rational): Uint8Array | null {
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
  return flow.run() ? null : flow.scarceSide();
}

/** In plain numbers, and in exact ones only where the plain ones prove nothing. */
function splitByHint(network: Network, part: Part, level: Rational): Uint8Array | null {
  const { arcs, claims, place, upper } = network;
  const balance = part.supply.map((amount) => amount * level.denominator);
  for (const index of part.claims) {
    const claim = claims[index];
    const at = place[claim?.node ?? 0] ?? 0;
    if (claim) balance[at] = (balance[at] ?? 0n) - askedAt(claim, level);
  }
  const asked: Asked = {
    balance: (node) => ({ numerator: balance[node] ?? 0n, denominator: level.denominator }),
    lower: () => rational(0n),
  };
  const inner = {
    from: new Int32Array(part.arcs.length),
    to: new Int32Array(part.arcs.length),
    upper: new Float64Array(part.arcs.length),
  };
  for (const [position, arc] of part.arcs.entries()) {
    inner.from[position] = place[arcs.from[arc] ?? 0] ?? 0;
    inner.to[position] = place[arcs.to[arc] ?? 0] ?? 0;
    inner.upper[position] = upper[arc] ?? 0;
  }
  const hinted = new HintedFlow({
    nodeCount: part.nodes.length,
    ...inner,
    exactUpper: (position) => arcs.capacity[part.arcs[position] ?? 0] ?? 0n,
    metered: [],
  });
  const short = hinted.scarceSide(asked);
  if (short !== null || hinted.proves(asked)) return short;
  return splitExactly(network, part, level);
}

/** The part's upper and lower side at a level. */
function divide(
  { arcs, claims, place }: Network,
  part: Part,
  level: Rational,
  short: Uint8Array,
): [Part, Part] {
  const supply = part.supply.slice();
  const isLower = (node: number | undefined): boolean => short[place[node ?? 0] ?? 0] === 1;
  const inside: [number[], number[]] = [[], []];
  for (const arc of part.arcs) {
    const [from, to] = [arcs.from[arc] ?? 0, arcs.to[arc] ?? 0];
    const [fromLower, toLower] = [isLower(from), isLower(to)];
    if (fromLower === toLower) inside[fromLower ? 1 : 0].push(arc);
    const capacity = arcs.capacity[arc] ?? null;
    // An arc into the lower side is full, or its tail would be on that side; one out of it is empty.
    if (fromLower || !toLower || capacity === null) continue;
    const [tail, head] = [place[from] ?? 0, place[to] ?? 0];
    supply[tail] = (supply[tail] ?? 0n) - capacity;
    supply[head] = (supply[head] ?? 0n) + capacity;
  }
  const side = (lower: boolean): Part => {
    const nodes = part.nodes.filter((node) => isLower(node) === lower);
    return {
      nodes,
      supply: nodes.map((node) => supply[place[node] ?? 0] ?? 0n),
      arcs: inside[lower ? 1 : 0],
      claims: part.claims.filter((index) => isLower(claims[index]?.node) === lower),
      most: lower ? level : part.most,
      least: lower ? part.least : level,
    };
  };
  return [side(false), side(true)];
}
