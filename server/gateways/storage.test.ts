import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentKey, FileDamaged, FileExists, openFileStore } from './storage.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-store-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the file store', () => {
  it('gives back exactly the bytes that were put, also to a later process', async () => {
    await openFileStore(directory).put('reports/2026-001/v1/report.csv', bytesOf('a,b\r\n'));
    const kept = await openFileStore(directory).get('reports/2026-001/v1/report.csv');
    expect(Buffer.from(kept!).toString()).toBe('a,b\r\n');
  });

  it('has nothing under a key that nobody put', async () => {
    expect(await openFileStore(directory).get('reports/none.csv')).toBeNull();
  });

  it('takes the same bytes again and refuses other bytes, keeping the first', async () => {
    const store = openFileStore(directory);
    await store.put('a/b.txt', bytesOf('one'));
    await store.put('a/b.txt', bytesOf('one'));
    await expect(store.put('a/b.txt', bytesOf('two'))).rejects.toBeInstanceOf(FileExists);
    expect(Buffer.from((await store.get('a/b.txt'))!).toString()).toBe('one');
    expect(await readdir(join(directory, 'a'))).toEqual(['b.txt']);
  });

  it('lets exactly one of many writers of one key win', async () => {
    const store = openFileStore(directory);
    const puts = Array.from({ length: 20 }, (_, i) => store.put('race.txt', bytesOf(`writer ${i}`)));
    const results = await Promise.allSettled(puts);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(directory)).toEqual(['race.txt']);
  });

  it('proves on every read that a content key’s bytes are its content', async () => {
    const store = openFileStore(directory);
    const key = contentKey(bytesOf('report'), 'json');
    await store.put(key, bytesOf('report'));
    await writeFile(join(directory, key), 'tampered');
    await expect(store.get(key)).rejects.toBeInstanceOf(FileDamaged);
    await expect(store.put(contentKey(bytesOf('x'), 'json'), bytesOf('y'))).rejects.toBeInstanceOf(
      FileDamaged,
    );
  });

  it.each([
    '',
    '/etc/passwd',
    '../secret',
    'a/../b',
    'a//b',
    '.hidden',
    'UPPER',
    'a\0b',
    'a\\b',
    'a'.repeat(401),
  ])('refuses %j as a key', async (key) => {
    const store = openFileStore(directory);
    await expect(store.put(key, bytesOf('x'))).rejects.toBeInstanceOf(RangeError);
    await expect(store.get(key)).rejects.toBeInstanceOf(RangeError);
  });
});
