import fc from 'fast-check';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from './journal.ts';
import { Store } from './store.ts';
import type { View } from './view.ts';

let folder = '';

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-store-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function openStore(): Promise<Store> {
  return Store.open(
    folder,
    (error) => {
      throw error;
    },
    () => [],
  );
}

function entries(view: View, reverse = false): [string, string][] {
  const found: [string, string][] = [];
  const cursor = view.scan({ start: 'a', end: 'z', reverse });
  while (cursor.next()) found.push([cursor.key, cursor.value.toString()]);
  cursor.close();
  return found;
}

describe('the store', () => {
  it('gives back after a restart what was committed', async () => {
    const store = await openStore();
    store.commit([['k1', Buffer.from('1')]]);
    store.commit([
      ['k2', Buffer.from('2')],
      ['k1', null],
    ]);
    await store.close();
    const again = await openStore();
    expect(entries(again.latest())).toEqual([['k2', '2']]);
    await again.close();
  });

  it('shows a snapshot the state of its moment, whatever is committed later', async () => {
    const store = await openStore();
    store.commit([['k1', Buffer.from('1')]]);
    const snapshot = store.snapshot();
    store.commit([
      ['k1', Buffer.from('changed')],
      ['k2', Buffer.from('2')],
    ]);
    expect(entries(snapshot)).toEqual([['k1', '1']]);
    expect(entries(store.latest())).toEqual([
      ['k1', 'changed'],
      ['k2', '2'],
    ]);
    snapshot.release();
    await store.close();
  });

  it('shows a snapshot the same once what was there and what came later have gone to disk', async () => {
    const store = await openStore();
    const flushed = (times: number) => vi.waitUntil(() => store.flushes === times, { timeout: 10_000 });
    store.commit([
      ['k1', Buffer.from('1')],
      ['k2', Buffer.from('2')],
    ]);
    await flushed(1);
    const snapshot = store.snapshot();
    const begun = snapshot.scan({ start: 'a', end: 'z' });
    expect([begun.next(), begun.key]).toEqual([true, 'k1']);
    store.commit([
      ['k1', null],
      ['k2', Buffer.from('changed')],
      ['k3', Buffer.from('3')],
    ]);
    await flushed(2);
    expect([begun.next(), begun.key, begun.value.toString()]).toEqual([true, 'k2', '2']);
    expect(begun.next()).toBe(false);
    expect(snapshot.get('k1')?.toString()).toBe('1');
    expect(entries(snapshot)).toEqual([
      ['k1', '1'],
      ['k2', '2'],
    ]);
    snapshot.release();
    expect(entries(store.latest())).toEqual([
      ['k2', 'changed'],
      ['k3', '3'],
    ]);
    await store.close();
  }, 20_000);

  it('reads like a sorted map, forwards and backwards, through any number of restarts', async () => {
    const step = fc.oneof(
      fc.tuple(
        fc.constant('put' as const),
        fc.constantFrom('b', 'c', 'd', 'e', 'f'),
        fc.string({ maxLength: 3 }),
      ),
      fc.tuple(fc.constant('remove' as const), fc.constantFrom('b', 'c', 'd', 'e', 'f'), fc.constant('')),
      fc.tuple(fc.constant('restart' as const), fc.constant(''), fc.constant('')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        fs.rmSync(folder, { recursive: true, force: true });
        fs.mkdirSync(folder);
        let store = await openStore();
        const model = new Map<string, string>();
        for (const [what, key, value] of steps) {
          if (what === 'restart') {
            await store.close();
            store = await openStore();
          } else if (what === 'put') {
            store.commit([[key, Buffer.from(value)]]);
            model.set(key, value);
          } else {
            store.commit([[key, null]]);
            model.delete(key);
          }
          const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
          expect(entries(store.latest())).toEqual(expected);
          expect(entries(store.latest(), true)).toEqual([...expected].reverse());
        }
        await store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a directory that another process holds', async () => {
    fs.writeFileSync(path.join(folder, 'embedded-mongod.lock'), `${process.ppid}\n`);
    await expect(openStore()).rejects.toThrow(/in use by process/);
  });

  it('refuses a directory of something else, and one of a newer format', async () => {
    fs.writeFileSync(path.join(folder, 'WiredTiger'), '');
    await expect(openStore()).rejects.toThrow(/holds something else \(WiredTiger\)/);
    fs.rmSync(path.join(folder, 'WiredTiger'));
    fs.writeFileSync(path.join(folder, 'embedded-mongod.json'), '{"engine":"embedded-mongod","format":2}');
    await expect(openStore()).rejects.toThrow(/format 2.*reads format 1/);
  });
});

describe('the journal', () => {
  it('replays whole records and ignores a torn tail', async () => {
    const fail = (error: Error): never => {
      throw error;
    };
    const journal = new Journal(folder, fail);
    journal.rotate();
    journal.append([['a', Buffer.from('1')]]);
    journal.append([['b', Buffer.from('2')]]);
    await journal.durable();
    journal.close();
    const [name] = fs.readdirSync(folder);
    const file = path.join(folder, name!);
    const bytes = fs.readFileSync(file);
    const second = 8 + bytes.readInt32LE(0);
    bytes[second + 12]! ^= 0xff;
    fs.writeFileSync(file, bytes);
    const seen: string[] = [];
    new Journal(folder, fail).replay(([key]) => seen.push(key));
    expect(seen).toEqual(['a']);
  });

  it('does not take the records of a recycled file for its own', async () => {
    const journal = new Journal(folder, (error) => {
      throw error;
    });
    journal.rotate();
    journal.append([
      ['old', Buffer.from('1')],
      ['older', Buffer.from('1')],
    ]);
    await journal.durable();
    journal.removeBefore(journal.rotate());
    journal.rotate();
    journal.append([['new', Buffer.from('1')]]);
    journal.close();
    const seen: string[] = [];
    new Journal(folder, () => undefined).replay(([key]) => seen.push(key));
    expect(seen).toEqual(['new']);
  });

  it('keeps every record on a slow disk, however far the file grows', async () => {
    const fail = (error: Error): never => {
      throw error;
    };
    const alwaysInBackground = 0;
    const journal = new Journal(folder, fail, alwaysInBackground);
    journal.rotate();
    const names = Array.from({ length: 60 }, (_, at) => `key${at}`);
    for (const [at, name] of names.entries()) {
      journal.append([[name, Buffer.alloc(90_000, at)]]);
      await journal.durable();
    }
    journal.close();
    const seen: string[] = [];
    new Journal(folder, fail).replay(([key, value]) => {
      if (value?.every((byte) => byte === seen.length) === true) seen.push(key);
    });
    expect(seen).toEqual(names);
  });
});
