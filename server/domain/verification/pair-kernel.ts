/**
 * Hashing the nodes of a tree four at a time, compiled from `pair-kernel.wat`: a node is a short message, and asking the
 * machine's SHA-256 for one takes longer than hashing it. Invariant: the hashes are those of `pairsByThe`.
 */
import { compileKernel } from '../compiled-kernel.ts';
import { HASH_BYTES, pairsByThe, type HashPairs, type Sha256 } from '../merkle-tree.ts';
import { PAIR_KERNEL } from './pair-kernel-bytes.ts';

type HashInMemory = (from: number, end: number, to: number) => void;

/** The kernel's own part of its memory, with room for the byte that it reads before the first pair. */
const PAIRS_AT = 2048;
const PAIR_BYTES = 2 * HASH_BYTES;
const PAGE = 65_536;
/** So many pairs a call; the kernel takes four at a time, so that there is room for three more. */
const MOST_PAIRS = 2048;
const PAGES = Math.ceil((PAIRS_AT + PAIR_BYTES * (MOST_PAIRS + 3)) / PAGE);

let compiled: WebAssembly.Module | null | undefined;

/** Pairs by the kernel, or one by one by the given hash where WebAssembly may not be compiled. */
export function quickPairs(sha256: Sha256): HashPairs {
  compiled ??= compileKernel(PAIR_KERNEL);
  return compiled === null ? pairsByThe(sha256) : pairsBy(compiled);
}

function pairsBy(kernel: WebAssembly.Module): HashPairs {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const { exports } = new WebAssembly.Instance(kernel, { pairs: { memory } });
  const hashInMemory = exports['hashPairs'] as HashInMemory;
  const bytes = new Uint8Array(memory.buffer);
  return (hashes, pairs) => {
    for (let from = 0; from < pairs; from += MOST_PAIRS) {
      const end = Math.min(from + MOST_PAIRS, pairs);
      bytes.set(hashes.subarray(PAIR_BYTES * from, PAIR_BYTES * end), PAIRS_AT);
      hashInMemory(PAIRS_AT, PAIRS_AT + PAIR_BYTES * (end - from), PAIRS_AT);
      hashes.set(bytes.subarray(PAIRS_AT, PAIRS_AT + HASH_BYTES * (end - from)), HASH_BYTES * from);
    }
  };
}
