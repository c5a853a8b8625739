import { deserialize, Double, Int32, Long, serialize, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { expressionTest } from '../aggregate/expression.ts';
import { pipelineOfOne } from '../aggregate/stages.ts';
import { RawDocument, type Doc } from '../bson/types.ts';
import { compileUpdate } from './update.ts';

const context = {
  compileExpression: expressionTest(),
  compilePipeline: pipelineOfOne,
  nextTimestamp: () => new Timestamp({ t: 1, i: 1 }),
};

function bytesOf(document: Doc): Buffer {
  return Buffer.from(serialize(document));
}

function updated(document: Doc, update: Doc | Doc[], more: { filter?: Doc; arrayFilters?: Doc[] } = {}): Doc {
  const compiled = compileUpdate(
    {
      update: Array.isArray(update) ? update : new RawDocument(bytesOf(update)),
      filter: more.filter ?? {},
      arrayFilters: more.arrayFilters,
      variables: {},
    },
    context,
  );
  return deserialize(compiled.apply(bytesOf(document), false), { promoteValues: false });
}

describe('update operators', () => {
  it('leave the type and the order of other fields as they are', () => {
    const before = { _id: new Int32(1), 2: new Double(5), b: Long.fromNumber(7), 1: 'x', c: new Int32(0) };
    const after = updated(before, { $inc: { c: new Int32(1) } });
    expect(after).toEqual({ ...before, c: new Int32(1) });
    const compiled = compileUpdate(
      {
        update: new RawDocument(bytesOf({ $set: { z: 1 } })),
        filter: {},
        arrayFilters: undefined,
        variables: {},
      },
      context,
    );
    const bytes = bytesOf(before);
    expect(compiled.apply(bytes, false).subarray(4, bytes.length - 1)).toEqual(
      bytes.subarray(4, bytes.length - 1),
    );
  });

  it('keep Int64 through $inc, $mul, $min and $max', () => {
    const before = { _id: new Int32(1), n: Long.fromString('9007199254740993') };
    expect(updated(before, { $inc: { n: new Int32(2) } })['n']).toEqual(Long.fromString('9007199254740995'));
    expect(updated(before, { $mul: { n: new Int32(2) } })['n']).toEqual(Long.fromString('18014398509481986'));
    expect(updated(before, { $max: { n: new Int32(2) } })['n']).toEqual(before.n);
    expect(updated(before, { $min: { n: Long.fromNumber(2) } })['n']).toEqual(Long.fromNumber(2));
    expect(() => updated({ _id: 1, n: Long.MAX_VALUE }, { $inc: { n: new Int32(1) } })).toThrow(
      /'n'.*64-bit/,
    );
  });

  it('change the elements that array filters and the query name', () => {
    const before = {
      _id: 1,
      list: [
        { k: 1, v: 1 },
        { k: 2, v: 1 },
        { k: 3, v: 1 },
      ],
    };
    expect(
      updated(before, { $set: { 'list.$[one].v': 9 } }, { arrayFilters: [{ 'one.k': { $gte: 2 } }] }),
    ).toMatchObject({
      list: [{ v: new Int32(1) }, { v: new Int32(9) }, { v: new Int32(9) }],
    });
    expect(updated(before, { $set: { 'list.$.v': 9 } }, { filter: { 'list.k': 2 } })).toMatchObject({
      list: [{ v: new Int32(1) }, { v: new Int32(9) }, { v: new Int32(1) }],
    });
    expect(updated({ _id: 1, n: [1, 2] }, { $inc: { 'n.$[]': 1 } })['n']).toEqual([
      new Int32(2),
      new Int32(3),
    ]);
  });

  it('push sorted, sliced and at a position; pull by value and by condition', () => {
    const before = { _id: 1, n: [3, 1] };
    expect(updated(before, { $push: { n: { $each: [2, 9], $sort: -1, $slice: 3 } } })['n']).toEqual(
      [9, 3, 2].map((n) => new Int32(n)),
    );
    expect(updated(before, { $push: { n: { $each: [5], $position: 0 } } })['n']).toEqual(
      [5, 3, 1].map((n) => new Int32(n)),
    );
    expect(updated(before, { $pull: { n: { $gte: 3 } } })['n']).toEqual([new Int32(1)]);
    expect(updated(before, { $pullAll: { n: [1, 7] } })['n']).toEqual([new Int32(3)]);
    expect(updated(before, { $addToSet: { n: { $each: [1, 4] } } })['n']).toEqual(
      [3, 1, 4].map((n) => new Int32(n)),
    );
    expect(updated(before, { $pop: { n: -1 } })['n']).toEqual([new Int32(1)]);
  });

  it('rename, unset and compute by a pipeline', () => {
    expect(updated({ _id: 1, a: { b: 1 }, c: 2 }, { $rename: { 'a.b': 'd' }, $unset: { c: '' } })).toEqual({
      _id: new Int32(1),
      a: {},
      d: new Int32(1),
    });
    expect(
      updated({ _id: 1, n: Long.fromString('9007199254740993') }, [{ $set: { n: { $add: ['$n', 1] } } }])[
        'n'
      ],
    ).toEqual(Long.fromString('9007199254740994'));
  });

  it('refuse what contradicts itself or changes the _id', () => {
    expect(() => updated({ _id: 1 }, { $set: { a: 1 }, $inc: { 'a.b': 1 } })).toThrow(/conflict at 'a'/);
    expect(() => updated({ _id: 1 }, { $set: { _id: 2 } })).toThrow(/immutable field '_id'/);
    expect(() => updated({ _id: 1, a: 'x' }, { $set: { 'a.b': 1 } })).toThrow(
      /Cannot create field 'b' in element/,
    );
    expect(() => updated({ _id: 1, a: 'x' }, { $inc: { a: 1 } })).toThrow(/non-numeric type/);
    expect(() => updated({ _id: 1 }, { $frob: { a: 1 } })).toThrow(/Unknown modifier: \$frob/);
  });
});
