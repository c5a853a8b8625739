/** What a mongoose user expects of a MongoDB server, used the way mongoose users use it. */
import mongoose, { Schema, type Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectTestDatabase, type TestDatabase } from '../support/mongo.ts';

interface Person {
  name: string;
  age: number;
  city?: string | null;
}

interface Line {
  _id: Types.ObjectId;
  sku: string;
  quantity: number;
  amountMinor: bigint;
  tags: string[];
}

interface Order {
  number: string;
  buyer: Types.ObjectId;
  state: string;
  lines: Line[];
  placedAt: Date;
}

const personSchema = new Schema<Person>({
  name: { type: String, required: true },
  age: { type: Number, default: 0 },
  city: String,
});

const orderSchema = new Schema<Order>(
  {
    number: { type: String, required: true, unique: true },
    buyer: { type: Schema.Types.ObjectId, ref: 'Person' },
    state: { type: String, enum: ['open', 'paid', 'sent'], default: 'open' },
    lines: [{ sku: String, quantity: Number, amountMinor: BigInt, tags: [String] }],
    placedAt: { type: Date, default: () => new Date('2026-01-01T00:00:00Z') },
  },
  { timestamps: true, optimisticConcurrency: true },
);
orderSchema.index({ buyer: 1, placedAt: -1 });

// The models belong to this file's own connection, never to mongoose's default one.
const definePerson = (connection: mongoose.Connection) => connection.model('Person', personSchema);
const defineOrder = (connection: mongoose.Connection) => connection.model('Order', orderSchema);

let database: TestDatabase;
let Person: ReturnType<typeof definePerson>;
let Order: ReturnType<typeof defineOrder>;

beforeAll(async () => {
  database = await connectTestDatabase();
  Person = definePerson(database.connection);
  Order = defineOrder(database.connection);
  await Promise.all([Person.init(), Order.init()]);
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  await Promise.all([Person.deleteMany({}), Order.deleteMany({})]);
});

function line(sku: string, quantity: number, amountMinor: bigint, tags: string[] = []): Omit<Line, '_id'> {
  return { sku, quantity, amountMinor, tags };
}

async function placeOrder(
  number: string,
  lines: Omit<Line, '_id'>[] = [],
): Promise<mongoose.HydratedDocument<Order>> {
  const buyer = await Person.create({ name: `buyer of ${number}`, age: 30 });
  return Order.create({ number, buyer: buyer._id, lines });
}

describe('documents', () => {
  it('are saved, found, changed and deleted', async () => {
    const ada = await Person.create({ name: 'Ada', age: 36 });
    ada.age = 37;
    await ada.save();
    expect(await Person.findById(ada._id).lean()).toMatchObject({ name: 'Ada', age: 37 });
    await ada.deleteOne();
    expect(await Person.countDocuments()).toBe(0);
  });

  it('keep bigint amounts exact beyond 2^53', async () => {
    const amountMinor = 9_007_199_254_740_993n;
    const order = await placeOrder('big', [line('a', 1, amountMinor)]);
    const found = await Order.findById(order._id).orFail();
    expect(found.lines[0]?.amountMinor).toBe(amountMinor);
    await Order.updateOne({ _id: order._id }, { $inc: { 'lines.0.amountMinor': 2n } });
    const raised = await Order.findById(order._id).orFail();
    expect(raised.lines[0]?.amountMinor).toBe(amountMinor + 2n);
    expect(await Order.countDocuments({ 'lines.amountMinor': amountMinor + 2n })).toBe(1);
    expect(await Order.countDocuments({ 'lines.amountMinor': amountMinor + 1n })).toBe(0);
  });

  it('carry timestamps, and a version that refuses a stale save', async () => {
    const order = await placeOrder('stale');
    expect(order.get('createdAt')).toBeInstanceOf(Date);
    const first = await Order.findById(order._id).orFail();
    const second = await Order.findById(order._id).orFail();
    first.state = 'paid';
    await first.save();
    second.state = 'sent';
    await expect(second.save()).rejects.toBeInstanceOf(mongoose.Error.VersionError);
    expect((await Order.findById(order._id).orFail()).state).toBe('paid');
  });

  it('are refused by a unique index with the fields that clash', async () => {
    await placeOrder('same');
    await expect(placeOrder('same')).rejects.toMatchObject({
      code: 11000,
      keyPattern: { number: 1 },
      keyValue: { number: 'same' },
    });
  });
});

describe('queries', () => {
  beforeEach(async () => {
    const cities = ['Anqing', 'Bengbu', null, 'Chuzhou', undefined];
    await Person.insertMany(
      cities.map((city, index) => ({
        name: `p${index}`,
        age: index * 10,
        ...(city === undefined ? {} : { city }),
      })),
    );
  });

  const names = (people: { name: string }[]): string[] => people.map(({ name }) => name);

  it('filter by comparison, membership, existence, pattern and logic', async () => {
    expect(names(await Person.find({ age: { $gte: 20, $lt: 40 } }).sort('age'))).toEqual(['p2', 'p3']);
    expect(names(await Person.find({ city: { $in: ['Anqing', 'Chuzhou'] } }).sort('name'))).toEqual([
      'p0',
      'p3',
    ]);
    expect(names(await Person.find({ city: null }).sort('name'))).toEqual(['p2', 'p4']);
    expect(names(await Person.find({ city: { $exists: false } }))).toEqual(['p4']);
    expect(names(await Person.find({ city: /^b/i }))).toEqual(['p1']);
    expect(names(await Person.find({ $or: [{ age: 0 }, { name: 'p4' }] }).sort('-age'))).toEqual([
      'p4',
      'p0',
    ]);
    expect(names(await Person.find({ $expr: { $gt: ['$age', 25] } }).sort('age'))).toEqual(['p3', 'p4']);
  });

  it('sort, skip, limit and project', async () => {
    const page = await Person.find({}, { name: 1, _id: 0 }).sort({ age: -1 }).skip(1).limit(2).lean();
    expect(page).toEqual([{ name: 'p3' }, { name: 'p2' }]);
    expect(await Person.distinct('age', { age: { $lte: 10 } })).toEqual([0, 10]);
    expect(await Person.exists({ name: 'p9' })).toBeNull();
    expect(await Person.estimatedDocumentCount()).toBe(5);
  });

  it('run as a cursor in small batches', async () => {
    const seen: string[] = [];
    for await (const person of Person.find().sort('age').cursor({ batchSize: 2 })) seen.push(person.name);
    expect(seen).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
  });

  it('explain which index they use', async () => {
    await placeOrder('explained');
    const { stringify } = mongoose.mongo.BSON.EJSON;
    expect(stringify(await Order.find({ number: 'explained' }).explain('queryPlanner'))).toContain('IXSCAN');
    expect(stringify(await Person.find({ city: 'Anqing' }).explain('queryPlanner'))).toContain('COLLSCAN');
  });
});

describe('populate', () => {
  it('fills one reference, a list of references and a virtual', async () => {
    const schema = new Schema<{ title: string; members: Types.ObjectId[] }>(
      { title: String, members: [{ type: Schema.Types.ObjectId, ref: 'Person' }] },
      { toObject: { virtuals: true } },
    );
    const Team = database.connection.model('Team', schema);
    const people = await Person.create([{ name: 'Ada' }, { name: 'Grace' }]);
    await Team.create({ title: 'analysts', members: people.map(({ _id }) => _id).reverse() });
    const team = await Team.findOne({ title: 'analysts' })
      .populate<{ members: Person[] }>({ path: 'members', select: 'name -_id', match: { name: /a/i } })
      .orFail();
    expect(team.members.map(({ name }) => name)).toEqual(['Grace', 'Ada']);

    const order = await placeOrder('populated');
    const found = await Order.findById(order._id).populate<{ buyer: Person }>('buyer').orFail();
    expect(found.buyer.name).toBe('buyer of populated');
  });

  it('leaves null where the referred document is gone', async () => {
    const order = await placeOrder('orphan');
    await Person.deleteMany({});
    const found = await Order.findById(order._id).populate('buyer').orFail();
    expect(found.buyer).toBeNull();
  });
});

describe('discriminators', () => {
  it('share a collection and find their own kind only', async () => {
    const Event = database.connection.model(
      'Event',
      new Schema<{ at: Date }>({ at: Date }, { discriminatorKey: 'kind' }),
    );
    const Click = Event.discriminator('Click', new Schema<{ x: number }>({ x: Number }));
    const Visit = Event.discriminator('Visit', new Schema<{ path: string }>({ path: String }));
    await Click.create([
      { at: new Date(1), x: 3 },
      { at: new Date(2), x: 4 },
    ]);
    await Visit.create({ at: new Date(3), path: '/' });
    expect(await Event.countDocuments()).toBe(3);
    expect(await Click.countDocuments()).toBe(2);
    expect((await Visit.find().lean())[0]).toMatchObject({ kind: 'Visit', path: '/' });
    const all = await Event.find().sort('at');
    expect(all[0]).toBeInstanceOf(Click);
    await Click.updateMany({}, { $inc: { x: 1 } });
    expect((await Click.find().sort('at')).map(({ x }) => x)).toEqual([4, 5]);
  });

  it('live in arrays of subdocuments', async () => {
    const shape = new Schema<{ label: string }>({ label: String }, { discriminatorKey: 'kind' });
    const boardSchema = new Schema({ shapes: [shape] });
    const path = boardSchema.path<Schema.Types.DocumentArray>('shapes');
    path.discriminator('Circle', new Schema({ radius: Number }));
    path.discriminator('Square', new Schema({ side: Number }));
    const Board = database.connection.model('Board', boardSchema);
    const { _id } = await Board.create({
      shapes: [
        { kind: 'Circle', radius: 2 },
        { kind: 'Square', side: 3 },
      ],
    });
    await Board.updateOne({ _id, 'shapes.kind': 'Square' }, { $set: { 'shapes.$.side': 4 } });
    const board = await Board.findById(_id).lean().orFail();
    expect(board.shapes).toMatchObject([
      { kind: 'Circle', radius: 2 },
      { kind: 'Square', side: 4 },
    ]);
  });
});

describe('arrays of subdocuments', () => {
  it('are pushed to, changed and pulled from through the document', async () => {
    const order = await placeOrder('array', [line('a', 1, 100n), line('b', 2, 200n)]);
    order.lines.push(line('c', 3, 300n) as Line);
    await order.save();
    const loaded = await Order.findById(order._id).orFail();
    loaded.lines[0]!.quantity = 9;
    (loaded.lines as unknown as Types.DocumentArray<Line>).pull({ _id: loaded.lines[1]!._id });
    await loaded.save();
    const found = await Order.findById(order._id).lean().orFail();
    expect(found.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['a', 9],
      ['c', 3],
    ]);
  });

  it('are updated by position, by filter, and all at once', async () => {
    const { _id } = await placeOrder('positions', [line('a', 1, 1n), line('b', 2, 2n), line('b', 5, 3n)]);
    await Order.updateOne({ _id, 'lines.sku': 'b' }, { $set: { 'lines.$.quantity': 20 } });
    await Order.updateOne(
      { _id },
      { $inc: { 'lines.$[many].quantity': 100 } },
      { arrayFilters: [{ 'many.quantity': { $gte: 5 } }] },
    );
    await Order.updateOne({ _id }, { $push: { 'lines.$[].tags': 'seen' } });
    const { lines } = await Order.findById(_id).lean().orFail();
    expect(lines.map(({ quantity, tags }) => [quantity, tags])).toEqual([
      [1, ['seen']],
      [120, ['seen']],
      [105, ['seen']],
    ]);
  });

  it('take $push with $each, $position, $sort and $slice, $addToSet, $pop and $pull', async () => {
    const { _id } = await placeOrder('operators', [line('a', 1, 1n, ['x'])]);
    const path = 'lines.0.tags';
    const tags = async (): Promise<string[] | undefined> =>
      (await Order.findById(_id).lean().orFail()).lines[0]?.tags;
    await Order.updateOne({ _id }, { $push: { [path]: { $each: ['c', 'a', 'b'], $position: 0 } } });
    expect(await tags()).toEqual(['c', 'a', 'b', 'x']);
    await Order.updateOne({ _id }, { $push: { [path]: { $each: [], $sort: -1, $slice: 3 } } });
    expect(await tags()).toEqual(['x', 'c', 'b']);
    await Order.updateOne({ _id }, { $addToSet: { [path]: { $each: ['b', 'd'] } } });
    await Order.updateOne({ _id }, { $pop: { [path]: -1 } });
    expect(await tags()).toEqual(['c', 'b', 'd']);
    await Order.updateOne({ _id }, { $pull: { [path]: { $in: ['b', 'd'] } } });
    expect(await tags()).toEqual(['c']);
  });

  it('are matched as one element by $elemMatch and projected so', async () => {
    await placeOrder('split', [line('a', 9, 1n), line('b', 1, 1n)]);
    await placeOrder('joined', [line('a', 1, 1n), line('b', 9, 1n)]);
    const loose = await Order.find({ 'lines.sku': 'b', 'lines.quantity': 9 }).sort('number').lean();
    expect(loose.map(({ number }) => number)).toEqual(['joined', 'split']);
    const strict = await Order.find(
      { lines: { $elemMatch: { sku: 'b', quantity: 9 } } },
      { lines: { $elemMatch: { sku: 'b' } }, number: 1 },
    ).lean();
    expect(strict.map(({ number, lines }) => [number, lines.length])).toEqual([['joined', 1]]);
  });
});

describe('updates', () => {
  it('report what matched and what changed', async () => {
    await Person.create([
      { name: 'a', age: 1 },
      { name: 'b', age: 2 },
    ]);
    expect(await Person.updateMany({}, { $set: { age: 2 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 1,
    });
    expect(await Person.updateOne({ name: 'z' }, { $set: { age: 9 } })).toMatchObject({ matchedCount: 0 });
    expect(await Person.deleteMany({ age: 2 })).toMatchObject({ deletedCount: 2 });
  });

  it('upsert with the equalities of the filter and with $setOnInsert', async () => {
    const update = { $inc: { age: 1 }, $setOnInsert: { city: 'Hefei' } };
    const inserted = await Person.updateOne({ name: 'new' }, update, { upsert: true });
    expect(inserted).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    const updated = await Person.updateOne(
      { name: 'new' },
      { ...update, $setOnInsert: { city: 'Wuhu' } },
      { upsert: true },
    );
    expect(updated).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
    expect(await Person.findOne({ name: 'new' }).lean()).toMatchObject({ age: 2, city: 'Hefei' });
  });

  it('compute with a pipeline', async () => {
    await Person.create([
      { name: 'a', age: 4 },
      { name: 'b', age: 40 },
    ]);
    const older = {
      $set: { age: { $add: ['$age', 1] }, city: { $cond: [{ $gte: ['$age', 18] }, 'adult', 'minor'] } },
    };
    await Person.updateMany({}, [older], { updatePipeline: true });
    expect(await Person.find().sort('age').lean()).toMatchObject([
      { age: 5, city: 'minor' },
      { age: 41, city: 'adult' },
    ]);
  });

  it('unset, rename, multiply and bound fields', async () => {
    const { _id } = await Person.create({ name: 'ops', age: 10, city: 'Huainan' });
    await Person.updateOne({ _id }, { $mul: { age: 3 }, $unset: { city: 1 } });
    await Person.updateOne({ _id }, { $max: { age: 50 } });
    await Person.updateOne({ _id }, { $min: { age: 45 } });
    await Person.collection.updateOne(
      { _id },
      { $rename: { name: 'title' }, $currentDate: { seenAt: true } },
    );
    const raw = await Person.collection.findOne({ _id });
    expect(raw).toMatchObject({ title: 'ops', age: 45 });
    expect(raw).not.toHaveProperty('city');
    expect(raw?.['seenAt']).toBeInstanceOf(Date);
  });
});

describe('findOneAnd…', () => {
  beforeEach(async () => {
    await Person.create([
      { name: 'low', age: 1 },
      { name: 'high', age: 9 },
    ]);
  });

  it('Update gives the document before or after, by the sort that is asked for', async () => {
    const before = await Person.findOneAndUpdate({}, { $inc: { age: 1 } }, { sort: { age: -1 } }).lean();
    expect(before).toMatchObject({ name: 'high', age: 9 });
    const after = await Person.findOneAndUpdate(
      { name: 'low' },
      { $inc: { age: 1 } },
      { returnDocument: 'after' },
    );
    expect(after?.age).toBe(2);
    expect(await Person.findOneAndUpdate({ name: 'none' }, { $set: { age: 1 } })).toBeNull();
  });

  it('Update upserts, and tells so when asked', async () => {
    const result = await Person.findOneAndUpdate(
      { name: 'fresh' },
      { $set: { age: 5 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(result.value).toMatchObject({ name: 'fresh', age: 5 });
    expect(result.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false });
  });

  it('Replace and Delete give what was there', async () => {
    const replaced = await Person.findOneAndReplace({ name: 'low' }, { name: 'new', age: 3 }).lean();
    expect(replaced).toMatchObject({ name: 'low' });
    const deleted = await Person.findOneAndDelete({ name: 'new' }, { projection: { age: 1, _id: 0 } }).lean();
    expect(deleted).toEqual({ age: 3 });
    expect(await Person.countDocuments()).toBe(1);
  });
});

describe('bulk writes', () => {
  it('do many kinds at once and count each', async () => {
    await Person.create([
      { name: 'a', age: 1 },
      { name: 'b', age: 1 },
    ]);
    const result = await Person.bulkWrite([
      { insertOne: { document: { name: 'c', age: 1 } } },
      { updateMany: { filter: { age: 1 }, update: { $inc: { age: 1 } } } },
      { updateOne: { filter: { name: 'd' }, update: { $set: { age: 7 } }, upsert: true } },
      { replaceOne: { filter: { name: 'a' }, replacement: { name: 'a2', age: 0 } } },
      { deleteOne: { filter: { name: 'b' } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect((await Person.find().sort('name')).map(({ name }) => name)).toEqual(['a2', 'c', 'd']);
  });

  it('stop at the first failure when ordered, and go on when not', async () => {
    const orders = ['n1', 'n1', 'n2'].map((number) => ({ insertOne: { document: { number } } }));
    await expect(Order.collection.bulkWrite(orders)).rejects.toMatchObject({ code: 11000 });
    expect(await Order.countDocuments()).toBe(1);
    await expect(Order.collection.bulkWrite(orders, { ordered: false })).rejects.toMatchObject({
      code: 11000,
    });
    expect(await Order.countDocuments()).toBe(2);
  });
});

describe('aggregation', () => {
  it('joins with a lookup, unwinds, groups and sorts', async () => {
    const [ada, grace] = await Person.create([{ name: 'Ada' }, { name: 'Grace' }]);
    await Order.create([
      { number: '1', buyer: ada!._id, lines: [line('a', 2, 100n), line('b', 1, 50n)] },
      { number: '2', buyer: ada!._id, lines: [line('a', 1, 100n)] },
      { number: '3', buyer: grace!._id, lines: [line('b', 4, 50n)] },
    ]);
    const totals = await Order.aggregate<{ buyer: string; orders: number; sumMinor: bigint }>([
      { $unwind: '$lines' },
      { $lookup: { from: 'people', localField: 'buyer', foreignField: '_id', as: 'person' } },
      {
        $group: {
          _id: { $first: '$person.name' },
          orders: { $addToSet: '$number' },
          sumMinor: { $sum: '$lines.amountMinor' },
        },
      },
      { $project: { _id: 0, buyer: '$_id', orders: { $size: '$orders' }, sumMinor: 1 } },
      { $sort: { buyer: 1 } },
    ]);
    expect(totals).toEqual([
      { buyer: 'Ada', orders: 2, sumMinor: 250n },
      { buyer: 'Grace', orders: 1, sumMinor: 50n },
    ]);
  });

  it('joins with a pipeline, counts by bucket and facets', async () => {
    await Person.insertMany([5, 15, 25, 35].map((age) => ({ name: `age ${age}`, age })));
    await placeOrder('facet', [line('a', 3, 1n)]);
    const [result] = await Person.aggregate<{ groups: { _id: number; count: number }[]; oldest: Person[] }>([
      {
        $facet: {
          groups: [{ $bucket: { groupBy: '$age', boundaries: [0, 20, 40], output: { count: { $sum: 1 } } } }],
          oldest: [{ $sort: { age: -1 } }, { $limit: 1 }, { $project: { name: 1, _id: 0 } }],
        },
      },
    ]);
    expect(result?.groups).toEqual([
      { _id: 0, count: 2 },
      { _id: 20, count: 3 },
    ]);
    expect(result?.oldest).toEqual([{ name: 'age 35' }]);
    const joined = await Order.aggregate<{ buyers: Person[] }>([
      {
        $lookup: {
          from: 'people',
          let: { wanted: '$buyer' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$wanted'] } } }, { $project: { name: 1, _id: 0 } }],
          as: 'buyers',
        },
      },
    ]);
    expect(joined[0]?.buyers).toEqual([{ name: 'buyer of facet' }]);
  });

  it('writes its result with $merge', async () => {
    await Person.insertMany([
      { name: 'a', age: 1, city: 'X' },
      { name: 'b', age: 2, city: 'X' },
    ]);
    const pipeline = [
      { $group: { _id: '$city', total: { $sum: '$age' } } },
      { $merge: { into: 'city_totals' } },
    ];
    await Person.aggregate(pipeline);
    await Person.updateOne({ name: 'a' }, { $inc: { age: 10 } });
    await Person.aggregate(pipeline);
    expect(await database.connection.collection('city_totals').find().toArray()).toEqual([
      { _id: 'X', total: 13 },
    ]);
  });
});

describe('transactions', () => {
  it('commit everything or nothing', async () => {
    const [from, to] = await Person.create([
      { name: 'from', age: 10 },
      { name: 'to', age: 0 },
    ]);
    const move = async (amount: number): Promise<void> => {
      await database.connection.transaction(async (session) => {
        await Person.updateOne({ _id: from!._id }, { $inc: { age: -amount } }, { session });
        const balance = (await Person.findById(from!._id, null, { session }).orFail()).age;
        if (balance < 0) throw new Error('not enough');
        await Person.updateOne({ _id: to!._id }, { $inc: { age: amount } }, { session });
      });
    };
    await move(7);
    await expect(move(7)).rejects.toThrow('not enough');
    const ages = (await Person.find().sort('name')).map(({ age }) => age);
    expect(ages).toEqual([3, 7]);
  });

  it('read what was there when they began, and their own writes', async () => {
    const { _id } = await Person.create({ name: 'seen', age: 1 });
    const session = await database.connection.startSession();
    try {
      session.startTransaction({ readConcern: { level: 'snapshot' } });
      expect((await Person.findById(_id, null, { session }).orFail()).age).toBe(1);
      await Person.updateOne({ _id }, { $set: { age: 2 } });
      await Person.create([{ name: 'later' }]);
      expect((await Person.findById(_id, null, { session }).orFail()).age).toBe(1);
      await Person.create([{ name: 'own' }], { session });
      expect(await Person.countDocuments({}, { session })).toBe(2);
      expect(await Person.countDocuments({ name: 'own' })).toBe(0);
      await session.commitTransaction();
    } finally {
      await session.endSession();
    }
    expect(await Person.countDocuments()).toBe(3);
  });

  it('of two writers of a document let the first win, and say so to the second at once', async () => {
    const { _id } = await Person.create({ name: 'contested', age: 0 });
    const [first, second] = await Promise.all([
      database.connection.startSession(),
      database.connection.startSession(),
    ]);
    try {
      first.startTransaction();
      second.startTransaction();
      await Person.updateOne({ _id }, { $inc: { age: 1 } }, { session: first });
      const refused = await Person.updateOne({ _id }, { $inc: { age: 10 } }, { session: second }).catch(
        (error: unknown) => error,
      );
      expect(refused).toMatchObject({ code: 112, codeName: 'WriteConflict' });
      expect((refused as mongoose.mongo.MongoServerError).hasErrorLabel('TransientTransactionError')).toBe(
        true,
      );
      await first.commitTransaction();
    } finally {
      await Promise.all([first.endSession(), second.endSession()]);
    }
    expect((await Person.findById(_id).orFail()).age).toBe(1);
  });

  it('retry until they succeed when many compete', async () => {
    const { _id } = await Person.create({ name: 'counter', age: 0 });
    const increment = (): Promise<unknown> =>
      database.connection.transaction(async (session) => {
        const person = await Person.findById(_id, null, { session }).orFail();
        person.age += 1;
        await person.save({ session });
      });
    await Promise.all(Array.from({ length: 8 }, increment));
    expect((await Person.findById(_id).orFail()).age).toBe(8);
  });

  it('restore the documents in memory when they fail', async () => {
    const person = new Person({ name: 'undone', age: 1 });
    await expect(
      database.connection.transaction(async (session) => {
        await person.save({ session });
        throw new Error('changed our mind');
      }),
    ).rejects.toThrow('changed our mind');
    expect(person.isNew).toBe(true);
    expect(await Person.countDocuments()).toBe(0);
  });
});
