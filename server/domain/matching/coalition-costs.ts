/**
 * The costs of all coalitions, by bit mask. They are cut into limbs of nine decimal digits, each a plain number, so that a
 * million of them are read and added up without a whole number of any size for each. Invariant: nothing is rounded but
 * what is called rough.
 */

const LIMB_DIGITS = 9;
const LIMB = 10 ** LIMB_DIGITS;
/** As many as an amount of any problem has. */
const MOST_DIGITS = 28;
const ZERO = '0'.charCodeAt(0);

export class CoalitionCosts {
  /** How many coalitions there are, with the empty one, which costs nothing. */
  readonly count: number;
  /** The last nine digits of every cost, then those before; no more limbs than the longest cost has. */
  private readonly limbs: Float64Array[];

  constructor(parties: number) {
    this.count = 2 ** parties;
    this.limbs = [new Float64Array(this.count)];
  }

  /**
   * Takes the cost of a coalition from its text: whole minor units without sign or leading zero.
   * @returns false when the text is no such amount; the cost is void then
   */
  read(mask: number, text: string): boolean {
    let end = text.length;
    if (end === 0 || end > MOST_DIGITS || (end > 1 && text.charCodeAt(0) === ZERO)) return false;
    for (let limb = 0; end > 0; limb += 1) {
      const from = Math.max(0, end - LIMB_DIGITS);
      let value = 0;
      for (let at = from; at < end; at += 1) {
        const digit = text.charCodeAt(at) - ZERO;
        if (!(digit >= 0 && digit <= 9)) return false;
        value = value * 10 + digit;
      }
      this.limbOf(limb)[mask] = value;
      end = from;
    }
    return true;
  }

  private limbOf(limb: number): Float64Array {
    const known = this.limbs[limb];
    if (known !== undefined) return known;
    const added = new Float64Array(this.count);
    this.limbs.push(added);
    return added;
  }

  /** The cost of a coalition in minor units. */
  exact(mask: number): bigint {
    return this.limbs.reduceRight((cost, limb) => cost * BigInt(LIMB) + BigInt(limb[mask] ?? 0), 0n);
  }

  /** All costs as plain numbers: a cost of several limbs is rounded a few times. */
  rough(): Float64Array {
    const [last = new Float64Array(this.count)] = this.limbs;
    if (this.limbs.length === 1) return last;
    return last.map((_, mask) => this.limbs.reduceRight((cost, limb) => cost * LIMB + (limb[mask] ?? 0), 0));
  }

  /**
   * The sums that Shapley's formula needs, by size of coalition: of all costs, and of the costs of the coalitions that
   * hold a party.
   */
  sumsBySize(): { all: bigint[]; holding: bigint[][] } {
    const parties = Math.log2(this.count);
    const width = parties + 1;
    const sums = new Array<bigint>(width * width).fill(0n);
    for (const [place, limb] of this.limbs.entries()) {
      const scale = BigInt(LIMB) ** BigInt(place);
      for (const [at, sum] of limbSums(limb, parties).entries())
        sums[at] = (sums[at] ?? 0n) + BigInt(sum) * scale;
    }
    const row = (at: number): bigint[] => sums.slice(at * width, (at + 1) * width);
    return { all: row(0), holding: Array.from({ length: parties }, (_, party) => row(party + 1)) };
  }
}

/**
 * Row 0: sums over all coalitions by size; row i + 1: over those that hold party i. A million limbs of nine digits come
 * to less than 2⁵³.
 */
function limbSums(limbs: Float64Array, parties: number): Float64Array {
  const width = parties + 1;
  const sums = new Float64Array(width * width);
  const sizes = new Uint8Array(limbs.length);
  for (let mask = 1; mask < limbs.length; mask += 1) {
    const size = (sizes[mask >> 1] ?? 0) + (mask & 1);
    sizes[mask] = size;
    const limb = limbs[mask] ?? 0;
    sums[size] = (sums[size] ?? 0) + limb;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const at = (32 - Math.clz32(rest & -rest)) * width + size;
      sums[at] = (sums[at] ?? 0) + limb;
    }
  }
  return sums;
}
