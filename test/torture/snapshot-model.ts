/**
 * What snapshot isolation allows, in the simplest form: committed states are numbered, a transaction reads
 * the state of its first operation together with its own writes, and the first of two writers wins.
 */

/** A document of the model: `slot` is unique among documents that have one. */
export interface Item {
  _id: number;
  slot: number | null;
  value: number;
}

export type State = ReadonlyMap<number, Item>;

/** What a step may lead to. Several outcomes are listed where MongoDB leaves the order of checks open. */
export type StepOutcome = 'done' | 'conflict' | 'duplicate';

/** A change of one document: to another item, or away. */
export interface Change {
  id: number;
  to: Item | undefined;
}

interface Transaction {
  snapshot: State;
  /** The number of commits at the time of the snapshot. */
  seenCommits: number;
  writes: Map<number, Item | undefined>;
  /** Every slot that one of its writes took or left, also one that it has given back since. */
  passedSlots: Set<number>;
}

interface Commit {
  ids: Set<number>;
  slots: Set<number>;
  passedSlots: Set<number>;
}

function slotsOf(items: (Item | undefined)[]): number[] {
  return items.flatMap((item) => (item === undefined || item.slot === null ? [] : [item.slot]));
}

export class SnapshotModel {
  #committed = new Map<number, Item>();
  readonly #commits: Commit[] = [];
  readonly #open = new Map<number, Transaction>();

  constructor(items: Item[]) {
    for (const item of items) this.#committed.set(item._id, item);
  }

  get committed(): State {
    return this.#committed;
  }

  /** What the transaction sees; its first call fixes the snapshot. */
  view(name: number): State {
    const transaction = this.#begin(name);
    const view = new Map(transaction.snapshot);
    for (const [id, item] of transaction.writes) {
      if (item === undefined) view.delete(id);
      else view.set(id, item);
    }
    return view;
  }

  /** The outcomes that are right for this change in this transaction. */
  allowed(name: number, { id, to }: Change): Set<StepOutcome> {
    const view = this.view(name);
    const before = view.get(id);
    const slots = slotsOf([before, to]);
    const touched = before === undefined ? slotsOf([to]) : slots;
    const outcomes = new Set<StepOutcome>();
    if (this.#isContested(name, id, touched)) outcomes.add('conflict');
    if (this.#clashes(view, id, to)) outcomes.add('duplicate');
    if (outcomes.size === 0) outcomes.add('done');
    // A slot that another transaction took and gave back again may count as written, or not.
    if (this.#isPassed(name, touched)) outcomes.add('conflict');
    return outcomes;
  }

  /** Whether a write outside any transaction would have to wait for an open one. */
  isHeld({ id, to }: Change): boolean {
    const slots = slotsOf([this.#committed.get(id), to]);
    return this.#isContested(undefined, id, slots) || this.#isPassed(undefined, slots);
  }

  /** Whether a write outside any transaction breaks the unique slot. */
  clashesOutside({ id, to }: Change): boolean {
    return this.#clashes(this.#committed, id, to);
  }

  write(name: number, { id, to }: Change): void {
    const before = this.view(name).get(id);
    const { writes, passedSlots } = this.#begin(name);
    for (const slot of slotsOf([before, to])) passedSlots.add(slot);
    writes.set(id, to);
  }

  writeOutside(change: Change): void {
    this.#apply(new Map([[change.id, change.to]]));
  }

  commit(name: number): void {
    const transaction = this.#open.get(name);
    if (transaction !== undefined) this.#apply(transaction.writes, transaction.passedSlots);
    this.#open.delete(name);
  }

  abort(name: number): void {
    this.#open.delete(name);
  }

  #begin(name: number): Transaction {
    let transaction = this.#open.get(name);
    if (transaction === undefined) {
      const snapshot = new Map(this.#committed);
      transaction = {
        snapshot,
        seenCommits: this.#commits.length,
        writes: new Map(),
        passedSlots: new Set(),
      };
      this.#open.set(name, transaction);
    }
    return transaction;
  }

  #apply(writes: Map<number, Item | undefined>, passedSlots = new Set<number>()): void {
    const next = new Map(this.#committed);
    const items = [...writes.keys()].map((id) => this.#committed.get(id));
    const slots = new Set(slotsOf([...items, ...writes.values()]));
    this.#commits.push({ ids: new Set(writes.keys()), slots, passedSlots });
    for (const [id, item] of writes) {
      if (item === undefined) next.delete(id);
      else next.set(id, item);
    }
    this.#committed = next;
  }

  /** Another open transaction has written it, or one that committed after this one's snapshot. */
  #isContested(name: number | undefined, id: number, slots: number[]): boolean {
    const since = name === undefined ? this.#commits.length : (this.#open.get(name)?.seenCommits ?? 0);
    const later = this.#commits.slice(since);
    if (later.some((commit) => commit.ids.has(id) || slots.some((slot) => commit.slots.has(slot))))
      return true;
    return [...this.#open].some(([other, { snapshot, writes }]) => {
      if (other === name) return false;
      const before = [...writes.keys()].map((written) => snapshot.get(written));
      const held = slotsOf([...before, ...writes.values()]);
      return writes.has(id) || slots.some((slot) => held.includes(slot));
    });
  }

  #isPassed(name: number | undefined, slots: number[]): boolean {
    const since = name === undefined ? this.#commits.length : (this.#open.get(name)?.seenCommits ?? 0);
    const others = [...this.#open].filter(([other]) => other !== name).map(([, transaction]) => transaction);
    return [...this.#commits.slice(since), ...others].some(({ passedSlots }) =>
      slots.some((slot) => passedSlots.has(slot)),
    );
  }

  #clashes(view: State, id: number, to: Item | undefined): boolean {
    if (to === undefined || to.slot === null) return false;
    return [...view.values()].some((item) => item._id !== id && item.slot === to.slot);
  }
}
