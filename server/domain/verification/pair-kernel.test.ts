import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keptFile, keptText, PAIR_KERNEL } from '../../../test/support/kernels.ts';
import { HASH_BYTES, MerkleFrontier, pairsByThe, toHex, type Sha256 } from '../merkle-tree.ts';
import { machineSha256 } from './digest-command.ts';
import { quickPairs } from './pair-kernel.ts';

const PAIR_BYTES = 2 * HASH_BYTES;

/** The nodes over pairs as the standard library hashes each. */
function nodesOver(pairs: Uint8Array): string[] {
  return Array.from({ length: pairs.length / PAIR_BYTES }, (_, pair) =>
    createHash('sha256')
      .update(Uint8Array.of(1))
      .update(pairs.subarray(PAIR_BYTES * pair, PAIR_BYTES * (pair + 1)))
      .digest('hex'),
  );
}

function hashedBy(hashPairs: (hashes: Uint8Array, pairs: number) => void, pairs: Uint8Array): string[] {
  const hashes = pairs.slice();
  const count = pairs.length / PAIR_BYTES;
  hashPairs(hashes, count);
  return Array.from({ length: count }, (_, node) =>
    toHex(hashes.subarray(HASH_BYTES * node, HASH_BYTES * (node + 1))),
  );
}

const pairs = fc
  .integer({ min: 1, max: 30 })
  .chain((count) => fc.uint8Array({ minLength: PAIR_BYTES * count, maxLength: PAIR_BYTES * count }));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('hashing the nodes of a tree four at a time', () => {
  const unused: Sha256 = () => {
    throw new Error('The kernel hashes itself.');
  };

  it('gives what SHA-256 gives of each, however many there are', () => {
    fc.assert(
      fc.property(pairs, (bytes) => {
        expect(hashedBy(quickPairs(unused), bytes)).toEqual(nodesOver(bytes));
      }),
    );
  });

  it('takes more than fit its memory at once', () => {
    const bytes = Uint8Array.from({ length: PAIR_BYTES * 5001 }, (_, at) => (at * 2_654_435_761) >>> 24);
    expect(hashedBy(quickPairs(unused), bytes)).toEqual(nodesOver(bytes));
  });

  it('makes the same tree as hashing one by one', () => {
    const leaves = Uint8Array.from({ length: HASH_BYTES * 1_237 }, (_, at) => (at * 40_503) >>> 8);
    const rootBy = (quick: boolean): string => {
      const tree = new MerkleFrontier(
        machineSha256,
        0,
        [],
        quick ? quickPairs(unused) : pairsByThe(machineSha256),
      );
      tree.appendAll(leaves.subarray(0, HASH_BYTES * 411));
      tree.appendAll(leaves.subarray(HASH_BYTES * 411));
      return toHex(tree.root());
    };
    expect(rootBy(true)).toBe(rootBy(false));
  });

  it('asks the given hash where nothing may be compiled', async () => {
    vi.stubGlobal('WebAssembly', {
      Module: function refuse(): never {
        throw new Error('The content policy forbids it.');
      },
    });
    vi.resetModules();
    const { quickPairs: quickPairsHere } = await import('./pair-kernel.ts');
    const bytes = new Uint8Array(PAIR_BYTES * 3).fill(7);
    const asked = vi.fn(machineSha256);
    expect(hashedBy(quickPairsHere(asked), bytes)).toEqual(nodesOver(bytes));
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('is kept as its text is assembled', async () => {
    expect(readFileSync(keptFile(PAIR_KERNEL), 'utf8')).toBe(await keptText(PAIR_KERNEL));
  });
});
