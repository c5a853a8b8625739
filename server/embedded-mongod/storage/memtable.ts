/**
 * Recently committed changes by key, in order, with the older versions that open snapshots still need.
 * A reader at sequence `n` sees exactly the newest version of each key that is not newer than `n`.
 */
interface Version {
  readonly sequence: number;
  /** null: the key is removed. */
  readonly value: Buffer | null;
  readonly previous: Version | undefined;
}

/** Keys kept in order; new ones are sorted in when someone asks for the order. */
class OrderedKeys {
  private sorted: string[] = [];
  private fresh: string[] = [];
  /** Where the last walk stands: whoever walks asks for the key after the one that it got. */
  private walkedTo = 0;

  add(key: string): void {
    this.fresh.push(key);
  }

  private all(): readonly string[] {
    if (this.fresh.length > 0) this.mergeFresh();
    return this.sorted;
  }

  /** The first key after `key`, or at it. */
  next(key: string, inclusive: boolean): string | undefined {
    const keys = this.all();
    let index = keys[this.walkedTo] === key ? this.walkedTo : lowerBound(keys, key);
    if (!inclusive && keys[index] === key) index++;
    this.walkedTo = index;
    return keys[index];
  }

  /** The last key before `key`, or at it. */
  previous(key: string, inclusive: boolean): string | undefined {
    const keys = this.all();
    let index = keys[this.walkedTo] === key ? this.walkedTo : lowerBound(keys, key);
    if (!inclusive || keys[index] !== key) index--;
    this.walkedTo = Math.max(index, 0);
    return keys[index];
  }

  private mergeFresh(): void {
    const fresh = this.fresh;
    this.fresh = [];
    if (fresh.length <= 8) {
      for (const key of fresh) this.sorted.splice(lowerBound(this.sorted, key), 0, key);
      return;
    }
    // A new array: iterators that walk the old one keep their place.
    this.sorted = [...this.sorted, ...fresh].sort(byBytes);
  }
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Memtable {
  private readonly versions = new Map<string, Version>();
  private readonly keys = new OrderedKeys();
  bytes = 0;

  get size(): number {
    return this.versions.size;
  }

  /** `keepOld`: some snapshot is open, so what is replaced must stay readable. */
  set(key: string, value: Buffer | null, sequence: number, keepOld: boolean): void {
    const current = this.versions.get(key);
    if (current === undefined) this.keys.add(key);
    this.versions.set(key, { sequence, value, previous: keepOld ? current : undefined });
    this.bytes += key.length + (value?.length ?? 0) + 64;
  }

  /** The version seen at `sequence`; undefined when this table says nothing about the key. */
  at(key: string, sequence: number): Version | undefined {
    let version = this.versions.get(key);
    while (version !== undefined && version.sequence > sequence) version = version.previous;
    return version;
  }

  newest(key: string): Version | undefined {
    return this.versions.get(key);
  }

  entries(): IterableIterator<[string, Version]> {
    return this.versions.entries();
  }

  /** The first key at or after `key` (or, reversed, the last one at or before it) that lies in the table. */
  next(key: string, inclusive: boolean): string | undefined {
    return this.keys.next(key, inclusive);
  }

  previous(key: string, inclusive: boolean): string | undefined {
    return this.keys.previous(key, inclusive);
  }
}

/** Uncommitted changes of one transaction: a table without versions. */
export class WriteSet {
  readonly changes = new Map<string, Buffer | null>();
  private readonly keys = new OrderedKeys();
  bytes = 0;

  set(key: string, value: Buffer | null): void {
    if (!this.changes.has(key)) this.keys.add(key);
    this.changes.set(key, value);
    this.bytes += key.length + (value?.length ?? 0);
  }

  next(key: string, inclusive: boolean): string | undefined {
    return this.keys.next(key, inclusive);
  }

  previous(key: string, inclusive: boolean): string | undefined {
    return this.keys.previous(key, inclusive);
  }
}
