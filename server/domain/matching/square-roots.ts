/**
 * Square roots of whole numbers as fixed-point integers. Invariant: `root64(n)` is exactly
 * floor(√n × 2⁶⁴), which is √n to at least 19 decimal places.
 */

/** The largest integer whose square is not above `value`. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** floor(√value × 2⁶⁴), by the definition. */
export function root64(value: bigint): bigint {
  return integerRoot(value << 128n);
}

const SPLIT = 134217729; // 2²⁷ + 1: cuts a double into two halves of 26 bits (T. J. Dekker, 1971)
const WORD = 4294967296;
const LIMIT = 4503599627370496; // 2⁵²: sums are carried before they could lose a unit

/**
 * Adds up many roots: whole part and two fractions of 32 bits, each a plain number, so that a million
 * roots cost no allocation. The order of additions does not change the sum.
 */
export class RootSum {
  private whole = 0;
  private high = 0;
  private low = 0;
  private large = 0n;

  /** Adds √value, value being a whole number below 2⁵³. */
  add(value: number): void {
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
    if (!(gap > 0.001 && gap < 0.999) && correction !== 0) this.addExactly(BigInt(value));
    else if (value > 0) this.addWords(floor, first, floored);
  }

  /** Adds √value by the definition. */
  addExactly(value: bigint): void {
    this.large += root64(value);
  }

  /** The sum of the floors, times 2⁶⁴. */
  total(): bigint {
    return (BigInt(this.whole) << 64n) + (BigInt(this.high) << 32n) + BigInt(this.low) + this.large;
  }

  private addWords(whole: number, high: number, low: number): void {
    this.whole += whole;
    this.high += high;
    this.low += low;
    if (this.low >= LIMIT || this.high >= LIMIT || this.whole >= LIMIT) {
      this.large = this.total();
      this.whole = 0;
      this.high = 0;
      this.low = 0;
    }
  }
}
