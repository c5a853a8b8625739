/**
 * Gifts in plain numbers, spread over parts as they are read: all those of a donor are in the same part, so that what
 * belongs together fits a processor's cache. Invariant: a part has its gifts in the order in which they were added.
 */
import { mixed } from './name-codes.ts';

/** A gift is so many doubles: the codes of its donor's name and of its id, its amount, and two words in one. */
export const GIFT = { doubles: 4, donor: 0, id: 1, amount: 2 } as const;
/** The words: its project, and its place in the problem. */
export const GIFT_WORDS = { words: 8, project: 6, place: 7 } as const;

/** Gifts side by side in memory, as doubles and as words. */
export class GiftRows {
  readonly doubles: Float64Array;
  readonly words: Int32Array;

  constructor(gifts: number) {
    this.doubles = new Float64Array(gifts * GIFT.doubles);
    this.words = new Int32Array(this.doubles.buffer);
  }
}

/** About so many gifts a part: with its tables it fits the second cache of a processor. */
const PART = 4096;
const MOST_PARTS_BITS = 10;
/** A part grows by so many gifts at a time. */
const CHUNK = 128;

export class GiftParts {
  readonly count: number;
  private readonly shift: number;
  private readonly rows: GiftRows;
  /** By part: where its next gift goes, and where its chunks begin. */
  private readonly fill: Int32Array;
  private readonly chunks: readonly number[][];
  private end = 0;

  /** @param most so many gifts are added at most */
  constructor(most: number) {
    const bits = Math.min(Math.max(Math.ceil(Math.log2(most / PART)), 0), MOST_PARTS_BITS);
    this.count = 2 ** bits;
    this.shift = 32 - bits;
    this.rows = new GiftRows((Math.ceil(most / CHUNK) + this.count) * CHUNK);
    this.fill = new Int32Array(this.count);
    this.chunks = Array.from({ length: this.count }, () => []);
  }

  /** @param donor the code of its name @param id that of the gift's, where the order of gifts matters */
  add(donor: number, id: number, amount: number, project: number, place: number): void {
    // Shifting by 32 bits is shifting by none.
    const part = this.count === 1 ? 0 : mixed(donor) >>> this.shift;
    let gift = this.fill[part] ?? 0;
    if (gift % CHUNK === 0) gift = this.openChunk(part);
    this.fill[part] = gift + 1;
    const { doubles, words } = this.rows;
    doubles[gift * GIFT.doubles + GIFT.donor] = donor;
    doubles[gift * GIFT.doubles + GIFT.id] = id;
    doubles[gift * GIFT.doubles + GIFT.amount] = amount;
    words[gift * GIFT_WORDS.words + GIFT_WORDS.project] = project;
    words[gift * GIFT_WORDS.words + GIFT_WORDS.place] = place;
  }

  private openChunk(part: number): number {
    const start = this.end;
    this.end += CHUNK;
    this.chunks[part]?.push(start);
    return start;
  }

  /** How many gifts a part has. */
  sizeOf(part: number): number {
    const chunks = this.chunks[part] ?? [];
    const last = chunks.at(-1);
    return last === undefined ? 0 : (chunks.length - 1) * CHUNK + (this.fill[part] ?? 0) - last;
  }

  /** Copies the gifts of a part one after another. */
  copy(part: number, into: GiftRows): void {
    const { doubles } = this.rows;
    let left = this.sizeOf(part);
    let at = 0;
    for (const start of this.chunks[part] ?? []) {
      const size = Math.min(left, CHUNK);
      const from = start * GIFT.doubles;
      into.doubles.set(doubles.subarray(from, from + size * GIFT.doubles), at);
      at += size * GIFT.doubles;
      left -= size;
    }
  }
}
