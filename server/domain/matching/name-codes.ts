/**
 * Names as plain numbers, so that a million of them are told apart without a look at their text. Invariant:
 * equal names have equal codes; names of equal codes are equal where the code is not negative, and so is their order.
 */

/** Seven characters of seven bits, and below them how many there are, fill a double. */
const LONGEST = 7;
const CHARACTER_BITS = 7;
/** The first three characters are put together as one word, the other four as another. */
const EARLY = 3;
const EARLY_SHIFT = CHARACTER_BITS * (EARLY - 1);
const LATE_SHIFT = CHARACTER_BITS * (LONGEST - 1);
const LATE = 2 ** (CHARACTER_BITS * (LONGEST - EARLY));
const LENGTHS = LONGEST + 1;

/**
 * A short name of ASCII characters is its own code, and these are in the order of the names; any other has a hash below
 * zero.
 */
export function codeOf(name: string): number {
  if (name.length <= LONGEST) {
    let [early, late, seen] = [0, 0, 0];
    for (let index = 0; index < name.length; index += 1) {
      const unit = name.charCodeAt(index);
      seen |= unit;
      if (index < EARLY) early |= unit << (EARLY_SHIFT - CHARACTER_BITS * index);
      else late |= unit << (LATE_SHIFT - CHARACTER_BITS * index);
    }
    if (seen >> CHARACTER_BITS === 0) return (early * LATE + late) * LENGTHS + name.length;
  }
  return -1 - hashOf(name);
}

/** FNV-1a over the code units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

const WORD = 4294967296;

/** 32 bits that are well mixed, signed. */
export function mixed(code: number): number {
  let hash = Math.imul(code | 0, 0x9e3779b1) ^ Math.imul((code / WORD) | 0, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
