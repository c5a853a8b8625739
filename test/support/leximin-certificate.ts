/**
 * An exact proof that amounts are the leximin optimum, read from the rule and from nothing of the engine: a flow that
 * pays them, and no way to raise anybody by lowering only those who stand higher. Amounts are fractions of integers.
 *
 * Why that is enough: the lawful amounts are convex, so a better answer y would make y − x a direction in which to go.
 * Take the lowest level m of all whom it moves. It lowers nobody there, or y would have somebody below m whom x has not.
 * So it raises somebody at m and lowers only those above. As a flow it falls apart into cycles, each of which goes the
 * same way; one of them raises that somebody, and is found in the network of what may still change.
 */
import type { AllocateProblem } from '../../server/domain/matching/allocate.ts';
import {
  compare,
  formatRational,
  multiply,
  ONE,
  parseRational,
  rational,
  type Rational,
} from '../../server/domain/rational.ts';

interface Arc {
  readonly from: number;
  readonly to: number;
  room: bigint;
}

/** Arcs in pairs: the one at `index ^ 1` is the way back. */
class Network {
  readonly arcs: Arc[] = [];
  readonly out: number[][] = [];

  node(): number {
    return this.out.push([]) - 1;
  }

  add(from: number, to: number, room: bigint): number {
    const index = this.arcs.push({ from, to, room }, { from: to, to: from, room: 0n }) - 2;
    this.out[from]!.push(index);
    this.out[to]!.push(index + 1);
    return index;
  }

  /** How a node was reached from another over arcs that have room and may be used. */
  private paths(from: number, mayUse: (arc: number) => boolean): Int32Array {
    const by = new Int32Array(this.out.length).fill(-1);
    const queue = [from];
    by[from] = -2;
    for (const node of queue)
      for (const arc of this.out[node]!) {
        const { to, room } = this.arcs[arc]!;
        if (room === 0n || by[to] !== -1 || !mayUse(arc)) continue;
        by[to] = arc;
        queue.push(to);
      }
    return by;
  }

  reached(from: number, mayUse: (arc: number) => boolean): (node: number) => boolean {
    const by = this.paths(from, mayUse);
    return (node) => by[node] !== -1;
  }

  /** Sends as much as possible (Edmonds and Karp). */
  fill(source: number, sink: number): void {
    for (;;) {
      const by = this.paths(source, () => true);
      if (by[sink] === -1) return;
      const way: number[] = [];
      for (let node = sink; node !== source; node = this.arcs[by[node]!]!.from) way.push(by[node]!);
      const amount = way.reduce((least, arc) => {
        const { room } = this.arcs[arc]!;
        return room < least ? room : least;
      }, this.arcs[way[0]!]!.room);
      for (const arc of way) this.move(arc, amount);
    }
  }

  close(arc: number): void {
    this.arcs[arc]!.room = 0n;
    this.arcs[arc ^ 1]!.room = 0n;
  }

  private move(arc: number, amount: bigint): void {
    this.arcs[arc]!.room -= amount;
    this.arcs[arc ^ 1]!.room += amount;
  }
}

interface Metered {
  readonly arc: number;
  readonly level: Rational;
  readonly isFull: boolean;
}

/**
 * @param amounts minor units per project, in the order of the problem, exact
 * @returns what is wrong with the amounts, or `null` when they are the optimum
 */
export function leximinFault(problem: AllocateProblem, amounts: readonly Rational[]): string | null {
  const { projects, policy } = problem;
  const scale = amounts.reduce(
    (common, { denominator }) => common * rational(denominator, common).numerator,
    1n,
  );
  const paid = amounts.map(({ numerator, denominator }) => numerator * (scale / denominator));
  const needs = projects.map(({ needMinor }) => BigInt(needMinor) * scale);
  const over = paid.findIndex((amount, index) => amount < 0n || amount > needs[index]!);
  if (over >= 0) return `project ${projects[over]!.id} has what it may not have`;

  const network = new Network();
  const [source, sink] = [network.node(), network.node()];
  const places = projects.map(() => network.node());
  const cellOf = new Map<string, number>();
  for (const { sector, locality } of projects) {
    const key = JSON.stringify([sector, locality]);
    if (!cellOf.has(key)) cellOf.set(key, network.node());
  }
  const cells = projects.map(({ sector, locality }) => cellOf.get(JSON.stringify([sector, locality]))!);
  addFunds(problem, network, source, places, scale);
  const toCell = places.map((place, index) => network.add(place, cells[index]!, paid[index]!));
  const sums = new Map<number, { paid: bigint; need: bigint; weight: Rational }>();
  for (const [index, { sector, locality }] of projects.entries()) {
    const before = sums.get(cells[index]!) ?? { paid: 0n, need: 0n };
    sums.set(cells[index]!, {
      paid: before.paid + paid[index]!,
      need: before.need + needs[index]!,
      weight: multiply(
        weightOf(policy.weights.localities, locality),
        weightOf(policy.weights.sectors, sector),
      ),
    });
  }
  const toSink = new Map([...sums].map(([cell, sum]) => [cell, network.add(cell, sink, sum.paid)]));
  network.fill(source, sink);
  if ([...toSink.values()].some((arc) => network.arcs[arc]!.room > 0n))
    return 'no lawful payments make these amounts';

  // From here on the network says what may still change: a project may have up to its need.
  for (const [index, arc] of toCell.entries()) network.arcs[arc]!.room = needs[index]! - paid[index]!;
  for (const [cell, arc] of toSink) network.arcs[arc]!.room = sums.get(cell)!.need - sums.get(cell)!.paid;
  const everything = needs.reduce((sum, need) => sum + need, 1n);
  network.add(sink, source, everything);
  network.add(source, sink, everything);
  const weights = projects.map(({ sector, locality }) =>
    multiply(weightOf(policy.weights.localities, locality), weightOf(policy.weights.sectors, sector)),
  );
  const byProject = toCell.map((arc, index) => metered(arc, paid[index]!, needs[index]!, weights[index]!));
  if (policy.level === 'project') return raisable(network, byProject);
  const byCell = [...toSink].map(([cell, arc]) => {
    const sum = sums.get(cell)!;
    return metered(arc, sum.paid, sum.need, sum.weight);
  });
  const fault = raisable(network, byCell);
  if (fault !== null) return `cells: ${fault}`;
  // The cells' totals are held: nothing passes between a cell and the sink any more.
  for (const arc of toSink.values()) network.close(arc);
  return raisable(network, byProject);
}

/** Somebody who could be raised by lowering only those who stand higher. */
function raisable(network: Network, meters: readonly Metered[]): string | null {
  const levels = new Map(meters.map(({ arc, level }) => [arc ^ 1, level]));
  for (const { arc, level, isFull } of meters) {
    if (isFull) continue;
    const { from, to } = network.arcs[arc]!;
    const mayUse = (other: number): boolean => {
      const lowered = levels.get(other);
      return lowered === undefined || compare(lowered, level) > 0;
    };
    if (network.reached(to, mayUse)(from)) return `somebody at the level ${formatRational(level)} could rise`;
  }
  return null;
}

function addFunds(
  { funds, projects }: AllocateProblem,
  network: Network,
  source: number,
  places: readonly number[],
  scale: bigint,
): void {
  for (const fund of funds) {
    const node = network.node();
    const available = BigInt(fund.availableMinor) * scale;
    network.add(source, node, available);
    for (const [index, { id, sector, locality }] of projects.entries()) {
      const isLawful =
        (fund.sectors?.includes(sector) ?? true) &&
        (fund.localities?.includes(locality) ?? true) &&
        (fund.projects?.includes(id) ?? true);
      if (!isLawful) continue;
      const cap = fund.capPerProjectMinor === null ? available : BigInt(fund.capPerProjectMinor) * scale;
      network.add(node, places[index]!, cap);
    }
  }
}

const weightOf = (weights: Readonly<Record<string, string>>, key: string): Rational =>
  Object.hasOwn(weights, key) ? parseRational(weights[key]!)! : ONE;

function metered(arc: number, paid: bigint, need: bigint, weight: Rational): Metered {
  const full = rational(weight.denominator, weight.numerator);
  const level = need === 0n ? full : multiply(rational(paid, need), full);
  return { arc, level, isFull: paid === need };
}
