import { Double } from 'bson';
import fc from 'fast-check';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expressionTest } from '../aggregate/expression.ts';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import type { Doc } from '../bson/types.ts';
import { Catalog, type Collection } from '../storage/catalog.ts';
import { insertDocument } from '../storage/documents.ts';
import { recordKey, valueKey } from '../storage/ordered-key.ts';
import { Store } from '../storage/store.ts';
import { ImmediateUnit, Locks } from '../storage/unit-of-work.ts';
import { distinctByIndex } from './distinct-values.ts';
import { compileFilter } from './match.ts';
import { choosePlan, type Plan } from './plan.ts';
import { Scan } from './scan.ts';
import { compareSortKeys, parseSort, sortKey } from './sort.ts';

let folder = '';
let store: Store;
let catalog: Catalog;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-plan-'));
  store = await Store.open(
    folder,
    (error) => {
      throw error;
    },
    () => [],
  );
  catalog = new Catalog(store, (filter) => compileFilter(filter, expressionTest()));
});
afterAll(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

let made = 0;
function collectionWith(indexes: readonly Doc[], documents: readonly Doc[]): Collection {
  const collection = catalog.newCollection('test', `c${made++}`, {});
  for (const spec of indexes)
    collection.indexes.push(catalog.newIndex({ v: 2, name: JSON.stringify(spec['key']), ...spec }));
  collection.indexesChanged();
  store.commit(catalog.add(collection));
  const unit = new ImmediateUnit(store, new Locks());
  documents.forEach((document, at) =>
    insertDocument(unit, collection, encodeDocument({ _id: at, ...document }), recordKey(at + 1)),
  );
  unit.commit();
  return collection;
}

function run(collection: Collection, filter: Doc, plan: Plan): Doc[] {
  const scan = new Scan(store.latest(), collection, plan, compileFilter(filter, expressionTest()));
  const found: Doc[] = [];
  for (let step = scan.next(); step !== 'end'; step = scan.next())
    if (step === 'found') found.push(decodeDocument(scan.bytes));
  scan.close();
  return found;
}

const scalar = fc.constantFrom<unknown>(
  null,
  1,
  2,
  2n,
  new Double(3),
  2.5,
  'a',
  'b',
  'ab',
  true,
  new Date(5),
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.record({ c: scalar, d: scalar }, { requiredKeys: [] }), { maxLength: 2 }),
  fc.record({ c: scalar }, { requiredKeys: [] }),
);
const document = fc.record({ a: value, b: scalar, e: value }, { requiredKeys: [] });
const condition = fc.oneof(
  scalar,
  fc
    .record({ $gt: scalar, $lt: scalar, $gte: scalar, $lte: scalar }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0),
  fc.array(scalar, { maxLength: 3 }).map((list) => ({ $in: list })),
  fc.record({ $elemMatch: fc.record({ $gt: scalar, $lt: scalar }) }),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map((list) => ({ $all: list })),
  fc.constantFrom({ $exists: true }, { $exists: false }, { $ne: 1 }, { $regex: '^a' }, { $size: 1 }),
);
const filter = fc.dictionary(fc.constantFrom('a', 'b', 'a.c', 'e', 'e.d', 'a.0'), condition, {
  maxKeys: 3,
  noNullPrototype: true,
});
const key = fc.uniqueArray(fc.constantFrom('a', 'b', 'a.c', 'e', 'e.d'), { minLength: 1, maxLength: 2 });

describe('plans', () => {
  it('find the same documents by any index as by walking the collection', () => {
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 12 }),
        key,
        fc.constantFrom({}, { sparse: true }, { partialFilterExpression: { b: { $gt: 1 } } }),
        fc.constantFrom(1, -1),
        filter,
        (documents, names, options, direction, query) => {
          const spec = {
            key: Object.fromEntries(names.map((name, at) => [name, at === 0 ? direction : 1])),
            ...options,
          };
          let collection;
          try {
            collection = collectionWith([spec], documents);
          } catch (error) {
            expect((error as Error).message).toContain('parallel arrays');
            return;
          }
          const byWalking = run(collection, query, { kind: 'collection', reverse: false, sorts: true });
          const chosen = run(collection, query, choosePlan(collection, query, [], undefined));
          const ids = (list: Doc[]): unknown[] =>
            list.map((one) => one['_id']).sort((x, y) => Number(x) - Number(y));
          expect(ids(chosen)).toEqual(ids(byWalking));
        },
      ),
      { numRuns: 600 },
    );
  });

  it('give the order that they promise', () => {
    const sorts = fc.constantFrom<Doc>(
      { a: 1 },
      { a: -1 },
      { b: 1 },
      { b: -1, a: -1 },
      { a: 1, b: 1 },
      { b: 1, a: -1 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }), { maxLength: 12 }),
        sorts,
        filter,
        (documents, wanted, query) => {
          const collection = collectionWith([{ key: { b: 1, a: 1 } }, { key: { a: -1 } }], documents);
          const parts = parseSort(wanted);
          const plan = choosePlan(collection, query, parts, undefined);
          if (!plan.sorts) return;
          const keys = run(collection, query, plan).map((one) => sortKey(one, parts));
          for (let at = 1; at < keys.length; at++)
            expect(compareSortKeys(keys[at - 1]!, keys[at]!, parts)).toBeLessThanOrEqual(0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('give the order that they promise where parts of an index run through arrays', () => {
    const sorts = fc.constantFrom<Doc>({ b: 1 }, { b: -1 }, { a: 1 }, { 'a.c': 1, b: 1 }, { b: 1, a: -1 });
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 12 }),
        fc.uniqueArray(fc.constantFrom('a', 'b', 'a.c', 'e'), { minLength: 1, maxLength: 3 }),
        sorts,
        filter,
        (documents, names, wanted, query) => {
          let collection;
          try {
            collection = collectionWith(
              [{ key: Object.fromEntries(names.map((name) => [name, 1])) }],
              documents,
            );
          } catch (error) {
            expect((error as Error).message).toContain('parallel arrays');
            return;
          }
          const parts = parseSort(wanted);
          const plan = choosePlan(collection, query, parts, undefined);
          if (!plan.sorts) return;
          const keys = run(collection, query, plan).map((one) => sortKey(one, parts));
          for (let at = 1; at < keys.length; at++)
            expect(compareSortKeys(keys[at - 1]!, keys[at]!, parts)).toBeLessThanOrEqual(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('read one page of what one element says, from the end, and both bounds beside it', () => {
    const lines = [{ account: 'x' }, { account: 'y' }];
    const collection = collectionWith(
      [{ key: { 'lines.account': 1, day: 1 } }],
      Array.from({ length: 50 }, (_, day) => ({ lines, day })),
    );
    const query = { 'lines.account': 'x', day: { $gte: 10, $lt: 40 } };
    const plan = choosePlan(collection, query, parseSort({ day: -1 }), undefined);
    expect(plan).toMatchObject({ kind: 'index', reverse: true, sorts: true });
    const scan = new Scan(store.latest(), collection, plan, compileFilter(query, expressionTest()));
    expect(scan.next()).toBe('found');
    expect(decodeDocument(scan.bytes)['day']).toBe(39);
    while (scan.next() !== 'end');
    expect(scan.keysExamined).toBe(30);
  });

  it('read the first of those that lack a field without reading the others, as a queue takes its next job', () => {
    const collection = collectionWith(
      [{ key: { queue: 1, lockedAt: 1, next: 1 } }],
      Array.from({ length: 50 }, (_, next) => ({ queue: 'q', next, ...(next < 3 ? { lockedAt: 1 } : {}) })),
    );
    const query = { queue: { $in: ['q'] }, lockedAt: null, next: { $lte: 40 } };
    const plan = choosePlan(collection, query, parseSort({ next: 1 }), undefined);
    expect(plan).toMatchObject({ kind: 'index', reverse: false, sorts: true });
    const scan = new Scan(store.latest(), collection, plan, compileFilter(query, expressionTest()));
    expect(scan.next()).toBe('found');
    expect(decodeDocument(scan.bytes)['next']).toBe(3);
    expect(scan.keysExamined).toBe(1);
    // With an array among them, one without elements would come before those that lack the field.
    const mixed = collectionWith([{ key: { a: 1, next: 1 } }], [{ a: [], next: 1 }, { next: 2 }]);
    expect(run(mixed, { a: null }, choosePlan(mixed, { a: null }, [], undefined))).toEqual([
      { _id: 1, next: 2 },
    ]);
  });

  it('hop from value to value of a field, and find the same as by walking', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }), { maxLength: 30 }),
        fc.option(fc.array(scalar, { maxLength: 3 }), { nil: undefined }),
        (documents, list) => {
          const collection = collectionWith([{ key: { b: 1, a: 1 } }], documents);
          const query: Doc = list === undefined ? {} : { b: { $in: list } };
          const matches = compileFilter(query, expressionTest());
          const hopped = distinctByIndex(store.latest(), collection, { field: 'b', filter: query, matches });
          if (hopped === undefined) return;
          const walked = run(collection, query, { kind: 'collection', reverse: false, sorts: true });
          const keys = walked.flatMap(({ b }) => (b === undefined ? [] : [valueKey(b)]));
          expect(hopped.map(valueKey)).toEqual([...new Set(keys)].sort());
        },
      ),
      { numRuns: 300 },
    );
    const jobs = Array.from({ length: 200 }, (_, at) => ({ b: `queue ${at % 3}` }));
    const collection = collectionWith([{ key: { b: 1 } }], [...jobs, {}]);
    const query = { b: { $in: ['queue 0', 'queue 2', 'nobody’s'] } };
    const matches = compileFilter(query, expressionTest());
    expect(distinctByIndex(store.latest(), collection, { field: 'b', filter: query, matches })).toEqual([
      ...['queue 0', 'queue 2'],
    ]);
  });

  it('use the index whose parts the filter names, and read only what it needs', () => {
    const collection = collectionWith(
      [{ key: { b: 1, a: 1 } }],
      Array.from({ length: 50 }, (_, at) => ({ a: at, b: at % 5 })),
    );
    const query = { b: 3, a: { $gte: 20, $lt: 30 } };
    const plan = choosePlan(collection, query, parseSort({ a: -1 }), undefined);
    expect(plan).toMatchObject({ kind: 'index', reverse: true, sorts: true });
    const scan = new Scan(store.latest(), collection, plan, compileFilter(query, expressionTest()));
    const found: unknown[] = [];
    for (let step = scan.next(); step !== 'end'; step = scan.next())
      found.push(decodeDocument(scan.bytes)['a']);
    expect(found).toEqual([28, 23]);
    expect(scan.keysExamined).toBe(2);
  });
});
