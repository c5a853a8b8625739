/** Commands as a client meets them, answered by an engine in this process. */
import { Binary, Double, Timestamp, UUID } from 'bson';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { type Doc, RawDocument } from '../bson/types.ts';
import { Engine } from '../engine.ts';
import { SESSIONS } from '../storage/catalog.ts';
import { afterPrefix } from '../storage/ordered-key.ts';
import { answer } from './dispatch.ts';
import { sweepExpired } from './ttl.ts';

let folder = '';
let engine: Engine;

function openEngine(): Promise<Engine> {
  return Engine.open({
    folder,
    replicaSet: 'rs0',
    host: '127.0.0.1',
    port: 1,
    onFailure: (error) => {
      throw error;
    },
    onShutdown: () => undefined,
    log: () => undefined,
  });
}

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-commands-'));
  engine = await openEngine();
  await run({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: '127.0.0.1:1' }] } }, 'admin');
});

afterEach(async () => {
  await engine.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Goes on with a copy of the directory as it is on disk now. */
async function reopenAsAfterCrash(): Promise<void> {
  const left = folder;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-commands-'));
  fs.cpSync(left, folder, { recursive: true });
  await engine.close();
  fs.rmSync(left, { recursive: true, force: true });
  fs.rmSync(path.join(folder, 'embedded-mongod.lock'));
  engine = await openEngine();
}

const connection = { id: 1, appName: undefined, isGone: () => false };

/** What is stored or updated with travels as bytes, as it does behind the wire. */
function asBytes(body: Doc): Doc {
  const raw = (value: unknown): RawDocument => new RawDocument(encodeDocument(value as Doc));
  const each = (list: unknown, change: (one: Doc) => unknown): unknown => (list as Doc[]).map(change);
  const shown: Doc = { ...body };
  if ('documents' in body) shown['documents'] = each(body['documents'], raw);
  if ('updates' in body) shown['updates'] = each(body['updates'], (one) => ({ ...one, u: raw(one['u']) }));
  if ('ops' in body) {
    shown['ops'] = each(body['ops'], (one) => ({
      ...one,
      ...('document' in one ? { document: raw(one['document']) } : {}),
      ...('updateMods' in one ? { updateMods: raw(one['updateMods']) } : {}),
    }));
  }
  return shown;
}

/** The reply as a client would read it. */
async function run(body: Doc, db = 'test'): Promise<Doc> {
  const name = Object.keys(body)[0] ?? '';
  const reply = await answer(engine, connection, { db, name, body: asBytes(body) });
  return decodeDocument(encodeDocument(reply));
}

async function found(collection: string, filter: Doc = {}): Promise<Doc[]> {
  const reply = await run({ find: collection, filter, sort: { _id: 1 } });
  return (reply['cursor'] as Doc)['firstBatch'] as Doc[];
}

async function computed(expression: unknown): Promise<unknown> {
  const pipeline = [{ $documents: [{}] }, { $project: { value: expression } }];
  const reply = await run({ aggregate: 1, pipeline, cursor: {} });
  return reply['ok'] === 1 ? ((reply['cursor'] as Doc)['firstBatch'] as Doc[])[0]?.['value'] : reply;
}

function insert(collection: string, ...documents: Doc[]): Promise<Doc> {
  return run({ insert: collection, documents });
}

describe('write concerns', () => {
  it('that a set of one member cannot meet are told after the write, which is done', async () => {
    const documents = [{ _id: 1 }];
    const reply = await run({ insert: 'c', documents, writeConcern: { w: 3 } });
    expect(reply).toMatchObject({ ok: 1, n: 1, writeConcernError: { code: 100 } });
    expect(await run({ delete: 'c', deletes: [], writeConcern: { w: 'far' } })).not.toHaveProperty('n');
    const named = await run({ insert: 'c', documents: [{ _id: 2 }], writeConcern: { w: 'far' } });
    expect(named).toMatchObject({ ok: 1, writeConcernError: { code: 79 } });
    expect(await found('c')).toEqual([{ _id: 1 }, { _id: 2 }]);
    expect(await run({ insert: 'c', documents, writeConcern: { w: 51 } })).toMatchObject({ ok: 0, code: 9 });
  });
});

describe('sessions', () => {
  it('are begun, refreshed and ended by command', async () => {
    const { id, timeoutMinutes } = await run({ startSession: 1 }, 'admin');
    expect(timeoutMinutes).toBe(30);
    const lsid = (id as Doc)['id'];
    expect(lsid).toBeInstanceOf(Binary);
    expect((lsid as Binary).sub_type).toBe(UUID.SUBTYPE_UUID);
    expect(await run({ refreshSessions: [id] }, 'admin')).toMatchObject({ ok: 1 });
    expect(await run({ endSessions: [id] }, 'admin')).toMatchObject({ ok: 1 });
  });
});

describe('a retryable write of many statements', () => {
  const STATEMENTS = 2_000;
  const lsid = { id: new UUID() };
  const raise = (txnNumber: bigint, count: number) => {
    const updates = Array.from({ length: count }, (_, n) => ({
      ...{ q: { _id: n }, u: { $inc: { n: 1 } }, upsert: true },
    }));
    return run({ update: 'c', updates, lsid, txnNumber });
  };
  const records = (): number[] => {
    const cursor = engine.store.latest().scan({ start: SESSIONS, end: afterPrefix(SESSIONS) });
    const sizes: number[] = [];
    while (cursor.next()) sizes.push(cursor.value.length);
    cursor.close();
    return sizes;
  };

  it('is answered again from its record, after a crash too, and done once', async () => {
    const first = await raise(1n, STATEMENTS);
    expect(first).toMatchObject({ ok: 1, n: STATEMENTS });
    expect(await raise(1n, STATEMENTS)).toMatchObject({ n: STATEMENTS, upserted: first['upserted'] });
    await reopenAsAfterCrash();
    expect(await raise(1n, STATEMENTS)).toMatchObject({ n: STATEMENTS, upserted: first['upserted'] });
    expect((await found('c')).every(({ n }) => n === 1)).toBe(true);
  });

  it('keeps its record in as many bytes as its answers have, until the next write of the session', async () => {
    await raise(1n, STATEMENTS);
    expect(records().reduce((sum, size) => sum + size, 0)).toBeLessThan(STATEMENTS * 150);
    expect(Math.max(...records())).toBeLessThan(150);
    await reopenAsAfterCrash();
    expect(await raise(2n, 1)).toMatchObject({ n: 1, nModified: 1 });
    expect(records()).toHaveLength(1);
    await run({ endSessions: [lsid] }, 'admin');
    expect(records()).toHaveLength(0);
  });
});

describe('bulkWrite', () => {
  const nsInfo = [{ ns: 'test.a' }, { ns: 'test.b' }];

  it('writes to several collections and counts each kind', async () => {
    const ops = [
      { insert: 0, document: { _id: 1, n: 1 } },
      { insert: 1, document: { _id: 2 } },
      { update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 1 } } },
      { update: 1, filter: { _id: 9 }, updateMods: { $set: { n: 1 } }, upsert: true },
      { delete: 1, filter: { _id: 2 } },
    ];
    expect(await run({ bulkWrite: 1, ops, nsInfo }, 'admin')).toMatchObject({
      nInserted: 2,
      nMatched: 1,
      nModified: 1,
      nUpserted: 1,
      nDeleted: 1,
      nErrors: 0,
    });
    expect(await found('a')).toEqual([{ _id: 1, n: 2 }]);
    expect(await found('b')).toEqual([{ _id: 9, n: 1 }]);
  });

  it('refuses an unknown field or namespace before it writes anything', async () => {
    const first = { insert: 0, document: { _id: 1 } };
    const misspelt = [first, { update: 0, filter: {}, updateMods: { $set: { a: 1 } }, upsrt: true }];
    expect(await run({ bulkWrite: 1, ops: misspelt, nsInfo }, 'admin')).toMatchObject({ ok: 0, code: 40415 });
    const outside = [first, { insert: 7, document: { _id: 2 } }];
    expect(await run({ bulkWrite: 1, ops: outside, nsInfo }, 'admin')).toMatchObject({ ok: 0, code: 2 });
    expect(await found('a')).toEqual([]);
  });
});

describe('explain', () => {
  async function plan(command: Doc): Promise<Doc> {
    const reply = await run({ explain: command, verbosity: 'executionStats' });
    const winning = (reply['queryPlanner'] as Doc)['winningPlan'] as Doc;
    const input = winning['inputStage'] as Doc | undefined;
    return { stage: winning['stage'], index: input?.['indexName'], stats: reply['executionStats'] };
  }

  beforeEach(async () => {
    await insert('c', ...Array.from({ length: 100 }, (_, _id) => ({ _id, a: _id % 10, b: _id })));
    await run({ createIndexes: 'c', indexes: [{ key: { a: 1, b: 1 }, name: 'by_a_and_b' }] });
  });

  it('tells the index and how much was examined', async () => {
    const { index, stats } = await plan({ find: 'c', filter: { a: 3 }, sort: { b: -1 } });
    expect(index).toBe('by_a_and_b');
    expect(stats).toMatchObject({ nReturned: 10, totalKeysExamined: 10, totalDocsExamined: 10 });
    expect(await plan({ find: 'c', filter: { b: 3 } })).toMatchObject({ stage: 'COLLSCAN' });
  });

  it('looks through the stages of a pipeline and through a view', async () => {
    const pipeline = [{ $match: { a: 3 } }, { $sort: { b: 1 } }, { $limit: 2 }];
    const { index, stats } = await plan({ aggregate: 'c', pipeline, cursor: {} });
    expect(index).toBe('by_a_and_b');
    expect(stats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 });
    await run({ create: 'threes', viewOn: 'c', pipeline: [{ $match: { a: 3 } }] });
    const seen = await plan({ find: 'threes', filter: { b: { $lt: 40 } } });
    expect(seen['index']).toBe('by_a_and_b');
    expect(seen['stats']).toMatchObject({ nReturned: 4, totalDocsExamined: 4 });
  });

  it('refuses a verbosity that there is not', async () => {
    const reply = await run({ explain: { find: 'c' }, verbosity: 'loud' });
    expect(reply).toMatchObject({ ok: 0, code: 9 });
  });
});

describe('collections', () => {
  it('tell how many documents and bytes they hold, also when their journal is replayed', async () => {
    await insert('c', { _id: 1, text: 'abc' }, { _id: 2, text: 'abcdef' });
    await run({ update: 'c', updates: [{ q: { _id: 1 }, u: { $set: { text: 'longer than before' } } }] });
    await run({ delete: 'c', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    const size = encodeDocument({ _id: 1, text: 'longer than before' }).length;
    expect(await run({ collStats: 'c' })).toMatchObject({ count: 1, size, avgObjSize: size, nindexes: 1 });
    expect(await run({ dbStats: 1 })).toMatchObject({ objects: 1n, dataSize: size });
    const { databases } = await run({ listDatabases: 1 }, 'admin');
    expect(databases).toContainEqual({ name: 'test', sizeOnDisk: BigInt(size), empty: false });
    await reopenAsAfterCrash();
    expect(await run({ collStats: 'c' })).toMatchObject({ count: 1, size });
  });

  it('that are capped keep the newest documents within their count and size', async () => {
    await run({ create: 'log', capped: true, size: 4096, max: 3 });
    for (let _id = 1; _id <= 5; _id++) await insert('log', { _id });
    expect((await found('log')).map(({ _id }) => _id)).toEqual([3, 4, 5]);
    await run({ create: 'small', capped: true, size: 4096 });
    for (let _id = 1; _id <= 10; _id++) await insert('small', { _id, text: 'x'.repeat(1000) });
    expect((await found('small')).map(({ _id }) => _id)).toEqual([8, 9, 10]);
  });

  it('drop what has expired by a TTL index, and nothing else', async () => {
    const at = (seconds: number): Date => new Date(1_000_000 + seconds * 1000);
    const index = { key: { at: 1 }, name: 'at', expireAfterSeconds: 60 };
    await run({ createIndexes: 'visits', indexes: [index] });
    await insert(
      'visits',
      { _id: 1, at: at(0) },
      { _id: 2, at: at(50) },
      { _id: 3, at: 'never' },
      { _id: 4 },
      { _id: 5, at: [at(500), at(10)] },
    );
    await sweepExpired(engine, at(100).getTime());
    expect((await found('visits')).map(({ _id }) => _id)).toEqual([2, 3, 4]);
  });

  it('have one kind of index on _id', async () => {
    const reply = await run({ createIndexes: 'c', indexes: [{ key: { _id: -1 }, name: 'back' }] });
    expect(reply).toMatchObject({ ok: 0, code: 2 });
  });
});

describe('expressions', () => {
  it('take percentiles of numbers', async () => {
    const input = [5, 1, 'word', 4, 2, 3];
    expect(await computed({ $median: { input, method: 'approximate' } })).toEqual(new Double(3));
    const p = [0, 0.5, 0.9, 1];
    expect(await computed({ $percentile: { input, p, method: 'approximate' } })).toEqual(
      [1, 3, 5, 5].map((value) => new Double(value)),
    );
    expect(await computed({ $median: { input: [], method: 'approximate' } })).toBeNull();
    expect(await computed({ $median: { input, method: 'exact' } })).toMatchObject({ ok: 0, code: 2 });
    await insert('c', { _id: 1, n: 1 }, { _id: 2, n: 9 }, { _id: 3, n: 4 });
    const group = { _id: null, middle: { $median: { input: '$n', method: 'approximate' } } };
    const reply = await run({ aggregate: 'c', pipeline: [{ $group: group }], cursor: {} });
    expect((reply['cursor'] as Doc)['firstBatch']).toEqual([{ _id: null, middle: new Double(4) }]);
  });

  it('read the parts of timestamps and the size of documents and bytes', async () => {
    const stamp = new Timestamp({ t: 7, i: 3 });
    expect(await computed({ $tsSecond: stamp })).toBe(7n);
    expect(await computed({ $tsIncrement: stamp })).toBe(3n);
    expect(await computed({ $binarySize: 'é' })).toBe(2);
    expect(await computed({ $bsonSize: { $literal: {} } })).toBe(5);
  });

  it('that the engine does not have are refused by name', async () => {
    expect(await computed({ $function: { body: '', args: [], lang: 'js' } })).toMatchObject({ code: 238 });
    expect(await computed({ $createObjectId: {} })).toMatchObject({ code: 238 });
    expect(await computed({ $noSuchOperator: 1 })).toMatchObject({ code: 168 });
  });
});

describe('fail points', () => {
  it('meet a command by any of its names, and refuse a condition that they do not know', async () => {
    const data = { failCommands: ['isMaster'], errorCode: 91 };
    await run({ configureFailPoint: 'failCommand', mode: { times: 1 }, data }, 'admin');
    expect(await run({ ismaster: 1 }, 'admin')).toMatchObject({ ok: 0, code: 91 });
    const odd = { failCommands: ['ping'], errorCode: 91, threadName: 'x' };
    const reply = await run({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data: odd }, 'admin');
    expect(reply).toMatchObject({ ok: 0, code: 238 });
  });
});
