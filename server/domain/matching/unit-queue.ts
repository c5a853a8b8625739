/**
 * A queue that always yields the least entry by a given order. Invariant: the order in which entries
 * were added never shows.
 */
export class UnitQueue<T> {
  private readonly entries: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  add(entry: T): void {
    let hole = this.entries.length;
    this.entries.push(entry);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.entries[parent];
      if (above === undefined || !this.before(entry, above)) break;
      this.entries[hole] = above;
      hole = parent;
    }
    this.entries[hole] = entry;
  }

  /** The least entry, left in place. */
  first(): T | undefined {
    return this.entries[0];
  }

  take(): T | undefined {
    const least = this.entries[0];
    const last = this.entries.pop();
    if (last !== undefined && this.entries.length > 0) this.sink(last);
    return least;
  }

  private sink(entry: T): void {
    let hole = 0;
    for (;;) {
      const left = this.entries[2 * hole + 1];
      const right = this.entries[2 * hole + 2];
      if (left === undefined) break;
      const useRight = right !== undefined && this.before(right, left);
      const child = useRight ? right : left;
      if (!this.before(child, entry)) break;
      this.entries[hole] = child;
      hole = 2 * hole + (useRight ? 2 : 1);
    }
    this.entries[hole] = entry;
  }
}
