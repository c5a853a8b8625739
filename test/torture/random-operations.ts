/**
 * Random single operations on a collection, each compared with a plain model in memory, while indexes come
 * and go: whatever plan the engine chooses, the answer must be the same.
 */
import { type Collection, type Document, MongoClient, type MongoServerError } from 'mongodb';
import {
  type Change,
  CollectionModel,
  type Condition,
  type Filter,
  queryOf,
  type Row,
  type Scalar,
  type ScalarField,
  updateOf,
} from './collection-model.ts';
import { type Random, seededRandom } from './random.ts';

const IDS = 40;
const TYPE_MISMATCH = 14;
const FIELDS = ['a', 'b', 'tags'] as const;
const INDEXES: Document[] = [
  { a: 1 },
  { a: -1, b: 1 },
  { b: 1, a: 1 },
  { tags: 1 },
  { b: 1, tags: -1 },
  { tags: 1, a: 1 },
];

interface OperationsOptions {
  operations: number;
  seed: number;
}

function randomScalar(random: Random): Scalar {
  if (random.chance(0.15)) return null;
  if (random.chance(0.25)) return random.pick(['', 'a', 'ab', 'b', '中']);
  return random.chance(0.2) ? random.below(8) - 3.5 : random.below(8) - 3;
}

function randomRow(random: Random, _id: number): Row {
  return {
    _id,
    ...(random.chance(0.8) ? { a: randomScalar(random) } : {}),
    ...(random.chance(0.8) ? { b: randomScalar(random) } : {}),
    ...(random.chance(0.6) ? { tags: Array.from({ length: random.below(4) }, () => random.below(6)) } : {}),
  };
}

function randomCondition(random: Random): Condition {
  const field = random.pick(FIELDS);
  const kind = random.below(10);
  if (kind === 0) return { field, operator: '$exists', operand: random.chance(0.5) };
  if (kind <= 2) {
    const operand = Array.from({ length: random.below(4) }, () => randomScalar(random));
    return { field, operator: random.pick(['$in', '$in', '$nin']), operand };
  }
  const operator = random.pick(['$eq', '$eq', '$ne', '$gt', '$gte', '$lt', '$lte'] as const);
  return { field, operator, operand: randomScalar(random) };
}

function randomFilter(random: Random): Filter {
  return {
    joined: random.chance(0.75) ? 'all' : 'any',
    conditions: Array.from({ length: random.below(4) }, () => randomCondition(random)),
  };
}

function randomChange(random: Random): Change {
  const field = random.pick<ScalarField>(['a', 'b']);
  switch (random.below(6)) {
    case 0:
      return { operator: '$inc', field, operand: random.below(5) - 2 };
    case 1:
      return { operator: '$unset', field: random.pick(FIELDS) };
    case 2:
      return { operator: random.pick(['$push', '$addToSet', '$pull'] as const), operand: random.below(6) };
    default:
      return { operator: '$set', field, operand: randomScalar(random) };
  }
}

/** A document in a form in which equal ones are equal texts. */
function normal(row: Document): string {
  return JSON.stringify([
    row['_id'],
    row['a'] ?? `${'a' in row}`,
    row['b'] ?? `${'b' in row}`,
    row['tags'] ?? 'none',
  ]);
}

class Run {
  readonly #collection: Collection<Row>;
  readonly #random: Random;
  readonly #model = new CollectionModel();

  constructor(collection: Collection<Row>, random: Random) {
    this.#collection = collection;
    this.#random = random;
  }

  async step(): Promise<void> {
    const kind = this.#random.below(20);
    if (kind < 4) return this.#insert();
    if (kind < 7) return this.#update();
    if (kind < 8) return this.#replace();
    if (kind < 9) return this.#delete();
    if (kind < 10) return this.#changeIndexes();
    if (kind < 12) return this.#count();
    return this.#find();
  }

  async #insert(): Promise<void> {
    const row = randomRow(this.#random, this.#random.below(IDS));
    const inserted = this.#model.insert(row);
    const refused = await this.#collection.insertOne({ ...row }).then(
      () => undefined,
      (error: unknown) => (error as MongoServerError).code,
    );
    const expected = inserted ? undefined : 11000;
    this.#demand(
      refused === expected,
      `insert ${JSON.stringify(row)}: code ${refused}, expected ${expected}`,
    );
  }

  async #update(): Promise<void> {
    const filter = randomFilter(this.#random);
    const change = randomChange(this.#random);
    // MongoDB stops at the first document that refuses a change and keeps the earlier ones: one at a time is exact.
    const targets = this.#model.find(filter).map(({ _id }) => _id);
    const asked = await this.#collection.countDocuments(queryOf(filter));
    this.#demand(
      asked === targets.length,
      `count ${JSON.stringify(queryOf(filter))}: ${asked}, expected ${targets.length}`,
    );
    if (change.operator !== '$inc') {
      const expected = this.#model.update(filter, change);
      const { matchedCount } = await this.#collection.updateMany(queryOf(filter), updateOf(change));
      const told = JSON.stringify([queryOf(filter), updateOf(change)]);
      this.#demand(
        matchedCount === expected,
        `update ${told}: matched ${matchedCount}, expected ${expected}`,
      );
      return;
    }
    for (const _id of targets.slice(0, 3)) await this.#increment(_id, change);
  }

  async #increment(_id: number, change: Change): Promise<void> {
    const [row] = this.#model.find({ joined: 'all', conditions: [] }).filter((one) => one._id === _id);
    if (row === undefined || change.operator !== '$inc') return;
    const before = row[change.field];
    const refused = await this.#collection.updateOne({ _id }, updateOf(change)).then(
      () => undefined,
      (error: unknown) => (error as MongoServerError).code,
    );
    const fits = before === undefined || typeof before === 'number';
    const expected = fits ? undefined : TYPE_MISMATCH;
    this.#demand(
      refused === expected,
      `$inc of ${JSON.stringify(before)}: code ${refused}, expected ${expected}`,
    );
    if (fits) this.#model.replace({ ...row, [change.field]: (before ?? 0) + change.operand });
  }

  async #replace(): Promise<void> {
    const row = randomRow(this.#random, this.#random.below(IDS));
    const { _id, ...rest } = row;
    const expected = this.#model.replace(row) ? 1 : 0;
    const { matchedCount } = await this.#collection.replaceOne({ _id }, rest);
    this.#demand(matchedCount === expected, `replace ${_id}: matched ${matchedCount}, expected ${expected}`);
  }

  async #delete(): Promise<void> {
    const filter = randomFilter(this.#random);
    const narrowed: Filter = {
      joined: 'all',
      conditions: [...filter.conditions, randomCondition(this.#random)],
    };
    const expected = this.#model.delete(narrowed);
    const { deletedCount } = await this.#collection.deleteMany(queryOf(narrowed));
    const told = JSON.stringify(queryOf(narrowed));
    this.#demand(deletedCount === expected, `delete ${told}: ${deletedCount}, expected ${expected}`);
  }

  async #changeIndexes(): Promise<void> {
    const key = this.#random.pick(INDEXES) as Record<string, 1 | -1>;
    const present = await this.#collection.indexes();
    const same = present.find((index) => JSON.stringify(index.key) === JSON.stringify(key));
    if (same?.name !== undefined && this.#random.chance(0.5)) await this.#collection.dropIndex(same.name);
    else await this.#collection.createIndex(key, undefined, undefined);
  }

  async #count(): Promise<void> {
    const filter = randomFilter(this.#random);
    const actual = await this.#collection.countDocuments(queryOf(filter));
    const expected = this.#model.find(filter).length;
    this.#demand(
      actual === expected,
      `count ${JSON.stringify(queryOf(filter))}: ${actual}, expected ${expected}`,
    );
  }

  async #find(): Promise<void> {
    const filter = randomFilter(this.#random);
    const field = this.#random.pick(['_id', 'a', 'b', 'tags'] as const);
    const direction = this.#random.pick([1, -1] as const);
    const sort: Record<string, 1 | -1> =
      field === '_id' ? { _id: direction } : { [field]: direction, _id: 1 };
    const skip = this.#random.below(4);
    const limit = this.#random.chance(0.5) ? 1 + this.#random.below(6) : undefined;
    const cursor = this.#collection.find(queryOf(filter), {
      sort,
      skip,
      batchSize: 3,
    });
    const actual = (await (limit === undefined ? cursor : cursor.limit(limit)).toArray()).map(normal);
    const expected = this.#model
      .sorted(filter, field, direction)
      .slice(skip, limit === undefined ? undefined : skip + limit)
      .map(normal);
    const told = `find ${JSON.stringify(queryOf(filter))} by ${field} ${direction}, skip ${skip}, limit ${limit}`;
    this.#demand(
      actual.join() === expected.join(),
      `${told}: got ${actual.join(' ')}, expected ${expected.join(' ')}`,
    );
  }

  #demand(holds: boolean, failure: string): void {
    if (!holds) throw new Error(failure);
  }
}

/** @throws Error with the seed and the first operation whose answer differs from the model's. */
export async function runOperations(uri: string, { operations, seed }: OperationsOptions): Promise<number> {
  const client = new MongoClient(uri);
  const collection = client.db('operations').collection<Row>('rows');
  try {
    await collection.drop();
    // The indexes of a collection that is not there cannot be asked for, and they may be what is changed first.
    await client.db('operations').createCollection('rows');
    const run = new Run(collection, seededRandom(seed));
    for (let count = 0; count < operations; count += 1) {
      try {
        await run.step();
      } catch (cause) {
        const indexes = (await collection.indexes()).map(({ key }) => JSON.stringify(key)).join(' ');
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`seed ${seed}, operation ${count}, indexes ${indexes}: ${reason}`, { cause });
      }
    }
    return operations;
  } finally {
    await client.close();
  }
}
