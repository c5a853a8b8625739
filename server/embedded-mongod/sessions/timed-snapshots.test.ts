/** A snapshot of the present is the same state whenever it is asked, and gets shorter once that state has gone to disk. */
import { Timestamp } from 'bson';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Store } from '../storage/store.ts';
import type { View } from '../storage/view.ts';
import { TimedSnapshots } from './timed-snapshots.ts';

let folder = '';
let store: Store;
let time = new Timestamp({ t: 1, i: 1 });

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-snapshots-'));
  const fail = (error: Error): never => {
    throw error;
  };
  store = await Store.open(folder, fail, () => []);
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function keys(view: View): string[] {
  const found: string[] = [];
  const cursor = view.scan({ start: 'a', end: 'z' });
  while (cursor.next()) found.push(cursor.key);
  cursor.close();
  return found;
}

it('are taken anew after a flush, while those who read an older one go on with it', async () => {
  const snapshots = new TimedSnapshots(store, () => time);
  store.commit([
    ['kept', Buffer.from('1')],
    ['removed', Buffer.from('1')],
  ]);
  store.commit([['removed', null]]);
  const before = snapshots.at(undefined);
  expect(snapshots.at(undefined)).toBe(before);
  const letGo = before.hold();
  await vi.waitUntil(() => store.flushes > 0, { timeout: 10_000 });
  const after = snapshots.at(undefined);
  expect(after).not.toBe(before);
  expect(snapshots.at(time)).toBe(after);
  expect([keys(before.view), keys(after.view)]).toEqual([['kept'], ['kept']]);

  store.commit([['later', Buffer.from('1')]]);
  time = new Timestamp({ t: 2, i: 1 });
  expect(keys(snapshots.at(undefined).view)).toEqual(['kept', 'later']);
  snapshots.expire();
  expect([keys(before.view), keys(after.view)]).toEqual([['kept'], ['kept']]);
  letGo();
  snapshots.closeAll();
}, 20_000);
