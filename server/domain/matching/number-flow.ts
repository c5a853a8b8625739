/**
 * A flow of whole numbers up to 2⁵³ that can be raised node by node, rerouting where needed. Invariant: a
 * node's label never exceeds its true distance from money that is left, and labels only rise; so all the
 * searches together cost little more than one, and a node that was refused once is refused at once ever after.
 */
export class NumberFlow {
  readonly nodeCount: number;
  private readonly supplyLeft: Float64Array;
  private readonly demandLeft: Float64Array;
  private readonly firstHalf: Int32Array;
  /** Half-arcs grouped by tail: where each leads, its opposite, and its room. */
  private readonly headOf: Int32Array;
  private readonly opposite: Int32Array;
  private readonly room: Float64Array;
  /** Per arc, the half-arc along it, and the one against it: the room of the latter is the arc's flow. */
  private readonly alongOf: Int32Array;
  private readonly backOf: Int32Array;
  /** A lower bound of the distance from left supply, against the flow; `nodeCount` when there is no way. */
  private readonly label: Int32Array;
  private readonly countAt: Int32Array;
  private readonly cursor: Int32Array;
  /** The half-arcs of the way that is being sought. */
  private readonly way: Int32Array;
  private labelled = false;

  constructor(nodeCount: number, from: ArrayLike<number>, to: ArrayLike<number>) {
    this.nodeCount = nodeCount;
    this.supplyLeft = new Float64Array(nodeCount);
    this.demandLeft = new Float64Array(nodeCount);
    const count = from.length;
    this.firstHalf = new Int32Array(nodeCount + 1);
    const degree = this.firstHalf.subarray(1);
    for (let arc = 0; arc < count; arc += 1) {
      const [tail, head] = [from[arc] ?? 0, to[arc] ?? 0];
      degree[tail] = (degree[tail] ?? 0) + 1;
      degree[head] = (degree[head] ?? 0) + 1;
    }
    for (let node = 0; node < nodeCount; node += 1) {
      this.firstHalf[node + 1] = (this.firstHalf[node + 1] ?? 0) + (this.firstHalf[node] ?? 0);
    }
    const fill = this.firstHalf.slice();
    this.headOf = new Int32Array(2 * count);
    this.opposite = new Int32Array(2 * count);
    this.room = new Float64Array(2 * count);
    this.alongOf = new Int32Array(count);
    this.backOf = new Int32Array(count);
    for (let arc = 0; arc < count; arc += 1) {
      const [tail, head] = [from[arc] ?? 0, to[arc] ?? 0];
      const forward = fill[tail] ?? 0;
      fill[tail] = forward + 1;
      const back = fill[head] ?? 0;
      fill[head] = back + 1;
      this.headOf[forward] = head;
      this.headOf[back] = tail;
      this.opposite[forward] = back;
      this.opposite[back] = forward;
      this.alongOf[arc] = forward;
      this.backOf[arc] = back;
    }
    this.label = new Int32Array(nodeCount);
    this.countAt = new Int32Array(nodeCount + 2);
    this.cursor = new Int32Array(nodeCount);
    this.way = new Int32Array(nodeCount + 1);
  }

  /** Starts anew without flow. Every number is whole and not negative; a capacity may be infinite. */
  load(capacity: ArrayLike<number>, supply: ArrayLike<number>, demand: ArrayLike<number>): this {
    this.supplyLeft.set(supply);
    this.demandLeft.set(demand);
    let unlimited = 1;
    for (const amount of this.supplyLeft) unlimited += amount;
    for (let arc = 0; arc < this.backOf.length; arc += 1) {
      this.room[this.alongOf[arc] ?? 0] = Math.min(capacity[arc] ?? 0, unlimited);
      this.room[this.backOf[arc] ?? 0] = 0;
    }
    this.labelled = false;
    return this;
  }

  /** Sends as much as possible to the demands; true when every demand is met. */
  run(): boolean {
    let met = true;
    for (let node = 0; node < this.nodeCount; node += 1) {
      const wanted = this.demandLeft[node] ?? 0;
      if (wanted === 0) continue;
      const missing = wanted - this.draw(node, wanted);
      this.demandLeft[node] = missing;
      if (missing > 0) met = false;
    }
    return met;
  }

  flowOn(arc: number): number {
    return this.room[this.backOf[arc] ?? 0] ?? 0;
  }

  /** What a node has left to give. */
  leftAt(node: number): number {
    return this.supplyLeft[node] ?? 0;
  }

  /** The nodes from which a demand that is not met can still be reached: the side of the scarce. */
  scarceSide(): Uint8Array {
    const reaches = new Uint8Array(this.nodeCount);
    const queue = new Int32Array(this.nodeCount);
    let end = 0;
    for (let node = 0; node < this.nodeCount; node += 1) {
      if ((this.demandLeft[node] ?? 0) === 0) continue;
      reaches[node] = 1;
      queue[end] = node;
      end += 1;
    }
    for (let at = 0; at < end; at += 1) {
      const node = queue[at] ?? 0;
      for (let half = this.firstHalf[node] ?? 0; half < (this.firstHalf[node + 1] ?? 0); half += 1) {
        const tail = this.headOf[half] ?? 0;
        if (reaches[tail] === 1 || (this.room[this.opposite[half] ?? 0] ?? 0) === 0) continue;
        reaches[tail] = 1;
        queue[end] = tail;
        end += 1;
      }
    }
    return reaches;
  }

  /** Brings up to `amount` more into a node from whatever supply is left, and answers how much came. */
  draw(node: number, amount: number): number {
    if (!this.labelled) this.labelAll();
    let left = amount;
    while (left > 0 && (this.label[node] ?? 0) < this.nodeCount) {
      const length = this.findWay(node);
      if (length < 0) break;
      left -= this.sendAlong(node, length, left);
    }
    return amount - left;
  }

  /** True distances from left supply. */
  private labelAll(): void {
    this.labelled = true;
    this.label.fill(this.nodeCount);
    this.countAt.fill(0);
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

  /** Lays a way of half-arcs from left supply into `start`, last first, and answers its length, or -1. */
  private findWay(start: number): number {
    let length = 0;
    let node = start;
    while ((this.label[start] ?? 0) < this.nodeCount) {
      if ((this.label[node] ?? 0) === 0 && (this.supplyLeft[node] ?? 0) > 0) return length;
      const half = this.advance(node);
      if (half >= 0) {
        this.way[length] = half;
        length += 1;
        node = this.headOf[this.opposite[half] ?? 0] ?? 0;
        continue;
      }
      this.relabel(node);
      if (length === 0) continue;
      length -= 1;
      node = this.headOf[this.way[length] ?? 0] ?? 0;
    }
    return -1;
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

  private sendAlong(start: number, length: number, wanted: number): number {
    const last = length === 0 ? start : (this.headOf[this.opposite[this.way[length - 1] ?? 0] ?? 0] ?? 0);
    let sent = Math.min(wanted, this.supplyLeft[last] ?? 0);
    for (let at = 0; at < length; at += 1) sent = Math.min(sent, this.room[this.way[at] ?? 0] ?? 0);
    for (let at = 0; at < length; at += 1) {
      const half = this.way[at] ?? 0;
      const back = this.opposite[half] ?? 0;
      this.room[half] = (this.room[half] ?? 0) - sent;
      this.room[back] = (this.room[back] ?? 0) + sent;
    }
    this.supplyLeft[last] = (this.supplyLeft[last] ?? 0) - sent;
    return sent;
  }
}
