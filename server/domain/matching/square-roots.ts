/**
 * Square roots of whole numbers as fixed-point integers. Invariant: `root64(n)` is exactly
 * floor(√n × 2⁶⁴), which is √n to at least 19 decimal places.
 */

/** The largest integer whose square is not above `value`. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = rootAbove(value);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** A number above the root, so near that few steps lead down to it. */
function rootAbove(value: bigint): bigint {
  const near = Math.sqrt(Number(value));
  if (near < Infinity) return BigInt(Math.ceil(near * (1 + 2 ** -48)));
  return 1n << BigInt((value.toString(2).length + 1) >> 1);
}

/** floor(√value × 2⁶⁴), by the definition. */
export function root64(value: bigint): bigint {
  return integerRoot(value << 128n);
}

const SPLIT = 134217729; // 2²⁷ + 1: cuts a double into two halves of 26 bits (T. J. Dekker, 1971)
const WORD = 4294967296;
const LIMIT = 4503599627370496; // 2⁵²: sums are carried before they could lose a unit

/** Whole part, and two fractions of 32 bits. */
const WORDS = 3;

/**
 * Adds up many roots, each to one of several sums: whole part and two fractions of 32 bits, each a plain
 * number, so that a million roots cost no allocation. The order of additions does not change a sum.
 */
export class RootSums {
  private readonly words: Float64Array;
  private readonly large: bigint[];

  constructor(count: number) {
    this.words = new Float64Array(WORDS * count);
    this.large = new Array<bigint>(count).fill(0n);
  }

  /** Adds √value to a sum, value being a whole number below 2⁵³. */
  add(sum: number, value: number): void {
    const root = Math.sqrt(value);
    // √value = root + correction, where root² is known without error as square + error.
    const square = root * root;
    const shifted = SPLIT * root;
    const head = shifted - (shifted - root);
    const tail = root - head;
    const error = head * head - square + 2 * head * tail + tail * tail;
    const correction = (value - square - error) / (2 * root);
    const floor = Math.floor(root);
    const scaled = (root - floor) * WORD;
    const first = Math.floor(scaled);
    const second = (scaled - first) * WORD + correction * WORD * WORD;
    const floored = Math.floor(second);
    const gap = second - floored;
    // So close to a whole unit the double cannot tell which side it is on; the definition can.
    if (!(gap > 0.001 && gap < 0.999) && correction !== 0) this.addExactly(sum, BigInt(value));
    else if (value > 0) this.addWords(sum, floor, first, floored);
  }

  /** Adds √value by the definition. */
  addExactly(sum: number, value: bigint): void {
    this.large[sum] = (this.large[sum] ?? 0n) + root64(value);
  }

  /** Adds a sum of roots, times 2⁶⁴. */
  addSum(sum: number, roots: bigint): void {
    this.large[sum] = (this.large[sum] ?? 0n) + roots;
  }

  /** The sum of the floors, times 2⁶⁴. */
  total(sum: number): bigint {
    const word = (index: number): bigint => BigInt(this.words[WORDS * sum + index] ?? 0);
    return (word(0) << 64n) + (word(1) << 32n) + word(2) + (this.large[sum] ?? 0n);
  }

  private addWords(sum: number, whole: number, high: number, low: number): void {
    const { words } = this;
    const at = WORDS * sum;
    const a = (words[at] ?? 0) + whole;
    const b = (words[at + 1] ?? 0) + high;
    const c = (words[at + 2] ?? 0) + low;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    if (a >= LIMIT || b >= LIMIT || c >= LIMIT) {
      this.large[sum] = this.total(sum);
      words.fill(0, at, at + WORDS);
    }
  }
}
