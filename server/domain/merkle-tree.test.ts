import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  carryOutPlan,
  emptyRoot,
  fromHex,
  isExtension,
  isIncluded,
  leafHash,
  MerkleFrontier,
  nodeHash,
  planConsistency,
  planInclusion,
  toHex,
  type NodePlace,
} from './merkle-tree.ts';
import { sha256 } from './sha-256.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The definition of RFC 6962, 2.1, word for word. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Uint8Array.of(0, ...only));
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1, ...treeHash(leaves.slice(0, k)), ...treeHash(leaves.slice(k))));
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => bytes(`leaf ${index}`));

function frontierOf(leaves: readonly Uint8Array[]): MerkleFrontier {
  const frontier = new MerkleFrontier(sha256);
  for (const leaf of leaves) frontier.append(leafHash(sha256, leaf));
  return frontier;
}

const hashAt =
  (leaves: readonly Uint8Array[]) =>
  ({ level, place }: NodePlace) =>
    treeHash(leaves.slice(place * 2 ** level, (place + 1) * 2 ** level));

const inclusion = (leaf: number, leaves: readonly Uint8Array[]) =>
  carryOutPlan(sha256, planInclusion(leaf, leaves.length), hashAt(leaves));
const consistency = (older: number, leaves: readonly Uint8Array[]) =>
  carryOutPlan(sha256, planConsistency(older, leaves.length), hashAt(leaves));

const sizes = fc.integer({ min: 1, max: 70 });
const flipped = (hash: Uint8Array, bit: number) => {
  const copy = Uint8Array.from(hash);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

describe('the Merkle tree', () => {
  it('hashes as the certificate-transparency reference does', () => {
    // Test vectors of the reference implementation (certificate-transparency-go, merkle/testonly).
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    expect(toHex(emptyRoot(sha256))).toBe(createHash('sha256').digest('hex'));
    const frontier = new MerkleFrontier(sha256);
    for (const [index, input] of inputs.entries()) {
      frontier.append(leafHash(sha256, fromHex(input)!));
      expect(toHex(frontier.root())).toBe(roots[index]);
    }
  });

  it('has the root of its definition at every size', () => {
    for (let size = 0; size <= 70; size += 1) {
      expect(toHex(frontierOf(leavesOf(size)).root())).toBe(toHex(treeHash(leavesOf(size))));
    }
  });

  it('grows by many leaves at once as by each of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 4 }), (parts) => {
        const leaves = leavesOf(parts.reduce((sum, part) => sum + part, 0)).map((leaf) =>
          leafHash(sha256, leaf),
        );
        const frontier = new MerkleFrontier(sha256);
        let at = 0;
        for (const part of parts) {
          frontier.appendAll(Uint8Array.from(leaves.slice(at, at + part).flatMap((leaf) => [...leaf])));
          at += part;
        }
        expect(frontier.size).toBe(leaves.length);
        expect(frontier.peaks).toEqual(frontierOf(leavesOf(leaves.length)).peaks);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from its frontier as if it had never stopped', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const whole = frontierOf(leavesOf(a + b));
        const first = frontierOf(leavesOf(a));
        const later = new MerkleFrontier(sha256, first.size, first.peaks);
        for (const leaf of leavesOf(a + b).slice(a)) later.append(leafHash(sha256, leaf));
        expect(toHex(later.root())).toBe(toHex(whole.root()));
      }),
      { numRuns: 50 },
    );
  });

  it('proves each leaf, and proves it only for what and where it is', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, other) => {
        const leaves = leavesOf(size);
        const leaf = pick % size;
        const root = treeHash(leaves);
        const proof = inclusion(leaf, leaves);
        const hashOfLeaf = leafHash(sha256, leaves[leaf]!);
        expect(isIncluded(sha256, { leaf, size, hashOfLeaf }, proof, root)).toBe(true);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        const elsewhere = other % size;
        if (elsewhere !== leaf)
          expect(isIncluded(sha256, { leaf: elsewhere, size, hashOfLeaf }, proof, root)).toBe(false);
        expect(
          isIncluded(sha256, { leaf, size, hashOfLeaf: flipped(hashOfLeaf, other % 256) }, proof, root),
        ).toBe(false);
        expect(isIncluded(sha256, { leaf, size, hashOfLeaf }, [...proof, root], root)).toBe(false);
        if (proof.length > 0) {
          const bad = proof.map((hash, index) =>
            index === other % proof.length ? flipped(hash, other % 256) : hash,
          );
          expect(isIncluded(sha256, { leaf, size, hashOfLeaf }, bad, root)).toBe(false);
          expect(isIncluded(sha256, { leaf, size, hashOfLeaf }, proof.slice(1), root)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('proves that a tree extends an older one, and refuses a fork', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, bit) => {
        const leaves = leavesOf(size);
        const older = pick % (size + 1);
        const newer = { size, root: treeHash(leaves) };
        const proof = consistency(older, leaves);
        const oldRoot = treeHash(leaves.slice(0, older));
        expect(isExtension(sha256, { size: older, root: oldRoot }, newer, proof)).toBe(true);
        expect(isExtension(sha256, { size: older, root: flipped(oldRoot, bit % 256) }, newer, proof)).toBe(
          false,
        );
        if (older > 0) {
          const forked = [...leaves.slice(0, older - 1), bytes('forged'), ...leaves.slice(older)];
          const fork = { size, root: treeHash(forked) };
          expect(isExtension(sha256, { size: older, root: oldRoot }, fork, consistency(older, forked))).toBe(
            false,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('needs at most twenty hashes for a million leaves', () => {
    for (const leaf of [0, 1, 524_287, 524_288, 777_777, 999_999]) {
      expect(planInclusion(leaf, 1_000_000).length).toBeLessThanOrEqual(20);
    }
  });

  it('names nodes that lie inside the tree', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, pick) => {
        for (const places of [...planInclusion(pick % size, size), ...planConsistency(pick % size, size)]) {
          for (const { level, place } of places) expect((place + 1) * 2 ** level).toBeLessThanOrEqual(size);
        }
      }),
    );
    expect(() => planInclusion(3, 3)).toThrow(RangeError);
    expect(() => planConsistency(4, 3)).toThrow(RangeError);
  });

  it('tells a leaf from a node', () => {
    const [a, b] = [leafHash(sha256, bytes('a')), leafHash(sha256, bytes('b'))];
    expect(toHex(leafHash(sha256, Uint8Array.of(...a, ...b)))).not.toBe(toHex(nodeHash(sha256, a, b)));
  });

  it('reads back its hexadecimal, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (some) => {
        expect(fromHex(toHex(some))).toEqual(some);
      }),
    );
    for (const text of ['0', 'zz', 'AB', '0x']) expect(fromHex(text)).toBeNull();
  });
});
