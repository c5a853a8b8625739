/**
 * The second level of `cell-then-project`: with the cells' totals held fixed, raise all projects
 * together. Invariant: every cell keeps its total; a project is below its cell's even share only where
 * a minimum cut proves that no money can reach it.
 */
import {
  type Rational,
  add,
  compare,
  divide,
  greatestCommonDivisor,
  multiply,
  rational,
  subtract,
  ZERO,
} from '../rational.ts';
import { ExactFlow } from './exact-flow.ts';

/** An arc from a project (or a group of like projects) to its cell, to be raised. */
interface MeteredArc {
  readonly slope: bigint;
  readonly limit: bigint;
}

/** A network whose balances are fixed; arcs that are metered carry the amounts sought. */
interface CellNetwork {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly capacity: readonly (bigint | null)[];
  readonly metered: readonly (MeteredArc | null)[];
}

interface BalancedPart {
  readonly nodes: readonly number[];
  readonly arcs: readonly number[];
  /** Per node: what it has (above zero) or needs (below zero). */
  readonly balance: readonly Rational[];
}

/** The amount on every metered arc of the part, by arc. */
export function shareWithinCells(network: CellNetwork, part: BalancedPart): Map<number, Rational> {
  const amounts = new Map<number, Rational>();
  const waiting = [part];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    waiting.push(...settleLowest(network, next, amounts));
  }
  return amounts;
}

/** Settles the part evenly, or splits it where its lowest level is stuck. */
function settleLowest(
  network: CellNetwork,
  part: BalancedPart,
  amounts: Map<number, Rational>,
): BalancedPart[] {
  const even = evenLevels(network, part);
  if (even.size === 0) return [];
  let level = [...even.values()].reduce((highest, each) => (compare(each, highest) > 0 ? each : highest));
  const guaranteed = (arc: number): Rational => {
    const metered = network.metered[arc];
    if (!metered) return ZERO;
    const own = even.get(network.to[arc] ?? 0) ?? ZERO;
    const { numerator, denominator } = compare(own, level) < 0 ? own : level;
    // Not in lowest terms on purpose: the few denominators stay the same few.
    return { numerator: numerator * metered.slope, denominator };
  };
  let stuck: Set<number> | null = null;
  for (;;) {
    const found = stuckSide(network, part, guaranteed);
    if (found === null) break;
    stuck = found;
    const honoured = tightLevel(network, part, stuck, even);
    // Only what the common scale cut off can be stuck without being violated: it is tight already.
    if (compare(honoured, level) >= 0) break;
    level = honoured;
  }
  if (stuck === null) {
    for (const arc of part.arcs) if (network.metered[arc]) amounts.set(arc, reduced(guaranteed(arc)));
    return [];
  }
  return splitAround(network, part, stuck, guaranteed, amounts);
}

function reduced({ numerator, denominator }: Rational): Rational {
  return rational(numerator, denominator);
}

/** Per cell node, the level that an even share of its free arcs would have. */
function evenLevels(network: CellNetwork, part: BalancedPart): Map<number, Rational> {
  const slopes = new Map<number, bigint>();
  for (const arc of part.arcs) {
    const metered = network.metered[arc];
    const to = network.to[arc] ?? 0;
    if (metered) slopes.set(to, (slopes.get(to) ?? 0n) + metered.slope);
  }
  const even = new Map<number, Rational>();
  for (const [index, node] of part.nodes.entries()) {
    const slope = slopes.get(node);
    const balance = part.balance[index] ?? ZERO;
    if (slope !== undefined) even.set(node, divide(subtract(ZERO, balance), rational(slope)));
  }
  return even;
}

/** The nodes that cannot be given what the level guarantees, or `null` when all can. */
function stuckSide(
  network: CellNetwork,
  part: BalancedPart,
  guaranteed: (arc: number) => Rational,
): Set<number> | null {
  const place = new Map(part.nodes.map((node, index) => [node, index]));
  const at = (node: number | undefined): number => place.get(node ?? -1) ?? 0;
  const lower = part.arcs.map(guaranteed);
  const { scale, tolerance } = commonScale([...part.balance, ...lower], part.arcs.length);
  const whole = ({ numerator, denominator }: Rational): bigint => (numerator * scale) / denominator;
  const balance = part.balance.map(whole);
  const from = part.arcs.map((arc) => at(network.from[arc]));
  const to = part.arcs.map((arc) => at(network.to[arc]));
  const capacity = part.arcs.map((arc, index) => {
    const amount = whole(lower[index] ?? ZERO);
    balance[from[index] ?? 0] = (balance[from[index] ?? 0] ?? 0n) - amount;
    balance[to[index] ?? 0] = (balance[to[index] ?? 0] ?? 0n) + amount;
    const upper = network.metered[arc]?.limit ?? network.capacity[arc] ?? null;
    return upper === null ? null : upper * scale - amount;
  });
  const flow = new ExactFlow(
    part.nodes.length,
    { from, to, capacity },
    balance.map((amount) => (amount > 0n ? amount : 0n)),
    balance.map((amount) => (amount < -tolerance ? -amount - tolerance : 0n)),
  );
  if (flow.run()) return null;
  const scarce = flow.scarceSide();
  return new Set(part.nodes.filter((_, index) => scarce[index] === 1));
}

/** Fractions with a common denominator beyond this many bits are cut there, see `commonScale`. */
const MOST_BITS = 256n;

/**
 * A common denominator of the fractions, so that the flow is exact. Levels that hang on one another can
 * make it grow without bound; it is then 2²⁵⁶, and only what differs by less than a unit in its last
 * places (far below any unit of money) counts as equal.
 */
function commonScale(fractions: readonly Rational[], arcCount: number): { scale: bigint; tolerance: bigint } {
  let scale = 1n;
  for (const denominator of new Set(fractions.map((fraction) => fraction.denominator))) {
    scale = (scale / greatestCommonDivisor(scale, denominator)) * denominator;
    if (scale >> MOST_BITS > 0n) return { scale: 1n << MOST_BITS, tolerance: BigInt(arcCount + 1) };
  }
  return { scale, tolerance: 0n };
}

/** The highest level that the stuck side can still honour. */
function tightLevel(
  network: CellNetwork,
  part: BalancedPart,
  stuck: ReadonlySet<number>,
  even: ReadonlyMap<number, Rational>,
): Rational {
  let room = ZERO;
  for (const [index, node] of part.nodes.entries()) {
    if (stuck.has(node)) room = add(room, part.balance[index] ?? ZERO);
  }
  const leaving: { own: Rational; slope: bigint }[] = [];
  for (const arc of part.arcs) {
    const [from, to, metered] = [network.from[arc] ?? 0, network.to[arc] ?? 0, network.metered[arc]];
    if (stuck.has(to) && !stuck.has(from)) {
      room = add(room, rational(metered?.limit ?? network.capacity[arc] ?? 0n));
    } else if (metered && stuck.has(from) && !stuck.has(to)) {
      leaving.push({ own: even.get(to) ?? ZERO, slope: metered.slope });
    }
  }
  leaving.sort((a, b) => compare(a.own, b.own));
  let slope = leaving.reduce((sum, arc) => sum + arc.slope, 0n);
  for (const arc of leaving) {
    const level = divide(room, rational(slope));
    if (compare(level, arc.own) <= 0) return level;
    room = subtract(room, multiply(arc.own, rational(arc.slope)));
    slope -= arc.slope;
  }
  throw new Error('A cut that is violated at a level is honoured at none below it.');
}

function splitAround(
  network: CellNetwork,
  part: BalancedPart,
  stuck: ReadonlySet<number>,
  guaranteed: (arc: number) => Rational,
  amounts: Map<number, Rational>,
): BalancedPart[] {
  const balance = new Map(part.nodes.map((node, index) => [node, part.balance[index] ?? ZERO]));
  const move = (node: number, amount: Rational): void => {
    balance.set(node, add(balance.get(node) ?? ZERO, amount));
  };
  for (const arc of part.arcs) {
    const [from, to, metered] = [network.from[arc] ?? 0, network.to[arc] ?? 0, network.metered[arc]];
    if (stuck.has(from) === stuck.has(to)) continue;
    const amount = stuck.has(from)
      ? guaranteed(arc)
      : rational(metered?.limit ?? network.capacity[arc] ?? 0n);
    if (metered) amounts.set(arc, reduced(amount));
    move(from, subtract(ZERO, amount));
    move(to, amount);
  }
  return [true, false].map((inside) => {
    const nodes = part.nodes.filter((node) => stuck.has(node) === inside);
    return {
      nodes,
      balance: nodes.map((node) => balance.get(node) ?? ZERO),
      arcs: part.arcs.filter(
        (arc) => stuck.has(network.from[arc] ?? 0) === inside && stuck.has(network.to[arc] ?? 0) === inside,
      ),
    };
  });
}
