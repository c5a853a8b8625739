/**
 * Merkle tree of RFC 6962: hashes of leaves and nodes, roots, proofs that a leaf is in a tree and that one tree extends
 * another, and their verification. A node is named by its level (leaves are 0) and its place in it; nothing here knows
 * where nodes are kept, or which implementation of SHA-256 is used.
 */

export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;

/** SHA-256 over 0x00 and the leaf's bytes. */
export function leafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  const input = new Uint8Array(leaf.length + 1);
  input.set(leaf, 1);
  return sha256(input);
}

/** SHA-256 over 0x01 and both children. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/**
 * Hashes the nodes over so many pairs of hashes, which stand one after another, and puts the nodes one after another at
 * the beginning: a level of a tree becomes the one above it.
 */
export type HashPairs = (hashes: Uint8Array, pairs: number) => void;

/** The pairs one by one. */
export function pairsByThe(sha256: Sha256): HashPairs {
  const children = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);
  return (hashes, pairs) => {
    for (let pair = 0; pair < pairs; pair += 1) {
      const from = 2 * HASH_BYTES * pair;
      for (let index = 0; index < 2 * HASH_BYTES; index += 1) children[index + 1] = hashes[from + index] ?? 0;
      hashes.set(sha256(children), HASH_BYTES * pair);
    }
  };
}

/** The root of a tree without leaves. */
export const emptyRoot = (sha256: Sha256): Uint8Array => sha256(new Uint8Array(0));

/**
 * The right edge of a tree: the roots of its largest complete subtrees, biggest first. It is all that is needed to append
 * leaves and to know the root.
 */
export class MerkleFrontier {
  #size: number;
  readonly #peaks: Uint8Array[];
  readonly #sha256: Sha256;
  readonly #hashPairs: HashPairs;
  /** What a node's hash is of, kept from node to node: one new array for every node would be most of the work. */
  readonly #children = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);

  constructor(
    sha256: Sha256,
    size = 0,
    peaks: readonly Uint8Array[] = [],
    hashPairs: HashPairs = pairsByThe(sha256),
  ) {
    if (peaks.length !== bitsSet(size)) throw new RangeError(`A tree of ${size} has ${bitsSet(size)} peaks.`);
    this.#sha256 = sha256;
    this.#hashPairs = hashPairs;
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  append(hashOfLeaf: Uint8Array): void {
    this.#appendSubtree(hashOfLeaf, 1);
  }

  /** Appends many leaves, which stand one after another; complete subtrees of them are hashed level by level. */
  appendAll(hashesOfLeaves: Uint8Array): void {
    const count = hashesOfLeaves.length / HASH_BYTES;
    for (let at = 0; at < count;) {
      let width = 1;
      while (this.#size % (2 * width) === 0 && at + 2 * width <= count) width *= 2;
      const subtree = new Uint8Array(hashesOfLeaves.subarray(HASH_BYTES * at, HASH_BYTES * (at + width)));
      for (let pairs = width / 2; pairs >= 1; pairs /= 2) this.#hashPairs(subtree, pairs);
      this.#appendSubtree(subtree.slice(0, HASH_BYTES), width);
      at += width;
    }
  }

  /** Appends a complete subtree of so many leaves, to a tree whose size is a multiple of that. */
  #appendSubtree(root: Uint8Array, width: number): void {
    let node = root;
    // Every complete subtree of equal height to the left is joined.
    for (let rest = this.#size / width; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      this.#children.set(this.#peaks.pop() ?? node, 1);
      this.#children.set(node, 1 + HASH_BYTES);
      node = this.#sha256(this.#children);
    }
    this.#peaks.push(node);
    this.#size += width;
  }

  root(): Uint8Array {
    if (this.#size === 0) return emptyRoot(this.#sha256);
    return joined(this.#sha256, this.#peaks);
  }
}

function bitsSet(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** Hashes of neighbouring complete subtrees, biggest first, folded from the right. */
function joined(sha256: Sha256, peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.reduceRight((right, left) => nodeHash(sha256, left, right));
}

/** A complete subtree: 2^level leaves from place × 2^level. */
export interface NodePlace {
  readonly level: number;
  readonly place: number;
}

/** Leaves from `begin` up to `end`, which is not among them. */
interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The largest power of two below `count`, which is at least 2. */
function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The complete subtrees that make up a range whose begin is aligned, biggest first. */
function subtreesOf({ begin, end }: LeafRange): NodePlace[] {
  const places: NodePlace[] = [];
  let at = begin;
  while (at < end) {
    let [level, width] = [0, 1];
    while (at % (width * 2) === 0 && at + width * 2 <= end) [level, width] = [level + 1, width * 2];
    places.push({ level, place: at / width });
    at += width;
  }
  return places;
}

/** PATH of RFC 6962: the ranges beside the way from a leaf to the root, from the leaf upwards. */
function inclusionRanges(leaf: number, { begin, end }: LeafRange): LeafRange[] {
  if (end - begin === 1) return [];
  const middle = begin + splitPoint(end - begin);
  return leaf < middle
    ? [...inclusionRanges(leaf, { begin, end: middle }), { begin: middle, end }]
    : [...inclusionRanges(leaf, { begin: middle, end }), { begin, end: middle }];
}

/** SUBPROOF of RFC 6962. */
function consistencyRanges(older: number, { begin, end }: LeafRange, wholeKnown: boolean): LeafRange[] {
  if (older === end) return wholeKnown ? [] : [{ begin, end }];
  const middle = begin + splitPoint(end - begin);
  return older <= middle
    ? [...consistencyRanges(older, { begin, end: middle }, wholeKnown), { begin: middle, end }]
    : [...consistencyRanges(older, { begin: middle, end }, false), { begin, end: middle }];
}

/** For each hash of a proof, the complete subtrees that it is made of. */
export type ProofPlan = readonly (readonly NodePlace[])[];

/** What a proof that the leaf is in a tree of `size` is made of; at most ⌈log2 size⌉ hashes. */
export function planInclusion(leaf: number, size: number): ProofPlan {
  if (leaf < 0 || leaf >= size) throw new RangeError(`A tree of ${size} has no leaf ${leaf}.`);
  return inclusionRanges(leaf, { begin: 0, end: size }).map(subtreesOf);
}

/** What a proof that a tree of `size` extends the tree of `older` is made of. */
export function planConsistency(older: number, size: number): ProofPlan {
  if (older < 0 || older > size) throw new RangeError(`A tree of ${size} does not extend one of ${older}.`);
  if (older === 0 || older === size) return [];
  return consistencyRanges(older, { begin: 0, end: size }, true).map(subtreesOf);
}

/** The hashes of a proof from the hashes of complete subtrees. */
export function carryOutPlan(
  sha256: Sha256,
  plan: ProofPlan,
  hashAt: (place: NodePlace) => Uint8Array,
): Uint8Array[] {
  return plan.map((places) => joined(sha256, places.map(hashAt)));
}

export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/** True when the proof leads from the leaf's hash to the root (RFC 9162, 2.1.3.2). */
export function isIncluded(
  sha256: Sha256,
  claim: { readonly leaf: number; readonly size: number; readonly hashOfLeaf: Uint8Array },
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const { leaf, size, hashOfLeaf } = claim;
  if (leaf < 0 || leaf >= size) return false;
  let [node, last] = [leaf, size - 1];
  let hash = hashOfLeaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalHashes(hash, root);
}

/** True when the proof shows that the newer root has the older one's leaves as its first (RFC 9162, 2.1.4.2). */
export function isExtension(
  sha256: Sha256,
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && equalHashes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equalHashes(older.root, emptyRoot(sha256));
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : [...proof];
  const first = path[0];
  if (first === undefined) return false;
  let [node, last] = [older.size - 1, newer.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sha256, sibling, oldHash);
      newHash = nodeHash(sha256, sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newHash = nodeHash(sha256, newHash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalHashes(oldHash, older.root) && equalHashes(newHash, newer.root);
}

const isPowerOfTwo = (size: number): boolean => bitsSet(size) === 1;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const toHex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
};

/**
 * The bytes of a hash that came as a text of one character for each. Asking for it in that way is three times as fast
 * as asking for a buffer of its own, which the machine must keep track of.
 */
export function hashOfCharacters(text: string): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  for (let index = 0; index < HASH_BYTES; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** The bytes of lower-case hexadecimal digits, or null for anything else. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}
