/**
 * The second level of `cell-then-project`: with the cells' totals held fixed, raise all projects
 * together. Invariant: every cell keeps its total; a project is below its cell's even share only where
 * a cut proves that no money can reach it.
 */
import {
  type Rational,
  add,
  compare,
  divide,
  greatestCommonDivisor,
  rational,
  subtract,
  ZERO,
} from '../rational.ts';
import { ExactFlow } from './exact-flow.ts';
import { type Asked, HINT_FROM, HintedFlow } from './flow-hint.ts';
import { FractionSum } from './fraction-sum.ts';

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

/** A part whose levels cannot be below those of the parts that were split off before. */
interface RaisedPart extends BalancedPart {
  readonly least: Rational;
}

/**
 * The amount on every metered arc of the part, by arc.
 * @param hintFrom parts of so many arcs are settled with the help of a hint; the answer is the same
 */
export function shareWithinCells(
  network: CellNetwork,
  part: BalancedPart,
  hintFrom = HINT_FROM,
): Map<number, Rational> {
  const amounts = new Sharing(network, hintFrom).run(part) ?? new Sharing(network, Infinity).run(part);
  if (amounts === null) throw new Error('The levels within cells do not follow the cuts.');
  return amounts;
}

/** A side of a cut: 1 for each node of the network that is on it. */
type Cut = Uint8Array;

/** Cuts that held a level back are tried again on what is left; so many are remembered. */
const REMEMBERED_CUTS = 12;
class Sharing {
  private readonly network: CellNetwork;
  private readonly hintFrom: number;
  private readonly amounts = new Map<number, Rational>();
  private readonly place: Int32Array;
  private cuts: Cut[] = [];

  constructor(network: CellNetwork, hintFrom: number) {
    this.network = network;
    this.hintFrom = hintFrom;
    let nodeCount = 0;
    for (const ends of [network.from, network.to])
      for (const node of ends) nodeCount = Math.max(nodeCount, node + 1);
    this.place = new Int32Array(nodeCount);
  }

  /** The amounts, or `null` when a hint misled: then a part could not reach the level it was split at. */
  run(whole: BalancedPart): Map<number, Rational> | null {
    const waiting: RaisedPart[] = [{ ...whole, least: ZERO }];
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      const sides = this.settleLowest(part);
      if (sides === null) return null;
      waiting.push(...sides);
    }
    return this.amounts;
  }

  /** Settles the part evenly, or splits it where its lowest level is stuck. */
  private settleLowest(part: RaisedPart): RaisedPart[] | null {
    const view = new PartView(this.network, part, this.place);
    if (view.even.size === 0) return [];
    const held: { level: Rational; by: Cut | null } = { level: highest(view.even.values()), by: null };
    const holdBack = (cut: Cut): boolean => {
      const honoured = view.tightLevel(cut);
      if (honoured === null || compare(honoured, held.level) >= 0) return false;
      held.level = honoured;
      held.by = cut;
      return true;
    };
    for (const cut of this.cuts) holdBack(cut);
    for (;;) {
      const found =
        part.arcs.length < this.hintFrom
          ? view.stuckSide(held.level)
          : view.stuckByHint(held.level, held.by === null);
      // Only what the common scale cut off can be stuck without being violated: it is tight already.
      if (found === null || !holdBack(found)) break;
    }
    const { level, by } = held;
    if (this.hintFrom < Infinity && compare(level, part.least) < 0) return null;
    if (by !== null) {
      this.cuts = [by, ...this.cuts].slice(0, REMEMBERED_CUTS);
      return this.splitAround(view, part, by, level);
    }
    for (const arc of view.metered) this.amounts.set(arc, reduced(view.guaranteed(arc, level)));
    return [];
  }

  private splitAround(view: PartView, part: RaisedPart, stuck: Cut, level: Rational): RaisedPart[] {
    const { from, to, capacity, metered } = this.network;
    const balance = new Map(part.nodes.map((node, index) => [node, part.balance[index] ?? ZERO]));
    const move = (node: number, amount: Rational): void => {
      balance.set(node, add(balance.get(node) ?? ZERO, amount));
    };
    const inside: [number[], number[]] = [[], []];
    for (const arc of part.arcs) {
      const [tail, head, meter] = [from[arc] ?? 0, to[arc] ?? 0, metered[arc]];
      const leaves = stuck[tail] === 1;
      if (leaves === (stuck[head] === 1)) {
        inside[leaves ? 1 : 0].push(arc);
        continue;
      }
      const amount = leaves ? view.guaranteed(arc, level) : rational(meter?.limit ?? capacity[arc] ?? 0n);
      if (meter) this.amounts.set(arc, reduced(amount));
      if (amount.numerator === 0n) continue;
      move(tail, subtract(ZERO, amount));
      move(head, amount);
    }
    return [true, false].map((isStuck) => {
      const nodes = part.nodes.filter((node) => (stuck[node] === 1) === isStuck);
      return {
        nodes,
        balance: nodes.map((node) => balance.get(node) ?? ZERO),
        arcs: inside[isStuck ? 1 : 0],
        least: level,
      };
    });
  }
}

function highest(levels: Iterable<Rational>): Rational {
  let most = ZERO;
  for (const level of levels) if (compare(level, most) > 0) most = level;
  return most;
}

function reduced({ numerator, denominator }: Rational): Rational {
  return rational(numerator, denominator);
}

/** A part as the flow methods see it: nodes numbered from 0, and per cell the level of an even share. */
class PartView {
  readonly even: ReadonlyMap<number, Rational>;
  /** The arcs of the part that are metered. */
  readonly metered: readonly number[];
  private readonly network: CellNetwork;
  private readonly part: BalancedPart;
  private readonly place: Int32Array;
  private hinted: HintedFlow | null = null;

  constructor(network: CellNetwork, part: BalancedPart, place: Int32Array) {
    this.network = network;
    this.part = part;
    this.place = place;
    for (const [index, node] of part.nodes.entries()) place[node] = index;
    this.metered = part.arcs.filter((arc) => network.metered[arc] !== null);
    this.even = this.evenLevels();
  }

  /** What a metered arc carries at least at a level: no cell's projects rise above its even share. */
  guaranteed(arc: number, level: Rational): Rational {
    const metered = this.network.metered[arc];
    if (!metered) return ZERO;
    const own = this.even.get(this.network.to[arc] ?? 0) ?? ZERO;
    const { numerator, denominator } = compare(own, level) < 0 ? own : level;
    // Not in lowest terms on purpose: the few denominators stay the same few.
    return { numerator: numerator * metered.slope, denominator };
  }

  /** Per cell node, the level that an even share of its free arcs would have. */
  private evenLevels(): Map<number, Rational> {
    const slopes = new Map<number, bigint>();
    for (const arc of this.metered) {
      const to = this.network.to[arc] ?? 0;
      slopes.set(to, (slopes.get(to) ?? 0n) + (this.network.metered[arc]?.slope ?? 0n));
    }
    const even = new Map<number, Rational>();
    for (const [node, slope] of slopes) {
      const balance = this.part.balance[this.place[node] ?? 0] ?? ZERO;
      even.set(node, divide(subtract(ZERO, balance), rational(slope)));
    }
    return even;
  }

  /**
   * The nodes that cannot be given what the level guarantees, or `null` when all can; found in plain numbers.
   * @param prove whether an answer of `null` has to be exact
   */
  stuckByHint(level: Rational, prove: boolean): Cut | null {
    this.hinted ??= this.hintedFlow();
    const asked: Asked = {
      balance: (position) => this.part.balance[position] ?? ZERO,
      lower: (position) => this.guaranteed(this.part.arcs[position] ?? 0, level),
    };
    const scarce = this.hinted.scarceSide(asked);
    if (scarce !== null) return this.cutOf(scarce);
    return !prove || this.hinted.proves(asked) ? null : this.stuckSide(level);
  }

  private hintedFlow(): HintedFlow {
    const { from, to, capacity, metered } = this.network;
    const { nodes, arcs } = this.part;
    const ends = { from: new Int32Array(arcs.length), to: new Int32Array(arcs.length) };
    const upper = new Float64Array(arcs.length);
    const meters: number[] = [];
    for (const [position, arc] of arcs.entries()) {
      ends.from[position] = this.place[from[arc] ?? 0] ?? 0;
      ends.to[position] = this.place[to[arc] ?? 0] ?? 0;
      const most = metered[arc]?.limit ?? capacity[arc] ?? null;
      upper[position] = most === null ? Infinity : Number(most);
      if (metered[arc]) meters.push(position);
    }
    const exactUpper = (position: number): bigint => {
      const arc = arcs[position] ?? 0;
      return metered[arc]?.limit ?? capacity[arc] ?? 0n;
    };
    return new HintedFlow({ nodeCount: nodes.length, ...ends, upper, exactUpper, metered: meters });
  }

  private cutOf(side: Uint8Array): Cut {
    const cut = new Uint8Array(this.place.length);
    for (const [index, node] of this.part.nodes.entries()) cut[node] = side[index] ?? 0;
    return cut;
  }

  /** The same in exact numbers, by the definition. */
  stuckSide(level: Rational): Cut | null {
    const { network, part } = this;
    const at = (node: number | undefined): number => this.place[node ?? 0] ?? 0;
    const lower = part.arcs.map((arc) => this.guaranteed(arc, level));
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
    return flow.run() ? null : this.cutOf(flow.scarceSide());
  }

  /** The highest level that a cut can honour, or `null` when it can honour every level. */
  tightLevel(cut: Cut): Rational | null {
    const { network, part } = this;
    const room = new FractionSum();
    const slopes = new Map<number, bigint>();
    let slope = 0n;
    for (const arc of part.arcs) {
      const [from, to] = [network.from[arc] ?? 0, network.to[arc] ?? 0];
      if (cut[from] === cut[to]) continue;
      const metered = network.metered[arc];
      if (cut[to] === 1) {
        const most = metered?.limit ?? network.capacity[arc] ?? null;
        if (most === null) return null;
        room.add(most, 1n);
      } else if (metered) {
        slopes.set(to, (slopes.get(to) ?? 0n) + metered.slope);
        slope += metered.slope;
      }
    }
    if (slope === 0n) return null;
    for (const [index, node] of part.nodes.entries()) {
      const { numerator, denominator } = part.balance[index] ?? ZERO;
      if (cut[node] === 1) room.add(numerator, denominator);
    }
    const leaving = [...slopes].map(([to, each]) => ({ own: this.even.get(to) ?? ZERO, slope: each }));
    leaving.sort((a, b) => compare(a.own, b.own));
    for (const arc of leaving) {
      const { numerator, denominator } = room.total();
      const level = { numerator, denominator: denominator * slope };
      if (compare(level, arc.own) <= 0) return reduced(level);
      room.add(-arc.own.numerator * arc.slope, arc.own.denominator);
      slope -= arc.slope;
    }
    return null;
  }
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
