/**
 * Random interleavings of transactions on a few documents, each step checked against the model of snapshot
 * isolation: what it reads, whether it may write, and with which error and label it is refused.
 */
import { type ClientSession, type Collection, MongoClient, MongoServerError } from 'mongodb';
import { type Random, seededRandom } from './random.ts';
import { type Change, type Item, SnapshotModel, type State, type StepOutcome } from './snapshot-model.ts';

const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11000;
const LANES = 6;
const IDS = [0, 1, 2, 3, 4];
const SLOTS = [10, 11, 12];

interface HistoryOptions {
  histories: number;
  seed: number;
  progress?: (history: number) => void;
}

interface HistorySummary {
  histories: number;
  steps: number;
  conflicts: number;
  duplicates: number;
}

interface Running {
  name: number;
  session: ClientSession;
  stepsLeft: number;
}

interface Lane {
  client: MongoClient;
  collection: Collection<Item>;
  random: Random;
  summary: HistorySummary;
}

class History {
  readonly #lane: Lane;
  readonly #model: SnapshotModel;
  readonly #trace: string[] = [];
  #nextValue = 100;

  constructor(lane: Lane, items: Item[]) {
    this.#lane = lane;
    this.#model = new SnapshotModel(items);
    this.#trace.push(`start ${JSON.stringify(items)}`);
  }

  async run(): Promise<void> {
    const { client, random } = this.#lane;
    let running: Running[] = Array.from({ length: 2 + random.below(3) }, (_, name) => {
      const session = client.startSession();
      session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
      return { name, session, stepsLeft: 2 + random.below(5) };
    });
    const sessions = running.map(({ session }) => session);
    try {
      while (running.length > 0) {
        const one = random.pick(running);
        if (random.chance(0.12)) await this.#stepOutside();
        const goesOn = await this.#step(one);
        this.#lane.summary.steps += 1;
        if (!goesOn) running = running.filter((other) => other !== one);
      }
      await this.#compare(undefined, this.#model.committed, 'after all');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${reason}\n${this.#trace.join('\n')}`, { cause });
    } finally {
      await Promise.all(sessions.map((session) => session.endSession()));
    }
  }

  /** One step of a transaction; false when the transaction has ended. */
  async #step(one: Running): Promise<boolean> {
    const { random } = this.#lane;
    const { name, session } = one;
    one.stepsLeft -= 1;
    if (one.stepsLeft < 0) {
      if (random.chance(0.8)) await this.#commit(one);
      else await this.#abort(one);
      return false;
    }
    if (random.chance(0.4)) {
      await this.#compare(session, this.#model.view(name), `t${name} reads`);
      return true;
    }
    return this.#write(one, this.#chooseChange(this.#model.view(name)));
  }

  async #commit({ name, session }: Running): Promise<void> {
    this.#trace.push(`t${name} commits`);
    await session.commitTransaction();
    this.#model.commit(name);
  }

  async #abort({ name, session }: Running): Promise<void> {
    this.#trace.push(`t${name} aborts`);
    await session.abortTransaction();
    this.#model.abort(name);
  }

  #chooseChange(view: State): Change {
    const { random } = this.#lane;
    const id = random.pick(IDS);
    if (view.has(id) && random.chance(0.2)) return { id, to: undefined };
    const slot = random.chance(0.4) ? null : random.pick(SLOTS);
    return { id, to: { _id: id, slot, value: (this.#nextValue += 1) } };
  }

  async #write({ name, session }: Running, change: Change): Promise<boolean> {
    const before = this.#model.view(name);
    const allowed = this.#model.allowed(name, change);
    this.#trace.push(`t${name} writes ${JSON.stringify(change)}, allowed: ${[...allowed].join(' or ')}`);
    const outcome = await this.#attempt(change, before, session);
    if (!allowed.has(outcome)) throw new Error(`t${name}: the engine says ${outcome}`);
    if (outcome === 'done') {
      this.#model.write(name, change);
      return true;
    }
    this.#lane.summary[outcome === 'conflict' ? 'conflicts' : 'duplicates'] += 1;
    this.#model.abort(name);
    await session.abortTransaction();
    return false;
  }

  /** A write outside transactions, on a document that no open transaction holds. */
  async #stepOutside(): Promise<void> {
    const change = this.#chooseChange(this.#model.committed);
    if (this.#model.isHeld(change)) return;
    const expected = this.#model.clashesOutside(change) ? 'duplicate' : 'done';
    this.#trace.push(`outside writes ${JSON.stringify(change)}, allowed: ${expected}`);
    const outcome = await this.#attempt(change, this.#model.committed, undefined);
    if (outcome !== expected) throw new Error(`outside: the engine says ${outcome}`);
    if (outcome === 'done') this.#model.writeOutside(change);
  }

  async #attempt(
    { id, to }: Change,
    before: State,
    session: ClientSession | undefined,
  ): Promise<StepOutcome> {
    const { collection } = this.#lane;
    const options = session === undefined ? {} : { session };
    try {
      if (to === undefined) await collection.deleteOne({ _id: id }, options);
      else if (before.has(id)) {
        await collection.updateOne({ _id: id }, { $set: { slot: to.slot, value: to.value } }, options);
      } else await collection.insertOne({ ...to }, options);
      return 'done';
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      if (error.code === DUPLICATE_KEY) return this.#demandLabel(error, false, 'duplicate');
      if (error.code === WRITE_CONFLICT) return this.#demandLabel(error, true, 'conflict');
      throw error;
    }
  }

  #demandLabel(error: MongoServerError, transient: boolean, outcome: StepOutcome): StepOutcome {
    if (error.hasErrorLabel('TransientTransactionError') !== transient) {
      throw new Error(
        `error ${String(error.code)} ${transient ? 'lacks' : 'has'} the label TransientTransactionError`,
      );
    }
    return outcome;
  }

  /** Compares everything that can be read with what the model says. */
  async #compare(session: ClientSession | undefined, expected: State, step: string): Promise<void> {
    const { collection, random } = this.#lane;
    const options = session === undefined ? {} : { session };
    const items = [...expected.values()].sort((left, right) => left._id - right._id);
    this.#trace.push(step);
    const check = (actual: unknown, wanted: unknown, how: string): void => {
      if (JSON.stringify(actual) === JSON.stringify(wanted)) return;
      throw new Error(`${step} ${how}: got ${JSON.stringify(actual)}, expected ${JSON.stringify(wanted)}`);
    };
    const projection = { _id: 1, slot: 1, value: 1 };
    const all = await collection.find({}, { ...options, projection, sort: { _id: 1 } }).toArray();
    check(
      all.map(({ _id, slot, value }) => ({ _id, slot, value })),
      items,
      'all documents',
    );
    const slot = random.pick(SLOTS);
    const bySlot = await collection.find({ slot }, options).toArray();
    check(
      bySlot.map(({ _id }) => _id),
      items.filter((item) => item.slot === slot).map(({ _id }) => _id),
      `slot ${slot}`,
    );
    const limit = 100 + random.below(30);
    const byValue = await collection
      .find({ value: { $gte: limit } }, { ...options, sort: { value: 1 } })
      .toArray();
    const ordered = items
      .filter(({ value }) => value >= limit)
      .sort((left, right) => left.value - right.value);
    check(
      byValue.map(({ value }) => value),
      ordered.map(({ value }) => value),
      `values from ${limit}`,
    );
  }
}

async function runLane(lane: Lane, count: number, name: string, progress: () => void): Promise<void> {
  const { collection, random } = lane;
  await collection.createIndex(
    { slot: 1 },
    { unique: true, partialFilterExpression: { slot: { $type: 'number' } } },
    undefined,
  );
  await collection.createIndex({ value: 1 }, undefined, undefined);
  for (let history = 0; history < count; history += 1) {
    const slots = [...SLOTS].sort(() => random.fraction() - 0.5);
    const items = IDS.filter(() => random.chance(0.6)).map((_id) => ({
      _id,
      slot: slots.pop() ?? null,
      value: _id,
    }));
    await collection.deleteMany({});
    if (items.length > 0) await collection.insertMany(items.map((item) => ({ ...item })));
    try {
      await new History(lane, items).run();
    } catch (cause) {
      throw new Error(
        `${name}, history ${history}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    lane.summary.histories += 1;
    progress();
  }
}

/** @throws Error with the seed and every step of the first history that breaks the model. */
export async function runHistories(
  uri: string,
  { histories, seed, progress }: HistoryOptions,
): Promise<HistorySummary> {
  const client = new MongoClient(uri);
  const summary: HistorySummary = { histories: 0, steps: 0, conflicts: 0, duplicates: 0 };
  try {
    const lanes = Array.from({ length: LANES }, (_, index) => {
      const collection = client.db('histories').collection<Item>(`lane${index}`);
      const lane = { client, collection, random: seededRandom(seed * 1000 + index), summary };
      const share = Math.ceil(histories / LANES);
      return runLane(lane, share, `seed ${seed}, lane ${index}`, () => progress?.(summary.histories));
    });
    await Promise.all(lanes);
    return summary;
  } finally {
    await client.close();
  }
}
