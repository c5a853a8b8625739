/** The Merkle tree of a bundle, grown entry by entry and compared with every signed root on the way. */
import type { SignedCheckpoint } from '../checkpoint.ts';
import {
  equalHashes,
  HASH_BYTES,
  MerkleFrontier,
  pairsByThe,
  toHex,
  type HashPairs,
  type Sha256,
} from '../merkle-tree.ts';
import type { Finding, FindingCode } from './findings.ts';

interface Place {
  readonly sequence: number;
  readonly line: number;
}

/**
 * Grows the tree by the leaves that stand beside the entries. Where an entry and its leaf differ, a second tree grows by
 * what the entries give; the next checkpoint tells which of the two was altered.
 */
export class TreeWalk {
  /** Roots that were compared. */
  roots = 0;
  readonly #sha256: Sha256;
  readonly #hashPairs: HashPairs;
  readonly #find: (code: FindingCode, facts: Finding['facts']) => void;
  readonly #expected = new Map<number, { readonly root: string; readonly onDifference: () => void }[]>();
  #stated: MerkleFrontier;
  #computed: MerkleFrontier | null = null;
  #suspects: Place[] = [];
  /** Checkpoints that do not agree, while no later one does. */
  #doubted: { readonly size: number; readonly line: number }[] = [];
  /** Entries before it are under a root that agreed. */
  #certain = 0;
  #broken = false;
  #head: SignedCheckpoint | null = null;

  constructor(
    sha256: Sha256,
    find: (code: FindingCode, facts: Finding['facts']) => void,
    hashPairs: HashPairs = pairsByThe(sha256),
  ) {
    this.#sha256 = sha256;
    this.#hashPairs = hashPairs;
    this.#find = find;
    this.#stated = new MerkleFrontier(sha256, 0, [], hashPairs);
  }

  /** The tree of this size must have this root; the reader has it from somewhere else. */
  expect(size: number, root: string, onDifference: () => void): void {
    this.#expected.set(size, [...(this.#expected.get(size) ?? []), { root, onDifference }]);
  }

  settle(size: number): void {
    this.#expected.delete(size);
  }

  /** True while no tree of this size was compared with what was expected of it. */
  isOpen(size: number): boolean {
    return this.#expected.has(size);
  }

  /** A signed older checkpoint that the head was shown to extend stands for the tree of its size. */
  prove({ treeSize, rootHash }: SignedCheckpoint): void {
    for (const { root, onDifference } of this.#expected.get(treeSize) ?? [])
      if (root !== rootHash) onDifference();
    this.#expected.delete(treeSize);
  }

  head(checkpoint: SignedCheckpoint): void {
    this.#head = checkpoint;
  }

  /** An entry that is not whole has no leaf: the tree cannot be followed further. */
  skip(sequence: number, line: number): void {
    this.#suspects.push({ sequence, line });
    this.#broken = true;
    this.#stated.append(new Uint8Array(32));
    this.#computed?.append(new Uint8Array(32));
  }

  /** The next leaf as it is stated, the one that the entry gives, and where they stand. */
  append(stated: Uint8Array, computed: Uint8Array, sequence: number, line: number): void {
    if (stated !== computed && !equalHashes(stated, computed)) {
      this.#suspects.push({ sequence, line });
      this.#computed ??= new MerkleFrontier(
        this.#sha256,
        this.#stated.size,
        this.#stated.peaks,
        this.#hashPairs,
      );
    }
    this.#stated.append(stated);
    this.#computed?.append(computed);
  }

  /** Leaves of entries that gave what is stated, one after another; compares what is expected of the trees on the way. */
  appendAll(leaves: Uint8Array): void {
    const first = this.#stated.size;
    const end = first + leaves.length / HASH_BYTES;
    const stops = [...this.#expected.keys()]
      .filter((size) => size > first && size < end)
      .sort((a, b) => a - b);
    for (const stop of [...stops, end]) {
      const from = this.#stated.size - first;
      const part = leaves.subarray(HASH_BYTES * from, HASH_BYTES * (stop - first));
      this.#stated.appendAll(part);
      this.#computed?.appendAll(part);
      this.pass();
    }
  }

  /** Compares what is expected of a tree of the present size. */
  pass(): void {
    if (this.#expected.size === 0) return;
    const expected = this.#expected.get(this.#stated.size);
    if (expected === undefined) return;
    const roots = [this.#stated, this.#computed].map((tree) => (tree === null ? '' : toHex(tree.root())));
    for (const { root, onDifference } of expected) if (!roots.includes(root)) onDifference();
    this.#expected.delete(this.#stated.size);
  }

  /** Compares the root of a checkpoint that stands here. */
  checkpoint({ treeSize, rootHash }: SignedCheckpoint, line: number): void {
    this.roots += 1;
    if (this.#broken) return;
    if (toHex(this.#stated.root()) === rootHash) this.#agree(treeSize, 'entry-altered');
    else if (this.#computed !== null && toHex(this.#computed.root()) === rootHash) {
      this.#stated = this.#computed;
      this.#agree(treeSize, 'leaf-altered');
    } else this.#doubted.push({ size: treeSize, line });
  }

  /** The entries so far are those of a signed root: whatever else differed was altered itself. */
  #agree(size: number, code: 'entry-altered' | 'leaf-altered'): void {
    for (const doubted of this.#doubted)
      this.#find('checkpoint-altered', { size: String(doubted.size), line: String(doubted.line) });
    this.#doubted = [];
    this.#blame(code);
    this.#computed = null;
    this.#certain = size;
  }

  #blame(code: 'entry-altered' | 'leaf-altered'): void {
    for (const { sequence, line } of this.#suspects)
      this.#find(code, { entry: String(sequence), line: String(line) });
    this.#suspects = [];
  }

  end(): void {
    if (this.#head === null) return;
    const [found, expected] = [this.#stated.size, this.#head.treeSize];
    if (found === expected) this.checkpoint(this.#head, 1);
    else this.#find('entries-missing', { found: String(found), expected: String(expected) });
    this.#blame('entry-altered');
    const [first] = this.#doubted;
    if (first === undefined) return;
    if (first.size === this.#certain) {
      this.#find('checkpoint-altered', { size: String(first.size), line: String(first.line) });
      return;
    }
    const [from, through] = [String(this.#certain), String(Math.max(first.size - 1, 0))];
    this.#find('tree-differs', { from, through, size: String(first.size) });
  }
}
