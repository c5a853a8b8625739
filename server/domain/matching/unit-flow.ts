/**
 * A flow of whole minor units that can be raised node by node, rerouting where needed. Invariant: a node's
 * label never exceeds its true distance from money that is left, and labels only rise; so all the searches
 * together cost little more than one, and a node that was refused once is refused at once ever after.
 */
import type { Arcs } from './exact-flow.ts';
import { ExactFlow } from './exact-flow.ts';

export interface UnitFlow {
  /** Sends as much as possible to the demands; true when every demand is met. */
  run(): boolean;
  /** Brings up to `amount` more into a node from whatever supply is left, and answers how much came. */
  draw(node: number, amount: bigint): bigint;
  flowOn(arc: number): bigint;
}

/** A flow in plain numbers while every sum is exact in them, else in `bigint`. */
export function unitFlow(
  nodeCount: number,
  arcs: Arcs,
  supply: readonly bigint[],
  demand: readonly bigint[],
): UnitFlow {
  const total = supply.reduce((sum, amount) => sum + amount, 0n);
  return total < BigInt(Number.MAX_SAFE_INTEGER)
    ? new NumberFlow(nodeCount, arcs, supply, demand)
    : new ExactFlow(nodeCount, arcs, supply, demand);
}

class NumberFlow implements UnitFlow {
  private readonly nodeCount: number;
  private readonly supplyLeft: Float64Array;
  private readonly demandLeft: Float64Array;
  private readonly firstHalf: Int32Array;
  /** Half-arcs grouped by tail: where each leads, its opposite, and its room. */
  private readonly headOf: Int32Array;
  private readonly opposite: Int32Array;
  private readonly room: Float64Array;
  /** Per arc, the half-arc against its direction: its room is the arc's flow. */
  private readonly backOf: Int32Array;
  /** A lower bound of the distance from left supply, against the flow; `nodeCount` when there is no way. */
  private readonly label: Int32Array;
  private readonly countAt: Int32Array;
  private readonly cursor: Int32Array;
  private labelled = false;

  constructor(nodeCount: number, arcs: Arcs, supply: readonly bigint[], demand: readonly bigint[]) {
    this.nodeCount = nodeCount;
    this.supplyLeft = Float64Array.from(supply, Number);
    this.demandLeft = Float64Array.from(demand, Number);
    const unlimited = this.supplyLeft.reduce((sum, amount) => sum + amount, 0);
    const count = arcs.from.length;
    this.firstHalf = new Int32Array(nodeCount + 1);
    for (const ends of [arcs.from, arcs.to]) {
      for (const node of ends) this.firstHalf[node + 1] = (this.firstHalf[node + 1] ?? 0) + 1;
    }
    for (let node = 0; node < nodeCount; node += 1) {
      this.firstHalf[node + 1] = (this.firstHalf[node + 1] ?? 0) + (this.firstHalf[node] ?? 0);
    }
    const fill = this.firstHalf.slice();
    this.headOf = new Int32Array(2 * count);
    this.opposite = new Int32Array(2 * count);
    this.room = new Float64Array(2 * count);
    this.backOf = new Int32Array(count);
    for (let arc = 0; arc < count; arc += 1) {
      const from = arcs.from[arc] ?? 0;
      const to = arcs.to[arc] ?? 0;
      const forward = fill[from] ?? 0;
      fill[from] = forward + 1;
      const back = fill[to] ?? 0;
      fill[to] = back + 1;
      this.headOf[forward] = to;
      this.headOf[back] = from;
      this.opposite[forward] = back;
      this.opposite[back] = forward;
      const capacity = arcs.capacity[arc] ?? null;
      this.room[forward] = capacity === null ? unlimited : Math.min(Number(capacity), unlimited);
      this.backOf[arc] = back;
    }
    this.label = new Int32Array(nodeCount);
    this.countAt = new Int32Array(nodeCount + 2);
    this.cursor = new Int32Array(nodeCount);
  }

  run(): boolean {
    let met = true;
    for (let node = 0; node < this.nodeCount; node += 1) {
      const wanted = this.demandLeft[node] ?? 0;
      if (wanted === 0) continue;
      const missing = wanted - this.drawNumber(node, wanted);
      this.demandLeft[node] = missing;
      if (missing > 0) met = false;
    }
    return met;
  }

  draw(node: number, amount: bigint): bigint {
    // More than all supply cannot come, so the conversion loses nothing that matters.
    return BigInt(this.drawNumber(node, Math.min(Number(amount), Number.MAX_SAFE_INTEGER)));
  }

  flowOn(arc: number): bigint {
    return BigInt(this.room[this.backOf[arc] ?? 0] ?? 0);
  }

  private drawNumber(node: number, amount: number): number {
    if (!this.labelled) this.labelAll();
    let left = amount;
    while (left > 0 && (this.label[node] ?? 0) < this.nodeCount) {
      const path = this.pathInto(node);
      if (path === null) break;
      left -= this.sendAlong(path, left);
    }
    return amount - left;
  }

  /** True distances from left supply. */
  private labelAll(): void {
    this.labelled = true;
    this.label.fill(this.nodeCount);
    const queue = new Int32Array(this.nodeCount);
    let end = 0;
    for (let node = 0; node < this.nodeCount; node += 1) {
      if ((this.supplyLeft[node] ?? 0) === 0) continue;
      this.label[node] = 0;
      queue[end] = node;
      end += 1;
    }
    for (let at = 0; at < end; at += 1) {
      const node = queue[at] ?? 0;
      for (let half = this.firstHalf[node] ?? 0; half < (this.firstHalf[node + 1] ?? 0); half += 1) {
        const head = this.headOf[half] ?? 0;
        if ((this.label[head] ?? 0) < this.nodeCount || (this.room[half] ?? 0) === 0) continue;
        this.label[head] = (this.label[node] ?? 0) + 1;
        queue[end] = head;
        end += 1;
      }
    }
    for (const label of this.label) this.countAt[label] = (this.countAt[label] ?? 0) + 1;
    this.cursor.set(this.firstHalf.subarray(0, this.nodeCount));
  }

  /** Half-arcs from a node with left supply into `start`, last first; `null` when there is no way. */
  private pathInto(start: number): { source: number; halves: number[] } | null {
    const halves: number[] = [];
    let node = start;
    while ((this.label[start] ?? 0) < this.nodeCount) {
      if ((this.label[node] ?? 0) === 0 && (this.supplyLeft[node] ?? 0) > 0) return { source: node, halves };
      const half = this.advance(node);
      if (half >= 0) {
        halves.push(half);
        node = this.headOf[this.opposite[half] ?? 0] ?? 0;
        continue;
      }
      this.relabel(node);
      const back = halves.pop();
      if (back !== undefined) node = this.headOf[back] ?? 0;
    }
    return null;
  }

  /** The next half-arc into `node` from one step nearer to left supply, or -1. */
  private advance(node: number): number {
    const end = this.firstHalf[node + 1] ?? 0;
    const nearer = (this.label[node] ?? 0) - 1;
    for (let half = this.cursor[node] ?? 0; half < end; half += 1) {
      if (this.label[this.headOf[half] ?? 0] !== nearer) continue;
      const into = this.opposite[half] ?? 0;
      if ((this.room[into] ?? 0) === 0) continue;
      this.cursor[node] = half;
      // `into` leads from the nearer node to `node`.
      return into;
    }
    this.cursor[node] = end;
    return -1;
  }

  private relabel(node: number): void {
    const old = this.label[node] ?? 0;
    let nearest = this.nodeCount;
    const end = this.firstHalf[node + 1] ?? 0;
    const start = this.firstHalf[node] ?? 0;
    for (let half = start; half < end; half += 1) {
      const label = this.label[this.headOf[half] ?? 0] ?? 0;
      if (label < nearest && (this.room[this.opposite[half] ?? 0] ?? 0) > 0) nearest = label;
    }
    const raised = Math.min(nearest + 1, this.nodeCount);
    this.label[node] = raised;
    this.cursor[node] = start;
    this.countAt[raised] = (this.countAt[raised] ?? 0) + 1;
    const rest = (this.countAt[old] ?? 0) - 1;
    this.countAt[old] = rest;
    if (rest === 0) this.giveUpBeyond(old);
  }

  /** No node is left at a distance: those beyond it now can reach money no more, whatever comes later. */
  private giveUpBeyond(distance: number): void {
    for (let node = 0; node < this.nodeCount; node += 1) {
      const label = this.label[node] ?? 0;
      if (label <= distance || label === this.nodeCount) continue;
      this.countAt[label] = (this.countAt[label] ?? 0) - 1;
      this.label[node] = this.nodeCount;
    }
  }

  private sendAlong({ source, halves }: { source: number; halves: number[] }, wanted: number): number {
    let sent = Math.min(wanted, this.supplyLeft[source] ?? 0);
    for (const half of halves) sent = Math.min(sent, this.room[half] ?? 0);
    for (const half of halves) {
      this.room[half] = (this.room[half] ?? 0) - sent;
      const back = this.opposite[half] ?? 0;
      this.room[back] = (this.room[back] ?? 0) + sent;
    }
    this.supplyLeft[source] = (this.supplyLeft[source] ?? 0) - sent;
    return sent;
  }
}
