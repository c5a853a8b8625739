/**
 * Maximum flow with `bigint` capacities (Dinic): from nodes with supply to nodes with demand.
 * Invariant: after every call, no arc is above its capacity and no supply or demand is exceeded.
 */

/** Arcs as parallel arrays; a capacity of `null` is without limit. */
export interface Arcs {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly capacity: readonly (bigint | null)[];
}

export class ExactFlow {
  readonly nodeCount: number;
  readonly supplyLeft: bigint[];
  readonly demandLeft: bigint[];
  private readonly firstOut: Int32Array;
  /** Half-arc ids grouped by node: arc a is the half-arcs 2a (forward) and 2a + 1 (back). */
  private readonly outOf: Int32Array;
  private readonly headOf: Int32Array;
  private readonly room: bigint[];
  private readonly level: Int32Array;
  private readonly cursor: Int32Array;
  private readonly dead: Uint8Array;

  constructor(nodeCount: number, arcs: Arcs, supply: readonly bigint[], demand: readonly bigint[]) {
    this.nodeCount = nodeCount;
    this.supplyLeft = supply.slice();
    this.demandLeft = demand.slice();
    const unlimited = supply.reduce((sum, amount) => sum + amount, 1n);
    const halves = arcs.from.length * 2;
    this.headOf = new Int32Array(halves);
    this.room = new Array<bigint>(halves).fill(0n);
    const degree = new Int32Array(nodeCount + 1);
    for (let arc = 0; arc < arcs.from.length; arc += 1) {
      const from = arcs.from[arc] ?? 0;
      const to = arcs.to[arc] ?? 0;
      this.headOf[2 * arc] = to;
      this.headOf[2 * arc + 1] = from;
      this.room[2 * arc] = arcs.capacity[arc] ?? unlimited;
      degree[from] = (degree[from] ?? 0) + 1;
      degree[to] = (degree[to] ?? 0) + 1;
    }
    this.firstOut = new Int32Array(nodeCount + 1);
    for (let node = 0; node < nodeCount; node += 1) {
      this.firstOut[node + 1] = (this.firstOut[node] ?? 0) + (degree[node] ?? 0);
    }
    this.outOf = new Int32Array(halves);
    const fill = this.firstOut.slice();
    for (let half = 0; half < halves; half += 1) {
      const tail = this.headOf[half ^ 1] ?? 0;
      const slot = fill[tail] ?? 0;
      this.outOf[slot] = half;
      fill[tail] = slot + 1;
    }
    this.level = new Int32Array(nodeCount);
    this.cursor = new Int32Array(nodeCount);
    this.dead = new Uint8Array(nodeCount);
  }

  /** The flow on an arc. */
  flowOn(arc: number): bigint {
    return this.room[2 * arc + 1] ?? 0n;
  }

  /** Sends as much as possible; true when every demand is met. */
  run(): boolean {
    while (this.layer()) this.block();
    return this.demandLeft.every((amount) => amount === 0n);
  }

  /** The nodes from which a demand that is not met can still be reached: the side of the scarce. */
  scarceSide(): Uint8Array {
    const reaches = new Uint8Array(this.nodeCount);
    const queue: number[] = [];
    for (let node = 0; node < this.nodeCount; node += 1) {
      if ((this.demandLeft[node] ?? 0n) > 0n) {
        reaches[node] = 1;
        queue.push(node);
      }
    }
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      this.eachOut(node, (half, head) => {
        if (reaches[head] === 0 && (this.room[half ^ 1] ?? 0n) > 0n) {
          reaches[head] = 1;
          queue.push(head);
        }
      });
    }
    return reaches;
  }

  /**
   * Brings up to `amount` more into `node` from whatever supply is left, rerouting where needed, and
   * answers how much came. A node that got less than it asked for can never get more.
   */
  draw(node: number, amount: bigint): bigint {
    let left = amount;
    while (left > 0n && this.dead[node] === 0) {
      const path = this.pathInto(node);
      if (path === null) break;
      let sent = left;
      for (const half of path.halves) sent = smaller(sent, this.room[half] ?? 0n);
      sent = smaller(sent, this.supplyLeft[path.source] ?? 0n);
      for (const half of path.halves) this.push(half, sent);
      this.supplyLeft[path.source] = (this.supplyLeft[path.source] ?? 0n) - sent;
      left -= sent;
    }
    return amount - left;
  }

  private eachOut(node: number, visit: (half: number, head: number) => void): void {
    const end = this.firstOut[node + 1] ?? 0;
    for (let slot = this.firstOut[node] ?? 0; slot < end; slot += 1) {
      const half = this.outOf[slot] ?? 0;
      visit(half, this.headOf[half] ?? 0);
    }
  }

  private push(half: number, amount: bigint): void {
    this.room[half] = (this.room[half] ?? 0n) - amount;
    this.room[half ^ 1] = (this.room[half ^ 1] ?? 0n) + amount;
  }

  /** A way from left supply into `node`; when there is none, all that was searched is dead for good. */
  private pathInto(node: number): { source: number; halves: number[] } | null {
    const via = new Map<number, number>([[node, -1]]);
    const queue = [node];
    for (let at = 0; at < queue.length; at += 1) {
      const here = queue[at] ?? 0;
      if ((this.supplyLeft[here] ?? 0n) > 0n) return { source: here, halves: this.unwind(via, here) };
      this.eachOut(here, (half, tail) => {
        if (this.dead[tail] === 0 && !via.has(tail) && (this.room[half ^ 1] ?? 0n) > 0n) {
          via.set(tail, half ^ 1);
          queue.push(tail);
        }
      });
    }
    for (const here of queue) this.dead[here] = 1;
    return null;
  }

  private unwind(via: Map<number, number>, source: number): number[] {
    const halves: number[] = [];
    for (let half = via.get(source) ?? -1; half >= 0; half = via.get(this.headOf[half] ?? 0) ?? -1) {
      halves.push(half);
    }
    return halves;
  }

  /** Distances from the supplies; false when no demand can be reached. */
  private layer(): boolean {
    this.level.fill(-1);
    this.cursor.set(this.firstOut.subarray(0, this.nodeCount));
    const queue: number[] = [];
    for (let node = 0; node < this.nodeCount; node += 1) {
      if ((this.supplyLeft[node] ?? 0n) > 0n) {
        this.level[node] = 0;
        queue.push(node);
      }
    }
    let reached = false;
    for (let at = 0; at < queue.length; at += 1) {
      const node = queue[at] ?? 0;
      if ((this.demandLeft[node] ?? 0n) > 0n) reached = true;
      this.eachOut(node, (half, head) => {
        if (this.level[head] === -1 && (this.room[half] ?? 0n) > 0n) {
          this.level[head] = (this.level[node] ?? 0) + 1;
          queue.push(head);
        }
      });
    }
    return reached;
  }

  private block(): void {
    for (let source = 0; source < this.nodeCount; source += 1) {
      while ((this.supplyLeft[source] ?? 0n) > 0n && this.level[source] === 0 && this.sendFrom(source));
    }
  }

  /** One path by depth-first search with current arcs; false when the source is blocked. */
  private sendFrom(source: number): boolean {
    const path: number[] = [];
    let node = source;
    for (;;) {
      if ((this.demandLeft[node] ?? 0n) > 0n) {
        this.sendAlong(source, path, node);
        return true;
      }
      const half = this.advance(node);
      if (half >= 0) {
        path.push(half);
        node = this.headOf[half] ?? 0;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return false;
      node = this.headOf[back ^ 1] ?? 0;
      this.cursor[node] = (this.cursor[node] ?? 0) + 1;
    }
  }

  private advance(node: number): number {
    const end = this.firstOut[node + 1] ?? 0;
    for (let slot = this.cursor[node] ?? 0; slot < end; slot += 1) {
      const half = this.outOf[slot] ?? 0;
      const next = this.level[this.headOf[half] ?? 0] ?? -1;
      if (next === (this.level[node] ?? 0) + 1 && (this.room[half] ?? 0n) > 0n) {
        this.cursor[node] = slot;
        return half;
      }
    }
    this.cursor[node] = end;
    return -1;
  }

  private sendAlong(source: number, path: readonly number[], sink: number): void {
    let sent = smaller(this.supplyLeft[source] ?? 0n, this.demandLeft[sink] ?? 0n);
    for (const half of path) sent = smaller(sent, this.room[half] ?? 0n);
    for (const half of path) this.push(half, sent);
    this.supplyLeft[source] = (this.supplyLeft[source] ?? 0n) - sent;
    this.demandLeft[sink] = (this.demandLeft[sink] ?? 0n) - sent;
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
